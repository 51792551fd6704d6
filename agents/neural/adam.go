package neural

import (
	"math"

	"github.com/paretolab/paretolab/internal/kern"
)

// Adam is the optimiser of Kingma and Ba (2015) over one flat parameter slice, with clipping by
// the global gradient norm folded into its single pass.
type Adam struct {
	Beta1, Beta2, Eps float64
	M, V              []float32 // first and second moments
	T                 int       // steps taken
	Rate              float64   // learning rate of the last step
}

// NewAdam returns an optimiser for n parameters with β1 = 0.9, β2 = 0.999 and the given ε.
func NewAdam(n int, eps float64) *Adam {
	return &Adam{Beta1: 0.9, Beta2: 0.999, Eps: eps, M: make([]float32, n), V: make([]float32, n)}
}

// Step updates p by the gradient g, scaled down so that its norm is at most maxNorm (0: never).
// It returns the norm before scaling.
func (a *Adam) Step(p, g []float32, lr, maxNorm float64) float64 {
	norm := math.Sqrt(kern.SumSq(g))
	scale := 1.0
	if maxNorm > 0 {
		scale = min(1, maxNorm/(norm+1e-6))
	}
	a.T++
	a.Rate = lr
	c2 := math.Sqrt(1 - math.Pow(a.Beta2, float64(a.T)))
	alpha := lr * c2 / (1 - math.Pow(a.Beta1, float64(a.T)))
	kern.Adam(p, g, a.M, a.V, float32(scale), float32(a.Beta1), float32(a.Beta2), float32(alpha), float32(a.Eps*c2))
	return norm
}

// Clone returns an independent copy.
func (a *Adam) Clone() *Adam {
	b := *a
	b.M, b.V = append([]float32(nil), a.M...), append([]float32(nil), a.V...)
	return &b
}
