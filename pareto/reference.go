package pareto

import "slices"

// Ideal returns the largest value of every objective, all maximised. ErrEmpty for no rows; ErrNaN,
// ErrInf, ErrDimension. O(n·m).
func Ideal(f Front) ([]float64, error) {
	_, best, err := bounds(f)
	return best, err
}

// Nadir returns the smallest value of every objective, all maximised. It is the nadir point if
// the rows are mutually non-dominated; dominated rows can lower it. Errors as [Ideal]. O(n·m).
func Nadir(f Front) ([]float64, error) {
	worst, _, err := bounds(f)
	return worst, err
}

// Extent returns the range of every objective, its largest value less its smallest: what a set
// offers to choose from. 0 for one row or equal rows. Dominated rows can widen it. ErrInf if a range
// exceeds float64; otherwise errors as [Ideal]. O(n·m).
func Extent(f Front) ([]float64, error) {
	nadir, extent, err := bounds(f)
	if err != nil {
		return nil, err
	}
	for j, worst := range nadir {
		if extent[j], err = finite("extent", extent[j]-worst); err != nil {
			return nil, err
		}
	}
	return extent, nil
}

// bounds returns the smallest and the largest value of every objective.
func bounds(f Front) (lo, hi []float64, err error) {
	if err := checkSet(f, "front"); err != nil {
		return nil, nil, err
	}
	m := f.M
	lo, hi = slices.Clone(f.X[:m]), slices.Clone(f.X[:m])
	for rows := f.X[m:]; len(rows) >= m; rows = rows[m:] {
		for j, v := range rows[:m] {
			lo[j], hi[j] = min(lo[j], v), max(hi[j], v)
		}
	}
	return lo, hi, nil
}

// NadirFactor is the usual factor of [RefFromNadir].
const NadirFactor = 0.1

// RefFromNadir returns the reference point nadir - factor·(ideal - nadir): below the worst value of
// every objective by a share of its range; all maximised. With factor 0, or in an objective without
// range, it lies on the nadir, where the extreme rows count for nothing in a hypervolume.
//
// A reference point drawn from one set must be used for all that are compared with it, and be
// stored with every result: a hypervolume without its reference point means nothing.
//
// Errors as [Ideal]; ErrNotPositive for a negative factor. O(n·m).
func RefFromNadir(f Front, factor float64) ([]float64, error) {
	if err := checkFinite("nadir factor", -1, []float64{factor}); err != nil {
		return nil, err
	}
	if factor < 0 {
		return nil, errNotPositive("nadir factor", -1, -1, factor, "give 0 or more, usually 0.1")
	}
	ref, ideal, err := bounds(f)
	if err != nil {
		return nil, err
	}
	for j, worst := range ref {
		if ref[j], err = finite("reference point", worst-factor*(ideal[j]-worst)); err != nil {
			return nil, err
		}
	}
	return ref, nil
}
