package cmorl

import (
	"sort"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// archive is the set X of non-dominated policies found so far.
type archive struct {
	reference []float64 // members have G >= reference in every objective
	limit     int       // B
	members   []agents.Member
}

// insert adds a policy unless it lies below the reference point or a member is at least as good in
// every objective, and removes the members that it dominates. Of equal value vectors the first
// stays (the published code keeps all).
func (a *archive) insert(m agents.Member) bool {
	for j, g := range m.Value.Return {
		if !(g >= a.reference[j]) {
			return false
		}
	}
	for _, x := range a.members {
		if pareto.WeaklyDominates(x.Value.Return, m.Value.Return) {
			return false
		}
	}
	kept := make([]agents.Member, 0, len(a.members)+1)
	for _, x := range a.members {
		if !pareto.Dominates(m.Value.Return, x.Value.Return) {
			kept = append(kept, x)
		}
	}
	// Ascending in objective 1; later members after earlier ones of the same value.
	at := sort.Search(len(kept), func(i int) bool { return kept[i].Value.Return[0] > m.Value.Return[0] })
	kept = append(kept, agents.Member{})
	copy(kept[at+1:], kept[at:])
	kept[at] = m
	a.members = kept // a new slice: earlier snapshots of the archive stay as they were
	return true
}

// cut reduces the archive to its limit: the members with the largest crowding distance stay. The
// distance is computed once, as in the published code.
func (a *archive) cut() {
	if len(a.members) <= a.limit {
		return
	}
	var kept []agents.Member
	order := a.byCrowding()[:a.limit]
	sort.Ints(order)
	for _, i := range order {
		kept = append(kept, a.members[i])
	}
	a.members = kept
}

// byCrowding returns the indices of the members by descending crowding distance, ties to the lower
// index.
func (a *archive) byCrowding() []int {
	if len(a.members) == 0 {
		return nil
	}
	return descending(pareto.Crowding(a.front()))
}

// front returns the value vectors of the members.
func (a *archive) front() pareto.Front {
	f := pareto.Front{M: len(a.reference)}
	for _, m := range a.members {
		f.X = append(f.X, m.Value.Return...)
	}
	return f
}

// best returns the index of the member with the largest utility w·G.
func (a *archive) best(w []float64) int {
	return (&agents.PolicySet{Members: a.members}).Assign(w)
}

// ranges returns the spread of each objective over the members.
func (a *archive) ranges() []float64 {
	r := make([]float64, len(a.reference))
	for j := range r {
		low, high := a.members[0].Value.Return[j], a.members[0].Value.Return[j]
		for _, m := range a.members {
			low, high = min(low, m.Value.Return[j]), max(high, m.Value.Return[j])
		}
		r[j] = high - low
	}
	return r
}
