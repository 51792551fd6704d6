package pcn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
)

// untrained returns a policy whose outputs are what the biases of its last layer say: with the weights of
// that layer 0.
func untrained(spec *envs.Spec, bias ...float32) *policy {
	scale, wanted := slices.Repeat([]float64{0.1}, spec.M()+1), slices.Repeat([]float64{1}, spec.M())
	p := &policy{net: newNetwork(spec, 16), hidden: 16, scale: scale, gamma: 1, noise: 0.3, command: command{wanted, 10}}
	p.params = p.net.init(rand.New(rand.NewPCG(1, 1)))
	_, _, output := p.net.parts(p.params)
	last := p.net.output.Layers() - 1
	w, b := p.net.output.Weights(output, last)
	clear(w)
	copy(b, bias)
	if err := p.net.output.SetWeights(output, last, w, b); err != nil {
		panic(err)
	}
	return p
}

// sampled draws n actions in a row for the observation 0 with a generator of a seed.
func sampled(t *testing.T, p agents.Policy, width, n int, seed uint64) []float64 {
	t.Helper()
	a, err := agents.NewReplay(p, true, seed)
	if err != nil {
		t.Fatal(err)
	}
	obs, act, all := make([]float32, width), envs.Actions[float32]{Discrete: make([]int32, 1), Box: make([]float32, 1)}, make([]float64, n)
	for i := range all {
		a.Act(obs, act)
		all[i] = float64(act.Discrete[0]) + float64(act.Box[0])
	}
	return all
}

// TestSampler: of four actions with logits log 1, log 2, log 3 and log 4 each is drawn as often as these say,
// continuous ones lie around the mode with the noise of training, and a seed gives the same again, also
// through the file.
func TestSampler(t *testing.T) {
	const n = 10_000
	grid, err := envs.Make("deep-sea-treasure-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	discrete := untrained(&grid.Spec, 0, float32(math.Log(2)), float32(math.Log(3)), float32(math.Log(4)))
	counts := [4]int{}
	for _, a := range sampled(t, discrete, 2, n, 1) {
		counts[int(a)]++
	}
	for a, k := range counts {
		if want := float64(a+1) / 10; math.Abs(float64(k)/n-want) > 0.015 {
			t.Errorf("action %d is drawn %d times of %d, want %v", a, k, n, want)
		}
	}

	bandit := agentstest.CurvedBandit()
	bandit.Spec.Action = envs.Box("float32", []float64{-2}, []float64{2})
	continuous := untrained(&bandit.Spec, 0.5)
	sum, squares := 0.0, 0.0
	for _, a := range sampled(t, continuous, 1, n, 1) {
		sum += a - 0.5
		squares += (a - 0.5) * (a - 0.5)
	}
	if mean, sd := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 0.01 || math.Abs(sd-0.3) > 0.01 {
		t.Errorf("actions are drawn %v beside the mode with standard deviation %v, want 0 and 0.3", mean, sd)
	}
	for _, c := range []struct {
		policy *policy
		spec   *envs.Spec
	}{{discrete, &grid.Spec}, {continuous, &bandit.Spec}} {
		b, err := c.policy.Encode()
		if err != nil {
			t.Fatal(err)
		}
		read, err := agents.DecodePolicy("conditioned", b, c.spec)
		if err != nil {
			t.Fatal(err)
		}
		width := c.spec.Observation.Len()
		one := sampled(t, c.policy, width, 50, 2)
		if !slices.Equal(one, sampled(t, read, width, 50, 2)) || slices.Equal(one, sampled(t, c.policy, width, 50, 3)) {
			t.Error("the seed alone does not decide what is drawn")
		}
	}
}

// TestActingDoesNotAllocate, whether by the mode or by chance.
func TestActingDoesNotAllocate(t *testing.T) {
	grid, err := envs.Make("deep-sea-treasure-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	p := untrained(&grid.Spec)
	obs, act, reward := make([]float32, 4), envs.Actions[float32]{Discrete: make([]int32, 2)}, make([]float64, 4)
	for _, a := range []agents.Actor{p.NewActor(2), p.NewSampler(2)} {
		for i := range 2 {
			a.Reset(i, rand.New(rand.NewPCG(1, uint64(i))))
		}
		if n := testing.AllocsPerRun(5, func() { a.Act(obs, act); a.(agents.Feedback).Feedback(reward) }); n != 0 {
			t.Errorf("%T: %v allocations per step", a, n)
		}
	}
}

// TestTrainingStepDoesNotAllocate: neither the choice of an action nor a gradient step does.
func TestTrainingStepDoesNotAllocate(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 1000, 1, 1)
	tr := newTraining(s, p, &agentstest.Memory{Problem: p})
	for range 5 {
		tr.play(nil)
	}
	c := &command{[]float64{1, -1}, 5}
	obs, act := make([]float32, 2), envs.Actions[float32]{Discrete: make([]int32, 1)}
	for name, f := range map[string]func(){
		"action": func() { tr.choose(true, c, obs, act) }, "gradient step": func() { tr.update() },
	} {
		if n := testing.AllocsPerRun(5, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
