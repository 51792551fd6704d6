package neural

import (
	"math"
	"math/rand/v2"
)

// Gaussian is the head of continuous actions: independent normal distributions whose means are the
// network outputs. Their standard deviations are parameters of their own, the same for all
// observations; [Gaussian.SetLogStd] takes their logarithms.
type Gaussian[T Real] struct {
	// DLogStd accumulates, over calls of AddGradient, the gradient by the logarithms of the
	// standard deviations. The caller clears it.
	DLogStd []float64

	mean         []T
	logStd       []float64
	std, inverse []float64
	entropy      float64
}

// NewGaussian returns a head for actions of n components with standard deviations 1.
func NewGaussian[T Real](n int) *Gaussian[T] {
	g := &Gaussian[T]{DLogStd: make([]float64, n), logStd: make([]float64, n), std: make([]float64, n), inverse: make([]float64, n)}
	g.SetLogStd(make([]T, n))
	return g
}

var _ Head[float32] = (*Gaussian[float32])(nil)

const logSqrt2Pi = 0.91893853320467274178 // ln √(2π)

// SetLogStd sets the logarithms of the standard deviations. It must be called again when they have
// changed; it costs two exponentials per component.
func (g *Gaussian[T]) SetLogStd(logStd []T) {
	g.entropy = 0
	for k := range g.logStd {
		s := float64(logStd[k])
		g.logStd[k], g.std[k], g.inverse[k] = s, math.Exp(s), math.Exp(-s)
		g.entropy += s + 0.5 + logSqrt2Pi
	}
}

// Outputs implements [Head]: one mean per component.
func (g *Gaussian[T]) Outputs() int { return len(g.std) }

// Actions implements [Head].
func (g *Gaussian[T]) Actions() int { return len(g.std) }

// Set implements [Head].
func (g *Gaussian[T]) Set(row []T) { g.mean = row[:len(g.std)] }

// Sample implements [Head].
func (g *Gaussian[T]) Sample(action []T, rng *rand.Rand) {
	for k, m := range g.mean {
		action[k] = m + T(g.std[k]*rng.NormFloat64())
	}
}

// Mode implements [Head].
func (g *Gaussian[T]) Mode(action []T) { copy(action, g.mean) }

// LogProb implements [Head].
func (g *Gaussian[T]) LogProb(action []T) float64 {
	sum := 0.0
	for k, m := range g.mean {
		z := (float64(action[k]) - float64(m)) * g.inverse[k]
		sum -= 0.5*z*z + g.logStd[k] + logSqrt2Pi
	}
	return sum
}

// Entropy implements [Head].
func (g *Gaussian[T]) Entropy() float64 { return g.entropy }

// AddGradient implements [Head], by ∂ ln p(a)/∂μ = (a-μ)/σ², ∂ ln p(a)/∂ ln σ = (a-μ)²/σ² - 1 and
// ∂H/∂ ln σ = 1.
func (g *Gaussian[T]) AddGradient(d, action []T, dlogp, dentropy float64) {
	for k, m := range g.mean {
		z := (float64(action[k]) - float64(m)) * g.inverse[k]
		d[k] += T(dlogp * z * g.inverse[k])
		g.DLogStd[k] += dlogp*(z*z-1) + dentropy
	}
}
