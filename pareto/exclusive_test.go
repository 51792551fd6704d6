package pareto

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestExclusiveIsWhatIsGained(t *testing.T) {
	var w Workspace
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(24, 1, 10, 6).Draw(t, "front")
		ref, p := make([]float64, f.M), make([]float64, f.M)
		for j := range p {
			p[j] = float64(rapid.IntRange(-1, 6).Draw(t, "value"))
		}
		got, err := w.Exclusive(p, f, ref)
		if want := hv(t, f.Append(p), ref) - hv(t, f, ref); err != nil || got != want {
			t.Fatalf("integers: %v, %v; want exactly %v", got, err, want)
		}

		f = realFront(40, 9).Draw(t, "front")
		if f.Len() == 0 {
			return
		}
		ref, p = make([]float64, f.M), f.Row(f.Len()-1)
		f.X = f.X[:len(f.X)-f.M]
		got, err = w.Exclusive(p, f, ref)
		all := hv(t, f.Append(p), ref)
		if want := all - hv(t, f, ref); err != nil || math.Abs(got-want) > 1e-12*all {
			t.Fatalf("reals: %v, %v; want %v of %v", got, err, want, all)
		}
	})
}

func TestExclusiveErrors(t *testing.T) {
	f, ref := Front{2, []float64{1, 2}}, []float64{0, 0}
	for _, c := range []struct {
		name string
		p    []float64
		ref  []float64
		want error
	}{
		{"NaN in the row", []float64{1, math.NaN()}, ref, ErrNaN},
		{"infinity in the row", []float64{math.Inf(1), 1}, ref, ErrInf},
		{"short row", []float64{1}, ref, ErrDimension},
		{"short reference", []float64{1, 1}, []float64{0}, ErrDimension},
		{"an area beyond float64", []float64{1e300, 1e300}, ref, ErrInf},
	} {
		if got, err := Exclusive(c.p, f, c.ref); got != 0 || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if got, err := Exclusive([]float64{2, 3}, Front{}, []float64{0, 1}); err != nil || got != 4 {
		t.Errorf("no rows: %v, %v; want 4", got, err)
	}
}
