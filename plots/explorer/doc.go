// Package explorer serves a page on which a front is understood and a policy chosen: lists of runs, curves while they
// train, fronts in linked views, policies acting, questions that find a user's preferences, comparisons, exports.
//
// Everything is served by one program from what it embeds; nothing comes from a network. The page draws and asks, all
// numbers are computed here by the packages below. Runs are read and never written. The routes and their JSON are described
// in api.md, who may use them in guard.go.
package explorer

import _ "embed" // of the description of the interface

// Interface describes the routes, their bodies and their answers, for people, in Markdown.
//
//go:embed api.md
var Interface string
