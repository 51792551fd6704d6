package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/qd"
	"github.com/paretolab/paretolab/agents/qd/problems"
	"github.com/paretolab/paretolab/pareto"
)

// row is one run: the numbers of its columns after the name of the algorithm.
type row struct {
	algorithm   string
	genes       int
	evaluations int
	seed        int
	values      []float64
}

// columns of the values of each problem.
var columns = map[string][]string{
	"sphere":         {"coverage", "qd_score", "best"},
	"rastrigin-qdax": {"coverage", "moqd_score", "hypervolume", "members", "front"},
	"rastrigin":      {"coverage", "moqd_score", "hypervolume", "members", "front", "distinct", "distinct_hypervolume"},
}

// warmUp is the number of rounds that the peer's example makes before those that it counts.
const warmUp = 3

// sphereRuns are those of the peer's table: 1000 rounds of MAP-Elites, 300 of CMA-ME and CMA-MAE.
func sphereRuns() []row {
	var runs []row
	for _, genes := range []int{20, 100} {
		for _, algorithm := range problems.SphereAlgorithms() {
			rounds := 1000
			if algorithm == "cma-me" || algorithm == "cma-mae" {
				rounds = 300
			}
			for seed := range seeds {
				runs = append(runs, row{algorithm, genes, rounds * problems.SphereBatch, seed, nil})
			}
		}
	}
	return runs
}

func runSphere(ctx context.Context, r *row) error {
	s, err := problems.NewSphereSearch(r.algorithm, r.genes, uint64(r.seed))
	if err != nil {
		return err
	}
	for range warmUp + r.evaluations/problems.SphereBatch {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.Round(); err != nil {
			return err
		}
	}
	stats := s.Elites.(*qd.GridArchive).Stats()
	r.values = []float64{stats.Coverage, stats.QDScore, stats.Best}
	return nil
}

// rastriginRuns are those of the example of MOME, a random batch and 1000 rounds in 64 cells: with mutation for 60 %
// of a batch, and with crossover alone.
func rastriginRuns() []row {
	var runs []row
	for _, variant := range []string{"mutation", "crossover"} {
		for seed := range seeds {
			runs = append(runs, row{variant, 100, 1001 * 100, seed, nil})
		}
	}
	return runs
}

func runRastrigin(ctx context.Context, r *row) error {
	crossed := 0.4
	if r.algorithm == "crossover" {
		crossed = 1
	}
	s, err := problems.NewRastriginSearch(r.genes, 64, crossed, uint64(r.seed))
	if err != nil {
		return err
	}
	for range r.evaluations / 100 {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.Round(); err != nil {
			return err
		}
	}
	a := s.Fronts
	moqd, err := a.MOQD()
	if err != nil {
		return err
	}
	front, err := a.GlobalFront()
	if err != nil {
		return err
	}
	hv, err := pareto.Hypervolume(pareto.Front{M: a.M, X: a.Values}, a.Reference)
	if err != nil {
		return err
	}
	distinct, distinctHV, err := a.Distinct(1)
	if err != nil {
		return err
	}
	r.values = []float64{a.Coverage(), moqd, hv, float64(a.Len()), float64(len(front)), float64(len(distinct)), distinctHV}
	return nil
}

// measure makes the runs, as many at a time as there are processors, and writes their table.
func measure(ctx context.Context, problem string, runs []row, one func(ctx context.Context, r *row) error) error {
	err := agents.NewPool(runtime.GOMAXPROCS(0)).Run(ctx, len(runs), func(ctx context.Context, i int) error {
		r := &runs[i]
		fmt.Fprintf(os.Stderr, "%s, %d genes, seed %d\n", r.algorithm, r.genes, r.seed)
		return one(ctx, r)
	})
	if err != nil {
		return err
	}
	f, err := os.Create(path(problem))
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	lines := [][]string{slices.Concat([]string{"algorithm", "genes", "evaluations", "seed"}, columns[problem])}
	for _, r := range runs {
		line := []string{r.algorithm, strconv.Itoa(r.genes), strconv.Itoa(r.evaluations), strconv.Itoa(r.seed)}
		for _, v := range r.values {
			line = append(line, strconv.FormatFloat(v, 'g', 8, 64))
		}
		lines = append(lines, line)
	}
	return errors.Join(w.WriteAll(lines), f.Close())
}

// path of a table of runs.
func path(name string) string { return filepath.Join(folder, name+".csv") }

// readRuns reads a table of runs of a problem; no file is no run.
func readRuns(name, problem string) ([]row, error) {
	f, err := os.Open(path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path(name), err)
	}
	var runs []row
	for i, line := range lines {
		if i == 0 {
			if want := slices.Concat([]string{"algorithm", "genes", "evaluations", "seed"}, columns[problem]); !slices.Equal(line, want) {
				return nil, fmt.Errorf("%s: the columns must be %v", path(name), want)
			}
			continue
		}
		var numbers []float64
		for _, text := range line[1:] {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", path(name), i+1, err)
			}
			numbers = append(numbers, v)
		}
		runs = append(runs, row{line[0], int(numbers[0]), int(numbers[1]), int(numbers[2]), numbers[3:]})
	}
	return runs, nil
}
