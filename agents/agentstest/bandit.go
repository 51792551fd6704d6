package agentstest

import (
	"context"
	"math"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// CurvedBandit has one continuous action a, of which 0 to 1 counts, and ends with the reward (√(1-a²), a):
// its front is a quarter of a circle, whose hypervolume from the origin is π/4.
func CurvedBandit() *envs.Environment {
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "curved-bandit", Horizon: 1, Observation: envs.Box("float32", []float64{0}, []float64{0}), Action: envs.Box("float32", []float64{0}, []float64{1}),
			Objectives: []envs.Objective{{Name: "x", High: 1}, {Name: "y", High: 1}},
			Reference:  envs.Reference{Discount: 1, Point: []float64{0, 0}}, DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env { return &bandit{} },
	}
}

type bandit struct {
	S struct {
		Over bool `json:"over"`
	}
}

func (b *bandit) Reset(*envs.RNG) { b.S.Over = false }
func (b *bandit) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	y := min(max(a.Box[0], 0), 1)
	reward[0], reward[1] = math.Sqrt(1-y*y), y
	b.S.Over = true
	return true
}
func (b *bandit) Observe(obs []float64) { obs[0] = 0 }
func (b *bandit) State() any            { return &b.S }

// FindsTheQuarterCircle trains an algorithm on a [CurvedBandit] for 50 000 steps and checks that its front
// has at least 0.98 of the hypervolume.
func FindsTheQuarterCircle(t *testing.T, a agents.Algorithm) {
	t.Helper()
	e := CurvedBandit()
	p := &agents.Problem{Env: e, Steps: 50_000, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(2)}
	set, err := a.Train(context.Background(), p, &Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	f := pareto.Front{M: 2}
	for _, m := range set.Members {
		f.X = append(f.X, m.Value.Return...)
	}
	hv, err := pareto.Hypervolume(f, p.Reference.Point)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.4f of the hypervolume, with %d policies", hv/(math.Pi/4), f.Len())
	if hv < 0.98*math.Pi/4 {
		t.Errorf("hypervolume %.4f of %d policies, want at least %.4f", hv, f.Len(), 0.98*math.Pi/4)
	}
}
