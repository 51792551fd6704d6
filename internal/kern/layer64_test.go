package kern

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawLayer64 returns operands of a layer whose sums go beyond the bounds of its exponential function in places.
func drawLayer64(r *rand.Rand, in, n int) (x, w, y []float64) {
	for range in {
		x = append(x, r.NormFloat64()*math.Exp(4*r.Float64()))
	}
	for range in * n {
		w = append(w, r.NormFloat64()*math.Exp(4*r.Float64()))
	}
	y = make([]float64, (n+3)&^3)
	for j := range y {
		y[j] = r.NormFloat64()
	}
	return x, w, y
}

func TestLayer64AgreesOnAllPaths(t *testing.T) {
	defer func() { active = started }()
	rapid.Check(t, func(rt *rapid.T) {
		in, n := rapid.IntRange(1, 20).Draw(rt, "in"), rapid.IntRange(1, 20).Draw(rt, "n")
		x, w, y := drawLayer64(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)), in, n)
		if rapid.IntRange(0, 9).Draw(rt, "odd") == 0 {
			x[0] = rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e300, -1e300, 5e-324}).Draw(rt, "x")
		}
		want := slices.Clone(y)
		layer64Generic(x, w, want, n)
		for _, path := range Paths() {
			use(t, path)
			got := append(slices.Clone(y), guard)
			Layer64(x, w, got, n)
			if got[len(y)] != guard {
				rt.Fatalf("%s wrote behind the room for its outputs", path)
			}
			for j := range n {
				if math.Float64bits(got[j]) != math.Float64bits(want[j]) && !(math.IsNaN(got[j]) && math.IsNaN(want[j])) {
					rt.Fatalf("%s: unit %d: %v, generic %v", path, j, got[j], want[j])
				}
			}
		}
	})
}

// TestLayer64IsTheDefinition by the exponential function of package math, which is the same to the last bit where that is
// of the same source.
func TestLayer64IsTheDefinition(t *testing.T) {
	tolerance := 4e-16
	if runtime.GOARCH == "amd64" && slices.Contains(Paths(), "avx2") {
		tolerance = 0
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		in, n := 1+r.IntN(9), 1+r.IntN(9)
		x, w, y := drawLayer64(r, in, n)
		got := slices.Clone(y)
		Layer64(x, w, got, n)
		for j := range n {
			sum := 0.0
			for k := range x {
				sum += float64(x[k] * w[k*n+j])
			}
			if want := 2/(1+math.Exp(-(sum+y[j]))) - 1; !(math.Abs(got[j]-want) <= tolerance) {
				t.Fatalf("unit %d of a sum of %v gives %v, want %v", j, sum+y[j], got[j], want)
			}
		}
	}
}

func TestLayer64RefusesOperandsThatDoNotFit(t *testing.T) {
	f := func(n int) []float64 { return make([]float64, n) }
	wantPanics(t, map[string]func(){
		"kern: Layer64: 2 inputs, 3 units, 5 weights, room for 4 outputs": func() { Layer64(f(2), f(5), f(4), 3) },
		"kern: Layer64: 2 inputs, 3 units, 6 weights, room for 3 outputs": func() { Layer64(f(2), f(6), f(3), 3) },
		"kern: Layer64: 0 inputs, 3 units, 0 weights, room for 4 outputs": func() { Layer64(nil, nil, f(4), 3) },
		"kern: Layer64: 2 inputs, 0 units, 0 weights, room for 4 outputs": func() { Layer64(f(2), nil, f(4), 0) },
	})
}

func BenchmarkLayer64(b *testing.B) {
	x, w, y := drawLayer64(rand.New(rand.NewPCG(1, 1)), 5, 5)
	for b.Loop() {
		Layer64(x, w, y, 5)
	}
}
