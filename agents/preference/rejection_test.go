package preference

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
)

// fan has one step, whose nine actions are worth the points of a quarter of a circle, 11.25 degrees apart.
type fan struct{ state int32 }

func (f *fan) Reset(*envs.RNG)     { f.state = 0 }
func (f *fan) Observe(o []float64) { o[0] = 1 }
func (f *fan) State() any          { return &f.state }
func (f *fan) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	copy(reward, Angle(90*float64(a.Index())/8))
	return true
}

func fanEnvironment() *envs.Environment {
	return &envs.Environment{
		Spec: envs.Spec{ID: "fan", Objectives: []envs.Objective{{Name: "x"}, {Name: "y"}}, Horizon: 1,
			Observation: envs.Box("float64", []float64{0}, []float64{1}), Action: envs.Discrete(9)},
		New: func() envs.Env { return &fan{} },
	}
}

// TestRejection: cloning the best of eight rollouts gives a policy that takes, for every direction of a quarter circle, a
// point that is worth at most 1 % less than the best, 1 − cos of half the distance of points being 0.5 %. As the direction
// turns from the first objective to the second, the first never rises and the second never falls.
func TestRejection(t *testing.T) {
	e := fanEnvironment()
	p, err := Rejection{Seed: 1}.Train(context.Background(), e, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := []float64{2, -1}
	for degrees := 0.0; degrees <= 90; degrees++ {
		v := Angle(degrees)
		y := p.Value(e, v, 1, 1, 0)
		best := math.Inf(-1)
		for k := range 9 {
			best = max(best, dot(v, Angle(90*float64(k)/8)))
		}
		if u := dot(v, y); u < 0.99*best {
			t.Errorf("at %v degrees the policy is worth %v, the best %v", degrees, u, best)
		}
		if y[0] > last[0] || y[1] < last[1] {
			t.Errorf("at %v degrees %v follows %v", degrees, y, last)
		}
		last = y
	}
	again, err := Rejection{Seed: 1}.Train(context.Background(), e, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.params, p.params) {
		t.Error("the same seed gives another policy")
	}
}

// TestRejectionOnFruitTree: on a tree of 32 leaves with six objectives the policy is worth, in the mean over new
// directions, at least 96 % of the best leaf, which the exact front says.
func TestRejectionOnFruitTree(t *testing.T) {
	e, err := envs.Make("fruit-tree-v0", map[string]any{"depth": 5})
	if err != nil {
		t.Fatal(err)
	}
	front, err := exact.Front(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	first, last := 0.0, 0.0
	p, err := Rejection{Rollouts: 16, Hidden: []int{32, 32}}.Train(context.Background(), e, func(round int, loss float64) {
		if round == 1 {
			first = -loss
		}
		last = -loss
	})
	if err != nil {
		t.Fatal(err)
	}
	if last <= first {
		t.Errorf("the best of the rollouts is worth %v in the first round and %v in the last", first, last)
	}
	random, share := testRand(7), 0.0
	const directions = 200
	for range directions {
		v := make([]float64, e.Spec.M())
		for j := range v {
			v[j] = math.Abs(random.NormFloat64())
		}
		d, _ := NewDirection(v)
		best := dot(d, front.Points.Row(d.Assign(front.Points)))
		share += dot(d, p.Value(e, d, 1, 1, 0)) / best / directions
	}
	t.Logf("%.1f %% of the best", 100*share)
	if share < 0.96 {
		t.Errorf("new directions get %v of the best", share)
	}
}

// TestRejectionRefuses what it has no policy for.
func TestRejectionRefuses(t *testing.T) {
	continuous, err := envs.Make("mo-mountaincarcontinuous-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Rejection{}).Train(context.Background(), continuous, nil); err == nil {
		t.Error("continuous actions pass")
	}
	for _, l := range []Rejection{{Rollouts: -1}, {Rate: math.NaN()}, {Gamma: 2}} {
		if _, err := l.Train(context.Background(), fanEnvironment(), nil); err == nil {
			t.Errorf("%+v passes", l)
		}
	}
}
