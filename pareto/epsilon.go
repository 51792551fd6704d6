package pareto

import "fmt"

// EpsAdditive returns the additive ε-indicator max_z min_y max_j (z_j - y_j), y in s and z in the
// reference set z (Zitzler, Thiele, Laumanns, Fonseca & Grunert da Fonseca 2003): the least that
// has to be added to every objective of s for s to weakly dominate z. Objectives are maximised;
// smaller is better, 0 for equal sets, negative if s is better everywhere, without bounds. Dominated
// rows and copies, in either set, change nothing. One row on both sides gives the largest of their
// differences. It depends on the scale of the objectives.
//
// Errors: ErrEmpty if s or z has no rows, ErrDimension, ErrNaN, ErrInf. For each
// row of z, words that stand for the rows of s are looked at, those close in the first objective first, and
// the few rows that these do not rule out: up to |s|·|z|·m, usually |z| times a small part of |s|.
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
	tree, err := interruptibleNeighbours(s, gauge{
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
	}, &opt)
	if err != nil {
		return 0, err
	}
	most := 0.0
	for i := range z.Len() {
		if err := opt.cancelled(); err != nil {
			return 0, err
		}
		most = max(most, tree.distance(z.Row(i), -1, most))
	}
	return finite("multiplicative epsilon", most)
}

// additiveEpsilon returns the largest over the rows of z of the least max_j (z_j - y_j) of a row y of s.
func additiveEpsilon(s, z Front) float64 {
	grid := newShiftGrid(s)
	most := -inf
	for i := range z.Len() {
		most = max(most, grid.distance(z.Row(i), most))
	}
	return most + 0 // never -0
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
