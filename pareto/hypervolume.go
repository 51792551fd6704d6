package pareto

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// maxHypervolumeObjectives is the largest m of an exact hypervolume.
const maxHypervolumeObjectives = 16

// Hypervolume returns the volume of the space that the rows of f dominate above the reference
// point ref: the Lebesgue measure of the union of the boxes [ref, y] over the rows y that are
// better than ref in every objective (Zitzler & Thiele 1998, "size of the space covered"). Other
// rows count for nothing; if no row counts the result is 0, which is not an error. Dominated rows
// and copies change nothing.
//
// Objectives are maximised unless Options.Dir says otherwise. The value is exact up to rounding:
// relative error at most 1e-12, usually 1e-15.
//
// Errors: ErrNaN and ErrInf for values of f and ref; ErrDimension if ref has not one value per
// objective, or above 16 objectives; ErrInf if a volume on the way exceeds float64; ErrBudget and
// that of Options.Ctx.
//
// Cost, for n rows: n log n for two objectives; n log n for three, by a sweep with a staircase
// (Beume, Fonseca, López-Ibáñez, Paquete & Vahrenhold 2009), up to n² moves of a float64 if the
// rows lie along a curve; n² times a short staircase for four, usually far less (after Guerreiro,
// Fonseca & Emmerich 2012); exponential in m from five on, by recursion over clipped boxes (after
// While, Bradstreet & Barone 2012 and Lacour, Klamroth & Fonseca 2017): 100 rows take up to a few
// milliseconds for six objectives and a tenth of a second for nine. Options.MaxWork and
// Options.Ctx bound it.
//
// Repeated calls are quicker and free of garbage with a [Workspace].
func Hypervolume(f Front, ref []float64, o ...Options) (float64, error) {
	var w Workspace
	return w.Hypervolume(f, ref, o...)
}

// HVRatio returns the hypervolume of s divided by that of the reference set z, both above ref. It
// is above 1 if s covers more than z. ErrNotPositive if z covers nothing; otherwise as
// [Hypervolume].
func HVRatio(s, z Front, ref []float64, o ...Options) (float64, error) {
	var w Workspace
	whole, err := w.hypervolume(z, "reference set", ref, option(o))
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
	rows   []float64 // rows that count, minimised, row-major
	ref    [maxHypervolumeObjectives]float64
	order  []keyed // of rows, by the last objective
	sorter sorter

	stairs staircase
	sweep4 sweep4
	level  [maxHypervolumeObjectives]level // by number of objectives of the box
	active []float64                       // see terms

	job     *job // what is being computed
	own     job
	calls   int64 // boxes measured since the last account
	credit  int   // rows that may still be looked at before the next account
	stopped bool

	crew []*Workspace // of Workers > 1
}

// job is one hypervolume of five or more objectives, shared by its workers.
type job struct {
	m     int
	rows  []float64
	ref   []float64
	order []keyed
	term  []float64 // per entry of order: its part of the hypervolume
	next  atomic.Int64

	ctx     context.Context
	maxWork int64
	work    atomic.Int64 // boxes measured so far
	stop    atomic.Bool
}

// Hypervolume is the function [Hypervolume] with the memory of the workspace.
func (w *Workspace) Hypervolume(f Front, ref []float64, o ...Options) (float64, error) {
	return w.hypervolume(f, "front", ref, option(o))
}

func (w *Workspace) hypervolume(f Front, input string, ref []float64, opt Options) (float64, error) {
	if err := f.validate(input); err != nil {
		return 0, err
	}
	m := f.M
	if m == 0 { // the front is empty
		m = len(ref)
	}
	if m == 0 {
		return 0, &InputError{Kind: ErrDimension, Input: "reference point", Row: -1, Col: -1,
			Fault: "it has no values", Remedy: "give one value per objective"}
	}
	if err := checkMaxObjectives("hypervolume", m, maxHypervolumeObjectives); err != nil {
		return 0, err
	}
	if err := checkLength("reference point", -1, len(ref), m); err != nil {
		return 0, err
	}
	if err := checkFinite("reference point", -1, ref); err != nil {
		return 0, err
	}
	if err := opt.checkDir(m); err != nil {
		return 0, err
	}
	if opt.Ctx != nil {
		if err := opt.Ctx.Err(); err != nil {
			return 0, err
		}
	}
	w.load(f, ref, &opt)
	w.start(&opt, m)
	v, err := w.measure(m, opt.Workers), w.outcome()
	w.job = nil
	w.own.ctx = nil
	if err != nil {
		return 0, err
	}
	return finite("hypervolume", v)
}

// load copies the rows that strongly dominate ref, minimised, and orders them by the last
// objective.
func (w *Workspace) load(f Front, ref []float64, opt *Options) {
	m := len(ref)
	r := w.ref[:m]
	for j, v := range ref {
		r[j] = opt.minimised(j, v)
	}
	w.rows = w.rows[:0]
	w.order = w.order[:0]
	for i := range f.Len() {
		start := len(w.rows)
		counts := true
		for j, v := range f.Row(i) {
			v = opt.minimised(j, v)
			counts = counts && v < r[j]
			w.rows = append(w.rows, v)
		}
		if !counts {
			w.rows = w.rows[:start]
			continue
		}
		w.order = append(w.order, keyed{sortKey(w.rows[start+m-1]), int32(len(w.order))})
	}
	w.sorter.sort(w.order)
}

// measure returns the hypervolume of the loaded rows.
func (w *Workspace) measure(m, workers int) float64 {
	if len(w.order) == 0 {
		return 0
	}
	switch m {
	case 1:
		return w.ref[0] - w.rows[w.order[0].row]
	case 2:
		return w.measurePlane()
	case 3:
		return w.measureSpace()
	case 4:
		return w.sweep4.volume(w, w.rows, w.order, []int{0, 1, 2, 3}, w.ref[:4])
	}
	return w.measureMany(workers)
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
	for _, e := range w.order {
		p := w.rows[3*e.row : 3*e.row+3]
		if gain, kept := w.stairs.insert(p[0], p[1]); kept {
			if w.pause(1) {
				return 0
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

// measureMany sweeps the last of five or more objectives: HV = Σ (r_m - x_m)·E, where E is what
// the row adds, in the other objectives, to the rows before it. The terms do not depend on each
// other; they are stored by index and added in index order, whoever computed them.
func (w *Workspace) measureMany(workers int) float64 {
	j := w.job
	j.rows, j.order, j.ref = w.rows, w.order, w.ref[:j.m]
	n := len(w.order)
	if cap(j.term) < n {
		j.term = make([]float64, n)
	}
	j.term = j.term[:n]
	j.next.Store(0)
	if n<<j.m < parallelFrom {
		workers = 1
	}
	if workers = min(workers, n); workers > 1 {
		for len(w.crew) < workers-1 {
			w.crew = append(w.crew, new(Workspace))
		}
		var done sync.WaitGroup
		for _, c := range w.crew[:workers-1] {
			c.job = j
			c.calls, c.credit, c.stopped = 0, 0, false
			done.Go(func() {
				c.terms()
				c.account()
				c.job = nil
			})
		}
		w.terms()
		done.Wait()
	} else {
		w.terms()
	}
	if w.account(); j.stop.Load() {
		return 0
	}
	var total neumaier
	for _, t := range j.term {
		total.add(t)
	}
	return total.value()
}

// terms computes the terms of the job that no other worker has taken. The set of active rows is
// advanced over the rows in between, which is cheap.
func (w *Workspace) terms() {
	j := w.job
	d := j.m - 1
	w.active = w.active[:0]
	seen := 0
	for !w.stopped {
		i := int(j.next.Add(1)) - 1
		if i >= len(j.order) {
			return
		}
		for ; seen < i; seen++ {
			w.activate(j.row(seen)[:d])
		}
		p := j.row(i)
		j.term[i] = 0
		if anyWeaklyBelow(w.active, p[:d]) {
			continue
		}
		j.term[i] = (j.ref[d] - p[d]) * w.uncovered(p[:d], j.ref[:d], w.active)
	}
}

// row returns the entry t of the order.
func (j *job) row(t int) []float64 {
	i := int(j.order[t].row) * j.m
	return j.rows[i : i+j.m]
}

// activate adds p to the active rows, unless one of them dominates it, and drops those it
// dominates.
func (w *Workspace) activate(p []float64) {
	if anyWeaklyBelow(w.active, p) {
		return
	}
	d := len(p)
	k := 0
	for i := 0; i < len(w.active); i += d {
		q := w.active[i : i+d]
		if weaklyBelow(p, q) {
			continue
		}
		if k < i {
			copy(w.active[k:k+d], q)
		}
		k += d
	}
	w.active = append(w.active[:k], p...)
}

// accountEvery is the number of rows looked at between two looks at budget and context.
const accountEvery = 1 << 14

// start prepares the account of a computation.
func (w *Workspace) start(opt *Options, m int) {
	w.job = &w.own
	w.own.m = m
	w.own.ctx, w.own.maxWork = opt.Ctx, opt.MaxWork
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

// outcome returns why the computation ended early, nil if it did not.
func (w *Workspace) outcome() error {
	if w.account(); !w.stopped {
		return nil
	}
	if w.own.ctx != nil {
		if err := w.own.ctx.Err(); err != nil {
			return err
		}
	}
	return &InputError{Kind: ErrBudget, Input: "hypervolume", Row: -1, Col: -1,
		Fault:  "more than " + fmt.Sprintf("%d boxes", w.own.maxWork) + " to measure",
		Remedy: "raise the work budget, or take fewer rows or objectives"}
}
