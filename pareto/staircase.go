package pareto

import "math"

// staircase is a set of mutually non-dominated points of the plane, minimised: x ascending, y
// descending. The first entry (-Inf, yTop) and the last (xRight, -Inf) are sentinels; they bound
// the quadrant in which area is measured.
//
// Two plain slices: on fronts spread over a surface the staircase holds about √n points, and
// moving so few beats every tree.
type staircase struct {
	x, y []float64
}

// reset empties the staircase and sets its bounds.
func (s *staircase) reset(xRight, yTop float64) {
	s.x = append(s.x[:0], math.Inf(-1), xRight)
	s.y = append(s.y[:0], yTop, math.Inf(-1))
}

// insert adds the point (x, y) with x < xRight and y < yTop. It returns the area that the region
// weakly dominated by the staircase gains, and whether the point was kept; it is not if it is
// dominated or there already. O(log n) plus the points moved.
func (s *staircase) insert(x, y float64) (gain float64, kept bool) {
	sx, sy := s.x, s.y
	sy = sy[:len(sx)]
	// lo: the first entry with x-coordinate at least x. Short staircases are the rule, and a
	// forward scan of them is quicker than a binary search.
	lo, hi := 1, len(sx)-1
	for hi-lo > 8 {
		mid := int(uint(lo+hi) >> 1)
		if sx[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for sx[lo] < x {
		lo++
	}
	cx, cy := x, sy[lo-1]
	if cy <= y || (sx[lo] == x && sy[lo] <= y) {
		return 0, false
	}
	hi = lo
	for sy[hi] >= y { // entries that the point dominates
		gain += (sx[hi] - cx) * (cy - y)
		cx, cy = sx[hi], sy[hi]
		hi++
	}
	gain += (sx[hi] - cx) * (cy - y)
	if hi == lo {
		s.x = append(sx, 0)
		s.y = append(sy, 0)
		copy(s.x[lo+1:], s.x[lo:])
		copy(s.y[lo+1:], s.y[lo:])
	} else if hi > lo+1 {
		s.x = append(sx[:lo+1], sx[hi:]...)
		s.y = append(sy[:lo+1], sy[hi:]...)
	}
	s.x[lo], s.y[lo] = x, y
	return gain, true
}
