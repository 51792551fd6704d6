package pareto

import (
	"context"
	"slices"
)

const (
	leafRows = 8

	// A split is decided by evenly spaced rows: few in small nodes, more in those that are worth it.
	sampledRows   = 32
	fewRows       = 16
	worthSampling = 256
)

// lowTree is a k-d tree over rows of ranks: every node knows the low corner of its rows, so that
// what lies below a given point is found without looking at most of them. Nodes are stored in
// preorder, each with the node that follows its subtree: a search is one loop without a stack.
//
// Coordinates are ranks within an objective, so that neither unit nor distribution matters.
type lowTree struct {
	m     int
	rows  []int32 // in the order of the leaves, row-major
	row   []int32 // which row of the caller that is
	low   []int32 // per node
	next  []int32 // per node: the one after its subtree
	first []int32 // per node: its first row; one entry more than nodes
	high  []int32 // of the leaf that asks
	order []keyed
	ctx   context.Context
	err   error // of ctx

	// For Rank: the rank of a row, the highest one of a node; -1 if not yet known.
	rank, most []int32
}

// build makes the tree of the rows of x, row-major with m values, that row names. The leaves with
// high coordinates come first. The error is that of the context.
func (t *lowTree) build(m int, x []float64, row []int32, sorter *spreadSorter, ctx context.Context) error {
	n := len(row)
	t.m, t.ctx, t.err = m, ctx, nil
	t.row = append(t.row[:0], row...)
	t.rows, t.order, t.high = resize(t.rows, n*m), resize(t.order, n), resize(t.high, m)
	t.low, t.next, t.first = t.low[:0], t.next[:0], t.first[:0]
	for j := range m {
		if t.cancelled(n) {
			break
		}
		for i, k := range row {
			t.order[i] = keyed{sortKey(x[int(k)*m+j]), int32(i)}
		}
		t.order = sorter.sort(t.order)
		rank := int32(0)
		for i, e := range t.order {
			if i > 0 && e.key != t.order[i-1].key {
				rank = int32(i)
			}
			t.rows[int(e.row)*m+j] = rank
		}
	}
	t.split(0, n)
	t.first = append(t.first, int32(n))
	t.ctx = nil
	return t.err
}

// cancelled reports whether the context ends the work, if it is on so many rows that it is time to ask.
func (t *lowTree) cancelled(rows int) bool {
	if rows > 1024 && t.ctx != nil && t.err == nil {
		t.err = t.ctx.Err()
	}
	return t.err != nil
}

// split adds the node of rows from to to, and its subtree.
func (t *lowTree) split(from, to int) {
	m := t.m
	node := len(t.next)
	t.next = append(t.next, 0)
	t.first = append(t.first, int32(from))
	t.low = append(t.low, t.rows[from*m:from*m+m]...)
	if to-from <= leafRows || t.cancelled(to-from) {
		low := t.low[node*m:][:m]
		for k := from + 1; k < to; k++ {
			lower(low, t.rows[k*m:])
		}
	} else {
		mid := t.partition(from, to)
		t.split(from, mid)
		right := len(t.next)
		t.split(mid, to)
		low := t.low[node*m:][:m]
		copy(low, t.low[(node+1)*m:])
		lower(low, t.low[right*m:])
	}
	t.next[node] = int32(len(t.next))
}

// lower takes the minimum with q in each objective.
func lower(low, q []int32) {
	for j, v := range q[:len(low)] {
		low[j] = min(low[j], v)
	}
}

// partition reorders the rows so that those before the returned one are high in some objective and
// the others are not. If ties leave one side small, it cuts in the middle: any split is correct.
func (t *lowTree) partition(from, to int) int {
	m, n := t.m, to-from
	j, pivot := t.choose(from, to)
	lo, hi := from, to-1
	for lo <= hi {
		for lo < to && t.rows[lo*m+j] > pivot {
			lo++
		}
		for hi >= from && t.rows[hi*m+j] < pivot {
			hi--
		}
		if lo <= hi {
			p, q := t.rows[lo*m:][:m], t.rows[hi*m:][:m]
			for j, v := range p {
				p[j], q[j] = q[j], v
			}
			t.row[lo], t.row[hi] = t.row[hi], t.row[lo]
			lo++
			hi--
		}
	}
	if lo-from < n/8 || to-lo < n/8 {
		return from + n/2
	}
	return lo
}

// choose returns the objective to split rows from to to by, and its median in a sample. It is the
// widest one, unless the rows low in some objective are the high ones of another: then a split by
// that keeps both sides from ever looking at each other.
func (t *lowTree) choose(from, to int) (objective int, median int32) {
	m, n := t.m, to-from
	c := min(n, fewRows)
	if n >= worthSampling {
		c = sampledRows
	}
	var lows [maxObjectives]int32
	widest := int32(-1)
	for j := range m {
		low, high := t.sampled(from, n, c, 0, j), int32(0)
		for i := range c {
			v := t.sampled(from, n, c, i, j)
			low, high = min(low, v), max(high, v)
		}
		lows[j] = low
		if high-low > widest {
			objective, widest = j, high-low
		}
	}
	if n < worthSampling {
		return objective, t.median(from, n, c, objective)
	}
	most := c / 4
	for j := range m {
		median := t.median(from, n, c, j)
		for k := range m {
			if k == j {
				continue
			}
			// How many rows are lower in k than all that are low in j?
			least := int32(-1)
			for i := range c {
				if v := t.sampled(from, n, c, i, k); t.sampled(from, n, c, i, j) < median && (least < 0 || v < least) {
					least = v
				}
			}
			lower := 0
			for i := range c {
				if t.sampled(from, n, c, i, k) < least {
					lower++
				}
			}
			if lower > most {
				objective, most = j, lower
			}
		}
	}
	return objective, t.median(from, n, c, objective)
}

// sampled returns objective j of row i of c evenly spaced ones of the n rows from from.
func (t *lowTree) sampled(from, n, c, i, j int) int32 {
	return t.rows[(from+i*n/c)*t.m+j]
}

func (t *lowTree) median(from, n, c, j int) int32 {
	var sample [sampledRows]int32
	for i := range c {
		sample[i] = t.sampled(from, n, c, i, j)
	}
	slices.Sort(sample[:c])
	return sample[c/2]
}

// askTree keeps the open rows that have no other below them. All rows of a leaf ask at once.
func (s *filter) askTree() error {
	for k, kept := range s.keep {
		if kept {
			s.open = append(s.open, int32(k))
		}
	}
	for _, k := range s.open {
		s.keep[k] = true
	}
	t := &s.tree
	if err := t.build(s.m, s.rows, s.open, &s.sorter, s.ctx); err != nil {
		return err
	}
	for leaf := range t.next {
		if err := s.cancelled(leaf); err != nil {
			return err
		}
		if int(t.next[leaf]) == leaf+1 {
			t.dropDominated(leaf, s.keep)
		}
	}
	return nil
}

// dropDominated sets keep to false for the rows of a leaf that another row is below. No two rows
// are equal.
func (t *lowTree) dropDominated(leaf int, keep []bool) {
	m := t.m
	from, to := int(t.first[leaf]), int(t.first[leaf+1])
	high := t.high
	copy(high, t.rows[from*m:])
	for k := from + 1; k < to; k++ {
		for j, v := range t.rows[k*m:][:m] {
			high[j] = max(high[j], v)
		}
	}
	nodes := int32(len(t.next))
	left := to - from
	for v := int32(0); v < nodes; {
		if !rankedBelow(t.low[int(v)*m:][:m], high) {
			v = t.next[v]
			continue
		}
		if t.next[v] > v+1 {
			v++
			continue
		}
		for k := int(t.first[v]); k < int(t.first[v+1]); k++ {
			q := t.rows[k*m:][:m]
			if !rankedBelow(q, high) {
				continue
			}
			for i := from; i < to; i++ {
				if i != k && keep[t.row[i]] && rankedBelow(q, t.rows[i*m:][:m]) {
					keep[t.row[i]] = false
					if left--; left == 0 {
						return
					}
				}
			}
		}
		v++
	}
}

// rankedBelow is weaklyBelow for ranks.
func rankedBelow(a, b []int32) bool {
	b = b[:len(a)]
	var signs int32
	for j, v := range a {
		signs |= b[j] - v
	}
	return signs >= 0
}
