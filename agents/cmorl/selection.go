package cmorl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// history holds the value vectors that were extended so far, in order.
type history [][]float64

func (h history) contains(g []float64) bool {
	return slices.ContainsFunc(h, func(x []float64) bool { return slices.Equal(x, g) })
}

// choose returns the first n members of the archive, in the given order, whose value vector was not
// extended before, and remembers them. If none is left it forgets the history and chooses again,
// which it reports: a second visit draws slack, direction, start states and noise anew.
func (h *history) choose(a *agents.Archive, order []int, n int) (chosen []int, forgot bool) {
	for range 2 {
		for _, i := range order {
			if g := a.Members[i].Value.Return; len(chosen) < n && !h.contains(g) {
				*h = append(*h, g)
				chosen = append(chosen, i)
			}
		}
		if len(chosen) > 0 {
			return chosen, forgot
		}
		*h, forgot = nil, true
	}
	return nil, forgot
}

// order returns the members of the archive, those to be extended first in front; ties go to the
// lower index. Crowding distance (the paper's) is infinite for the best and for the worst of every
// objective, so that with many objectives only such extremes are chosen.
func (s *Settings) order(a *agents.Archive, rng *rand.Rand) ([]int, error) {
	switch s.Selection {
	case "random":
		return rng.Perm(len(a.Members)), nil
	case "hv-contribution":
		d, err := pareto.Contributions(a.Front(), a.Reference)
		if err != nil {
			return nil, fmt.Errorf("cmorl: selection by hypervolume contribution: %w", err)
		}
		return descending(d), nil
	case "crowding-best-extremes":
		return descending(oneSidedCrowding(a.Front())), nil
	}
	return a.ByCrowding(), nil
}

// oneSidedCrowding is the crowding distance without the infinity of the worst of an objective,
// which gets the distance to its one neighbour, relative to the range, instead.
func oneSidedCrowding(f pareto.Front) []float64 {
	d := make([]float64, f.Len())
	order := make([]int, f.Len())
	for j := range f.M {
		value := func(k int) float64 { return f.X[order[k]*f.M+j] }
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(x, y int) bool { return value(x) < value(y) })
		last := len(order) - 1
		for k, i := range order {
			switch extent := value(last) - value(0); {
			case k == last:
				d[i] = math.Inf(1)
			case extent > 0:
				d[i] += (value(k+1) - value(max(k-1, 0))) / extent
			}
		}
	}
	return d
}

// descending returns the indices of d from the largest value to the smallest.
func descending(d []float64) []int {
	order := make([]int, len(d))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return d[order[i]] > d[order[j]] })
	return order
}
