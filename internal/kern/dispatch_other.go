//go:build !amd64 || purego

package kern

import (
	"fmt"
	"runtime"
)

func best() int { return generic }

func supported(path int) error {
	if path == generic {
		return nil
	}
	return fmt.Errorf("kernel path %q is not in this build for %s", pathNames[path], runtime.GOARCH)
}

func gemm(g *product) { gemmGeneric(g) }

func colSum(dst, a []float32, rows, cols, lda int) { colSumGeneric(dst, a, rows, cols, lda) }

func transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	transposeGeneric(dst, ldd, src, lds, rows, cols)
}

func tanh(x []float32) { tanhGeneric(x) }

func tanhGrad(d, h []float32) { tanhGradGeneric(d, h) }

func relu(x []float32) { reluGeneric(x) }

func reluGrad(d, h []float32) { reluGradGeneric(d, h) }

func adam(p, g, m, v []float32, scale, beta1, beta2, alpha, eps float32) {
	adamGeneric(p, g, m, v, scale, beta1, beta2, alpha, eps)
}

func dot(x, y []float32) float64 { return dotGeneric(x, y) }

func axpy(alpha float32, x, y []float32) { axpyGeneric(alpha, x, y) }

func dot64(x, y []float64) float64 { return dot64Generic(x, y) }

func axpy64(alpha float64, x, y []float64) { axpy64Generic(alpha, x, y) }

func dotAxpy64(x, y []float64, alpha float64, z []float64) float64 {
	sum := dot64(x, y)
	axpy64Generic(alpha, x, z)
	return sum
}

func rotate64(cos, sin float64, x, y []float64) { rotate64Generic(cos, sin, x, y) }

func addRows64(alpha, rows []float64, stride int, y []float64) {
	addRows64Generic(alpha, rows, stride, y)
}

func rotations64(turns, a []float64, n int) { rotations64Generic(turns, a, n) }

func symmetric64(a []float64, stride int, x, y []float64) { symmetric64Generic(a, stride, x, y) }

func rank2Upper64(x, y, a []float64, stride int) { rank2Upper64Generic(x, y, a, stride) }

func reflect64(a []float64, count, stride int, x, y []float64) {
	reflect64Generic(a, count, stride, x, y)
}

func distances64(q, points []float64, worst float64, dst []float64) {
	distances64Generic(q, points, worst, dst)
}

func rank2(alpha float64, x []float64, beta float64, y, a []float64) {
	rank2Generic(alpha, x, beta, y, a)
}

func peak(rounds int) int { return peakGeneric(rounds) }

func treeFactor(t *Tree, a, inverse []float64, least float64, lo, hi int) {
	treeFactorGeneric(t, a, inverse, least, lo, hi)
}

func treeProducts(t *Tree, a, b []float64, x, y [][6]float64, diagonal []float64) {
	treeProductsGeneric(t, a, b, x, y, diagonal)
}

func treeSolve(t *Tree, l, inverse, x []float64, lo, hi int) {
	treeSolveGeneric(t, l, inverse, x, lo, hi)
}

func sweep(order []uint16, f, r, diagonal, a []float64, stride int, tooMuch float64) float64 {
	return sweepGeneric(order, f, r, diagonal, a, stride, tooMuch)
}

func layer64(x, w, y []float64, n int) { layer64Generic(x, w, y, n) }
