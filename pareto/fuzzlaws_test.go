package pareto

import (
	"errors"
	"slices"
	"testing"
)

// law is an indicator of a set s against a set z, and what holds of it for all sets.
type law struct {
	name    string
	measure func(s, z Front) (float64, error)
	better  int     // 1 if one more row of s never makes it smaller, -1 if never larger, 0 if rounding can
	slack   float64 // relative, for indicators that are sums
	weakly  bool    // whether a dominated row of s changes nothing
}

var laws = []law{
	{"additive epsilon", EpsAdditive, -1, 0, true},
	{"multiplicative epsilon", func(s, z Front) (float64, error) { return EpsMultiplicative(s, z) }, -1, 0, true},
	{"IGD", func(s, z Front) (float64, error) { return IGD(s, z) }, -1, 1e-12, false},
	{"largest IGD", func(s, z Front) (float64, error) { return IGD(s, z, inf) }, -1, 0, false},
	{"IGD+", func(s, z Front) (float64, error) { return IGDPlus(s, z) }, -1, 1e-12, true},
	{"largest IGD+", func(s, z Front) (float64, error) { return IGDPlus(s, z, inf) }, -1, 0, true},
	{"smallest utility", func(s, _ Front) (float64, error) { return MinUtility(s, Lattice(s.M, 2)) }, 1, 0, true},
	{"expected utility", func(s, _ Front) (float64, error) { return ExpectedUtility(s, Lattice(s.M, 2)) }, 0, 0, true},
	{"largest utility loss", func(s, z Front) (float64, error) { return MaxUtilityLoss(s, z, Lattice(s.M, 2)) }, -1, 0, true},
	{"mean utility loss", func(s, z Front) (float64, error) { return MeanUtilityLoss(s, z, Lattice(s.M, 2)) }, 0, 0, true},
	{"coverage", func(s, z Front) (float64, error) { return Coverage(s, z) }, 1, 0, true},
	{"R2", func(s, z Front) (float64, error) {
		ideal, err := Ideal(z)
		if err != nil {
			return 0, err
		}
		return R2(s, ideal, Lattice(s.M, 2))
	}, -1, 1e-12, false},
	{"hypervolume", func(s, z Front) (float64, error) {
		nadir, err := Nadir(z)
		if err != nil {
			return 0, err
		}
		return Hypervolume(s, nadir, Options{MaxWork: 100_000})
	}, 1, 1e-9, false},
}

// checkLaws: the order and the copies of the rows of s change no bit, one more row never makes it worse, and
// a dominated one, where the indicator does not see it, changes no bit either.
func checkLaws(t *testing.T, s, z Front) {
	t.Helper()
	if s.Len() == 0 || z.Len() == 0 || s.Validate() != nil || z.Validate() != nil {
		return
	}
	backwards := s.Select(nil)
	for i := s.Len() - 1; i >= 0; i-- {
		backwards = backwards.Append(s.Row(i))
	}
	twice := Front{s.M, slices.Concat(s.X, s.X)}
	nadir, _ := Nadir(s)
	padded := Front{s.M, slices.Concat(s.X, nadir)}
	more := Front{s.M, slices.Concat(s.X, z.Row(z.Len()-1))}
	for _, l := range laws {
		v, err := l.measure(s, z)
		if err != nil {
			continue // FuzzIndicators looks at the kind
		}
		same := []Front{backwards, twice}
		if l.weakly {
			same = append(same, padded)
		}
		for _, other := range same {
			w, err := l.measure(other, z)
			if err != nil && !errors.Is(err, ErrInf) && !errors.Is(err, ErrBudget) || err == nil && w != v && !(l.slack > 0 && relative(w, v) <= l.slack) {
				t.Fatalf("%s: %v of %v, but %v (%v) of %v, against %v", l.name, v, s, w, err, other, z)
			}
		}
		w, err := l.measure(more, z)
		if err == nil && float64(l.better)*(w-v) < -l.slack*max(v, -v, w, -w) {
			t.Fatalf("%s: %v of %v, but %v of %v, against %v", l.name, v, s, w, more, z)
		}
	}
	doubled := func(f Front) Front {
		f = f.Select(indices(f.Len()))
		for k := range f.X {
			f.X[k] *= 2
		}
		return f
	}
	v, err := EpsAdditive(s, z)
	if w, err2 := EpsAdditive(doubled(s), doubled(z)); err == nil && err2 == nil && w != 2*v {
		t.Fatalf("additive epsilon: %v of %v against %v, but %v of twice that", v, s, z, w)
	}
	if v, err := EpsAdditive(s, s); err == nil && v != 0 {
		t.Fatalf("additive epsilon: %v of %v against itself", v, s)
	}
	if v, err := Coverage(s, s); err != nil || v != 1 {
		t.Fatalf("coverage: %v (%v) of %v against itself", v, err, s)
	}
	if v, err := IGD(s, s); err != nil || v != 0 {
		t.Fatalf("IGD: %v (%v) of %v against itself", v, err, s)
	}
}
