package ppo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// TestSampler: an untrained policy, whose outputs are near 0, takes each of three actions equally
// often, and continuous ones with the initial standard deviation around what it does deterministically.
// A seed gives the same actions again.
func TestSampler(t *testing.T) {
	s := small()
	s.ClipActions, s.LogStdInit = false, math.Log(0.4)
	const n = 6000
	obs := make([]float32, 2)
	draw := func(p *Policy, sample bool, seed uint64) []float64 {
		a, err := agents.NewReplay(p, sample, seed)
		if err != nil {
			t.Fatal(err)
		}
		act := envs.Actions[float32]{Discrete: make([]int32, 1), Box: make([]float32, 1)}
		var all []float64
		for range n {
			a.Act(obs, act)
			all = append(all, float64(act.Discrete[0])+float64(act.Box[0]))
		}
		return all
	}
	discrete := New(driftEnv("discrete"), s, 0.99, 3).Policy()
	counts := [3]int{}
	for _, a := range draw(discrete, true, 1) {
		counts[int(a)]++
	}
	for a, k := range counts {
		if math.Abs(float64(k)/n-1./3) > 0.025 {
			t.Errorf("action %d is drawn %d times of %d", a, k, n)
		}
	}
	continuous := New(driftEnv("continuous"), s, 0.99, 3).Policy()
	mode := draw(continuous, false, 1)[0]
	sum, squares := 0.0, 0.0
	for _, a := range draw(continuous, true, 1) {
		sum += a - mode
		squares += (a - mode) * (a - mode)
	}
	if mean, sd := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 0.02 || math.Abs(sd-0.4) > 0.015 {
		t.Errorf("actions are drawn %v beside the mode with standard deviation %v, want 0 and 0.4", mean, sd)
	}
	for _, p := range []*Policy{discrete, continuous} {
		if one := draw(p, true, 2); !slices.Equal(one, draw(p, true, 2)) || slices.Equal(one, draw(p, true, 3)) {
			t.Error("the seed does not decide what is drawn")
		}
	}
}

// still is a policy that cannot draw.
type still struct{ agents.Policy }

func (still) Kind() string { return "still" }

func TestReplayNeedsASampler(t *testing.T) {
	if _, err := agents.NewReplay(still{}, true, 1); err == nil {
		t.Error("a policy that cannot draw draws")
	}
	a := New(driftEnv("discrete"), small(), 0.99, 3).Policy().NewSampler(2)
	for i := range 2 {
		a.Reset(i, rand.New(rand.NewPCG(1, uint64(i))))
	}
	act := envs.Actions[float32]{Discrete: make([]int32, 2)}
	obs := make([]float32, 4)
	if n := testing.AllocsPerRun(5, func() { a.Act(obs, act) }); n != 0 {
		t.Errorf("%v allocations per step", n)
	}
}
