// Package curling holds a table on which an arm of two links pushes a ball. Importing it registers it.
package curling
