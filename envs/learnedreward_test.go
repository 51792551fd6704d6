package envs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

// TestLearnedReward: an environment with a learned reward keeps the contract, with and without an exact model,
// and its reward is the weighted sum of the vector of the environment that it wraps.
func TestLearnedReward(t *testing.T) {
	for id, weights := range map[string][]float64{
		"delivery":                    {0.5, 20, 30, -1, 2, 0},
		"random-grid-stochastic":      {0.5, 20, 30, 1, 2, 0},
		"resource-gathering-v0":       {10, 1, -2},
		"four-room-v0":                {1, -1, 0.5},
		"mo-mountaincarcontinuous-v0": {1, 0.1},
	} {
		inner, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := envs.LearnedReward(inner, weights)
		if err != nil {
			t.Fatal(err)
		}
		envtest.Run(t, e)
		a, b := envs.NewSingle(inner), envs.NewSingle(e)
		seed := uint64(7)
		if _, err := a.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		action := make([]float64, inner.Spec.Action.Len())
		var rng envs.RNG
		for range 30 {
			inner.Spec.Action.Sample(&rng, action)
			x, err := a.Step(action)
			if err != nil {
				t.Fatal(err)
			}
			y, err := b.Step(action)
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			for j, w := range weights {
				want += w * x.Reward[j]
			}
			if len(y.Reward) != 1 || math.Abs(y.Reward[0]-want) > 1e-12 || x.Terminated != y.Terminated {
				t.Fatalf("%s: reward %v, want %v", id, y.Reward, want)
			}
			if x.Terminated || x.Truncated {
				break
			}
		}
	}
	inner, err := envs.Make("delivery", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		weights []float64
		want    string
	}{{[]float64{1, 2}, "2 weights for 6 objectives"}, {[]float64{1, 2, math.NaN(), 0, 0, 0}, "the weight of sheep"}} {
		if _, err := envs.LearnedReward(inner, c.weights); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("weights %v: %v", c.weights, err)
		}
	}
}
