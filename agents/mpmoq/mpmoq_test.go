package mpmoq

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

func makeProblem(t testing.TB, id, preset string, steps, workers int, seed uint64) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, preset)
	if err != nil {
		t.Fatal(err)
	}
	return &agents.Problem{Env: e, Steps: steps, Seed: seed, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, a.(*Settings)
}

func TestLaws(t *testing.T) {
	for _, c := range []struct{ preset, dyna string }{{"recommended", "off"}, {"gpi-ls", "off"}, {"recommended", "uniform"}, {"gpi-ls", "gpi-pd"}} {
		t.Run(c.preset+"-"+c.dyna, func(t *testing.T) {
			agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
				p, s := makeProblem(t, "deep-sea-treasure-v0", c.preset, 20_000, workers, 1)
				s.WeightSteps, s.Dyna = 3000, c.dyna
				return p, s
			})
		})
	}
}

// TestDeepSeaTreasure: test 3 of the specification of baselines. With 40 000 steps per weight vector
// the weights are those of the exact solver: all 10 vectors of the convex map after 19, exactly the two
// ends of the concave one after 3, in all of ten seeds.
func TestDeepSeaTreasure(t *testing.T) {
	seeds := uint64(10)
	if testing.Short() {
		seeds = 1
	}
	for id, want := range map[string]struct {
		vectors, weights int
		order            []float64 // of the treasure
	}{
		"deep-sea-treasure-v0":         {10, 19, []float64{1, 0, 0.462003, 0.588412, 0.273795, 0.639605, 0.211681, 0.681060, 0.390796, 0.495894, 0.525401}},
		"deep-sea-treasure-concave-v0": {2, 3, []float64{1, 0, 0.137832}},
	} {
		for seed := range seeds {
			p, s := makeProblem(t, id, "", 2_000_000, 1, seed)
			rec := &agentstest.Memory{Problem: p}
			set, err := s.Train(context.Background(), p, rec)
			if err != nil {
				t.Fatal(err)
			}
			truth, err := exact.CoverageSet(p.Env, s.Gamma)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range truth.Points.Rows() {
				if !slices.ContainsFunc(set.Members, func(m agents.Member) bool { return near(m.Value.Return, x) }) {
					t.Errorf("%s, seed %d: %v is missing", id, seed, x)
				}
			}
			if len(set.Members) != want.vectors || len(rec.Records) != want.weights {
				t.Errorf("%s, seed %d: %d vectors after %d weights, want %d after %d", id, seed, len(set.Members), len(rec.Records), want.vectors, want.weights)
			}
			if notes := rec.Records[len(rec.Records)-1].Notes; len(notes) != 1 || !strings.Contains(notes[0], "no gain at any weights") {
				t.Errorf("%s, seed %d: notes %q, want why training ended early", id, seed, notes)
			}
			for i, w := range want.order {
				if got := rec.Records[i].Policies[0].Weight[0]; math.Abs(got-w) > 1e-6 {
					t.Errorf("%s, seed %d: weight %d is %v, want %v", id, seed, i, got, w)
				}
			}
		}
	}
}

// TestShortBudget: a tree of 32 leaves, none of which is optimal for no weights, is found whole with the steps
// of preset short; of the concave map its two ends, as the exact solver has them.
func TestShortBudget(t *testing.T) {
	for _, c := range []struct {
		id      string
		options map[string]any
		vectors int
	}{{"fruit-tree-v0", map[string]any{"depth": 5}, 32}, {"deep-sea-treasure-concave-v0", nil, 2}} {
		e, err := envs.Make(c.id, c.options)
		if err != nil {
			t.Fatal(err)
		}
		a, steps, err := New(e, "short")
		if err != nil {
			t.Fatal(err)
		}
		p := &agents.Problem{Env: e, Steps: steps, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(1)}
		set, err := a.Train(context.Background(), p, &agentstest.Memory{Problem: p})
		if err != nil {
			t.Fatal(err)
		}
		if steps != 200_000 || len(set.Members) != c.vectors {
			t.Errorf("%s: %d vectors with %d steps, want %d with 200000", c.id, len(set.Members), steps, c.vectors)
		}
	}
}

// TestChain: test 4 of the specification of baselines, episodes of one step and of fifty.
func TestChain(t *testing.T) {
	for _, horizon := range []int{1, 50} {
		e := agentstest.Chain(3, horizon)
		a, _, err := New(e, "")
		if err != nil {
			t.Fatal(err)
		}
		a.(*Settings).WeightSteps = 400
		agentstest.FindsUnitVectors(t, e, a, 8000)
	}
}

// TestChebyshevFindsConcaveParts of the front, which linear weights cannot: at least the six vectors that are
// the goal of the specification of baselines, with many weights and few steps for each.
func TestChebyshevFindsConcaveParts(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", "", 1_200_000, 1, 1)
	s.Utility, s.Weights, s.WeightSteps, s.Transfer = "chebyshev", "random", 10_000, false
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d vectors", len(set.Members))
	if len(set.Members) < 6 {
		t.Errorf("%d vectors; linear weights find 2", len(set.Members))
	}
}

// TestGPIFindsTheConvexFront with no more steps than linear support.
func TestGPIFindsTheConvexFront(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", "gpi-ls", 760_000, 1, 2)
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Members) < 9 {
		t.Errorf("%d of 10 vectors", len(set.Members))
	}
}

// TestRandomEnvironments have a coverage set too.
func TestRandomEnvironments(t *testing.T) {
	p, s := makeProblem(t, "resource-gathering-v0", "", 400_000, 1, 1)
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p, Episodes: 50})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Members) < 3 {
		t.Errorf("%d policies", len(set.Members))
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		id     string
		change func(*Settings)
		want   string
	}{
		{"minecart-v0", func(*Settings) {}, "continuous observations"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.WeightSteps = 1 << 30 }, "too few"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Alpha = 0 }, "alpha is 0"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.EpsilonSteps = 0 }, "epsilon_steps (0)"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Dyna, s.DynaUpdates = "uniform", 0 }, "dyna_updates is 0"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Dyna, s.Utility = "gpi-pd", "chebyshev" }, "set dyna: uniform"},
	} {
		p, s := makeProblem(t, c.id, "", 100_000, 1, 1)
		c.change(s)
		if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error about %q", c.id, err, c.want)
		}
	}
	if _, _, err := New(&envs.Environment{}, "best"); err == nil {
		t.Error("unknown preset accepted")
	}
}
