package pareto

import (
	"math"
	"slices"
)

// staircase is a set of mutually non-dominated points of the plane, minimised: x ascending, y
// descending. The first step (-Inf, yTop) and the last (xRight, -Inf) are sentinels; they bound the
// quadrant in which area is measured.
//
// A plain slice: on fronts spread over a surface the staircase holds about √n points, and moving
// so few beats every tree.
type staircase struct {
	steps []step
}

type step struct{ x, y float64 }

// reset empties the staircase and sets its bounds.
func (s *staircase) reset(xRight, yTop float64) {
	s.steps = append(s.steps[:0], step{math.Inf(-1), yTop}, step{xRight, math.Inf(-1)})
}

// insert adds the point (x, y) with x < xRight and y < yTop. It returns the area that the region
// weakly dominated by the staircase gains, and whether the point was kept; it is not if it is
// dominated or there already. O(log n) plus the points moved.
func (s *staircase) insert(x, y float64) (gain float64, kept bool) {
	st := s.steps
	// lo: the first step with x-coordinate at least x. Short staircases are the rule, and a forward
	// scan of them is quicker than a binary search.
	lo, hi := 1, len(st)-1
	for hi-lo > 8 {
		mid := int(uint(lo+hi) >> 1)
		if st[mid].x < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for st[lo].x < x {
		lo++
	}
	at := step{x, st[lo-1].y}
	if at.y <= y || st[lo].x == x && st[lo].y <= y {
		return 0, false
	}
	hi = lo
	for st[hi].y >= y { // steps that the point dominates
		gain += (st[hi].x - at.x) * (at.y - y)
		at = st[hi]
		hi++
	}
	gain += (st[hi].x - at.x) * (at.y - y)
	if hi == lo {
		s.steps = append(st, step{})
		st = s.steps
		if len(st)-lo < 16 {
			for i := len(st) - 1; i > lo; i-- {
				st[i] = st[i-1]
			}
		} else {
			copy(st[lo+1:], st[lo:])
		}
	} else if hi > lo+1 {
		s.steps = append(st[:lo+1], st[hi:]...)
	}
	st[lo] = step{x, y}
	return gain, true
}

const (
	longFrom  = 1024 // steps from which a staircase is kept in blocks
	blockSize = 64
)

// longStaircase is a staircase in blocks of at most blockSize steps, so that inserting a point moves
// few of them however many there are. A step has a number for the use of the caller, negative for
// sentinels.
type longStaircase struct {
	blocks [][]numbered // none is empty
	first  []float64    // x-coordinate of the first step of each
	free   [][]numbered
}

type numbered struct {
	step
	number int32
}

// cursor is the place of a step.
type cursor struct{ block, k int }

// reset empties the staircase and sets its bounds.
func (l *longStaircase) reset(xRight, yTop float64) {
	l.free = append(l.free, l.blocks...)
	l.blocks, l.first = l.blocks[:0], l.first[:0]
	l.push(numbered{step{math.Inf(-1), yTop}, -1})
	l.push(numbered{step{xRight, math.Inf(-1)}, -1})
}

// take moves the steps of s over.
func (l *longStaircase) take(s *staircase) {
	l.free = append(l.free, l.blocks...)
	l.blocks, l.first = l.blocks[:0], l.first[:0]
	for _, at := range s.steps {
		l.push(numbered{at, 0})
	}
}

// push adds a step behind the others, and leaves room for more in between.
func (l *longStaircase) push(at numbered) {
	last := len(l.blocks) - 1
	if last < 0 || len(l.blocks[last]) >= blockSize/2 {
		l.blocks = append(l.blocks, l.block())
		l.first = append(l.first, at.x)
		last++
	}
	l.blocks[last] = append(l.blocks[last], at)
}

// block returns an empty block.
func (l *longStaircase) block() []numbered {
	if n := len(l.free); n > 0 {
		b := l.free[n-1]
		l.free = l.free[:n-1]
		return b[:0]
	}
	return make([]numbered, 0, blockSize)
}

// before returns the place of the last step with an x-coordinate below x.
func (l *longStaircase) before(x float64) cursor {
	b, end := 0, len(l.first)
	for end-b > 1 {
		if mid := int(uint(b+end) >> 1); l.first[mid] < x {
			b = mid
		} else {
			end = mid
		}
	}
	block := l.blocks[b]
	k, end := 0, len(block)
	for end-k > 1 {
		if mid := int(uint(k+end) >> 1); block[mid].x < x {
			k = mid
		} else {
			end = mid
		}
	}
	return cursor{b, k}
}

// next returns the place after c.
func (l *longStaircase) next(c cursor) cursor {
	if c.k++; c.k == len(l.blocks[c.block]) {
		return cursor{c.block + 1, 0}
	}
	return c
}

func (l *longStaircase) at(c cursor) *numbered { return &l.blocks[c.block][c.k] }

// replace puts a step in the place of those after c and before end.
func (l *longStaircase) replace(c, end cursor, by numbered) {
	b, k := c.block, c.k+1
	block := l.blocks[b]
	if end.block == b && end.k > k {
		block[k] = by
		l.blocks[b] = append(block[:k+1], block[end.k:]...)
		return
	}
	if e := end.block; e > b {
		block = block[:k]
		if end.k > 0 {
			rest := l.blocks[e]
			l.blocks[e] = append(rest[:0], rest[end.k:]...)
			l.first[e] = rest[0].x
		}
		l.free = append(l.free, l.blocks[b+1:e]...)
		l.blocks = append(l.blocks[:b+1], l.blocks[e:]...)
		l.first = append(l.first[:b+1], l.first[e:]...)
	}
	if len(block) == blockSize {
		half := append(l.block(), block[blockSize/2:]...)
		block = block[:blockSize/2]
		l.blocks[b] = block
		l.blocks = slices.Insert(l.blocks, b+1, half)
		l.first = slices.Insert(l.first, b+1, half[0].x)
		if k > blockSize/2 {
			b, k, block = b+1, k-blockSize/2, half
		}
	}
	l.blocks[b] = slices.Insert(block, k, by)
}

// insert is staircase.insert: O(log n + n/blockSize) apart from the steps that it removes.
func (l *longStaircase) insert(x, y float64) (gain float64, kept bool) {
	c := l.before(x)
	at := step{x, l.at(c).y}
	if at.y <= y {
		return 0, false
	}
	end := l.next(c)
	for {
		next := l.at(end).step
		if next.x == x && next.y <= y {
			return 0, false
		}
		gain += (next.x - at.x) * (at.y - y)
		if next.y < y {
			break
		}
		at = next
		end = l.next(end)
	}
	l.replace(c, end, numbered{step{x, y}, 0})
	return gain, true
}
