// Package tabular holds what learners with tables share: the numbering of states by their
// observations, and policies that look an action up, with memory ([Plan]) or without ([Table]).
package tabular
