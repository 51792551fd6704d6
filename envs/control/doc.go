// Package control holds environments with continuous dynamics of few dimensions. Importing it
// registers them.
package control

// ownReference is the source of reference points for which the literature has none.
const ownReference = "suggestion of this project, below what any sane policy returns; none found in the literature"
