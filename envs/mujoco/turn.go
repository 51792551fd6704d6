package mujoco

import "math"

// halfTurn returns sine and cosine of x/2, to within 4.5e-16. Joints turn back and forth, so that a branch on
// the sign or quadrant of x would often be predicted wrongly: within a turn it needs none.
func halfTurn(x float64) (sin, cos float64) {
	if !(x >= -math.Pi && x <= math.Pi) {
		return math.Sincos(0.5 * x)
	}
	// Of a quarter of x by the polynomials of Cephes for up to π/4, then doubled.
	y := 0.25 * x
	z := y * y
	s := y + y*z*(((((1.58962301576546568060e-10*z-2.50507477628578072866e-8)*z+2.75573136213857245213e-6)*z-1.98412698295895385996e-4)*z+8.33333333332211858878e-3)*z-1.66666666666666307295e-1)
	c := 1 - 0.5*z + z*z*(((((-1.13585365213876817300e-11*z+2.08757008419747316778e-9)*z-2.75573141792967388112e-7)*z+2.48015872888517045348e-5)*z-1.38888888888730564116e-3)*z+4.16666666666665929218e-2)
	return 2 * s * c, 1 - 2*s*s
}
