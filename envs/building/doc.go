// Package building holds the building control tasks building-3d and building-9d. Importing it
// registers them.
package building
