package ppo

import (
	"bytes"
	"encoding/gob"
	"math"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// kinds are the kinds of action that drift comes with.
var kinds = []string{"discrete", "multi-discrete", "continuous"}

// drift is a noisy line walk in two objectives: reward (position, -|push|). It terminates beyond ±2
// and is cut off after 7 steps, so that both kinds of end occur. The push is the action in [-1, 1];
// one of -1, 0 and 1; or such a one and whether it is given half or whole.
type drift struct {
	X    float64
	kind string
}

func (d *drift) Reset(rng *envs.RNG) { d.X = rng.Uniform(-0.5, 0.5) }

func (d *drift) Step(rng *envs.RNG, a envs.Action, r []float64) bool {
	push := 0.0
	switch d.kind {
	case "discrete":
		push = float64(a.Discrete[0] - 1)
	case "multi-discrete":
		push = float64(a.Discrete[0]-1) * float64(1+a.Discrete[1]) / 2
	case "continuous":
		push = a.Box[0]
	}
	d.X += 0.7*push + rng.Uniform(-0.2, 0.2)
	r[0], r[1] = d.X, -math.Abs(push)
	return math.Abs(d.X) > 2
}

func (d *drift) Observe(obs []float64) { obs[0], obs[1] = d.X, d.X*d.X }

func (d *drift) State() any { return &d.X }

func driftEnv(kind string) *envs.Environment {
	inf := math.Inf(1)
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "drift", Horizon: 7,
			Observation: envs.Box("float64", []float64{-inf, -inf}, []float64{inf, inf}),
			Action: map[string]envs.Space{
				"discrete":       envs.Discrete(3),
				"multi-discrete": {Kind: envs.KindDiscrete, N: []int{3, 2}},
				"continuous":     envs.Box("float32", []float64{-1}, []float64{1}),
			}[kind],
			Objectives: []envs.Objective{{Name: "position"}, {Name: "effort"}},
		},
		New: func() envs.Env { return &drift{kind: kind} },
	}
}

func small() Settings {
	s := Defaults()
	s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.Hidden = 4, 16, 16, 3, []int{10, 10}
	return s
}

// encode returns all that a snapshot holds, to compare byte for byte.
func encode(t *testing.T, s *Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// train makes n updates and returns the learner's state.
func train(t *testing.T, l *Learner, n int) []byte {
	for range n {
		l.Collect()
		l.Update(Fixed([]float64{0.5, 0.5}), 1e-3, 0.01)
	}
	return encode(t, l.Snapshot())
}
