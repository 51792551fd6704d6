package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSpacingAndSpreadByHand(t *testing.T) {
	even := Front{2, []float64{0, 3, 1, 2, 2, 1, 3, 0}}
	uneven := Front{2, []float64{3, 0, 0, 4, 1, 3}} // gaps along it: √2, √13
	a, b := math.Sqrt2, math.Sqrt(13)
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"spacing of even gaps", func() (float64, error) { return Spacing(even) }, 0},
		{"spacing of one row", func() (float64, error) { return Spacing(even.Select([]int{0})) }, 0},
		{"spacing of two rows", func() (float64, error) { return Spacing(even.Select([]int{0, 3})) }, 0},
		{"spacing", func() (float64, error) { return Spacing(uneven) }, math.Sqrt(3)}, // gaps 5, 2, 2
		{"spacing, divided by n", func() (float64, error) { return SpacingPopulation(uneven) }, math.Sqrt2},
		{"spread from end to end", func() (float64, error) { return Spread(even, even) }, 0},
		{"spread", func() (float64, error) { return Spread(uneven, even) }, (1 + (b - a)) / (1 + a + b)},
		{"spread of one row", func() (float64, error) { return Spread(even.Select([]int{1}), even) }, 1},
		{"spread of the one row there is", func() (float64, error) { return Spread(Front{2, []float64{1, 1}}, Front{2, []float64{1, 1}}) }, 0},
		{"generalised spread from end to end", func() (float64, error) { return GeneralizedSpread(even, even) }, 0},
		{"generalised spread", func() (float64, error) { return GeneralizedSpread(uneven, even) },
			(1 + 2*((b+2*a)/3-a) + (b - (b+2*a)/3)) / (1 + b + 2*a)},
		{"generalised spread of one row", func() (float64, error) { return GeneralizedSpread(even.Select([]int{1}), even) }, 1},
	} {
		if got, err := c.got(); err != nil || !(math.Abs(got-c.want) < 1e-15) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if _, err := Spacing(Front{}); !errors.Is(err, ErrEmpty) {
		t.Errorf("spacing of no rows: %v", err)
	}
	space := Front{3, []float64{1, 2, 3}}
	if _, err := Spread(space, space); !errors.Is(err, ErrDimension) {
		t.Errorf("spread in space: %v", err)
	}
}

// TestNeighboursAreNearest compares the tree with all rows, bit for bit, for every gauge.
func TestNeighboursAreNearest(t *testing.T) {
	gauges := map[string]gauge{"euclidean": euclidean, "shortfall": shortfall, "excess": excess, "manhattan": manhattan}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(realFront(200, 6), integerFront(60, 1, 3, 3)).Draw(t, "front")
		g := gauges[rapid.SampledFrom([]string{"euclidean", "shortfall", "excess", "manhattan"}).Draw(t, "gauge")]
		tree := newNeighbours(f, g)
		for i := range f.Len() {
			a := slices.Clone(f.Row((i + 1) % f.Len()))
			a[0] += rapid.Float64Range(-1, 1).Draw(t, "shift")
			nearest, other := inf, inf
			for k := range f.Len() {
				d := g.rows(a, f.Row(k), inf, -inf)
				if nearest = min(nearest, d); k != i {
					other = min(other, d)
				}
			}
			if got := tree.distance(a, -1, -inf); got != nearest {
				t.Fatalf("from %v: %v, want %v", a, got, nearest)
			}
			if got := tree.distance(a, i, -inf); got != other {
				t.Fatalf("from %v without row %d: %v, want %v", a, i, got, other)
			}
			enough := rapid.Float64Range(0, 2).Draw(t, "enough")
			if got := tree.distance(a, -1, enough); got != nearest && !(nearest <= enough && got <= enough) {
				t.Fatalf("from %v: %v where %v is enough, nearest %v", a, got, enough, nearest)
			}
		}
	})
}

// TestEpsilonIsTheDefinition compares with all pairs of rows, bit for bit.
func TestEpsilonIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(realFront(100, 6), integerFront(60, 1, 3, 9)).Filter(func(f Front) bool { return f.Len() > 1 }).Draw(t, "front")
		cut := rapid.IntRange(1, s.Len()-1).Draw(t, "cut")
		z := Front{s.M, s.X[cut*s.M:]}
		s.X = s.X[:cut*s.M]
		for k := range s.X { // positive, for ratios
			s.X[k] += 0.25
		}
		add, multiply := -inf, 0.0
		for i := range z.Len() {
			difference, ratio := inf, inf
			for k := range s.Len() {
				d, r := -inf, 0.0
				for j, v := range z.Row(i) {
					d, r = max(d, v-s.Row(k)[j]), max(r, v/s.Row(k)[j])
				}
				difference, ratio = min(difference, d), min(ratio, r)
			}
			add, multiply = max(add, difference), max(multiply, ratio)
		}
		if got, err := EpsAdditive(s, z); err != nil || got != add {
			t.Fatalf("additive: %v, %v; want %v", got, err, add)
		}
		if got, err := EpsMultiplicative(s, z); err == nil && got != multiply {
			t.Fatalf("multiplicative: %v, want %v", got, multiply)
		}
	})
}
