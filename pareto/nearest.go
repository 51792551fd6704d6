package pareto

import (
	"context"
	"slices"
)

// bucket is the largest number of rows in a leaf of a neighbours tree.
const bucket = 16

// neighbours finds the row of a set that is nearest to a vector, by any gauge: a k-d tree (Friedman,
// Bentley & Finkel 1977) with the bounding box of every node. It is balanced by position, so that
// node k has the children 2k+1 and 2k+2 and no links are stored.
//
// The bound of a box is computed by the same monotone operations, in the same order, as the distance
// of a row. It therefore never exceeds, rounding included, the distance of any row within, and the
// distance found is that of a comparison with every row, bit for bit.
type neighbours struct {
	m    int
	rows []float64 // row-major, in the order of the leaves
	from []int32   // per row its index in the set
	lo   []float64 // per node the smallest value of every objective
	hi   []float64
	ctx  context.Context // nil once the tree is built
	gauge
}

// gauge is a distance from a vector a.
type gauge struct {
	// rows returns the smaller of least and the distances of the rows, or any of these up to enough.
	rows func(a, rows []float64, least, enough float64) float64
	// box returns a lower bound of the distances of all vectors in [lo, hi].
	box func(a, lo, hi []float64) float64
}

// newNeighbours returns the tree of the rows of f, which must be valid. O(m·n log n).
func newNeighbours(f Front, g gauge) *neighbours {
	t, _ := interruptibleNeighbours(f, g, &Options{}) // there is no context to end it
	return t
}

// interruptibleNeighbours is newNeighbours with the context of the options, whose error it returns.
func interruptibleNeighbours(f Front, g gauge, opt *Options) (*neighbours, error) {
	n := f.Len()
	t := &neighbours{m: f.M, rows: make([]float64, 0, n*f.M), from: make([]int32, n), ctx: opt.Ctx, gauge: g}
	for i := range t.from {
		t.from[i] = int32(i)
	}
	if err := t.build(f, 0, 0, n); err != nil {
		return nil, err
	}
	t.ctx = nil
	for _, i := range t.from {
		t.rows = append(t.rows, f.Row(int(i))...)
	}
	return t, nil
}

// build makes the node of the rows from[start:end] and those below it. The error is that of the context.
func (t *neighbours) build(f Front, node, start, end int) error {
	if need := (node + 1) * t.m; len(t.lo) < need {
		t.lo = append(t.lo, make([]float64, need-len(t.lo))...)
		t.hi = append(t.hi, make([]float64, need-len(t.hi))...)
	}
	lo, hi := t.node(node)
	for k, i := range t.from[start:end] {
		if err := t.cancelled(k); err != nil {
			return err
		}
		for j, v := range f.Row(int(i)) {
			if k == 0 || v < lo[j] {
				lo[j] = v
			}
			if k == 0 || v > hi[j] {
				hi[j] = v
			}
		}
	}
	if end-start <= bucket {
		return nil
	}
	widest := 0
	for j := range lo {
		if hi[j]-lo[j] > hi[widest]-lo[widest] {
			widest = j
		}
	}
	mid := (start + end) / 2
	ended := func() bool { return end-start > askRows && t.ctx != nil && t.ctx.Err() != nil }
	partitionUntil(ended, t.from[start:end], mid-start, func(i int32) float64 { return f.X[int(i)*f.M+widest] })
	if ended() {
		return t.ctx.Err()
	}
	if err := t.build(f, 2*node+1, start, mid); err != nil {
		return err
	}
	return t.build(f, 2*node+2, mid, end)
}

// cancelled returns the error of the context, every 1024th time but not the first.
func (t *neighbours) cancelled(k int) error {
	if t.ctx == nil || k&1023 != 1023 {
		return nil
	}
	return t.ctx.Err()
}

// node returns the bounding box of a node.
func (t *neighbours) node(k int) (lo, hi []float64) {
	return t.lo[k*t.m : (k+1)*t.m], t.hi[k*t.m : (k+1)*t.m]
}

// partition orders idx so that no value of its first k entries exceeds one of the others
// (Hoare's quickselect with the middle entry as pivot).
func partition(idx []int32, k int, value func(int32) float64) {
	partitionUntil(func() bool { return false }, idx, k, value)
}

// partitionUntil is partition, which it gives up when it has ended.
func partitionUntil(ended func() bool, idx []int32, k int, value func(int32) float64) {
	for lo, hi := 0, len(idx)-1; lo < hi && !ended(); {
		pivot := value(idx[lo+(hi-lo)/2])
		i, j := lo, hi
		for i <= j {
			for value(idx[i]) < pivot {
				i++
			}
			for value(idx[j]) > pivot {
				j--
			}
			if i <= j {
				idx[i], idx[j] = idx[j], idx[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}

// distance returns the least distance from a to a row other than row skip of the set, or any value
// up to enough if one is as near as that; +Inf if there is no row. Give skip -1 for none.
func (t *neighbours) distance(a []float64, skip int, enough float64) float64 {
	if len(t.from) == 0 {
		return inf
	}
	return t.search(a, int32(skip), enough, inf, 0, 0, len(t.from))
}

// search returns the smaller of least and the distance to the rows from[start:end] of a node.
func (t *neighbours) search(a []float64, skip int32, enough, least float64, node, start, end int) float64 {
	if end-start <= bucket {
		if skip >= 0 {
			if k := slices.Index(t.from[start:end], skip); k >= 0 {
				least = t.gauge.rows(a, t.rows[start*t.m:(start+k)*t.m], least, enough)
				start += k + 1
			}
		}
		return t.gauge.rows(a, t.rows[start*t.m:end*t.m], least, enough)
	}
	mid := (start + end) / 2
	left, right := 2*node+1, 2*node+2
	lo, hi := t.node(left)
	toLeft := t.box(a, lo, hi)
	lo, hi = t.node(right)
	toRight := t.box(a, lo, hi)
	if toLeft <= toRight {
		if toLeft < least {
			least = t.search(a, skip, enough, least, left, start, mid)
		}
		if toRight < least && least > enough {
			least = t.search(a, skip, enough, least, right, mid, end)
		}
		return least
	}
	if toRight < least {
		least = t.search(a, skip, enough, least, right, mid, end)
	}
	if toLeft < least && least > enough {
		least = t.search(a, skip, enough, least, left, start, mid)
	}
	return least
}
