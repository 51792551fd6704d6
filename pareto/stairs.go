package pareto

import (
	"math/bits"
	"slices"
)

// stairs is a staircase of keys (see sortKey): the minimal ones of a set of points of the plane, x
// ascending, y descending.
type stairs struct {
	x, y []uint64
}

// long reports whether moving the steps has come to cost more than a tree does.
func (s *stairs) long() bool { return len(s.x) > 4096 }

func (s *stairs) clear() { s.x, s.y = s.x[:0], s.y[:0] }

// covers reports whether a step is nowhere above (x, y).
func (s *stairs) covers(x, y uint64) bool {
	i := firstAbove(s.x, x)
	return i > 0 && s.y[i-1] <= y
}

// offer adds a step unless one covers it, removes those that it covers, and reports whether it was
// added.
func (s *stairs) offer(x, y uint64) bool {
	to := firstAbove(s.x, x)
	if to > 0 && s.y[to-1] <= y {
		return false
	}
	from := to
	if from > 0 && s.x[from-1] == x {
		from--
	}
	for to < len(s.x) && s.y[to] >= y {
		to++
	}
	if from == to {
		s.x, s.y = append(s.x, 0), append(s.y, 0)
		copy(s.x[from+1:], s.x[from:])
		copy(s.y[from+1:], s.y[from:])
	} else if from+1 < to {
		s.x, s.y = slices.Delete(s.x, from+1, to), slices.Delete(s.y, from+1, to)
	}
	s.x[from], s.y[from] = x, y
	return true
}

// firstAbove returns the index of the first of ascending keys that is above key. It halves by the borrow
// of a difference, not by a branch that cannot be foreseen.
func firstAbove(keys []uint64, key uint64) int {
	first := uint(0)
	for n := uint(len(keys)); n > 0; {
		half := (n + 1) / 2
		_, above := bits.Sub64(key, keys[first+half-1], 0)
		first += half &^ -uint(above)
		n -= half
	}
	return int(first)
}
