package pql

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
)

func makeProblem(t testing.TB, id string, steps, workers int, seed uint64) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	return &agents.Problem{Env: e, Steps: steps, Seed: seed, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, a.(*Settings)
}

func TestLaws(t *testing.T) {
	agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
		p, s := makeProblem(t, "deep-sea-treasure-v0", 6000, workers, 1)
		s.EvalEvery = 700
		return p, s
	})
}

// TestDeepSeaTreasure: test 2 of the specification of baselines. 60 000 steps with the published
// exploration find the full front of 10 vectors in at least 7 of 10 seeds and never fewer than 8, and
// policies reach the returns that the table has for them.
func TestDeepSeaTreasure(t *testing.T) {
	seeds := uint64(10)
	if testing.Short() {
		seeds = 2
	}
	for _, id := range []string{"deep-sea-treasure-v0", "deep-sea-treasure-concave-v0", "deep-sea-treasure-mirrored-v0"} {
		complete := 0
		for seed := range seeds {
			p, s := makeProblem(t, id, 60_000, 1, seed)
			s.EvalEvery = 60_000
			set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
			if err != nil {
				t.Fatal(err)
			}
			truth, err := exact.Front(p.Env, s.Gamma)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for i := range truth.Points.Len() {
				if slices.ContainsFunc(set.Members, func(m agents.Member) bool { return near(m.Value.Return, truth.Points.Row(i)) }) {
					found++
				}
			}
			if found < 8 {
				t.Errorf("%s, seed %d: %d of %d vectors of the front", id, seed, found, truth.Points.Len())
			}
			if found == truth.Points.Len() {
				complete++
			}
		}
		t.Logf("%s: %d of %d seeds complete", id, complete, seeds)
		if complete < int(seeds)*7/10 {
			t.Errorf("%s: the front is complete in %d of %d seeds", id, complete, seeds)
		}
	}
}

func near(a, b []float64) bool {
	for j := range a {
		if math.Abs(a[j]-b[j]) > 1e-9 {
			return false
		}
	}
	return true
}

// TestPoliciesReachTheirReturns: what the table promises of the start is what tracking gets.
func TestPoliciesReachTheirReturns(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 40_000, 1, 4)
	rec := &agentstest.Memory{Problem: p}
	tr := newTraining(s, p, rec)
	for round := range 4 {
		if err := tr.learn(context.Background(), 0, round); err != nil {
			t.Fatal(err)
		}
	}
	front := slices.Clone(tr.table.front(int(tr.Starts[0])))
	reached := 0
	for i, m := range tr.newest {
		if near(m.Value.Return, front[2*i:2*i+2]) {
			reached++
		}
	}
	if len(tr.newest) < 9 || reached != len(tr.newest) {
		t.Errorf("%d of %d policies reach the return that they track", reached, len(tr.newest))
	}
}

// TestFruitTree: the whole front of 64 leaves, by their discounted values.
func TestFruitTree(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 40_000, 1, 2)
	s.EvalEvery = 40_000
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Members) != 64 {
		t.Errorf("%d of 64 leaves found", len(set.Members))
	}
}

// TestChain: test 4 of the specification of baselines.
func TestChain(t *testing.T) {
	for _, score := range []string{"hypervolume", "cardinality"} {
		e := agentstest.Chain(3, 1)
		a, _, err := New(e, "")
		if err != nil {
			t.Fatal(err)
		}
		a.(*Settings).Score = score
		agentstest.FindsUnitVectors(t, e, a, 300)
	}
}

// TestRefusals name the remedy.
func TestRefusals(t *testing.T) {
	for id, want := range map[string]string{
		"minecart-deterministic-v0": "continuous observations", "mo-mountaincarcontinuous-v0": "one choice of a few",
		"resource-gathering-v0": "allow_stochastic", "breakable-bottles-v0": "allow_stochastic",
	} {
		p, s := makeProblem(t, id, 1000, 1, 1)
		if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error about %q", id, err, want)
		}
	}
	p, s := makeProblem(t, "fruit-tree-v0", 20_000, 1, 1)
	s.MaxSet = 5
	if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), "max_set") {
		t.Errorf("sets of more than 5: %v", err)
	}
	p, s = makeProblem(t, "resource-gathering-v0", 5000, 1, 1)
	s.AllowStochastic = true
	if set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err != nil || len(set.Members) == 0 {
		t.Errorf("allowed on a random environment: %v", err)
	}
}
