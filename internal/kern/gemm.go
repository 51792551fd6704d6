package kern

import "fmt"

// Gemm computes C = Init + A·B in float32.
//
// A is m×k with element (i,p) at a[i*rs+p*cs]; the strides rs and cs may be any
// non-negative numbers, so that (in, 1) reads a matrix, (1, in) its transpose
// and (0, 0) one repeated number. B (k×n), C and Init (m×n) have contiguous rows
// with leading dimensions ldb, ldc and ldi; n must be a multiple of [Width]. A
// nil init stands for zero, whatever ldi; ldi = 0 adds the one row init[:n] to
// every row (a bias). init may be c itself with ldi = ldc, which accumulates
// into C. Otherwise c must not overlap a, b or init.
//
// The products that a dense layer H = X·W + bias needs (batch×in, in×out):
//
//	forward          Gemm(batch, out, in, x, in, 1, w, out, h, out, bias, 0)
//	weight gradient  Gemm(in, out, batch, x, 1, in, dz, out, dw, out, nil, 0)
//	input gradient   Gemm(batch, in, out, dz, out, 1, wT, in, dx, in, nil, 0)
//
// with wT from [Transpose], and the bias gradient from [ColSum].
//
// On the assembly paths each element of C is one ascending chain of k fused
// multiply-adds, added to Init; beyond k = 512 the chain is cut into blocks of
// 512, each added to the result of the one before. The generic path adds eight
// products at a time to Init. On every path an element depends on its row of A
// and its column of B alone, not on m or n. k = 0 copies Init. 2·m·n·k
// operations.
func Gemm(m, n, k int, a []float32, rs, cs int, b []float32, ldb int, c []float32, ldc int, init []float32, ldi int) {
	if m|n|k|rs|cs|ldb|ldc|ldi < 0 || n%Width != 0 {
		panic(fmt.Sprintf("kern: Gemm: illegal shape m=%d n=%d k=%d, strides rs=%d cs=%d ldb=%d ldc=%d ldi=%d (n must be a multiple of %d, nothing negative)",
			m, n, k, rs, cs, ldb, ldc, ldi, Width))
	}
	if m == 0 || n == 0 {
		return
	}
	if len(c) < extent(m, n, ldc) || m > 1 && ldc < n {
		panic(fmt.Sprintf("kern: Gemm: C is %d×%d with ldc=%d, but len(c)=%d", m, n, ldc, len(c)))
	}
	if init != nil && len(init) < extent(m, n, ldi) {
		panic(fmt.Sprintf("kern: Gemm: Init is %d×%d with ldi=%d, but len(init)=%d", m, n, ldi, len(init)))
	}
	if k > 0 {
		if len(a) < (m-1)*rs+(k-1)*cs+1 {
			panic(fmt.Sprintf("kern: Gemm: A is %d×%d with strides rs=%d cs=%d, but len(a)=%d", m, k, rs, cs, len(a)))
		}
		if len(b) < extent(k, n, ldb) {
			panic(fmt.Sprintf("kern: Gemm: B is %d×%d with ldb=%d, but len(b)=%d", k, n, ldb, len(b)))
		}
	}
	gemm(&product{m, n, k, a, rs, cs, b, ldb, c, ldc, init, ldi})
}

// product is C = Init + A·B, with the operands of [Gemm].
type product struct {
	m, n, k int
	a       []float32
	rs, cs  int
	b       []float32
	ldb     int
	c       []float32
	ldc     int
	init    []float32
	ldi     int
}

// ColSum stores the column sums of the rows×cols matrix a with leading
// dimension lda: dst[j] = Σ_i a[i*lda+j] for j < cols. cols must be a multiple
// of [Width]. Zero rows give zeros. It is the bias gradient of a dense layer.
func ColSum(dst, a []float32, rows, cols, lda int) {
	if rows < 0 || cols < 0 || cols%Width != 0 || lda < 0 {
		panic(fmt.Sprintf("kern: ColSum: illegal shape %d×%d, lda=%d (cols must be a multiple of %d, nothing negative)", rows, cols, lda, Width))
	}
	if len(dst) < cols {
		panic(fmt.Sprintf("kern: ColSum: %d columns, but len(dst)=%d", cols, len(dst)))
	}
	if rows > 0 && len(a) < extent(rows, cols, lda) {
		panic(fmt.Sprintf("kern: ColSum: A is %d×%d with lda=%d, but len(a)=%d", rows, cols, lda, len(a)))
	}
	if cols > 0 {
		colSum(dst, a, rows, cols, lda)
	}
}

// Transpose stores the transpose of the rows×cols matrix src with leading
// dimension lds: dst[j*ldd+i] = src[i*lds+j] for i < rows, j < cols. Other
// elements of dst are left alone. The shape is free; multiples of 8 are fast.
func Transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	if rows < 0 || cols < 0 || ldd < 0 || lds < 0 {
		panic(fmt.Sprintf("kern: Transpose: illegal shape %d×%d, lds=%d ldd=%d", rows, cols, lds, ldd))
	}
	if rows == 0 || cols == 0 {
		return
	}
	if len(src) < extent(rows, cols, lds) {
		panic(fmt.Sprintf("kern: Transpose: source is %d×%d with lds=%d, but len(src)=%d", rows, cols, lds, len(src)))
	}
	if len(dst) < extent(cols, rows, ldd) || cols > 1 && ldd < rows {
		panic(fmt.Sprintf("kern: Transpose: target is %d×%d with ldd=%d, but len(dst)=%d", cols, rows, ldd, len(dst)))
	}
	transpose(dst, ldd, src, lds, rows, cols)
}

// extent returns the length of the shortest slice that holds a rows×cols
// matrix, rows ≥ 1, with leading dimension ld.
func extent(rows, cols, ld int) int { return (rows-1)*ld + cols }
