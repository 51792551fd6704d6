package pareto

import (
	"fmt"
	"slices"
)

// Utility is what a user with the preference w makes of the value vector y. Neither may be changed
// or kept.
type Utility func(w, y []float64) float64

// ExpectedUtility returns the mean over the weights w of the best utility max_y w·y that f
// offers (Zintgraf, Kanters, Roijers, Oliehoek & Beau 2015): what a user with a linear
// preference, drawn from w, can expect. Objectives are maximised; larger is better. Dominated
// rows and copies change nothing if the weights are non-negative. One row gives the mean of its
// own utilities.
//
// The weights are taken as they are, normally non-negative with sum 1 ([Lattice]); w holds one row
// per preference. Utility depends on the scale of the objectives: report the weight set, its size
// and its seed with the value. A utility u(w, y), the first
// if several are given, can take the place of w·y, and then the rows of w may have any length.
//
// Errors: ErrEmpty if f or w has no rows; ErrDimension if a weight row has not one value per
// objective; ErrNaN and ErrInf, of a utility too. O(|w|·n·m).
func ExpectedUtility(f Front, w [][]float64, u ...Utility) (float64, error) {
	best, err := bestUtilities(f, w, u)
	if err != nil {
		return 0, err
	}
	return mean("expected utility", best)
}

// MinUtility returns the smallest over the weights w of the best utility max_y w·y that f
// offers: what the user served worst gets. Otherwise as [ExpectedUtility].
func MinUtility(f Front, w [][]float64, u ...Utility) (float64, error) {
	best, err := bestUtilities(f, w, u)
	if err != nil {
		return 0, err
	}
	return slices.Min(best), nil
}

// UtilityQuantiles returns the quantiles p, each between 0 and 1, of the best utility max_y w·y
// over the weights w: with p = 0, 0.05, 0.5 and 0.95 what users at the lower end, in the middle and
// at the upper end get, which a mean hides. Between two weights it interpolates linearly (type 7
// of Hyndman & Fan 1996). ErrRange for p outside [0, 1]; otherwise as [ExpectedUtility].
func UtilityQuantiles(f Front, w [][]float64, p []float64, u ...Utility) ([]float64, error) {
	if err := checkFinite("quantile", -1, p); err != nil {
		return nil, err
	}
	for _, v := range p {
		if v < 0 || v > 1 {
			return nil, errRange("quantile", v, "give a share between 0 and 1")
		}
	}
	best, err := bestUtilities(f, w, u)
	if err != nil {
		return nil, err
	}
	slices.Sort(best)
	quantiles := make([]float64, len(p))
	for i, v := range p {
		at := v * float64(len(best)-1)
		below := int(at)
		above := min(below+1, len(best)-1)
		share := at - float64(below)
		// Both terms are bounded by a value, so that nothing overflows.
		quantiles[i] = float64((1-share)*best[below]) + float64(share*best[above])
	}
	return quantiles, nil
}

// MaxUtilityLoss returns the largest over the weights w of max_z w·z - max_y w·y, with y in f and
// z in the reference set z: what the user served worst loses by having f in place of z (Zintgraf
// et al. 2015). Smaller is better; negative if f is better for every weight. Otherwise as
// [ExpectedUtility].
func MaxUtilityLoss(f, z Front, w [][]float64, u ...Utility) (float64, error) {
	loss, err := utilityLosses(f, z, w, u)
	if err != nil {
		return 0, err
	}
	return finite("utility loss", slices.Max(loss))
}

// MeanUtilityLoss returns the mean over the weights w of max_z w·z - max_y w·y, the difference of the
// expected utilities of the reference set z and of f. Smaller is better; negative if f is better on
// average. Otherwise as [ExpectedUtility].
func MeanUtilityLoss(f, z Front, w [][]float64, u ...Utility) (float64, error) {
	loss, err := utilityLosses(f, z, w, u)
	if err != nil {
		return 0, err
	}
	return mean("utility loss", loss)
}

// MaxUtilityLossNormalized is [MaxUtilityLoss] with the loss at each weight divided by the difference
// between the best and the worst utility of all rows of both sets at that weight. It is at most
// 1, at least -1, and does not depend on the scale of the utility. Where all rows are equally good the
// loss is 0.
func MaxUtilityLossNormalized(f, z Front, w [][]float64, u ...Utility) (float64, error) {
	loss, err := utilityLosses(f, z, w, u)
	if err != nil {
		return 0, err
	}
	utility := utilityOf(u)
	most := -inf
	for i, weights := range w {
		lo, hi := inf, -inf
		for _, set := range []Front{f, z} {
			for k := range set.Len() {
				v := utility(weights, set.Row(k))
				lo, hi = min(lo, v), max(hi, v)
			}
		}
		if hi > lo {
			loss[i] /= hi - lo
		}
		most = max(most, loss[i])
	}
	return finite("normalised utility loss", most)
}

// linear reports whether u leaves the utility at w·y.
func linear(u []Utility) bool { return len(u) == 0 || u[0] == nil }

// utilityOf returns the first element of u, or w·y.
func utilityOf(u []Utility) Utility {
	if linear(u) {
		return dot
	}
	return u[0]
}

// dot returns w·y.
func dot(w, y []float64) float64 {
	y = y[:len(w)]
	u := 0.0
	for j, v := range w {
		u += float64(v * y[j]) // no fused multiply-add: equal on all machines
	}
	return u
}

// bestUtilities returns, per weight, the largest utility of a row of f.
func bestUtilities(f Front, w [][]float64, u []Utility) ([]float64, error) {
	if err := checkSet(f, "front"); err != nil {
		return nil, err
	}
	if err := checkPreferences(w, f.M, linear(u)); err != nil {
		return nil, err
	}
	utility := utilityOf(u)
	best := make([]float64, len(w))
	for i, weights := range w {
		best[i] = -inf
		for k := range f.Len() {
			best[i] = max(best[i], utility(weights, f.Row(k)))
		}
		if v := best[i]; v-v != 0 { // NaN or infinite
			return nil, notFinite("utility at the weights", i, -1, v)
		}
	}
	return best, nil
}

// checkPreferences returns an error if there are no weights, or one is not finite, or, if each has to
// fit m objectives, of another length.
func checkPreferences(w [][]float64, m int, fit bool) error {
	if len(w) == 0 {
		return errEmpty("weights")
	}
	for i, weights := range w {
		if fit {
			if err := checkLength("weights", i, len(weights), m); err != nil {
				return err
			}
		}
		if err := checkFinite("weights", i, weights); err != nil {
			return err
		}
	}
	return nil
}

// utilityLosses returns, per weight, what f is behind z.
func utilityLosses(f, z Front, w [][]float64, u []Utility) ([]float64, error) {
	if err := checkPair(f, z); err != nil {
		return nil, err
	}
	loss, err := bestUtilities(z, w, u)
	if err != nil {
		return nil, err
	}
	have, err := bestUtilities(f, w, u)
	if err != nil {
		return nil, err
	}
	for i, v := range have {
		loss[i] -= v
	}
	return loss, nil
}

// mean returns the mean of values, of which there is at least one.
func mean(what string, values []float64) (float64, error) {
	var total neumaier
	for _, v := range values {
		total.add(v)
	}
	return finite(what, total.value()/float64(len(values)))
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
