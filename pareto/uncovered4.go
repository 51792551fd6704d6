package pareto

import (
	"math/bits"
	"slices"
)

// words is the memory of a box of up to four objectives.
type words struct {
	rows   []uint64 // clipped
	active []uint64 // passed by the sweep, sorted
	order  []uint32 // see inOrder
}

func (l *words) grow(n int) {
	if cap(l.rows) < n {
		l.rows = make([]uint64, 2*n)
		l.active = make([]uint64, 2*n)
	}
}

// clipWords writes to rows the active rows that cover part of the box [a, r], raised to a, and
// lowers r by those that cut off a slab; it returns the new r and the number of rows written. last is
// the guard of the highest lane, by which the active rows are sorted. Active rows that a dominates
// are dropped, which leaves a number of them; left is -1 if a row dominates a.
func clipWords(a, r, last uint64, active, rows []uint64) (top uint64, k, left int) {
	rows = rows[:len(active)]
	top = r
	// Rows that dominate a come before it in the order, rows that it dominates after it.
	for left < len(active) && active[left] <= a {
		q := active[left]
		left++
		up := above(q, a)
		if up == 0 {
			return r, 0, -1
		}
		mask := spread(up)
		q = blend(a, q, mask)
		rows[k] = q
		outside, several := reaches(q, top), up&(up-1)
		if outside|several == 0 {
			top = blend(top, q, mask)
		}
		k += oneIf(outside == 0) & oneIf(several != 0)
	}
	for i := left; i < len(active); i++ {
		q := active[i]
		up := above(q, a)
		if up == last { // it covers the box from there on, and no row behind begins before or is dominated
			if reaches(q, top)&last == 0 {
				top = blend(top, q, spread(last))
			}
			left += copy(active[left:], active[i+oneIf(reaches(q, a) == guards):])
			break
		}
		active[left] = q
		left += oneIf(reaches(q, a) != guards)
		mask := spread(up)
		q = blend(a, q, mask)
		rows[k] = q
		outside, several := reaches(q, top), up&(up-1)
		if outside|several == 0 {
			top = blend(top, q, mask)
		}
		k += oneIf(outside == 0) & oneIf(several != 0)
	}
	if top != r {
		n := k
		k = 0
		for _, q := range rows[:n] {
			rows[k] = q
			k += oneIf(reaches(q, top) == 0)
		}
	}
	return top, k, left
}

// dropWords drops the active rows that a dominates; otherwise it is like clipWords.
func dropWords(a, last uint64, active []uint64) (left int) {
	// Rows that dominate a come before it in the order, rows that it dominates after it.
	left, _ = slices.BinarySearch(active, a+1)
	for _, q := range active[:left] {
		if above(q, a) == 0 {
			return -1
		}
	}
	for i := left; i < len(active); i++ {
		q := active[i]
		if above(q, a) == last { // no row behind it is dominated: it would dominate that, too
			return left + copy(active[left:], active[i+oneIf(reaches(q, a) == guards):])
		}
		active[left] = q
		left += oneIf(reaches(q, a) != guards)
	}
	return left
}

// uncovered4 is [Workspace.uncovered] for up to four objectives in the lower lanes of words and active
// rows that are sorted. As clipWords does, it drops active rows; left is their new number, or -1 if
// one dominates a.
func (w *Workspace) uncovered4(v values, a, r, lanes uint64, active []uint64) (volume float64, left int) {
	w.calls++
	if w.pause(len(active)) {
		return 0, len(active)
	}
	l := &w.box4
	l.grow(len(active))
	r, k, left := clipWords(a, r, 1<<(bits.Len64(lanes)-1), active, l.rows)
	if left < 0 {
		return 0, left
	}
	return w.measure4(v, a, r, lanes, l.rows[:k]), left
}

// measure4 returns the measure of what the clipped rows leave of the box [a, r]. It rearranges the
// rows.
func (w *Workspace) measure4(v values, a, r, lanes uint64, rows []uint64) float64 {
	var used uint64
	for _, q := range rows {
		used |= above(q, a)
	}
	low, high := pair{lo: a}, pair{lo: r}
	factor := v.volume(low, high, lanes&^used)
	switch len(rows) {
	case 0:
		return factor
	case 1:
		return factor * v.beyondOne(low, high, pair{lo: rows[0]}, used)
	case 2:
		return factor * v.beyondTwo(low, high, pair{lo: rows[0]}, pair{lo: rows[1]}, used)
	case 3:
		return factor * v.beyondThree(low, high, pair{lo: rows[0]}, pair{lo: rows[1]}, pair{lo: rows[2]}, used)
	}
	for empty := guards &^ used; empty != 0; { // from the top lane down
		j := (bits.Len64(empty) - 1) / laneBits
		empty &^= put(laneMask, j)
		a, r = squeeze(a, j), squeeze(r, j)
		for i, q := range rows {
			rows[i] = squeeze(q, j)
		}
	}
	sortWords(rows)
	switch bits.OnesCount64(used) {
	case 2:
		return factor * plane4(v, a, r, rows)
	case 3:
		u, _ := w.space4(v, a, r, rows)
		return factor * u
	}
	return factor * w.slices4(v, a, r, rows)
}

// squeeze removes lane j.
func squeeze(q uint64, j int) uint64 {
	low := put(1, j) - 1
	return q&low | q>>laneBits&^low
}

// plane4 is measure4 for two objectives and rows sorted by the second: it adds the strips
// between them.
func plane4(v values, a, r uint64, rows []uint64) float64 {
	u := 0.0
	right, height := lane(r, 0), v[lane(a, 1)]
	left := v[lane(a, 0)]
	for _, q := range rows {
		if x := lane(q, 0); x < right {
			y := v[lane(q, 1)]
			u += (y - height) * (v[right] - left)
			right, height = x, y
		}
	}
	return u + (v[lane(r, 1)]-height)*(v[right]-left)
}

// space4 is measure4 for three objectives and rows sorted by the third: it integrates what
// they leave of the rectangle of the first two. The rows that another one dominates are dropped,
// which leaves a number of them.
func (w *Workspace) space4(v values, a, r uint64, rows []uint64) (u float64, left int) {
	rx, ry := v[lane(r, 0)], v[lane(r, 1)]
	area := (rx - v[lane(a, 0)]) * (ry - v[lane(a, 1)])
	height := v[lane(a, 2)]
	w.stairs.reset(rx, ry)
	for _, q := range rows {
		if gain, kept := w.stairs.insert(v[lane(q, 0)], v[lane(q, 1)]); kept {
			z := v[lane(q, 2)]
			u += area * (z - height)
			height = z
			area -= gain
			rows[left] = q
			left++
		}
	}
	return u + area*(v[lane(r, 2)]-height), left
}

// slices4 is measure4 for four objectives and rows sorted by the fourth: it subtracts, from what the
// rows at the bottom leave, what each of the others covers beyond those before it.
func (w *Workspace) slices4(v values, a, r uint64, rows []uint64) float64 {
	const below = 1<<(3*laneBits) - 1
	bottom, top := lane(a, 3), v[lane(r, 3)]
	r = r&below | put(laneTop, 3)
	n := 0
	for n < len(rows) && lane(rows[n], 3) == bottom {
		rows[n] &= below
		n++
	}
	u, left := w.space4(v, a, r, rows[:n])
	u *= top - v[bottom]
	active := append(w.box4.active[:0], rows[:left]...)
	for _, q := range rows[n:] {
		p := q & below
		e, left := w.uncovered3(v, p, r, active)
		if left < 0 {
			continue
		}
		u -= (top - v[lane(q, 3)]) * e
		active = insertWord(active[:left], p)
	}
	return max(0, u)
}

// uncovered3 is uncovered4 for three objectives.
func (w *Workspace) uncovered3(v values, a, r uint64, active []uint64) (volume float64, left int) {
	l := &w.box3
	l.grow(len(active))
	r, k, left := clipWords(a, r, guards>>laneBits&^(guards>>(2*laneBits)), active, l.rows)
	if left < 0 {
		return 0, left
	}
	rows := l.rows[:k]
	switch k {
	case 0:
		return v.space(a, r), left
	case 1:
		return v.space(a, r) - v.space(rows[0], r), left
	case 2:
		p, q := rows[0], rows[1]
		return max(0, v.space(a, r)-(v.space(p, r)+v.space(q, r))+v.space(highest(p, q), r)), left
	case 3:
		p, q, s := rows[0], rows[1], rows[2]
		pq := highest(p, q)
		return max(0, v.space(a, r)-(v.space(p, r)+v.space(q, r)+v.space(s, r))+
			(v.space(pq, r)+v.space(highest(p, s), r)+v.space(highest(q, s), r))-v.space(highest(pq, s), r)), left
	}
	volume, _ = w.space4(v, a, r, rows)
	return volume, left
}

// space returns the volume of the box [a, r] in the three lower lanes.
func (v values) space(a, r uint64) float64 {
	return (v[lane(r, 0)] - v[lane(a, 0)]) * (v[lane(r, 1)] - v[lane(a, 1)]) * (v[lane(r, 2)] - v[lane(a, 2)])
}
