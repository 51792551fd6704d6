package pareto

import "math/bits"

// level is the memory of one box of the recursion.
type level struct {
	rows []float64 // clipped rows, row-major
	mask []uint32  // per row, bit j: the row is above the box's corner in objective j
	r    [maxHypervolumeObjectives]float64

	order      []keyed
	active     []float64 // rows passed by the sweep, without the slice objective
	activeMask []uint32
	below      [maxHypervolumeObjectives]float64 // r without the slice objective
}

// grow gives the level room for n rows of d objectives.
func (l *level) grow(n, d int) {
	if cap(l.rows) < n*d || cap(l.mask) < n {
		l.rows = make([]float64, 2*n*d)
		l.active = make([]float64, 2*n*d)
		l.mask = make([]uint32, 2*n)
		l.activeMask = make([]uint32, 2*n)
	}
}

// uncovered returns the measure of the part of the box [a, top] that is not in the union of the
// boxes [q, top] over rows, which are row-major with len(a) objectives.
//
// Four ideas keep the recursion small. Tighten: a row that is above a in one objective only cuts
// off a slab; lower the top there and forget the row. Factor: an objective in which no row is above
// a is a factor of the result. Masks: a row can dominate another only if its set of objectives
// above a is a subset. Slice: sweep the objective in which most rows are above a.
//
// This is the general form. As soon as no more than eight objectives are left, and not too many rows,
// measure8 goes on with their ranks.
func (w *Workspace) uncovered(a, top, rows []float64) float64 {
	d := len(a)
	n := len(rows) / d
	w.calls++
	if w.pause(n) {
		return 0
	}
	l := &w.level[d]
	l.grow(n, d)
	r := l.r[:d]
	copy(r, top)
	k, used, whole := l.clip(a, r, rows)
	if whole {
		return 0
	}

	// Objectives in no mask are factors; the others are cols, the slice objective last.
	factor := 1.0
	var cols [maxHypervolumeObjectives]int
	c := cols[:0]
	for j := range r {
		if used>>j&1 == 0 {
			factor *= r[j] - a[j]
		} else {
			c = append(c, j)
		}
	}
	switch {
	case k == 0:
		return factor
	case k == 1:
		return factor * uncoveredByOne(a, r, l.rows[:d], c)
	case k == 2:
		return factor * uncoveredByTwo(a, r, l.rows[:2*d], c)
	case k == 3:
		return factor * uncoveredByThree(a, r, l.rows[:3*d], c)
	}
	if len(c) > 3 && w.packs(a, r, l.rows[:k*d], c) {
		n := &w.inner
		return factor * w.measure8(n.value, n.rows[k], n.ref, n.lanes, n.rows[:k])
	}
	l.sliceLast(k, c)
	s := c[len(c)-1]
	order := resize(l.order, k)
	for i := range order {
		order[i] = keyed{sortKey(l.rows[i*d+s]), int32(i)}
	}
	order = w.sorter.sort(order)
	l.order = order
	switch len(c) {
	case 2:
		return factor * l.uncoveredPlane(a, r, order, c)
	case 3:
		return factor * w.uncoveredSpace(a, r, order, c)
	case 4:
		volume := 1.0
		for _, j := range c {
			volume *= r[j] - a[j]
		}
		return factor * max(0, volume-w.sweep4.volume(w, l.rows, order, c, r))
	}
	return factor * w.uncoveredSlices(a, r, order, c)
}

// packs ranks the columns c of the rows and, behind them, of a, if the ranks fit.
func (w *Workspace) packs(a, r, rows []float64, c []int) bool {
	d := len(a)
	if len(c) > packedObjectives || len(rows)/d*len(c) > laneTop {
		return false
	}
	x := w.columns[:0]
	for ; len(rows) > 0; rows = rows[d:] {
		for _, j := range c {
			x = append(x, rows[j])
		}
	}
	var ref [packedObjectives]float64
	for i, j := range c {
		x = append(x, a[j])
		ref[i] = r[j]
	}
	w.columns = x
	return w.inner.pack(&w.sorter, x, len(c), len(c), ref[:len(c)])
}

// clip copies the rows that cover part of the box [a, r], raised to a, and lowers r by those that
// cut off a slab. It returns the number of rows kept and the union of their masks; whole is true
// if a row covers the box.
func (l *level) clip(a, r, rows []float64) (k int, used uint32, whole bool) {
	d := len(a)
	r = r[:d]
	var lowered uint32
	for ; len(rows) >= d; rows = rows[d:] {
		q := rows[:d]
		c := l.rows[k*d:][:d]
		var mask uint32
		outside := false
		for j, v := range q {
			if v > a[j] {
				mask |= 1 << j
			} else {
				v = a[j]
			}
			if v >= r[j] {
				outside = true
				break
			}
			c[j] = v
		}
		if outside {
			continue
		}
		if mask&(mask-1) != 0 {
			l.mask[k] = mask
			used |= mask
			k++
			continue
		}
		if mask == 0 {
			return 0, 0, true
		}
		r[bits.TrailingZeros32(mask)] = c[bits.TrailingZeros32(mask)]
		lowered |= mask
	}
	if lowered == 0 {
		return k, used, false
	}
	kept := 0
	used = 0
	for i := range k {
		c := l.rows[i*d:][:d]
		outside := false
		for b := lowered; b != 0; b &= b - 1 {
			j := bits.TrailingZeros32(b)
			outside = outside || c[j] >= r[j]
		}
		if outside {
			continue
		}
		if kept < i {
			copy(l.rows[kept*d:][:d], c)
			l.mask[kept] = l.mask[i]
		}
		used |= l.mask[kept]
		kept++
	}
	return kept, used, false
}

// sliceLast moves the column in which most of the k rows are above the corner to the end of c;
// the last one if several are.
func (l *level) sliceLast(k int, c []int) {
	var above [maxHypervolumeObjectives]int
	for _, mask := range l.mask[:k] {
		for ; mask != 0; mask &= mask - 1 {
			above[bits.TrailingZeros32(mask)&(maxHypervolumeObjectives-1)]++
		}
	}
	best := len(c) - 1
	for i := best - 1; i >= 0; i-- {
		if above[c[i]] > above[c[best]] {
			best = i
		}
	}
	last := len(c) - 1
	c[best], c[last] = c[last], c[best]
}

// uncoveredByOne adds, column by column, what lies below q there and above it in the columns
// before: no difference of volumes.
func uncoveredByOne(a, r, q []float64, c []int) float64 {
	u, box := 0.0, 1.0
	for i := len(c) - 1; i >= 0; i-- {
		j := c[i]
		u = (q[j]-a[j])*box + (r[j]-q[j])*u
		box *= r[j] - a[j]
	}
	return u
}

// uncoveredByTwo is inclusion–exclusion.
func uncoveredByTwo(a, r, rows []float64, c []int) float64 {
	d := len(r)
	p, q := rows[:d], rows[d:2*d]
	v, vp, vq, vpq := 1.0, 1.0, 1.0, 1.0
	for _, j := range c {
		v *= r[j] - a[j]
		vp *= r[j] - p[j]
		vq *= r[j] - q[j]
		vpq *= r[j] - max(p[j], q[j])
	}
	return max(0, v-vp-vq+vpq)
}

// uncoveredByThree is inclusion–exclusion.
func uncoveredByThree(a, r, rows []float64, c []int) float64 {
	d := len(r)
	p, q, s := rows[:d], rows[d:2*d], rows[2*d:3*d]
	v, vp, vq, vs := 1.0, 1.0, 1.0, 1.0
	vpq, vps, vqs, vpqs := 1.0, 1.0, 1.0, 1.0
	for _, j := range c {
		// Distances below r; the smaller distance belongs to the larger coordinate.
		dp, dq, ds := r[j]-p[j], r[j]-q[j], r[j]-s[j]
		dpq := min(dp, dq)
		v *= r[j] - a[j]
		vp *= dp
		vq *= dq
		vs *= ds
		vpq *= dpq
		vps *= min(dp, ds)
		vqs *= min(dq, ds)
		vpqs *= min(dpq, ds)
	}
	return max(0, v-(vp+vq+vs)+(vpq+vps+vqs)-vpqs)
}

// uncoveredPlane adds the strips between the rows in order of the second column.
func (l *level) uncoveredPlane(a, r []float64, order []keyed, c []int) float64 {
	d := len(r)
	x, y := c[0], c[1]
	u, right, height := 0.0, r[x], a[y]
	for _, e := range order {
		q := l.rows[int(e.row)*d:][:d]
		if q[x] < right {
			u += (q[y] - height) * (right - a[x])
			right, height = q[x], q[y]
		}
	}
	return u + (r[y]-height)*(right-a[x])
}

// uncoveredSpace integrates the uncovered part of the rectangle of the first two columns over the
// third.
func (w *Workspace) uncoveredSpace(a, r []float64, order []keyed, c []int) float64 {
	d := len(r)
	l := &w.level[d]
	x, y, z := c[0], c[1], c[2]
	area := (r[x] - a[x]) * (r[y] - a[y])
	u, height := 0.0, a[z]
	w.stairs.reset(r[x], r[y])
	for _, e := range order {
		q := l.rows[int(e.row)*d:][:d]
		if gain, kept := w.stairs.insert(q[x], q[y]); kept {
			u += area * (q[z] - height)
			height = q[z]
			if q[x] <= a[x] && q[y] <= a[y] {
				return u
			}
			area -= gain
		}
	}
	return u + area*(r[z]-height)
}

// uncoveredSlices subtracts from the box what each row, in order of the last column, covers beyond
// those before it.
func (w *Workspace) uncoveredSlices(a, r []float64, order []keyed, c []int) float64 {
	d := len(r)
	l := &w.level[d]
	last := len(c) - 1
	s := c[last]
	c = c[:last]
	u := r[s] - a[s]
	below := l.below[:last]
	for i, j := range c {
		u *= r[j] - a[j]
		below[i] = r[j]
	}
	n := 0 // active rows
	for _, e := range order {
		q := l.rows[int(e.row)*d:][:d]
		mask := l.mask[e.row] &^ (1 << s)
		p := l.active[n*last:][:last]
		for i, j := range c {
			p[i] = q[j]
		}
		if l.dominated(p, mask, n) {
			continue
		}
		u -= (r[s] - q[s]) * w.uncovered(p, below, l.active[:n*last])
		if w.stopped {
			return 0
		}
		n = l.activate(p, mask, n)
	}
	return max(0, u)
}

// dominated reports whether one of the n active rows is nowhere above p.
func (l *level) dominated(p []float64, mask uint32, n int) bool {
	d := len(p)
	for i, have := range l.activeMask[:n] {
		if have&^mask == 0 && weaklyBelow(l.active[i*d:][:d], p) {
			return true
		}
	}
	return false
}

// activate adds p, which stands behind the n active rows, to them and drops those that it
// dominates. It returns their number.
func (l *level) activate(p []float64, mask uint32, n int) int {
	d := len(p)
	k := 0
	for i, have := range l.activeMask[:n] {
		q := l.active[i*d:][:d]
		if mask&^have == 0 && weaklyBelow(p, q) {
			continue
		}
		if k < i {
			copy(l.active[k*d:][:d], q)
			l.activeMask[k] = have
		}
		k++
	}
	if k < n {
		copy(l.active[k*d:][:d], p)
	}
	l.activeMask[k] = mask
	return k + 1
}
