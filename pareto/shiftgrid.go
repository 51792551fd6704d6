package pareto

import "math"

// shiftGrid finds the least shift of a set of rows that makes one of them weakly dominate a point, all
// maximised. The range of each objective is cut into intervals. A word holds, for each row, the numbers of
// those that its values fall into, in lanes (see lanes.go): one subtraction tells the few rows that may
// come up to the point from those that cannot. Rows of like first objective stand together, and
// those that stand where the point would are looked at first.
type shiftGrid struct {
	rows   Front
	lanes  []scale // of the objectives that have a lane
	width  int     // of a lane in bits, the topmost its guard
	guards uint64
	word   []uint64 // with guards set, by place
	row    []int32  // by place
	order  scale    // of the first objective
	start  []int32  // by interval of order: the place of the first row in it, or above
}

const (
	maxShiftLanes = 12 // with more, the intervals of each would be too wide
	maxShiftWidth = 21
	rowsPerStart  = 4  // about
	shiftBlock    = 32 // rows looked at above, then below
)

// newShiftGrid returns the grid of at least one row.
func newShiftGrid(rows Front) *shiftGrid {
	m, n := rows.M, rows.Len()
	g := &shiftGrid{rows: rows, word: make([]uint64, n), row: make([]int32, n)}
	g.lanes = make([]scale, min(m, maxShiftLanes))
	g.width = min(64/len(g.lanes), maxShiftWidth)
	for j := range g.lanes {
		low, high := rows.X[j], rows.X[j]
		for k := j; k < len(rows.X); k += m {
			if v := rows.X[k]; v < low {
				low = v
			} else if v > high {
				high = v
			}
		}
		g.lanes[j] = newScale(low, high, 1<<(g.width-1)-2)
		g.guards |= 1 << (g.width*(j+1) - 1)
		if j == 0 {
			g.order = newScale(low, high, n/rowsPerStart)
		}
	}
	g.start = make([]int32, g.order.last+1)
	for k := 0; k < len(rows.X); k += m {
		g.start[g.order.interval(rows.X[k])]++
	}
	end := int32(0)
	for b, count := range g.start {
		end += count
		g.start[b] = end
	}
	for i := n - 1; i >= 0; i-- {
		p := rows.Row(i)
		word := g.guards
		for j := range g.lanes {
			word |= g.lanes[j].interval(p[j]) << (g.width * j)
		}
		at := &g.start[g.order.interval(p[0])]
		*at--
		g.word[*at], g.row[*at] = word, int32(i)
	}
	return g
}

// distance returns the least max_j (p_j - y_j) of a row y, or enough if that is no more.
func (g *shiftGrid) distance(p []float64, enough float64) float64 {
	if enough > -inf && g.search(p, enough, enough) <= enough {
		return enough
	}
	return g.search(p, inf, -inf)
}

// search returns the least max_j (p_j - y_j) of a row y at which it is less than bound, +Inf without such
// a row; or the first that is at most enough.
func (g *shiftGrid) search(p []float64, bound, enough float64) float64 {
	least := inf
	needed, bottom := g.needed(p, bound)
	up := int(g.start[g.order.interval(p[0])])
	for down := up; up < len(g.word) || down > bottom; {
		above, below := min(up+shiftBlock, len(g.word)), min(down, max(down-shiftBlock, bottom))
		for _, block := range [2][2]int{{up, above}, {below, down}} {
			for at := block[0]; at < block[1]; at++ {
				if (g.word[at]-needed)&g.guards != g.guards { // nearly always
					continue
				}
				shift := mostAbove(p, g.rows.Row(int(g.row[at])))
				if shift <= enough {
					return shift
				}
				if shift < bound {
					least, bound = shift, shift
					needed, bottom = g.needed(p, bound)
				}
			}
		}
		up, down = above, below
	}
	return least
}

// needed returns the word of the least values that a row y with max_j (p_j - y_j) ≤ shift may have, and
// the place of the first row that has the first of them.
func (g *shiftGrid) needed(p []float64, shift float64) (word uint64, bottom int) {
	for j := range g.lanes {
		v := p[j]
		v -= shift + (math.Abs(v)+math.Abs(shift))*0x1p-50 // more than the rounding errors
		word |= g.lanes[j].interval(v) << (g.width * j)
		if j == 0 {
			bottom = int(g.start[g.order.interval(v)])
		}
	}
	return word, bottom
}

// mostAbove returns max_j (p_j - y_j).
func mostAbove(p, y []float64) float64 {
	most := p[0] - y[0]
	for j := 1; j < len(p); j++ {
		most = max(most, p[j]-y[j])
	}
	return most
}

// scale cuts a range of values into intervals of equal width. Those below belong to the first, those above
// to one more.
type scale struct {
	low, perUnit float64
	last         int
}

func newScale(low, high float64, intervals int) scale {
	return scale{low, float64(intervals) / (high - low), intervals + 1}
}

// interval returns the number of the interval of v. It never falls as v rises, though a range of no
// width, or one that overflows, has fewer intervals.
func (s *scale) interval(v float64) uint64 {
	x := (v - s.low) * s.perUnit
	switch {
	case !(x >= 1): // or NaN
		return 0
	case x >= float64(s.last):
		return uint64(s.last)
	}
	return uint64(int64(x))
}
