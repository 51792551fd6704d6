package pareto

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// keyed is a row number with the value to sort it by.
type keyed struct {
	key uint64
	row int32
}

// sortKey maps a float64 without NaN to an integer with the same order. -0 sorts below +0;
// [Options.minimised] leaves no -0.
func sortKey(x float64) uint64 {
	b := math.Float64bits(x)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// indices returns the numbers from 0 to n-1.
func indices(n int) []int {
	idx := make([]int, n)
	for i := range idx {
		idx[i] = i
	}
	return idx
}

// orderBy orders rows by a value ascending, NaN first; those of equal value keep their order. The error is
// that of the context.
func orderBy(order []int, opt *Options, value func(row int) float64) error {
	keys := make([]keyed, len(order))
	for k, i := range order {
		if err := cancelled(opt.Ctx, k); err != nil {
			return err
		}
		if v := value(i) + 0; v == v { // +0 turns -0 into 0
			keys[k].key = sortKey(v)
		}
		keys[k].row = int32(k)
	}
	s := sorter{ctx: opt.Ctx}
	s.sort(keys)
	if err := opt.cancelled(); err != nil {
		return err
	}
	before := slices.Clone(order)
	for k, e := range keys {
		order[k] = before[e.row]
	}
	return nil
}

// lexicographic returns the numbers of n rows of m values in lexicographic order, equal rows by number. The
// error is that of the context.
func lexicographic(n, m int, opt *Options, value func(row, column int) float64) ([]int32, error) {
	order, before, keys := make([]int32, n), make([]int32, n), make([]keyed, n)
	for i := range order {
		order[i] = int32(i)
	}
	s := spreadSorter{ctx: opt.Ctx}
	for j := m - 1; j >= 0; j-- { // each sort keeps the order of the one before where values are equal
		for i, k := range order {
			if err := cancelled(opt.Ctx, i); err != nil {
				return nil, err
			}
			keys[i] = keyed{sortKey(value(int(k), j)), int32(i)}
		}
		keys = s.sort(keys)
		if err := opt.cancelled(); err != nil {
			return nil, err
		}
		order, before = before, order
		for i, e := range keys {
			order[i] = before[e.row]
		}
	}
	return order, nil
}

const (
	insertionLimit = 24  // up to here insertion sort
	radixLimit     = 512 // from here radix sort
	digitBits      = 11
	digits         = 6 // 6·11 bits ≥ 64
)

// sorter sorts keyed rows and keeps the memory that radix sort needs. Once its context, if it has one, has
// ended it leaves long slices in some other order: whoever gives it a context asks that afterwards.
type sorter struct {
	ctx     context.Context
	scratch []keyed
	counts  *[digits][1 << digitBits]int32
}

// sort orders k by (key, row) ascending, given that rows ascend in k.
func (s *sorter) sort(k []keyed) {
	switch {
	case len(k) <= insertionLimit:
		insertionSort(k)
	case len(k) < radixLimit:
		slices.SortFunc(k, compareKeyed)
	default:
		s.radix(k)
	}
}

// ended reports whether the context has ended.
func (s *sorter) ended() bool { return s.ctx != nil && s.ctx.Err() != nil }

func compareKeyed(a, b keyed) int {
	if c := cmp.Compare(a.key, b.key); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row)
}

// insertionSort is stable.
func insertionSort(k []keyed) {
	for i := 1; i < len(k); i++ {
		v := k[i]
		j := i
		for ; j > 0 && k[j-1].key > v.key; j-- {
			k[j] = k[j-1]
		}
		k[j] = v
	}
}

// radix is a least-significant-digit radix sort, stable; digits equal in all keys are skipped.
func (s *sorter) radix(k []keyed) {
	n := len(k)
	if cap(s.scratch) < n {
		s.scratch = make([]keyed, n)
	}
	if s.counts == nil {
		s.counts = new([digits][1 << digitBits]int32)
	}
	from, to := k, s.scratch[:n]
	clear(s.counts[:])
	for part := range slices.Chunk(k, askRows) {
		if s.ended() {
			return
		}
		for _, e := range part {
			for d := range s.counts {
				s.counts[d][e.key>>(d*digitBits)&(1<<digitBits-1)]++
			}
		}
	}
passes:
	for d := range s.counts {
		start := &s.counts[d]
		shift := d * digitBits
		if int(start[k[0].key>>shift&(1<<digitBits-1)]) == n {
			continue
		}
		sum := int32(0)
		for i, c := range start {
			start[i] = sum
			sum += c
		}
		for part := range slices.Chunk(from, askRows) {
			if s.ended() {
				break passes // from still has every row
			}
			for _, e := range part {
				p := &start[e.key>>shift&(1<<digitBits-1)]
				to[*p] = e
				*p++
			}
		}
		from, to = to, from
	}
	if &from[0] != &k[0] {
		copy(k, from)
	}
}
