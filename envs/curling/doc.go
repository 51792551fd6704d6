// Package curling holds a table on which an arm of two links pushes a ball. Importing it registers it.
//
// It is a model of its own, near to the original of SERENE, a world of Box2D. That world itself, which the
// recordings curling-box2d.json are of, is not built.
package curling
