// Command qd keeps the results of quality diversity: it collects finished runs into one small table per
// experiment and writes the tables of README.md from these files. Run it from the root of the repository:
//
//	go run ./experiments/results/qd collect runs
//	go run ./experiments/results/qd tables
//
// and the comparison of C-MORL from scratch and from archives, tables included:
//
//	go run ./experiments/results/qd candidates runs
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// folder of the results, seen from the root of the repository.
var folder = filepath.Join("experiments", "results", "qd")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "qd:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "collect":
		return collect(args[1])
	case len(args) == 1 && args[0] == "tables":
		return writeTables()
	case len(args) == 2 && args[0] == "candidates":
		return collectCandidates(args[1])
	}
	return fmt.Errorf("give one of: collect RUNS, tables, candidates RUNS")
}
