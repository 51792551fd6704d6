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

// AddRows64 adds alpha[i] times row i to y, row after row: those of a matrix with stride numbers from one row to the next,
// of which the first len(y) count. It rounds like one Axpy64 after the other.
func AddRows64(alpha, rows []float64, stride int, y []float64) {
	if n := len(alpha); n > 0 && (stride < len(y) || len(rows) < (n-1)*stride+len(y)) {
		panic(fmt.Sprintf("kern: AddRows64: %d rows of %d numbers, %d apart, in %d", n, len(y), stride, len(rows)))
	}
	addRows64(alpha, rows, stride, y)
}

// Rotations64 turns planes of neighbouring rows of a matrix with n columns, the last two rows first and then upwards, x ← cos·x − sin·y and
// y ← sin·x + cos·y for rows x and y = i and i+1 by the cosine and sine that stand in that order in turns, which holds a pair for
// every row but one.
func Rotations64(turns, a []float64, n int) {
	if n < 1 || len(turns)%2 != 0 || len(a) != (len(turns)/2+1)*n {
		panic(fmt.Sprintf("kern: Rotations64: %d numbers of turns, a matrix of %d numbers with %d columns", len(turns), len(a), n))
	}
	rotations64(turns, a, n)
}

// Symmetric64 adds to y the product of x with a symmetric matrix of len(x) rows, stride numbers apart, of which the diagonal and
// what is right of it are read. It rounds like a Dot64 and an Axpy64 of one row after the other.
func Symmetric64(a []float64, stride int, x, y []float64) {
	checkSquare("Symmetric64", a, stride, x, y)
	symmetric64(a, stride, x, y)
}

// Rank2Upper64 subtracts x·yᵀ + y·xᵀ from a matrix of len(x) rows, stride numbers apart, on the diagonal and right of it.
func Rank2Upper64(x, y, a []float64, stride int) {
	checkSquare("Rank2Upper64", a, stride, x, y)
	rank2Upper64(x, y, a, stride)
}

// Reflect64 subtracts from each of count rows of len(x) numbers, stride numbers apart, y times the product of the row with x:
// from right to left the factor 1 − x·yᵀ.
func Reflect64(a []float64, count, stride int, x, y []float64) {
	check2("Reflect64", "x", "y", len(x), len(y))
	if count > 0 && (stride < len(x) || len(a) < (count-1)*stride+len(x)) {
		panic(fmt.Sprintf("kern: Reflect64: %d rows of %d numbers, %d apart, in %d", count, len(x), stride, len(a)))
	}
	reflect64(a, count, stride, x, y)
}

// Distances64 writes the squared Euclidean distances of q from points, row-major, len(dst) of them. A sum of squares may end early,
// with any value above worst, once it is above worst.
func Distances64(q, points []float64, worst float64, dst []float64) {
	if len(points) != len(q)*len(dst) {
		panic(fmt.Sprintf("kern: Distances64: %d numbers for %d points of %d", len(points), len(dst), len(q)))
	}
	distances64(q, points, worst, dst)
}

func checkSquare(kernel string, a []float64, stride int, x, y []float64) {
	check2(kernel, "x", "y", len(x), len(y))
	if n := len(x); n > 0 && (stride < n || len(a) < (n-1)*stride+n) {
		panic(fmt.Sprintf("kern: %s: %d rows and columns, %d apart, in %d", kernel, n, stride, len(a)))
	}
}
