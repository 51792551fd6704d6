package envs

import (
	"fmt"
	"slices"
)

// ClipReward clips one component of the reward vectors of a shard to an interval.
type ClipReward[T Real] struct {
	Shard[T]
	index     int
	low, high float64
	spec      Spec
	resets    resetSteps // whose reward stays 0
}

var _ Shard[float32] = (*ClipReward[float32])(nil)

// NewClipReward wraps s: the objective at index, which counts from the end if negative, is clipped
// to [low, high].
func NewClipReward[T Real](s Shard[T], index int, low, high float64) (*ClipReward[T], error) {
	spec := *s.Spec()
	index, err := objectiveIndex(&spec, index)
	if err != nil {
		return nil, fmt.Errorf("clipped reward of %s: %w", spec.ID, err)
	}
	if !(low <= high) {
		return nil, fmt.Errorf("clipped reward of %s: the bounds %v and %v are no interval", spec.ID, low, high)
	}
	spec.Objectives = slices.Clone(spec.Objectives)
	o := &spec.Objectives[index]
	o.Low, o.High = min(max(o.Low, low), high), min(max(o.High, low), high)
	return &ClipReward[T]{Shard: s, index: index, low: low, high: high, spec: spec, resets: newResetSteps(s)}, nil
}

// objectiveIndex resolves an index of an objective, which counts from the end if negative.
func objectiveIndex(s *Spec, index int) (int, error) {
	m := s.M()
	if index < -m || index >= m {
		return 0, fmt.Errorf("no objective %d; the %d objectives are %d to %d, or -%d to -1 from the end", index, m, 0, m-1, m)
	}
	return (index + m) % m, nil
}

// Spec implements [Shard].
func (c *ClipReward[T]) Spec() *Spec { return &c.spec }

// Reset implements [Shard].
func (c *ClipReward[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	c.Shard.Reset(seeds, mask, obs)
	c.resets.reset(mask)
}

// Step implements [Shard].
func (c *ClipReward[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	c.Shard.Step(act, obs, rew, term, trunc, final)
	for i := range term {
		if !c.resets.step(i, term[i] || trunc[i]) {
			r := &rew[i*c.spec.M()+c.index]
			*r = min(max(*r, c.low), c.high)
		}
	}
}
