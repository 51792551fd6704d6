package kern

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Inputs are small integers, so that every sum is exact and each path must give
// exactly the product that the definition gives.
func TestGemmIsTheDefinition(t *testing.T) {
	const (
		batch, in, out = 13, 11, 48
		long           = 1200
	)
	integers := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32((i*7+3)%11 - 5)
		}
		return x
	}
	for _, c := range []struct {
		name                      string
		m, n, k, rs, cs, ldb, ldc int
		init                      []float32
		ldi                       int
		accumulate                bool
	}{
		{name: "forward", m: batch, n: out, k: in, rs: in, cs: 1, ldb: out, ldc: out, init: integers(out)},
		{name: "weight gradient", m: in, n: out, k: batch, rs: 1, cs: in, ldb: out, ldc: out},
		{name: "weight gradient, accumulated", m: in, n: out, k: batch, rs: 1, cs: in, ldb: out, ldc: out, accumulate: true},
		{name: "long batch, accumulated", m: in, n: out, k: long, rs: 1, cs: in, ldb: out, ldc: out, accumulate: true},
		{name: "column sums", m: 1, n: out, k: batch, rs: 0, cs: 0, ldb: out, ldc: out},
		{name: "matrix-vector", m: 1, n: 112, k: in, rs: in, cs: 1, ldb: 112, ldc: 112, init: integers(112)},
		{name: "one row of one", m: 1, n: 16, k: 1, rs: 1, cs: 1, ldb: 16, ldc: 16},
		{name: "rows with gaps", m: batch, n: out, k: in, rs: 40, cs: 3, ldb: 50, ldc: 64, init: integers(batch * 51), ldi: 51},
		{name: "no Init, but ldi", m: batch, n: out, k: in, rs: in, cs: 1, ldb: out, ldc: out, ldi: out},
		{name: "k = 0 with bias", m: batch, n: out, k: 0, rs: 0, cs: 1, ldb: out, ldc: out, init: integers(out)},
		{name: "k = 0", m: batch, n: out, k: 0, rs: 0, cs: 1, ldb: out, ldc: out},
	} {
		for _, path := range Paths() {
			t.Run(c.name+"/"+path, func(t *testing.T) {
				use(t, path)
				a, b := integers(max(0, (c.m-1)*c.rs+(c.k-1)*c.cs+1)), integers(max(0, (c.k-1)*c.ldb+c.n))
				got := integers((c.m-1)*c.ldc + c.n)
				want := integers(len(got))
				init, ldi := c.init, c.ldi
				if c.accumulate {
					init, ldi = got, c.ldc
				}
				for i := range c.m {
					for j := range c.n {
						var sum float32
						if init != nil {
							sum = init[i*ldi+j]
						}
						for p := range c.k {
							sum += a[i*c.rs+p*c.cs] * b[p*c.ldb+j]
						}
						want[i*c.ldc+j] = sum
					}
				}
				Gemm(c.m, c.n, c.k, a, c.rs, c.cs, b, c.ldb, got, c.ldc, init, ldi)
				for i := range want {
					if got[i] != want[i] {
						t.Fatalf("row %d, column %d: %g, want %g", i/c.ldc, i%c.ldc, got[i], want[i])
					}
				}
			})
		}
	}
}

// Standard bound of a sum of k rounded products (Higham 2002, Accuracy and
// Stability of Numerical Algorithms, section 3.1): k·u·Σ|ab| to first order,
// u = 2⁻²⁴, with a factor of four to spare; Init counts as one more product.
func TestGemmRoundsWithinTheBound(t *testing.T) {
	for _, s := range []struct{ m, n, k int }{{1, 16, 1}, {1, 64, 64}, {7, 80, 11}, {64, 64, 64}, {19, 48, 521}, {5, 32, 2048}} {
		a, b, init := random(s.m*s.k), random(s.k*s.n), random(s.m*s.n)
		for _, path := range Paths() {
			use(t, path)
			c := make([]float32, s.m*s.n)
			Gemm(s.m, s.n, s.k, a, s.k, 1, b, s.n, c, s.n, init, s.n)
			for i := range s.m {
				for j := range s.n {
					want := float64(init[i*s.n+j])
					size := math.Abs(want)
					for p := range s.k {
						product := float64(a[i*s.k+p]) * float64(b[p*s.n+j])
						want += product
						size += math.Abs(product)
					}
					bound := 4 * float64(s.k+1) * 0x1p-24 * size
					if d := math.Abs(float64(c[i*s.n+j]) - want); !(d <= bound) {
						t.Fatalf("%dx%dx%d on %s, element %d,%d: error %g, bound %g", s.m, s.n, s.k, path, i, j, d, bound)
					}
				}
			}
		}
	}
}

// The result for a row must not depend on how many rows go with it, nor that
// for a column: the shape of the register tile must not enter.
func TestGemmRowsAndColumnsAreIndependent(t *testing.T) {
	const k, n = 67, 112
	for _, path := range Paths() {
		use(t, path)
		for m := 1; m <= 30; m++ {
			a, b, bias := random(m*k), random(k*n), random(n)
			whole, alone := make([]float32, m*n), make([]float32, m*n)
			Gemm(m, n, k, a, k, 1, b, n, whole, n, bias, 0)
			for i := range m {
				for j := 0; j < n; j += Width {
					Gemm(1, Width, k, a[i*k:], k, 1, b[j:], n, alone[i*n+j:], n, bias[j:], 0)
				}
			}
			for i := range whole {
				if whole[i] != alone[i] {
					t.Fatalf("%s, %d rows: element %d,%d is %g in the whole, %g alone", path, m, i/n, i%n, whole[i], alone[i])
				}
			}
		}
	}
}

func TestColSum(t *testing.T) {
	const rows, cols, lda = 1031, 80, 83
	a := random(rows * lda)
	for _, path := range Paths() {
		use(t, path)
		dst := random(cols)
		ColSum(dst, a, rows, cols, lda)
		for j := range dst {
			var want, size float64
			for i := range rows {
				want += float64(a[i*lda+j])
				size += math.Abs(float64(a[i*lda+j]))
			}
			if d := math.Abs(float64(dst[j]) - want); d > rows*0x1p-24*size {
				t.Errorf("%s, column %d: %g, want %g", path, j, dst[j], want)
			}
		}
		ColSum(dst, nil, 0, cols, lda)
		for j := range dst {
			if dst[j] != 0 {
				t.Errorf("%s, no rows: column %d is %g", path, j, dst[j])
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	for _, s := range []struct{ rows, cols, lds, ldd int }{{1, 1, 1, 1}, {8, 8, 8, 8}, {64, 64, 64, 64}, {11, 64, 64, 16}, {37, 29, 31, 40}, {3, 100, 100, 3}} {
		src := random(s.rows * s.lds)
		for _, path := range Paths() {
			use(t, path)
			dst := make([]float32, s.cols*s.ldd)
			Transpose(dst, s.ldd, src, s.lds, s.rows, s.cols)
			for j := range s.cols {
				for i := range s.ldd {
					var want float32 // beyond the rows, dst is left alone
					if i < s.rows {
						want = src[i*s.lds+j]
					}
					if dst[j*s.ldd+i] != want {
						t.Fatalf("%d×%d on %s: element %d,%d is %g, want %g", s.rows, s.cols, path, j, i, dst[j*s.ldd+i], want)
					}
				}
			}
		}
	}
}

// random returns n normal variates, the same on every call.
func random(n int) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}
