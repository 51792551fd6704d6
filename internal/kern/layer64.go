package kern

import (
	"fmt"
	"math"
)

// Layer64 computes a fully connected layer of a small policy network: unit j of n gives
// 2/(1 + e^−v) − 1 with v = Σₖ x[k]·w[k·n+j] + y[j]. y holds the biases before and the outputs after; it has room for n,
// rounded up to a multiple of four, and what lies behind the n numbers there is lost. len(x) > 0 and len(w) = len(x)·n.
func Layer64(x, w, y []float64, n int) {
	if len(x) == 0 || n < 1 || len(w) != len(x)*n || len(y) < (n+3)&^3 {
		panic(fmt.Sprintf("kern: Layer64: %d inputs, %d units, %d weights, room for %d outputs", len(x), n, len(w), len(y)))
	}
	layer64(x, w, y, n)
}

func layer64Generic(x, w, y []float64, n int) {
	y = y[:n]
	for j, bias := range y {
		sum := 0.0
		for k, v := range x {
			sum += float64(v * w[k*n+j])
		}
		y[j] = 2/(1+exp(-(sum+bias))) - 1
	}
}

// exp is e^t for |t| up to 700 and that of the bound beyond it, which 2/(1 + e^t) does not tell apart: the remainder of t after
// a multiple of ln 2 is divided by 16, a Taylor series gives e^s − 1 of it, and e^s is squared four times. It has the bits of
// math.Exp on amd64.
//
// Source: Shibata, "Efficient evaluation methods of elementary functions suitable for SIMD computation", 2010.
func exp(t float64) float64 {
	t = min(max(t, -700), 700)
	e := math.RoundToEven(float64(t * 1.4426950408889634073599246810018920))
	s := math.FMA(-e, 0.69314718055966295651160180568695068359375, t)
	s = math.FMA(-e, 0.28235290563031577122588448175013436025525412068e-12, s)
	s *= 0.0625
	p := 2.4801587301587301587e-5
	for _, term := range [...]float64{
		1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3,
		4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1,
	} {
		p = math.FMA(p, s, term)
	}
	s = float64(s * p)
	for range 3 {
		s = float64(s * (s + 2))
	}
	return float64(math.FMA(s, s+2, 1) * math.Float64frombits(uint64(int64(e)+1023)<<52))
}
