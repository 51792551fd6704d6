package plots

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/paretolab/paretolab/experiments"
)

// Compared makes the comparison that figures of statistics show: by label and hypervolume as a share
// of the known front's. Put it into [Style] where several figures of the same runs are drawn.
func Compared(ctx context.Context, runs []*experiments.Run) (*experiments.Comparison, error) {
	return experiments.Compare(ctx, runs, experiments.CompareOptions{Workers: runtime.NumCPU()})
}

// compared is the comparison of the runs of some groups; that runs cannot be compared means that a
// figure does not apply. That there are few of them is no error: the comparison then has values only.
func compared(kind string, groups []Group, style Style) (*experiments.Comparison, error) {
	if style.Comparison != nil {
		return style.Comparison, nil
	}
	var runs []*experiments.Run
	for _, g := range groups {
		runs = append(runs, g.Runs...)
	}
	c, err := Compared(context.Background(), runs)
	if c == nil {
		return nil, notApplicable(kind, "the runs cannot be compared: %v", err)
	}
	return c, nil
}

// shareName is what figures call the metric of a comparison.
func shareName(c *experiments.Comparison) string {
	if c.Metric == "hv_ratio" {
		return "share of the known hypervolume"
	}
	return c.Metric
}

// terms are what a caption says of the environments of a comparison.
func terms(c *experiments.Comparison, names []string) string {
	s := ""
	for _, e := range c.Environments {
		if names == nil || slices.Contains(names, e.Environment) {
			s += fmt.Sprintf(" %s: reference point %s, discount %s, shares of %s.", e.Environment, vector(e.Reference), Number(e.Discount, 6), e.Against)
		}
	}
	return s
}

// runsOf says how many runs of each label scores stand for.
func runsOf(scores []experiments.Score) string {
	lo, hi := scores[0].Runs, scores[0].Runs
	for _, s := range scores {
		lo, hi = min(lo, s.Runs), max(hi, s.Runs)
	}
	if lo == hi {
		return fmt.Sprintf("n = %d runs of each", lo)
	}
	return fmt.Sprintf("n = %d to %d runs of each", lo, hi)
}
