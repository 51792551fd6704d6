package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// TestCandidateTablesAreThoseOfTheFiles: README.md shows what the committed rows say.
func TestCandidateTablesAreThoseOfTheFiles(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", ".."))
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := candidateTables()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(body, "\n### ") != len(races) || !strings.Contains(string(text), body) {
		t.Error("README.md has other tables; run `go run ./experiments/results/qd candidates runs` in the root of the repository")
	}
}

// TestStepsToLevels: the steps of the archive count, rows beyond the limit do not, and the table tells who needs
// fewer.
func TestStepsToLevels(t *testing.T) {
	c := &race{"sea", "Sea", 100, true, []float64{0.5, 0.9, 1}}
	run := func(label string, ratios ...float64) *experiments.Run {
		r := &experiments.Run{}
		r.Info.Label, r.Info.Seed = label, 3
		for i, ratio := range ratios {
			m := experiments.Metrics{StepsTrain: 10 * (i + 1)}
			m.HVRatio = &ratio
			r.Metrics = append(r.Metrics, m)
		}
		return r
	}
	scratch := c.row(run(scratchLabel, 0.1, 0.5, 0.6, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 1), 0)
	begun := c.row(run(candidatesLabel, 0.95, 1-1e-12, 1), 35)
	for name, x := range map[string]struct{ got, want []float64 }{
		"from scratch":    {scratch.values, []float64{0, 20, 40, math.NaN(), 0.95}},
		"from candidates": {begun.values, []float64{35, 45, 45, 55, 1}},
	} {
		if !slices.EqualFunc(x.got, x.want, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
			t.Errorf("%s: %v, want %v", name, x.got, x.want)
		}
	}
	archive := c.row(run(archiveLabel, 0.1, 0.2), 0)
	var b strings.Builder
	if err := c.table(&b, &results{columns: c.columns(), rows: []row{scratch, begun, archive}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| from scratch | 0.0k (0.0k to 0.0k), 1 of 1 | 0.0k (0.0k to 0.0k), 1 of 1 | never (never to never), 0 of 1 | 0.950 (0.950 to 0.950) |",
		"| seeds in which candidates take fewer, more | 0, 1 | 0, 1 | 1, 0 | |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
