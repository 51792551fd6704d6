package plots

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/experiments"
)

// intervals draws the interquartile mean of every label on every environment as a point with its 95 %
// bootstrap interval, over all environments last; single runs as dots.
func intervals(groups []Group, style Style) (*Fig, error) {
	c, err := compared("intervals", groups, style)
	if err != nil {
		return nil, err
	}
	fig := &Fig{data: table{header: []string{"environment", "label", "n", "iqm", "low", "high"}}}
	d := rowChart{x: axis{name: shareName(c)}, rule: 1}
	shown := emptySpan()
	labels := style.Labels
	row := func(environment string, s experiments.Score) {
		if s.IQM == nil {
			return
		}
		d.rows = append(d.rows, chartRow{name: s.Variant, look: style.look(s.Variant, labels), est: s.IQM, values: s.Values})
		shown.add(s.IQM.Low, s.IQM.High)
		shown.add(s.Values...)
		fig.data.add(environment, s.Variant, s.Runs, s.IQM.Value, s.IQM.Low, s.IQM.High)
	}
	var used []experiments.Score
	section := func(name string, scores []experiments.Score) {
		if !slices.ContainsFunc(scores, func(s experiments.Score) bool { return s.IQM != nil }) {
			return
		}
		d.rows = append(d.rows, chartRow{name: name, heading: true})
		for _, s := range scores {
			row(name, s)
		}
		used = append(used, scores...)
	}
	for _, e := range c.Environments {
		section(e.Environment, e.Scores)
	}
	if len(used) == 0 {
		return nil, notApplicable("intervals", "intervals need at least 3 complete runs of a label")
	}
	alone := runsOf(used)
	section(fmt.Sprintf("all %d environments", len(c.Pooled)), c.Overall)
	d.x.span = shown.padded(0.05)
	fig.Width = style.width(Column)
	fig.layOutRows(&d)
	fig.Caption = fmt.Sprintf("Interquartile means with %g %% bootstrap intervals (%s); dots are single runs.%s", 100*c.Confidence, alone, terms(c, nil))
	return fig, nil
}

// improvement draws the probability that a run of one label is better than a run of another, with its
// interval, for every pair.
func improvement(g *Group, style Style) (*Fig, error) {
	c, err := compared("improvement", []Group{*g}, style)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Environments, func(e experiments.EnvironmentComparison) bool { return e.Environment == g.Name })
	if i < 0 || len(c.Environments[i].Pairs) == 0 {
		return nil, notApplicable("improvement", "it compares labels of at least 3 complete runs each on %s", g.Name)
	}
	e := c.Environments[i]
	fig := &Fig{data: table{header: []string{"environment", "a", "b", "n_a", "n_b", "probability", "low", "high", "p", "p_holm"}}}
	d := rowChart{x: axis{name: "probability of improvement", span: span{-0.02, 1.02}}, rule: 0.5}
	black := look{color: black, marker: Marker{Shape: Circle}, size: 1}
	first := ""
	for _, p := range e.Pairs {
		if len(d.rows) == 0 || p.A != first {
			first = p.A
			d.rows = append(d.rows, chartRow{name: p.A + " against", heading: true})
		}
		d.rows = append(d.rows, chartRow{name: p.B, look: black, est: p.Improvement})
		fig.data.add(g.Name, p.A, p.B, p.RunsA, p.RunsB, p.Improvement.Value, p.Improvement.Low, p.Improvement.High, p.P, p.Holm)
	}
	fig.Width = style.width(Column)
	fig.layOutRows(&d)
	fig.Caption = fmt.Sprintf("Probability that a run of the label of the heading reaches a larger %s than one of the label of the row, with %g %% bootstrap intervals (%s).%s",
		shareName(c), 100*c.Confidence, runsOf(e.Scores), terms(c, []string{e.Environment}))
	return fig, nil
}
