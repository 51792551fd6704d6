package report

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// comparison is what the runs of a report say about their differences.
type comparison struct {
	*experiments.Comparison                         // nil where the runs cannot be compared
	why                     string                  // what is missing: intervals and tests, or all of it
	utility                 *experiments.Comparison // by expected utility between random and known front; nil if it cannot be had
}

// compare compares the complete runs by label. Runs are known by their names, since a report tells no one
// where they lay.
func compare(ctx context.Context, runs []*experiments.Run) (*comparison, error) {
	named := make([]*experiments.Run, len(runs))
	for i, r := range runs {
		c := *r
		c.Dir = runName(r)
		named[i] = &c
	}
	out := &comparison{}
	o := experiments.CompareOptions{Workers: runtime.NumCPU()}
	var err error
	out.Comparison, err = experiments.Compare(ctx, named, o)
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	switch {
	case errors.Is(err, experiments.ErrDifferent):
		out.why = "Nothing is compared here, since numbers of these runs mean different things: " + strings.TrimPrefix(err.Error(), experiments.ErrDifferent.Error()+": ") + "."
	case errors.Is(err, experiments.ErrFewRuns):
		out.why = fmt.Sprintf("Fewer than 3 runs (%s) say nothing about their spread: for them there are values, but neither intervals nor tests.", strings.TrimSuffix(strings.TrimPrefix(err.Error(), experiments.ErrFewRuns.Error()+": "), "; intervals and tests need at least 3 of each variant"))
	case err != nil:
		out.why = "The runs are not compared: " + err.Error() + "."
	}
	if out.Comparison == nil {
		return out, nil
	}
	o.Metric = "eum_norm"
	out.utility, _ = experiments.Compare(ctx, named, o) // without it the column is missing
	return out, context.Cause(ctx)
}

// score of a label on an environment in a comparison, nil if there is none.
func score(c *experiments.Comparison, environment, label string) *experiments.Score {
	if c == nil {
		return nil
	}
	for _, e := range c.Environments {
		for i := range e.Scores {
			if e.Environment == environment && e.Scores[i].Variant == label {
				return &e.Scores[i]
			}
		}
	}
	return nil
}

// comparisonTable is the main table: one row per environment and label.
func (c *comparison) comparisonTable(s *section, names names) {
	if c.why != "" {
		s.warn(c.why)
	}
	if c.Comparison == nil {
		return
	}
	t := &table{name: names.file("comparison"), columns: slices.Concat([]column{
		{"environment", "environment", true}, {"algorithm", "label", true}, {"n", "n", false}, {"HV, mean", "hypervolume_mean", false}, {"EUM, mean", "eum_mean", false},
		{"points", "cardinality_mean", false}, {"sparsity", "sparsity_mean", false}}, estimateColumns("share of HV, IQM", "hv_ratio_iqm"), []column{{"optimality gap", "optimality_gap", false}},
		estimateColumns("EUM from random to known front, IQM", "eum_norm_iqm"), []column{{"training steps", "steps_train", false}, {"evaluation steps", "steps_eval", false}, {"wall time", "seconds", false}})}
	t.hideBounds()
	for _, e := range c.Environments {
		best := bestOf(e.Scores)
		for _, x := range e.Scores {
			row := []value{word(e.Environment), word(x.Variant), count(x.Runs), hypervolume(x.Hypervolume), optional(x.EUM, number), digits(x.Cardinality, 3), number(x.Sparsity)}
			share := estimate(x.IQM)
			if best != nil && x.IQM != nil {
				switch {
				case x.IQM.Value == best.Value:
					share[0].mark = bestMark
				case x.IQM.Value >= best.Low:
					share[0].mark = tieMark
				}
			}
			row = append(row, share...)
			row = append(row, gap(x.Gap))
			var utility *experiments.Estimate
			if u := score(c.utility, e.Environment, x.Variant); u != nil {
				utility = u.IQM
			}
			row = append(row, estimate(utility)...)
			t.add(append(row, count(int(math.Round(x.Steps))), count(int(math.Round(x.StepsEval))), duration(x.Seconds))...)
		}
	}
	t.caption = "Final archives over seeds, measured again on fresh seeds: means, interquartile means (IQM) and 95 % bootstrap intervals of 50,000 resamples."
	if slices.ContainsFunc(c.Environments, func(e experiments.EnvironmentComparison) bool { return bestOf(e.Scores) != nil }) {
		t.notes = append(t.notes, "Bold: the best IQM of an environment; underlined: others within its interval.")
	}
	t.notes = append(t.notes, c.terms()...)
	t.notes = append(t.notes, "Sparsity says little alone: read it beside points and hypervolume.")
	t.stateOnce("steps_train")
	s.table(t)
	c.overallTable(s, names)
	for _, n := range c.Notes {
		if !strings.Contains(n, " is left out: ") { // listed among the failures
			s.text(sentence(n))
		}
	}
}

// terms are what the numbers of every environment refer to.
func (c *comparison) terms() []string {
	var list []string
	for i, e := range c.Environments {
		seeds := []uint64{}
		for _, x := range e.Scores {
			seeds = append(seeds, x.Seeds...)
		}
		s := fmt.Sprintf("%s: reference point %s, discount %s, %s per policy, seeds %s; shares of %s", e.Environment, point(e.Reference), plots.Number(e.Discount, 6), plural(e.Episodes, "fresh episode"), seedList(seeds), dash(e.Against))
		if c.utility != nil && i < len(c.utility.Environments) {
			if r := c.utility.Environments[i].Random; r != nil {
				s += fmt.Sprintf("; expected utility of the random policy %s (100 episodes)", plots.Number(*r, 5))
			}
		}
		list = append(list, s+".")
	}
	return list
}

// overallTable pools the environments that every label ran on.
func (c *comparison) overallTable(s *section, names names) {
	if len(c.Overall) == 0 {
		return
	}
	t := &table{name: names.file("overall"), columns: slices.Concat([]column{{"algorithm", "label", true}, {"n", "n", false}},
		estimateColumns("IQM", "iqm"), estimateColumns("median", "median"), estimateColumns("mean", "mean"), estimateColumns("optimality gap", "gap"))}
	t.hideBounds()
	best := bestOf(c.Overall)
	for _, x := range c.Overall {
		iqm := estimate(x.IQM)
		switch {
		case x.IQM.Value == best.Value:
			iqm[0].mark = bestMark
		case x.IQM.Value >= best.Low:
			iqm[0].mark = tieMark
		}
		t.add(slices.Concat([]value{word(x.Variant), count(x.Runs)}, iqm, estimate(x.Median), estimate(x.Mean), estimate(x.Gap))...)
	}
	t.caption = fmt.Sprintf("Share of the known hypervolume over %s (%s), stratified by environment, with 95 %% bootstrap intervals.", plural(len(c.Pooled), "environment"), strings.Join(c.Pooled, ", "))
	t.notes = append(t.notes, "The optimality gap is what is missing to 1 on average.", asMain)
	s.table(t)
}

// bestOf is the estimate with the largest interquartile mean, nil if there is none.
func bestOf(scores []experiments.Score) *experiments.Estimate {
	var best *experiments.Estimate
	for _, s := range scores {
		if s.IQM != nil && (best == nil || s.IQM.Value > best.Value) {
			best = s.IQM
		}
	}
	return best
}

// estimateColumns are those of a number with its interval, of which people read one.
func estimateColumns(name, field string) []column {
	return []column{{name + " [interval]", field, false}, {"", field + "_low", false}, {"", field + "_high", false}}
}

// hideBounds takes the ends of intervals out of the table that people read, where they stand beside the value.
func (t *table) hideBounds() {
	for _, c := range t.columns {
		if c.name == "" {
			t.hide(c.field)
		}
	}
}

// estimate shows a number with its interval.
func estimate(e *experiments.Estimate) []value {
	if e == nil {
		return []value{unknown, unknown, unknown}
	}
	d := decimals(e)
	shown := fmt.Sprintf("%s [%s, %s]", fixed(e.Value, d), fixed(e.Low, d), fixed(e.High, d))
	return []value{{shown: shown, exact: exact(e.Value)}, {exact: exact(e.Low)}, {exact: exact(e.High)}}
}

// decimals are those at which the width of an interval has three significant digits.
func decimals(e *experiments.Estimate) int {
	w := e.High - e.Low
	if !(w > 1e-9*math.Abs(e.Value)) || w < 1e-12 || math.IsInf(w, 0) { // of equal runs, rounding apart
		return 4
	}
	return min(max(2-int(math.Floor(math.Log10(w))), 0), 12)
}

// gap shows the optimality gap alone.
func gap(e *experiments.Estimate) value {
	if e == nil {
		return unknown
	}
	return value{shown: fixed(e.Value, decimals(e)), exact: exact(e.Value)}
}

// asMain is under the tables of statistics.
const asMain = "Reference points, discounts, episodes, seeds and n are those of the main table."

// pairTables are the tests and what fronts are to each other.
func (c *comparison) pairTables(s *section, names names) {
	if c.Comparison == nil {
		return
	}
	t := &table{name: names.file("pairs"), columns: slices.Concat([]column{{"environment", "environment", true}, {"A", "a", true}, {"B", "b", true}, {"n", "n", true}},
		estimateColumns("P(A better)", "probability_of_improvement"), []column{{"A12", "a12", false}}, estimateColumns("IQM difference", "iqm_difference"),
		[]column{{"p", "p", false}, {"smallest p", "smallest_p", false}, {"p, Holm", "p_holm", false}, {"verdict", "verdict", true}})}
	t.hideBounds()
	f := &table{name: names.file("dominance"), columns: []column{{"environment", "environment", true}, {"A", "a", true}, {"B", "b", true}, {"dominated by B", "dominated", false}, {"covered by B", "covered", false},
		{"ε+ of A to B", "eps_add_to_b", false}, {"ε+ of B to A", "eps_add_to_a", false}}}
	for _, e := range c.Environments {
		for _, p := range e.Pairs {
			t.add(slices.Concat([]value{word(e.Environment), word(p.A), word(p.B), word(fmt.Sprintf("%d, %d", p.RunsA, p.RunsB))}, estimate(p.Improvement), []value{share(p.A12)}, estimate(p.Difference),
				[]value{probability(p.P), probability(p.SmallestP), probability(p.Holm), word(p.Verdict)})...)
		}
		for _, x := range e.Fronts {
			f.add(word(e.Environment), word(x.A), word(x.B), percentage(x.Dominated), percentage(x.Covered), number(x.EpsilonToB), number(x.EpsilonFromB))
		}
	}
	if len(t.rows) > 0 {
		t.caption = "Every pair on every environment: the probability that a run of A reaches a larger share of the hypervolume than one of B, Vargha and Delaney's A12, the difference of IQMs, and the two-sided Mann-Whitney test with Holm's correction over all rows."
		t.notes = append(t.notes, "Smallest p: the least that so many runs can give, 2/C(n+m, n).", asMain)
		s.table(t)
	}
	if len(f.rows) > 0 {
		f.caption = "Final fronts of all runs of a label together: the share of A's points that B dominates, and that it weakly dominates (coverage); ε+ is by how much a front must rise in all objectives to cover the other."
		f.notes = append(f.notes, asMain)
		s.table(f)
	}
	r := c.Ranks
	if r == nil {
		return
	}
	k := &table{name: names.file("ranks"), columns: []column{{"algorithm", "label", true}, {"mean rank", "mean_rank", false}}}
	for i, v := range r.Variants {
		k.add(word(v), digits(r.MeanRanks[i], 3))
	}
	k.caption = fmt.Sprintf("Mean ranks by IQM over %s, 1 is best; Friedman p = %s, Iman-Davenport p = %s.", plural(len(r.Environments), "environment"), plots.Number(r.P, 3), plots.Number(r.PF, 3))
	if r.CriticalDifference > 0 {
		k.notes = append(k.notes, fmt.Sprintf("Ranks that differ by less than %s are not told apart (Nemenyi, 0.05).", plots.Number(r.CriticalDifference, 3)))
	}
	k.notes = append(k.notes, asMain)
	s.table(k)
}

// probability shows a p-value with two digits.
func probability(p float64) value { return value{shown: plots.Number(p, 2), exact: exact(p)} }

// percentage shows a share as whole percents.
func percentage(v float64) value { return value{shown: fixed(100*v, 0) + " %", exact: exact(v)} }

// say lists what the tests showed.
func (c *comparison) say(s *section) {
	if c.Comparison == nil {
		return
	}
	if said := c.verdicts(); len(said) > 0 {
		s.list(said)
	}
}

// verdicts says in sentences what the tests showed, and nothing else.
func (c *comparison) verdicts() []string {
	type pair struct{ a, b string }
	wins, tests := map[pair]int{}, map[pair]int{}
	total, none, impossible := 0, 0, 0
	worst := 0.0
	for _, e := range c.Environments {
		for _, p := range e.Pairs {
			total++
			tests[pair{p.A, p.B}]++
			tests[pair{p.B, p.A}]++
			switch p.Verdict {
			case p.A + " is better":
				wins[pair{p.A, p.B}]++
			case p.B + " is better":
				wins[pair{p.B, p.A}]++
			case "no difference shown":
				none++
			default:
				impossible++
				worst = math.Max(worst, p.SmallestP)
			}
		}
	}
	var said []string
	for p, n := range wins {
		said = append(said, fmt.Sprintf("%s beats %s on %d of %s after Holm's correction, p < %s.", p.a, p.b, n, plural(tests[p], "environment"), plots.Number(1-c.Confidence, 2)))
	}
	slices.Sort(said)
	if none > 0 {
		said = append(said, fmt.Sprintf("%d of %s showed no difference.", none, plural(total, "test")))
	}
	if impossible > 0 {
		said = append(said, fmt.Sprintf("%d of %s cannot be significant whatever the runs had given: with so few, p is %s at best, which Holm multiplies by up to %d.", impossible, plural(total, "test"), plots.Number(worst, 2), total))
	}
	return said
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
