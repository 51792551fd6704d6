// Command problems measures the quality-diversity algorithms on functions of numbers beside what their
// peers' examples reach, and writes one row per run and the tables of README.md. Run it from the root of the
// repository:
//
//	go run ./experiments/results/qd/problems sphere
//	go run ./experiments/results/qd/problems rastrigin
//	go run ./experiments/results/qd/problems tables
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

// folder of the results, seen from the root of the repository.
var folder = filepath.Join("experiments", "results", "qd", "problems")

const seeds = 10

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "problems:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		args = []string{""}
	}
	switch args[0] {
	case "sphere":
		return measure(ctx, "sphere", sphereRuns(), runSphere)
	case "rastrigin":
		return measure(ctx, "rastrigin", rastriginRuns(), runRastrigin)
	case "tables":
		return writeTables()
	}
	return fmt.Errorf("give one of: sphere, rastrigin, tables")
}
