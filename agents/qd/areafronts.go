package qd

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// areaFronts are the reward archive where rewards are not all that counts: a Pareto front of the returns of
// rewarding individuals for every area, such as reward against effort and time. A front that is full drops the
// member that adds the least hypervolume, of several the last, so that its hypervolume never falls: the rule of
// [pareto.HypervolumeArchive], but what it has to remember are the members alone.
//
// A vector has all objectives. The other areas pay nothing to nearly all members of a front, and what they add to
// the dimensions is a constant factor of hypervolumes.
type areaFronts struct {
	Members [][]*Individual // of each area, in order of insertion

	capacity  int
	reference []float64
	workspace pareto.Workspace
	rows      []float64
}

// front is that of an area but for one individual, in reused memory.
func (a *areaFronts) front(area, without int) pareto.Front {
	a.rows = a.rows[:0]
	for _, x := range a.Members[area] {
		if x.ID != without {
			a.rows = append(a.rows, x.Return...)
		}
	}
	return pareto.Front{M: len(a.reference), X: a.rows}
}

// offer puts an individual into the front of its area, unless nothing pays it or it is dominated, and returns by
// how much the hypervolume of the front grows.
func (a *areaFronts) offer(x *Individual) (float64, error) {
	if x.Fitness <= 0 {
		return 0, nil
	}
	members := a.Members[x.Area]
	front := a.front(x.Area, 0)
	kept := make([]*Individual, 0, len(members)+1)
	for _, y := range members {
		if pareto.WeaklyDominates(y.Return, x.Return) {
			return 0, nil
		}
		if !pareto.Dominates(x.Return, y.Return) {
			kept = append(kept, y)
		}
	}
	if len(kept) < a.capacity {
		a.Members[x.Area] = append(kept, x)
		return a.gain(x, front)
	}
	contribution, err := a.workspace.Contributions(front.Append(x.Return), a.reference)
	if err != nil {
		return 0, fmt.Errorf("qd: %w", err)
	}
	least, n := 0, len(members)
	for k, c := range contribution {
		if c <= contribution[least] {
			least = k
		}
	}
	a.Members[x.Area] = slices.Delete(append(kept, x), least, least+1)
	return contribution[n] - contribution[least], nil
}

// gain is the hypervolume that an individual adds to a front.
func (a *areaFronts) gain(x *Individual, front pareto.Front) (float64, error) {
	g, err := a.workspace.Exclusive(x.Return, front, a.reference)
	if err != nil {
		return 0, fmt.Errorf("qd: %w", err)
	}
	return g, nil
}

// rank scores individuals by the hypervolume that they add to the other members of the front of their area, those
// that add none by their reward: the best has the largest score.
func (a *areaFronts) rank(all []*Individual) ([]float64, error) {
	gains := make([]float64, len(all))
	for i, x := range all {
		if x.Fitness <= 0 {
			continue
		}
		var err error
		if gains[i], err = a.gain(x, a.front(x.Area, x.ID)); err != nil {
			return nil, err
		}
	}
	score := make([]float64, len(all))
	order := best(rewards(all), len(all))
	for place, k := range best(pick(gains, order), len(all)) {
		score[order[k]] = float64(len(all) - place)
	}
	return score, nil
}

// hypervolume is that of the front of an area.
func (a *areaFronts) hypervolume(area int) (float64, error) {
	hv, err := a.workspace.Hypervolume(a.front(area, 0), a.reference)
	if err != nil {
		return 0, fmt.Errorf("qd: %w", err)
	}
	return hv, nil
}

// clone returns a copy that further individuals do not change.
func (a *areaFronts) clone() *areaFronts {
	return &areaFronts{Members: slices.Clone(a.Members)} // fronts are replaced, never written over
}

// checkAreaFronts reports weights by which an individual can be rewarded without an area.
func checkAreaFronts(capacity int, weights []float64) error {
	if capacity < 0 {
		return fmt.Errorf("front_capacity is %d; give at least 1, or 0 for a list of rewarding individuals", capacity)
	}
	for j, w := range weights {
		if capacity > 0 && (w < 0 || math.IsNaN(w)) {
			return fmt.Errorf("weight %d is %v; fronts of areas take weights from 0 on", j, w)
		}
	}
	return nil
}
