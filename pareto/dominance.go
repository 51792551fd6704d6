package pareto

import "fmt"

// Dominates reports whether a dominates b: a is nowhere worse and somewhere better, every
// objective maximised. It is a strict partial order: irreflexive, asymmetric, transitive. There
// is no tolerance; -0 equals +0; a vector with a NaN neither dominates nor is dominated. It
// panics if the lengths differ. O(m).
func Dominates(a, b []float64) bool {
	sameLength("Dominates", a, b)
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
	sameLength("WeaklyDominates", a, b)
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
	sameLength("StronglyDominates", a, b)
	for j, v := range a {
		if !(v > b[j]) {
			return false
		}
	}
	return len(a) > 0
}

func sameLength(function string, a, b []float64) {
	if len(a) != len(b) {
		panic(fmt.Sprintf("pareto: %s of vectors of %d and %d objectives", function, len(a), len(b)))
	}
}

// weaklyBelow reports whether a is nowhere above b: weak dominance when minimising. b must not
// be shorter than a.
func weaklyBelow(a, b []float64) bool {
	b = b[:len(a)]
	for j, v := range a {
		if v > b[j] {
			return false
		}
	}
	return true
}
