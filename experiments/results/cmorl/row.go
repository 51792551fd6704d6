package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// row is one run, or a front that was not learned. Hypervolumes and utilities are those of fresh seeds, but
// for the two that training selected by.
type row struct {
	Variant string
	Seed    int
	Values  [columns]float64
}

// Columns of a row's values.
const (
	steps       = iota
	stepsEval   // of evaluation
	seconds     // of training and evaluation, on a machine that others used too
	stage1      // hypervolume after stage 1, as selected
	selected    // hypervolume at the end, as selected
	hypervolume // at the end, on fresh seeds
	utility     // expected, likewise
	sparsity    // likewise
	size        // of the front
	infeasible  // share of stage-2 updates that began below a threshold
	violation   // mean over stage-2 updates of how far the worst objective lay below, in slacks
	columns
)

var header = []string{"variant", "seed", "steps", "steps_eval", "seconds", "hypervolume_stage1", "hypervolume_selected",
	"hypervolume", "expected_utility", "sparsity", "size", "infeasible", "violation"}

// path of the table of an experiment.
func path(experiment string) string { return filepath.Join(folder, experiment+".csv") }

// readRows reads the table of an experiment; none is no row.
func readRows(experiment string) ([]row, error) {
	f, err := os.Open(path(experiment))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path(experiment), err)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], header) {
		return nil, fmt.Errorf("%s: the columns must be %v", path(experiment), header)
	}
	var rows []row
	for n, line := range lines[1:] {
		r := row{Variant: line[0]}
		if r.Seed, err = strconv.Atoi(line[1]); err != nil {
			return nil, fmt.Errorf("%s, row %d: %w", path(experiment), n+1, err)
		}
		for i := range r.Values {
			if r.Values[i], err = strconv.ParseFloat(line[2+i], 64); err != nil {
				return nil, fmt.Errorf("%s, row %d: %w", path(experiment), n+1, err)
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// writeRows replaces the table of an experiment.
func writeRows(experiment string, rows []row) error {
	f, err := os.Create(path(experiment))
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Write(header)
	for _, r := range rows {
		line := []string{r.Variant, strconv.Itoa(r.Seed)}
		for _, v := range r.Values {
			line = append(line, strconv.FormatFloat(v, 'g', 8, 64))
		}
		w.Write(line)
	}
	w.Flush()
	return w.Error()
}
