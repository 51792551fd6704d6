package pareto

import "math"

// product is a number fraction·2^exponent, which may lie beyond the range of float64.
type product struct {
	fraction float64 // at least 0.5 and below 1, or 0
	exponent int
}

var one = product{0.5, 1}

// times returns the product with v, which is at least 0.
func (p product) times(v float64) product {
	f, e := math.Frexp(v)
	f, more := math.Frexp(p.fraction * f)
	return product{f, p.exponent + e + more}
}

// share returns v·p as a float64, rounded once.
func (p product) share(v float64) float64 { return math.Ldexp(v*p.fraction, p.exponent) }
