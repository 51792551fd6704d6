package ppo

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
)

// corridor is ten cells; the walker starts in the first and each step left or right costs 1 of the
// time; the last cell pays 10 treasure. Optimal: (10, -9).
type corridor struct {
	S struct {
		Cell int32 `json:"cell"`
	}
}

func (c *corridor) Reset(*envs.RNG) { c.S.Cell = 0 }
func (c *corridor) Step(_ *envs.RNG, a envs.Action, r []float64) bool {
	c.S.Cell = max(0, c.S.Cell+2*a.Discrete[0]-1)
	r[0], r[1] = 0, -1
	if c.S.Cell == 9 {
		r[0] = 10
	}
	return c.S.Cell == 9
}
func (c *corridor) Observe(obs []float64) { obs[0] = float64(c.S.Cell) }
func (c *corridor) State() any            { return &c.S }

func corridorEnv() *envs.Environment {
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "corridor", Horizon: 40, Observation: envs.Box("int32", []float64{0}, []float64{9}), Action: envs.Discrete(2),
			Objectives: []envs.Objective{{Name: "treasure"}, {Name: "time"}},
			Reference:  envs.Reference{Discount: 1, Point: []float64{0, -41}}, DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env { return &corridor{} },
	}
}

func corridorSettings() *PPO {
	s := &PPO{EvalEvery: 5, Decay: "linear", Keep: "best", Settings: Defaults()}
	s.Envs, s.Rollout, s.Minibatch, s.Hidden, s.LearningRate, s.Entropy = 4, 32, 32, []int{16}, 3e-3, 0.01
	return s
}

func corridorProblem(workers int) *agents.Problem {
	e := corridorEnv()
	return &agents.Problem{Env: e, Steps: 6000, Seed: 3, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}
}

// TestPPOFindsTheOptimum of a corridor, and for the time alone that nothing pays but the end.
func TestPPOFindsTheOptimum(t *testing.T) {
	for _, weights := range [][]float64{nil, {1, 0.1}, {0, 1}} {
		s, p := corridorSettings(), corridorProblem(2)
		s.Weights = weights
		set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Members[0].Value.Return; len(set.Members) != 1 || !slices.Equal(got, []float64{10, -9}) {
			t.Errorf("weights %v: %v, want (10, -9)", weights, got)
		}
	}
}

func TestLaws(t *testing.T) {
	agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
		return corridorProblem(workers), corridorSettings()
	})
}

// TestPPOChecks what does not fit.
func TestPPOChecks(t *testing.T) {
	for want, change := range map[string]func(*PPO){
		"weights has 3 values for the 2 objectives": func(s *PPO) { s.Weights = []float64{1, 2, 3} },
		"weight 1 is NaN":        func(s *PPO) { s.Weights = []float64{1, math.NaN()} },
		"eval_every is 0":        func(s *PPO) { s.EvalEvery = 0 },
		"too few for one update": func(s *PPO) { s.Rollout = 100_000 },
		"minibatch is 0":         func(s *PPO) { s.Minibatch = 0 },
	} {
		s := corridorSettings()
		change(s)
		if err := s.Check(corridorEnv(), 6000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
