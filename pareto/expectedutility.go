package pareto

import "fmt"

// ExpectedUtility returns the mean over the weights w of the best utility max_y w·y that f
// offers (Zintgraf, Kanters, Roijers, Oliehoek & Beau 2015): what a user with a linear
// preference, drawn from w, can expect. Objectives are maximised; larger is better. Dominated
// rows change nothing if the weights are non-negative.
//
// The weights are taken as they are, normally non-negative with sum 1 ([Lattice]); w holds one row
// per preference. Utility depends on the scale of the objectives: report the weight set with the
// value.
//
// Errors: ErrEmpty if f or w has no rows; ErrDimension if a weight row has not one value per
// objective; ErrNaN, ErrInf. O(|w|·n·m).
func ExpectedUtility(f Front, w [][]float64) (float64, error) {
	if err := checkUtility(f, w); err != nil {
		return 0, err
	}
	var total neumaier
	for _, weights := range w {
		total.add(bestUtility(f, weights))
	}
	return finite("expected utility", total.value()/float64(len(w)))
}

// MinUtility returns the smallest over the weights w of the best utility max_y w·y that f
// offers: what the user served worst gets. Otherwise as [ExpectedUtility].
func MinUtility(f Front, w [][]float64) (float64, error) {
	if err := checkUtility(f, w); err != nil {
		return 0, err
	}
	least := inf
	for _, weights := range w {
		least = min(least, bestUtility(f, weights))
	}
	return finite("smallest utility", least)
}

// MaxUtilityLoss returns the largest over the weights w of max_z w·z - max_y w·y, with y in f and
// z in the reference set z: what the user served worst loses by having f in place of z (Zintgraf
// et al. 2015). Smaller is better; negative if f is better for every weight. Otherwise as
// [ExpectedUtility].
func MaxUtilityLoss(f, z Front, w [][]float64) (float64, error) {
	if err := checkUtility(f, w); err != nil {
		return 0, err
	}
	if err := checkPair(f, z); err != nil {
		return 0, err
	}
	loss := -inf
	for _, weights := range w {
		loss = max(loss, bestUtility(z, weights)-bestUtility(f, weights))
	}
	return finite("utility loss", loss)
}

// bestUtility returns max over y in f of w·y.
func bestUtility(f Front, w []float64) float64 {
	best := -inf
	for x := f.X; len(x) >= len(w); x = x[len(w):] {
		u := 0.0
		for j, v := range x[:len(w)] {
			u += float64(w[j] * v) // the conversion forbids fused multiply-add: equal on all machines
		}
		best = max(best, u)
	}
	return best
}

// checkUtility returns an error if f or w has no rows, is not finite, or they differ in length.
func checkUtility(f Front, w [][]float64) error {
	if err := checkSet(f, "front"); err != nil {
		return err
	}
	if len(w) == 0 {
		return errEmpty("weights")
	}
	for i, weights := range w {
		if err := checkLength("weights", i, len(weights), f.M); err != nil {
			return err
		}
		if err := checkFinite("weights", i, weights); err != nil {
			return err
		}
	}
	return nil
}

// checkSet returns an error if a set that must have rows has none, or is not valid.
func checkSet(f Front, input string) error {
	if err := f.validate(input); err != nil {
		return err
	}
	if f.Len() == 0 {
		return errEmpty(input)
	}
	return nil
}

// checkPair returns an error if one of a front and its reference set has no rows, is not valid, or
// differs from the other in the number of objectives.
func checkPair(s, z Front) error {
	if err := checkSet(s, "front"); err != nil {
		return err
	}
	if err := checkSet(z, "reference set"); err != nil {
		return err
	}
	if s.M != z.M {
		return &InputError{Kind: ErrDimension, Input: "reference set", Row: -1, Col: -1,
			Fault:  fmt.Sprintf("%s where the front has %d", count(z.M, "objective"), s.M),
			Remedy: "compare sets of the same environment"}
	}
	return nil
}
