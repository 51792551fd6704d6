package kern

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPad(t *testing.T) {
	for _, c := range []struct{ n, want int }{{0, 0}, {1, 16}, {15, 16}, {16, 16}, {17, 32}, {64, 64}} {
		if got := Pad(c.n); got != c.want {
			t.Errorf("Pad(%d) = %d, want %d", c.n, got, c.want)
		}
	}
}

func TestSelect(t *testing.T) {
	defer func() { active = started }()
	for _, path := range Paths() {
		if err := Select(path); err != nil {
			t.Fatal(err)
		}
		class := map[string]string{"generic": "generic", "avx2": "simd", "avx512": "simd"}[path]
		if Path() != path || Class() != class {
			t.Errorf("after Select(%q): path %q, class %q", path, Path(), Class())
		}
	}
	if err := Select("generic"); err != nil {
		t.Fatal(err)
	}
	if err := Select("sse9"); err == nil || err.Error() != `unknown kernel path "sse9": use auto, generic, avx2 or avx512` {
		t.Errorf("Select of an unknown path: %v", err)
	}
	if Path() != "generic" {
		t.Errorf("a failed Select changed the path to %q", Path())
	}
	if err := Select("auto"); err != nil || active != started {
		t.Errorf("Select(auto): path %q, error %v", Path(), err)
	}
}

// The program's first path comes from the environment; what cannot be had is an
// error which names the variable and the remedy, and leaves the fastest path.
func TestStart(t *testing.T) {
	if err := StartError(); err != nil {
		t.Errorf("these tests run with %s set to what cannot be had: %v", Variable, err)
	}
	for _, path := range Paths() {
		if p, err := start(path); err != nil || pathNames[p] != path {
			t.Errorf("%s=%s: path %q, error %v", Variable, path, pathNames[p], err)
		}
	}
	for _, variable := range []string{"", "auto"} {
		if p, err := start(variable); err != nil || p != best() {
			t.Errorf("%s=%q: path %q, error %v", Variable, variable, pathNames[p], err)
		}
	}
	for _, variable := range []string{"AVX2", "sse9", " generic"} {
		p, err := start(variable)
		want := "environment variable PARETOLAB_KERNEL: unknown kernel path \"" + variable + "\": use auto, generic, avx2 or avx512"
		if p != best() || err == nil || err.Error() != want {
			t.Errorf("%s=%q: path %q, error %v, want %s", Variable, variable, pathNames[p], err, want)
		}
	}
}

// A case is a kernel applied to operands of one shape. Its run function must
// touch nothing but the operands, and not beyond their ends.
type kernelCase struct {
	sizes []int // length of each operand
	run   func(x [][]float32) float64
}

// kernels draw a case of each kernel of the package, over shapes with one row,
// odd and prime sizes, empty operands, row gaps and every stride of A.
var kernels = map[string]func(t *rapid.T) kernelCase{
	"Gemm": func(t *rapid.T) kernelCase {
		m, n, k := size(t, "m", 70), 16*size(t, "n/16", 9), size(t, "k", 70)
		if rapid.IntRange(0, 9).Draw(t, "long k") == 0 {
			k = rapid.IntRange(500, 1100).Draw(t, "k")
		}
		rs, cs := k+gap(t, "A"), 1
		switch rapid.SampledFrom([]string{"rows", "transposed", "scalar", "gaps"}).Draw(t, "layout of A") {
		case "transposed":
			rs, cs = 1, m+gap(t, "Aᵀ")
		case "scalar":
			rs, cs = 0, 0
		case "gaps":
			rs, cs = 3*k+1, 3
		}
		ldb, ldc, ldi := n+gap(t, "B"), n+gap(t, "C"), n+gap(t, "Init")
		init := rapid.SampledFrom([]string{"none", "bias", "matrix", "C"}).Draw(t, "init")
		if init == "bias" {
			ldi = 0
		}
		return kernelCase{
			[]int{max(0, (m-1)*rs+(k-1)*cs+1), max(0, (k-1)*ldb+n), max(0, (m-1)*ldc+n), max(0, (m-1)*ldi+n)},
			func(x [][]float32) float64 {
				a, b, c, add := x[0], x[1], x[2], x[3]
				switch init {
				case "none":
					add = nil
				case "C":
					add, ldi = c, ldc
				}
				Gemm(m, n, k, a, rs, cs, b, ldb, c, ldc, add, ldi)
				return 0
			},
		}
	},
	"ColSum": func(t *rapid.T) kernelCase {
		rows, cols := size(t, "rows", 600), 16*size(t, "cols/16", 9)
		lda := cols + gap(t, "A")
		return kernelCase{[]int{cols, max(0, (rows-1)*lda+cols)}, func(x [][]float32) float64 {
			ColSum(x[0], x[1], rows, cols, lda)
			return 0
		}}
	},
	"Transpose": func(t *rapid.T) kernelCase {
		rows, cols := size(t, "rows", 70), size(t, "cols", 70)
		lds, ldd := cols+gap(t, "source"), rows+gap(t, "target")
		return kernelCase{[]int{max(0, (cols-1)*ldd+rows), max(0, (rows-1)*lds+cols)}, func(x [][]float32) float64 {
			Transpose(x[0], ldd, x[1], lds, rows, cols)
			return 0
		}}
	},
	"Tanh": vector(1, func(x [][]float32) float64 { Tanh(x[0]); return 0 }),
	"TanhGrad": vector(2, func(x [][]float32) float64 {
		TanhGrad(x[0], x[1])
		return 0
	}),
	"ReLU": vector(1, func(x [][]float32) float64 { ReLU(x[0]); return 0 }),
	"ReLUGrad": vector(2, func(x [][]float32) float64 {
		ReLUGrad(x[0], x[1])
		return 0
	}),
	"Adam": vector(4, func(x [][]float32) float64 {
		Adam(x[0], x[1], x[2], x[3], 0.7, 0.9, 0.999, 3e-4, 1e-8)
		return 0
	}),
	"SumSq": vector(1, func(x [][]float32) float64 { return SumSq(x[0]) }),
	"Dot":   vector(2, func(x [][]float32) float64 { return Dot(x[0], x[1]) }),
	"Axpy": vector(2, func(x [][]float32) float64 {
		Axpy(-0.3, x[0], x[1])
		return 0
	}),
}

func vector(operands int, run func(x [][]float32) float64) func(t *rapid.T) kernelCase {
	return func(t *rapid.T) kernelCase {
		n := size(t, "n", 100)
		if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
			n = rapid.IntRange(4000, 9000).Draw(t, "n")
		}
		sizes := make([]int, operands)
		for i := range sizes {
			sizes[i] = n
		}
		return kernelCase{sizes, run}
	}
}

func size(t *rapid.T, name string, most int) int {
	return rapid.OneOf(rapid.SampledFrom([]int{0, 1, 2, 3, 5, 7, 8}), rapid.IntRange(0, most)).Draw(t, name)
}

func gap(t *rapid.T, name string) int {
	return rapid.SampledFrom([]int{0, 0, 1, 13, 16}).Draw(t, "gap in "+name)
}

// values returns n variates; if special, some are what arithmetic trips over.
func values(r *rand.Rand, n int, special bool) []float32 {
	inf := float32(math.Inf(1))
	odd := []float32{0, float32(math.Copysign(0, -1)), 1e-45, -3e-40, math.MaxFloat32, -math.MaxFloat32,
		inf, -inf, float32(math.NaN()), math.Float32frombits(0xffc01234), 1e30, -1e-30, 8, -8, 9}
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
		if special && r.IntN(8) == 0 {
			x[i] = odd[r.IntN(len(odd))]
		}
	}
	return x
}

// guard surrounds every operand; a kernel must not change it.
const guard = 33

// apply runs the case on a path over a copy of the operands, in the midst of
// larger arrays, and returns the operands after the run.
func (c kernelCase) apply(t testing.TB, path string, operands [][]float32) ([][]float32, float64) {
	use(t, path)
	whole, x := make([][]float32, len(operands)), make([][]float32, len(operands))
	for i, op := range operands {
		whole[i] = make([]float32, len(op)+2*guard)
		for j := range whole[i] {
			whole[i][j] = float32(j)
		}
		x[i] = whole[i][guard : guard+len(op) : guard+len(op)]
		copy(x[i], op)
	}
	result := c.run(x)
	for i, w := range whole {
		for j := range w {
			if (j < guard || j >= len(w)-guard) && w[j] != float32(j) {
				t.Fatalf("%s: operand %d of %d values was written at %d", path, i, len(x[i]), j-guard)
			}
		}
	}
	return x, result
}

// draw fills the operands of the case.
func (c kernelCase) draw(t *rapid.T, special bool) [][]float32 {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	x := make([][]float32, len(c.sizes))
	for i, n := range c.sizes {
		x[i] = values(r, n, special)
	}
	return x
}

// The promise of class "simd": the same bits, NaN and all.
func TestAVX2AndAVX512GiveTheSameBits(t *testing.T) {
	if len(Paths()) < 3 {
		t.Skip("needs a CPU with AVX-512 and a build with assembly")
	}
	defer func() { active = started }()
	for name, kernel := range kernels {
		t.Run(name, rapid.MakeCheck(func(rt *rapid.T) {
			c := kernel(rt)
			x := c.draw(rt, rapid.Bool().Draw(rt, "special values"))
			y, r := c.apply(t, "avx2", x)
			z, s := c.apply(t, "avx512", x)
			for i := range y {
				for j := range y[i] {
					if math.Float32bits(y[i][j]) != math.Float32bits(z[i][j]) {
						rt.Fatalf("operand %d, element %d: avx2 %x (%g), avx512 %x (%g)", i, j,
							math.Float32bits(y[i][j]), y[i][j], math.Float32bits(z[i][j]), z[i][j])
					}
				}
			}
			if math.Float64bits(r) != math.Float64bits(s) {
				rt.Fatalf("avx2 returns %x (%g), avx512 %x (%g)", math.Float64bits(r), r, math.Float64bits(s), s)
			}
		}))
	}
}

// Kernels without rounding, or with sums in float64 of exact products, agree on
// all paths. Only which NaN comes out may differ.
func TestExactKernelsAgreeOnAllPaths(t *testing.T) {
	defer func() { active = started }()
	for _, name := range []string{"Transpose", "ReLU", "ReLUGrad", "SumSq", "Dot"} {
		for _, path := range Paths() {
			t.Run(name+"/"+path, rapid.MakeCheck(func(rt *rapid.T) {
				c := kernels[name](rt)
				x := c.draw(rt, rapid.Bool().Draw(rt, "special values"))
				want, r := c.apply(t, "generic", x)
				got, s := c.apply(t, path, x)
				for i := range want {
					for j := range want[i] {
						if math.Float32bits(got[i][j]) != math.Float32bits(want[i][j]) {
							rt.Fatalf("operand %d, element %d: %g, generic %g", i, j, got[i][j], want[i][j])
						}
					}
				}
				if math.Float64bits(r) != math.Float64bits(s) && !(math.IsNaN(r) && math.IsNaN(s)) {
					rt.Fatalf("returns %g, generic %g", s, r)
				}
			}))
		}
	}
}

// The plain path rounds each product, the assembly does not. Over random shapes
// an element of a product differs by at most 4·k·2⁻²⁴·Σ|ab|, Init being one more
// product, plus half a denormal for each product that underflows.
func TestPlainProductIsWithinTheTolerance(t *testing.T) {
	if len(Paths()) < 2 {
		t.Skip("needs a CPU with AVX2 and a build with assembly")
	}
	defer func() { active = started }()
	for _, path := range Paths()[1:] {
		t.Run(path, rapid.MakeCheck(func(rt *rapid.T) {
			m, n, k := size(rt, "m", 40), 16*size(rt, "n/16", 5), size(rt, "k", 600)
			scale := rapid.SampledFrom([]float32{1, 1e15, 1e-19, 1e-22}).Draw(rt, "scale") // products from 1e30 down to denormals
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
			a, b, init := values(r, m*k, false), values(r, k*n, false), values(r, m*n, false)
			for i := range a {
				a[i] *= scale
			}
			for i := range b {
				b[i] *= scale
			}
			for i := range init {
				init[i] *= scale * scale
			}
			product := kernelCase{[]int{m * k, k * n, m * n, m * n}, func(x [][]float32) float64 {
				Gemm(m, n, k, x[0], k, 1, x[1], n, x[2], n, x[3], n)
				return 0
			}}
			x := [][]float32{a, b, make([]float32, m*n), init}
			plain, _ := product.apply(t, "generic", x)
			fused, _ := product.apply(t, path, x)
			for i := range m {
				for j := range n {
					size := math.Abs(float64(init[i*n+j]))
					for p := range k {
						size += math.Abs(float64(a[i*k+p]) * float64(b[p*n+j]))
					}
					bound := 4*float64(k+1)*0x1p-24*size + float64(k+1)*0x1p-149
					if d := math.Abs(float64(plain[2][i*n+j]) - float64(fused[2][i*n+j])); !(d <= bound) {
						rt.Fatalf("element %d,%d: generic %g, %s %g, bound %g", i, j, plain[2][i*n+j], path, fused[2][i*n+j], bound)
					}
				}
			}
		}))
	}
}

// Infinities and NaN go the same way on every path, element by element, as long
// as no finite sum overflows.
func TestSpecialValuesAgreeOnAllPaths(t *testing.T) {
	defer func() { active = started }()
	for _, name := range []string{"Gemm", "ColSum", "Tanh", "TanhGrad", "Adam", "Axpy"} {
		for _, path := range Paths() {
			t.Run(name+"/"+path, rapid.MakeCheck(func(rt *rapid.T) {
				c := kernels[name](rt)
				x := c.draw(rt, true)
				for _, op := range x {
					for i, v := range op {
						if v := math.Abs(float64(v)); v > 1e9 && !math.IsInf(v, 0) {
							op[i] = 9
						}
					}
				}
				if name == "Adam" { // second moments have no sign
					for i, v := range x[3] {
						x[3][i] = float32(math.Abs(float64(v)))
					}
				}
				want, _ := c.apply(t, "generic", x)
				got, _ := c.apply(t, path, x)
				for i := range want {
					for j, w := range want[i] {
						g := got[i][j]
						special := w != w || math.IsInf(float64(w), 0)
						if g != g && w != w || g == w {
							continue
						}
						if special || g != g || math.IsInf(float64(g), 0) {
							rt.Fatalf("operand %d, element %d: %g, generic %g", i, j, g, w)
						}
					}
				}
			}))
		}
	}
}

// On single elements the plain path differs from the assembly by a few units in
// the last place of the terms: tanh by its two errors of approximation.
func TestPlainVectorKernelsAreWithinTheTolerance(t *testing.T) {
	defer func() { active = started }()
	const ulp = 0x1p-23
	for name, bound := range map[string]func(x [][]float32, j int) float64{
		"Tanh":     func([][]float32, int) float64 { return 4.5e-7 + 4.8e-7 },
		"TanhGrad": func(x [][]float32, j int) float64 { return 4 * ulp * math.Abs(float64(x[0][j])) * (1 + sq(x[1][j])) },
		"Axpy": func(x [][]float32, j int) float64 {
			return 2 * ulp * (math.Abs(float64(x[0][j])) + math.Abs(float64(x[1][j])))
		},
	} {
		for _, path := range Paths() {
			t.Run(name+"/"+path, rapid.MakeCheck(func(rt *rapid.T) {
				c := kernels[name](rt)
				x := c.draw(rt, false)
				want, _ := c.apply(t, "generic", x)
				got, _ := c.apply(t, path, x)
				for i := range want {
					for j := range want[i] {
						if d := math.Abs(float64(got[i][j]) - float64(want[i][j])); !(d <= bound(x, j)) {
							rt.Fatalf("operand %d, element %d: %g, generic %g, bound %g", i, j, got[i][j], want[i][j], bound(x, j))
						}
					}
				}
			}))
		}
	}
}

func sq(x float32) float64 { return float64(x) * float64(x) }

// The result for an element must not depend on its place in the vector: tails
// go through the same arithmetic as whole blocks.
func TestTailsAreNoDifferent(t *testing.T) {
	defer func() { active = started }()
	for _, name := range []string{"Tanh", "TanhGrad", "ReLU", "ReLUGrad", "Adam", "Axpy"} {
		for _, path := range Paths() {
			t.Run(name+"/"+path, rapid.MakeCheck(func(rt *rapid.T) {
				c := kernels[name](rt)
				x := c.draw(rt, false)
				n := len(x[0])
				if n == 0 {
					return
				}
				from := rapid.IntRange(0, n-1).Draw(rt, "from")
				to := rapid.IntRange(from, n).Draw(rt, "to")
				part := make([][]float32, len(x))
				for i := range x {
					part[i] = x[i][from:to]
				}
				whole, _ := c.apply(t, path, x)
				alone, _ := c.apply(t, path, part)
				for i := range alone {
					for j := range alone[i] {
						if math.Float32bits(alone[i][j]) != math.Float32bits(whole[i][from+j]) {
							rt.Fatalf("operand %d, element %d: %g in the whole, %g in a part", i, from+j, whole[i][from+j], alone[i][j])
						}
					}
				}
			}))
		}
	}
}

func TestShortOperandsPanic(t *testing.T) {
	f := func(n int) []float32 { return make([]float32, n) }
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"Gemm, n not padded", "kern: Gemm: illegal shape m=2 n=3 k=4", func() { Gemm(2, 3, 4, f(99), 4, 1, f(99), 3, f(99), 3, nil, 0) }},
		{"Gemm, negative", "kern: Gemm: illegal shape m=-1", func() { Gemm(-1, 16, 4, f(99), 4, 1, f(99), 16, f(99), 16, nil, 0) }},
		{"Gemm, A", "kern: Gemm: A is 2×4 with strides rs=4 cs=1, but len(a)=7", func() { Gemm(2, 16, 4, f(7), 4, 1, f(64), 16, f(32), 16, nil, 0) }},
		{"Gemm, A transposed", "kern: Gemm: A is 2×4 with strides rs=1 cs=2, but len(a)=7", func() { Gemm(2, 16, 4, f(7), 1, 2, f(64), 16, f(32), 16, nil, 0) }},
		{"Gemm, B", "kern: Gemm: B is 4×16 with ldb=16, but len(b)=63", func() { Gemm(2, 16, 4, f(8), 4, 1, f(63), 16, f(32), 16, nil, 0) }},
		{"Gemm, C", "kern: Gemm: C is 2×16 with ldc=16, but len(c)=31", func() { Gemm(2, 16, 4, f(8), 4, 1, f(64), 16, f(31), 16, nil, 0) }},
		{"Gemm, rows of C overlap", "kern: Gemm: C is 2×16 with ldc=8, but len(c)=32", func() { Gemm(2, 16, 4, f(8), 4, 1, f(64), 16, f(32), 8, nil, 0) }},
		{"Gemm, bias", "kern: Gemm: Init is 2×16 with ldi=0, but len(init)=15", func() { Gemm(2, 16, 4, f(8), 4, 1, f(64), 16, f(32), 16, f(15), 0) }},
		{"ColSum, not padded", "kern: ColSum: illegal shape 2×3", func() { ColSum(f(3), f(6), 2, 3, 3) }},
		{"ColSum, dst", "kern: ColSum: 16 columns, but len(dst)=15", func() { ColSum(f(15), f(32), 2, 16, 16) }},
		{"ColSum, A", "kern: ColSum: A is 2×16 with lda=16, but len(a)=31", func() { ColSum(f(16), f(31), 2, 16, 16) }},
		{"Transpose, source", "kern: Transpose: source is 2×3 with lds=3, but len(src)=5", func() { Transpose(f(6), 2, f(5), 3, 2, 3) }},
		{"Transpose, target", "kern: Transpose: target is 3×2 with ldd=2, but len(dst)=5", func() { Transpose(f(5), 2, f(6), 3, 2, 3) }},
		{"TanhGrad", "kern: TanhGrad: lengths differ: len(d)=4 len(h)=3", func() { TanhGrad(f(4), f(3)) }},
		{"ReLUGrad", "kern: ReLUGrad: lengths differ: len(d)=4 len(h)=3", func() { ReLUGrad(f(4), f(3)) }},
		{"Adam", "kern: Adam: lengths differ: len(p)=4 len(g)=4 len(m)=4 len(v)=3", func() { Adam(f(4), f(4), f(4), f(3), 1, 0.9, 0.999, 1e-3, 1e-8) }},
		{"Dot", "kern: Dot: lengths differ: len(x)=3 len(y)=4", func() { Dot(f(3), f(4)) }},
		{"Axpy", "kern: Axpy: lengths differ: len(x)=3 len(y)=4", func() { Axpy(1, f(3), f(4)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, c.want) {
					t.Errorf("panic %q, want %q", got, c.want)
				}
			}()
			c.call()
		})
	}
}

func TestNothingAllocates(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		for name, call := range map[string]func(){
			"Gemm": func() {
				var a, b, c [13 * 16]float32
				Gemm(7, 16, 11, a[:], 11, 1, b[:], 16, c[:], 16, b[:16], 0)
				Gemm(1, 16, 13, a[:], 0, 0, b[:], 16, c[:], 16, nil, 0)
			},
			"ColSum":    func() { var a, b [48]float32; ColSum(b[:], a[:], 3, 16, 16) },
			"Transpose": func() { var a, b [15 * 17]float32; Transpose(b[:], 15, a[:], 17, 15, 17) },
			"Tanh":      func() { var x [37]float32; Tanh(x[:]) },
			"TanhGrad":  func() { var x, y [37]float32; TanhGrad(x[:], y[:]) },
			"ReLU":      func() { var x [37]float32; ReLU(x[:]) },
			"ReLUGrad":  func() { var x, y [37]float32; ReLUGrad(x[:], y[:]) },
			"Adam": func() {
				var p, g, m, v [37]float32
				Adam(p[:], g[:], m[:], v[:], 1, 0.9, 0.999, 1e-3, 1e-8)
			},
			"SumSq": func() { var x [37]float32; SumSq(x[:]) },
			"Dot":   func() { var x, y [37]float32; Dot(x[:], y[:]) },
			"Axpy":  func() { var x, y [37]float32; Axpy(2, x[:], y[:]) },
			"Peak":  func() { Peak(10) },
		} {
			if n := testing.AllocsPerRun(20, call); n != 0 {
				t.Errorf("%s on path %s: %g allocations", name, path, n)
			}
		}
	}
}

// The bits of a class are part of what a stored result means: if a change of a
// kernel changes them, the algorithms above need a new revision. The digests are
// those of this package's first version, on every path and architecture.
func TestBitsAreThoseOfTheFirstVersion(t *testing.T) {
	want := map[string]string{
		"generic": "9b364365aab2a933bf8572354cc749f93b8b50b7d419ac96155be043cb091a5b",
		"simd":    "503d4fed5824a5bf9878c2b21ab20244b2731c02682656f6349ff4c8d87e3e53",
	}
	r := rand.NewPCG(3, 4)
	inputs := func(n int) []float32 { // multiples of 2⁻²² in [-2, 2), exact everywhere
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(int32(r.Uint64()>>40)-1<<23) / (1 << 22)
		}
		return x
	}
	const m, n, k = 37, 80, 600
	a, b, bias := inputs(m*k), inputs(k*n), inputs(n)
	x, y := inputs(1003), inputs(1003)
	for _, path := range Paths() {
		use(t, path)
		digest := sha256.New()
		add := func(x ...float32) {
			if err := binary.Write(digest, binary.LittleEndian, x); err != nil {
				t.Fatal(err)
			}
		}
		c, sums := make([]float32, m*n), make([]float32, n)
		Gemm(m, n, k, a, k, 1, b, n, c, n, bias, 0)
		add(c...)
		Gemm(m, n, 100, a, 1, m, b, n, c, n, c, n)
		add(c...)
		ColSum(sums, b, k, n, n)
		add(sums...)
		h, d := slices.Clone(x), slices.Clone(y)
		Tanh(h)
		TanhGrad(d, h)
		add(h...)
		add(d...)
		moment, variance := make([]float32, len(x)), make([]float32, len(x))
		p := slices.Clone(y)
		for range 3 {
			Adam(p, x, moment, variance, 0.75, 0.9, 0.999, 0.01, 1e-6)
		}
		add(p...)
		add(moment...)
		add(variance...)
		Axpy(0.3, x, p)
		add(p...)
		add(float32(Dot(x, y)), float32(SumSq(x)))
		if got := hex.EncodeToString(digest.Sum(nil)); got != want[Class()] {
			t.Errorf("class %s on path %s: %s, want %s", Class(), path, got, want[Class()])
		}
	}
}

// The one speed that is tested, because it is a ratio within one process: the
// assembly must be worth having. Measured are 11 to 24.
func TestAssemblyIsFourTimesAsFast(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	const m, n, k = 256, 64, 64
	x, y, z := random(m*k), random(k*n), random(m*n)
	fastest := map[string]time.Duration{}
	for range 30 { // the minimum forgets what other processes did
		for _, path := range Paths() {
			use(t, path)
			start := time.Now()
			Gemm(m, n, k, x, k, 1, y, n, z, n, nil, 0)
			if d := time.Since(start); fastest[path] == 0 || d < fastest[path] {
				fastest[path] = d
			}
		}
	}
	for _, path := range Paths()[1:] {
		if ratio := float64(fastest["generic"]) / float64(fastest[path]); ratio < 4 {
			t.Errorf("product by %s is %.1f times as fast as by generic, want 4", path, ratio)
		}
	}
}

// use selects the path until the test ends.
func use(t testing.TB, path string) {
	if err := Select(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { active = started })
}
