package pareto

import (
	"math/bits"
	"slices"
)

// pairs is the memory of a box of five to eight objectives.
type pairs struct {
	rows   []pair   // clipped
	active []pair   // passed by the sweep, 0 in the slice lane
	order  []uint32 // see inOrder
}

func (l *pairs) grow(n int) {
	if cap(l.rows) < n {
		l.rows = make([]pair, 2*n)
		l.active = make([]pair, 2*n)
	}
}

// clipPairs is clipWords for pairs.
func clipPairs(a, r pair, active, rows []pair) (top pair, k, left int) {
	rows = rows[:len(active)]
	top = r
	for _, q := range active {
		lo, hi := above(q.lo, a.lo), above(q.hi, a.hi)
		if lo|hi == 0 {
			return r, 0, -1
		}
		active[left] = q
		left += oneIf(reaches(q.lo, a.lo)&reaches(q.hi, a.hi) != guards)
		masklo, maskhi := spread(lo), spread(hi)
		q.lo, q.hi = blend(a.lo, q.lo, masklo), blend(a.hi, q.hi, maskhi)
		if reaches(q.lo, top.lo)|reaches(q.hi, top.hi) != 0 {
			continue
		}
		if set := lo | hi>>1; set&(set-1) == 0 {
			top.lo, top.hi = blend(top.lo, q.lo, masklo), blend(top.hi, q.hi, maskhi)
			continue
		}
		rows[k] = q
		k++
	}
	if top != r {
		n := k
		k = 0
		for _, q := range rows[:n] {
			rows[k] = q
			k += oneIf(reaches(q.lo, top.lo)|reaches(q.hi, top.hi) == 0)
		}
	}
	return top, k, left
}

// dropPairs is dropWords for pairs, in any order. Rows before the first that a dominates may dominate a;
// those behind it cannot, since no active row dominates another.
func dropPairs(a pair, active []pair) (left int) {
	for left < len(active) {
		q := active[left]
		if above(q.lo, a.lo) == 0 && above(q.hi, a.hi) == 0 {
			return -1
		}
		if reaches(q.lo, a.lo) == guards && reaches(q.hi, a.hi) == guards {
			break
		}
		left++
	}
	for k := left; k < len(active); k++ {
		q := active[k]
		active[left] = q
		left += oneIf(reaches(q.lo, a.lo)&reaches(q.hi, a.hi) != guards)
	}
	return left
}

// uncovered8 is [Workspace.uncovered] for up to eight objectives in the lanes of a pair; otherwise
// it is like uncovered4.
func (w *Workspace) uncovered8(v values, a, r pair, lanes uint64, active []pair) (volume float64, left int) {
	w.calls++
	if w.pause(len(active)) {
		return 0, len(active)
	}
	l := &w.box8[bits.OnesCount64(lanes)]
	l.grow(len(active))
	r, k, left := clipPairs(a, r, active, l.rows)
	if left < 0 {
		return 0, left
	}
	return w.measure8(v, a, r, lanes, l.rows[:k]), left
}

// measure8 returns the measure of what the clipped rows leave of the box [a, r].
func (w *Workspace) measure8(v values, a, r pair, lanes uint64, rows []pair) float64 {
	var lo, hi, used uint64 // per lane: rows above a
	for _, q := range rows {
		l, h := above(q.lo, a.lo), above(q.hi, a.hi)
		used |= l | h>>1
		lo += l >> (laneBits - 1)
		hi += h >> (laneBits - 1)
	}
	factor := v.volume(a, r, lanes&^used)
	switch len(rows) {
	case 0:
		return factor
	case 1:
		return factor * v.beyondOne(a, r, rows[0], used)
	case 2:
		return factor * v.beyondTwo(a, r, rows[0], rows[1], used)
	case 3:
		return factor * v.beyondThree(a, r, rows[0], rows[1], rows[2], used)
	}
	// The objectives in which some row is above the corner, by the number of such rows.
	var by [packedObjectives]int
	count := pair{lo, hi}
	n := 0
	for ; used != 0; used &= used - 1 {
		j := laneOf(used)
		k := n
		for ; k > 0 && less(count, j, by[k-1]); k-- {
			by[k] = by[k-1]
		}
		by[k] = j
		n++
	}
	switch {
	case n <= 4:
		w.box4.grow(len(rows))
		words := w.box4.rows[:len(rows)]
		for i, q := range rows {
			words[i] = q.gather(by[:n])
		}
		return factor * w.measure4(v, a.gather(by[:n]), r.gather(by[:n]), guards>>(laneBits*(4-n)), words)
	case n == 5:
		return factor * w.slices5(v, a, r, by[:5], rows)
	}
	return factor * w.slices8(v, a, r, by[:n], lanes, rows)
}

// less orders lanes by count, then by number.
func less(count pair, i, j int) bool {
	a, b := count.lane(i), count.lane(j)
	return a < b || a == b && i < j
}

// gather packs up to four lanes into a word.
func (q pair) gather(by []int) uint64 {
	var word uint64
	for i, j := range by {
		word |= put(q.lane(j), i)
	}
	return word
}

// slices5 is measure8 for the five lanes by: in the order of the last of them it subtracts from the
// box what each row covers beyond those before it. The other four fit a word.
func (w *Workspace) slices5(v values, a, r pair, by []int, rows []pair) float64 {
	l := &w.box5
	l.grow(len(rows))
	s, by := by[4], by[:4]
	bottom, top := a.gather(by), r.gather(by)
	u := v.volume(pair{lo: bottom}, pair{lo: top}, guards) * (v[r.lane(s)] - v[a.lane(s)])
	l.order = inOrder(l.order, rows, s)
	active := l.active[:0]
	for _, e := range l.order {
		q := rows[e&laneMask]
		p := q.gather(by)
		volume, left := w.uncovered4(v, p, top, guards, active)
		if w.stopped {
			return 0
		}
		if left >= 0 {
			u -= (v[r.lane(s)] - v[q.lane(s)]) * volume
			active = insertWord(active[:left], p)
		}
	}
	return max(0, u)
}

// slices8 is slices5 for more than five of the given lanes.
func (w *Workspace) slices8(v values, a, r pair, by []int, lanes uint64, rows []pair) float64 {
	l := &w.box8[bits.OnesCount64(lanes)]
	l.grow(len(rows))
	s, by := by[len(by)-1], by[:len(by)-1]
	inner := uint64(0)
	for _, j := range by {
		inner |= setOf(j)
	}
	u := v.volume(a, r, inner|setOf(s))
	l.order = inOrder(l.order, rows, s)
	rs := v[r.lane(s)]
	for j := range packedObjectives { // nothing reaches the top of the other lanes
		if inner&setOf(j) == 0 {
			r = r.with(j, laneTop)
		}
	}
	active := l.active[:0]
	for _, e := range l.order {
		q := rows[e&laneMask]
		p := q.with(s, 0)
		volume, left := w.uncovered8(v, p, r, inner, active)
		if w.stopped {
			return 0
		}
		if left >= 0 {
			u -= (rs - v[q.lane(s)]) * volume
			active = append(active[:left], p)
		}
	}
	return max(0, u)
}

// inOrder returns the numbers of the rows in the order of lane s, below the rank in that lane.
func inOrder(order []uint32, rows []pair, s int) []uint32 {
	order = resize(order, len(rows))
	for i, q := range rows {
		order[i] = uint32(q.lane(s))<<laneBits | uint32(i)
	}
	if len(order) > insertionLimit {
		slices.Sort(order)
		return order
	}
	for i := 1; i < len(order); i++ {
		e := order[i]
		k := i
		for ; k > 0 && order[k-1] > e; k-- {
			order[k] = order[k-1]
		}
		order[k] = e
	}
	return order
}
