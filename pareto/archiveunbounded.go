package pareto

import "slices"

// UnboundedArchive keeps every vector that no other one offered dominates.
//
// An insertion looks at the few members that a tree does not rule out: on average about 3 µs for 100,000
// non-dominated vectors of three objectives, 5 µs of five, 10 µs of nine. Points and Payload take a pass
// over all members if some were removed since the last call. [NonDominated] is quicker where all vectors are
// there at once.
type UnboundedArchive struct {
	members
	tree memberTree
	gone []bool // members removed since the last call of settle
	left int    // members that are not gone
}

// NewUnboundedArchive returns an empty archive. ErrRange for a negative tolerance, ErrNaN.
func NewUnboundedArchive(o ...ArchiveOptions) (*UnboundedArchive, error) {
	a := new(UnboundedArchive)
	return a, a.init(o)
}

// Len implements [Archive].
func (a *UnboundedArchive) Len() int { return a.left }

// Points implements [Archive].
func (a *UnboundedArchive) Points() Front {
	a.settle()
	return a.members.Points()
}

// Payload implements [Archive].
func (a *UnboundedArchive) Payload(i int) any {
	a.settle()
	return a.members.Payload(i)
}

// Insert implements [Archive].
func (a *UnboundedArchive) Insert(p []float64, payload any) (Result, error) {
	if err := a.accept(p); err != nil {
		return Result{}, err
	}
	t := &a.tree
	t.m, t.keys = a.m, a.keys
	if !t.search(a.offered, &a.opt) {
		return Result{}, nil
	}
	slices.Sort(t.beaten)
	var removed []Member
	for _, i := range t.beaten {
		k := int(i)
		removed = append(removed, Member{slices.Clone(a.x[k*a.m : (k+1)*a.m]), a.payload[k]})
		t.remove(i)
		a.gone[k], a.payload[k] = true, nil
	}
	a.left -= len(removed)
	if t.full() || a.left < len(a.gone)/2 {
		a.settle()
	}
	a.x = append(a.x, p...)
	a.keys = append(a.keys, a.offered...)
	a.payload = append(a.payload, payload)
	a.gone = append(a.gone, false)
	a.left++
	t.keys = a.keys
	t.insert()
	return Result{Added: true, Removed: removed}, nil
}

// settle closes the gaps that removed members have left.
func (a *UnboundedArchive) settle() {
	if a.left == len(a.gone) {
		return
	}
	m, kept := a.m, 0
	to := make([]int32, len(a.gone)) // the new place
	for i, gone := range a.gone {
		if gone {
			continue
		}
		copy(a.x[kept*m:(kept+1)*m], a.x[i*m:])
		copy(a.keys[kept*m:(kept+1)*m], a.keys[i*m:])
		a.payload[kept] = a.payload[i]
		to[i] = int32(kept)
		kept++
	}
	clear(a.payload[kept:]) // for the garbage collector
	a.x, a.keys, a.payload, a.gone = a.x[:kept*m], a.keys[:kept*m], a.payload[:kept], a.gone[:kept]
	clear(a.gone)
	a.tree.renumber(to)
}
