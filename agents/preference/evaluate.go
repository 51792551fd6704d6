package preference

import "math"

// NearOptimal is the scaled return above which a policy counts as near-optimal.
const NearOptimal = 0.9

// Scale measures policies of a world: 1 is the best, 0 the uniformly random one. There is no lower bound.
type Scale struct {
	World         *World
	Weights       []float64 // of the true reward
	Best, Uniform float64   // J of the best and of the uniformly random policy
}

// NewScale works out both ends of the scale for true weights.
func (w *World) NewScale(weights []float64) (*Scale, error) {
	v, err := w.Values(weights)
	if err != nil {
		return nil, err
	}
	return &Scale{w, weights, w.Mean(v), w.Mean(w.Evaluate(w.Uniform(), weights))}, nil
}

// Policy returns the scaled return of a stochastic policy: (J(π) − J(uniform)) / (J(π*) − J(uniform)), J being the mean
// value over the start states under the true reward. Where all policies are worth the same it is 1.
func (s *Scale) Policy(policy []float64) float64 {
	span := s.Best - s.Uniform
	if span <= 1e-12*max(1, math.Abs(s.Best)) {
		return 1
	}
	return (s.World.Mean(s.World.Evaluate(policy, s.Weights)) - s.Uniform) / span
}

// Reward returns the scaled return of the policy that is best for learned weights.
func (s *Scale) Reward(weights []float64) (float64, error) {
	policy, err := s.World.Best(weights)
	if err != nil {
		return 0, err
	}
	return s.Policy(policy), nil
}

// Accuracy is the share of answers other than "same", by weight, that a model orders as they say, ties counting half:
// nil without such answers.
func Accuracy(m Model, d *Dataset) *float64 {
	right, total := 0.0, 0.0
	for i := range d.Pairs {
		p := &d.Pairs[i]
		if p.Y == 0.5 {
			continue
		}
		total += p.count()
		switch z := m.Utility(&p.A) - m.Utility(&p.B); {
		case z == 0:
			right += p.count() / 2
		case z > 0 == (p.Y > 0.5):
			right += p.count()
		}
	}
	if total == 0 {
		return nil
	}
	right /= total
	return &right
}
