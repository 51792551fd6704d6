package pareto

import (
	"container/heap"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// LinearSupport is optimistic linear support (Roijers, Whiteson & Oliehoek: "Computing Convex Coverage
// Sets for Faster Multi-objective Coordination", Journal of Artificial Intelligence Research 52, 2015):
// it finds a convex coverage set by asking, for one weight vector after another, for a best value
// vector.
//
//	s := pareto.NewLinearSupport(m, 0)
//	for w, _, ok := s.Next(); ok; w, _, ok = s.Next() {
//		err := s.Add(w, best(w))
//	}
//
// It begins with the unit vectors. Then it asks at the corner weights, where the best of the vectors found
// so far change, the one first at which most can be gained: an exact solver's answers bound from above
// what any weight can yield. When nothing can be gained anywhere, the set is complete. Objectives are
// maximised. The zero value is not usable.
type LinearSupport struct {
	m       int
	epsilon float64

	found   Front   // vectors that are the best at some corner
	corners corners // of the upper surface of found
	visited [][]float64
	values  []float64 // utility that the solver reached at each visited weight
	queue   cornerQueue
	begun   int // unit vectors asked for
}

// corner is a vertex of the surface t = max_v w·v over the weights w.
type corner struct {
	w     []float64
	t     float64
	tight []int // what holds with equality there: i < m for w_i = 0, m+k for vector k
}

type corners []*corner

// cornerTolerance is the relative error within which values count as equal.
const cornerTolerance = 1e-10

// NewLinearSupport begins the search for vectors of m objectives. It ends when no utility can improve by
// more than epsilon (0: by more than rounding errors). ErrDimension unless m is from 1 to 16; ErrRange for
// a negative or not finite epsilon.
func NewLinearSupport(m int, epsilon float64) (*LinearSupport, error) {
	if m < 1 {
		return nil, fmt.Errorf("linear support of %d objectives; give at least 1: %w", m, ErrDimension)
	}
	if err := checkMaxObjectives("linear support", m, maxHypervolumeObjectives); err != nil {
		return nil, err
	}
	if !(epsilon >= 0) || math.IsInf(epsilon, 0) {
		return nil, fmt.Errorf("linear support until nothing improves by more than %v; give a number of at least 0: %w", epsilon, ErrRange)
	}
	return &LinearSupport{m: m, epsilon: epsilon, found: Front{M: m}}, nil
}

// Next returns the weights at which to ask next, and how much the utility may improve there, +Inf for
// the unit vectors; ok is false when no weights are left. The improvement that Next returns is the
// largest possible at any weights. Each weight vector is returned once; what is asked must be answered by
// [LinearSupport.Add] before the next call.
func (s *LinearSupport) Next() (w []float64, improvement float64, ok bool) {
	if s.begun < s.m {
		w = make([]float64, s.m)
		w[s.begun] = 1
		s.begun++
		return w, math.Inf(1), true
	}
	// Improvements only shrink as more is known: an old one that is the largest is computed anew, and
	// counts if it still is.
	for len(s.queue) > 0 {
		c := s.queue[0]
		if !c.alive {
			heap.Pop(&s.queue)
			continue
		}
		if c.at != len(s.visited) {
			c.improvement, c.at = s.improvement(c.corner), len(s.visited)
			heap.Fix(&s.queue, 0)
			continue
		}
		heap.Pop(&s.queue)
		if c.improvement > max(s.epsilon, cornerTolerance*s.scale()) {
			return slices.Clone(c.w), c.improvement, true
		}
		return nil, c.improvement, false
	}
	return nil, 0, false
}

// Add tells the best value vector at weights w, as [LinearSupport.Next] returned them. improved is false
// if it is no better there than what was known. ErrDimension, ErrNaN and ErrInf for a vector that is not
// one finite number per objective.
func (s *LinearSupport) Add(w, value []float64) (improved bool, err error) {
	if err := checkLength("weights", -1, len(w), s.m); err != nil {
		return false, err
	}
	if err := checkLength("value", -1, len(value), s.m); err != nil {
		return false, err
	}
	if err := checkFinite("value", -1, value); err != nil {
		return false, err
	}
	u := dot(w, value)
	known := math.Inf(-1)
	for i := range s.found.Len() {
		known = max(known, dot(w, s.found.Row(i)))
	}
	s.visited = append(s.visited, slices.Clone(w))
	s.values = append(s.values, max(u, known))
	if !(u > known+cornerTolerance*max(s.scale(), maxAbs(value))) {
		return false, nil
	}
	s.cut(value)
	return true, nil
}

// Front returns the convex coverage set of what was added, in the order in which it was found.
func (s *LinearSupport) Front() Front {
	var keep []int
	for k := range s.found.Len() {
		if slices.ContainsFunc(s.corners, func(c *corner) bool { return slices.Contains(c.tight, s.m+k) }) {
			keep = append(keep, k)
		}
	}
	return s.found.Select(keep)
}

// Corners returns the corner weights of what was added, ascending by their weights from the first
// objective on: those at which the best vector changes, and the unit vectors.
func (s *LinearSupport) Corners() [][]float64 {
	var all [][]float64
	for _, c := range s.corners {
		all = append(all, slices.Clone(c.w))
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

func (s *LinearSupport) scale() float64 { return maxAbs(s.found.X) }

func maxAbs(x []float64) (most float64) {
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}

// cut puts a vector under the surface: corners below it go, and where it meets the edges that lead to
// them new ones arise.
func (s *LinearSupport) cut(value []float64) {
	k := s.m + s.found.Len()
	s.found = s.found.Append(value)
	if s.corners == nil {
		for j := range s.m {
			c := &corner{w: make([]float64, s.m), t: value[j], tight: []int{k}}
			c.w[j] = 1
			for i := range s.m {
				if i != j {
					c.tight = append(c.tight, i)
				}
			}
			slices.Sort(c.tight)
			s.corners = append(s.corners, c)
		}
		s.enqueue(s.corners)
		return
	}
	tolerance := cornerTolerance * max(1e-300, s.scale())
	var above, below corners
	for _, c := range s.corners {
		switch slack := c.t - dot(c.w, value); {
		case slack < -tolerance:
			below = append(below, c)
		default:
			above = append(above, c)
			if slack <= tolerance {
				c.tight = append(c.tight, k)
			}
		}
	}
	old := s.corners
	s.corners = above
	var fresh corners
	for _, low := range below {
		if len(low.tight) > 0 && unit(low.w) {
			// The edge upwards from a unit vector.
			fresh = s.insert(fresh, low.w, dot(low.w, value))
		}
		for _, high := range above {
			shared := common(low.tight, high.tight)
			if len(shared) < s.m-1 || !adjacent(old, low, high, shared) {
				continue
			}
			a, b := high.t-dot(high.w, value), dot(low.w, value)-low.t
			if a <= tolerance {
				continue // it lies on the new vector itself
			}
			f := a / (a + b)
			w := make([]float64, s.m)
			for j := range w {
				w[j] = high.w[j] + f*(low.w[j]-high.w[j])
			}
			for _, i := range shared {
				if i < s.m {
					w[i] = 0
				}
			}
			fresh = s.insert(fresh, w, dot(w, value))
		}
	}
	s.corners = append(s.corners, fresh...)
	s.enqueue(fresh)
	for i := range s.queue {
		s.queue[i].alive = s.queue[i].alive && !slices.Contains(below, s.queue[i].corner)
	}
}

// insert appends a corner with all that is tight there, unless it is there already.
func (s *LinearSupport) insert(fresh corners, w []float64, t float64) corners {
	if slices.ContainsFunc(fresh, func(c *corner) bool { return closeTo(c.w, w) }) {
		return fresh
	}
	c := &corner{w: slices.Clone(w), t: t}
	for j, x := range w {
		if x == 0 {
			c.tight = append(c.tight, j)
		}
	}
	tolerance := 10 * cornerTolerance * s.scale()
	for k := range s.found.Len() {
		if math.Abs(dot(w, s.found.Row(k))-t) <= tolerance {
			c.tight = append(c.tight, s.m+k)
		}
	}
	return append(fresh, c)
}

func closeTo(a, b []float64) bool {
	for j := range a {
		if math.Abs(a[j]-b[j]) > cornerTolerance {
			return false
		}
	}
	return true
}

func unit(w []float64) bool { return slices.Max(w) == 1 }

// common returns what two ascending lists share.
func common(a, b []int) (both []int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both = append(both, a[i])
			i++
			j++
		}
	}
	return both
}

// adjacent reports whether an edge joins two corners: no third one has all that they share.
func adjacent(all corners, a, b *corner, shared []int) bool {
	for _, c := range all {
		if c != a && c != b && len(common(c.tight, shared)) == len(shared) {
			return false
		}
	}
	return true
}

// queued is a corner at which was not asked yet.
type queued struct {
	*corner
	improvement float64 // at most
	at          int     // answers known when it was computed
	alive       bool    // it is still a corner
	order       int
}

type cornerQueue []*queued

func (q cornerQueue) Len() int { return len(q) }
func (q cornerQueue) Less(i, j int) bool {
	if q[i].improvement != q[j].improvement {
		return q[i].improvement > q[j].improvement
	}
	return q[i].order < q[j].order
}
func (q cornerQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *cornerQueue) Push(x any)   { *q = append(*q, x.(*queued)) }
func (q *cornerQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// enqueue books new corners but those at which was asked, and the unit vectors, which come first anyway.
func (s *LinearSupport) enqueue(fresh corners) {
	for _, c := range fresh {
		if unit(c.w) || slices.ContainsFunc(s.visited, func(w []float64) bool { return closeTo(w, c.w) }) {
			continue
		}
		heap.Push(&s.queue, &queued{corner: c, improvement: math.Inf(1), at: -1, alive: true, order: len(s.queue) + s.found.Len()<<20})
	}
}

// improvement bounds what the utility can gain at a corner: by the value that a vector could have there
// without exceeding any answer,
//
//	max w·u  subject to  w'·u <= u(w') for all visited w',
//
// of which the dual is solved: min Σ y_i u(w'_i), Σ y_i w'_i = w, y >= 0.
func (s *LinearSupport) improvement(c *corner) float64 {
	a := mat.NewDense(s.m, len(s.visited), nil)
	for i, w := range s.visited {
		for j, x := range w {
			a.Set(j, i, x)
		}
	}
	// The simplex method wants costs of ordinary size.
	scale := max(s.scale(), 1e-300)
	cost := make([]float64, len(s.values))
	for i, u := range s.values {
		cost[i] = u / scale
	}
	most, _, err := lp.Simplex(cost, a, c.w, 1e-12, nil)
	if err != nil {
		return math.Inf(1) // not known: better asked than missed
	}
	return most*scale - c.t
}
