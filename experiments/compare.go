package experiments

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
	"github.com/paretolab/paretolab/pareto/stats"
)

var (
	// ErrDifferent means that runs cannot be compared, since their numbers mean different things.
	ErrDifferent = errors.New("runs differ in what they measure")
	// ErrFewRuns means that there are too few runs for a test.
	ErrFewRuns = errors.New("too few runs")
)

// metric is a number that runs are compared by.
type metric struct {
	name    string
	smaller bool // is better
	of      func(i *Indicators) *float64
}

var metrics = []metric{
	{"hv_ratio", false, func(i *Indicators) *float64 { return i.HVRatio }},
	{"hypervolume", false, func(i *Indicators) *float64 { return &i.Hypervolume }},
	{"eum", false, func(i *Indicators) *float64 { return i.EUM }},
	{"eum_min", false, func(i *Indicators) *float64 { return i.EUMMin }},
	{"mul", true, func(i *Indicators) *float64 { return i.MUL }},
	{"igd_plus", true, func(i *Indicators) *float64 { return i.IGDPlus }},
	{"eps_add", true, func(i *Indicators) *float64 { return i.EpsAdd }},
	{"sparsity", true, func(i *Indicators) *float64 { return &i.Sparsity }},
	{"cardinality", false, func(i *Indicators) *float64 { c := float64(i.Cardinality); return &c }},
}

// ComparisonMetrics lists the numbers that runs can be compared by.
func ComparisonMetrics() []string {
	var names []string
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

// CompareOptions say how runs are compared. The zero value is the default of each.
type CompareOptions struct {
	By         string  // what tells variants apart: "label" (default), "algorithm" or "preset"
	Metric     string  // one of ComparisonMetrics, "" is hv_ratio
	Confidence float64 // of intervals; 0 is 0.95
	Resamples  int     // of the bootstrap; 0 is 50,000
	Seed       uint64  // of the bootstrap
	MinRuns    int     // runs of a variant from which intervals and tests are made; 0 is 3, the least
	Force      bool    // compare runs that differ in what they measure, with a note
	Workers    int
}

// Comparison is what runs of several variants say about their differences.
type Comparison struct {
	Metric       string                  `json:"metric"`
	Better       string                  `json:"better"` // "larger" or "smaller"
	Confidence   float64                 `json:"confidence"`
	Environments []EnvironmentComparison `json:"environments"`
	Overall      []Score                 `json:"overall,omitempty"` // over all environments, where all variants ran on all
	Ranks        *Ranks                  `json:"ranks,omitempty"`   // from five environments on
	Notes        []string                `json:"notes,omitempty"`   // what a reader must know
}

// EnvironmentComparison is the part on one environment.
type EnvironmentComparison struct {
	Environment string    `json:"environment"`
	Reference   []float64 `json:"reference_point"`
	Discount    float64   `json:"discount"`
	Episodes    int       `json:"episodes"`          // of the final evaluation of a policy
	Against     string    `json:"against,omitempty"` // front whose hypervolume hv_ratio is a share of
	Scores      []Score   `json:"scores"`            // by variant
	Pairs       []Pair    `json:"pairs,omitempty"`
	Fronts      []Fronts  `json:"fronts,omitempty"`
}

// Score sums up the runs of a variant.
type Score struct {
	Variant string    `json:"variant"`
	Runs    int       `json:"runs"`
	Seeds   []uint64  `json:"seeds,omitempty"`
	Values  []float64 `json:"values,omitempty"` // by seed
	IQM     *Estimate `json:"iqm"`              // nil below the least number of runs
	Median  *Estimate `json:"median"`
	Mean    *Estimate `json:"mean"`
	Steps   float64   `json:"steps_train"` // mean
	Seconds float64   `json:"seconds"`     // mean, by the clock
}

// Estimate is a number with the ends of its bootstrap interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Pair compares two variants on an environment.
type Pair struct {
	A           string    `json:"a"`
	B           string    `json:"b"`
	Improvement *Estimate `json:"probability_of_improvement"` // that a run of A is better than one of B
	A12         float64   `json:"a12"`
	Difference  *Estimate `json:"iqm_difference"` // of A less B
	P           float64   `json:"p"`              // Mann-Whitney, two-sided
	Holm        float64   `json:"p_holm"`         // corrected over all pairs and environments
	SmallestP   float64   `json:"smallest_p"`     // that so many runs can give
	Verdict     string    `json:"verdict"`
}

// Fronts compares the final fronts of two variants, of all runs together.
type Fronts struct {
	A            string  `json:"a"`
	B            string  `json:"b"`
	Dominated    float64 `json:"dominated"`    // share of the points of A that B dominates
	Covered      float64 `json:"covered"`      // share of the points of A that B weakly dominates
	EpsilonToB   float64 `json:"eps_add_to_b"` // by how much A must rise to cover B
	EpsilonFromB float64 `json:"eps_add_to_a"` // by how much B must rise to cover A
}

// Ranks compares variants over environments.
type Ranks struct {
	Variants           []string  `json:"variants"`
	MeanRanks          []float64 `json:"mean_ranks"` // 1 is best
	ChiSquared         float64   `json:"chi_squared"`
	P                  float64   `json:"p"`
	F                  *float64  `json:"iman_davenport_f"` // nil: all environments rank alike
	PF                 float64   `json:"p_f"`
	CriticalDifference float64   `json:"critical_difference"` // of mean ranks, Nemenyi at 0.05
}

// Compare compares complete runs of several variants on equal terms: per environment point estimates
// with stratified bootstrap intervals, pairwise tests, corrected by Holm over all pairs and
// environments, and what their fronts are to each other; over five environments or more their ranks. Runs
// that are incomplete are left out, and a note says so.
//
// ErrDifferent names runs of an environment whose numbers mean different things. With fewer runs than
// MinRuns the comparison has values but no tests, and comes with an ErrFewRuns.
func Compare(ctx context.Context, runs []*Run, o CompareOptions) (*Comparison, error) {
	c, err := newComparer(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := c.sort(runs); err != nil {
		return nil, err
	}
	for _, e := range c.environments {
		if err := c.compareOn(e); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := c.correct(); err != nil {
		return nil, err
	}
	if err := c.overall(); err != nil {
		return nil, err
	}
	if c.few != "" {
		return &c.result, fmt.Errorf("%w: %s; intervals and tests need at least %d of each variant", ErrFewRuns, c.few, c.options.MinRuns)
	}
	return &c.result, nil
}

// comparer is a comparison in the making.
type comparer struct {
	options      CompareOptions
	metric       metric
	stats        stats.Options
	environments []*environmentRuns
	result       Comparison
	few          string // why there are no tests
}

// environmentRuns are the complete runs on one environment, by variant.
type environmentRuns struct {
	name     string
	variants []string
	runs     map[string][]*Run // by seed
	scores   map[string][]float64
	against  string
}

func newComparer(ctx context.Context, o CompareOptions) (*comparer, error) {
	o.Metric, o.By, o.Confidence = cmp.Or(o.Metric, "hv_ratio"), cmp.Or(o.By, "label"), cmp.Or(o.Confidence, 0.95)
	o.MinRuns = max(cmp.Or(o.MinRuns, 3), stats.MinRuns)
	i := slices.IndexFunc(metrics, func(m metric) bool { return m.name == o.Metric })
	if i < 0 {
		return nil, fmt.Errorf("there is no metric %q%s", o.Metric, didyoumean.Question(didyoumean.Nearest(o.Metric, ComparisonMetrics()), "there are "+strings.Join(ComparisonMetrics(), ", ")))
	}
	if !slices.Contains([]string{"label", "algorithm", "preset"}, o.By) {
		return nil, fmt.Errorf("variants cannot be told apart by %q; give label, algorithm or preset", o.By)
	}
	if !(o.Confidence > 0 && o.Confidence < 1) {
		return nil, fmt.Errorf("a confidence of %v is not between 0 and 1; give 0.95, for instance", o.Confidence)
	}
	c := &comparer{options: o, metric: metrics[i]}
	c.stats = stats.Options{Resamples: o.Resamples, Confidence: o.Confidence, Seed: o.Seed, Workers: o.Workers, Ctx: ctx}
	c.result = Comparison{Metric: o.Metric, Better: "larger", Confidence: o.Confidence}
	if c.metric.smaller {
		c.result.Better = "smaller"
	}
	return c, nil
}

// variant of a run.
func (c *comparer) variant(r *Run) string {
	switch c.options.By {
	case "algorithm":
		return r.Info.Algorithm
	case "preset":
		return r.Info.Algorithm + "-" + r.Info.Preset
	}
	return cmp.Or(r.Info.Label, r.Info.Algorithm)
}

func (c *comparer) note(format string, a ...any) {
	c.result.Notes = append(c.result.Notes, fmt.Sprintf(format, a...))
}

// sort groups the complete runs by environment and variant, and checks that they mean the same.
func (c *comparer) sort(runs []*Run) error {
	byName := map[string]*environmentRuns{}
	for _, r := range runs {
		if r.Result == nil {
			c.note("%s is not complete and left out; `paretolab resume %s` finishes it", r.Dir, r.Dir)
			continue
		}
		name := cmp.Or(r.Info.Environment.Label, r.Info.Environment.ID)
		e := byName[name]
		if e == nil {
			e = &environmentRuns{name: name, runs: map[string][]*Run{}, scores: map[string][]float64{}}
			byName[name] = e
			c.environments = append(c.environments, e)
		}
		v := c.variant(r)
		if !slices.Contains(e.variants, v) {
			e.variants = append(e.variants, v)
		}
		e.runs[v] = append(e.runs[v], r)
	}
	if len(c.environments) == 0 {
		return fmt.Errorf("%w: none is complete", ErrNoRuns)
	}
	slices.SortFunc(c.environments, func(a, b *environmentRuns) int { return cmp.Compare(a.name, b.name) })
	for _, e := range c.environments {
		slices.Sort(e.variants)
		for _, v := range e.variants {
			slices.SortFunc(e.runs[v], func(a, b *Run) int {
				return cmp.Or(cmp.Compare(a.Info.Seed, b.Info.Seed), cmp.Compare(a.Dir, b.Dir))
			})
			for i, r := range e.runs[v] {
				if i > 0 && r.Info.Seed == e.runs[v][i-1].Info.Seed {
					return fmt.Errorf("%w: %s and %s are both %s on %s with seed %d; tell them apart by label, or leave one out", ErrDifferent, e.runs[v][i-1].Dir, r.Dir, v, e.name, r.Info.Seed)
				}
			}
		}
		if err := c.checkAlike(e); err != nil {
			return err
		}
	}
	return nil
}

// checkAlike compares what the runs of an environment measure with those of its first.
func (c *comparer) checkAlike(e *environmentRuns) error {
	first := e.runs[e.variants[0]][0]
	steps := map[int]bool{}
	for _, v := range e.variants {
		for _, r := range e.runs[v] {
			steps[r.Info.Steps] = true
			for _, x := range []struct {
				what string
				a, b any
			}{
				{"the environment itself", first.Info.Environment.SpecHash, r.Info.Environment.SpecHash},
				{"options", plainJSON(first.Info.Environment.Options), plainJSON(r.Info.Environment.Options)},
				{"discount", first.Info.Environment.Gamma, r.Info.Environment.Gamma},
				{"reference point", fmt.Sprint(first.Info.Environment.Reference), fmt.Sprint(r.Info.Environment.Reference)},
				{"episode length", first.Info.Environment.Horizon, r.Info.Environment.Horizon},
				{"weights of expected utility", first.Result.Weights, r.Result.Weights},
				{"episodes of the final evaluation", finalEpisodes(first), finalEpisodes(r)},
			} {
				if x.a == x.b {
					continue
				}
				text := fmt.Sprintf("%s and %s differ on %s in %s: %v and %v", first.Dir, r.Dir, e.name, x.what, x.a, x.b)
				if !c.options.Force {
					return fmt.Errorf("%w: %s", ErrDifferent, text)
				}
				if !slices.Contains(c.result.Notes, text) {
					c.note("%s", text)
				}
			}
		}
	}
	if len(steps) > 1 {
		var list []int
		for s := range steps {
			list = append(list, s)
		}
		slices.Sort(list)
		c.note("budgets on %s are not equal: %v training steps", e.name, list)
	}
	return nil
}

// finalEpisodes is the number of episodes of the final evaluation of a policy.
func finalEpisodes(r *Run) int {
	if len(r.Archive) == 0 {
		return 0
	}
	return r.Archive[0].Episodes
}

func plainJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// points is the front of a run.
func points(r *Run) pareto.Front {
	f := pareto.Front{M: len(r.Info.Environment.Objectives)}
	for _, a := range r.Front() {
		f.X = append(f.X, a.Value...)
	}
	return f
}

// score fills in the scores of an environment. Where hv_ratio has no known front, the union of all final
// fronts takes its place.
func (c *comparer) score(e *environmentRuns) error {
	share := 0.0 // hypervolume of the union
	first := e.runs[e.variants[0]][0]
	e.against = first.Result.KnownFront
	if c.metric.name == "hv_ratio" && first.Result.HypervolumeExact == nil {
		union := pareto.Front{M: len(first.Info.Environment.Objectives)}
		for _, v := range e.variants {
			for _, r := range e.runs[v] {
				union.X = append(union.X, points(r).X...)
			}
		}
		keep, err := pareto.NonDominated(union)
		if err != nil {
			return err
		}
		union = union.Select(keep)
		if share, err = pareto.Hypervolume(union, first.Info.Environment.Reference); err != nil {
			return err
		}
		if share == 0 {
			return errors.New("no run has a point above the reference point, so that there is no hypervolume to take shares of; compare by another metric")
		}
		e.against = fmt.Sprintf("union of the final fronts compared here (%d points, SHA-256 %.12x)", union.Len(), sha256.Sum256([]byte(fmt.Sprint(union.Rows()))))
	}
	for _, v := range e.variants {
		for _, r := range e.runs[v] {
			value := c.metric.of(&r.Result.Final)
			switch {
			case share > 0:
				ratio := r.Result.Final.Hypervolume / share
				value = &ratio
			case value == nil || math.IsNaN(*value) || math.IsInf(*value, 0):
				return fmt.Errorf("%s has no %s; compare by another metric, hypervolume for instance", r.Dir, c.metric.name)
			}
			e.scores[v] = append(e.scores[v], *value)
		}
	}
	return nil
}

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
	if err := c.score(e); err != nil {
		return err
	}
	first := e.runs[e.variants[0]][0]
	out := EnvironmentComparison{
		Environment: e.name, Reference: first.Info.Environment.Reference, Discount: first.Info.Environment.Gamma, Episodes: finalEpisodes(first),
	}
	if c.metric.name == "hv_ratio" {
		out.Against = e.against
	}
	for _, v := range e.variants {
		s := Score{Variant: v, Runs: len(e.runs[v]), Values: e.scores[v]}
		for _, r := range e.runs[v] {
			s.Seeds = append(s.Seeds, r.Info.Seed)
			s.Steps += float64(r.Result.StepsTrain) / float64(s.Runs)
			s.Seconds += r.WallSeconds() / float64(s.Runs)
		}
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
	var err error
	if out.Fronts, err = c.fronts(e); err != nil {
		return err
	}
	c.result.Environments = append(c.result.Environments, out)
	return nil
}

// estimate fills in point estimates with intervals.
func (c *comparer) estimate(s *Score, scores stats.Scores) error {
	for _, x := range []struct {
		to   **Estimate
		stat stats.Statistic
	}{{&s.IQM, stats.IQM}, {&s.Median, stats.Median}, {&s.Mean, stats.Mean}} {
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
	p := Pair{A: a, B: b}
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
	p.P = test.P
	p.SmallestP, err = stats.SmallestP(len(x[0].Runs), len(y[0].Runs))
	return p, err
}

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
			pair.Verdict = "cannot be significant with so few runs"
		default:
			pair.Verdict = "no difference shown"
		}
	}
	return nil
}

// fronts compares the fronts of all pairs of variants, of all their runs together.
func (c *comparer) fronts(e *environmentRuns) ([]Fronts, error) {
	var sets []pareto.Front
	for _, v := range e.variants {
		all := pareto.Front{M: len(e.runs[v][0].Info.Environment.Objectives)}
		for _, r := range e.runs[v] {
			all.X = append(all.X, points(r).X...)
		}
		keep, err := pareto.NonDominated(all)
		if err != nil {
			return nil, err
		}
		sets = append(sets, all.Select(keep))
	}
	dominated, err := pareto.DominanceMatrix(sets)
	if err != nil {
		return nil, err
	}
	var out []Fronts
	for i, a := range e.variants {
		for j, b := range e.variants {
			if i == j || sets[i].Len() == 0 || sets[j].Len() == 0 {
				continue
			}
			f := Fronts{A: a, B: b, Dominated: dominated[j][i]}
			if f.Covered, err = pareto.Coverage(sets[j], sets[i]); err != nil {
				return nil, err
			}
			if f.EpsilonToB, err = pareto.EpsAdditive(sets[i], sets[j]); err != nil {
				return nil, err
			}
			if f.EpsilonFromB, err = pareto.EpsAdditive(sets[j], sets[i]); err != nil {
				return nil, err
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// overall pools the environments, where every variant ran on all of them with equally many seeds, and
// ranks the variants over five environments or more.
func (c *comparer) overall() error {
	if len(c.environments) < 2 {
		return nil
	}
	variants := c.environments[0].variants
	runs := -1
	for _, e := range c.environments {
		if !slices.Equal(e.variants, variants) {
			c.note("not every variant ran on every environment, so that nothing is said over all of them")
			return nil
		}
		for _, v := range variants {
			if n := len(e.runs[v]); runs >= 0 && n != runs {
				c.note("numbers of runs differ, so that nothing is said over all environments")
				return nil
			} else if runs = n; n < c.options.MinRuns {
				return nil
			}
		}
	}
	if c.metric.name == "hv_ratio" { // the one that is of equal size everywhere
		for _, v := range variants {
			s := Score{Variant: v, Runs: runs * len(c.environments)}
			var scores stats.Scores
			for _, e := range c.environments {
				scores = append(scores, stats.Task{Name: e.name, Runs: e.scores[v]})
			}
			if err := c.estimate(&s, scores); err != nil {
				return err
			}
			c.result.Overall = append(c.result.Overall, s)
		}
	}
	if len(c.environments) < 5 || len(variants) < 2 {
		return nil
	}
	var table [][]float64
	for _, e := range c.environments {
		var row []float64
		for _, v := range variants {
			iqm, err := stats.IQM.Of(stats.Scores{c.task(e, v)})
			if err != nil {
				return err
			}
			row = append(row, iqm)
		}
		table = append(table, row)
	}
	f, err := stats.Friedman(table)
	if err != nil {
		return err
	}
	r := &Ranks{Variants: variants, MeanRanks: f.MeanRanks, ChiSquared: f.ChiSquared, P: f.P, PF: f.PF}
	if !math.IsInf(f.F, 0) {
		r.F = &f.F
	}
	if len(variants) <= 10 {
		if r.CriticalDifference, err = stats.NemenyiCD(len(variants), len(table), 0.05); err != nil {
			return err
		}
	}
	c.result.Ranks = r
	return nil
}
