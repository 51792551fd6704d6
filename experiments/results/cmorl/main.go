// Command cmorl keeps the results of C-MORL: it collects finished runs into one small table per
// experiment, measures the controllers of the buildings that are written by hand, and writes the tables of
// README.md from these files. Run it from the root of the repository:
//
//	go run ./experiments/results/cmorl collect runs
//	go run ./experiments/results/cmorl controllers
//	go run ./experiments/results/cmorl tables
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// folder of the results, seen from the root of the repository.
var folder = filepath.Join("experiments", "results", "cmorl")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cmorl:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "collect":
		return collect(args[1])
	case len(args) == 1 && args[0] == "controllers":
		return measureControllers()
	case len(args) == 1 && args[0] == "tables":
		return writeTables()
	}
	return fmt.Errorf("give one of: collect RUNS, controllers, tables")
}
