package experiments

import (
	"errors"
	"slices"

	"github.com/paretolab/paretolab/pareto/stats"
)

// curvePoints is the number of steps at which a learning curve is given.
const curvePoints = 50

// curves gives the learning of the variants on an environment on steps that all runs share. Runs are
// taken as training recorded them; a variant of fewer than three has no curve.
func (c *comparer) curves(e *environmentRuns, of scorer) ([]Learning, error) {
	var all []stats.Curve
	byVariant := make([][]stats.Curve, len(e.variants))
	for i, v := range e.variants {
		for _, r := range e.runs[v] {
			if curve := learned(r.Run, of); len(curve.Steps) > 0 {
				byVariant[i] = append(byVariant[i], curve)
			}
		}
		all = append(all, byVariant[i]...)
	}
	grid, err := stats.CommonGrid(all)
	if errors.Is(err, stats.ErrTooFew) || errors.Is(err, stats.ErrExtrapolation) {
		return nil, nil // nothing recorded, or no steps that all have in common
	}
	if err != nil {
		return nil, err
	}
	grid = thinned(grid, curvePoints)
	var out []Learning
	for i, v := range e.variants {
		if len(byVariant[i]) < max(c.options.MinRuns, stats.MinRuns) {
			continue
		}
		l, err := learning(byVariant[i], grid, c.bands())
		if err != nil {
			return nil, err
		}
		l.Variant = v
		out = append(out, l)
	}
	return out, nil
}

// learned is a score of a run over its training; of several evaluations at a step the last counts.
func learned(r *Run, of scorer) stats.Curve {
	var c stats.Curve
	for i := range r.Metrics {
		x := of(&r.Metrics[i].Indicators)
		if !valid(x) {
			continue
		}
		if n := len(c.Steps); n > 0 && c.Steps[n-1] >= r.Metrics[i].StepsTrain {
			c.Values[n-1] = *x
			continue
		}
		c.Steps, c.Values = append(c.Steps, r.Metrics[i].StepsTrain), append(c.Values, *x)
	}
	return c
}

// learning is the interquartile mean of curves at steps that all of them reach.
func learning(curves []stats.Curve, grid []int, o stats.Options) (Learning, error) {
	l := Learning{Steps: grid}
	rows, err := stats.Align(curves, grid)
	if err != nil {
		return l, err
	}
	for i, row := range rows {
		if i > 0 && slices.Equal(row, rows[i-1]) {
			l.IQM = append(l.IQM, l.IQM[i-1])
			continue
		}
		e, err := stats.BootstrapCI(stats.Scores{{Runs: row}}, stats.IQM, o)
		if err != nil {
			return l, err
		}
		l.IQM = append(l.IQM, Estimate{e.Value, e.Lo, e.Hi})
	}
	return l, nil
}

// thinned keeps at most n steps, the first and the last among them.
func thinned(grid []int, n int) []int {
	if len(grid) <= n {
		return grid
	}
	out := make([]int, n)
	for i := range out {
		out[i] = grid[i*(len(grid)-1)/(n-1)]
	}
	return out
}

// LearningCurve is the interquartile mean over runs of an indicator of the archive, with the 95 %
// interval of 2,000 resamples, at steps that all runs share: the last value holds until the next
// evaluation, and nothing is extrapolated. of returns nil where a run has no value. There is no curve, and
// no error, for fewer than three runs and for runs without common steps.
func LearningCurve(runs []*Run, of func(*Indicators) *float64) (Learning, error) {
	var curves []stats.Curve
	for _, r := range runs {
		if c := learned(r, of); len(c.Steps) > 0 {
			curves = append(curves, c)
		}
	}
	if len(curves) < stats.MinRuns {
		return Learning{}, nil
	}
	grid, err := stats.CommonGrid(curves)
	if errors.Is(err, stats.ErrExtrapolation) {
		return Learning{}, nil
	}
	if err != nil {
		return Learning{}, err
	}
	return learning(curves, thinned(grid, curvePoints), stats.Options{Resamples: bandResamples})
}
