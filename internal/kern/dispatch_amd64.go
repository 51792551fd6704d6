//go:build amd64 && !purego

package kern

import (
	"fmt"
	"strings"

	"golang.org/x/sys/cpu"
)

// The assembly and its stubs are committed. Continuous integration regenerates
// them and fails if that changes a file:
//
//	go generate ./internal/kern && git diff --exit-code internal/kern
//
//go:generate go -C _gen run . -out ../kern_amd64.s -stubs ../stubs_amd64.go -pkg kern

func best() int {
	for p := avx512; p > generic; p-- {
		if supported(p) == nil {
			return p
		}
	}
	return generic
}

// supported returns an error which names the features of the path that the CPU
// lacks, or whose registers the operating system does not save.
func supported(path int) error {
	var lacks []string
	need := func(has bool, feature string) {
		if !has {
			lacks = append(lacks, feature)
		}
	}
	if path >= avx2 {
		need(cpu.X86.HasAVX2, "AVX2")
		need(cpu.X86.HasFMA, "FMA")
	}
	if path >= avx512 {
		need(cpu.X86.HasAVX512F, "AVX512F")
	}
	if lacks == nil {
		return nil
	}
	return fmt.Errorf("kernel path %q needs %s, which this CPU or operating system lacks",
		pathNames[path], strings.Join(lacks, ", "))
}

// Assembly cannot be preempted, so a stop of the world (a collection, say) waits
// for the kernel to return. These limits keep one call near ten microseconds,
// against which the cost of a call is nothing.
const (
	maxBlocks = 256     // 16-float blocks in one call of a vector kernel
	maxTile   = 1 << 14 // rows·k in one call of a product kernel, for every Width columns
)

// maxK is the length at which the chains of a product are cut: the rows of B
// under a tile then stay in the first two levels of the cache. It enters into
// the rounding, so it is one number for every path.
const maxK = 512

// zeroRow stands for a missing Init; it is as wide as the widest panel.
var zeroRow [64]float32

// ones is the A whose product with B is the column sums of B.
var ones = []float32{1}

func gemm(g *product) {
	if active == generic || g.k == 0 {
		gemmGeneric(g)
		return
	}
	if g.init == nil {
		g.ldi = 0 // every row adds zeroRow
	}
	// The fewest tiles that hold m rows, all of q or q+1 rows: a few rows left
	// over in a tile of their own would leave most of the multipliers idle.
	tiles := (g.m + 5) / 6
	if active == avx512 {
		tiles = (g.m + 7) / 8
	}
	q, tall := g.m, 0
	if tiles > 1 {
		q, tall = g.m/tiles, g.m%tiles
	}
	for p := 0; p < g.k; p += maxK {
		k := min(g.k-p, maxK)
		if tall > 0 {
			gemmRows(g, 0, q+1, tall, p, k)
		}
		gemmRows(g, tall*(q+1), q, tiles-tall, p, k)
		g.init, g.ldi = g.c, g.ldc
	}
}

// gemmRows adds columns [p, p+k) of A times the same rows of B to Init, for
// tiles·rows rows from row i on. It divides only where there is something to
// cut, since a small product takes no longer than a few divisions.
func gemmRows(g *product, i, rows, tiles, p, k int) {
	rs, cs, ldb, ldc, ldi := 4*g.rs, 4*g.cs, 4*g.ldb, 4*g.ldc, 4*g.ldi // in bytes
	for tiles > 0 {
		t := tiles
		if t*rows*k > maxTile {
			t = max(1, maxTile/(rows*k))
		}
		for j := 0; j < g.n; {
			width := panelWidth(rows, g.n-j)
			panels := (g.n - j) >> width
			if work := t * rows * k << width / Width; panels*work > maxTile {
				panels = max(1, maxTile/work)
			}
			x, y, z := &g.a[i*g.rs+p*g.cs], &g.b[p*g.ldb+j], &g.c[i*g.ldc+j]
			add, pi := &zeroRow[0], 0
			if g.init != nil {
				add, pi = &g.init[i*g.ldi+j], 4<<width
			}
			switch {
			case width == 6 && active == avx512:
				gemm64AVX512(panels, 1, t, k, x, rs, cs, y, ldb, z, ldc, add, ldi, pi)
			case width == 6:
				gemm64AVX2(panels, 1, t, k, x, rs, cs, y, ldb, z, ldc, add, ldi, pi)
			case width == 5:
				gemm32AVX512(panels, rows, t, k, x, rs, cs, y, ldb, z, ldc, add, ldi, pi)
			case active == avx512:
				gemm16AVX512(panels, rows, t, k, x, rs, cs, y, ldb, z, ldc, add, ldi, pi)
			default:
				gemm16AVX2(panels, rows, t, k, x, rs, cs, y, ldb, z, ldc, add, ldi, pi)
			}
			j += panels << width
		}
		i += t * rows
		tiles -= t
	}
}

// panelWidth is the binary logarithm of the columns of the widest kernel for
// tiles of so many rows that fits into the columns that are left.
func panelWidth(rows, left int) uint {
	switch {
	case rows == 1 && left >= 64:
		return 6
	case active == avx512 && left >= 32:
		return 5
	}
	return 4
}

func colSum(dst, a []float32, rows, cols, lda int) {
	if active == generic {
		colSumGeneric(dst, a, rows, cols, lda)
		return
	}
	gemm(&product{m: 1, n: cols, k: rows, a: ones, b: a, ldb: lda, c: dst, ldc: cols})
}

// transpose moves whole 8×8 tiles by assembly, the rest in Go. It copies bits,
// so AVX-512 has no version of its own.
func transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	if active == generic {
		transposeGeneric(dst, ldd, src, lds, rows, cols)
		return
	}
	r, c := rows&^7, cols&^7
	if c > 0 {
		for i := 0; i < r; i += 8 {
			transpose8AVX2(c/8, &dst[i], 4*ldd, &src[i*lds], 4*lds)
		}
	}
	if c < cols && r > 0 {
		transposeGeneric(dst[c*ldd:], ldd, src[c:], lds, r, cols-c)
	}
	if r < rows {
		transposeGeneric(dst[r:], ldd, src[r*lds:], lds, rows-r, cols)
	}
}

// The vector kernels work on whole blocks of 16. A tail is copied into a block
// of its own and goes through the same instructions, so that the result for an
// element does not depend on where it stands.

func tanh(x []float32) {
	if active == generic {
		tanhGeneric(x)
		return
	}
	for len(x) >= Width {
		n := min(len(x)/Width, maxBlocks)
		tanhBlocks(n, &x[0])
		x = x[n*Width:]
	}
	if len(x) > 0 {
		var xs [Width]float32
		copy(xs[:], x)
		tanhBlocks(1, &xs[0])
		copy(x, xs[:])
	}
}

func tanhBlocks(n int, x *float32) {
	if active == avx512 {
		tanhAVX512(n, x)
	} else {
		tanhAVX2(n, x)
	}
}

func tanhGrad(d, h []float32) {
	if active == generic {
		tanhGradGeneric(d, h)
		return
	}
	for len(d) >= Width {
		n := min(len(d)/Width, maxBlocks)
		tanhGradBlocks(n, &d[0], &h[0])
		d, h = d[n*Width:], h[n*Width:]
	}
	if len(d) > 0 {
		var ds, hs [Width]float32
		copy(ds[:], d)
		copy(hs[:], h)
		tanhGradBlocks(1, &ds[0], &hs[0])
		copy(d, ds[:])
	}
}

func tanhGradBlocks(n int, d, h *float32) {
	if active == avx512 {
		tanhGradAVX512(n, d, h)
	} else {
		tanhGradAVX2(n, d, h)
	}
}

func relu(x []float32) {
	if active == generic {
		reluGeneric(x)
		return
	}
	for len(x) >= Width {
		n := min(len(x)/Width, maxBlocks)
		reluBlocks(n, &x[0])
		x = x[n*Width:]
	}
	reluGeneric(x) // exact on every path
}

func reluBlocks(n int, x *float32) {
	if active == avx512 {
		reluAVX512(n, x)
	} else {
		reluAVX2(n, x)
	}
}

func reluGrad(d, h []float32) {
	if active == generic {
		reluGradGeneric(d, h)
		return
	}
	for len(d) >= Width {
		n := min(len(d)/Width, maxBlocks)
		reluGradBlocks(n, &d[0], &h[0])
		d, h = d[n*Width:], h[n*Width:]
	}
	reluGradGeneric(d, h) // exact on every path
}

func reluGradBlocks(n int, d, h *float32) {
	if active == avx512 {
		reluGradAVX512(n, d, h)
	} else {
		reluGradAVX2(n, d, h)
	}
}

func adam(p, g, m, v []float32, scale, beta1, beta2, alpha, eps float32) {
	if active == generic {
		adamGeneric(p, g, m, v, scale, beta1, beta2, alpha, eps)
		return
	}
	for len(p) >= Width {
		n := min(len(p)/Width, maxBlocks)
		adamBlocks(n, &p[0], &g[0], &m[0], &v[0], scale, beta1, beta2, alpha, eps)
		p, g, m, v = p[n*Width:], g[n*Width:], m[n*Width:], v[n*Width:]
	}
	if len(p) > 0 {
		var ps, gs, ms, vs [Width]float32
		copy(ps[:], p)
		copy(gs[:], g)
		copy(ms[:], m)
		copy(vs[:], v)
		adamBlocks(1, &ps[0], &gs[0], &ms[0], &vs[0], scale, beta1, beta2, alpha, eps)
		copy(p, ps[:])
		copy(m, ms[:])
		copy(v, vs[:])
	}
}

func adamBlocks(n int, p, g, m, v *float32, scale, beta1, beta2, alpha, eps float32) {
	if active == avx512 {
		adamAVX512(n, p, g, m, v, scale, beta1, beta2, alpha, eps)
	} else {
		adamAVX2(n, p, g, m, v, scale, beta1, beta2, alpha, eps)
	}
}

func dot(x, y []float32) float64 {
	if active == generic {
		return dotGeneric(x, y)
	}
	var lane [16]float64
	for len(x) >= Width {
		n := min(len(x)/Width, maxBlocks)
		dotAVX2(n, &x[0], &y[0], &lane)
		x, y = x[n*Width:], y[n*Width:]
	}
	return foldLanes(&lane) + dotTail(x, y)
}

func axpy(alpha float32, x, y []float32) {
	if active == generic {
		axpyGeneric(alpha, x, y)
		return
	}
	for len(y) >= Width {
		n := min(len(y)/Width, maxBlocks)
		axpyBlocks(n, alpha, &x[0], &y[0])
		x, y = x[n*Width:], y[n*Width:]
	}
	if len(y) > 0 {
		var xs, ys [Width]float32
		copy(xs[:], x)
		copy(ys[:], y)
		axpyBlocks(1, alpha, &xs[0], &ys[0])
		copy(y, ys[:])
	}
}

func axpyBlocks(n int, alpha float32, x, y *float32) {
	if active == avx512 {
		axpyAVX512(n, alpha, x, y)
	} else {
		axpyAVX2(n, alpha, x, y)
	}
}

// The float64 kernels take blocks of 8 or, where they sum, of 16; the plain version, which rounds alike, does the rest.

func dot64(x, y []float64) float64 {
	if active == generic {
		return dot64Generic(x, y)
	}
	sum := 0.0
	for len(x) >= 16 {
		n := min(len(x)/16, maxSum/16)
		if active == avx512 {
			sum += dot64AVX512(n, &x[0], &y[0])
		} else {
			sum += dot64AVX2(n, &x[0], &y[0])
		}
		x, y = x[16*n:], y[16*n:]
	}
	return dot64Tail(sum, x, y)
}

func dotAxpy64(x, y []float64, alpha float64, z []float64) float64 {
	sum := 0.0
	if active == generic {
		sum = dot64Generic(x, y)
		axpy64Generic(alpha, x, z)
		return sum
	}
	for len(x) >= 16 {
		n := min(len(x)/16, maxSum/16)
		if active == avx512 {
			sum += dotAxpy64AVX512(n, &x[0], &y[0], alpha, &z[0])
		} else {
			sum += dotAxpy64AVX2(n, &x[0], &y[0], alpha, &z[0])
		}
		x, y, z = x[16*n:], y[16*n:], z[16*n:]
	}
	sum = dot64Tail(sum, x, y)
	axpy64Generic(alpha, x, z)
	return sum
}

func axpy64(alpha float64, x, y []float64) {
	if active != generic {
		for len(y) >= 8 {
			n := min(len(y)/8, maxBlocks)
			if active == avx512 {
				axpy64AVX512(n, alpha, &x[0], &y[0])
			} else {
				axpy64AVX2(n, alpha, &x[0], &y[0])
			}
			x, y = x[8*n:], y[8*n:]
		}
	}
	axpy64Generic(alpha, x, y)
}

func rotate64(cos, sin float64, x, y []float64) {
	if active != generic {
		for len(x) >= 8 {
			n := min(len(x)/8, maxBlocks)
			if active == avx512 {
				rotate64AVX512(n, cos, sin, &x[0], &y[0])
			} else {
				rotate64AVX2(n, cos, sin, &x[0], &y[0])
			}
			x, y = x[8*n:], y[8*n:]
		}
	}
	rotate64Generic(cos, sin, x, y)
}

// Kernels over the rows of a matrix take this many rows and columns, or numbers, in one call. What is larger goes to the kernels
// of one row, which round alike.
const (
	maxSide = 128
	maxArea = maxSide * maxSide
)

func addRows64(alpha, rows []float64, stride int, y []float64) {
	if active == generic {
		addRows64Generic(alpha, rows, stride, y)
		return
	}
	for len(y) > 0 && len(alpha) > 0 {
		n := min(len(y), 4096)
		count := min(len(alpha), maxArea/n)
		for i := 0; i < len(alpha); i += count {
			addRows64AVX2(n, min(count, len(alpha)-i), 8*stride, &alpha[i], &rows[i*stride], &y[0])
		}
		y, rows = y[n:], rows[min(n, len(rows)):]
	}
}

func rotations64(turns, a []float64, n int) {
	if active == generic {
		rotations64Generic(turns, a, n)
		return
	}
	count := len(turns) / 2
	if count == 0 {
		return
	}
	if len(a) > maxArea {
		for end := len(a); len(turns) > 0; end -= n {
			rotate64(turns[0], turns[1], a[end-2*n:end-n], a[end-n:end])
			turns = turns[2:]
		}
		return
	}
	rotations64AVX2(n, count, 8*n, &turns[0], &a[count*n])
}

func symmetric64(a []float64, stride int, x, y []float64) {
	if active == generic {
		symmetric64Generic(a, stride, x, y)
		return
	}
	for len(x) > maxSide {
		f := x[0]
		y[0] += float64(a[0]*f) + dotAxpy64(a[1:len(x)], x[1:], f, y[1:])
		a, x, y = a[stride+1:], x[1:], y[1:]
	}
	if len(x) > 0 {
		symmetric64AVX2(len(x), 8*stride, &a[0], &x[0], &y[0])
	}
}

func rank2Upper64(x, y, a []float64, stride int) {
	if active == generic {
		rank2Upper64Generic(x, y, a, stride)
		return
	}
	for len(x) > maxSide {
		rank2(x[0], y, y[0], x, a[:len(x)])
		a, x, y = a[stride+1:], x[1:], y[1:]
	}
	if len(x) > 0 {
		rank2Upper64AVX2(len(x), 8*stride, &a[0], &x[0], &y[0])
	}
}

func reflect64(a []float64, count, stride int, x, y []float64) {
	if active == generic {
		reflect64Generic(a, count, stride, x, y)
		return
	}
	if len(x) > 0 && len(x) <= maxSide {
		for ; count > 0; count -= maxSide {
			reflect64AVX2(len(x), min(count, maxSide), 8*stride, &a[0], &x[0], &y[0])
			a = a[min(maxSide*stride, len(a)):]
		}
		return
	}
	for j := range count {
		row := a[j*stride:][:len(x)]
		axpy64(-dot64(row, x), y, row)
	}
}

func distances64(q, points []float64, worst float64, dst []float64) {
	if active != generic && len(q) > 0 {
		for len(dst) >= 8 {
			blocks := min(len(dst)/8, max(1, maxArea/8/len(q)))
			distances64AVX2(blocks, len(q), &q[0], &points[0], worst, &dst[0])
			points, dst = points[8*blocks*len(q):], dst[8*blocks:]
		}
	}
	distances64Generic(q, points, worst, dst)
}

func rank2(alpha float64, x []float64, beta float64, y, a []float64) {
	if active != generic {
		for len(a) >= 8 {
			n := min(len(a)/8, maxBlocks)
			if active == avx512 {
				rank2AVX512(n, alpha, &x[0], beta, &y[0], &a[0])
			} else {
				rank2AVX2(n, alpha, &x[0], beta, &y[0], &a[0])
			}
			x, y, a = x[8*n:], y[8*n:], a[8*n:]
		}
	}
	rank2Generic(alpha, x, beta, y, a)
}

func peak(rounds int) int {
	const most = 1 << 12 // in one call, see maxBlocks
	switch active {
	case avx512:
		for n := rounds; n > 0; n -= most {
			peakAVX512(min(n, most))
		}
		return rounds * 16 * 16 * 2 // chains · lanes · operations
	case avx2:
		for n := rounds; n > 0; n -= most {
			peakAVX2(min(n, most))
		}
		return rounds * 12 * 8 * 2
	}
	return peakGeneric(rounds)
}

// maxDepth is the number of entries off the diagonal that a row may have for the assembly of [Tree.Factor].
const maxDepth = 16

func treeFactor(t *Tree, a, inverse []float64, least float64, lo, hi int) {
	if active == generic || t.deepest > maxDepth {
		treeFactorGeneric(t, a, inverse, least, lo, hi)
		return
	}
	treeFactorAVX2(hi-lo, &t.rows[hi].index, &t.target[0], &a[0], &inverse[0], least)
}

func treeProducts(t *Tree, a, b []float64, x, y [][6]float64, diagonal []float64) {
	if active == generic {
		treeProductsGeneric(t, a, b, x, y, diagonal)
		return
	}
	treeProductsAVX2(t.n, &t.rows[0].index, &t.vector[0], &x[0][0], &y[0][0], &diagonal[0], &a[0], &b[0])
}

func treeSolve(t *Tree, l, inverse, x []float64, lo, hi int) {
	if active == generic {
		treeSolveGeneric(t, l, inverse, x, lo, hi)
		return
	}
	treeSolveAVX2(hi-lo, &t.rows[hi].index, &t.column[0], &l[0], &inverse[0], &x[0])
}

func sweep(order []uint16, f, r, diagonal, a []float64, stride int, tooMuch float64) float64 {
	if active == generic {
		return sweepGeneric(order, f, r, diagonal, a, stride, tooMuch)
	}
	return sweepAVX2(len(order), &order[0], &f[0], &r[0], &diagonal[0], &a[0], 8*stride, tooMuch)
}

func layer64(x, w, y []float64, n int) {
	if active == generic {
		layer64Generic(x, w, y, n)
		return
	}
	layer64AVX2(len(x), n, &x[0], &w[0], &y[0])
}
