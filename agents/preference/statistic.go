package preference

// Statistic is what a preference model compares of two segments: P(σ₁ ≻ σ₂) = λ(β (f(σ₁) − f(σ₂))).
type Statistic interface {
	// Value is f(σ).
	Value(s *Segment) float64
	// Grad writes the derivatives of f(σ) by the parameters of the statistic: for those of a linear
	// reward its weights.
	Grad(s *Segment, dst []float64)
}
