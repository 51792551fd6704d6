package cmorl

import "fmt"

// history remembers which value vectors were ever extended.
type history map[string]bool

func valueKey(g []float64) string { return fmt.Sprint(g) }

// choose returns up to n members of the archive in its sparsest regions (largest crowding distance)
// whose value vector was not extended before, and remembers them. If none is left it forgets the
// history and chooses again, which it reports: a second visit draws slack, direction, start states
// and noise anew.
func (h history) choose(a *archive, n int) (chosen []int, forgot bool) {
	for range 2 {
		for _, i := range a.byCrowding() {
			if key := valueKey(a.members[i].Value.Return); len(chosen) < n && !h[key] {
				h[key] = true
				chosen = append(chosen, i)
			}
		}
		if len(chosen) > 0 {
			return chosen, forgot
		}
		clear(h)
		forgot = true
	}
	return nil, forgot
}
