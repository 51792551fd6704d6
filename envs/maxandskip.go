package envs

import (
	"fmt"
	"slices"
)

// MaxAndSkip repeats every action a number of times, sums the rewards, and shows the elementwise
// maximum of the last two observations. It stops early at the end of an episode, and then shows the
// last observation.
//
// It steps copies apart from each other, since their episodes end within different repetitions; so
// it makes its own instead of wrapping a shard.
//
// Source: MO-Gymnasium 1.3.2, MOMaxAndSkipObservation, which after an early end shows the maximum of
// two older observations.
type MaxAndSkip[T Real] struct {
	copies []*Vector[T] // of one
	skip   int
	spec   Spec

	previous []T       // observation before the last repetition
	reward   []float64 // of one repetition
	resets   resetSteps
}

var _ Shard[float32] = (*MaxAndSkip[float32])(nil)

// NewMaxAndSkip returns n copies of e that take each action skip times, at least twice. The horizon
// of e counts repetitions.
func NewMaxAndSkip[T Real](e *Environment, n int, mode Autoreset, skip int) (*MaxAndSkip[T], error) {
	if skip < 2 {
		return nil, fmt.Errorf("max and skip of %s: skip is %d; it is at least 2", e.Spec.ID, skip)
	}
	if n < 1 {
		panic(fmt.Sprintf("envs: a batch of %d copies", n))
	}
	m := &MaxAndSkip[T]{
		copies: make([]*Vector[T], n), skip: skip, spec: e.Spec,
		previous: make([]T, e.Spec.Observation.Len()), reward: make([]float64, e.Spec.M()),
	}
	for i := range m.copies {
		m.copies[i] = NewVector[T](e, 1, mode)
		m.copies[i].rngs[0].Seed(uint64(i))
	}
	if h := e.Spec.Horizon; h > 0 {
		m.spec.Horizon = 1 + (h-1)/skip
	}
	m.spec.Objectives = slices.Clone(e.Spec.Objectives)
	for j := range m.spec.Objectives {
		o := &m.spec.Objectives[j]
		o.Low, o.High = min(o.Low, o.Low*float64(skip)), max(o.High, o.High*float64(skip))
	}
	m.resets = newResetSteps(m)
	return m, nil
}

// Len implements [Shard].
func (m *MaxAndSkip[T]) Len() int { return len(m.copies) }

// Spec implements [Shard].
func (m *MaxAndSkip[T]) Spec() *Spec { return &m.spec }

// Mode implements [Shard].
func (m *MaxAndSkip[T]) Mode() Autoreset { return m.copies[0].mode }

// Reset implements [Shard].
func (m *MaxAndSkip[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	nObs := len(m.previous)
	for i, c := range m.copies {
		if mask != nil && !mask[i] {
			continue
		}
		var seed []uint64
		if seeds != nil {
			seed = seeds[i : i+1]
		}
		c.Reset(seed, nil, obs[i*nObs:(i+1)*nObs])
	}
	m.resets.reset(mask)
}

// Step implements [Shard].
func (m *MaxAndSkip[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	nObs, nRew := len(m.previous), len(m.reward)
	for i, c := range m.copies {
		one := Actions[T]{}
		if c.boxed {
			one.Box = act.Box[i*c.nAct : (i+1)*c.nAct]
		} else {
			one.Discrete = act.Discrete[i*c.nAct : (i+1)*c.nAct]
		}
		row, last := obs[i*nObs:(i+1)*nObs], final[i*nObs:(i+1)*nObs]
		sum := rew[i*nRew : (i+1)*nRew]
		clear(sum)
		for k := 1; k <= m.skip; k++ {
			copy(m.previous, row)
			c.Step(one, row, m.reward, term[i:i+1], trunc[i:i+1], last)
			for j, r := range m.reward {
				sum[j] += r
			}
			ended := term[i] || trunc[i]
			if m.resets.step(i, ended) {
				break
			}
			if k == m.skip {
				m.merge(row, last, ended)
			}
			if ended {
				break
			}
		}
	}
}

// merge raises the last observation to that before it. At the end of an episode it lies in last,
// and, unless the copy was reset, in row too.
func (m *MaxAndSkip[T]) merge(row, last []T, ended bool) {
	if !ended {
		last = row
	}
	for k, x := range m.previous {
		last[k] = max(last[k], x)
	}
	if ended && m.Mode() != SameStep {
		copy(row, last)
	}
}
