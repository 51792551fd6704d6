package kern

import "fmt"

// Sweep makes one sweep of projected Gauss-Seidel for min ½ fᵀ A f + fᵀ b, f >= 0, over len(order) rows in the given
// order, and returns by how much it lowers that. Column i of the system stands at a[i·stride:], each row of it divided
// by the row's diagonal entry of A; r = (A f + b), divided likewise, is kept up to date. The diagonal is that of A.
// A step that would raise the cost by more than tooMuch is not made.
//
// stride is a multiple of 4 and at least the number of rows, and r as long; what stands in r and a behind the last row
// means nothing. Results are the same bits on every path.
func Sweep(order []uint16, f, r, diagonal, a []float64, stride int, tooMuch float64) (gain float64) {
	n := len(order)
	if stride%4 != 0 || stride < n || len(f) < n || len(r) < stride || len(diagonal) < n || len(a) < n*stride {
		panic(fmt.Sprintf("kern: Sweep: len(order)=%d stride=%d len(f)=%d len(r)=%d len(diagonal)=%d len(a)=%d",
			n, stride, len(f), len(r), len(diagonal), len(a)))
	}
	if n == 0 {
		return 0
	}
	return sweep(order, f, r, diagonal, a, stride, tooMuch)
}
