package cmorl

import (
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/building"
	_ "github.com/paretolab/paretolab/envs/lander"
	_ "github.com/paretolab/paretolab/envs/robots"
)

// TestPublishedScripts: the number of stage-1 policies, their updates and the updates of every path,
// as the integer arithmetic of the published code has them with eight uncounted environments.
func TestPublishedScripts(t *testing.T) {
	for _, c := range []struct {
		id                       string
		objectives               int
		tasks, initial, extended int
	}{
		{"minecart-v0", 3, 6, 65, 32},
		{"mo-lunar-lander-v3", 4, 4, 97, 24},
		{"fruit-tree-v0", 6, 6, 32, 21},
		{"mo-hopper-2d-v4", 2, 6, 325, 97},
		{"mo-hopper-v4", 3, 6, 488, 54},
		{"mo-ant-2d-v4", 2, 3, 651, 97},
		{"mo-ant-v4", 3, 6, 488, 54},
		{"mo-hopper-2obj-v5", 2, 6, 325, 97},
		{"mo-humanoid-v4", 2, 6, 325, 97},
		{"building-3d", 3, 6, 488, 54},
		{"building-9d", 9, 9, 325, 36},
	} {
		spec := &envs.Spec{ID: c.id, Objectives: make([]envs.Objective, c.objectives)}
		a, steps, err := published(spec, "as-run", 8)
		if err != nil {
			t.Fatal(err)
		}
		s := a.(*Settings)
		tasks := len(s.preferences(c.objectives))
		b := s.budget(c.objectives, steps)
		left := steps - b.initial*tasks*s.StepsPerUpdate()
		extended := left / (s.NumSelect * c.objectives * s.StepsPerUpdate())
		if tasks != c.tasks || b.initial != c.initial || extended != c.extended {
			t.Errorf("%s: %d policies, %d updates, then %d on each path, want %d, %d, %d", c.id, tasks, b.initial, extended, c.tasks, c.initial, c.extended)
		}
		_, declared, _ := published(spec, "declared", 1)
		if declared*8 != steps {
			t.Errorf("%s: %d declared steps, %d as run", c.id, declared, steps)
		}
	}
}

// TestPresetsFitTheirEnvironments: every preset that an environment has passes its own check.
func TestPresetsFitTheirEnvironments(t *testing.T) {
	for _, id := range envs.IDs() {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		if e.Spec.M() < 2 {
			continue
		}
		for _, p := range presets {
			a, steps, err := New(e, p.Name)
			switch {
			case err != nil && p.Name == "recommended":
				t.Errorf("%s: %v", id, err)
			case err != nil:
				if !strings.Contains(err.Error(), "use preset recommended") {
					t.Errorf("%s, %s: %v", id, p.Name, err)
				}
			default:
				if err := a.Check(e, steps); err != nil {
					t.Errorf("%s, %s: %v", id, p.Name, err)
				}
			}
		}
	}
	if _, _, err := New(&envs.Environment{}, "best"); err == nil || !strings.Contains(err.Error(), `no preset "best"`) {
		t.Errorf("unknown preset: %v", err)
	}
}

// TestShortPresets: what a learner can move is kept as the steps shrink, in both stages and in the baseline
// alike; the steps are those that the preset is for.
func TestShortPresets(t *testing.T) {
	for id, want := range map[string]struct {
		steps int
		rate  float64
	}{
		"deep-sea-treasure-concave-v0": {200_000, 9e-4}, "resource-gathering-v0": {200_000, 9e-4},
		"fruit-tree-v0": {200_000, 1e-2}, "minecart-v0": {400_000, 3e-3}, "building-3d": {1_000_000, 1.5e-3},
	} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, steps, err := New(e, "short")
		if err != nil {
			t.Fatal(err)
		}
		b, baseline, err := newLattice(e, "short")
		if err != nil {
			t.Fatal(err)
		}
		s, l := a.(*Settings), b.(*Lattice)
		if steps != want.steps || baseline != steps {
			t.Errorf("%s: %d steps, of the baseline %d, want %d", id, steps, baseline, want.steps)
		}
		for stage, rate := range map[string]float64{"stage 1": s.LearningRate, "stage 2": s.LearningRateStage2, "baseline": l.LearningRate} {
			if math.Abs(rate-want.rate) > 1e-12 {
				t.Errorf("%s, %s: learning rate %v, want %v", id, stage, rate, want.rate)
			}
		}
	}
}
