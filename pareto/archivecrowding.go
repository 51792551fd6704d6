package pareto

import (
	"cmp"
	"slices"
)

// CrowdingArchive keeps at most a number of non-dominated vectors. When it is full it drops the one
// of the smallest crowding distance (see [Crowding]) after every insertion; of several the last
// inserted. The ends of every objective stay as long as there are others.
//
// An insertion into a full archive costs m·n log n.
type CrowdingArchive struct {
	members
	capacity int
}

// NewCrowdingArchive returns an empty archive of a capacity. ErrRange if that is below 1;
// otherwise as [NewUnboundedArchive].
func NewCrowdingArchive(capacity int, o ...ArchiveOptions) (*CrowdingArchive, error) {
	if err := checkCapacity(capacity); err != nil {
		return nil, err
	}
	a := &CrowdingArchive{capacity: capacity}
	return a, a.init(o)
}

// Insert implements [Archive].
func (a *CrowdingArchive) Insert(p []float64, payload any) (Result, error) {
	return a.insertCapped(p, payload, a.capacity, func() (int, error) {
		d := Crowding(Front{M: a.m, X: a.keys})
		worst := 0
		for i, v := range d {
			if v <= d[worst] {
				worst = i
			}
		}
		return worst, nil
	})
}

// InsertAll offers all rows of f before it cuts the archive to its capacity, keeping the members with
// the largest crowding distances, computed once; of several the first inserted. This is the rule of
// C-MORL (Liu, Xu, Cao, Shi & Zhou 2025) and of NSGA-II's environmental selection.
//
// Payloads has one entry per row, or is nil. The results say for each row whether it is a member at
// the end; removed holds the members of before that are not. Errors: those of f, as for
// [NonDominated], and ErrDimension for another number of payloads; the archive is then as before.
func (a *CrowdingArchive) InsertAll(f Front, payloads []any) (added []bool, removed []Member, err error) {
	if err := f.Validate(); err != nil {
		return nil, nil, err
	}
	n := f.Len()
	if payloads != nil {
		if err := checkLength("payloads", -1, len(payloads), n); err != nil {
			return nil, nil, err
		}
	}
	added = make([]bool, n)
	if n == 0 {
		return added, nil, nil
	}
	if err := a.accept(f.Row(0)); err != nil {
		return nil, nil, err
	}
	// Rows carry their number while it is not known which stay.
	for i := range n {
		if err := a.accept(f.Row(i)); err != nil {
			return nil, nil, err
		}
		var payload any
		if payloads != nil {
			payload = payloads[i]
		}
		r := a.insert(f.Row(i), a.offered, batched{i, payload})
		removed = append(removed, r.Removed...)
	}
	removed = append(removed, a.cut()...)
	for i, payload := range a.payload {
		if b, ok := payload.(batched); ok {
			a.payload[i] = b.payload
			added[b.row] = true
		}
	}
	removed = slices.DeleteFunc(removed, func(m Member) bool {
		_, ok := m.Payload.(batched)
		return ok
	})
	return added, removed, nil
}

// batched is the payload of a row during InsertAll.
type batched struct {
	row     int
	payload any
}

// cut keeps the members with the largest crowding distances.
func (a *CrowdingArchive) cut() []Member {
	n := a.Len()
	if n <= a.capacity {
		return nil
	}
	d := Crowding(Front{M: a.m, X: a.keys})
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(d[k], d[i]) })
	dropped := order[a.capacity:]
	slices.Sort(dropped)
	return a.remove(dropped)
}
