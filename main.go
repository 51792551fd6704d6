// Command paretolab trains, measures and explores Pareto fronts of multi-objective reinforcement
// learning. See the README for a tour and `paretolab --help` for the commands.
package main

import (
	"os"

	"github.com/paretolab/paretolab/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
