package stats

import (
	"cmp"
	"slices"
)

// midRanks returns the rank of each value, 1 for the smallest, equal values sharing the mean of
// their ranks, and the sum of t³-t over the groups of t equal values.
func midRanks(values []float64) (rank []float64, ties float64) {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	rank = make([]float64, len(values))
	for first := 0; first < len(order); {
		last := first + 1
		for last < len(order) && values[order[last]] == values[order[first]] {
			last++
		}
		for _, i := range order[first:last] {
			rank[i] = float64(first+1+last) / 2
		}
		ties += tieTerm(last - first)
		first = last
	}
	return rank, ties
}
