package pareto

import (
	"cmp"
	"context"
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
// Luccio & Preparata 1975). From four on each row is compared with the survivors so far in the
// order of the coordinate sum, in which nothing follows what it dominates (sort-filter skyline:
// Chomicki, Godfrey, Gryz & Liang 2003): n·s·m at worst for s survivors, of which two levels of bit
// masks against quantiles skip most (after BSkyTree: Lee & Hwang 2010).
func NonDominated(f Front, o ...Options) ([]int, error) {
	opt := option(o)
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if err := checkMaxObjectives("front", f.M, maxObjectives); err != nil {
		return nil, err
	}
	n := f.Len()
	if n == 0 {
		return []int{}, nil
	}
	if err := opt.checkDir(f.M); err != nil {
		return nil, err
	}
	if opt.Ctx != nil && opt.Ctx.Err() != nil {
		return nil, opt.Ctx.Err()
	}
	s := newFilter(f, &opt)
	var err error
	switch {
	case f.M <= 2:
		s.sweepPlane()
	case f.M == 3:
		err = s.sweepSpace()
	case n <= codesFrom:
		err = s.compareAll()
	default:
		err = s.compareByCode()
	}
	if err != nil {
		return nil, err
	}
	idx := make([]int, 0, s.kept)
	for i, k := range s.keep {
		if k {
			idx = append(idx, i)
		}
	}
	return idx, nil
}

// filter is the state of one NonDominated.
type filter struct {
	m          int
	rows       []float64 // minimised, row-major
	order      []keyed   // a dominator precedes what it dominates; equal rows are neighbours, by index
	keep       []bool
	kept       int
	duplicates bool
	ctx        context.Context
}

// newFilter copies and orders the rows of f: by the last objective for up to three objectives, else
// by the sum of the coordinates, ties by the other coordinates, the rest by index.
func newFilter(f Front, opt *Options) *filter {
	n, m := f.Len(), f.M
	s := &filter{m: m, rows: make([]float64, n*m), order: make([]keyed, n), keep: make([]bool, n),
		duplicates: opt.KeepDuplicates, ctx: opt.Ctx}
	for i := range n {
		p := s.row(int32(i))
		sum := 0.0
		for j, v := range f.Row(i) {
			p[j] = opt.minimised(j, v)
			// Rounding is monotone as long as all rows are added in the same order, so a
			// dominator's sum is never the larger one; if it is equal, its row is lexicographically
			// smaller.
			sum += p[j]
		}
		key := sum
		if m <= 3 {
			key = p[m-1]
		}
		s.order[i] = keyed{sortKey(key), int32(i)}
	}
	new(sorter).sort(s.order)
	for i := 0; i < n; { // runs of equal keys
		k := i + 1
		for k < n && s.order[k].key == s.order[i].key {
			k++
		}
		if k > i+1 {
			slices.SortFunc(s.order[i:k], s.compareTied)
		}
		i = k
	}
	return s
}

// compareTied orders rows of equal key: lexicographically from the last objective to the first,
// then by index.
func (s *filter) compareTied(a, b keyed) int {
	p, q := s.row(a.row), s.row(b.row)
	for j := len(p) - 1; j >= 0; j-- {
		if p[j] != q[j] {
			return cmp.Compare(p[j], q[j])
		}
	}
	return cmp.Compare(a.row, b.row)
}

func (s *filter) row(i int32) []float64 {
	return s.rows[int(i)*s.m : (int(i)+1)*s.m : (int(i)+1)*s.m]
}

// accept marks row i as kept.
func (s *filter) accept(i int32) {
	s.keep[i] = true
	s.kept++
}

// copyOfPrevious reports whether entry t of the order is a copy of the entry before it; then it
// shares its fate, or is dropped if only one copy may stay.
func (s *filter) copyOfPrevious(t int) bool {
	if t == 0 {
		return false
	}
	i, prev := s.order[t].row, s.order[t-1].row
	if !slices.Equal(s.row(i), s.row(prev)) {
		return false
	}
	if s.duplicates && s.keep[prev] {
		s.accept(i)
	}
	return true
}

// cancelled returns the context's error, every 1024th time it is asked.
func (s *filter) cancelled(t int) error {
	if t&1023 != 0 || s.ctx == nil {
		return nil
	}
	return s.ctx.Err()
}

// sweepPlane filters one or two objectives: in order of the last objective a row is kept if its
// first is smaller than all before.
func (s *filter) sweepPlane() {
	var least float64
	for t, e := range s.order {
		if s.copyOfPrevious(t) {
			continue
		}
		if x := s.row(e.row)[0]; t == 0 || s.m == 2 && x < least {
			least = x
			s.accept(e.row)
		}
	}
}

// sweepSpace filters three objectives: in order of the last a row is kept if its first two fit
// under the staircase of those before.
func (s *filter) sweepSpace() error {
	var st staircase
	st.reset(inf, inf)
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if s.copyOfPrevious(t) {
			continue
		}
		p := s.row(e.row)
		if _, kept := st.insert(p[0], p[1]); kept {
			s.accept(e.row)
		}
	}
	return nil
}

// compareAll compares each row with all survivors before it.
func (s *filter) compareAll() error {
	survivors := make([]float64, 0, len(s.rows))
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if s.copyOfPrevious(t) {
			continue
		}
		p := s.row(e.row)
		if anyWeaklyBelow(survivors, p) {
			continue
		}
		survivors = append(survivors, p...)
		s.accept(e.row)
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

const (
	codesFrom      = 500  // rows from which codes pay
	quantileSample = 1000 // rows that the quantiles are taken from
)

// cell holds the survivors whose coordinates lie on the same side of every median.
type cell struct {
	code uint64    // bit j: objective j at least its median
	sub  []uint64  // per row, bit j: objective j at least the quartile of its half
	rows []float64 // row-major
}

// compareByCode compares each row with the survivors before it whose codes allow them to dominate
// it: a bit set in the survivor but not in the row rules that out, and so does a bit of the
// sub-codes where the codes agree.
func (s *filter) compareByCode() error {
	q1, median, q3 := s.quartiles()
	var cells []*cell
	of := map[uint64]*cell{}
	for t, e := range s.order {
		if err := s.cancelled(t); err != nil {
			return err
		}
		if s.copyOfPrevious(t) {
			continue
		}
		p := s.row(e.row)
		var code, sub uint64
		for j, v := range p {
			quartile := q1[j]
			if v >= median[j] {
				code |= 1 << j
				quartile = q3[j]
			}
			if v >= quartile {
				sub |= 1 << j
			}
		}
		if anyCellBelow(cells, p, code, sub) {
			continue
		}
		c := of[code]
		if c == nil {
			c = &cell{code: code}
			of[code] = c
			cells = append(cells, c)
		}
		c.sub = append(c.sub, sub)
		c.rows = append(c.rows, p...)
		s.accept(e.row)
	}
	return nil
}

func anyCellBelow(cells []*cell, p []float64, code, sub uint64) bool {
	m := len(p)
	for _, c := range cells {
		if c.code&^code != 0 {
			continue
		}
		forbidden := ^sub &^ (c.code ^ code) // where the codes agree and p is in the lower part
		for k, have := range c.sub {
			if have&forbidden == 0 && weaklyBelow(c.rows[k*m:k*m+m], p) {
				return true
			}
		}
	}
	return false
}

// quartiles returns the three quartiles of each objective, of evenly spaced rows.
func (s *filter) quartiles() (q1, median, q3 []float64) {
	n := len(s.order)
	step := (n + quantileSample - 1) / quantileSample
	column := make([]float64, 0, quantileSample)
	for j := range s.m {
		column = column[:0]
		for i := 0; i < n; i += step {
			column = append(column, s.rows[i*s.m+j])
		}
		slices.Sort(column)
		q1 = append(q1, column[len(column)/4])
		median = append(median, column[len(column)/2])
		q3 = append(q3, column[len(column)*3/4])
	}
	return q1, median, q3
}
