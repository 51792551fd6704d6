package qd

import (
	"math"
	"slices"

	"github.com/paretolab/paretolab/internal/kern"
)

// Neighbour is one of the nearest points: its squared distance and its index.
type Neighbour struct {
	Squared float64
	Index   int32
}

// Neighbours finds the nearest of a fixed set of points, exactly: with a k-d tree in fewer than 12
// dimensions, else by comparing all. It may be asked by several goroutines at a time.
type Neighbours struct {
	width  int
	points []float64 // in the order of the tree, or the caller's
	index  []int32   // of each point; nil: the caller's order
	splits []split   // node i has the children 2i+1 and 2i+2
	leaf   int       // points that are compared one by one
}

// split divides a range of points in the middle: along axis no point is above at before it, none below
// at after it.
type split struct {
	at   float64
	axis int32
}

const (
	treeBelow = 12 // dimensions
	// The leaves of trees: in many dimensions whole boxes are rarely too far away, and comparing is cheaper
	// than asking.
	smallLeaf, largeLeaf = 12, 64
	largeFrom            = 8 // dimensions
)

// NewNeighbours returns the finder for row-major points of the given width. In 12 dimensions or more it
// refers to them, so they must not change.
func NewNeighbours(points []float64, width int) *Neighbours {
	s := &Neighbours{}
	s.Reset(points, width)
	return s
}

// Reset takes other points and reuses storage.
func (s *Neighbours) Reset(points []float64, width int) {
	s.width = width
	if width >= treeBelow {
		s.points, s.index = points, nil
		return
	}
	n := len(points) / width
	s.index = resize(s.index, n)
	for i := range s.index {
		s.index[i] = int32(i)
	}
	s.splits = s.splits[:0]
	if s.leaf = smallLeaf; width >= largeFrom {
		s.leaf = largeLeaf
	}
	s.divide(points, 0, 0, n)
	s.points = s.points[:0]
	for _, i := range s.index {
		s.points = append(s.points, points[int(i)*width:][:width]...)
	}
}

// divide makes node i of the points lo..hi-1.
func (s *Neighbours) divide(points []float64, node, lo, hi int) {
	if hi-lo <= s.leaf {
		return
	}
	axis, widest := 0, -1.0
	for j := range s.width {
		low, high := math.Inf(1), math.Inf(-1)
		for _, i := range s.index[lo:hi] {
			x := points[int(i)*s.width+j]
			low, high = min(low, x), max(high, x)
		}
		if high-low > widest {
			axis, widest = j, high-low
		}
	}
	mid := (lo + hi) / 2
	coordinate := func(i int32) float64 { return points[int(i)*s.width+axis] }
	selectNth(s.index[lo:hi], mid-lo, coordinate)
	for len(s.splits) <= node {
		s.splits = append(s.splits, split{})
	}
	s.splits[node] = split{coordinate(s.index[mid]), int32(axis)}
	s.divide(points, 2*node+1, lo, mid)
	s.divide(points, 2*node+2, mid, hi)
}

// selectNth orders x so that no key before position n is larger, and none after it smaller, than the
// key there (Hoare's selection).
func selectNth(x []int32, n int, key func(int32) float64) {
	lo, hi := 0, len(x)-1
	for lo < hi {
		pivot := key(x[(lo+hi)/2])
		i, j := lo, hi
		for i <= j {
			for key(x[i]) < pivot {
				i++
			}
			for key(x[j]) > pivot {
				j--
			}
			if i <= j {
				x[i], x[j] = x[j], x[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			hi = j
		case n >= i:
			lo = i
		default:
			return
		}
	}
}

// Len is the number of points.
func (s *Neighbours) Len() int { return len(s.points) / max(s.width, 1) }

// Nearest returns the k nearest points of q, the nearest first and equally near ones in order of their
// index, fewer if there are fewer. It reuses the storage of dst.
func (s *Neighbours) Nearest(q []float64, k int, dst []Neighbour) []Neighbour {
	f := query{s: s, q: q, best: slices.Grow(dst[:0], k+1), k: k, worst: math.Inf(1)}
	if s.index == nil {
		f.scan(0, s.Len())
	} else {
		f.visit(0, 0, s.Len(), 0)
	}
	return f.best
}

// query is a search for neighbours under way.
type query struct {
	s     *Neighbours
	q     []float64
	best  []Neighbour
	k     int
	worst float64            // squared distance that the next point must not exceed
	aside [treeBelow]float64 // distance along each axis from q to the box of the node that is visited
	sums  [64]float64
}

// sure is 1 but for rounding: no point of a box is nearer than its squared distance times this.
const sure = 1 - 1e-9

// visit looks for points in a node, whose box lies at a squared distance from q.
func (f *query) visit(node, lo, hi int, box float64) {
	if hi-lo <= f.s.leaf {
		f.scan(lo, hi)
		return
	}
	at := &f.s.splits[node]
	d := f.q[at.axis] - at.at
	mid := (lo + hi) / 2
	near, far := 2*node+1, 2*node+2
	nearLo, nearHi, farLo, farHi := lo, mid, mid, hi
	if d >= 0 {
		near, far = far, near
		nearLo, nearHi, farLo, farHi = farLo, farHi, nearLo, nearHi
	}
	f.visit(near, nearLo, nearHi, box)
	before := f.aside[at.axis]
	if box += d*d - before*before; box*sure <= f.worst {
		f.aside[at.axis] = d
		f.visit(far, farLo, farHi, box)
		f.aside[at.axis] = before
	}
}

// scan compares the points lo..hi-1.
func (f *query) scan(lo, hi int) {
	width := f.s.width
	points := f.s.points
	if width == 2 {
		x, y := f.q[0], f.q[1]
		for i := lo; i < hi; i++ {
			dx, dy := x-points[2*i], y-points[2*i+1]
			if d := float64(dx*dx) + float64(dy*dy); d <= f.worst {
				f.take(d, i)
			}
		}
		return
	}
	for lo < hi {
		sums := f.sums[:min(len(f.sums), hi-lo)]
		kern.Distances64(f.q[:width], points[lo*width:][:len(sums)*width], f.worst, sums)
		for i, d := range sums {
			if d <= f.worst {
				f.take(d, lo+i)
			}
		}
		lo += len(sums)
	}
}

// take puts point i among the best, if it belongs there.
func (f *query) take(d float64, i int) {
	index := int32(i)
	if f.s.index != nil {
		index = f.s.index[i]
	}
	b := append(f.best, Neighbour{})
	n := len(b) - 1
	for ; n > 0 && (b[n-1].Squared > d || b[n-1].Squared == d && b[n-1].Index > index); n-- {
		b[n] = b[n-1]
	}
	b[n] = Neighbour{d, index}
	f.best = b[:min(len(b), f.k)]
	if len(f.best) == f.k {
		f.worst = f.best[f.k-1].Squared
	}
}

// squared is the squared Euclidean distance.
func squared(a, b []float64) float64 {
	d := 0.0
	for j := range a {
		x := a[j] - b[j]
		d += float64(x * x)
	}
	return d
}
