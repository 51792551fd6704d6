package preference

import "math"

// adam is the optimiser of Kingma & Ba (2015) in float64, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
type adam struct {
	rate   float64
	m, v   []float64
	b1, b2 float64 // β₁ᵗ and β₂ᵗ
}

func newAdam(n int, rate float64) *adam {
	return &adam{rate: rate, m: make([]float64, n), v: make([]float64, n), b1: 1, b2: 1}
}

// step changes w against the gradient g.
func (a *adam) step(w, g []float64) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	a.b1 *= beta1
	a.b2 *= beta2
	c1, c2 := 1/(1-a.b1), 1/(1-a.b2)
	for j, x := range g {
		a.m[j] = beta1*a.m[j] + (1-beta1)*x
		a.v[j] = beta2*a.v[j] + (1-beta2)*x*x
		w[j] -= a.rate * (a.m[j] * c1) / (math.Sqrt(a.v[j]*c2) + epsilon)
	}
}
