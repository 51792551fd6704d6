package experiments

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/pareto"
	"github.com/paretolab/paretolab/pareto/stats"
)

// task is the scores of a variant for the statistics, larger ones being better.
func (c *comparer) task(e *environmentRuns, v string) stats.Task {
	scores := slices.Clone(e.scores[v])
	if c.metric.smaller {
		for i := range scores {
			scores[i] = -scores[i]
		}
	}
	return stats.Task{Name: e.name, Runs: scores}
}

// compareOn makes the part on one environment.
func (c *comparer) compareOn(e *environmentRuns) error {
	first := e.first()
	out := EnvironmentComparison{
		Environment: e.name, Reference: first.Info.Environment.Reference, Discount: first.Info.Environment.Gamma, Episodes: finalEpisodes(first),
	}
	of, err := c.scorer(e, &out)
	if err != nil {
		return err
	}
	for _, v := range e.variants {
		s := Score{Variant: v}
		for _, r := range e.runs[v] {
			x := of(&r.indicators)
			if !valid(x) {
				return fmt.Errorf("%s has no %s; compare by another metric, hypervolume for instance", r.Dir, c.metric.name)
			}
			e.scores[v] = append(e.scores[v], *x)
		}
		s.sum(e.runs[v])
		s.Values = e.scores[v]
		if s.Runs < c.options.MinRuns {
			c.few = fmt.Sprintf("%s on %s has %d", v, e.name, s.Runs)
		} else if err := c.estimate(&s, stats.Scores{{Name: e.name, Runs: e.scores[v]}}); err != nil {
			return err
		}
		out.Scores = append(out.Scores, s)
	}
	for i, a := range e.variants {
		for _, b := range e.variants[i+1:] {
			if len(e.runs[a]) >= c.options.MinRuns && len(e.runs[b]) >= c.options.MinRuns {
				p, err := c.pair(e, a, b)
				if err != nil {
					return err
				}
				out.Pairs = append(out.Pairs, p)
			}
		}
	}
	if err := c.fronts(e, &out); err != nil {
		return err
	}
	if out.Curves, err = c.curves(e, of); err != nil {
		return err
	}
	c.result.Environments = append(c.result.Environments, out)
	return nil
}

// sum counts runs and takes means of what stands beside the score.
func (s *Score) sum(runs []*measured) {
	s.Runs = len(runs)
	n := float64(s.Runs)
	eum, known := 0.0, true
	for _, r := range runs {
		s.Seeds = append(s.Seeds, r.Info.Seed)
		s.Hypervolume += r.indicators.Hypervolume / n
		s.Cardinality += float64(r.indicators.Cardinality) / n
		s.Sparsity += r.indicators.Sparsity / n
		s.Steps += float64(r.steps) / n
		s.StepsEval += float64(r.stepsEval) / n
		s.Seconds += r.WallSeconds() / n
		if valid(r.indicators.EUM) {
			eum += *r.indicators.EUM / n
		} else {
			known = false
		}
	}
	if known {
		s.EUM = &eum
	}
}

// estimate fills in point estimates with intervals.
func (c *comparer) estimate(s *Score, scores stats.Scores) error {
	estimates := []struct {
		to   **Estimate
		stat stats.Statistic
	}{{&s.IQM, stats.IQM}, {&s.Median, stats.Median}, {&s.Mean, stats.Mean}, {&s.Gap, stats.OptimalityGap(1)}}
	if !c.metric.share {
		estimates = estimates[:3]
	}
	for _, x := range estimates {
		i, err := stats.BootstrapCI(scores, x.stat, c.stats)
		if err != nil {
			return err
		}
		*x.to = &Estimate{i.Value, i.Lo, i.Hi}
	}
	return nil
}

// pair tests whether two variants differ.
func (c *comparer) pair(e *environmentRuns, a, b string) (Pair, error) {
	p := Pair{A: a, B: b, RunsA: len(e.runs[a]), RunsB: len(e.runs[b])}
	x, y := stats.Scores{c.task(e, a)}, stats.Scores{c.task(e, b)}
	better, err := stats.ProbImprovementCI(x, y, c.stats)
	if err != nil {
		return p, err
	}
	p.Improvement = &Estimate{better.Value, better.Lo, better.Hi}
	difference, err := stats.DifferenceCI(stats.Scores{{Name: e.name, Runs: e.scores[a]}}, stats.Scores{{Name: e.name, Runs: e.scores[b]}}, stats.IQM, c.stats)
	if err != nil {
		return p, err
	}
	p.Difference = &Estimate{difference.Value, difference.Lo, difference.Hi}
	if p.A12, err = stats.A12(x[0].Runs, y[0].Runs); err != nil {
		return p, err
	}
	test, err := stats.MannWhitney(x[0].Runs, y[0].Runs)
	if err != nil {
		return p, err
	}
	p.SmallestP, err = stats.SmallestP(len(x[0].Runs), len(y[0].Runs))
	p.P = max(test.P, p.SmallestP) // with ties the normal approximation falls below what is possible
	return p, err
}

// Verdicts on a pair that is not told apart.
const (
	verdictNone       = "no difference shown"
	verdictImpossible = "cannot be significant with so few runs"
)

// correct applies Holm's correction over all pairs and says what they show.
func (c *comparer) correct() error {
	var all []*Pair
	var p []float64
	for i := range c.result.Environments {
		pairs := c.result.Environments[i].Pairs
		for k := range pairs {
			all, p = append(all, &pairs[k]), append(p, pairs[k].P)
		}
	}
	holm, err := stats.Holm(p)
	if err != nil {
		return err
	}
	alpha := 1 - c.options.Confidence
	for i, pair := range all {
		pair.Holm = holm[i]
		switch {
		case holm[i] <= alpha && pair.A12 > 0.5:
			pair.Verdict = pair.A + " is better"
		case holm[i] <= alpha:
			pair.Verdict = pair.B + " is better"
		case pair.SmallestP*float64(len(all)) > alpha:
			pair.Verdict = verdictImpossible
		default:
			pair.Verdict = verdictNone
		}
	}
	return nil
}

// maxAttained is the number of rows on an environment above which attainment surfaces are left out.
const maxAttained = 5000

// fronts compares the fronts of all pairs of variants, of all their runs together, and describes what
// quarters of the runs attain.
func (c *comparer) fronts(e *environmentRuns, out *EnvironmentComparison) error {
	var sets []pareto.Front
	rows := 0
	for _, v := range e.variants {
		all := pareto.Front{M: len(e.first().Info.Environment.Objectives)}
		for _, r := range e.runs[v] {
			all.X = append(all.X, r.front.X...)
		}
		rows += all.Len()
		keep, err := pareto.NonDominated(all)
		if err != nil {
			return err
		}
		sets = append(sets, all.Select(keep))
	}
	dominated, err := pareto.DominanceMatrix(sets)
	if err != nil {
		return err
	}
	for i, a := range e.variants {
		for j, b := range e.variants {
			if i == j || sets[i].Len() == 0 || sets[j].Len() == 0 {
				continue
			}
			f := Fronts{A: a, B: b, Dominated: dominated[j][i]}
			if f.Covered, err = pareto.Coverage(sets[j], sets[i]); err != nil {
				return err
			}
			if f.EpsilonToB, err = pareto.EpsAdditive(sets[i], sets[j]); err != nil {
				return err
			}
			if f.EpsilonFromB, err = pareto.EpsAdditive(sets[j], sets[i]); err != nil {
				return err
			}
			out.Fronts = append(out.Fronts, f)
		}
	}
	if m := sets[0].M; m != 2 && m != 3 || rows > maxAttained {
		return nil
	}
	for _, v := range e.variants {
		if err := c.attained(v, e.runs[v], out); err != nil {
			return err
		}
	}
	return nil
}

// attained describes what a quarter, half and three quarters of the runs of a variant attain.
func (c *comparer) attained(variant string, runs []*measured, out *EnvironmentComparison) error {
	n := len(runs)
	if n < c.options.MinRuns {
		return nil
	}
	var sets []pareto.Front
	for _, r := range runs {
		sets = append(sets, r.front)
	}
	for _, level := range AttainmentLevels(n) {
		surface, err := pareto.AttainmentSurface(sets, level, pareto.Options{Ctx: c.stats.Ctx})
		if err != nil {
			return err
		}
		out.Attainment = append(out.Attainment, Attained{variant, level, n, surface.Rows()})
	}
	return nil
}

// AttainmentLevels are the numbers of n runs that stand for a quarter, half and three quarters of them,
// rounded up.
func AttainmentLevels(n int) [3]int { return [3]int{(n + 3) / 4, (n + 1) / 2, (3*n + 3) / 4} }
