package kern

import "fmt"

// Layer64 computes a fully connected layer of a small policy network: unit j of n gives
// 2/(1 + e^−v) − 1 with v = Σₖ x[k]·w[k·n+j] + y[j]. y holds the biases before and the outputs after; it has room for n,
// rounded up to a multiple of four, and what lies behind the n numbers there is lost. len(x) > 0 and len(w) = len(x)·n.
func Layer64(x, w, y []float64, n int) {
	if len(x) == 0 || n < 1 || len(w) != len(x)*n || len(y) < (n+3)&^3 {
		panic(fmt.Sprintf("kern: Layer64: %d inputs, %d units, %d weights, room for %d outputs", len(x), n, len(w), len(y)))
	}
	layer64(x, w, y, n)
}
