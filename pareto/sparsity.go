package pareto

import "slices"

// Sparsity returns (1/(n-1)) Σ_j Σ_i (s_j(i) - s_j(i+1))², where s_j are the values of objective
// j over all rows, sorted on their own (Xu, Tian, Ma, Rus, Sueda & Matusik 2020); 0 for fewer than
// two rows. Smaller is denser, from 0 on; copies lower it. The unit is that of the objectives squared, so
// that values compare only at equal scale; their directions do not matter.
//
// The rows are taken as they are. Feed it [NonDominated] rows, as the PGMORL and C-MORL archives
// do, and never rank fronts by sparsity alone: one row has the best value there is, and adding a
// row inside the range always lowers it. Values that are not finite give a result that is not
// finite. O(m·n log n).
func Sparsity(f Front) float64 {
	n := f.Len()
	if n < 2 {
		return 0
	}
	var total neumaier
	column := make([]float64, n)
	for j := range f.M {
		for i := range column {
			column[i] = f.X[i*f.M+j]
		}
		slices.Sort(column)
		for i := 1; i < n; i++ {
			gap := column[i] - column[i-1]
			total.add(float64(gap * gap)) // no fused multiply-add: equal on all machines
		}
	}
	return total.value() / float64(n-1)
}

// SparsityNormalized is [Sparsity] with every objective divided by a scale first, usually the range that
// it has in a reference set ([Extent]), so that values of different objectives and environments compare.
// Objectives without range need another scale. 0 for fewer than two rows, whatever the scale is if there is
// none. Errors: ErrNotPositive for the scale, ErrDimension, ErrNaN,
// ErrInf. O(m·n log n).
func SparsityNormalized(f Front, scale []float64) (float64, error) {
	if err := f.Validate(); err != nil {
		return 0, err
	}
	if f.Len() == 0 {
		return 0, nil
	}
	if err := checkScale(scale, f.M); err != nil {
		return 0, err
	}
	scaled := Front{M: f.M, X: make([]float64, len(f.X))}
	for k, v := range f.X {
		scaled.X[k] = v / scale[k%f.M]
	}
	return finite("sparsity", Sparsity(scaled))
}
