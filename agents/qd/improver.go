package qd

import (
	"context"
	"slices"
)

// improver is an emitter that improves the reward around an individual that found some: a small
// population of which the best of parents and children survive, or the samples of CMA-ES.
//
// Source: SERENE (Paolo, Coninx, Doncieux and Laflaquière, 2021, arXiv 2102.03140).
type improver struct {
	Ancestor    *Individual
	Sigma       float64 // of mutations
	Population  []*Individual
	Values      [][]float64 // rewards of the population, or Gained: of the first one and after each step
	Gained      float64     // hypervolume that it has added to the fronts of areas, if there are some
	Improvement float64     // of the mean value from the first three populations to the last three
	MostNovel   *Individual // so far
	Novel       []*Individual
	Stored      float64 // best reward that it put into the reward archive; 0: nothing yet
	Spent       int     // evaluations
	ES          *CMAES  // nil: the best survive
	RNG         *Random

	novelty float64 // of MostNovel, in the reference set of the phase
}

// averaged is the number of populations at both ends that an improvement is measured between.
const averaged = 3

// newImprover returns the emitter of an individual, whose mutations are a third of the distance to the
// nearest genome of the others.
func (r *search) newImprover(ancestor *Individual, others []*Individual) *improver {
	nearest := -1.0
	for _, x := range others {
		if d := distance(x.Genome, ancestor.Genome); x != ancestor && (nearest < 0 || d < nearest) {
			nearest = d
		}
	}
	sigma := nearest / 3
	if sigma <= 0 {
		sigma = 0.05
	}
	return &improver{Ancestor: ancestor, Sigma: sigma, MostNovel: ancestor, RNG: r.stream("emitter", ancestor.ID)}
}

// begin evaluates the first population: mutations of the ancestor, or samples of a CMA-ES around it.
func (e *improver) begin(ctx context.Context, r *search, x *rewarded) error {
	s := x.settings
	if s.Emitter == "cma-es" {
		es, err := NewCMAES(e.Ancestor.Genome, e.Sigma, s.EmitterSize, len(e.Ancestor.Genome) > diagonalAbove)
		if err != nil {
			return err
		}
		bounds := UniformBounds(es.N, -r.settings.GeneLimit, r.settings.GeneLimit)
		es.Low, es.High = bounds.Low, bounds.High
		e.ES = es
		_, err = e.sample(ctx, r, x)
		return err
	}
	first, err := x.try(ctx, r, e, r.children([]*Individual{e.Ancestor}, s.EmitterSize, e.Sigma, e.RNG))
	if err != nil {
		return err
	}
	return e.survive(first, x)
}

// step evaluates two children of each member and keeps the best of all, or takes a generation of
// CMA-ES. It returns the new individuals.
func (e *improver) step(ctx context.Context, r *search, x *rewarded) ([]*Individual, error) {
	if e.ES != nil {
		return e.sample(ctx, r, x)
	}
	children, err := x.try(ctx, r, e, r.children(e.Population, 2, e.Sigma, e.RNG))
	if err != nil {
		return nil, err
	}
	return children, e.survive(children, x)
}

// survive keeps the best of the population and its children.
func (e *improver) survive(children []*Individual, x *rewarded) error {
	all := slices.Concat(e.Population, children)
	score, err := x.score(all)
	if err != nil {
		return err
	}
	e.Population = pick(all, best(score, x.settings.EmitterSize))
	e.note(x.values(e))
	return nil
}

// sample is a generation of CMA-ES; its samples are the population.
func (e *improver) sample(ctx context.Context, r *search, x *rewarded) ([]*Individual, error) {
	all := make([]*Individual, e.ES.Lambda)
	for i := range all {
		all[i] = &Individual{Parent: e.Ancestor.ID, Ancestor: e.Ancestor.Ancestor, Genome: make([]float64, e.ES.N)}
		e.ES.Ask(e.RNG, all[i].Genome)
		r.name(all[i])
	}
	tried, err := x.try(ctx, r, e, all)
	if err != nil {
		return nil, err
	}
	score, err := x.score(tried)
	if err != nil {
		return nil, err
	}
	e.Population = pick(tried, best(score, len(tried)))
	if len(tried) == len(all) {
		e.ES.learn(all, score)
	}
	e.note(x.values(e))
	return tried, nil
}

// learn tells the strategy individuals in order of their score.
func (c *CMAES) learn(all []*Individual, score []float64) {
	x := make([]float64, 0, len(all)*c.N)
	for _, i := range all {
		x = append(x, i.Genome...)
	}
	c.Tell(x, best(score, len(score)), score)
}

// note keeps the values of the population and the improvement so far.
func (e *improver) note(values []float64) {
	e.Values = append(e.Values, values)
	n := min(averaged, len(e.Values))
	e.Improvement = max(0, mean(e.Values[len(e.Values)-n:])-mean(e.Values[:n]))
}

func rewards(all []*Individual) []float64 {
	r := make([]float64, len(all))
	for i, x := range all {
		r[i] = x.Fitness
	}
	return r
}

// mean is the mean of all numbers.
func mean(rows [][]float64) float64 {
	sum, n := 0.0, 0
	for _, row := range rows {
		for _, x := range row {
			sum += x
		}
		n += len(row)
	}
	return sum / float64(max(n, 1))
}

// stagnates reports whether CMA-ES has come to its end, or the rewards of the last W steps did not grow,
// by one of two rules for D genes and E members:
//
//	custom    W = ⌊20·D/E + 120⌋; the median, or the maximum, of the last 20 populations does not exceed
//	          that of the first 20
//	original  W = max(⌊30·D/E + 120⌋, ⌊steps/5⌋); the median of the maxima, and that of the medians, of
//	          the last 30 % of the populations do not exceed those of the first 30 %
func (e *improver) stagnates(rule string) bool {
	if e.ES != nil && e.ES.Stopped() {
		return true
	}
	genes, members, steps := len(e.Ancestor.Genome), max(len(e.Population), 1), len(e.Values)-1
	if rule == "original" {
		window := max(30*genes/members+120, steps/5)
		if steps <= window {
			return false
		}
		last, ends := e.Values[len(e.Values)-window:], 3*window/10
		maxima, medians := make([]float64, window), make([]float64, window)
		for k, v := range last {
			maxima[k], medians[k] = slices.Max(v), median(slices.Clone(v))
		}
		return median(maxima[:ends]) >= median(maxima[window-ends:]) && median(medians[:ends]) >= median(medians[window-ends:])
	}
	const ends = 20
	window := 20*genes/members + 120
	if steps <= window {
		return false
	}
	last := e.Values[len(e.Values)-window:]
	before, after := slices.Concat(last[:ends]...), slices.Concat(last[window-ends:]...)
	return median(before) >= median(after) || slices.Max(before) >= slices.Max(after)
}

// median sorts x and returns its median.
func median(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	return (x[(n-1)/2] + x[n/2]) / 2
}

// store returns what enters the reward archive: of an emitter that has put nothing into it yet the best
// member, else every member with a larger reward than it put there before.
func (e *improver) store() []*Individual {
	var enter []*Individual
	for _, i := range best(rewards(e.Population), len(e.Population)) {
		if x := e.Population[i]; x.Fitness > e.Stored && (e.Stored > 0 || len(enter) == 0) {
			enter = append(enter, x)
		}
	}
	if len(enter) > 0 {
		e.Stored = enter[0].Fitness
	}
	return enter
}

// clone returns a copy that further steps do not change.
func (e *improver) clone() *improver {
	c := *e
	c.Population, c.Novel = slices.Clone(e.Population), slices.Clone(e.Novel)
	c.Values = e.Values[:len(e.Values):len(e.Values)]
	c.RNG = e.RNG.clone()
	if e.ES != nil {
		c.ES = e.ES.clone()
	}
	return &c
}
