package kern

import "fmt"

// The float64 kernels give the same bits on every path and architecture: products are rounded before they are
// added, and sums are split over 16 fixed lanes.

// Dot64 returns Σ xᵢyᵢ. y must be as long as x.
func Dot64(x, y []float64) float64 {
	check2("Dot64", "x", "y", len(x), len(y))
	return dot64(x, y)
}

// Axpy64 adds alpha·x to y. x must be as long as y.
func Axpy64(alpha float64, x, y []float64) {
	check2("Axpy64", "x", "y", len(x), len(y))
	axpy64(alpha, x, y)
}

// DotAxpy64 returns Σ xᵢyᵢ and adds alpha·x to z: what half of a symmetric matrix needs for a product. All have
// one length; z may be y.
func DotAxpy64(x, y []float64, alpha float64, z []float64) float64 {
	check3("DotAxpy64", "x", "y", "z", len(x), len(y), len(z))
	return dotAxpy64(x, y, alpha, z)
}

// Rotate64 turns the plane of two vectors: x ← cos·x − sin·y and y ← sin·x + cos·y. y must be as long as x.
func Rotate64(cos, sin float64, x, y []float64) {
	check2("Rotate64", "x", "y", len(x), len(y))
	rotate64(cos, sin, x, y)
}

// Rank2 subtracts alpha·x + beta·y from a. All have one length.
func Rank2(alpha float64, x []float64, beta float64, y, a []float64) {
	check3("Rank2", "x", "y", "a", len(x), len(y), len(a))
	rank2(alpha, x, beta, y, a)
}

func check3(kernel, a, b, c string, lenA, lenB, lenC int) {
	if lenA != lenB || lenA != lenC {
		panic(fmt.Sprintf("kern: %s: lengths differ: len(%s)=%d len(%s)=%d len(%s)=%d", kernel, a, lenA, b, lenB, c, lenC))
	}
}
