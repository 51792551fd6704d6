// Package arm holds the environments of free motion in a square with sparse rewards: a point and a
// redundant arm. Importing it registers them.
package arm
