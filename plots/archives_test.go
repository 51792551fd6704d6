package plots

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

// archivesRun is a search with the given tables.
func archivesRun(label string, seed uint64, tables ...agents.Table) *experiments.Run {
	r := &experiments.Run{Info: info("redundant-arm-v0", label, seed, 1, []float64{0}, experiments.ObjectiveInfo{Name: "area_1"}), Result: &experiments.Result{},
		Tables: map[string]*agents.Table{}}
	r.Info.Algorithm = "stax"
	for i := range tables {
		r.Tables[tables[i].Name] = &tables[i]
	}
	return r
}

func numbersTable(name string, columns map[string][]float64) agents.Table {
	t := agents.Table{Name: name}
	for name, x := range columns {
		t.Add(name, x)
	}
	return t
}

// Two runs visit the cell (0, 0) once and three times, a mean of 2; only one visits (1, 0). The best reward is
// that of any run.
func TestCoveragePoolsRuns(t *testing.T) {
	space := numbersTable("space", map[string][]float64{"low": {0, -1}, "high": {1, 1}, "cells": {2, 2}})
	a := archivesRun("x", 0, space, numbersTable("cells", map[string][]float64{"cell_0": {0}, "cell_1": {0}, "visits": {1}, "best": {0.25}}))
	b := archivesRun("x", 1, space, numbersTable("cells", map[string][]float64{"cell_0": {0, 1}, "cell_1": {0, 0}, "visits": {3, 4}, "best": {0.125, 0}}))
	fig, rows := dataOf(t, "coverage", []*experiments.Run{a, b}, Style{})
	want := []map[string]string{{"cell_0": "0", "low_1": "-1", "visits": "2", "best": "0.25"}, {"cell_0": "1", "low_0": "0.5", "visits": "2", "best": "0"}}
	for i, w := range want {
		for k, v := range w {
			if rows[i][k] != v {
				t.Errorf("row %d: %s is %s, want %s", i, k, rows[i][k], v)
			}
		}
	}
	if !strings.Contains(fig.Caption, "2 cells were reached by exploration, 50 % of the grid") {
		t.Error(fig.Caption)
	}
	named := space
	named.Columns = append(slices.Clone(space.Columns), agents.Column{Name: "name", Text: []string{"tip_x", "tip_y"}})
	for text, table := range map[string]agents.Table{">behaviour 1<": space, ">tip x<": named} {
		fig, _ := dataOf(t, "coverage", []*experiments.Run{archivesRun("x", 0, table, *a.Tables["cells"])}, Style{})
		if svg, err := fig.encode("svg"); err != nil || !strings.Contains(string(svg), text) {
			t.Errorf("no axis %s: %v", text, err)
		}
	}
}

// Where the arm's tip ends is where it is drawn; a run without an archive has no such figure.
func TestReached(t *testing.T) {
	behaviours := numbersTable("behaviours", map[string][]float64{"x_0": {0.25}, "reward": {0.5}})
	behaviours.Add("x_1", []float64{0.75})
	_, rows := dataOf(t, "reached", []*experiments.Run{archivesRun("x", 0, behaviours)}, Style{})
	if len(rows) != 1 || rows[0]["x"] != "0.25" || rows[0]["y"] != "0.75" || rows[0]["reward"] != "0.5" {
		t.Errorf("%v", rows)
	}
	for _, kind := range []string{"reached", "coverage", "novelty", "reconstructions", "distances", "exploration", "shares"} {
		if _, err := Figure(kind, []*experiments.Run{archivesRun("x", 0)}, Style{}); !errors.Is(err, ErrNotApplicable) {
			t.Errorf("%s of a run without an archive: %v", kind, err)
		}
	}
}

// Of distances in the same order the rank correlation is 1, in the opposite one -1.
func TestDistances(t *testing.T) {
	for sign, want := range map[float64]string{1: "rank correlation 1", -1: "rank correlation −1"} {
		d := numbersTable("distances", map[string][]float64{"truth": {1, 2, 3, 4}, "learned": {10 + sign, 10 + 2*sign, 10 + 4*sign, 10 + 5*sign}})
		fig, _ := dataOf(t, "distances", []*experiments.Run{archivesRun("x", 0, d)}, Style{})
		if !strings.Contains(fig.Caption, strings.Replace(want, "rank", "Spearman's rank", 1)) {
			t.Errorf("%v: %s", sign, fig.Caption)
		}
	}
}

// Quartiles of 1, 2, 3, 4, 5 are 2 and 4, those of 0, 1 lie a quarter of the way.
func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		sorted      []float64
		share, want float64
	}{{[]float64{1, 2, 3, 4, 5}, 0.25, 2}, {[]float64{1, 2, 3, 4, 5}, 0.75, 4}, {[]float64{0, 1}, 0.25, 0.25}, {[]float64{7}, 0.75, 7}} {
		if got := quantile(c.sorted, c.share); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%v of %v: %v, want %v", c.share, c.sorted, got, c.want)
		}
	}
}

// TestArchivesNameTheRemedy: of runs that left no such table a figure says what to run.
func TestArchivesNameTheRemedy(t *testing.T) {
	r := archivesRun("SERENE", 0)
	for kind, say := range map[string]string{
		"coverage": "run a search of behaviours", "novelty": "run a search that keeps an archive", "reached": "run a search that keeps an archive",
		"reconstructions": "run stax or taxons, which learn to draw what they see", "distances": "run stax or taxons, which learn a space of behaviours",
	} {
		if _, err := Figure(kind, []*experiments.Run{r}, Style{}); !errors.Is(err, ErrNotApplicable) || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want %q", kind, err, say)
		}
	}
}

// Damaged tables are no panic: the figure does not apply.
func TestDamagedArchives(t *testing.T) {
	views := agents.Table{Name: "reconstructions"}
	views.Add("training", []float64{1})
	views.AddText("id", []string{"i1"})
	views.Add("error", []float64{0})
	views.AddText("view", []string{"!"})
	views.AddText("drawn", []string{"AA=="})
	for kind, r := range map[string]*experiments.Run{
		"reconstructions": archivesRun("x", 0, views),
		"coverage":        archivesRun("x", 0, numbersTable("space", map[string][]float64{"low": {1, 0}, "high": {0, 1}, "cells": {2, 2}})),
		"novelty":         archivesRun("x", 0, numbersTable("behaviours", map[string][]float64{"reward": {1}})),
		"reached":         archivesRun("x", 0, numbersTable("behaviours", map[string][]float64{"x_0": {1}, "x_1": {1}})),
		"distances":       archivesRun("x", 0, numbersTable("distances", map[string][]float64{"truth": {1}})),
	} {
		if _, err := Figure(kind, []*experiments.Run{r}, Style{}); !errors.Is(err, ErrNotApplicable) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
