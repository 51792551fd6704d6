// Package configs holds the experiments that come with the program. Each is a file to read, to run
// and to copy.
package configs

import _ "embed"

// Quickstart is quickstart.yaml, also part of the program: `paretolab run` runs it.
//
//go:embed quickstart.yaml
var Quickstart []byte
