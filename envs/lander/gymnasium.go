package lander

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// scalarLander is Gymnasium's lander with its single reward [Lander.Scalar]: the gain of the
// potential, less 0.3 and 0.03 times the power of main and side engine; but ±100 alone in the step
// that ends the episode.
type scalarLander struct{ Lander }

var _ envs.Env = (*scalarLander)(nil)

// Step implements [envs.Env].
func (l *scalarLander) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	var parts [4]float64
	over := l.Lander.Step(rng, a, parts[:])
	reward[0] = l.scalar
	return over
}

func init() {
	for _, v := range []struct {
		id, summary string
		continuous  bool
	}{
		{"LunarLander-v3", "Spacecraft that lands on its legs; engines are on or off; one objective", false},
		{"LunarLanderContinuous-v3", "Spacecraft that lands on its legs; engines are throttled; one objective", true},
	} {
		envs.Register(envs.Definition{
			ID: v.id, Options: options(v.continuous),
			New: func(o envs.Options) (*envs.Environment, error) {
				e, err := newLander(v.summary, o)
				if err != nil {
					return nil, err
				}
				e.Spec.Source = "Gymnasium 1.4.0, LunarLander-v3"
				e.Spec.Objectives = []envs.Objective{{Name: "reward", Low: math.Inf(-1), High: math.Inf(1)}}
				e.Spec.Reference = envs.Reference{Discount: 0.99, Point: []float64{-1000}, Source: "paretolab: below what random actions get"}
				vector := e.New
				e.New = func() envs.Env { return &scalarLander{*vector().(*Lander)} }
				return e, nil
			},
		})
	}
}
