package cmorl

import (
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
)

// small returns C-MORL and its baseline, with small networks and short rollouts, for an environment.
func small(t *testing.T, e *envs.Environment) map[string]agents.Algorithm {
	t.Helper()
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := newLattice(e, "")
	if err != nil {
		t.Fatal(err)
	}
	s, l := a.(*Settings), b.(*Lattice)
	for _, p := range []*struct{ Rollout, Minibatch *int }{{&s.Rollout, &s.Minibatch}, {&l.Rollout, &l.Minibatch}} {
		*p.Rollout, *p.Minibatch = 32, 64
	}
	s.Hidden, l.Hidden = []int{16, 16}, []int{16, 16}
	s.LearningRate, s.LearningRateStage2, l.LearningRate = 3e-3, 3e-3, 3e-3
	s.EvalEvery, l.EvalEvery = 1, 1
	s.LogStdInit, l.LogStdInit = -1, -1
	return map[string]agents.Algorithm{"cmorl": s, "ppo-lattice": l}
}

// TestChain: test 4 of the specification of baselines, episodes of one step and of fifty.
func TestChain(t *testing.T) {
	for _, horizon := range []int{1, 50} {
		e := agentstest.Chain(3, horizon)
		for name, a := range small(t, e) {
			t.Run(name, func(t *testing.T) { agentstest.FindsUnitVectors(t, e, a, 40_000) })
		}
	}
}

// TestBandit: test 5 of the specification of baselines.
func TestBandit(t *testing.T) {
	for name, a := range small(t, agentstest.CurvedBandit()) {
		t.Run(name, func(t *testing.T) { agentstest.FindsTheQuarterCircle(t, a) })
	}
}
