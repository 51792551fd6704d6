package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/results/internal/page"
)

// marks are the numbers of evaluations at which coverage is kept.
var marks = []int{10_000, 25_000, 50_000, 100_000, 200_000, 300_000, 490_000}

// kept are the columns of the last row of metrics.csv that every run of quality diversity has or may have.
var kept = []string{"evaluations", "coverage", "reachable_coverage", "uniformity", "archive", "archive_coverage", "qd_score", "trainings", "share_exploration"}

// collect writes the complete runs of every experiment qd-NAME below a directory into NAME.csv. Rows of runs
// that are not there stay.
func collect(dir string) error {
	return page.Complete(dir, "qd-", func(experiment string, runs []*experiments.Run) error {
		r, err := readResults(experiment)
		if err != nil {
			return err
		}
		for _, run := range runs {
			if err := r.add(run); err != nil {
				return fmt.Errorf("%s: %w", run.Dir, err)
			}
		}
		order := r.labels()
		slices.SortStableFunc(r.rows, func(x, y row) int {
			return cmp.Or(cmp.Compare(slices.Index(order, x.label), slices.Index(order, y.label)), cmp.Compare(x.seed, y.seed))
		})
		if len(r.rows) == 0 {
			return nil
		}
		fmt.Printf("%s: %d runs\n", path(experiment), len(r.rows))
		return r.write(experiment)
	})
}

// isArea tells areas from what their reward costs.
func isArea(objective string) bool { return strings.HasPrefix(objective, "area") }

// add puts a run into the table, in place of an earlier one of the same label and seed.
func (r *results) add(run *experiments.Run) error {
	own := func(m experiments.Metrics, name string) float64 {
		if v, ok := m.Columns[run.Info.Algorithm+"."+name]; ok {
			return v
		}
		return math.NaN()
	}
	var columns []string
	var values []float64
	put := func(name string, v float64) {
		columns, values = append(columns, name), append(values, v)
	}
	put("seconds", run.WallSeconds())
	for _, mark := range marks {
		at := math.NaN()
		for _, m := range run.Metrics {
			// The last row before the mark, unless the run ended before it.
			if own(m, "evaluations") <= float64(mark) {
				at = own(m, "coverage")
			}
		}
		if own(run.Metrics[len(run.Metrics)-1], "evaluations") < float64(mark) {
			at = math.NaN()
		}
		put(fmt.Sprintf("coverage_%dk", mark/1000), at)
	}
	last := run.Metrics[len(run.Metrics)-1]
	for _, name := range kept {
		put(name, own(last, name))
	}
	correlation := math.NaN()
	if slices.Contains(run.TableNames(), "trainings") {
		t, err := run.Table("trainings")
		if err != nil {
			return err
		}
		if c := t.Numbers("correlation"); len(c) > 0 {
			correlation = c[len(c)-1]
		}
	}
	put("correlation", correlation)
	if slices.ContainsFunc(run.Info.Environment.Objectives, func(o experiments.ObjectiveInfo) bool { return !isArea(o.Name) }) {
		put("hypervolume", last.Hypervolume)
		put("front", float64(last.Cardinality))
	}
	for _, o := range run.Info.Environment.Objectives {
		if !isArea(o.Name) {
			continue
		}
		put("best_"+o.Name, own(last, "best_"+o.Name))
		put("first_hit_"+o.Name, own(last, "first_hit_"+o.Name))
		put("share_"+o.Name, own(last, "share_"+o.Name))
	}
	if len(r.rows) == 0 {
		r.columns = columns
	}
	if !slices.Equal(r.columns, columns) {
		return fmt.Errorf("the columns are %v and those of the table %v", columns, r.columns)
	}
	r.rows = slices.DeleteFunc(r.rows, func(x row) bool { return x.label == run.Info.Label && x.seed == int(run.Info.Seed) })
	r.rows = append(r.rows, row{run.Info.Label, int(run.Info.Seed), values})
	return nil
}
