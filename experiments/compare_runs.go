package experiments

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
	"github.com/paretolab/paretolab/pareto/stats"
)

// comparer is a comparison in the making.
type comparer struct {
	options      CompareOptions
	metric       metric
	stats        stats.Options
	environments []*environmentRuns
	result       Comparison
	few          string // why there are no tests
}

// environmentRuns are the runs compared on one environment, by variant.
type environmentRuns struct {
	name     string
	variants []string
	runs     map[string][]*measured // by seed
	scores   map[string][]float64
}

// measured is a run as it is compared: by its final evaluation, or as it was at a step.
type measured struct {
	*Run
	indicators       Indicators
	front            pareto.Front
	steps, stepsEval int
}

// first is the run that the others on an environment are checked against.
func (e *environmentRuns) first() *Run { return e.runs[e.variants[0]][0].Run }

func newComparer(ctx context.Context, o CompareOptions) (*comparer, error) {
	o.Metric, o.By, o.Confidence = cmp.Or(o.Metric, metricHVRatio), cmp.Or(o.By, "label"), cmp.Or(o.Confidence, 0.95)
	o.MinRuns = max(cmp.Or(o.MinRuns, 3), stats.MinRuns)
	if o.Metric == "sparsity" {
		return nil, fmt.Errorf("sparsity alone says nothing: a front of two points can have less of it than a front of twenty; compare by one of %s, sparsity stands beside", strings.Join(ComparisonMetrics(), ", "))
	}
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
	text := fmt.Sprintf(format, a...)
	if !slices.Contains(c.result.Notes, text) {
		c.result.Notes = append(c.result.Notes, text)
	}
}

// exclude leaves a run out, and says so.
func (c *comparer) exclude(r *Run, reason string) {
	steps := 0
	if n := len(r.Metrics); n > 0 {
		steps = r.Metrics[n-1].StepsTrain
	}
	c.result.Excluded = append(c.result.Excluded, Excluded{Dir: r.Dir, Variant: c.variant(r), Steps: steps, Reason: reason})
	c.note("%s is left out: %s", r.Dir, reason)
}

// unfinished says why a run has no result.
func unfinished(r *Run) string {
	if r.Failure != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(r.Failure.Error), "\n")
		return fmt.Sprintf("it failed at step %d: %s; `paretolab resume %s` tries again", r.Failure.Step, first, r.Dir)
	}
	return fmt.Sprintf("it is not complete; `paretolab resume %s` finishes it", r.Dir)
}

// sort groups the runs by environment and variant, and checks that they mean the same.
func (c *comparer) sort(runs []*Run) error {
	byName := map[string]*environmentRuns{}
	for _, r := range runs {
		switch {
		case r.Result == nil && !c.options.IncludeIncomplete:
			c.exclude(r, unfinished(r))
			continue
		case r.Result == nil && len(r.Metrics) == 0:
			c.exclude(r, "it has recorded no evaluation yet")
			continue
		}
		name := cmp.Or(r.Info.Environment.Label, r.Info.Environment.ID)
		e := byName[name]
		if e == nil {
			e = &environmentRuns{name: name, runs: map[string][]*measured{}, scores: map[string][]float64{}}
			byName[name] = e
			c.environments = append(c.environments, e)
		}
		v := c.variant(r)
		if !slices.Contains(e.variants, v) {
			e.variants = append(e.variants, v)
		}
		e.runs[v] = append(e.runs[v], &measured{Run: r})
		if r.Info.Program.Kernel == KernelMixed {
			c.note("%s on %s with seed %d is %s: it was begun with one class of numeric kernels and continued with another, and repeating it gives other bits", v, name, r.Info.Seed, KernelMixed)
		}
	}
	if len(c.environments) == 0 {
		return fmt.Errorf("%w: none is complete", ErrNoRuns)
	}
	slices.SortFunc(c.environments, func(a, b *environmentRuns) int { return cmp.Compare(a.name, b.name) })
	var differences []string
	for _, e := range c.environments {
		slices.Sort(e.variants)
		for _, v := range e.variants {
			slices.SortFunc(e.runs[v], func(a, b *measured) int {
				return cmp.Or(cmp.Compare(a.Info.Seed, b.Info.Seed), cmp.Compare(a.Dir, b.Dir))
			})
			for i, r := range e.runs[v] {
				if i > 0 && r.Info.Seed == e.runs[v][i-1].Info.Seed {
					return fmt.Errorf("%w: %s and %s are both %s on %s with seed %d; tell them apart by label, or leave one out", ErrDifferent, e.runs[v][i-1].Dir, r.Dir, v, e.name, r.Info.Seed)
				}
			}
		}
		differences = append(differences, c.differences(e)...)
		if err := c.measure(e); err != nil {
			return err
		}
	}
	if len(differences) > 0 && !c.options.Force {
		return fmt.Errorf("%w: %s", ErrDifferent, strings.Join(differences, "\n"))
	}
	for _, d := range differences {
		c.note("%s", d)
	}
	return nil
}

// differences lists what the runs of an environment measure otherwise than its first: for each kind of
// difference the first run that has it, and how many more there are.
func (c *comparer) differences(e *environmentRuns) []string {
	first := e.first()
	steps := map[int]bool{}
	var list []string
	found, others := map[string]int{}, map[int]int{}
	for _, v := range e.variants {
		for _, r := range e.runs[v] {
			steps[r.Info.Steps] = true
			for _, x := range c.measures(first, r.Run) {
				switch i, seen := found[x.what]; {
				case x.a == x.b:
				case seen:
					others[i]++
				default:
					found[x.what] = len(list)
					list = append(list, fmt.Sprintf("%s and %s differ on %s in %s: %v and %v", first.Dir, r.Dir, e.name, x.what, x.a, x.b))
				}
			}
		}
	}
	for i, n := range others {
		list[i] += fmt.Sprintf(", and so do %d more", n)
	}
	if len(steps) > 1 {
		var budgets []int
		for s := range steps {
			budgets = append(budgets, s)
		}
		slices.Sort(budgets)
		c.note("budgets on %s are not equal: %v training steps", e.name, budgets)
	}
	return list
}

// measure is a property that the numbers of two runs depend on.
type measure struct {
	what string
	a, b any
}

// measures compares all of them.
func (c *comparer) measures(x, y *Run) []measure {
	a, b := x.Info.Environment, y.Info.Environment
	how, other := measuringOf(x), measuringOf(y)
	list := []measure{
		{"the environment itself", a.SpecHash, b.SpecHash},
		{"options", plainJSON(a.Options), plainJSON(b.Options)},
		{"objectives", fmt.Sprint(a.objectiveNames()), fmt.Sprint(b.objectiveNames())},
		{"discount", a.Gamma, b.Gamma},
		{"reference point", fmt.Sprint(a.Reference), fmt.Sprint(b.Reference)},
		{"episode length", a.Horizon, b.Horizon},
		{"how evaluated policies act", how.Policy, other.Policy},
		{"episodes of evaluations during training", how.Episodes, other.Episodes},
	}
	if c.metric.known {
		list = append(list, measure{"the front that " + c.metric.name + " refers to", frontHash(x), frontHash(y)})
	}
	if x.Result != nil && y.Result != nil {
		list = append(list, measure{"weights of expected utility", x.Result.Weights, y.Result.Weights},
			measure{"episodes of the final evaluation", finalEpisodes(x), finalEpisodes(y)})
	}
	return list
}

// measuring is how a run measured policies during training.
type measuring struct {
	Policy   string `yaml:"policy"` // how they act: "deterministic" or "sampled"
	Episodes int    `yaml:"episodes"`
}

func measuringOf(r *Run) measuring {
	var c struct {
		Evaluation measuring `yaml:"evaluation"`
	}
	_ = yaml.Unmarshal([]byte(r.Config), &c) // without one that can be read: the default
	c.Evaluation.Policy = cmp.Or(c.Evaluation.Policy, "deterministic")
	return c.Evaluation
}

// frontHash tells known fronts apart, whatever the order of their points and the last bits of their values.
func frontHash(r *Run) string {
	if len(r.KnownFront) == 0 {
		return "none"
	}
	var text []byte
	for _, p := range slices.SortedFunc(slices.Values(r.KnownFront), slices.Compare) {
		text = fmt.Appendf(text, "%.9g\n", p)
	}
	return fmt.Sprintf("%d points, SHA-256 %.12s", len(r.KnownFront), sha256Hex(text))
}

func (e *EnvironmentInfo) objectiveNames() []string {
	var names []string
	for _, o := range e.Objectives {
		names = append(names, o.Name)
	}
	return names
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

// measure takes the final evaluation of every run on an environment, or, if one of them is incomplete,
// the last evaluation of each up to the step at which the shortest ended.
func (c *comparer) measure(e *environmentRuns) error {
	shortest, incomplete := math.MaxInt, 0
	for _, v := range e.variants {
		for _, r := range e.runs[v] {
			if r.Result == nil {
				incomplete++
			}
			if n := len(r.Metrics); n > 0 {
				shortest = min(shortest, r.Metrics[n-1].StepsTrain)
			}
		}
	}
	if incomplete > 0 {
		c.note("on %s, where %d of the runs are incomplete, all are compared as they were at step %d, by the values that training selected by", e.name, incomplete, shortest)
	}
	for _, v := range e.variants {
		for _, r := range e.runs[v] {
			r.front.M = len(r.Info.Environment.Objectives)
			if incomplete == 0 {
				r.indicators, r.steps, r.stepsEval = r.Result.Final, r.Result.StepsTrain, r.Result.StepsEval
				for _, a := range r.Front() {
					r.front.X = append(r.front.X, a.Value...)
				}
			} else if err := r.cut(shortest); err != nil {
				return err
			}
		}
	}
	return nil
}

// cut takes the last evaluation up to a step, and the last archive recorded up to it.
func (r *measured) cut(step int) error {
	if len(r.Metrics) == 0 || r.Metrics[0].StepsTrain > step {
		return fmt.Errorf("%w: %s has no evaluation up to step %d, where the shortest run ends; leave one of them out", ErrFewRuns, r.Dir, step)
	}
	for i := range r.Metrics {
		if row := &r.Metrics[i]; row.StepsTrain <= step {
			r.indicators, r.steps, r.stepsEval = row.Indicators, row.StepsTrain, row.StepsEval
		}
	}
	for _, s := range r.Fronts {
		if s.StepsTrain > step {
			break
		}
		r.front.X = nil
		for _, p := range s.Points {
			r.front.X = append(r.front.X, p...)
		}
	}
	return nil
}
