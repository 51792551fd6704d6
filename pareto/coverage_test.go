package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFilterAgainstAndCoverageAreTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawnFront(t, 40, 6)
		n := rapid.IntRange(0, all.Len()).Draw(t, "rows of the first")
		a, b := Front{all.M, all.X[:n*all.M]}, Front{all.M, all.X[n*all.M:]}
		want, covered := []int{}, 0
		for i := range b.Len() {
			dominated, weakly := false, false
			for k := range a.Len() {
				dominated = dominated || Dominates(a.Row(k), b.Row(i))
				weakly = weakly || WeaklyDominates(a.Row(k), b.Row(i))
			}
			if !dominated {
				want = append(want, i)
			}
			if weakly {
				covered++
			}
			if by, err := DominatedBy(b.Row(i), a); err != nil || by != dominated {
				t.Fatalf("row %d: %v, %v", i, by, err)
			}
		}
		if got, err := FilterAgainst(b, a); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
		if b.Len() == 0 {
			return
		}
		if got, err := Coverage(a, b); err != nil || got != float64(covered)/float64(b.Len()) {
			t.Fatalf("coverage %v, %v; want %d of %d", got, err, covered, b.Len())
		}
	})
}

func TestCoverageBoundaries(t *testing.T) {
	a, b := mustFront(t, [][]float64{{1, 3}, {3, 1}}), mustFront(t, [][]float64{{1, 3}, {2, 2}, {0, 0}, {0, 0}})
	minimised := Options{Dir: []Direction{Minimise, Minimise}}
	for _, c := range []struct {
		name string
		a, b Front
		o    Options
		want float64
	}{
		{"copies count", a, b, Options{}, 0.75},
		{"not symmetric", b, a, Options{}, 0.5},
		{"minimised", b, a, minimised, 1},
		{"itself", a, a, Options{}, 1},
		{"an empty set", Front{}, a, Options{}, 0},
	} {
		if got, err := Coverage(c.a, c.b, c.o); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestCoverageErrors(t *testing.T) {
	nan, three := Front{2, []float64{1, 2, math.NaN(), 1}}, Front{3, []float64{1, 2, 3}}
	good := Front{2, []float64{1, 2}}
	for _, c := range []struct {
		name  string
		a, b  Front
		o     Options
		want  error
		input string
	}{
		{"NaN in the first", nan, good, Options{}, ErrNaN, "covering front"},
		{"NaN in the second", good, nan, Options{}, ErrNaN, "covered front"},
		{"other objectives", three, good, Options{}, ErrDimension, "covering front"},
		{"nothing to cover", good, Front{}, Options{}, ErrEmpty, "covered front"},
		{"directions", good, good, Options{Dir: []Direction{Minimise}}, ErrDimension, "directions"},
	} {
		_, err := Coverage(c.a, c.b, c.o)
		var at *InputError
		if !errors.Is(err, c.want) || !errors.As(err, &at) || at.Input != c.input {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for name, p := range map[string][]float64{"NaN": {math.NaN(), 1}, "length": {1}} {
		if _, err := DominatedBy(p, good); err == nil {
			t.Errorf("DominatedBy accepts a vector with a wrong %s", name)
		}
	}
}
