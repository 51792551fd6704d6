package pareto

import "math/bits"

// chain numbers ranks anew that packApart gave: those that occur in a few rows, as pack would number them.
type chain struct {
	value  values
	seen   []uint64 // bit b of word i: rank 64·i + b of an objective occurs
	before []uint64 // new number of the first rank of each word

	many []float64 // rows too many for new ranks
}

// link replaces the ranks of the corners a and r, which is above a, and of the rows between them. It
// reports whether the new ones fit; if not, nothing changes.
func (c *chain) link(k *packing, a, r *uint64, rows []uint64) bool {
	if (len(rows)+2)*len(k.first) > laneTop {
		return false
	}
	c.value = c.value[:0]
	for j, first := range k.first {
		words := int(lane(*r, j)/64) + 1
		c.seen, c.before = resize(c.seen, words), resize(c.before, words)
		clear(c.seen)
		c.see(lane(*a, j))
		c.see(lane(*r, j))
		for _, q := range rows {
			c.see(lane(q, j))
		}
		for i, set := range c.seen {
			c.before[i] = uint64(len(c.value))
			for ; set != 0; set &= set - 1 {
				c.value = append(c.value, k.value[first+64*i+bits.TrailingZeros64(set)])
			}
		}
		*a, *r = c.renumber(*a, j), c.renumber(*r, j)
		for i, q := range rows {
			rows[i] = c.renumber(q, j)
		}
	}
	return true
}

func (c *chain) see(rank uint64) { c.seen[rank/64] |= 1 << (rank % 64) }

// renumber gives lane j of q its new rank.
func (c *chain) renumber(q uint64, j int) uint64 {
	rank := lane(q, j)
	lower := c.seen[rank/64] & (1<<(rank%64) - 1)
	return blend(q, put(c.before[rank/64]+uint64(bits.OnesCount64(lower)), j), put(laneMask, j))
}

// uncoveredApart is uncovered4 for four objectives that packApart has ranked.
func (w *Workspace) uncoveredApart(k *packing, a uint64, active []uint64) (volume float64, left int) {
	w.calls++
	if w.pause(len(active)) {
		return 0, len(active)
	}
	l := &w.box4
	l.grow(len(active))
	r, n, left := clipWords(a, k.ref.lo, setOf(3), active, l.rows)
	if left < 0 {
		return 0, left
	}
	rows := l.rows[:n]
	if w.chain.link(k, &a, &r, rows) {
		return w.measure4(w.chain.value, a, r, k.lanes, rows), left
	}
	x := w.chain.many[:0]
	for _, q := range rows {
		x = k.appendValues(x, q)
	}
	x = k.appendValues(x, a)
	x = k.appendValues(x, r)
	w.chain.many = x
	corners := x[4*n:]
	return w.uncovered(corners[:4], corners[4:], x[:4*n]), left
}

// appendValues appends the values of the four ranks in q to x.
func (k *packing) appendValues(x []float64, q uint64) []float64 {
	for j, first := range k.first {
		x = append(x, k.value[first+int(lane(q, j))])
	}
	return x
}
