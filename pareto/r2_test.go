package pareto

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestR2OfGeneratedSets(t *testing.T) {
	var file struct {
		RelTol float64 `json:"rel_tol"`
		Cases  []struct {
			shape
			Ideal []float64
			Sense string
			Exact float64 `json:"r2_exact"`
		}
	}
	golden(t, "r2.json", &file)
	for _, c := range file.Cases {
		// R2 is a function of the distances from the ideal point: the same in both directions.
		f := c.inSense(t, c.Sense)
		if got, err := R2Exact(f, c.Ideal); err != nil || !(relative(got, c.Exact) <= file.RelTol) {
			t.Errorf("%v: %v, %v; want %v", c.shape, got, err, c.Exact)
		}
	}
}

func TestR2ByHand(t *testing.T) {
	f := Front{2, []float64{0, -4, -2, -1}}
	ideal := []float64{0, 0}
	w := [][]float64{{1, 0}, {0.5, 0.5}, {0, 1}}
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"Chebyshev", func() (float64, error) { return R2(f, ideal, w) }, (0. + 1 + 1) / 3},
		{"sums", func() (float64, error) { return R2Sum(f, ideal, w) }, (0. + 1.5 + 1) / 3},
		{"exact, one row", func() (float64, error) { return R2Exact(Front{2, []float64{-2, -3}}, ideal) }, 1.9},
		{"exact, copies", func() (float64, error) { return R2Exact(Front{2, []float64{-2, -3, -2, -3}}, ideal) }, 1.9},
		{"exact, a row on an axis", func() (float64, error) { return R2Exact(Front{2, []float64{0, -3}}, ideal) }, 1.5},
		{"exact, the ideal point", func() (float64, error) { return R2Exact(Front{2, []float64{0, 0, -1, -1}}, ideal) }, 0},
		{"exact, what exceeds the ideal point is a loss too", func() (float64, error) { return R2Exact(Front{2, []float64{2, 3}}, ideal) }, 1.9},
	} {
		if got, err := c.got(); err != nil || !(math.Abs(got-c.want) < 1e-15) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

// TestR2ExactIsTheLimit compares with R2 on a fine grid of weights, and the sums with the expected utility.
func TestR2ExactIsTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(realFront(12, 2), integerFront(12, 2, 2, 6)).Filter(func(f Front) bool { return f.Len() > 0 }).Draw(t, "front")
		ideal := []float64{7, 21}
		exact, err := R2Exact(f, ideal)
		if err != nil {
			t.Fatal(err)
		}
		const n = 2000
		w := newRows(n, 2)
		for i := range w {
			w[i][0] = (float64(i) + 0.5) / n
			w[i][1] = 1 - w[i][0]
		}
		discrete, err := R2(f, ideal, w)
		if err != nil || math.Abs(discrete-exact) > 1e-4*(1+exact) {
			t.Fatalf("%v by integral, %v, %v by %d weights", exact, discrete, err, n)
		}
	})
}

func TestR2Errors(t *testing.T) {
	f, w := Front{2, []float64{1, 2}}, [][]float64{{0.5, 0.5}}
	for _, c := range []struct {
		name string
		call func() (float64, error)
		want error
	}{
		{"no rows", func() (float64, error) { return R2(Front{}, nil, w) }, ErrEmpty},
		{"no weights", func() (float64, error) { return R2(f, []float64{1, 2}, nil) }, ErrEmpty},
		{"short weights", func() (float64, error) { return R2Sum(f, []float64{1, 2}, [][]float64{{1}}) }, ErrDimension},
		{"short ideal", func() (float64, error) { return R2(f, []float64{1}, w) }, ErrDimension},
		{"NaN in ideal", func() (float64, error) { return R2Exact(f, []float64{1, math.NaN()}) }, ErrNaN},
		{"beyond float64", func() (float64, error) { return R2(Front{2, []float64{-1.7e308, 0}}, []float64{1.7e308, 0}, w) }, ErrInf},
		{"exact beyond float64", func() (float64, error) {
			return R2Exact(Front{2, []float64{-1.7e308, -1.7e308}}, []float64{1.7e308, 1.7e308})
		}, ErrInf},
		{"exact in space", func() (float64, error) { return R2Exact(Front{3, []float64{1, 2, 3}}, []float64{1, 2, 3}) }, ErrDimension},
	} {
		if v, err := c.call(); !errors.Is(err, c.want) || v != 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, v, err, c.want)
		}
	}
}
