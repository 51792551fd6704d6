package agentstest

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// Chain is the smallest environment with a front: in its one state action a earns the a-th of m unit
// vectors. With a horizon of 1 the first action ends the episode; else episodes go on to the horizon,
// under a discount of 0.9.
func Chain(m, horizon int) *envs.Environment {
	e := &envs.Environment{
		Spec: envs.Spec{
			ID: "chain", Horizon: horizon, Observation: envs.Box("int32", []float64{0}, []float64{0}), Action: envs.Discrete(m),
			Reference: envs.Reference{Discount: 1, Point: slices.Repeat([]float64{-1}, m)}, DeterministicStart: true, DeterministicStep: true,
		},
		New: func() envs.Env { return &chain{once: horizon == 1} },
	}
	if horizon > 1 {
		e.Spec.Reference.Discount = 0.9
	}
	for a := range m {
		e.Spec.Objectives = append(e.Spec.Objectives, envs.Objective{Name: string(rune('a' + a)), High: 1})
	}
	return e
}

type chain struct {
	once bool
	S    struct {
		Over bool `json:"over"`
	}
}

func (c *chain) Reset(*envs.RNG) { c.S.Over = false }
func (c *chain) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	clear(reward)
	reward[a.Index()] = 1
	c.S.Over = c.once
	return c.once
}
func (c *chain) Observe(obs []float64) { obs[0] = 0 }
func (c *chain) State() any            { return &c.S }

// FindsUnitVectors trains an algorithm on a [Chain] and checks that its front is what it must be: the
// unit vectors, times the discounted number of steps.
func FindsUnitVectors(t *testing.T, e *envs.Environment, a agents.Algorithm, steps int) {
	t.Helper()
	p := &agents.Problem{Env: e, Steps: steps, Seed: 1, Reference: e.Spec.Reference, Pool: agents.NewPool(1)}
	set, err := a.Train(context.Background(), p, &Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	length := 0.0
	for k := range e.Spec.Horizon {
		length += math.Pow(e.Spec.Reference.Discount, float64(k))
	}
	m := e.Spec.M()
	for a := range m {
		unit := make([]float64, m)
		unit[a] = length
		if !slices.ContainsFunc(set.Members, func(x agents.Member) bool { return distance(x.Value.Return, unit) < 1e-9*length }) {
			t.Errorf("%v is not among the returns", unit)
		}
	}
	if len(set.Members) != m {
		t.Errorf("%d returns, want the %d unit vectors times %v", len(set.Members), m, length)
	}
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for j := range a {
		sum += (a[j] - b[j]) * (a[j] - b[j])
	}
	return math.Sqrt(sum)
}
