package cmorl

import (
	"math"

	"github.com/paretolab/paretolab/agents"
)

// constraint tells how a path of stage 2 was bounded.
type constraint struct {
	Path, Parent, Origin string
	Threshold            []float64 // d_j, NaN of the objective that is maximised; nil if none was ever enforced
	Constrained          int       // updates that watched thresholds
	Infeasible           int       // of them, those that began with an objective below its threshold
}

// constraint is how the path was bounded up to now. A free path watches thresholds and enforces none, and
// those of a path in which no episode ended are unknown.
func (t *task) constraint() constraint {
	c := constraint{Path: t.Name, Parent: t.Parent, Origin: t.Origin, Constrained: t.Constrained, Infeasible: t.Infeasible}
	if t.Goal.Base == nil || t.Goal.Free {
		return c
	}
	for j, base := range t.Goal.Base {
		d := math.NaN()
		if t.Goal.constrains(j) {
			d = base - t.Goal.Slack[j]
		}
		c.Threshold = append(c.Threshold, d)
	}
	return c
}

// thresholds is the table of all paths of stage 2 in their order: where each began, what it was to extend, its
// thresholds in units of return, and how many of its updates began below one. There is none without stage 2.
func (t *training) thresholds() []agents.Table {
	if len(t.Constraints) == 0 {
		return nil
	}
	var path, parent, origin []string
	var constrained, infeasible []float64
	names := t.problem.Env.Spec.ObjectiveNames()
	columns := make([][]float64, len(names))
	for _, c := range t.Constraints {
		path, parent, origin = append(path, c.Path), append(parent, c.Parent), append(origin, c.Origin)
		constrained, infeasible = append(constrained, float64(c.Constrained)), append(infeasible, float64(c.Infeasible))
		for j := range columns {
			d := math.NaN()
			if c.Threshold != nil {
				d = c.Threshold[j]
			}
			columns[j] = append(columns[j], d)
		}
	}
	table := agents.Table{Name: "thresholds"}
	table.AddText("path", path)
	table.AddText("parent", parent)
	table.AddText("origin", origin)
	table.Add("updates", constrained)
	table.Add("infeasible", infeasible)
	for j, name := range names {
		table.Add("threshold_"+name, columns[j])
	}
	return []agents.Table{table}
}
