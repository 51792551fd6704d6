package pareto

import "math"

// Spacing returns the standard deviation of the gaps between rows, √(Σ (d_i - mean d)²/(n-1)), where
// d_i is the Manhattan distance from row i to the nearest other row (Schott 1995). Smaller is more
// even, from 0 on; 0 if all gaps are equal, so for two rows, and for one row, which has no gap. It does not
// see how far the set reaches, and a set of close pairs has a good value. Copies have gap 0. The
// unit is that of the objectives.
//
// The rows are taken as they are, whatever the directions: filter them with [NonDominated] first.
// Errors: ErrEmpty, ErrDimension, ErrNaN, ErrInf. The nearest rows are found by a k-d tree: n log n for
// few objectives, up to n²·m for many.
func Spacing(f Front) (float64, error) { return spacing(f, 1) }

// SpacingPopulation is [Spacing] with the divisor n in place of n-1, as some public code has it.
func SpacingPopulation(f Front) (float64, error) { return spacing(f, 0) }

func spacing(f Front, lost int) (float64, error) {
	if err := checkSet(f, "front"); err != nil {
		return 0, err
	}
	gaps := nearestOthers(f, manhattan)
	average, err := mean("spacing", gaps)
	if err != nil || len(gaps) < 2 {
		return 0, err
	}
	var total neumaier
	for _, d := range gaps {
		total.add(float64((d - average) * (d - average)))
	}
	return finite("spacing", math.Sqrt(total.value()/float64(len(gaps)-lost)))
}

// nearestOthers returns the distance from each row to the nearest other row; 0 for a single row.
func nearestOthers(f Front, g gauge) []float64 {
	gaps := make([]float64, f.Len())
	if len(gaps) < 2 {
		return gaps
	}
	tree := newNeighbours(f, g)
	for i := range gaps {
		gaps[i] = tree.distance(f.Row(i), i, 0)
	}
	return gaps
}

// manhattan is the distance Σ_j |a_j - b_j|.
var manhattan = gauge{
	rows: func(a, rows []float64, least, enough float64) float64 {
		for ; len(rows) >= len(a) && least > enough; rows = rows[len(a):] {
			d := 0.0
			for j, v := range rows[:len(a)] {
				d += math.Abs(a[j] - v)
			}
			least = min(least, d)
		}
		return least
	},
	box: func(a, lo, hi []float64) float64 {
		d := 0.0
		for j, v := range a {
			d += max(lo[j]-v, v-hi[j], 0)
		}
		return d
	},
}
