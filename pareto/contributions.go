package pareto

import (
	"cmp"
	"slices"
)

// Contributions returns, for each row of f, the volume that the row dominates above ref and no
// other row does: what the hypervolume would lose with the row (Zitzler & Künzli 2004). Rows that
// are not better than ref in every objective contribute 0, and so do all copies of a vector that
// occurs more than once.
//
// Dominated rows are ignored: they contribute 0 and take nothing from the rows that dominate
// them. With Options.CountDominated they do take, as the literal definition HV(A) - HV(A \ {p})
// says.
//
// No contribution is a difference of two hypervolumes, so that small ones are as accurate as large
// ones: the relative error is at most 1e-11, except where a contribution is below 1e-15 of the
// hypervolume. None is rounded to 0.
//
// Errors as [Hypervolume]. Options.MaxWork bounds the boxes measured for all rows together.
//
// Cost, for n rows: n log n for two objectives; for three usually n log n, by a sweep that keeps, per
// step of the staircase, what cuts into its exclusive part (after Emmerich & Fonseca 2011), up to n²
// moves for rows along a curve; from four on one box per row, each cheaper than a hypervolume,
// since what the others leave of it is small. Options.Workers share them.
func Contributions(f Front, ref []float64, o ...Options) ([]float64, error) {
	var w Workspace
	return w.Contributions(f, ref, o...)
}

// LeastContributor returns the row of f with the smallest of [Contributions], the first of several,
// and its contribution. Errors as there, and ErrEmpty.
func LeastContributor(f Front, ref []float64, o ...Options) (row int, contribution float64, err error) {
	var w Workspace
	return w.LeastContributor(f, ref, o...)
}

// Contributions is the function [Contributions] with the memory of the workspace, which keeps the
// result until its next call.
func (w *Workspace) Contributions(f Front, ref []float64, o ...Options) ([]float64, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	if err := w.begin(f, "front", ref, &opt); err != nil {
		return nil, err
	}
	w.contribution = resize(w.contribution, f.Len())
	clear(w.contribution)
	w.balance()
	w.contribute(&opt)
	if err := w.end(); err != nil {
		return nil, err
	}
	for i, v := range w.contribution {
		if w.contribution[i], err = finite("contribution", w.restored(v)); err != nil {
			return nil, err
		}
	}
	return w.contribution, nil
}

// LeastContributor is the function [LeastContributor] with the memory of the workspace.
func (w *Workspace) LeastContributor(f Front, ref []float64, o ...Options) (row int, contribution float64, err error) {
	c, err := w.Contributions(f, ref, o...)
	if err != nil {
		return 0, 0, err
	}
	if len(c) == 0 {
		return 0, 0, errEmpty("front")
	}
	for i, v := range c {
		if v < c[row] {
			row = i
		}
	}
	return row, c[row], nil
}

// contribute fills in the contributions of the loaded rows.
func (w *Workspace) contribute(opt *Options) {
	switch m := w.job.m; {
	case len(w.rows) == 0:
	case m == 1:
		w.contributeLine(opt.CountDominated)
	case m == 2:
		w.sortRows()
		w.sortTies()
		w.contributePlane(opt.CountDominated)
	case m == 3:
		w.sortRows()
		w.sortTies()
		w.contributeSpace(opt.CountDominated)
	default:
		w.contributeBoxes(opt)
	}
}

// sortTies orders rows that are equal in the last objective by the others, from the last to the
// first.
func (w *Workspace) sortTies() {
	m := w.job.m
	for i, n := 0, len(w.order); i < n; {
		k := i + 1
		for k < n && w.order[k].key == w.order[i].key {
			k++
		}
		if k > i+1 {
			slices.SortFunc(w.order[i:k], func(a, b keyed) int {
				p, q := w.rows[int(a.row)*m:][:m], w.rows[int(b.row)*m:][:m]
				for j := m - 1; j >= 0; j-- {
					if p[j] != q[j] {
						return cmp.Compare(p[j], q[j])
					}
				}
				return cmp.Compare(a.row, b.row)
			})
		}
		i = k
	}
}

// contributeLine gives the best of one objective its lead.
func (w *Workspace) contributeLine(countDominated bool) {
	best, next := 0, w.ref[0]
	for i, x := range w.rows {
		switch least := w.rows[best]; {
		case i == 0:
		case x < least:
			best = i
			if countDominated {
				next = least
			} else {
				next = w.ref[0]
			}
		case x == least || countDominated:
			next = min(next, x)
		}
	}
	w.contribution[w.index[best]] = next - w.rows[best]
}

// contributePlane sweeps the second objective. Between two steps of the front, the rectangle that
// only the lower one dominates may be narrowed by rows that it dominates.
func (w *Workspace) contributePlane(countDominated bool) {
	r := w.ref[:2]
	right := r[0] // of the rectangle
	for t := 0; t < len(w.order); {
		i := w.order[t].row
		x, y := w.rows[2*i], w.rows[2*i+1]
		area, width, height := 0.0, right-x, y
		for t++; t < len(w.order); t++ {
			q := w.rows[2*w.order[t].row:]
			if q[0] < x {
				break
			}
			if q[0]-x < width && (countDominated || q[0] == x && q[1] == y) {
				area += width * (q[1] - height)
				width, height = q[0]-x, q[1]
			}
		}
		top := r[1]
		if t < len(w.order) {
			top = w.rows[2*w.order[t].row+1]
		}
		w.contribution[w.index[i]] = area + width*(top-height)
		right = x
		if w.pause(1) {
			return
		}
	}
}

// holder is a row on the staircase of contributeSpace. Of the plane it alone dominates, from since
// on, what the rows that cut into its rectangle leave: those at cuts[lo:hi], x ascending, y
// descending.
type holder struct {
	step
	right, top float64 // of the rectangle
	area       float64
	since      float64
	row        int32 // of the loaded rows
	lo, hi     int32
	room       int32 // behind lo
	copied     bool
}

// measure sets the area.
func (h *holder) measure(cuts []step) {
	h.area = 0
	if h.copied {
		return
	}
	x, top := h.x, h.top
	for _, c := range cuts[h.lo:h.hi] {
		h.area += (c.x - x) * (top - h.y)
		x, top = c.x, c.y
	}
	h.area += (h.right - x) * (top - h.y)
}

// contributeSpace sweeps the third objective. At each height, a step of the staircase holds the part
// of the plane that it alone dominates. A row that arrives takes the place of the steps it dominates,
// which cut into its part from then on, and narrows the parts of its two neighbours.
func (w *Workspace) contributeSpace(countDominated bool) {
	st := &w.long
	st.reset(w.ref[0], w.ref[1])
	w.cuts = w.cuts[:0]
	w.holders = resize(w.holders, len(w.order))
	settle := func(h *holder, z float64) {
		w.contribution[w.index[h.row]] += h.area * (z - h.since)
		h.since = z
	}
	for t, e := range w.order {
		if w.pause(1) {
			return
		}
		p := w.rows[3*e.row:][:3]
		x, y, z := p[0], p[1], p[2]
		left := st.before(x)
		end := st.next(left)
		below := st.at(end)
		if below.x > x || below.y > y {
			below = st.at(left)
		}
		if below.y <= y {
			w.shade(&w.holders[below.number], p, countDominated)
			continue
		}
		q := &w.holders[t]
		*q = holder{step: step{x, y}, top: st.at(left).y, since: z, row: e.row, lo: int32(len(w.cuts))}
		if k := st.at(left).number; k >= 0 {
			h := &w.holders[k]
			settle(h, z)
			h.right = x
			for h.hi > h.lo && w.cuts[h.hi-1].x >= x {
				h.hi--
			}
			h.measure(w.cuts)
		}
		for ; st.at(end).y >= y; end = st.next(end) {
			settle(&w.holders[st.at(end).number], z)
			w.cuts = append(w.cuts, st.at(end).step)
		}
		if k := st.at(end).number; k >= 0 {
			h := &w.holders[k]
			settle(h, z)
			h.top = y
			for h.hi > h.lo && w.cuts[h.lo].y >= y {
				h.lo++
				h.room--
			}
			h.measure(w.cuts)
		}
		q.right, q.hi = st.at(end).x, int32(len(w.cuts))
		q.room = q.hi - q.lo
		q.measure(w.cuts)
		st.replace(left, end, numbered{q.step, int32(t)})
	}
	for c := st.next(cursor{}); st.at(c).number >= 0; c = st.next(c) {
		settle(&w.holders[st.at(c).number], w.ref[2])
	}
}

// shade takes from the part of h what p covers, which is dominated by h or a copy of it.
func (w *Workspace) shade(h *holder, p []float64, countDominated bool) {
	own := w.rows[3*h.row:][:3]
	switch {
	case h.x == p[0] && h.y == p[1] && own[2] == p[2]:
		h.copied = true
	case !countDominated || h.top <= p[1]: // another step dominates p, too
		return
	}
	w.contribution[w.index[h.row]] += h.area * (p[2] - h.since)
	h.since = p[2]
	w.cut(h, step{p[0], p[1]})
	h.measure(w.cuts)
}

// cut adds a point to the cuts of h, unless one of them dominates it, and drops those it dominates.
func (w *Workspace) cut(h *holder, p step) {
	cuts := w.cuts[h.lo:h.hi]
	k := 0
	for k < len(cuts) && cuts[k].x < p.x {
		k++
	}
	if k > 0 && cuts[k-1].y <= p.y || k < len(cuts) && cuts[k].x == p.x && cuts[k].y <= p.y {
		return
	}
	end := k
	for end < len(cuts) && cuts[end].y >= p.y {
		end++
	}
	if end == k && h.hi-h.lo == h.room { // no room: move to the end, with twice as much
		lo := int32(len(w.cuts))
		w.cuts = append(w.cuts, cuts...)
		h.room = 2*h.room + 4
		end := int(lo + h.room)
		w.cuts = slices.Grow(w.cuts, end-len(w.cuts))[:end]
		h.lo, h.hi = lo, lo+int32(len(cuts))
	}
	cuts = slices.Replace(w.cuts[h.lo:h.hi], k, end, p)
	h.hi = h.lo + int32(len(cuts))
}

// allMinimised are the directions of rows that have been minimised.
var allMinimised = slices.Repeat([]Direction{Minimise}, maxHypervolumeObjectives)

// contributeBoxes measures, for each row, what the others leave of its box.
func (w *Workspace) contributeBoxes(opt *Options) {
	j := w.job
	rows := Front{M: j.m, X: w.rows}
	if !opt.CountDominated {
		kept, err := w.NonDominated(rows, Options{Dir: allMinimised[:j.m], KeepDuplicates: true, Ctx: opt.Ctx})
		if err != nil { // of the context
			w.stopped = true
			return
		}
		for k, i := range kept {
			copy(rows.Row(k), rows.Row(i))
			w.index[k] = w.index[i]
		}
		w.rows, w.index = w.rows[:len(kept)*j.m], w.index[:len(kept)]
	}
	n := len(w.index)
	w.pack(j.m)
	w.sortRows()
	w.sortTies() // as words are sorted
	w.others = resize(w.others, n)
	for i, e := range w.order {
		w.others[i] = e.row
	}
	j.others = w.others
	j.term = resize(j.term, n)
	if n*n<<j.m < parallelFrom {
		opt.Workers = 1
	}
	w.share(min(opt.Workers, n), (*Workspace).contributionTerms)
	for i, v := range j.term {
		w.contribution[w.index[i]] = v
	}
}

func (w *Workspace) contributionTerms() {
	j := w.job
	for !w.stopped {
		i := int(j.next.Add(1)) - 1
		if i >= len(j.term) {
			return
		}
		j.term[i] = w.exclusive(i, j.others)
	}
}

// exclusive returns the measure of what row i of the job dominates and none of the others does; i
// may be one of them. Others in the order of their words save sorting.
func (w *Workspace) exclusive(i int, others []int32) (volume float64) {
	j := w.job
	k := &j.ranks
	switch {
	case !j.packed:
		w.passed = w.passed[:0]
		for _, o := range others {
			if int(o) != i {
				w.passed = append(w.passed, j.row(int(o))...)
			}
		}
		return w.uncovered(j.row(i), j.ref, w.passed)
	case j.m <= 4:
		w.passedWords = resize(w.passedWords, len(others))
		n := 0
		for _, o := range others {
			w.passedWords[n] = k.rows[o].lo
			n += oneIf(int(o) != i)
		}
		if rest := w.passedWords[:n]; !slices.IsSorted(rest) {
			slices.Sort(rest)
		}
		volume, _ = w.uncovered4(k.value, k.rows[i].lo, k.ref.lo, k.lanes, w.passedWords[:n])
	default:
		w.passedPairs = resize(w.passedPairs, len(others))
		n := 0
		for _, o := range others {
			w.passedPairs[n] = k.rows[o]
			n += oneIf(int(o) != i)
		}
		volume, _ = w.uncovered8(k.value, k.rows[i], k.ref, k.lanes, w.passedPairs[:n])
	}
	return volume
}
