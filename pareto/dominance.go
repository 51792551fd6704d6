package pareto

import "math"

// Dominates reports whether a dominates b: a is nowhere worse and somewhere better, every
// objective maximised. It is a strict partial order: irreflexive, asymmetric, transitive. There
// is no tolerance; -0 equals +0; a vector with a NaN neither dominates nor is dominated, nor do
// vectors of different lengths. O(m).
func Dominates(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	better := false
	for j, v := range a {
		if !(v >= b[j]) {
			return false
		}
		if v > b[j] {
			better = true
		}
	}
	return better
}

// WeaklyDominates reports whether a is nowhere worse than b, every objective maximised; equal
// vectors weakly dominate each other. Otherwise as [Dominates].
func WeaklyDominates(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for j, v := range a {
		if !(v >= b[j]) {
			return false
		}
	}
	return true
}

// StronglyDominates reports whether a is better than b in every objective, all maximised.
// Otherwise as [Dominates].
func StronglyDominates(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for j, v := range a {
		if !(v > b[j]) {
			return false
		}
	}
	return len(a) > 0
}

// DominatedBy reports whether a row of f dominates p; a copy does not. Objectives are maximised unless
// Options.Dir says otherwise. Errors: ErrNaN, ErrInf, ErrDimension for p ("vector") and for f, Options.Ctx.
// O(n·m).
func DominatedBy(p []float64, f Front, o ...Options) (bool, error) {
	opt, err := option(o)
	if err != nil {
		return false, err
	}
	if err := f.Validate(); err != nil {
		return false, err
	}
	if err := checkFinite("vector", -1, p); err != nil {
		return false, err
	}
	if f.Len() == 0 {
		return false, nil
	}
	if err := checkLength("vector", -1, len(p), f.M); err != nil {
		return false, err
	}
	if err := opt.checkDir(f.M); err != nil {
		return false, err
	}
	for i := range f.Len() {
		if err := cancelled(opt.Ctx, i); err != nil {
			return false, err
		}
		below, equal := true, true
		for j, v := range f.Row(i) {
			u := opt.minimised(j, p[j])
			v = opt.minimised(j, v)
			below = below && v <= u
			equal = equal && v == u
		}
		if below && !equal {
			return true, nil
		}
	}
	return false, nil
}

// weaklyBelow reports whether a is nowhere above b: weak dominance when minimising. All values are
// finite and no zero is negative; b must not be shorter than a. It takes the sign of each
// difference, which rounding does not change, instead of a branch that cannot be foreseen.
func weaklyBelow(a, b []float64) bool {
	b = b[:len(a)]
	var signs uint64
	for j, v := range a {
		signs |= math.Float64bits(b[j] - v)
	}
	return signs>>63 == 0
}

// stronglyBelow reports whether a is below b in every objective: strong dominance when minimising. b must
// not be shorter than a.
func stronglyBelow(a, b []float64) bool {
	for j, v := range a {
		if !(v < b[j]) {
			return false
		}
	}
	return true
}
