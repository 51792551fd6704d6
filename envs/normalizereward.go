package envs

import (
	"fmt"
	"math"
	"slices"
)

// NormalizeReward divides one component of the reward vectors of a shard by the running standard
// deviation of its discounted sum. The mean is not subtracted.
//
// Each copy has statistics of its own, so that results do not depend on how copies are grouped.
// They go on over resets. The step of mode NextStep that resets a copy is no transition and leaves
// them alone.
//
// Source: MO-Gymnasium 1.3.2, MONormalizeReward.
type NormalizeReward[T Real] struct {
	Shard[T]
	// Frozen stops the statistics.
	Frozen bool
	// Scales are the statistics of every copy.
	Scales []RewardScale

	index          int
	gamma, epsilon float64
	spec           Spec
	resets         resetSteps
}

// RewardScale is the running statistics of the discounted sum G of rewards of one copy.
type RewardScale struct {
	Sum   float64 // G ← γ·G·(1 − terminated) + r; "terminated" of the same step
	Mean  float64
	Var   float64
	Count float64
}

var _ Shard[float32] = (*NormalizeReward[float32])(nil)

// Defaults of the original.
const (
	NormalizeGamma   = 0.99
	NormalizeEpsilon = 1e-8
)

// NewNormalizeReward wraps s: the objective at index, which counts from the end if negative, is
// normalised with discount gamma in [0, 1]; epsilon > 0 is added to the variance.
func NewNormalizeReward[T Real](s Shard[T], index int, gamma, epsilon float64) (*NormalizeReward[T], error) {
	spec := *s.Spec()
	index, err := objectiveIndex(&spec, index)
	switch {
	case err != nil:
		return nil, fmt.Errorf("normalised reward of %s: %w", spec.ID, err)
	case !(gamma >= 0 && gamma <= 1):
		return nil, fmt.Errorf("normalised reward of %s: gamma %v is outside [0, 1]", spec.ID, gamma)
	case !(epsilon > 0) || math.IsInf(epsilon, 1):
		return nil, fmt.Errorf("normalised reward of %s: epsilon %v is no number above 0", spec.ID, epsilon)
	}
	spec.Objectives = slices.Clone(spec.Objectives)
	o := &spec.Objectives[index]
	o.Unit, o.Low, o.High = "", math.Inf(-1), math.Inf(1)
	return &NormalizeReward[T]{
		Shard: s, index: index, gamma: gamma, epsilon: epsilon, spec: spec,
		Scales: slices.Repeat([]RewardScale{{Var: 1, Count: 1e-4}}, s.Len()),
		resets: newResetSteps(s),
	}, nil
}

// Spec implements [Shard].
func (n *NormalizeReward[T]) Spec() *Spec { return &n.spec }

// Reset implements [Shard].
func (n *NormalizeReward[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	n.Shard.Reset(seeds, mask, obs)
	n.resets.reset(mask)
}

// Step implements [Shard].
func (n *NormalizeReward[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	n.Shard.Step(act, obs, rew, term, trunc, final)
	for i := range n.Scales {
		if n.resets.step(i, term[i] || trunc[i]) {
			continue
		}
		s, r := &n.Scales[i], &rew[i*n.spec.M()+n.index]
		if term[i] {
			s.Sum = 0
		}
		s.Sum = float64(s.Sum*n.gamma) + *r
		if !n.Frozen {
			s.add(s.Sum)
		}
		*r /= math.Sqrt(s.Var + n.epsilon)
	}
}

// add takes one more sample into account.
func (s *RewardScale) add(x float64) {
	d, total := x-s.Mean, s.Count+1
	s.Mean += d / total
	s.Var = (float64(s.Var*s.Count) + float64(d*d)*s.Count/total) / total
	s.Count = total
}
