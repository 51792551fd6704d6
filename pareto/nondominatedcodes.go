package pareto

import (
	"math"
	"slices"
)

const (
	quantileSample = 128  // rows that the quantiles are taken from
	maxQuantiles   = 15   // per objective
	oneCell        = 4096 // up to so many rows, cells do not pay
)

// codedRows are rows with bit masks that rule out most dominances. The mask of a row has, for each
// objective, a bit for each quantile that its value reaches: a row with a bit that another has not
// does not dominate the other. Rows whose values lie on the same side of every median, those of a
// cell, are ruled out together.
type codedRows struct {
	m         int
	levels    int       // quantiles per objective
	quantiles []float64 // objective by objective, ascending
	column    []float64
	medians   uint64 // the bits of the mask that make the code of the cell
	cells     []cell
	of        map[uint64]int32 // code to cell
}

type cell struct {
	code uint64
	mask []uint64  // per row
	rows []float64 // row-major
}

// reset forgets all rows and takes the quantiles from evenly spaced rows of those to come.
func (c *codedRows) reset(m int, rows []float64) {
	n := len(rows) / m
	c.m, c.levels = m, min(maxQuantiles, 64/m)
	c.cells = c.cells[:0]
	if c.of == nil {
		c.of = map[uint64]int32{}
	}
	clear(c.of)
	c.quantiles, c.medians = c.quantiles[:0], 0
	step := (n + quantileSample - 1) / quantileSample
	for j := range m {
		c.column = c.column[:0]
		for k := 0; k < n; k += step {
			c.column = append(c.column, rows[k*m+j])
		}
		slices.Sort(c.column)
		for q := range c.levels {
			c.quantiles = append(c.quantiles, c.column[len(c.column)*(q+1)/(c.levels+1)])
		}
		if n > oneCell {
			c.medians |= 1 << (j*c.levels + c.levels/2)
		}
	}
}

// code returns the mask of a row.
func (c *codedRows) code(p []float64) uint64 {
	var below uint64
	shift, levels := 0, c.levels
	for j, v := range p {
		for _, q := range c.quantiles[j*levels:][:levels] {
			below |= math.Float64bits(v-q) >> 63 << shift
			shift++
		}
	}
	return ^below
}

// add appends a row of given mask.
func (c *codedRows) add(p []float64, mask uint64) {
	code := mask & c.medians
	i, ok := c.of[code]
	if !ok {
		i = int32(len(c.cells))
		c.of[code] = i
		if len(c.cells) < cap(c.cells) { // with the memory of a cell of earlier
			c.cells = c.cells[:i+1]
			c.cells[i].clear()
		} else {
			c.cells = append(c.cells, cell{})
		}
		c.cells[i].code = code
	}
	c.cells[i].add(p, mask)
}

// anyWeaklyBelow reports whether one of the rows is nowhere above p, a row of given mask.
func (c *codedRows) anyWeaklyBelow(p []float64, mask uint64) bool {
	for i := range c.cells {
		if b := &c.cells[i]; b.code&^mask == 0 && b.anyWeaklyBelow(p, mask) {
			return true
		}
	}
	return false
}

func (b *cell) clear() { b.mask, b.rows = b.mask[:0], b.rows[:0] }

func (b *cell) add(p []float64, mask uint64) {
	b.mask = append(b.mask, mask)
	b.rows = append(b.rows, p...)
}

func (b *cell) anyWeaklyBelow(p []float64, mask uint64) bool {
	m := len(p)
	missing := ^mask
	for k, have := range b.mask {
		if have&missing != 0 { // nearly always
			continue
		}
		if weaklyBelow(b.rows[k*m:][:m], p) {
			return true
		}
	}
	return false
}

// compareByCode compares each open row with the survivors before it that its mask does not rule out.
func (s *filter) compareByCode() error {
	c := &s.codes
	c.reset(s.m, s.rows)
	for k := 0; k < len(s.first); k += s.m {
		p := s.first[k:][:s.m]
		c.add(p, c.code(p))
	}
	for t, k := range s.open {
		if err := s.cancelled(t); err != nil {
			return err
		}
		p := s.row(k)
		if mask := c.code(p); !c.anyWeaklyBelow(p, mask) {
			c.add(p, mask)
			s.keep[k] = true
		}
	}
	return nil
}
