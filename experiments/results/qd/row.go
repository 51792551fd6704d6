package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// row is one run: its label, its seed, and the values of the columns of its table; NaN where a run has none.
type row struct {
	label  string
	seed   int
	values []float64
}

// results are the runs of an experiment.
type results struct {
	columns []string // of the values
	rows    []row
}

// path of the table of an experiment.
func path(experiment string) string { return filepath.Join(folder, experiment+".csv") }

// readResults reads the table of an experiment; a file that is not there holds no row.
func readResults(experiment string) (*results, error) {
	f, err := os.Open(path(experiment))
	if errors.Is(err, fs.ErrNotExist) {
		return new(results), nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path(experiment), err)
	}
	if len(lines) == 0 || len(lines[0]) < 2 || lines[0][0] != "label" || lines[0][1] != "seed" {
		return nil, fmt.Errorf("%s: the first columns must be label and seed", path(experiment))
	}
	r := &results{columns: lines[0][2:]}
	for n, line := range lines[1:] {
		x := row{label: line[0], values: make([]float64, len(r.columns))}
		if x.seed, err = strconv.Atoi(line[1]); err != nil {
			return nil, fmt.Errorf("%s, row %d: %w", path(experiment), n+1, err)
		}
		for i, text := range line[2:] {
			if text == "" {
				text = "NaN"
			}
			if x.values[i], err = strconv.ParseFloat(text, 64); err != nil {
				return nil, fmt.Errorf("%s, row %d: %w", path(experiment), n+1, err)
			}
		}
		r.rows = append(r.rows, x)
	}
	return r, nil
}

// write replaces the table of an experiment.
func (r *results) write(experiment string) error {
	f, err := os.Create(path(experiment))
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	w.Write(append([]string{"label", "seed"}, r.columns...))
	for _, x := range r.rows {
		line := []string{x.label, strconv.Itoa(x.seed)}
		for _, v := range x.values {
			text := ""
			if !math.IsNaN(v) {
				text = strconv.FormatFloat(v, 'g', 8, 64)
			}
			line = append(line, text)
		}
		w.Write(line)
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}

// labels are those of the runs, in the order of the file.
func (r *results) labels() []string {
	var labels []string
	for _, x := range r.rows {
		if !slices.Contains(labels, x.label) {
			labels = append(labels, x.label)
		}
	}
	return labels
}

// of returns the values of a column in the runs of a label, without those that have none.
func (r *results) of(label, column string) []float64 {
	i := slices.Index(r.columns, column)
	if i < 0 {
		return nil
	}
	var values []float64
	for _, x := range r.rows {
		if x.label == label && !math.IsNaN(x.values[i]) {
			values = append(values, x.values[i])
		}
	}
	return values
}
