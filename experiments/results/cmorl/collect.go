package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/building"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/results/internal/page"
	"github.com/paretolab/paretolab/pareto"
)

// collect writes the complete runs of every experiment cmorl-NAME below a directory into NAME.csv, by
// variant and seed. Rows of runs that are not there stay.
func collect(dir string) error {
	return page.Complete(dir, "cmorl-", func(experiment string, runs []*experiments.Run) error {
		rows, err := readRows(experiment)
		if err != nil {
			return err
		}
		for _, run := range runs {
			r := rowOf(run)
			rows = slices.DeleteFunc(rows, func(x row) bool { return x.Variant == r.Variant && x.Seed == r.Seed })
			rows = append(rows, r)
		}
		slices.SortStableFunc(rows, func(x, y row) int {
			return cmp.Or(strings.Compare(x.Variant, y.Variant), cmp.Compare(x.Seed, y.Seed))
		})
		fmt.Printf("%s: %d runs\n", path(experiment), len(rows))
		return writeRows(experiment, rows)
	})
}

func rowOf(run *experiments.Run) row {
	result, last := run.Result, run.Metrics[len(run.Metrics)-1]
	r := row{Variant: run.Info.Label, Seed: int(run.Info.Seed)}
	if experiment := filepath.Base(filepath.Dir(run.Dir)); experiment == "cmorl-longer" || experiment == "cmorl-budgets" {
		r.Variant = run.Info.Environment.Label
	}
	r.Values = [columns]float64{
		steps: float64(result.StepsTrain), stepsEval: float64(result.StepsEval), seconds: run.WallSeconds(),
		selected: result.FinalSelected.Hypervolume, hypervolume: result.Final.Hypervolume, utility: *result.Final.EUM,
		sparsity: result.Final.Sparsity, size: float64(result.FrontSize),
		infeasible: last.Columns["cmorl.infeasible"], violation: last.Columns["cmorl.violation"],
	}
	if m := run.EndOfPhase("stage1"); m != nil {
		r.Values[stage1] = m.Hypervolume
	}
	return r
}

// measureControllers writes controllers.csv: for both buildings the front of all controllers written by
// hand, the best of them alone, and that which does nothing.
func measureControllers() error {
	var rows []row
	for id, divisions := range map[string]int{"building-3d": 10, "building-9d": 2} {
		e, err := envs.Make(id, nil)
		if err != nil {
			return err
		}
		z := e.Spec.Reference.Point
		weights := pareto.Lattice(e.Spec.M(), divisions)
		measure := func(variant string, f pareto.Front) (r row, err error) {
			r.Variant = id + " " + variant
			if r.Values[hypervolume], err = pareto.Hypervolume(f, z); err != nil {
				return r, err
			}
			r.Values[utility], err = pareto.ExpectedUtility(f, weights)
			r.Values[size], r.Values[sparsity] = float64(f.Len()), pareto.Sparsity(f)
			return r, err
		}
		all := pareto.Front{M: len(z)}
		var idle, best row
		for i, c := range building.Controllers(id) {
			g, err := c.Return(e, 1)
			if err != nil {
				return err
			}
			all.X = append(all.X, g...)
			r, err := measure("best controller", pareto.Front{M: len(z), X: g})
			if err != nil {
				return err
			}
			if i == 0 {
				idle = r
				idle.Variant = id + " no action"
			}
			if r.Values[hypervolume] > best.Values[hypervolume] {
				best = r
			}
		}
		kept, err := pareto.NonDominated(all)
		if err != nil {
			return err
		}
		front, err := measure("controllers", all.Select(kept))
		if err != nil {
			return err
		}
		rows = append(rows, idle, best, front)
	}
	slices.SortStableFunc(rows, func(x, y row) int {
		return strings.Compare(x.Variant[:len("building-9d")], y.Variant[:len("building-9d")])
	})
	return writeRows("controllers", rows)
}
