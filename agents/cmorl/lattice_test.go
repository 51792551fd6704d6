package cmorl

import (
	"context"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
)

// TestLatticeIsStage1WithTheWholeBudget: the same policies as C-MORL in mode stage1-only on the same
// preferences, and no columns of stage 2.
func TestLatticeIsStage1WithTheWholeBudget(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 30_000, 2)
	s.Mode, s.WeightDelta = "stage1-only", 0.2
	want, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	a, steps, err := newLattice(p.Env, "recommended")
	if err != nil {
		t.Fatal(err)
	}
	l := a.(*Lattice)
	if l.Divisions != 5 || steps != 600_000 {
		t.Errorf("%d divisions and %d steps for two objectives, want 5 and 600000", l.Divisions, steps)
	}
	l.Settings = s.Settings
	rec := &agentstest.Memory{Problem: p}
	got, err := l.Train(context.Background(), p, rec)
	if err != nil {
		t.Fatal(err)
	}
	if fingerprint(t, got) != fingerprint(t, want) || len(rec.Names) != 0 {
		t.Errorf("lattice: %d policies, columns %v; stage 1: %d policies", len(got.Members), rec.Names, len(want.Members))
	}
}

// TestLatticeSizes: the fewest divisions with six preferences.
func TestLatticeSizes(t *testing.T) {
	for id, want := range map[string]int{"deep-sea-treasure-v0": 5, "minecart-v0": 2, "mo-lunar-lander-v3": 2, "fruit-tree-v0": 1, "building-9d": 1, "CartPole-v1": 1} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := newLattice(e, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := a.(*Lattice).Divisions; got != want {
			t.Errorf("%s: %d divisions, want %d", id, got, want)
		}
	}
}

// TestLatticeIsRegistered with a check that names what is wrong.
func TestLatticeIsRegistered(t *testing.T) {
	d, err := agents.Lookup("ppo-lattice")
	if err != nil {
		t.Fatal(err)
	}
	e, err := envs.Make("minecart-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, steps, err := d.New(e, "")
	if err != nil || a.Check(e, steps) != nil {
		t.Fatal(err, a.Check(e, steps))
	}
	a.(*Lattice).Divisions = 0
	if err := a.Check(e, steps); err == nil || !strings.Contains(err.Error(), "divisions is 0") {
		t.Errorf("no divisions: %v", err)
	}
}
