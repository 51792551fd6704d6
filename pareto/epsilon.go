package pareto

import (
	"fmt"
	"math"
)

// EpsAdditive returns the additive ε-indicator max_z min_y max_j (z_j - y_j), y in s and z in the
// reference set z (Zitzler, Thiele, Laumanns, Fonseca & Grunert da Fonseca 2003): the least that
// has to be added to every objective of s for s to weakly dominate z. Objectives are maximised;
// smaller is better, 0 for equal sets, negative if s is better everywhere, without bounds. Dominated
// rows and copies, in either set, change nothing. One row on both sides gives the largest of their
// differences. It depends on the scale of the objectives.
//
// Errors: ErrEmpty if s or z has no rows, ErrDimension, ErrNaN, ErrInf. Rows of
// both sets that are close in the first objective are compared first, and few others have to be: up
// to |s|·|z|·m, usually |z| times a small part of |s|.
func EpsAdditive(s, z Front) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	return finite("additive epsilon", additiveEpsilon(s, z))
}

// EpsMultiplicative returns the multiplicative ε-indicator max_z min_y max_j z_j/y_j, y in s and z
// in the reference set z: the least factor to multiply every objective of s by for s to weakly
// dominate z. Objectives are maximised unless Options.Dir says otherwise: for one that is minimised
// the ratio is y_j/z_j, and the factor divides. All must be positive, else ErrNotPositive. Smaller
// is better, above 0, 1 for equal sets, below 1 if s is better everywhere. It does not depend on the scale
// of the objectives. Otherwise as [EpsAdditive]; the nearest rows are found by a k-d tree: |z| log |s| for
// few objectives, up to |s|·|z|·m for many.
func EpsMultiplicative(s, z Front, o ...Options) (float64, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	if err := opt.checkDir(s.M); err != nil {
		return 0, err
	}
	if err := checkPositive(s, "front"); err != nil {
		return 0, err
	}
	if err := checkPositive(z, "reference set"); err != nil {
		return 0, err
	}
	ratio := func(j int, z, y float64) float64 {
		if len(opt.Dir) > 0 && opt.Dir[j] == Minimise {
			return y / z
		}
		return z / y
	}
	tree := newNeighbours(s, gauge{
		rows: func(z, rows []float64, least, enough float64) float64 {
			for ; len(rows) >= len(z) && least > enough; rows = rows[len(z):] {
				worst := 0.0
				for j, v := range z {
					worst = max(worst, ratio(j, v, rows[j]))
				}
				least = min(least, worst)
			}
			return least
		},
		box: func(z, lo, hi []float64) float64 {
			worst := 0.0
			for j, v := range z {
				worst = max(worst, min(ratio(j, v, lo[j]), ratio(j, v, hi[j])))
			}
			return worst
		},
	})
	most := 0.0
	for i := range z.Len() {
		if err := opt.cancelled(); err != nil {
			return 0, err
		}
		most = max(most, tree.distance(z.Row(i), -1, most))
	}
	return finite("multiplicative epsilon", most)
}

// nearby is the number of rows that are looked at together.
const nearby = 8

// additiveEpsilon returns the largest over the rows of z of the least max_j (z_j - y_j) of a row of s. All
// but a few rows of z have a row of s near enough not to raise it, and in order of the first objective
// that stands nearby.
func additiveEpsilon(s, z Front) float64 {
	order := make([]keyed, s.Len())
	for i := range order {
		order[i] = keyed{sortKey(s.X[i*s.M]), int32(i)}
	}
	new(sorter).sort(order)
	rows := make([]float64, 0, len(s.X))
	for _, e := range order {
		rows = append(rows, s.Row(int(e.row))...)
	}
	most := -inf
	for i := range z.Len() {
		p := z.Row(i)
		at, end := 0, len(rows)
		for end-at > nearby*len(p) { // about where p would stand
			mid := (at + end) / 2 / len(p) * len(p)
			if rows[mid] < p[0] {
				at = mid
			} else {
				end = mid
			}
		}
		if !reached(p, rows, at, most) {
			most = max(most, leastDifference(p, rows[:at], leastDifference(p, rows[at:], inf)))
		}
	}
	return most
}

// reached reports whether one of the rows, in order of the first objective, comes up to p less shift. It looks
// at them by turns in blocks above and below the position at.
func reached(p, rows []float64, at int, shift float64) bool {
	block := nearby * len(p)
	for up, down := at, at; up < len(rows) || down > 0; {
		next := min(up+block, len(rows))
		if anyReached(p, rows[up:next], shift) {
			return true
		}
		up = next
		next = max(down-block, 0)
		if anyReached(p, rows[next:down], shift) {
			return true
		}
		if down = next; down > 0 && p[0]-rows[down] > shift {
			down = 0 // those below fall short in the first objective
		}
	}
	return false
}

// anyReached looks at the rows one by one. Two objectives other than the first, which is near, reject
// most; of all it takes the signs together, since no processor would predict where it has to stop.
func anyReached(p, rows []float64, shift float64) bool {
	last, half := len(p)-1, len(p)/2
	for ; len(rows) > last; rows = rows[len(p):] {
		if p[last]-rows[last] > shift || p[half]-rows[half] > shift {
			continue
		}
		var signs uint64
		for j, v := range rows[:last] {
			signs |= math.Float64bits(shift - (p[j] - v))
		}
		if signs>>63 == 0 {
			return true
		}
	}
	return false
}

// leastDifference returns the smaller of least and the least max_j (p_j - y_j) of the rows y.
func leastDifference(p, rows []float64, least float64) float64 {
	last := len(p) - 1
	for ; len(rows) > last; rows = rows[len(p):] {
		worst := max(p[0]-rows[0], p[last]-rows[last])
		if worst >= least {
			continue
		}
		for j, v := range rows[:last] {
			worst = max(worst, p[j]-v)
		}
		least = min(least, worst)
	}
	return least
}

func checkPositive(f Front, input string) error {
	for k, v := range f.X {
		if v <= 0 {
			return &InputError{Kind: ErrNotPositive, Input: input, Row: k / f.M, Col: k % f.M,
				Fault:  fmt.Sprintf("the value is %v, and a ratio needs positive values", v),
				Remedy: "use the additive epsilon, or shift the objective in both sets alike"}
		}
	}
	return nil
}
