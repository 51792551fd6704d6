package pareto

import (
	"math/bits"
	"slices"
)

// The recursion compares rows far more often than it measures them. It therefore works on ranks:
// the distinct values of each objective are numbered in ascending order, and up to four ranks are
// packed into one word. One subtraction then compares all of them at once (Lamport 1975, "Multiple
// byte processing with full-word instructions"): the top bit of a lane, its guard, catches the
// borrow. The numbers of one objective follow those of the objective before, so that a rank is all
// that is needed to look up its value, whatever lane it has been moved to.

const (
	laneBits = 16
	laneMask = 1<<laneBits - 1
	laneTop  = laneMask >> 1 // above every rank
	guards   = 0x8000_8000_8000_8000

	// packedObjectives is the largest number of objectives that fit a pair of words.
	packedObjectives = 8
)

// above returns the guards of the lanes in which q > a.
func above(q, a uint64) uint64 { return ^((a | guards) - q) & guards }

// reaches returns the guards of the lanes in which q ≥ a.
func reaches(q, a uint64) uint64 { return ((q | guards) - a) & guards }

// spread turns guards into masks of their lanes.
func spread(g uint64) uint64 { return g - g>>(laneBits-1) }

// blend returns b in the lanes of mask and a in the others.
func blend(a, b, mask uint64) uint64 { return a ^ (a^b)&mask }

// highest returns the larger of p and q in each lane.
func highest(p, q uint64) uint64 { return blend(p, q, spread(above(q, p))) }

// lane returns the rank in lane j of q.
func lane(q uint64, j int) uint64 { return q >> (laneBits * j & 63) & laneMask }

// put returns the word that has rank v in lane j and 0 in the others.
func put(v uint64, j int) uint64 { return v << (laneBits * j & 63) }

// pair is a row of up to eight lanes. Sets of its lanes are one word: the guards of lo, and those
// of hi one bit further down; see laneOf.
type pair struct{ lo, hi uint64 }

func (q pair) lane(j int) uint64 {
	word := q.lo
	if j&4 != 0 {
		word = q.hi
	}
	return lane(word, j&3)
}

func (q pair) with(j int, v uint64) pair {
	if j < 4 {
		q.lo = blend(q.lo, put(v, j), put(laneMask, j))
	} else {
		q.hi = blend(q.hi, put(v, j-4), put(laneMask, j-4))
	}
	return q
}

// laneOf returns the lane that stands for the lowest bit of a set.
func laneOf(set uint64) int {
	b := bits.TrailingZeros64(set)
	return b/laneBits + 4*(laneBits-1-b%laneBits)
}

// setOf returns the set of one lane.
func setOf(j int) uint64 { return 1 << (j%4*laneBits + laneBits - 1 - j/4) }

// oneIf is 1 if the condition holds, without a branch.
func oneIf(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

// values holds the value of each rank.
type values []float64

// volume returns the product of the sides, in the given lanes, of the box [a, r].
func (v values) volume(a, r pair, lanes uint64) float64 {
	whole := 1.0
	for ; lanes != 0; lanes &= lanes - 1 {
		j := laneOf(lanes)
		whole *= v[r.lane(j)] - v[a.lane(j)]
	}
	return whole
}

// beyondOne returns the measure of [a, r] without [p, r], in the given lanes.
func (v values) beyondOne(a, r, p pair, lanes uint64) float64 {
	whole, vp := 1.0, 1.0
	for ; lanes != 0; lanes &= lanes - 1 {
		j := laneOf(lanes)
		top := v[r.lane(j)]
		whole *= top - v[a.lane(j)]
		vp *= top - v[p.lane(j)]
	}
	return whole - vp
}

// beyondTwo returns the measure of [a, r] without [p, r] and [q, r].
func (v values) beyondTwo(a, r, p, q pair, lanes uint64) float64 {
	whole, vp, vq, vpq := 1.0, 1.0, 1.0, 1.0
	for ; lanes != 0; lanes &= lanes - 1 {
		j := laneOf(lanes)
		top := v[r.lane(j)]
		dp, dq := top-v[p.lane(j)], top-v[q.lane(j)]
		whole *= top - v[a.lane(j)]
		vp *= dp
		vq *= dq
		vpq *= min(dp, dq)
	}
	return max(0, whole-(vp+vq)+vpq)
}

// beyondThree returns the measure of [a, r] without [p, r], [q, r] and [s, r].
func (v values) beyondThree(a, r, p, q, s pair, lanes uint64) float64 {
	whole, vp, vq, vs := 1.0, 1.0, 1.0, 1.0
	vpq, vps, vqs, vpqs := 1.0, 1.0, 1.0, 1.0
	for ; lanes != 0; lanes &= lanes - 1 {
		j := laneOf(lanes)
		top := v[r.lane(j)]
		// Distances below r; the smaller distance belongs to the larger coordinate.
		dp, dq, ds := top-v[p.lane(j)], top-v[q.lane(j)], top-v[s.lane(j)]
		dpq := min(dp, dq)
		whole *= top - v[a.lane(j)]
		vp *= dp
		vq *= dq
		vs *= ds
		vpq *= dpq
		vps *= min(dp, ds)
		vqs *= min(dq, ds)
		vpqs *= min(dpq, ds)
	}
	return max(0, whole-(vp+vq+vs)+(vpq+vps+vqs)-vpqs)
}

const wordsLimit = 48 // up to here insertion sort

// sortWords sorts rows by their top lane, then by the next, and so on.
func sortWords(rows []uint64) {
	if len(rows) > wordsLimit {
		slices.Sort(rows)
		return
	}
	for i := 1; i < len(rows); i++ {
		q := rows[i]
		k := i
		for ; k > 0 && rows[k-1] > q; k-- {
			rows[k] = rows[k-1]
		}
		rows[k] = q
	}
}

// insertWord adds q to sorted rows.
func insertWord(rows []uint64, q uint64) []uint64 {
	if len(rows) > wordsLimit {
		k, _ := slices.BinarySearch(rows, q)
		return slices.Insert(rows, k, q)
	}
	rows = append(rows, q)
	k := len(rows) - 1
	for ; k > 0 && rows[k-1] > q; k-- {
		rows[k] = rows[k-1]
	}
	rows[k] = q
	return rows
}

// packing is a set of rows as ranks.
type packing struct {
	value values
	rows  []pair
	ref   pair   // of the reference point, laneTop in lanes without an objective
	lanes uint64 // with an objective

	apart bool   // see packApart
	first [4]int // entry of value that rank 0 of an objective has, if apart

	order []keyed
}

// pack ranks the first d objectives of the rows, which are row-major with m values, and those of
// the reference point ref, which is above all of them. It reports whether the ranks fit.
func (k *packing) pack(s *spreadSorter, rows []float64, m, d int, ref []float64) bool {
	n := len(rows) / m
	if d > packedObjectives || (n+1)*d > laneTop {
		return false
	}
	k.reset(n)
	for j := range d {
		k.rank(s, rows, m, j, ref[j], 0)
	}
	return true
}

// packApart is pack for the first four objectives, each of which has a rank 0. More rows fit, but a rank
// alone does not tell its value; see chain.
func (k *packing) packApart(s *spreadSorter, rows []float64, m int, ref []float64) bool {
	n := len(rows) / m
	if n+1 > laneTop {
		return false
	}
	k.reset(n)
	k.apart = true
	for j := range k.first {
		k.first[j] = len(k.value)
		k.rank(s, rows, m, j, ref[j], len(k.value))
	}
	return true
}

// reset begins with n rows of no objective.
func (k *packing) reset(n int) {
	k.value = k.value[:0]
	k.rows = resize(k.rows, n)
	clear(k.rows)
	k.ref, k.lanes = pair{laneTop * (guards >> 15), laneTop * (guards >> 15)}, 0
	k.apart = false
}

// rank adds objective j, above the best value of which is that of the reference point, top. The entry
// first of value has rank 0.
func (k *packing) rank(s *spreadSorter, rows []float64, m, j int, top float64, first int) {
	order := resize(k.order, len(k.rows))
	for i := range order {
		order[i] = keyed{sortKey(rows[i*m+j]), int32(i)}
	}
	order = s.sort(order)
	k.order = order
	var last uint64 // the least key is that of a NaN
	for _, e := range order {
		if e.key != last {
			last = e.key
			k.value = append(k.value, rows[int(e.row)*m+j])
		}
		q := &k.rows[e.row]
		rank := uint64(len(k.value) - 1 - first)
		if j < 4 {
			q.lo |= put(rank, j)
		} else {
			q.hi |= put(rank, j-4)
		}
	}
	k.ref = k.ref.with(j, uint64(len(k.value)-first))
	k.lanes |= setOf(j)
	k.value = append(k.value, top)
}
