package pareto

import (
	"math"
	"slices"
)

// maxObjectives is the limit of everything but the exact hypervolume: one bit per objective.
const maxObjectives = 64

// NonDominated returns the indices, ascending, of the rows of f that no other row dominates. Of
// equal rows the one with the smallest index is kept, all of them with Options.KeepDuplicates.
//
// Objectives are maximised unless Options.Dir says otherwise. An empty front gives no index and
// no error. Errors: ErrNaN, ErrInf, ErrDimension (also above 64 objectives), Options.Ctx.
//
// Cost: n log n for one to three objectives, by sorting and sweeping with a staircase (Kung,
// Luccio & Preparata 1975). For four to six each row asks a k-d tree for rows below it (after
// Bentley 1975), in practice a little more than n log n, n^(2-1/m) at worst. From seven on each row
// is compared with the survivors so far in the order of the coordinate sum, in which nothing follows
// what it dominates (sort-filter skyline: Chomicki, Godfrey, Gryz & Liang 2003): n·s·m at worst for s
// survivors, of which two levels of bit masks against quantiles skip most (after BSkyTree: Lee &
// Hwang 2010). Where many rows are dominated, most fall in a first pass against a few good ones
// (after LESS: Godfrey, Shipley & Gryz 2005).
//
// Repeated calls are quicker and free of garbage with a [Workspace].
func NonDominated(f Front, o ...Options) ([]int, error) {
	var w Workspace
	return w.NonDominated(f, o...)
}

// NonDominated is the function [NonDominated] with the memory of the workspace. The indices are
// valid until its next call.
func (w *Workspace) NonDominated(f Front, o ...Options) ([]int, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	if err := checkRows(f, &opt); err != nil {
		return nil, err
	}
	s := &w.filter
	s.load(f, &opt)
	err = s.run()
	s.forgetContext()
	if err != nil {
		return nil, err
	}
	return s.indices(), nil
}

// checkRows returns the error of a front whose rows are to be compared, or of its options.
func checkRows(f Front, opt *Options) error {
	if err := f.Validate(); err != nil {
		return err
	}
	if err := checkMaxObjectives("front", f.M, maxObjectives); err != nil {
		return err
	}
	if f.M > 0 {
		if err := opt.checkDir(f.M); err != nil {
			return err
		}
	}
	return nil
}

// filter is the state and the memory of one NonDominated.
type filter struct {
	rowOrder           // of the rows not dominated at first sight
	source     []int32 // indices in the front of the first of them
	dropped    int     // what to add to the numbers of the others
	keep       []bool  // which of them stay
	duplicates bool

	window window
	plane  plane
	first  []float64 // survivors, see compareFirst
	open   []int32   // rows still to be decided, in order
	stairs stairs
	codes  codedRows
	tree   lowTree
	kept   []int // the result
}

const (
	windowRows = 8  // rows that all others are compared with first
	trialRows  = 16 // after so many rows a quarter must have been dominated for that to go on
)

// window holds rows that dominate much: those with the smallest score, in that order.
type window struct {
	rows  []float64
	score []float64
}

// dominates reports whether a row of the window, not counting the first, weakly dominates p, or
// strictly.
func (w *window) dominates(p []float64, strictly bool) bool {
	m := len(p)
	for rows := w.rows[min(m, len(w.rows)):]; len(rows) >= m; rows = rows[m:] {
		if weaklyBelow(rows[:m], p) {
			return !strictly || !slices.Equal(rows[:m], p)
		}
	}
	return false
}

// offer takes p of given score, which no row of the window dominates, if it is among the best, in
// the place of those that it dominates.
func (w *window) offer(p []float64, score float64) {
	m := len(p)
	at := 0
	for at < len(w.score) && w.score[at] <= score {
		at++
	}
	n := at
	for k := at; k < len(w.score); k++ {
		if q := w.rows[k*m:][:m]; !weaklyBelow(p, q) {
			copy(w.rows[n*m:], q)
			w.score[n] = w.score[k]
			n++
		}
	}
	n = min(n, windowRows-1)
	if at > n {
		return
	}
	w.rows, w.score = append(w.rows[:n*m], p...), append(w.score[:n], score)
	copy(w.rows[(at+1)*m:], w.rows[at*m:])
	copy(w.score[at+1:], w.score[at:])
	copy(w.rows[at*m:], p)
	w.score[at] = score
}

// load copies the rows of f, minimised, without those that a row of the window dominates.
func (s *filter) load(f Front, opt *Options) {
	n, m := f.Len(), f.M
	s.duplicates = opt.KeepDuplicates
	s.begin(f, opt)
	s.source = resize(s.source, n)
	s.keep = resize(s.keep, n)
	clear(s.keep)
	s.window.rows, s.window.score = s.window.rows[:0], s.window.score[:0]
	sign := s.sign[:m]
	var far [maxObjectives]float64
	for j := range m {
		far[j] = inf
	}
	best := far[:m] // the best row of the window: it dominates most of what is dominated
	i, k := 0, 0
	for ; i < n && (i != trialRows || k <= trialRows*3/4); i++ {
		p := s.rows[k*m:][:m]
		var above uint64
		for j, v := range f.X[i*m:][:m] {
			v = v*sign[j] + 0 // +0 turns -0 into 0
			p[j] = v
			above |= math.Float64bits(v - best[j]) // see weaklyBelow
		}
		if above>>63 == 0 && (!s.duplicates || !slices.Equal(p, best)) {
			continue
		}
		if s.window.dominates(p, s.duplicates) {
			continue
		}
		s.window.offer(p, s.score(p))
		best = s.window.rows[:m]
		s.source[k] = int32(i)
		k++
	}
	s.source, s.dropped = s.source[:k], i-k
	minimise(s.rows[k*m:], f.X[i*m:], sign)
	s.rows, s.keep = s.rows[:(n-s.dropped)*m], s.keep[:n-s.dropped]
}

// indices returns those of the kept rows in the front.
func (s *filter) indices() []int {
	s.kept = resize(s.kept, len(s.keep))[:0]
	for k, keep := range s.keep[:len(s.source)] {
		if keep {
			s.kept = append(s.kept, int(s.source[k]))
		}
	}
	offset := len(s.source) + s.dropped
	for k, keep := range s.keep[len(s.source):] {
		if keep {
			s.kept = append(s.kept, offset+k)
		}
	}
	return s.kept
}

// run marks the rows to keep.
func (s *filter) run() error {
	switch {
	case len(s.keep) == 0:
		return nil
	case s.m == 1:
		s.keepLeast()
		return nil
	case s.m == 2:
		return s.sweepPlane()
	}
	var err error
	if s.m == 3 {
		err = s.sweepSpace()
	} else {
		err = s.compare()
	}
	if s.duplicates {
		for t := range s.order {
			if s.copyOfPrevious(t) {
				s.keep[s.order[t].row] = s.keep[s.order[t-1].row]
			}
		}
	}
	return err
}

// compare filters four and more objectives.
func (s *filter) compare() error {
	s.sortByScore()
	if err := s.sortTies(); err != nil {
		return err
	}
	err := s.compareFirst()
	switch {
	case err != nil || len(s.open) == 0:
		return err
	case s.m <= treeObjectives && len(s.open) >= filterTreeFrom:
		return s.askTree()
	}
	return s.compareByCode()
}

// keepLeast filters one objective.
func (s *filter) keepLeast() {
	least := slices.Min(s.rows)
	for k, v := range s.rows {
		if v == least {
			s.keep[k] = true
			if !s.duplicates {
				return
			}
		}
	}
}

// sweepSpace filters three objectives: in order of the last a row is kept if its first two fit
// under the staircase of those before.
func (s *filter) sweepSpace() error {
	s.sortByLast()
	if err := s.sortTies(); err != nil {
		return err
	}
	s.stairs.clear()
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		p := s.rows[3*e.row:][:2]
		s.keep[e.row] = s.stairs.offer(sortKey(p[0]), sortKey(p[1]))
		if s.stairs.long() {
			s.open = s.open[:0]
			for t, e := range s.order {
				if !s.copyOfPrevious(t) {
					s.open = append(s.open, e.row)
				}
			}
			clear(s.keep)
			return s.askTree()
		}
	}
	return nil
}

const (
	treeObjectives = 6    // up to so many objectives a tree decides,
	filterTreeFrom = 1500 // from so many rows on; otherwise codes
	firstSurvivors = 128  // what all rows may be compared with
	probes         = 64   // rows that say whether that pays
)

// compareFirst keeps the first survivors in order, comparing pairwise, and sets open to the other
// rows, one of each; those that the survivors dominate are left out if that pays.
func (s *filter) compareFirst() error {
	m := s.m
	first := s.first[:0]
	t := 0
	for ; t < len(s.order) && len(first) < firstSurvivors*m; t++ {
		if p := s.row(s.order[t].row); !anyWeaklyBelow(first, p) {
			first = append(first, p...)
			s.keep[s.order[t].row] = true
		}
	}
	s.first, s.open = first, s.open[:0]
	rest := s.order[t:]
	pays := false
	if m <= treeObjectives {
		dominated := 0
		for i := range min(probes, len(rest)) {
			if anyWeaklyBelow(first, s.row(rest[i*len(rest)/probes].row)) {
				dominated++
			}
		}
		pays = dominated > probes/4
	}
	for i, e := range rest {
		if err := s.cancelled(i); err != nil {
			return err
		}
		if !s.copyOfPrevious(t+i) && !(pays && anyWeaklyBelow(first, s.row(e.row))) {
			s.open = append(s.open, e.row)
		}
	}
	return nil
}

// anyWeaklyBelow reports whether one of the rows is nowhere above p.
func anyWeaklyBelow(rows, p []float64) bool {
	for len(rows) >= len(p) {
		if weaklyBelow(rows[:len(p)], p) {
			return true
		}
		rows = rows[len(p):]
	}
	return false
}

// resize returns s with length n, reallocated if it has not the room; the values are arbitrary. It is
// not nil.
func resize[T any](s []T, n int) []T {
	if s == nil || cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
