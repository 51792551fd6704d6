// Package control holds environments with continuous dynamics of few dimensions. Importing it
// registers them.
package control
