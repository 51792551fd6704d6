// Package grid holds the environments that live on grids and trees with few states. Importing it
// registers them.
package grid
