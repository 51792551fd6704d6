package qd

import (
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

// SelectNSGA2 returns the indices of n points of those given, all objectives maximised: whole fronts
// while they fit, and of the next one those with the larger crowding distance in it; ties in order.
//
// Source: Deb, Pratap, Agarwal and Meyarivan, 2002, doi 10.1109/4235.996017.
func SelectNSGA2(points pareto.Front, n int) ([]int, error) {
	fronts, err := nonDominatedFronts(points)
	if err != nil {
		return nil, err
	}
	var chosen []int
	for _, front := range fronts {
		if len(chosen)+len(front) <= n {
			chosen = append(chosen, front...)
			continue
		}
		for _, k := range best(pareto.Crowding(points.Select(front)), n-len(chosen)) {
			chosen = append(chosen, front[k])
		}
		break
	}
	return chosen, nil
}

// nonDominatedFronts returns the indices of the points of each front, the best front first.
func nonDominatedFronts(points pareto.Front) ([][]int, error) {
	rank, err := pareto.Rank(points)
	if err != nil {
		return nil, fmt.Errorf("qd: selection: %w", err)
	}
	var fronts [][]int
	for i, r := range rank {
		for len(fronts) <= r {
			fronts = append(fronts, nil)
		}
		fronts[r] = append(fronts[r], i)
	}
	return fronts, nil
}
