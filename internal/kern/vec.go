package kern

import "fmt"

// Coefficients of the rational approximation of tanh: with s = x²,
// tanh x ≈ x·P(s)/Q(s), fitted for this project over [−8, 8].
const (
	tanhP0 = 0.9999998807907104
	tanhP1 = 0.12925663590431213
	tanhP2 = 0.002951023867353797
	tanhP3 = 1.1428425750636961e-05

	tanhQ0 = 1
	tanhQ1 = 0.4625887870788574
	tanhQ2 = 0.02381555549800396
	tanhQ3 = 0.00023866920673754066
	tanhQ4 = 2.4592117142674397e-07

	// tanhMax is where the argument is clamped: beyond it tanh rounds to ±1.
	tanhMax = 8
)

// Tanh replaces each x by its hyperbolic tangent, with an absolute error of at
// most 4.5e-7 on the assembly paths and 4.8e-7 on the generic one. The result
// never exceeds 1 in magnitude and is odd in x; NaN stays NaN.
func Tanh(x []float32) { tanh(x) }

// TanhGrad multiplies d by the derivative of tanh, given its output
// h = tanh z: d ← d·(1−h²). h must be as long as d.
func TanhGrad(d, h []float32) {
	check2("TanhGrad", "d", "h", len(d), len(h))
	tanhGrad(d, h)
}

// ReLU replaces negative x by zero. NaN stays NaN.
func ReLU(x []float32) { relu(x) }

// ReLUGrad multiplies d by the derivative of ReLU, given its output h: d
// becomes zero wherever h is not positive. h must be as long as d.
func ReLUGrad(d, h []float32) {
	check2("ReLUGrad", "d", "h", len(d), len(h))
	reluGrad(d, h)
}

// Adam takes one step of the Adam optimiser (Kingma & Ba 2015,
// arXiv:1412.6980) with gradient clipping folded in. For each element
//
//	g' = scale·g
//	m ← g' + β1(m − g')
//	v ← g'² + β2(v − g'²)
//	p ← p − alpha·m/(√v + eps)
//
// p are the parameters, g the gradient, which is only read, m and v the two
// moments; all have one length. scale is the clipping factor
// min(1, maxNorm/(‖g‖+1e-6)), or 1. The caller folds the bias correction of
// step t into alpha = α·√(1−β2ᵗ)/(1−β1ᵗ) and eps = ε·√(1−β2ᵗ), which is
// section 2 of the paper rewritten, equal in real arithmetic to the
// bias-corrected form.
func Adam(p, g, m, v []float32, scale, beta1, beta2, alpha, eps float32) {
	if len(g) != len(p) || len(m) != len(p) || len(v) != len(p) {
		panic(fmt.Sprintf("kern: Adam: lengths differ: len(p)=%d len(g)=%d len(m)=%d len(v)=%d", len(p), len(g), len(m), len(v)))
	}
	adam(p, g, m, v, scale, beta1, beta2, alpha, eps)
}

// SumSq returns Σ x². Products are exact and sums are in float64, split over 16
// fixed lanes, so that every path, the generic one too, returns the same bits.
func SumSq(x []float32) float64 { return dot(x, x) }

// Dot returns Σ xᵢyᵢ, computed as [SumSq] is. y must be as long as x.
func Dot(x, y []float32) float64 {
	check2("Dot", "x", "y", len(x), len(y))
	return dot(x, y)
}

// Axpy adds alpha·x to y. x must be as long as y.
func Axpy(alpha float32, x, y []float32) {
	check2("Axpy", "x", "y", len(x), len(y))
	axpy(alpha, x, y)
}

func check2(kernel, a, b string, lenA, lenB int) {
	if lenA != lenB {
		panic(fmt.Sprintf("kern: %s: lengths differ: len(%s)=%d len(%s)=%d", kernel, a, lenA, b, lenB))
	}
}
