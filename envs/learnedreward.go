package envs

import (
	"fmt"
	"math"
	"slices"
)

// LearnedReward returns an environment with one objective, reward: the dot product of e's reward vectors and
// weights of any sign, as they are learned from preferences. So every agent trains on what somebody was found to
// want. Observations, actions, episodes, states and, where there is one, the exact model are those of e. It is an
// error if the weights are not one finite number per objective.
func LearnedReward(e *Environment, weights []float64) (*Environment, error) {
	if len(weights) != e.Spec.M() {
		return nil, fmt.Errorf("learned reward of %s: %d weights for %d objectives", e.Spec.ID, len(weights), e.Spec.M())
	}
	weights = slices.Clone(weights)
	learned := &Environment{Spec: e.Spec, Options: e.Options}
	reward := Objective{Name: "reward"}
	for j, w := range weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return nil, fmt.Errorf("learned reward of %s: the weight of %s is %v; give a finite number", e.Spec.ID, e.Spec.Objectives[j].Name, w)
		}
		if w != 0 { // 0·Inf is no bound
			bounds := [2]float64{w * e.Spec.Objectives[j].Low, w * e.Spec.Objectives[j].High}
			reward.Low += min(bounds[0], bounds[1])
			reward.High += max(bounds[0], bounds[1])
		}
	}
	learned.Spec.Objectives = []Objective{reward}
	// The reference point lies below every return: with weights of both signs that of the vectors says nothing.
	steps := float64(e.Spec.Horizon)
	if gamma := e.Spec.Reference.Discount; gamma < 1 {
		steps = (1 - math.Pow(gamma, steps)) / (1 - gamma)
		if e.Spec.Horizon == 0 {
			steps = 1 / (1 - gamma)
		}
	}
	low := min(reward.Low, 0)*steps - 1
	if math.IsInf(low, 0) || math.IsNaN(low) {
		low = -math.MaxFloat32
	}
	learned.Spec.Reference.Point = []float64{low}
	learned.Spec.Reference.Source = "paretolab; below every return of the learned reward"
	learned.Spec.Alternatives = nil
	learned.New = func() Env {
		l := learnedReward{Env: e.New(), weights: weights, vector: make([]float64, len(weights))}
		model, ok := l.Env.(Model)
		if !ok {
			return &l
		}
		m := learnedModel{l, model}
		if index, ok := l.Env.(StateIndexer); ok {
			return &learnedIndexed{m, index}
		}
		return &m
	}
	return learned, nil
}

// learnedReward is a copy of an environment with a learned reward.
type learnedReward struct {
	Env
	weights []float64
	vector  []float64 // of the last step
}

// Step implements [Env].
func (l *learnedReward) Step(rng *RNG, a Action, reward []float64) bool {
	terminated := l.Env.Step(rng, a, l.vector)
	reward[0] = l.value(l.vector)
	return terminated
}

func (l *learnedReward) value(vector []float64) (sum float64) {
	for j, w := range l.weights {
		sum += float64(w * vector[j])
	}
	return sum
}

// CheckState implements [StateChecker], for environments that do.
func (l *learnedReward) CheckState() error {
	if c, ok := l.Env.(StateChecker); ok {
		return c.CheckState()
	}
	return nil
}

// learnedModel is one that has an exact model.
type learnedModel struct {
	learnedReward
	model Model
}

var (
	_ RandomStart  = (*learnedModel)(nil)
	_ StateChecker = (*learnedModel)(nil)
)

// NumStates implements [Model].
func (l *learnedModel) NumStates() int { return l.model.NumStates() }

// NumActions implements [Model].
func (l *learnedModel) NumActions() int { return l.model.NumActions() }

// StartState implements [Model].
func (l *learnedModel) StartState() int { return l.model.StartState() }

// Starts implements [RandomStart].
func (l *learnedModel) Starts(buf []Outcome) []Outcome { return append(buf, Starts(l.model)...) }

// Outcomes implements [Model].
func (l *learnedModel) Outcomes(s, a int, buf []Outcome) []Outcome {
	from := len(buf)
	buf = l.model.Outcomes(s, a, buf)
	for i := from; i < len(buf); i++ {
		buf[i].Reward = []float64{l.value(buf[i].Reward)}
	}
	return buf
}

// learnedIndexed is one that tells its state in the model.
type learnedIndexed struct {
	learnedModel
	StateIndexer
}
