// Package maze holds the hard maze: a wheeled robot with few sensors and rewards behind walls.
// Importing it registers it.
package maze
