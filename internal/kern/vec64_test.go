package kern

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// kernels64 are the float64 kernels on operands of one length.
var kernels64 = map[string]struct {
	operands int
	run      func(x [][]float64) float64
}{
	"Dot64":     {2, func(x [][]float64) float64 { return Dot64(x[0], x[1]) }},
	"Axpy64":    {2, func(x [][]float64) float64 { Axpy64(-0.3, x[0], x[1]); return 0 }},
	"DotAxpy64": {3, func(x [][]float64) float64 { return dotAxpy64(x[0], x[1], 0.7, x[2]) }},
	"Rotate64":  {2, func(x [][]float64) float64 { rotate64(0.8, -0.6, x[0], x[1]); return 0 }},
	"Rank2":     {3, func(x [][]float64) float64 { rank2(0.3, x[0], -1.7, x[1], x[2]); return 0 }},
	"AddRows64": {3, func(x [][]float64) float64 {
		for _, stride := range []int{1, 3, 5, 31, 32, 37, 70} {
			y := x[2][:max(0, min(stride, len(x[2]))-stride%3)]
			rows := len(x[0]) / stride
			AddRows64(x[1][:rows], x[0], stride, y)
		}
		return 0
	}},
	"Symmetric64": {3, func(x [][]float64) float64 {
		for _, n := range []int{1, 2, 5, 17, 40, 64} {
			if rows := min(n, len(x[0])/n); rows > 0 {
				Symmetric64(x[0], n, x[1][:rows], x[2][:rows])
			}
		}
		return 0
	}},
	"Rank2Upper64": {3, func(x [][]float64) float64 {
		for _, n := range []int{1, 2, 5, 17, 40, 64} {
			if rows := min(n, len(x[0])/n); rows > 0 {
				Rank2Upper64(x[1][:rows], x[2][:rows], x[0], n)
			}
		}
		return 0
	}},
	"Reflect64": {3, func(x [][]float64) float64 {
		for _, n := range []int{1, 2, 5, 17, 40, 64} {
			if count := len(x[0]) / n; count > 0 {
				Reflect64(x[0], count, n, x[1][:n-n/4], x[2][:n-n/4])
			}
		}
		return 0
	}},
	"Rotations64": {2, func(x [][]float64) float64 {
		for _, n := range []int{1, 3, 4, 15, 16, 23, 100} {
			if turns := min(len(x[0])/n-1, len(x[1])/2); turns >= 0 {
				Rotations64(x[1][:2*turns], x[0][:(turns+1)*n], n)
			}
		}
		return 0
	}},
}

// draw64 returns vectors in the midst of larger arrays whose guards are checked by the function returned.
func draw64(r *rand.Rand, operands, n int) (x [][]float64, guarded func() bool) {
	var whole [][]float64
	for range operands {
		w := make([]float64, n+2*guard)
		for j := range w {
			w[j] = r.NormFloat64()
		}
		whole = append(whole, w)
		x = append(x, w[guard:guard+n:guard+n])
	}
	before := make([][]float64, operands)
	for i := range whole {
		before[i] = slices.Clone(whole[i])
	}
	return x, func() bool {
		for i, w := range whole {
			if !slices.Equal(w[:guard], before[i][:guard]) || !slices.Equal(w[guard+n:], before[i][guard+n:]) {
				return false
			}
		}
		return true
	}
}

// TestFloat64KernelsAgreeOnAllPaths: to the last bit, and within the operands.
func TestFloat64KernelsAgreeOnAllPaths(t *testing.T) {
	defer func() { active = started }()
	for name, k := range kernels64 {
		t.Run(name, rapid.MakeCheck(func(rt *rapid.T) {
			n := size(rt, "n", 200)
			if rapid.IntRange(0, 9).Draw(rt, "long") == 0 {
				n = rapid.IntRange(2000, 9000).Draw(rt, "n")
			}
			seed := rapid.Uint64().Draw(rt, "seed")
			var want [][]float64
			var sum float64
			for _, path := range Paths() {
				use(t, path)
				x, guarded := draw64(rand.New(rand.NewPCG(seed, 0)), k.operands, n)
				got := k.run(x)
				if !guarded() {
					rt.Fatalf("%s wrote beside an operand of %d", path, n)
				}
				if path == "generic" {
					want, sum = x, got
					continue
				}
				for i := range x {
					for j := range x[i] {
						if math.Float64bits(x[i][j]) != math.Float64bits(want[i][j]) {
							rt.Fatalf("%s: operand %d, element %d: %v, generic %v", path, i, j, x[i][j], want[i][j])
						}
					}
				}
				if math.Float64bits(got) != math.Float64bits(sum) {
					rt.Fatalf("%s returns %v, generic %v", path, got, sum)
				}
			}
		}))
	}
}

// TestFloat64KernelsAreTheDefinition against one element after the other.
func TestFloat64KernelsAreTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 8, 9, 16, 33, 100} {
		x, _ := draw64(r, 3, n)
		a, b, z := x[0], x[1], x[2]
		near := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 1e-13*(1+math.Abs(want))) {
				t.Errorf("%s of %d: %v, want %v", what, n, got, want)
			}
		}
		sum := 0.0
		for i := range a {
			sum += a[i] * b[i]
		}
		near("Dot64", Dot64(a, b), sum)
		before := slices.Clone(z)
		near("DotAxpy64", dotAxpy64(a, b, 0.5, z), sum)
		for i := range z {
			near("DotAxpy64, z", z[i], before[i]+0.5*a[i])
		}
		before = slices.Clone(z)
		Axpy64(-2, a, z)
		for i := range z {
			near("Axpy64", z[i], before[i]-2*a[i])
		}
		before = slices.Clone(z)
		rank2(3, a, -1, b, z)
		for i := range z {
			near("Rank2", z[i], before[i]-3*a[i]+b[i])
		}
		if n%8 == 0 && n > 0 { // half of b as two rows
			before = slices.Clone(z)
			AddRows64([]float64{2, -3}, b, n/2, z[:n/2])
			for i := range z {
				want := before[i]
				if i < n/2 {
					want += 2*b[i] - 3*b[n/2+i]
				}
				near("AddRows64", z[i], want)
			}
			m, turned := slices.Clone(a), slices.Clone(a) // four rows
			Rotations64([]float64{0.8, 0.6, 0.6, -0.8, 0, 1}, m, n/4)
			for k, turn := range [][2]float64{{0.8, 0.6}, {0.6, -0.8}, {0, 1}} {
				for i := range n / 4 {
					x, y := &turned[(2-k)*n/4+i], &turned[(3-k)*n/4+i]
					*x, *y = turn[0]**x-turn[1]**y, turn[1]**x+turn[0]**y
				}
			}
			for i := range m {
				near("Rotations64", m[i], turned[i])
			}
		}
		if n == 100 { // a as 10 × 10
			x, y, m := b[:9], slices.Clone(b[10:19]), slices.Clone(a)
			Symmetric64(m, 10, x, y)
			for i := range y {
				want := b[10+i]
				for j := range x {
					want += m[min(i, j)*10+max(i, j)] * x[j]
				}
				near("Symmetric64", y[i], want)
			}
			Rank2Upper64(x, y, m, 10)
			for i := range m {
				want := a[i]
				if row, column := i/10, i%10; row <= column && column < 9 {
					want -= x[row]*y[column] + y[row]*x[column]
				}
				near("Rank2Upper64", m[i], want)
			}
			m = slices.Clone(a)
			Reflect64(m, 10, 10, x, y)
			for i := range m {
				want := a[i]
				if row, column := i/10, i%10; column < 9 {
					for k := range x {
						want -= a[row*10+k] * x[k] * y[column]
					}
				}
				near("Reflect64", m[i], want)
			}
		}
		p, q := slices.Clone(a), slices.Clone(b)
		rotate64(0.8, 0.6, p, q)
		for i := range p {
			near("Rotate64, x", p[i], 0.8*a[i]-0.6*b[i])
			near("Rotate64, y", q[i], 0.6*a[i]+0.8*b[i])
		}
	}
}

func TestShortFloat64OperandsPanic(t *testing.T) {
	f := func(n int) []float64 { return make([]float64, n) }
	wantPanics(t, map[string]func(){
		"kern: Dot64: lengths differ: len(x)=3 len(y)=4":                              func() { Dot64(f(3), f(4)) },
		"kern: Axpy64: lengths differ: len(x)=4 len(y)=3":                             func() { Axpy64(1, f(4), f(3)) },
		"kern: AddRows64: 2 rows of 3 numbers, 4 apart, in 6":                         func() { AddRows64(f(2), f(6), 4, f(3)) },
		"kern: AddRows64: 2 rows of 3 numbers, 2 apart, in 9":                         func() { AddRows64(f(2), f(9), 2, f(3)) },
		"kern: Symmetric64: 3 rows and columns, 3 apart, in 8":                        func() { Symmetric64(f(8), 3, f(3), f(3)) },
		"kern: Rank2Upper64: 3 rows and columns, 2 apart, in 9":                       func() { Rank2Upper64(f(3), f(3), f(9), 2) },
		"kern: Reflect64: 3 rows of 3 numbers, 3 apart, in 8":                         func() { Reflect64(f(8), 3, 3, f(3), f(3)) },
		"kern: Rotations64: 4 numbers of turns, a matrix of 8 numbers with 4 columns": func() { Rotations64(f(4), f(8), 4) },
	})
}

// wantPanics expects of each call the message by which it stands.
func wantPanics(t *testing.T, calls map[string]func()) {
	t.Helper()
	for want, call := range calls {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %q, want %q", got, want)
				}
			}()
			call()
		}()
	}
}

func TestFloat64KernelsDoNotAllocate(t *testing.T) {
	defer func() { active = started }()
	for _, path := range Paths() {
		use(t, path)
		for name, k := range kernels64 {
			x, _ := draw64(rand.New(rand.NewPCG(1, 1)), k.operands, 37)
			if n := testing.AllocsPerRun(20, func() { k.run(x) }); n != 0 {
				t.Errorf("%s on path %s: %g allocations", name, path, n)
			}
		}
	}
}
