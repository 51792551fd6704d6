package pareto

import (
	"cmp"
	"runtime"
	"slices"
	"sync/atomic"
)

// batchSweep is what the workers of one hypervolume of four objectives share where rows are too many for
// ranks. It sweeps the fourth objective as sweep4 does, but takes rows in batches: the terms of a batch
// need the rows that were active before it, which do not change meanwhile, and the few before them in the
// batch. Then the batch becomes active at once.
type batchSweep struct {
	plane []step        // of the active rows, ordered by the third objective
	z     []float64     // the third objective
	batch []fresh       // in the same order
	at    []int32       // where the entries of the order are in batch
	gone  []atomic.Bool // of the active rows, then of the batch: dominated

	sparePlane []step
	spareZ     []float64

	others relay
}

// fresh is a row of the batch.
type fresh struct {
	step
	z     float64
	entry int32 // of the order, from the first of the batch
}

// batchHand is what one worker needs.
type batchHand struct {
	stairs  staircase
	cuts    []step
	earlier []step
}

const batchRows = 256

// measureInBatches is measureMany for four objectives without ranks.
func (w *Workspace) measureInBatches(workers int) float64 {
	j := w.job
	s := &j.sweep
	s.plane, s.z = s.plane[:0], s.z[:0]
	n := len(j.order)
	j.term = resize(j.term, n)
	// The others are kept from batch to batch: waking them each time would take as long as their part.
	others := &s.others
	others.start(w, min(workers, batchRows, maxWorkers))
	defer others.end()
	for j.from = 0; j.from < n; j.from += batchRows {
		s.take(j.rows, j.order[j.from:min(j.from+batchRows, n)])
		j.next.Store(0)
		others.begin()
		w.batchTerms()
		others.await()
		if w.account(); j.stop.Load() {
			return 0
		}
		s.settle()
	}
	var total neumaier
	for _, t := range j.term {
		total.add(t)
	}
	return total.value()
}

// relay are the other workers of a sweep in batches. They ask for the next batch over and over instead of
// sleeping: it comes within microseconds.
type relay struct {
	batches, finished atomic.Int64
	over              atomic.Bool
	crew              int64
}

// start begins with so many workers, of which w is one.
func (r *relay) start(w *Workspace, workers int) {
	r.batches.Store(0)
	r.finished.Store(0)
	r.over.Store(false)
	r.crew = int64(max(workers, 1) - 1)
	for int64(len(w.crew)) < r.crew {
		w.crew = append(w.crew, new(Workspace))
	}
	for _, c := range w.crew[:r.crew] {
		c.job = w.job
		go r.follow(c)
	}
}

// follow takes part in every batch.
func (r *relay) follow(c *Workspace) {
	for batch := int64(1); ; batch++ {
		for r.batches.Load() < batch {
			if r.over.Load() {
				c.job = nil
				r.finished.Add(1)
				return
			}
			runtime.Gosched()
		}
		c.calls, c.credit, c.stopped = 0, 0, false
		c.batchTerms()
		c.account()
		r.finished.Add(1)
	}
}

// begin lets the others take part in a batch.
func (r *relay) begin() { r.batches.Add(1) }

// await returns when all have finished the batch.
func (r *relay) await() {
	for r.finished.Load() < r.batches.Load()*r.crew {
		runtime.Gosched()
	}
}

// end lets the others go.
func (r *relay) end() {
	r.over.Store(true)
	for r.finished.Load() < (r.batches.Load()+1)*r.crew {
		runtime.Gosched()
	}
}

// take sets the batch.
func (s *batchSweep) take(rows []float64, order []keyed) {
	s.batch = s.batch[:0]
	for i, e := range order {
		p := rows[4*int(e.row):][:4]
		s.batch = append(s.batch, fresh{step{p[0], p[1]}, p[2], int32(i)})
	}
	slices.SortFunc(s.batch, func(a, b fresh) int {
		return cmp.Or(cmp.Compare(a.z, b.z), cmp.Compare(a.entry, b.entry))
	})
	s.at = resize(s.at, len(order))
	for k, f := range s.batch {
		s.at[f.entry] = int32(k)
	}
	s.gone = resize(s.gone, len(s.z)+len(order))
	clear(s.gone)
}

// settle makes the batch active and drops the dominated rows.
func (s *batchSweep) settle() {
	plane, z := s.sparePlane[:0], s.spareZ[:0]
	was := len(s.z)
	for t, u := 0, 0; t < was || u < len(s.batch); {
		if u == len(s.batch) || t < was && s.z[t] <= s.batch[u].z {
			if !s.gone[t].Load() {
				plane, z = append(plane, s.plane[t]), append(z, s.z[t])
			}
			t++
			continue
		}
		if f := &s.batch[u]; !s.gone[was+u].Load() {
			plane, z = append(plane, f.step), append(z, f.z)
		}
		u++
	}
	s.plane, s.sparePlane = plane, s.plane
	s.z, s.spareZ = z, s.z
}

// batchTerms computes the terms of the batch that no other worker has taken.
func (w *Workspace) batchTerms() {
	j := w.job
	for !w.stopped {
		i := int(j.next.Add(1)) - 1
		if i >= len(j.sweep.batch) {
			return
		}
		w.calls++
		if w.pause(len(j.sweep.z)) {
			return
		}
		p := j.row(int(j.order[j.from+i].row))
		j.term[j.from+i] = (j.ref[3] - p[3]) * w.hand.volume(&j.sweep, int32(i), j.ref)
	}
}

// volume returns what an entry of the batch adds to the active rows and the entries before it: the
// height times the part of its rectangle that none of them covers, integrated over z (see
// sweep4.add). It notes the rows that turn out to be dominated.
func (h *batchHand) volume(s *batchSweep, entry int32, ref []float64) float64 {
	at := int(s.at[entry])
	p, z := s.batch[at].step, s.batch[at].z
	was := len(s.z)
	ins, end := 0, was // rows before ins are present at height z
	for ins < end {
		mid := int(uint(ins+end) >> 1)
		if s.z[mid] <= z {
			ins = mid + 1
		} else {
			end = mid
		}
	}
	h.earlier = h.earlier[:0]
	for _, f := range s.batch[:at] {
		if f.entry < entry {
			h.earlier = append(h.earlier, f.step)
		}
	}
	h.cuts = h.cuts[:0]
	r, free := h.shrink(p, step{ref[0], ref[1]}, s.plane[:ins])
	if free {
		r, free = h.shrink(p, r, h.earlier)
	}
	if !free {
		s.gone[was+at].Store(true)
		return 0
	}
	area := (r.x - p.x) * (r.y - p.y)
	h.stairs.reset(r.x, r.y)
	for _, q := range h.cuts {
		if q.x < r.x && q.y < r.y {
			gain, _ := h.stairs.insert(q.x, q.y)
			area -= gain
		}
	}

	// Rows above cut the rectangle as the height reaches them, until it is covered.
	volume := 0.0
	for t, u := ins, at+1; ; {
		for u < len(s.batch) && s.batch[u].entry > entry {
			u++
		}
		var q step
		var top float64
		var row int
		switch {
		case t < was && (u == len(s.batch) || s.z[t] <= s.batch[u].z):
			q, top, row = s.plane[t], s.z[t], t
			t++
		case u < len(s.batch):
			q, top, row = s.batch[u].step, s.batch[u].z, was+u
			u++
		default:
			return volume + area*(ref[2]-z)
		}
		if q.x <= p.x && q.y <= p.y {
			return volume + area*(top-z)
		}
		if q.x >= p.x && q.y >= p.y {
			s.gone[row].Store(true)
		}
		q.x, q.y = max(q.x, p.x), max(q.y, p.y)
		if q.x < r.x && q.y < r.y {
			if top > z {
				volume += area * (top - z)
				z = top
			}
			gain, _ := h.stairs.insert(q.x, q.y)
			area -= gain
		}
	}
}

// shrink moves the corner r of the rectangle [p, r] to leave out what the rows that reach over a whole
// side cover, and adds those that only cut a corner to cuts. It reports whether any of the rectangle may be
// left; r is then above p.
func (h *batchHand) shrink(p, r step, rows []step) (step, bool) {
	cuts := h.cuts
	for _, q := range rows {
		if q.x >= r.x || q.y >= r.y { // nearly always
			continue
		}
		if q.x <= p.x {
			if q.y <= p.y {
				return r, false
			}
			r.y = q.y
		} else if q.y <= p.y {
			r.x = q.x
		} else {
			cuts = append(cuts, q)
		}
	}
	h.cuts = cuts
	return r, true
}
