package agents

import (
	"sort"

	"github.com/paretolab/paretolab/pareto"
)

// Archive is the set of non-dominated policies found so far, in ascending order of objective 1.
type Archive struct {
	Reference []float64 // members have G >= Reference in every objective
	Limit     int       // members that Cut leaves, 0 for all
	Members   []Member  // replaced, never written over: whoever has the slice keeps what was in it
}

// Insert adds a policy unless it lies below the reference point or a member is at least as good in
// every objective, and removes the members that it dominates. Of equal value vectors the first
// stays (the published code of C-MORL keeps all).
func (a *Archive) Insert(m Member) bool {
	for j, g := range m.Value.Return {
		if !(g >= a.Reference[j]) {
			return false
		}
	}
	for _, x := range a.Members {
		if pareto.WeaklyDominates(x.Value.Return, m.Value.Return) {
			return false
		}
	}
	kept := make([]Member, 0, len(a.Members)+1)
	for _, x := range a.Members {
		if !pareto.Dominates(m.Value.Return, x.Value.Return) {
			kept = append(kept, x)
		}
	}
	// Ascending in objective 1; later members after earlier ones of the same value.
	at := sort.Search(len(kept), func(i int) bool { return kept[i].Value.Return[0] > m.Value.Return[0] })
	kept = append(kept, Member{})
	copy(kept[at+1:], kept[at:])
	kept[at] = m
	a.Members = kept // a new slice: earlier snapshots of the archive stay as they were
	return true
}

// Cut reduces the archive to its limit: the members with the largest crowding distance stay. The
// distance is computed once, not again after every removal (as in the published code of C-MORL).
func (a *Archive) Cut() {
	if a.Limit <= 0 || len(a.Members) <= a.Limit {
		return
	}
	var kept []Member
	order := a.ByCrowding()[:a.Limit]
	sort.Ints(order)
	for _, i := range order {
		kept = append(kept, a.Members[i])
	}
	a.Members = kept
}

// ByCrowding returns the indices of the members by descending crowding distance, ties to the lower
// index.
func (a *Archive) ByCrowding() []int {
	if len(a.Members) == 0 {
		return nil
	}
	d := pareto.Crowding(a.Front())
	order := make([]int, len(d))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return d[order[i]] > d[order[j]] })
	return order
}

// Front returns the value vectors of the members.
func (a *Archive) Front() pareto.Front {
	f := pareto.Front{M: len(a.Reference)}
	for _, m := range a.Members {
		f.X = append(f.X, m.Value.Return...)
	}
	return f
}

// Values returns the value vectors of the members, which are not copied.
func (a *Archive) Values() [][]float64 {
	values := make([][]float64, len(a.Members))
	for i, m := range a.Members {
		values[i] = m.Value.Return
	}
	return values
}

// Best returns the index of the member with the largest utility w·G.
func (a *Archive) Best(w []float64) int {
	return (&PolicySet{Members: a.Members}).Assign(w)
}

// Ranges returns the spread of each objective over the members.
func (a *Archive) Ranges() []float64 {
	r := make([]float64, len(a.Reference))
	for j := range r {
		low, high := a.Members[0].Value.Return[j], a.Members[0].Value.Return[j]
		for _, m := range a.Members {
			low, high = min(low, m.Value.Return[j]), max(high, m.Value.Return[j])
		}
		r[j] = high - low
	}
	return r
}
