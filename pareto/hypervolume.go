package pareto

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// maxHypervolumeObjectives is the largest m of an exact hypervolume.
const maxHypervolumeObjectives = 16

// Hypervolume returns the volume of the space that the rows of f dominate above the reference
// point ref: the Lebesgue measure of the union of the boxes [ref, y] over the rows y that are
// better than ref in every objective (Zitzler & Thiele 1998, "size of the space covered"). Other
// rows count for nothing; if no row counts the result is 0, which is not an error. Dominated rows
// and copies change nothing. Larger is better, from 0 on; a set that dominates another never has the
// smaller value. One row has the volume of its box. The unit is the product of those of the objectives.
//
// Objectives are maximised unless Options.Dir says otherwise. The value is exact up to rounding:
// relative error at most 1e-12, usually 1e-15, whatever the units of the objectives. Only if the ratios of
// longest and shortest distance from ref, multiplied over all objectives, exceed 1e550, what is below
// 1e-250 of the box between ideal and reference point may be lost.
//
// Errors: ErrNaN and ErrInf for values of f and ref; ErrDimension if ref has not one value per
// objective, or above 16 objectives; ErrInf if the volume, or for up to two objectives a distance from ref,
// exceeds float64; ErrBudget and that of Options.Ctx.
//
// Cost, for n rows: n log n for two objectives; n log n for three, by a sweep with a staircase
// (Beume, Fonseca, López-Ibáñez, Paquete & Vahrenhold 2009); n² comparisons, usually far fewer, for
// four, by a sweep of what each row adds (after Guerreiro, Fonseca & Emmerich 2012); exponential in m
// from five on, by recursion over clipped boxes (after While, Bradstreet & Barone 2012 and Lacour,
// Klamroth & Fonseca 2017): 100 rows take up to a millisecond for six objectives and up to thirty
// for nine. Options.MaxWork and Options.Ctx bound it; Options.Workers share it.
//
// Repeated calls are quicker and free of garbage with a [Workspace].
func Hypervolume(f Front, ref []float64, o ...Options) (float64, error) {
	var w Workspace
	return w.Hypervolume(f, ref, o...)
}

// HVRatio returns the hypervolume of s divided by that of the reference set z, both above ref (Van
// Veldhuizen 1999). Larger is better: 0 for a set that reaches nothing, an empty one too, 1 for equal sets,
// and above 1, not clipped, if s covers more than z. Dominated rows, copies and rows outside ref change
// nothing. ErrNotPositive if z covers nothing, so for an empty z; otherwise as [Hypervolume].
func HVRatio(s, z Front, ref []float64, o ...Options) (float64, error) {
	var w Workspace
	whole, err := w.hypervolume(z, "reference set", ref, o)
	if err != nil {
		return 0, err
	}
	part, err := w.Hypervolume(s, ref, o...)
	if err != nil {
		return 0, err
	}
	if whole == 0 {
		return 0, &InputError{Kind: ErrNotPositive, Input: "reference set", Row: -1, Col: -1,
			Fault: "its hypervolume is 0", Remedy: "move the reference point below it in every objective"}
	}
	return finite("hypervolume ratio", part/whole)
}

// Workspace keeps the memory of hypervolume computations, so that calls after the first of a size
// allocate nothing (more than goroutines, with Options.Workers). The zero value is ready. It must
// not be used by several goroutines at once.
type Workspace struct {
	rows  []float64 // rows that count, minimised, row-major
	index []int32   // of rows, in the input
	ref   [maxHypervolumeObjectives]float64
	sign  [maxHypervolumeObjectives]float64 // per objective: -1 if it is maximised

	extreme  bool // whether a distance from ref may be too long or too short, see balance
	exponent int  // of the power of two that volumes of the balanced rows have to be multiplied by

	point  [maxHypervolumeObjectives]float64 // see Exclusive
	order  []keyed                           // of rows, by the last objective
	sorter spreadSorter

	stairs  staircase
	minimal stairs // see passSpace
	long    longStaircase
	sweep4  sweep4
	hand    batchHand
	box3    words
	box4    words
	box5    words
	box8    [packedObjectives + 1]pairs         // by number of objectives of the box
	level   [maxHypervolumeObjectives + 1]level // by number of objectives of the box
	inner   packing                             // of a box of level
	columns []float64                           // of inner
	chain   chain                               // see uncoveredApart

	// Rows passed by the sweep of the last objective, in the others, less those that another one
	// dominates; the first of these that fits.
	passedWords []uint64 // sorted
	freshWords  []uint64 // see passSpace and passWords
	spareWords  []uint64 // see passSpace
	passedPairs []pair
	passed      []float64

	// Of contributions.
	contribution []float64 // per row of the input
	others       []int32
	holders      []holder
	cuts         []step

	job     *job // what is being computed
	own     job
	calls   int64 // boxes measured since the last account
	credit  int   // rows that may still be looked at before the next account
	stopped bool

	crew []*Workspace // of Workers > 1

	filter filter // see NonDominated
	ranker ranker // see Rank
}

// job is one hypervolume of four or more objectives, shared by its workers.
type job struct {
	m      int
	rows   []float64
	ref    []float64
	order  []keyed
	packed bool
	ranks  packing   // of all objectives but the last, if packed
	term   []float64 // results, by what work is divided into
	others []int32   // see exclusive
	sweep  batchSweep
	from   int // entry of the order that the batch of sweep begins with

	workers int
	next    atomic.Int64 // what no worker has taken yet begins with it

	ctx     context.Context
	maxWork int64
	work    atomic.Int64 // boxes measured so far
	stop    atomic.Bool
}

// Hypervolume is the function [Hypervolume] with the memory of the workspace.
func (w *Workspace) Hypervolume(f Front, ref []float64, o ...Options) (float64, error) {
	return w.hypervolume(f, "front", ref, o)
}

func (w *Workspace) hypervolume(f Front, input string, ref []float64, o []Options) (float64, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	if err := w.begin(f, input, ref, &opt); err != nil {
		return 0, err
	}
	w.balance()
	v, err := w.measure(opt.Workers), w.end()
	if err != nil {
		return 0, err
	}
	return finite("hypervolume", w.restored(v))
}

// begin checks the input, loads it and prepares the account of a computation.
func (w *Workspace) begin(f Front, input string, ref []float64, opt *Options) error {
	if f.M < 0 || f.M == 0 && len(f.X) > 0 || f.M > 0 && len(f.X)%f.M != 0 {
		return f.validate(input)
	}
	m := f.M
	if m == 0 { // the front is empty
		m = len(ref)
	}
	if m <= 0 {
		return &InputError{Kind: ErrDimension, Input: "reference point", Row: -1, Col: -1,
			Fault: "it has no values", Remedy: "give one value per objective"}
	}
	if err := checkMaxObjectives("hypervolume", m, maxHypervolumeObjectives); err != nil {
		return err
	}
	if err := checkLength("reference point", -1, len(ref), m); err != nil {
		return err
	}
	if err := checkFinite("reference point", -1, ref); err != nil {
		return err
	}
	if err := opt.checkDir(m); err != nil {
		return err
	}
	if !w.load(f, ref, opt) {
		if err := f.validate(input); err != nil {
			return err
		}
		w.extreme = true
	}
	w.start(opt, m)
	return nil
}

// load copies the rows that strongly dominate ref, minimised. It reports whether all values of f and ref
// are finite, and ordinary in size.
func (w *Workspace) load(f Front, ref []float64, opt *Options) bool {
	m, n := len(ref), f.Len()
	r, sign := w.ref[:m], w.sign[:m]
	var near [maxHypervolumeObjectives]float64 // below r, by a side that is ordinary if r has digits for it
	check := 0.0                               // not finite after a value that is too large
	for j, v := range ref {
		check += v * tooLarge
		sign[j] = opt.minimised(j, 1)
		r[j] = opt.minimised(j, v)
		near[j] = r[j] - max(shortSide, math.Abs(v)*0x1p-52)
	}
	w.extreme = false
	w.rows, w.index = resize(w.rows, n*m), resize(w.index, n)
	k := 0
	for i := range n {
		from, to := f.X[i*m:][:m], w.rows[k*m:][:m]
		ordinary := 0
		for j, v := range from {
			check += v * tooLarge
			v = v*sign[j] + 0 // exact, and never -0
			to[j] = v
			ordinary += oneIf(v <= near[j])
		}
		if ordinary < m {
			if !stronglyBelow(to, r) {
				continue
			}
			w.extreme = true
		}
		w.index[k] = int32(i)
		k++
	}
	w.rows, w.index = w.rows[:k*m], w.index[:k]
	return check-check == 0
}

// sortRows orders the loaded rows by the last objective.
func (w *Workspace) sortRows() {
	m := w.job.m
	w.order = resize(w.order, len(w.index))
	for i := range w.order {
		w.order[i] = keyed{sortKey(w.rows[i*m+m-1]), int32(i)}
	}
	w.order = w.sorter.sort(w.order)
	w.pause(len(w.order))
}

// measure returns the hypervolume of the loaded rows.
func (w *Workspace) measure(workers int) float64 {
	if len(w.rows) == 0 {
		return 0
	}
	switch w.job.m {
	case 1:
		return w.ref[0] - slices.Min(w.rows)
	case 2:
		w.sortRows()
		return w.measurePlane()
	case 3:
		w.dropBelowBest()
		w.sortRows()
		return w.measureSpace()
	}
	w.sortRows()
	return w.measureMany(workers)
}

// dropBelowBest drops the rows of three objectives that the one with the largest box weakly
// dominates: most of them, if the rows fill the space. The order of rows is lost.
func (w *Workspace) dropBelowBest() {
	r := w.ref[:3]
	best, most := 0, 0.0
	for i := 0; i+3 <= len(w.rows); i += 3 {
		p := w.rows[i : i+3]
		if v := (r[0] - p[0]) * (r[1] - p[1]) * (r[2] - p[2]); v > most {
			best, most = i, v
		}
	}
	x, y, z := w.rows[best], w.rows[best+1], w.rows[best+2]
	k := 0
	for i := 0; i+3 <= len(w.rows); i += 3 {
		p, to := w.rows[i:i+3], w.rows[k:k+3]
		px, py, pz := p[0], p[1], p[2]
		to[0], to[1], to[2] = px, py, pz
		k += 3 * (oneIf(px < x) | oneIf(py < y) | oneIf(pz < z))
	}
	w.rows = append(w.rows[:k], x, y, z)
	w.index = w.index[:len(w.rows)/3]
}

// measurePlane sweeps the second objective: each row that reaches further in the first adds a
// strip.
func (w *Workspace) measurePlane() float64 {
	var total neumaier
	x := w.ref[0]
	for _, e := range w.order {
		p := w.rows[2*e.row:]
		if p[0] < x {
			total.add((x - p[0]) * (w.ref[1] - p[1]))
			x = p[0]
		}
	}
	return total.value()
}

// measureSpace sweeps the third objective: between two heights the cross-section is the area
// under the staircase of the rows below.
func (w *Workspace) measureSpace() float64 {
	var total neumaier
	w.stairs.reset(w.ref[0], w.ref[1])
	area, z := 0.0, 0.0
	long := false
	var gathered [32][3]float64 // several at once: the processor waits for memory in parallel
	for order := w.order; len(order) > 0; {
		n := min(len(order), len(gathered))
		for i, e := range order[:n] {
			gathered[i] = [3]float64(w.rows[3*e.row:])
		}
		order = order[n:]
		if w.pause(n) {
			return 0
		}
		for _, p := range gathered[:n] {
			var gain float64
			var kept bool
			if !long {
				gain, kept = w.stairs.insert(p[0], p[1])
				if long = len(w.stairs.steps) > longFrom; long {
					w.long.take(&w.stairs)
				}
			} else {
				gain, kept = w.long.insert(p[0], p[1])
			}
			if !kept {
				continue
			}
			if area > 0 {
				total.add(area * (p[2] - z))
			}
			area += gain
			z = p[2]
		}
	}
	total.add(area * (w.ref[2] - z))
	return total.value()
}

// parallelFrom is the n·2^m from which a second worker pays.
const parallelFrom = 20_000

// measureMany sweeps the last of four or more objectives: HV = Σ (r_m - x_m)·E, where E is what
// the row adds, in the other objectives, to the rows before it. The terms do not depend on each
// other; they are stored by index and added in index order, whoever computed them.
func (w *Workspace) measureMany(workers int) float64 {
	j := w.job
	j.order = w.order
	n := len(w.order)
	w.pack(j.m - 1)
	switch {
	case j.m == 4 && !j.packed:
		return w.measureInBatches(workers)
	case j.m == 5 && !j.packed:
		j.packed = j.ranks.packApart(&w.sorter, j.rows, j.m, j.ref)
	}
	j.term = resize(j.term, n)
	if n<<j.m < parallelFrom {
		workers = 1
	}
	w.share(min(workers, n), (*Workspace).terms)
	if w.account(); j.stop.Load() {
		return 0
	}
	var total neumaier
	for _, t := range j.term {
		total.add(t)
	}
	return total.value()
}

// pack sets the rows of the job, and ranks the first d objectives if the ranks fit.
func (w *Workspace) pack(d int) {
	j := w.job
	j.rows, j.ref = w.rows, w.ref[:j.m]
	j.packed = j.ranks.pack(&w.sorter, j.rows, j.m, d, j.ref)
}

// maxWorkers bounds the goroutines of a computation, and the memory they need.
const maxWorkers = 256

// share does the work of the job with a number of workers, of which this workspace is one.
func (w *Workspace) share(workers int, work func(*Workspace)) {
	j := w.job
	j.next.Store(0)
	j.workers = max(1, min(workers, maxWorkers))
	if j.workers == 1 {
		work(w)
		return
	}
	for len(w.crew) < j.workers-1 {
		w.crew = append(w.crew, new(Workspace))
	}
	var done sync.WaitGroup
	for _, c := range w.crew[:j.workers-1] {
		c.job = j
		c.calls, c.credit, c.stopped = 0, 0, false
		done.Go(func() {
			work(c)
			c.account()
			c.job = nil
		})
	}
	work(w)
	done.Wait()
}

// terms computes the terms of the job that no other worker has taken. It passes the rows in
// between, which is cheap.
func (w *Workspace) terms() {
	j := w.job
	w.passedWords, w.passedPairs, w.passed = w.passedWords[:0], w.passedPairs[:0], w.passed[:0]
	seen := 0
	for !w.stopped {
		from, to := j.take()
		if from == to {
			return
		}
		if seen < from {
			w.passAll(j.order[seen:from])
		}
		for seen = from; seen < to && !w.stopped; seen++ {
			j.term[seen] = w.pass(int(j.order[seen].row), true)
		}
	}
}

// take hands out the next entries of the order, from one to before another; the two are equal when none are
// left.
func (j *job) take() (from, to int) {
	n := len(j.order)
	for {
		from = int(j.next.Load())
		several := 1
		switch {
		case j.m == 5 && j.packed:
			several = min(n/256, 16)
		case j.m <= 5: // many, which others pass sooner at once; few in the end, so that all finish together
			several = max(n/256, min(n/4, n-from)/(2*j.workers))
		}
		to = min(n, from+max(1, several))
		if j.next.CompareAndSwap(int64(from), int64(to)) {
			return from, to
		}
	}
}

// passAll is pass, without measuring, for several entries of the order.
func (w *Workspace) passAll(order []keyed) {
	j := w.job
	switch {
	case j.m == 4:
		w.passSpace(order)
	case j.m == 5 && j.packed:
		w.passWords(order)
	case j.m == 5 && len(order) >= passFiltered:
		w.passRows(order)
	default:
		for _, e := range order {
			w.pass(int(e.row), false)
		}
	}
}

// passSpace is passAll for four objectives: a staircase sweeps the rows passed and these in the order of the
// third objective.
func (w *Workspace) passSpace(order []keyed) {
	fresh := w.freshWords[:0]
	for _, e := range order {
		fresh = append(fresh, w.job.ranks.rows[e.row].lo)
	}
	slices.Sort(fresh)
	passed, left := w.passedWords, w.spareWords[:0]
	w.minimal.clear()
	for t, u := 0, 0; t < len(passed) || u < len(fresh); {
		var q uint64
		if u == len(fresh) || t < len(passed) && passed[t] <= fresh[u] {
			q = passed[t]
			t++
		} else {
			q = fresh[u]
			u++
		}
		if w.minimal.offer(lane(q, 0), lane(q, 1)) {
			left = append(left, q)
		}
	}
	w.freshWords, w.passedWords, w.spareWords = fresh, left, passed
}

// passWords is passAll for five objectives whose ranks fit a word. The entries move the rows behind them all
// at once.
func (w *Workspace) passWords(order []keyed) {
	j := w.job
	last := setOf(j.m - 2)
	fresh := w.freshWords[:0]
	for _, e := range order {
		q := j.ranks.rows[e.row].lo
		left := dropWords(q, last, w.passedWords)
		if left < 0 {
			continue
		}
		w.passedWords = w.passedWords[:left]
		if left = dropWords(q, last, fresh); left >= 0 {
			fresh = insertWord(fresh[:left], q)
		}
	}
	w.freshWords = fresh
	k := len(w.passedWords)
	w.passedWords = append(w.passedWords, fresh...)
	for to := len(w.passedWords); len(fresh) > 0; {
		q := fresh[len(fresh)-1]
		at, _ := slices.BinarySearch(w.passedWords[:k], q)
		to -= copy(w.passedWords[to-(k-at):], w.passedWords[at:k]) + 1
		w.passedWords[to] = q
		k, fresh = at, fresh[:len(fresh)-1]
	}
}

// passFiltered is the number of entries from which passRows is faster than passing one at a time.
const passFiltered = 64

// passRows is passAll for five objectives without ranks.
func (w *Workspace) passRows(order []keyed) {
	d := w.job.m - 1
	for _, e := range order {
		w.passed = append(w.passed, w.job.row(int(e.row))[:d]...)
	}
	kept, err := w.NonDominated(Front{M: d, X: w.passed}, Options{Dir: allMinimised[:d], Ctx: w.job.ctx})
	if err != nil { // of the context
		w.account()
		return
	}
	for k, i := range kept {
		copy(w.passed[k*d:][:d], w.passed[i*d:])
	}
	w.passed = w.passed[:len(kept)*d]
}

// pass adds a row to those passed, unless one of them dominates it, and drops those that it dominates. If
// asked to, as always where ranks fit a word, it measures the term of the row.
func (w *Workspace) pass(i int, measure bool) float64 {
	j := w.job
	d := j.m - 1
	p := j.row(i)
	volume, left := 0.0, 0
	switch {
	case !j.packed:
		if measure && !anyWeaklyBelow(w.passed, p[:d]) {
			volume = w.uncovered(p[:d], j.ref[:d], w.passed)
		}
		w.activate(p[:d])
	case d <= 4:
		q := j.ranks.rows[i].lo
		switch {
		case j.ranks.apart:
			volume, left = w.uncoveredApart(&j.ranks, q, w.passedWords)
		case d == 4:
			volume, left = w.uncovered4(j.ranks.value, q, j.ranks.ref.lo, guards, w.passedWords)
		default:
			w.calls++
			if w.pause(len(w.passedWords)) {
				return 0
			}
			volume, left = w.uncovered3(j.ranks.value, q, j.ranks.ref.lo, w.passedWords)
		}
		if left >= 0 {
			w.passedWords = insertWord(w.passedWords[:left], q)
		}
	default:
		q := j.ranks.rows[i]
		if measure {
			volume, left = w.uncovered8(j.ranks.value, q, j.ranks.ref, j.ranks.lanes, w.passedPairs)
		} else {
			left = dropPairs(q, w.passedPairs)
		}
		if left >= 0 {
			w.passedPairs = append(w.passedPairs[:left], q)
		}
	}
	return (j.ref[d] - p[d]) * volume
}

func (j *job) row(i int) []float64 { return j.rows[i*j.m:][:j.m] }

// activate adds p to the active rows, unless one of them dominates it, and drops those it
// dominates.
func (w *Workspace) activate(p []float64) {
	if anyWeaklyBelow(w.passed, p) {
		return
	}
	d := len(p)
	k := 0
	for i := 0; i < len(w.passed); i += d {
		q := w.passed[i : i+d]
		if weaklyBelow(p, q) {
			continue
		}
		if k < i {
			copy(w.passed[k:k+d], q)
		}
		k += d
	}
	w.passed = append(w.passed[:k], p...)
}

// accountEvery is the number of rows looked at between two looks at budget and context.
const accountEvery = 1 << 14

// start prepares the account of a computation.
func (w *Workspace) start(opt *Options, m int) {
	w.job = &w.own
	w.own.m = m
	w.own.ctx, w.own.maxWork = opt.Ctx, opt.MaxWork
	w.sorter.ctx = opt.Ctx
	w.own.work.Store(0)
	w.own.stop.Store(false)
	w.calls, w.credit, w.stopped = 0, accountEvery, false
}

// pause counts the rows about to be looked at and reports whether the computation has to end.
func (w *Workspace) pause(rows int) bool {
	w.credit -= rows
	if w.credit < 0 {
		w.account()
	}
	return w.stopped
}

// account adds the boxes measured to the job's and looks whether to stop.
func (w *Workspace) account() {
	j := w.job
	w.credit = accountEvery
	work := j.work.Add(w.calls)
	w.calls = 0
	if j.maxWork > 0 && work > j.maxWork || j.ctx != nil && j.ctx.Err() != nil {
		j.stop.Store(true)
	}
	w.stopped = j.stop.Load()
}

// end closes the account and returns why the computation ended early, nil if it did not.
func (w *Workspace) end() error {
	w.account()
	ctx := w.own.ctx
	w.job, w.own.ctx, w.sorter.ctx = nil, nil, nil
	if !w.stopped {
		return nil
	}
	if ctx != nil {
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return &InputError{Kind: ErrBudget, Input: "hypervolume", Row: -1, Col: -1,
		Fault:  "more than " + fmt.Sprintf("%d boxes", w.own.maxWork) + " to measure",
		Remedy: "raise the work budget, or take fewer rows or objectives"}
}
