package experiments

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/pareto/stats"
)

// overall pools the environments that every variant ran on, with equally many seeds, and ranks the
// variants over five of them or more.
func (c *comparer) overall() error {
	variants, pooled, runs := c.pool()
	if len(pooled) == 0 || runs < c.options.MinRuns {
		return nil
	}
	if c.metric.share {
		for _, v := range variants {
			if err := c.overallOf(v, pooled, runs); err != nil {
				return err
			}
		}
	}
	for _, e := range pooled {
		c.result.Pooled = append(c.result.Pooled, e.name)
	}
	if len(pooled) < 5 || len(variants) < 2 {
		return nil
	}
	return c.rank(variants, pooled)
}

// pool finds the environments that all variants ran on, with equally many seeds.
func (c *comparer) pool() (variants []string, pooled []*environmentRuns, runs int) {
	for _, e := range c.environments {
		variants = append(variants, e.variants...)
	}
	slices.Sort(variants)
	variants = slices.Compact(variants)
	var left []string
	for _, e := range c.environments {
		if slices.Equal(e.variants, variants) {
			pooled = append(pooled, e)
		} else {
			left = append(left, e.name)
		}
	}
	if len(pooled) == 0 {
		if len(c.environments) > 1 {
			c.note("on no environment did every variant run, so that nothing is said over all of them")
		}
		return nil, nil, 0
	}
	if len(left) > 0 {
		c.note("not every variant ran on %s, so that what is said over all environments leaves them out", strings.Join(left, ", "))
	}
	runs = -1
	for _, e := range pooled {
		for _, v := range variants {
			if n := len(e.runs[v]); runs >= 0 && n != runs {
				c.note("numbers of runs differ, so that nothing is said over all environments")
				return nil, nil, 0
			} else {
				runs = n
			}
		}
	}
	return variants, pooled, runs
}

// profileThresholds are the thresholds of performance profiles.
const profileThresholds = 101

// overallOf makes the score and the profile of a variant over several environments.
func (c *comparer) overallOf(v string, pooled []*environmentRuns, runs int) error {
	s := Score{Variant: v, Runs: runs * len(pooled)}
	var scores stats.Scores
	for _, e := range pooled {
		scores = append(scores, stats.Task{Name: e.name, Runs: e.scores[v]})
	}
	if len(pooled) > 1 {
		if err := c.estimate(&s, scores); err != nil {
			return err
		}
		c.result.Overall = append(c.result.Overall, s)
	}
	p := Profile{Variant: v, Thresholds: make([]float64, profileThresholds)}
	for i := range p.Thresholds {
		p.Thresholds[i] = float64(i) / (profileThresholds - 1)
	}
	band, err := stats.ProfileCI(scores, p.Thresholds, c.bands())
	if err != nil {
		return err
	}
	for _, b := range band {
		p.Shares = append(p.Shares, Estimate{b.Value, b.Lo, b.Hi})
	}
	c.result.Profiles = append(c.result.Profiles, p)
	return nil
}

// bandResamples is the number of resamples of profiles and curves, of which many points are shown.
const bandResamples = 2000

// bands is the options of the bootstrap of bands.
func (c *comparer) bands() stats.Options {
	o := c.stats
	o.Resamples = min(cmp.Or(o.Resamples, bandResamples), bandResamples)
	return o
}

// rank ranks the variants by their interquartile means over environments.
func (c *comparer) rank(variants []string, pooled []*environmentRuns) error {
	var table [][]float64
	var names []string
	for _, e := range pooled {
		var row []float64
		for _, v := range variants {
			iqm, err := stats.IQM.Of(stats.Scores{c.task(e, v)})
			if err != nil {
				return err
			}
			row = append(row, iqm)
		}
		table, names = append(table, row), append(names, e.name)
	}
	f, err := stats.Friedman(table)
	if err != nil {
		return err
	}
	r := &Ranks{Variants: variants, Environments: names, MeanRanks: f.MeanRanks, ChiSquared: f.ChiSquared, P: f.P, PF: f.PF, Groups: [][]int{}}
	if !math.IsInf(f.F, 0) {
		r.F = &f.F
	}
	if len(variants) <= 10 {
		if r.CriticalDifference, err = stats.NemenyiCD(len(variants), len(table), 0.05); err != nil {
			return err
		}
		if r.Groups, err = stats.GroupsByCD(r.MeanRanks, r.CriticalDifference); err != nil {
			return err
		}
	}
	c.result.Ranks = r
	return nil
}
