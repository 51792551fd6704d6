// Package agentstest helps to test learning algorithms: a recorder that keeps what it is given in
// memory, and the laws that every algorithm must obey.
package agentstest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Memory is a recorder that keeps what it is given.
type Memory struct {
	Problem  *agents.Problem
	Episodes int    // of a measurement; 0 is one
	Resume   []byte // what Restore returns

	Names   []string            // of the algorithm's columns
	Records []agents.Evaluation // in order
	Last    func() ([]byte, error)
	Steps   atomic.Int64

	OnEpisode func(agents.Episode) // what EpisodeSink returns
	OnRecord  func(n int) error    // called with the number of records so far; its error is Record's
	OnStep    func(total int)
}

// Columns implements agents.Recorder.
func (m *Memory) Columns(names ...string) { m.Names = names }

// Restore implements agents.Recorder.
func (m *Memory) Restore() []byte { return m.Resume }

// Step implements agents.Recorder.
func (m *Memory) Step(n int) {
	if total := m.Steps.Add(int64(n)); m.OnStep != nil {
		m.OnStep(int(total))
	}
}

// EpisodeSink implements agents.Recorder.
func (m *Memory) EpisodeSink() func(agents.Episode) { return m.OnEpisode }

// Record implements agents.Recorder.
func (m *Memory) Record(e agents.Evaluation, state func() ([]byte, error)) error {
	m.Records = append(m.Records, e)
	m.Last = state
	if len(e.Columns) != len(m.Names) {
		return fmt.Errorf("%d values for columns %v", len(e.Columns), m.Names)
	}
	if m.OnRecord != nil {
		return m.OnRecord(len(m.Records))
	}
	return nil
}

// Evaluate implements agents.Recorder: it runs one episode after the other and returns their mean,
// without standard errors.
func (m *Memory) Evaluate(_ context.Context, p agents.Policy) (agents.Value, error) {
	spec := &m.Problem.Env.Spec
	n, k := max(1, m.Episodes), spec.M()
	v := envs.NewVector[float32](m.Problem.Env, n, envs.NoReset)
	obs, final := make([]float32, n*spec.Observation.Len()), make([]float32, n*spec.Observation.Len())
	rew, term, trunc := make([]float64, n*k), make([]bool, n), make([]bool, n)
	act := envs.Actions[float32]{}
	if spec.Action.Kind == envs.KindDiscrete {
		act.Discrete = make([]int32, n)
	} else {
		act.Box = make([]float32, n*spec.Action.Len())
	}
	actor := p.NewActor(n)
	value := agents.Value{Return: make([]float64, k), StdErr: make([]float64, k), Undiscounted: make([]float64, k), UndiscountedErr: make([]float64, k), Episodes: n}
	for i := range n {
		seeds := make([]uint64, n)
		for j := range seeds {
			seeds[j] = agents.Stream(m.Problem.Seed, "eval", j)
		}
		v.Reset(seeds, nil, obs)
		for j := range n {
			actor.Reset(j, rand.New(agents.NewRand(m.Problem.Seed, "eval.policy", j)))
		}
		weight := 1.0
		for {
			actor.Act(obs, act)
			v.Step(act, obs, rew, term, trunc, final)
			if f, ok := actor.(agents.Feedback); ok {
				f.Feedback(rew)
			}
			for j := range k {
				value.Return[j] += weight * rew[i*k+j] / float64(n)
				value.Undiscounted[j] += rew[i*k+j] / float64(n)
			}
			weight *= m.Problem.Reference.Discount
			if term[i] || trunc[i] {
				break
			}
			for j := range n { // others may have ended: begin them again, they are not counted
				if term[j] || trunc[j] {
					mask := make([]bool, n)
					mask[j] = true
					v.Reset(nil, mask, obs)
					actor.Reset(j, rand.New(agents.NewRand(m.Problem.Seed, "eval.policy", j)))
				}
			}
		}
	}
	return value, nil
}

// Fingerprint holds everything about a policy set, for comparison bit for bit.
func Fingerprint(s *agents.PolicySet) (string, error) {
	text := ""
	for _, m := range s.Members {
		b, err := m.Policy.Encode()
		if err != nil {
			return "", fmt.Errorf("policy %s: %w", m.ID, err)
		}
		text += fmt.Sprintf("%s %s %s %d %v %v %x\n", m.ID, m.Parent, m.Origin, m.Steps, m.Weight, m.Value, sha256.Sum256(b))
	}
	for _, t := range s.Tables {
		text += fmt.Sprintf("%s %v\n", t.Name, t.Columns)
	}
	return text, nil
}
