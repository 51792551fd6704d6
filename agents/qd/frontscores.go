package qd

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// Coverage is the share of cells that are filled.
func (a *FrontArchive) Coverage() float64 { return float64(len(a.Filled)) / float64(len(a.Fronts)) }

// MOQD is the multi-objective QD score: the sum over cells of the hypervolume of their fronts.
func (a *FrontArchive) MOQD() (float64, error) {
	sum := 0.0
	for _, cell := range a.Filled {
		hv, err := a.memory().Hypervolume(a.front(int(cell)), a.Reference)
		if err != nil {
			return 0, fmt.Errorf("qd: %w", err)
		}
		sum += hv
	}
	return sum, nil
}

// GlobalFront returns the indices of the members that no other dominates, whatever their cells.
func (a *FrontArchive) GlobalFront() ([]int, error) {
	return pareto.NonDominated(pareto.Front{M: a.M, X: a.Values})
}

// Distinct returns the indices of members of the global front of which any two lie at least delta apart in the
// space of behaviours, and the hypervolume of their value vectors: what is left of the front if every kind of
// behaviour counts once. The member that adds the most hypervolume to the front is taken first.
func (a *FrontArchive) Distinct(delta float64) (members []int, hypervolume float64, err error) {
	index, err := a.GlobalFront()
	if err != nil || len(index) == 0 {
		return nil, 0, err
	}
	front := pareto.Front{M: a.M, X: a.Values}
	contribution, err := pareto.Contributions(front.Select(index), a.Reference)
	if err != nil {
		return nil, 0, fmt.Errorf("qd: %w", err)
	}
	if members, err = a.apart(pick(index, best(contribution, len(index))), delta); err != nil {
		return nil, 0, err
	}
	if hypervolume, err = pareto.Hypervolume(front.Select(members), a.Reference); err != nil {
		return nil, 0, fmt.Errorf("qd: %w", err)
	}
	return members, hypervolume, nil
}

// Ways returns the indices of members that reach a trade-off, at least target in every objective, and of which
// any two lie at least delta apart in the space of behaviours: in how many different ways it can be reached.
// They are taken in order of insertion.
func (a *FrontArchive) Ways(target []float64, delta float64) ([]int, error) {
	if len(target) != a.M {
		return nil, fmt.Errorf("qd: a trade-off of %d numbers; the fronts have %d objectives, so give as many", len(target), a.M)
	}
	var reach []int
	for i := range a.Len() {
		if !slices.ContainsFunc(target, math.IsNaN) && pareto.WeaklyDominates(a.Value(i), target) {
			reach = append(reach, i)
		}
	}
	return a.apart(reach, delta)
}

// apart leaves out the members that lie nearer than delta to one before them.
func (a *FrontArchive) apart(members []int, delta float64) ([]int, error) {
	if !(delta >= 0) {
		return nil, fmt.Errorf("qd: behaviours that are %v apart; give a distance from 0", delta)
	}
	var chosen []int
	for _, i := range members {
		near := func(j int) bool { return distance(a.Descriptor(i), a.Descriptor(j)) < delta }
		if !slices.ContainsFunc(chosen, near) {
			chosen = append(chosen, i)
		}
	}
	return chosen, nil
}

// scores are the columns of a run: the MOQD score, the number of filled cells, and the number and the
// hypervolume of distinct members of the global front, which are a share of the diagonal of the space of
// behaviours apart.
func (a *FrontArchive) scores(share float64) ([]float64, error) {
	moqd, err := a.MOQD()
	if err != nil {
		return nil, err
	}
	extent := make([]float64, a.Width)
	a.Extent(extent)
	distinct, hv, err := a.Distinct(share * math.Sqrt(dot(extent, extent)))
	if err != nil {
		return nil, err
	}
	return []float64{moqd, float64(len(a.Filled)), float64(len(distinct)), hv}, nil
}
