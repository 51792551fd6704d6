package explorer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
)

type indicatorsRequest struct {
	Sets []struct {
		selection
		Name   string      `json:"name"`
		Points [][]float64 `json:"points"`
	} `json:"sets"`
	Reference []float64           `json:"reference"`
	Against   [][]float64         `json:"against"` // a front to compare with
	Weights   experiments.Weights `json:"weights"` // of expected utility
	Names     []string            `json:"names"`
}

// measurement is all that an indicator may need.
type measurement struct {
	ctx             context.Context
	set, against    pareto.Front
	reference       []float64
	weights         [][]float64
	lowest, highest float64 // bounds of a hypervolume, equal where it is exact
}

// indicator is a number of a front.
type indicator struct {
	name    string
	against bool // needs a front to compare with
	value   func(m *measurement) (float64, error)
}

var indicators = []indicator{
	{"hypervolume", false, (*measurement).hypervolume},
	{"hv_ratio", true, func(m *measurement) (float64, error) {
		return pareto.HVRatio(m.set, m.against, m.reference, pareto.Options{Ctx: m.ctx})
	}},
	{"eum", false, func(m *measurement) (float64, error) { return pareto.ExpectedUtility(m.set, m.weights) }},
	{"eum_min", false, func(m *measurement) (float64, error) { return pareto.MinUtility(m.set, m.weights) }},
	{"mul", true, func(m *measurement) (float64, error) { return pareto.MaxUtilityLoss(m.set, m.against, m.weights) }},
	{"igd", true, func(m *measurement) (float64, error) { return pareto.IGD(m.set, m.against) }},
	{"igd_plus", true, func(m *measurement) (float64, error) { return pareto.IGDPlus(m.set, m.against) }},
	{"gd_plus", true, func(m *measurement) (float64, error) { return pareto.GDPlus(m.set, m.against) }},
	{"eps_add", true, func(m *measurement) (float64, error) { return pareto.EpsAdditive(m.set, m.against) }},
	{"coverage", true, func(m *measurement) (float64, error) {
		return pareto.Coverage(m.set, m.against, pareto.Options{Ctx: m.ctx})
	}},
	{"sparsity", false, func(m *measurement) (float64, error) { return pareto.Sparsity(m.set), nil }},
	{"spacing", false, func(m *measurement) (float64, error) { return pareto.Spacing(m.set) }},
	{"cardinality", false, func(m *measurement) (float64, error) {
		n, err := pareto.Cardinality(m.set, pareto.Options{Ctx: m.ctx})
		return float64(n), err
	}},
}

// bracket is the largest relative gap between bounds of a hypervolume that takes too long exactly.
const bracket = 1e-3

func (m *measurement) hypervolume() (float64, error) {
	var err error
	m.lowest, m.highest, err = pareto.HypervolumeWithin(m.set, m.reference, bracket, pareto.Options{Ctx: m.ctx, Workers: 2})
	return (m.lowest + m.highest) / 2, err
}

func indicatorNames() []string {
	var names []string
	for _, i := range indicators {
		names = append(names, i.name)
	}
	return names
}

// measureSets computes indicators of fronts.
func (s *Server) measureSets(ctx context.Context, b *indicatorsRequest) (any, error) {
	if len(b.Sets) == 0 || len(b.Sets) > maxRunsAtOnce {
		return nil, badInput(fmt.Sprintf("give 1 to %d", maxRunsAtOnce), "there are %d sets", len(b.Sets))
	}
	if len(b.Names) == 0 {
		b.Names = []string{"hypervolume", "eum", "sparsity", "cardinality"}
	}
	var wanted []indicator
	for _, name := range b.Names {
		i := slices.IndexFunc(indicators, func(x indicator) bool { return x.name == name })
		switch {
		case i < 0:
			return nil, badInput(strings.TrimLeft(didyoumean.Question(didyoumean.Nearest(name, indicatorNames()), "there are "+strings.Join(indicatorNames(), ", ")), ";, "), "there is no indicator %q", name)
		case indicators[i].against && b.Against == nil:
			return nil, badInput("give the front to compare with as against", "%s needs a second front", name)
		}
		wanted = append(wanted, indicators[i])
	}
	sets, names, reference, err := s.readSets(ctx, b)
	if err != nil {
		return nil, err
	}
	m := &measurement{ctx: ctx, reference: reference}
	if m.against, err = pareto.NewFront(b.Against); err != nil {
		return nil, err
	}
	weightsName, err := b.spread(sets[0].M, m)
	if err != nil {
		return nil, err
	}
	type result struct {
		Name   string     `json:"name"`
		Values []*float64 `json:"values"` // null where an indicator is not defined
	}
	results, notes := make([]result, len(sets)), []string{}
	for k, set := range sets {
		m.set = set
		results[k] = result{names[k], make([]*float64, len(wanted))}
		for n, i := range wanted {
			v, err := i.value(m)
			var input *pareto.InputError
			switch {
			case err == nil:
				results[k].Values[n] = &v
			case errors.As(err, &input) || errors.Is(err, pareto.ErrBudget):
				notes = append(notes, fmt.Sprintf("%s of %s: %v", i.name, names[k], err))
			default:
				return nil, err
			}
			if i.name == "hypervolume" && err == nil && m.lowest < m.highest {
				notes = append(notes, fmt.Sprintf("hypervolume of %s lies between %.6g and %.6g", names[k], m.lowest, m.highest))
			}
		}
	}
	return object{{"names", b.Names}, {"sets", results}, {"reference", reference}, {"weights", weightsName}, {"notes", notes}}, nil
}

// readSets returns the fronts asked about, their names, and the reference point: the one given, or else that of the first run.
func (s *Server) readSets(ctx context.Context, b *indicatorsRequest) (sets []pareto.Front, names []string, reference []float64, err error) {
	reference = b.Reference
	for k := range b.Sets {
		set := &b.Sets[k]
		if (set.Points == nil) == (set.Runs == nil) {
			return nil, nil, nil, badInput("give one of them", "set %d has either runs or points", k)
		}
		name := set.Name
		var f pareto.Front
		if set.Points != nil {
			if f, err = pareto.NewFront(set.Points); err != nil {
				return nil, nil, nil, err
			}
		} else {
			c, err := s.choose(ctx, set.selection)
			if err != nil {
				return nil, nil, nil, err
			}
			f = c.values
			if reference == nil {
				reference = c.fronts[0].info.Environment.Reference
			}
			if name == "" {
				row := c.fronts[0].run.present()
				name = row.title()
			}
		}
		if name == "" {
			name = fmt.Sprintf("set %d", k)
		}
		if len(sets) > 0 && f.M != sets[0].M || f.Len() == 0 {
			return nil, nil, nil, badInput("give sets of points with equally many objectives", "set %d has %d points of %d objectives", k, f.Len(), f.M)
		}
		if f.Len() > maxFrontPoints {
			return nil, nil, nil, badInput(fmt.Sprintf("give at most %d", maxFrontPoints), "set %d has %d points", k, f.Len())
		}
		sets, names = append(sets, f), append(names, name)
	}
	if reference == nil {
		return nil, nil, nil, badInput("give one number per objective", "there is no reference")
	}
	return sets, names, reference, nil
}

// Limits of the weights of expected utility.
const (
	maxLatticeRows   = 100_000
	maxEnergyWeights = 300  // of 9 objectives they take about a second
	maxEnergyNumbers = 6400 // weights times objectives
)

// spread sets the weights of expected utility, as configurations name them, and returns their name.
func (b *indicatorsRequest) spread(m int, to *measurement) (string, error) {
	w := b.Weights
	const hint = "give a kind, lattice or energy, and an integer n of at least 1 that makes at most 100,000 weights of a lattice, or 300 of energy, fewer of many objectives"
	if w.N < 0 || w.N > 1000 || w.Kind == "energy" && (w.N > maxEnergyWeights || w.N*m > maxEnergyNumbers) || w.Kind != "energy" && pareto.LatticeSize(m, w.N) > maxLatticeRows {
		return "", badInput(hint, "weights.n is %d", w.N)
	}
	var err error
	if to.weights, err = w.Rows(m); err != nil {
		return "", badInput(hint, "weights: %v", err)
	}
	return w.Name(m), nil
}
