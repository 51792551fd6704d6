package pareto

import (
	"container/heap"
	"math/bits"
	"slices"
)

// HypervolumeBracket returns two numbers between which the hypervolume of f above ref lies, up to
// rounding (1e-12 of hi): lo is certainly covered and hi - lo undecided. It stops as soon as
// hi - lo ≤ relGap·hi; 0 asks for the exact value. It is for fronts whose exact hypervolume takes too
// long: with Options.MaxWork (boxes looked at) or a deadline in Options.Ctx the best bounds so far
// come together with ErrBudget or the error of the context.
//
// Method: the largest undecided box is cut, at the row that covers most of it, into the part that the
// row covers and one smaller box per objective. Boxes that few rows, or rows of few different
// objectives, cut into are measured exactly. The bounds only ever tighten.
//
// Other errors as [Hypervolume]; ErrRange for a relGap that is negative or NaN.
func HypervolumeBracket(f Front, ref []float64, relGap float64, o ...Options) (lo, hi float64, err error) {
	if !(relGap >= 0) {
		return 0, 0, errRange("relative gap", relGap, "give a number such as 0.01, or 0")
	}
	var w Workspace
	opt, err := option(o)
	if err != nil {
		return 0, 0, err
	}
	if err := w.begin(f, "front", ref, &opt); err != nil {
		return 0, 0, err
	}
	w.balance()
	lo, hi = w.bracket(relGap)
	lo, hi = w.restored(lo), w.restored(hi)
	err = w.end()
	for _, v := range []float64{lo, hi} {
		if _, err := finite("hypervolume", v); err != nil {
			return 0, 0, err
		}
	}
	return lo, hi, err
}

// exactRows is the number of rows up to which a box of bracket is measured.
const exactRows = 16

// undecided is a box [a, r] of which rows cover a part that is not known.
type undecided struct {
	a, r   []float64
	rows   []float64
	volume float64
	number int // boxes made before
}

// boxQueue is a heap: the largest box first, of equal ones the oldest.
type boxQueue []*undecided

func (q boxQueue) Len() int      { return len(q) }
func (q boxQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q boxQueue) Less(i, j int) bool {
	return q[i].volume > q[j].volume || q[i].volume == q[j].volume && q[i].number < q[j].number
}
func (q *boxQueue) Push(b any) { *q = append(*q, b.(*undecided)) }
func (q *boxQueue) Pop() any {
	last := len(*q) - 1
	b := (*q)[last]
	*q = (*q)[:last]
	return b
}

// bracket returns the bounds for the loaded rows.
func (w *Workspace) bracket(relGap float64) (lo, hi float64) {
	m := w.job.m
	if len(w.rows) == 0 {
		return 0, 0
	}
	ideal := slices.Clone(w.rows[:m])
	for k, v := range w.rows {
		ideal[k%m] = min(ideal[k%m], v)
	}
	var covered, open neumaier
	var queue boxQueue
	made := 0
	add := func(a, r, rows []float64) {
		v := boxVolume(a, r)
		open.add(v)
		heap.Push(&queue, &undecided{a, r, rows, v, made})
		made++
	}
	add(ideal, slices.Clone(w.ref[:m]), w.rows)
	for {
		lo = covered.value()
		hi = lo + max(0, open.value())
		if len(queue) == 0 {
			return lo, lo
		}
		if hi-lo <= relGap*hi || w.stopped {
			return lo, hi
		}
		box := heap.Pop(&queue).(*undecided)
		w.calls++
		if w.account(); w.stopped {
			return lo, hi
		}
		if part, known := w.settle(box, add); known {
			covered.add(part)
			open.add(-box.volume)
		}
	}
}

// settle decides about a box. It returns the volume that is certainly covered and adds the boxes
// that remain undecided; known is false if it was interrupted.
func (w *Workspace) settle(box *undecided, add func(a, r, rows []float64)) (covered float64, known bool) {
	a, r := box.a, box.r
	d := len(a)
	top := slices.Clone(r)
	l := &w.level[d]
	l.grow(len(box.rows)/d, d)
	k, used, whole := l.clip(a, r, box.rows)
	if whole {
		return box.volume, true
	}
	for j := range r { // slabs that single rows have cut off
		slab := top[j] - r[j]
		for i := range r {
			if i != j {
				slab *= top[i] - a[i]
			}
		}
		covered += slab
		top[j] = r[j]
	}
	rows := slices.Clone(l.rows[:k*d])
	if k <= exactRows || bits.OnesCount32(used) <= 4 {
		for i := range k {
			covered += w.uncovered(rows[i*d:][:d], r, rows[:i*d])
		}
		return covered, !w.stopped
	}
	pivot, most := 0, 0.0
	for i := range k {
		if v := boxVolume(rows[i*d:][:d], r); v > most {
			pivot, most = i, v
		}
	}
	q, mask := slices.Clone(rows[pivot*d:][:d]), l.mask[pivot]
	rows = slices.Delete(rows, pivot*d, (pivot+1)*d)
	for ; mask != 0; mask &= mask - 1 {
		j := bits.TrailingZeros32(mask)
		below := slices.Clone(r)
		below[j] = q[j]
		add(a, below, rows)
		a = slices.Clone(a)
		a[j] = q[j]
	}
	return covered + most, true
}

// boxVolume returns the product of the sides of [a, r].
func boxVolume(a, r []float64) float64 {
	v := 1.0
	for j, lo := range a {
		v *= r[j] - lo
	}
	return v
}
