package pareto

import (
	"cmp"
	"math"
	"slices"
)

// Spread returns the spread Δ of a set s of two objectives against the reference set z (Deb, Pratap,
// Agarwal & Meyarivan 2002): (d_f + d_l + Σ|d_i - mean d|)/(d_f + d_l + (n-1)·mean d), where d_i are
// the Euclidean distances between neighbours along s, and d_f, d_l those from the ends of z to the
// ends of s. Smaller is better; 0 for evenly spaced rows from end to end of z. One row, or copies of
// one, give 1, or 0 if it is both ends of z. It is below 2; copies are gaps of 0 and make s less even.
// Not Pareto compliant, and it depends on the scale of the objectives.
//
// The rows are taken as they are, ordered by the first objective; both sets are expected to hold
// [NonDominated] rows. Errors: ErrEmpty if s or z has no rows, ErrDimension unless there are two
// objectives, ErrNaN, ErrInf. O(n log n).
func Spread(s, z Front) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	if err := checkPlane(s); err != nil {
		return 0, err
	}
	along, ends := alongFront(s), alongFront(z)
	distance := func(a, b []float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
	gaps := make([]float64, 0, len(along))
	for k := 1; k < len(along); k++ {
		gaps = append(gaps, distance(along[k-1], along[k]))
	}
	outer := distance(along[0], ends[0]) + distance(along[len(along)-1], ends[len(ends)-1])
	return unevenness(gaps, outer)
}

// GeneralizedSpread returns the spread of a set s of any number of objectives against the reference
// set z (Zhou, Jin, Zhang, Sendhoff & Tsang 2006):
// (Σ_j d(e_j, s) + Σ_y |d(y, s) - mean d|)/(Σ_j d(e_j, s) + |s|·mean d), with the row e_j of z that is
// best in objective j ([ExtremeRows]) and the Euclidean distance d to the nearest other row of s.
// Objectives are maximised. Smaller is better; 0 if s holds the extremes of z and every row has its
// nearest neighbour at the same distance. One row gives 1, or 0 if it is every extreme of z. It is below
// 2; a copy has its neighbour at distance 0. Not Pareto compliant, and it depends on the scale of the objectives.
//
// The rows are taken as they are: filter them with [NonDominated] first. Errors as [Spread], for any
// number of objectives. n log n for few objectives, up to n²·m for many.
func GeneralizedSpread(s, z Front) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	extremes, err := ExtremeRows(z)
	if err != nil {
		return 0, err
	}
	gaps := nearestOthers(s, euclidean)
	for i, d := range gaps {
		gaps[i] = math.Sqrt(d)
	}
	outer := 0.0
	for _, e := range extremes {
		outer += math.Sqrt(euclidean.rows(z.Row(e), s.X, inf, 0))
	}
	return unevenness(gaps, outer)
}

// unevenness returns (outer + Σ|gap - mean|)/(outer + Σ gap), 0 if all of that is 0.
func unevenness(gaps []float64, outer float64) (float64, error) {
	var total, deviation neumaier
	for _, d := range gaps {
		total.add(d)
	}
	sum := total.value()
	for _, d := range gaps {
		deviation.add(math.Abs(d - sum/float64(len(gaps))))
	}
	whole := outer + sum
	if whole == 0 {
		return 0, nil
	}
	return finite("spread", (outer+deviation.value())/whole)
}

// alongFront returns the rows of two objectives in the order of the first ascending, then of the second
// descending.
func alongFront(f Front) [][]float64 {
	rows := f.Rows()
	slices.SortStableFunc(rows, func(a, b []float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1])) })
	return rows
}

// checkPlane returns an error unless f has two objectives.
func checkPlane(f Front) error {
	if f.M == 2 {
		return nil
	}
	return &InputError{Kind: ErrDimension, Input: "front", Row: -1, Col: -1,
		Fault: "it has " + count(f.M, "objective") + " where two are needed", Remedy: "select two"}
}
