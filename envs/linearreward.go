package envs

import (
	"fmt"
	"math"
	"slices"
)

// LinearReward makes the reward of a shard one number: the dot product of reward vector and weights.
type LinearReward[T Real] struct {
	Shard[T]
	weights []float64
	vectors []float64 // n × m
	spec    Spec      // with the one objective
}

var _ Shard[float32] = (*LinearReward[float32])(nil)

// NewLinearReward wraps s. Weights are one finite number per objective; nil means all ones.
func NewLinearReward[T Real](s Shard[T], weights []float64) (*LinearReward[T], error) {
	m := s.Spec().M()
	if weights == nil {
		weights = slices.Repeat([]float64{1}, m)
	}
	l := &LinearReward[T]{Shard: s, vectors: make([]float64, s.Len()*m)}
	if err := l.SetWeights(weights); err != nil {
		return nil, err
	}
	return l, nil
}

// SetWeights changes the weights. They are copied.
func (l *LinearReward[T]) SetWeights(weights []float64) error {
	inner := l.Shard.Spec()
	if len(weights) != inner.M() {
		return fmt.Errorf("linear reward of %s: %d weights for %d objectives", inner.ID, len(weights), inner.M())
	}
	for j, w := range weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("linear reward of %s: the weight of %s is %v; give a finite number", inner.ID, inner.Objectives[j].Name, w)
		}
	}
	l.weights = slices.Clone(weights)
	l.spec = *inner
	reward := Objective{Name: "reward"}
	for j, w := range weights {
		if w != 0 { // 0·Inf is no bound
			bounds := [2]float64{w * inner.Objectives[j].Low, w * inner.Objectives[j].High}
			reward.Low += min(bounds[0], bounds[1])
			reward.High += max(bounds[0], bounds[1])
		}
	}
	l.spec.Objectives = []Objective{reward}
	l.spec.Reference = l.reference(inner.Reference)
	l.spec.Alternatives = nil
	for _, r := range inner.Alternatives {
		l.spec.Alternatives = append(l.spec.Alternatives, l.reference(r))
	}
	return nil
}

func (l *LinearReward[T]) reference(r Reference) Reference {
	r.Point = []float64{l.dot(r.Point)}
	return r
}

func (l *LinearReward[T]) dot(x []float64) float64 {
	sum := 0.0
	for j, w := range l.weights {
		sum += float64(w * x[j])
	}
	return sum
}

// Weights returns the weights in use; do not modify them.
func (l *LinearReward[T]) Weights() []float64 { return l.weights }

// Vectors returns the reward vectors of the last step, n × m. The next step overwrites them.
func (l *LinearReward[T]) Vectors() []float64 { return l.vectors }

// Spec implements [Shard].
func (l *LinearReward[T]) Spec() *Spec { return &l.spec }

// Step implements [Shard].
func (l *LinearReward[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	n, m := l.Len(), len(l.weights)
	if len(rew) != n {
		panic(fmt.Sprintf("envs: Step of %d copies of %s with %d reward entries, linear rewards are one each", n, l.spec.ID, len(rew)))
	}
	l.Shard.Step(act, obs, l.vectors, term, trunc, final)
	for i := range rew {
		rew[i] = l.dot(l.vectors[i*m : (i+1)*m])
	}
}
