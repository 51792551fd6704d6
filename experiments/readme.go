package experiments

import _ "embed"

// RunDirectory describes run directories, as Markdown: what is in them and how to read it.
//
//go:embed README.md
var RunDirectory string
