package pareto

import "slices"

// GridArchive keeps at most a number of non-dominated vectors. When it is full it divides the range of
// the members in each objective into 2^depth parts, and drops the last inserted member of the fullest
// cell; of several cells the one whose last member is newest (adaptive grid: Knowles & Corne 2000).
//
// An insertion into a full archive costs m·n log n.
type GridArchive struct {
	members
	capacity, depth int
	cells           []uint32 // per member and objective
	order           []int
}

const maxGridDepth = 30

// NewGridArchive returns an empty archive of a capacity and a depth. ErrRange if the capacity is below
// 1 or the depth not from 0 to 30; otherwise as [NewUnboundedArchive].
func NewGridArchive(capacity, depth int, o ...ArchiveOptions) (*GridArchive, error) {
	if err := checkCapacity(capacity); err != nil {
		return nil, err
	}
	if depth < 0 || depth > maxGridDepth {
		return nil, errRange("grid depth", depth, "give a number from 0 to 30")
	}
	a := &GridArchive{capacity: capacity, depth: depth}
	return a, a.init(o)
}

// Insert implements [Archive].
func (a *GridArchive) Insert(p []float64, payload any) (Result, error) {
	return a.insertCapped(p, payload, a.capacity, func() (int, error) { return a.fullest(), nil })
}

// fullest returns the member to drop.
func (a *GridArchive) fullest() int {
	n, m := a.Len(), a.m
	a.cells, a.order = resize(a.cells, n*m), resize(a.order, n)
	parts := float64(int(1) << a.depth)
	for j := range m {
		low, high := a.keys[j], a.keys[j]
		for i := range n {
			low, high = min(low, a.key(i)[j]), max(high, a.key(i)[j])
		}
		extent := high/2 - low/2 // halves, so that no difference of finite values overflows
		for i := range n {
			c := 0.0
			if extent > 0 {
				c = min((a.key(i)[j]/2-low/2)/extent*parts, parts-1)
			}
			a.cells[i*m+j] = uint32(c)
		}
	}
	cell := func(i int) []uint32 { return a.cells[i*m : (i+1)*m] }
	for i := range a.order {
		a.order[i] = i
	}
	slices.SortStableFunc(a.order, func(i, k int) int { return slices.Compare(cell(i), cell(k)) })
	worst, most := -1, 0
	for from := 0; from < n; {
		to := from + 1
		for to < n && slices.Equal(cell(a.order[to]), cell(a.order[from])) {
			to++
		}
		if last := a.order[to-1]; to-from > most || to-from == most && last > worst {
			worst, most = last, to-from
		}
		from = to
	}
	return worst
}
