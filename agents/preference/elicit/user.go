package elicit

import (
	"math"
	"math/rand/v2"
)

// User answers questions: a simulated one, or a person.
type User interface {
	// Answer answers a question about items. An error ends the session.
	Answer(items *Items, q Question) (Answer, error)
}

// Simulated is a user with a known utility of each item.
type Simulated struct {
	Utility []float64 // of each item
	Beta    float64   // consistency on that scale; 0 is noiseless, where equal items are "same"
	Same    float64   // threshold d of "same"
	Random  *rand.Rand
}

// NewSimulated returns a user with a utility of scaled values, such as that of a [Family] with parameters.
func NewSimulated(items *Items, utility func(y []float64) float64, beta float64, random *rand.Rand) *Simulated {
	s := &Simulated{Utility: make([]float64, items.Len()), Beta: beta, Random: random}
	for i := range s.Utility {
		s.Utility[i] = utility(items.Scaled(i))
	}
	return s
}

// Answer implements [User].
func (s *Simulated) Answer(items *Items, q Question) (Answer, error) {
	a := Answer{Question: q}
	left := append([]int(nil), q.Items...)
	for len(left) > 1 {
		at := s.choose(left)
		if at < 0 {
			return Answer{Question: q}, nil
		}
		a.Order = append(a.Order, left[at])
		if !q.Ranking {
			return a, nil
		}
		left = append(left[:at], left[at+1:]...)
	}
	a.Order = append(a.Order, left...)
	return a, nil
}

// choose returns the place of the best item, or −1 if they are the same.
func (s *Simulated) choose(items []int) int {
	if s.Beta == 0 {
		best, equal := 0, true
		for k, i := range items {
			equal = equal && math.Abs(s.Utility[i]-s.Utility[items[0]]) <= 1e-9
			if s.Utility[i] > s.Utility[items[best]] {
				best = k
			}
		}
		if equal {
			return -1
		}
		return best
	}
	v := make([]float64, len(items))
	for k, i := range items {
		v[k] = s.Beta * s.Utility[i]
	}
	at := s.Random.Float64()
	if len(v) == 2 {
		first := reply{order: []int{0}}
		second := reply{order: []int{1}}
		if at -= math.Exp(first.logLikelihood(v, s.Same)); at < 0 {
			return 0
		}
		if at -= math.Exp(second.logLikelihood(v, s.Same)); at < 0 || s.Same == 0 {
			return 1
		}
		return -1
	}
	total := logSumExp(v, nil)
	for k, x := range v {
		if at -= math.Exp(x - total); at < 0 {
			return k
		}
	}
	return len(v) - 1
}

// Loss returns what the user loses with an item instead of the best one, as a share of what lies between the best and
// the worst.
func (s *Simulated) Loss(item int) float64 {
	best, worst := math.Inf(-1), math.Inf(1)
	for _, u := range s.Utility {
		best, worst = max(best, u), min(worst, u)
	}
	if best == worst {
		return 0
	}
	return (best - s.Utility[item]) / (best - worst)
}
