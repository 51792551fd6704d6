package envs_test

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

// walker is a random walk on a line that ends beyond ±1: objectives position and effort.
type walker struct {
	state struct {
		X     float64 `json:"x"`
		Push  float64 `json:"push"` // of the last step
		Steps int32   `json:"steps"`
	}
}

func (w *walker) Reset(rng *envs.RNG) {
	w.state.X, w.state.Push, w.state.Steps = rng.Uniform(-0.5, 0.5), 0, 0
}

func (w *walker) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	if a.Box != nil {
		w.state.Push = a.Box[0]
	} else {
		w.state.Push = float64(a.Index()-1) / 2
	}
	w.state.X += 0.25*w.state.Push + rng.Normal(0, 0.05)
	w.state.Steps++
	reward[0], reward[1] = w.state.X, -w.state.Push*w.state.Push
	return w.state.X < -1 || w.state.X > 1
}

func (w *walker) Observe(obs []float64) { obs[0], obs[1] = w.state.X, w.state.Push }
func (w *walker) State() any            { return &w.state }

func (w *walker) CheckState() error {
	if w.state.Steps < 0 {
		return fmt.Errorf("steps %d is negative", w.state.Steps)
	}
	return nil
}

// walkerEnv returns the walk with three pushes, or with any push between -1 and 1.
func walkerEnv(continuous bool) *envs.Environment {
	action := envs.Discrete(3, "left", "none", "right")
	if continuous {
		action = envs.Box("float32", []float64{-1}, []float64{1})
	}
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "walker-v0", Summary: "Random walk", Action: action, Horizon: 12,
			Observation: envs.Box("float32", []float64{-3, -1}, []float64{3, 1}),
			Objectives:  []envs.Objective{{Name: "position", Low: -3, High: 3}, {Name: "effort", Low: -1, High: 0}},
			Reference:   envs.Reference{Discount: 0.9, Point: []float64{-30, -12}},
		},
		New: func() envs.Env { return &walker{} },
	}
}
