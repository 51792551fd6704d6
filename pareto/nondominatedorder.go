package pareto

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// rowOrder holds rows and an order of them in which nothing follows what it dominates.
type rowOrder struct {
	m     int
	rows  []float64 // minimised, row-major
	order []keyed   // of the rows
	sign  [maxObjectives]float64
	scale [maxObjectives]float64 // see score
	ctx   context.Context

	sorter spreadSorter
	tied   []keyed // see sortTied
	moved  []keyed
}

const rangeRows = 32 // rows that the ranges are taken from

// begin takes signs and ranges from a front, and makes room for its rows.
func (s *rowOrder) begin(f Front, opt *Options) {
	m := f.M
	s.m = m
	s.ctx, s.sorter.ctx = opt.Ctx, opt.Ctx
	s.rows, s.order = resize(s.rows, len(f.X)), s.order[:0]
	step := (f.Len() + rangeRows - 1) / rangeRows * m
	for j := range m {
		s.sign[j] = opt.minimised(j, 1)
		s.scale[j] = 0
		if len(f.X) == 0 {
			continue
		}
		low, high := f.X[j], f.X[j]
		for k := j; k < len(f.X); k += step {
			low, high = min(low, f.X[k]), max(high, f.X[k])
		}
		if scale := 1 / (high/2 - low/2); scale <= math.MaxFloat64 {
			s.scale[j] = scale
		}
	}
}

// forgetContext lets go of the context of a call that has ended.
func (s *rowOrder) forgetContext() { s.ctx, s.sorter.ctx = nil, nil }

// minimise sets to to the rows of from with the signs of their objectives.
func minimise(to, from, sign []float64) {
	m := len(sign)
	if m == 0 {
		return
	}
	if slices.Min(sign) == slices.Max(sign) {
		to = to[:len(from)]
		for k, v := range from {
			to[k] = v*sign[0] + 0
		}
		return
	}
	for ; len(from) >= m; from, to = from[m:], to[m:] {
		for j, v := range from[:m] {
			to[j] = v*sign[j] + 0
		}
	}
}

// cancelled returns the context's error, every 1024th time it is asked.
func (s *rowOrder) cancelled(t int) error {
	if t&1023 != 0 || s.ctx == nil {
		return nil
	}
	return s.ctx.Err()
}

func (s *rowOrder) row(k int32) []float64 {
	return s.rows[int(k)*s.m : (int(k)+1)*s.m : (int(k)+1)*s.m]
}

// score returns the score of a row: the sum of its objectives, each divided by its range in a sample.
// Rounding is monotone as long as all sums are taken in the same order, so that the score of a
// dominator is never the larger one.
func (s *rowOrder) score(p []float64) float64 {
	const limit = 1e300 // no sum of so many overflows
	sum := 0.0
	for j, v := range p {
		sum += min(max(v*s.scale[j], -limit), limit)
	}
	return sum
}

// sortByLast orders the rows by their last objective, then by index.
func (s *rowOrder) sortByLast() {
	m := s.m
	s.order = resize(s.order, len(s.rows)/s.m)
	for k := range s.order {
		s.order[k] = keyed{sortKey(s.rows[k*m+m-1]), int32(k)}
	}
	s.order = s.sorter.sort(s.order)
}

// sortByScore orders the rows by their score, then by index. The order is empty once the context has ended.
func (s *rowOrder) sortByScore() {
	m := s.m
	s.order = resize(s.order, len(s.rows)/s.m)
	for k := range s.order {
		if k%askRows == 0 && s.sorter.ended() {
			s.order = s.order[:0]
			return
		}
		s.order[k] = keyed{sortKey(s.score(s.rows[k*m:][:m])), int32(k)}
	}
	s.order = s.sorter.sort(s.order)
}

// sortTies orders the rows of equal key lexicographically from the last objective to the first, then
// by index: then what dominates a row stands before it, and copies are neighbours. The error is that of
// the context, which may have cut short the sort before, too.
func (s *rowOrder) sortTies() error {
	o := s.order
	runs := 0
	for i := 1; i < len(o); i++ {
		if o[i].key != o[i-1].key {
			continue
		}
		runs++
		if err := s.cancelled(runs); err != nil {
			return err
		}
		start := i - 1
		for i < len(o) && o[i].key == o[start].key {
			i++
		}
		s.sortTied(o[start:i])
	}
	return s.cancelled(0)
}

// sortTied orders rows of equal key, whose indices ascend, by their other objectives.
func (s *rowOrder) sortTied(run []keyed) {
	if len(run) <= crowdedBucket {
		slices.SortFunc(run, s.compareTied)
		return
	}
	s.moved = resize(s.moved, len(run))
	for j := range s.m { // each sort keeps the order of the one before where values are equal
		s.tied = resize(s.tied, len(run))
		for i, e := range run {
			s.tied[i] = keyed{sortKey(s.rows[int(e.row)*s.m+j]), int32(i)}
		}
		s.tied = s.sorter.sort(s.tied)
		if s.cancelled(0) != nil {
			return
		}
		for i, e := range s.tied {
			s.moved[i] = run[e.row]
		}
		copy(run, s.moved)
	}
}

func (s *rowOrder) compareTied(a, b keyed) int {
	p, q := s.row(a.row), s.row(b.row)
	for j := len(p) - 1; j >= 0; j-- {
		if p[j] != q[j] {
			return cmp.Compare(p[j], q[j])
		}
	}
	return cmp.Compare(a.row, b.row)
}

// copyOfPrevious reports whether entry t of the order is a copy of the entry before it.
func (s *rowOrder) copyOfPrevious(t int) bool {
	return t > 0 && s.order[t].key == s.order[t-1].key &&
		slices.Equal(s.row(s.order[t].row), s.row(s.order[t-1].row))
}
