package cmorl

import "slices"

// history holds the value vectors that were extended so far, in order.
type history [][]float64

func (h history) contains(g []float64) bool {
	return slices.ContainsFunc(h, func(x []float64) bool { return slices.Equal(x, g) })
}

// choose returns up to n members of the archive in its sparsest regions (largest crowding distance)
// whose value vector was not extended before, and remembers them. If none is left it forgets the
// history and chooses again, which it reports: a second visit draws slack, direction, start states
// and noise anew.
func (h *history) choose(a *archive, n int) (chosen []int, forgot bool) {
	for range 2 {
		for _, i := range a.byCrowding() {
			if g := a.members[i].Value.Return; len(chosen) < n && !h.contains(g) {
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
