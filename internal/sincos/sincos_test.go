package sincos

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// nearest returns sine and cosine rounded from 400 bits.
func nearest(x float64) (sin, cos float64) {
	const prec = 400
	f := func(v float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(v) }
	// π from Machin's formula, 16 arctan(1/5) − 4 arctan(1/239).
	arctan := func(n int64) *big.Float {
		sum, power := f(0), new(big.Float).SetPrec(prec).Quo(f(1), f(float64(n)))
		for k := int64(0); k < 200; k++ {
			term := new(big.Float).SetPrec(prec).Quo(power, f(float64(2*k+1)))
			if k%2 == 0 {
				sum.Add(sum, term)
			} else {
				sum.Sub(sum, term)
			}
			power.Quo(power, f(float64(n*n)))
		}
		return sum
	}
	pi := new(big.Float).SetPrec(prec).Mul(f(16), arctan(5))
	pi.Sub(pi, new(big.Float).SetPrec(prec).Mul(f(4), arctan(239)))
	turns := new(big.Float).SetPrec(prec).Quo(f(x), new(big.Float).SetPrec(prec).Mul(f(2), pi))
	whole, _ := turns.Float64()
	r := new(big.Float).SetPrec(prec).Mul(f(2*math.Round(whole)), pi)
	r.Sub(f(x), r)
	s, c, term := f(0), f(0), f(1)
	for n := range 90 {
		sum := []*big.Float{c, s}[n%2]
		if n%4 < 2 {
			sum.Add(sum, term)
		} else {
			sum.Sub(sum, term)
		}
		term.Mul(term, r)
		term.Quo(term, f(float64(n+1)))
	}
	sin, _ = s.Float64()
	cos, _ = c.Float64()
	return sin, cos
}

func TestRoundedToNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name   string
		within float64
		n      int
	}{
		{"balanced pole", 0.05, 400},
		{"falling pole", 0.21, 400},
		{"a turn", math.Pi, 400},
		{"many turns", 1000, 400},
	} {
		wrong := 0
		for range c.n {
			x := (2*rng.Float64() - 1) * c.within
			sin, cos := Sincos(x)
			wantSin, wantCos := nearest(x)
			for _, d := range []float64{sin - wantSin, cos - wantCos} {
				if d == 0 {
					continue
				}
				wrong++
				if math.Abs(d) > 0x1p-52 {
					t.Errorf("%s: Sincos(%v) is %v, %v; want %v, %v", c.name, x, sin, cos, wantSin, wantCos)
				}
			}
		}
		if wrong > c.n/200 {
			t.Errorf("%s: %d of %d values are not the nearest", c.name, wrong, 2*c.n)
		}
	}
}

func TestSpecialArguments(t *testing.T) {
	same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b }
	for _, x := range []float64{0, math.Copysign(0, -1), 5e-324, -1e-300, math.Pi / 4, -math.Pi / 4, math.Pi / 2, math.Pi, -3 * math.Pi / 2, 1e5, 1e9, -1e300, math.Inf(1), math.NaN()} {
		sin, cos := Sincos(x)
		wantSin, wantCos := math.Sincos(x)
		if math.Abs(x) < reducible {
			wantSin, wantCos = nearest(x)
		}
		if x == 0 {
			wantSin = x
		}
		if !same(sin, wantSin) || !same(cos, wantCos) {
			t.Errorf("Sincos(%v) is %v, %v; want %v, %v", x, sin, cos, wantSin, wantCos)
		}
	}
}

// Symmetries hold bit for bit.
func TestSymmetry(t *testing.T) {
	for x := 0.0; x < 20; x += 0.0371 {
		s, c := Sincos(x)
		ns, nc := Sincos(-x)
		if ns != -s || nc != c {
			t.Fatalf("Sincos(%v) is %v, %v, of the negative %v, %v", x, s, c, ns, nc)
		}
	}
}

func BenchmarkSincos(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(float64) (float64, float64)
	}{{"nearest", Sincos}, {"math", math.Sincos}} {
		for _, within := range []float64{0.2, 3} {
			b.Run(c.name, func(b *testing.B) {
				x, sum := -within, 0.0
				for b.Loop() {
					s, co := c.f(x)
					sum += s + co
					if x += 0.001; x > within {
						x = -within
					}
				}
				_ = sum
			})
		}
	}
}

// TestCos: bit for bit the cosine of Sincos, in every quadrant, at its borders, and beyond the reduction.
func TestCos(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	check := func(x float64) {
		t.Helper()
		if _, want := Sincos(x); math.Float64bits(Cos(x)) != math.Float64bits(want) {
			t.Errorf("Cos(%v) = %v, want %v", x, Cos(x), want)
		}
	}
	for octant := range 32 {
		x := float64(octant) * math.Pi / 4
		for _, y := range []float64{x, math.Nextafter(x, -1), math.Nextafter(x, 99)} {
			check(y)
			check(-y)
		}
	}
	for range 20_000 {
		check(20 * (2*rng.Float64() - 1))
		check(1e6 * (2*rng.Float64() - 1))
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if !math.IsNaN(Cos(x)) {
			t.Errorf("Cos(%v) = %v", x, Cos(x))
		}
	}
}
