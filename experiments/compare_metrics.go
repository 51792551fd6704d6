package experiments

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// metric is a number that runs are compared by.
type metric struct {
	name    string
	smaller bool // is better
	share   bool // of what could be had: of equal size in all environments, 1 where all of it was found
	known   bool // refers to the known front
	of      func(i *Indicators) *float64
}

// Names of the metrics that are shares.
const (
	metricHVRatio = "hv_ratio"
	metricEUMNorm = "eum_norm"
)

// Sparsity is not among them: alone it says nothing, a front of two points can have less of it than a
// front of twenty.
var metrics = []metric{
	{metricHVRatio, false, true, true, func(i *Indicators) *float64 { return i.HVRatio }},
	{"hypervolume", false, false, false, func(i *Indicators) *float64 { return &i.Hypervolume }},
	{metricEUMNorm, false, true, true, func(i *Indicators) *float64 { return i.EUM }},
	{"eum", false, false, false, func(i *Indicators) *float64 { return i.EUM }},
	{"eum_min", false, false, false, func(i *Indicators) *float64 { return i.EUMMin }},
	{"mul", true, false, true, func(i *Indicators) *float64 { return i.MUL }},
	{"igd_plus", true, false, true, func(i *Indicators) *float64 { return i.IGDPlus }},
	{"eps_add", true, false, true, func(i *Indicators) *float64 { return i.EpsAdd }},
	{"cardinality", false, false, false, func(i *Indicators) *float64 { c := float64(i.Cardinality); return &c }},
}

// ComparisonMetrics lists the numbers that runs can be compared by.
func ComparisonMetrics() []string {
	var names []string
	for _, m := range metrics {
		names = append(names, m.name)
	}
	return names
}

// scorer is the score of a front; nil if it has none.
type scorer func(*Indicators) *float64

// share makes a scorer of the part of the way from a floor to a ceiling that a number has come.
func share(of scorer, floor, ceiling float64) scorer {
	return func(i *Indicators) *float64 {
		x := of(i)
		if !valid(x) {
			return nil
		}
		s := (*x - floor) / (ceiling - floor)
		return &s
	}
}

// scorer returns what scores the fronts on an environment, of metrics that are shares after finding the
// front Z that they are shares of: hypervolume from none to that of Z, expected utility from that of the
// random policy to that of Z.
func (c *comparer) scorer(e *environmentRuns, out *EnvironmentComparison) (scorer, error) {
	first := e.first()
	if _, given := c.options.References[e.name]; given && len(first.KnownFront) > 0 {
		c.note("the reference front given for %s is not used: one is known there", e.name)
	}
	switch {
	case !c.metric.share:
		return c.metric.of, nil
	case c.metric.name == metricHVRatio && first.Result != nil && first.Result.HypervolumeExact != nil:
		out.Against = first.Result.KnownFront
		return c.metric.of, nil
	}
	z, err := c.referenceFront(e, out)
	if err != nil {
		return nil, err
	}
	if c.metric.name == metricEUMNorm {
		return c.utilityShare(z, first, out)
	}
	all, err := c.hypervolume(e.name, z, out.Reference)
	if err != nil {
		return nil, err
	}
	if all == 0 {
		return nil, errors.New("no run has a point above the reference point, so that there is no hypervolume to take shares of; compare by another metric")
	}
	return share(func(i *Indicators) *float64 { return &i.Hypervolume }, 0, all), nil
}

// referenceWork bounds the boxes that the hypervolume of Z may take: a second or two.
const referenceWork = 2_000_000

// hypervolume of Z: of many objectives, where it would take too long, the middle of bounds, with a note.
func (c *comparer) hypervolume(environment string, z pareto.Front, ref []float64) (float64, error) {
	lo, hi, err := pareto.HypervolumeWithin(z, ref, 1e-3, pareto.Options{Ctx: c.stats.Ctx, Workers: c.options.Workers, MaxWork: referenceWork})
	if err != nil && !errors.Is(err, pareto.ErrBudget) {
		return 0, err
	}
	if lo < hi {
		c.note("the hypervolume of the front that shares on %s refer to lies between %.6g and %.6g; they are of the middle", environment, lo, hi)
	}
	return (lo + hi) / 2, nil
}

// utilityShare measures the random policy.
func (c *comparer) utilityShare(z pareto.Front, first *Run, out *EnvironmentComparison) (scorer, error) {
	item, _, err := storedItem(first.Dir, first.Config)
	if err != nil {
		return nil, fmt.Errorf("the random policy cannot be measured: %w; compare by eum", err)
	}
	env, err := item.NewEnvironment()
	if err != nil {
		return nil, fmt.Errorf("the random policy cannot be measured: %w; compare by eum", err)
	}
	random, err := measureRandom(c.stats.Ctx, env, item.Fronts().Discount, 0)
	if err != nil {
		return nil, err
	}
	w := item.Weights(z.M)
	floor, err := pareto.ExpectedUtility(pareto.Front{M: z.M}.Append(random.Return), w)
	if err != nil {
		return nil, err
	}
	ceiling, err := pareto.ExpectedUtility(z, w)
	if err != nil {
		return nil, err
	}
	if !(ceiling > floor) {
		return nil, fmt.Errorf("the random policy has an expected utility of %v and the %s one of %v, so that there is nothing to take shares of; compare by eum", floor, out.Against, ceiling)
	}
	out.Random = &floor
	return share(c.metric.of, floor, ceiling), nil
}

// referenceFront is Z: the known front of an environment, else a given one, else the union of all final
// fronts compared.
func (c *comparer) referenceFront(e *environmentRuns, out *EnvironmentComparison) (pareto.Front, error) {
	first := e.first()
	if len(first.KnownFront) > 0 {
		out.Against = knownFrontName(first)
		return pareto.NewFront(first.KnownFront)
	}
	m := len(first.Info.Environment.Objectives)
	z, given := c.options.References[e.name]
	if !given {
		z = pareto.Front{M: m}
		for _, v := range e.variants {
			for _, x := range e.runs[v] {
				z.X = append(z.X, x.front.X...)
			}
		}
	}
	if z.M != m {
		return z, fmt.Errorf("the reference front given has %d objectives, the environment %d", z.M, m)
	}
	keep, err := pareto.NonDominated(z)
	if err != nil {
		return z, err
	}
	rows := z.Select(keep).Rows()
	slices.SortFunc(rows, slices.Compare)
	u := &Union{Objectives: first.Info.Environment.objectiveNames(), Points: rows}
	u.SHA256 = sha256Hex(u.CSV())
	out.Against = fmt.Sprintf("union of the final fronts compared here (%d points, SHA-256 %.12s)", len(rows), u.SHA256)
	if given {
		out.Against = fmt.Sprintf("the reference front given (%d points, SHA-256 %.12s)", len(rows), u.SHA256)
	} else {
		out.Union = u
	}
	return pareto.NewFront(rows)
}

// knownFrontName says how the known front of a run was obtained.
func knownFrontName(r *Run) string {
	if r.Result != nil && r.Result.KnownFront != "" {
		return r.Result.KnownFront
	}
	return "known front"
}

// CSV is the front as a file: the objectives by name, one row per point, ascending.
func (u *Union) CSV() []byte {
	b := cells(u.Objectives).line()
	for _, p := range u.Points {
		var c cells
		c.floats(p...)
		b = append(b, c.line()...)
	}
	return b
}

// ReferenceFronts are the unions that scores are shares of, as CSV files by name: reference_front.csv, with
// the name of the environment before it where there are several.
func (c *Comparison) ReferenceFronts() map[string][]byte {
	files := map[string][]byte{}
	for _, e := range c.Environments {
		if e.Union == nil {
			continue
		}
		name := "reference_front.csv"
		if len(c.Environments) > 1 {
			name = folderName(e.Environment) + "." + name
		}
		files[name] = e.Union.CSV()
	}
	return files
}

// ReadReferenceFront reads a front of the named objectives from a CSV file with a header row, such as
// the reference_front.csv of a comparison or the front.csv or known_front.csv of a run.
func ReadReferenceFront(path string, objectives []string) (pareto.Front, error) {
	rows, err := reader(os.ReadFile).points(path, objectives)
	if err != nil {
		return pareto.Front{}, err
	}
	if len(rows) == 0 {
		return pareto.Front{}, corrupt(path, 0, "it has no points; give a CSV file with the columns %v", objectives)
	}
	return pareto.NewFront(rows)
}

// valid reports whether a score can be compared.
func valid(x *float64) bool { return x != nil && !math.IsNaN(*x) && !math.IsInf(*x, 0) }
