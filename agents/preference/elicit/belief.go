package elicit

import "math"

// Belief is what is known of a user: a distribution over utilities.
type Belief interface {
	// Condition learns from one more answer.
	Condition(a *Answer)
	// Reset forgets all answers.
	Reset()
	// Sample returns the distribution as weighted samples. It is valid, and does not change, until the next call of
	// another method.
	Sample() *Sample
}

// Sample is a distribution over utilities as K users, each with a weight.
type Sample struct {
	Weight  []float64 // π of each user, adding up to 1
	Beta    []float64 // consistency β of each user
	Utility []float64 // of each item and user, N×K: that of item i for user k is Utility[i*K+k]
	// Params are the parameters of each user's utility, K rows; nil where it has none.
	Params [][]float64

	// U = factor (K×rank) times loading (N×rank) transposed; rank 0 where no factors are known.
	rank            int
	factor, loading []float64
}

// Len returns the number of users K.
func (s *Sample) Len() int { return len(s.Weight) }

// Items returns the number of items N.
func (s *Sample) Items() int { return len(s.Utility) / len(s.Weight) }

// Of returns the utilities of item i, one for each user. It shares memory.
func (s *Sample) Of(i int) []float64 {
	k := len(s.Weight)
	return s.Utility[i*k : (i+1)*k : (i+1)*k]
}

// newSample returns K users of equal weight, without utilities.
func newSample(n, k int) *Sample {
	s := &Sample{Weight: make([]float64, k), Beta: make([]float64, k), Utility: make([]float64, n*k)}
	for i := range s.Weight {
		s.Weight[i] = 1 / float64(k)
	}
	return s
}

// normalise sets the weights from their logarithms, of which the largest becomes 0.
func (s *Sample) normalise(logWeight []float64) {
	highest := math.Inf(-1)
	for _, v := range logWeight {
		highest = max(highest, v)
	}
	sum := 0.0
	for k, v := range logWeight {
		logWeight[k] = v - highest
		s.Weight[k] = math.Exp(v - highest)
		sum += s.Weight[k]
	}
	for k := range s.Weight {
		s.Weight[k] /= sum
	}
}

// effective is the effective sample size 1 / Σ π².
func (s *Sample) effective() float64 {
	sum := 0.0
	for _, v := range s.Weight {
		sum += v * v
	}
	return 1 / sum
}
