package preference

// Reward is the fitted model of a linear reward: P(σ₁ ≻ σ₂) = λ(f(σ₁) − f(σ₂)), with a statistic that depends on
// its weights. The inverse temperature is part of the weights.
type Reward struct {
	Statistic Statistic
	Weights   []float64 // one per objective
	Loss      float64   // mean cross-entropy of the answers, in nats, without regularisation
	Epochs    int       // or steps of Newton's method
}

var _ Model = (*Reward)(nil)

// Utility implements [Model].
func (r *Reward) Utility(s *Segment) float64 { return r.Statistic.Value(s) }

// P implements [Model].
func (r *Reward) P(a, b *Segment) float64 {
	return Logistic(r.Statistic.Value(a) - r.Statistic.Value(b))
}

// Params implements [Model].
func (r *Reward) Params() []float64 { return r.Weights }
