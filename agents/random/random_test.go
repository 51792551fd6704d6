package random

import (
	"context"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

func makeProblem(t testing.TB, id string, steps, workers int) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	return &agents.Problem{Env: e, Steps: steps, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, a.(*Settings)
}

// TestLaws with few actions and with continuous ones.
func TestLaws(t *testing.T) {
	for _, id := range []string{"deep-sea-treasure-v0", "mo-mountaincarcontinuous-v0"} {
		t.Run(id, func(t *testing.T) {
			agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
				p, s := makeProblem(t, id, 6000, workers)
				p.Env.Spec.Horizon = 100
				s.EvalEvery = 1300
				return p, s
			})
		})
	}
}

// TestChain: test 4 of the specification of baselines.
func TestChain(t *testing.T) {
	for _, horizon := range []int{1, 50} {
		e := agentstest.Chain(3, horizon)
		a, _, err := New(e, "")
		if err != nil {
			t.Fatal(err)
		}
		agentstest.FindsUnitVectors(t, e, a, 100*horizon)
	}
}

// TestTreasures: smooth policies that go down somewhere and to the right elsewhere are what the concave map
// asks for, so that chance finds its whole front, whose hypervolume is that of the exact solver.
func TestTreasures(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 100_000, 1)
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	f := pareto.Front{M: 2}
	for _, m := range set.Members {
		f.X = append(f.X, m.Value.Return...)
	}
	hv, err := pareto.Hypervolume(f, []float64{0, -25})
	if err != nil {
		t.Fatal(err)
	}
	if share := hv / 1101.3844295193446; share < 0.95 || share > 1+1e-12 {
		t.Errorf("%d treasures, %v of the exact hypervolume", f.Len(), share)
	}
}

// TestLeaves: a tree of depth 5 has 32 leaves, none of which dominates another, and 20 000 steps are 4000
// episodes of 5.
func TestLeaves(t *testing.T) {
	e, err := envs.Make("fruit-tree-v0", map[string]any{"depth": 5})
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	p := &agents.Problem{Env: e, Steps: 20_000, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(1)}
	rec := &agentstest.Memory{Problem: p}
	set, err := a.Train(context.Background(), p, rec)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Members); n < 16 || n > 32 {
		t.Errorf("%d of 32 leaves", n)
	}
	if tried := rec.Records[0].Columns[0]; tried != 4000 || len(rec.Records) != 1 {
		t.Errorf("%v policies at the first of %d records, want 4000 at one", tried, len(rec.Records))
	}
}

// TestEpisodesAllocateNothingByStep: what a policy needs is made before its episode.
func TestEpisodesAllocateNothingByStep(t *testing.T) {
	allocations := func(horizon int) float64 {
		e := agentstest.Chain(3, horizon)
		a, _, err := New(e, "")
		if err != nil {
			t.Fatal(err)
		}
		p := &agents.Problem{Env: e, Steps: 1 << 30, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(1)}
		tr := newTraining(a.(*Settings), p, &agentstest.Memory{Problem: p})
		policy := tr.draw()
		return testing.AllocsPerRun(20, func() { tr.play(policy) })
	}
	if short, long := allocations(2), allocations(200); long > short {
		t.Errorf("an episode of 200 steps allocates %v times, one of 2 steps %v times", long, short)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		change func(*Settings)
		steps  int
		want   string
	}{
		{func(s *Settings) { s.Hidden = nil }, 100, "hidden is empty"},
		{func(s *Settings) { s.Hidden = []int{16, 0} }, 100, "hidden layer 2 has 0 units"},
		{func(s *Settings) { s.Scale = 0 }, 100, "scale is 0"},
		{func(s *Settings) { s.EvalEvery = 0 }, 100, "eval_every (0)"},
		{func(*Settings) {}, 0, "0 steps are too few"},
	} {
		p, s := makeProblem(t, "deep-sea-treasure-v0", c.steps, 1)
		c.change(s)
		if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want an error about %q", err, c.want)
		}
	}
	if _, _, err := New(&envs.Environment{}, "best"); err == nil {
		t.Error("unknown preset accepted")
	}
}
