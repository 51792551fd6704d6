package pareto

import (
	"cmp"
	"math"
	"slices"
)

// R2 returns the R2 indicator with weighted Chebyshev utilities: the mean over the weights w of
// min_y max_j w_j·|ideal_j - y_j| (Hansen & Jaszkiewicz 1998; Brockhoff, Wagner & Trautmann 2012). It
// says how far users with the preferences w stay behind the ideal point. Smaller is better; not
// negative unless a weight is, and 0 only if some row is ideal for every weight. One row gives the mean of
// its own losses. If no row exceeds ideal it is weakly Pareto compliant:
// dominated rows and copies change nothing. Beyond ideal the absolute value counts as a loss
// what is a gain; take one that is out of reach, the same for all sets that are compared.
//
// Errors: ErrEmpty if f or w has no rows; ErrDimension if ideal or a weight row has not one value
// per objective; ErrNaN, ErrInf. O(|w|·n·m).
func R2(f Front, ideal []float64, w [][]float64) (float64, error) {
	return r2(f, ideal, w, func(w, y []float64) float64 {
		worst := 0.0
		for j, v := range w {
			worst = max(worst, v*math.Abs(ideal[j]-y[j]))
		}
		return -worst
	})
}

// R2Sum returns the R2 indicator with weighted sums: the mean over the weights w of
// min_y Σ_j w_j·|ideal_j - y_j|. If no row exceeds ideal this is the mean of w·ideal less
// [ExpectedUtility]. Otherwise as [R2].
func R2Sum(f Front, ideal []float64, w [][]float64) (float64, error) {
	return r2(f, ideal, w, func(w, y []float64) float64 {
		sum := 0.0
		for j, v := range w {
			sum += float64(v * math.Abs(ideal[j]-y[j]))
		}
		return -sum
	})
}

// r2 returns the mean of the least loss; gain is its negative.
func r2(f Front, ideal []float64, w [][]float64, gain Utility) (float64, error) {
	if err := checkIdeal(f, ideal); err != nil {
		return 0, err
	}
	if err := checkPreferences(w, f.M, true); err != nil {
		return 0, err
	}
	v, err := ExpectedUtility(f, w, gain)
	return 0 - v, err
}

// R2Exact returns the R2 indicator of two objectives with weighted Chebyshev utilities and weights
// spread evenly over the whole simplex, ∫₀¹ min_y max(w·a_1, (1-w)·a_2) dw with a = |ideal - y|
// (Schäpermeier & Kerschke 2024). It is the limit of [R2] for ever more weights, and unlike R2 it is
// strictly better for a set that dominates another, if no row exceeds ideal. One row gives
// ½·(a_1² + a_1·a_2 + a_2²)/(a_1 + a_2).
//
// Errors as R2; ErrDimension unless there are two objectives. O(n log n).
func R2Exact(f Front, ideal []float64) (float64, error) {
	if err := checkIdeal(f, ideal); err != nil {
		return 0, err
	}
	if err := checkPlane(f); err != nil {
		return 0, err
	}
	losses := make([][2]float64, f.Len())
	for i := range losses {
		y := f.Row(i)
		losses[i] = [2]float64{math.Abs(ideal[0] - y[0]), math.Abs(ideal[1] - y[1])}
	}
	slices.SortFunc(losses, func(a, b [2]float64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	// From w = 1 down: a row has the smallest w·a_1 of those that are left, until (1-w)·a_2 is the
	// larger; that stays the least until the next row's w·a_1 falls below.
	var total neumaier
	w, height := 1.0, inf
	for _, a := range losses {
		if a[1] >= height {
			continue // dominated
		}
		if height < inf {
			next := crossing(a[0], height)
			total.add(height * (w - next) * (1 - (w+next)/2)) // ∫ (1-w)·height
			w = next
		}
		height = a[1]
		next := crossing(a[0], height)
		total.add(a[0] * (w - next) * ((w + next) / 2)) // ∫ w·a_1
		w = next
	}
	total.add(height * w * (1 - w/2))
	return finite("R2", total.value())
}

// crossing returns the w at which w·a = (1-w)·b.
func crossing(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return 1 / (1 + a/b)
}

// checkIdeal returns an error if f has no rows or ideal does not fit it.
func checkIdeal(f Front, ideal []float64) error {
	if err := checkSet(f, "front"); err != nil {
		return err
	}
	if err := checkLength("ideal point", -1, len(ideal), f.M); err != nil {
		return err
	}
	return checkFinite("ideal point", -1, ideal)
}
