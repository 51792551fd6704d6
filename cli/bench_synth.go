package cli

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// synth is the toy task of benchmarks, the same as in the programs that paretolab is compared with: a
// leaky linear chain of 11 states, driven by three bounded actions, with two rewards and episodes of
// 1000 steps. It costs next to nothing, so that learning is what is measured.
type synth struct{ X [11]float64 }

func synthEnvironment() *envs.Environment {
	low, high := make([]float64, 11), make([]float64, 11)
	for i := range low {
		low[i], high[i] = math.Inf(-1), math.Inf(1)
	}
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "synth", Horizon: 1000,
			Observation: envs.Box("float64", low, high),
			Action:      envs.Box("float32", []float64{-1, -1, -1}, []float64{1, 1, 1}),
			Objectives:  []envs.Objective{{Name: "state"}, {Name: "effort"}},
		},
		New: func() envs.Env { return &synth{} },
	}
}

// Reset implements envs.Env.
func (s *synth) Reset(rng *envs.RNG) {
	for i := range s.X {
		s.X[i] = rng.Uniform(-0.1, 0.1)
	}
}

// Step implements envs.Env: x_i ← 0.95 x_i + 0.04 x_{i-1} + 0.1 u_{i mod 3}, rewards x_0 and 1 - Σ u².
func (s *synth) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	var u [3]float64
	effort := 0.0
	for j := range u {
		u[j] = min(max(a.Box[j], -1), 1)
		effort += u[j] * u[j]
	}
	before := s.X[len(s.X)-1]
	for i, x := range s.X {
		s.X[i] = 0.95*x + 0.04*before + 0.1*u[i%3]
		before = x
	}
	reward[0], reward[1] = s.X[0], 1-effort
	return false
}

// Observe implements envs.Env.
func (s *synth) Observe(obs []float64) { copy(obs, s.X[:]) }

// State implements envs.Env.
func (s *synth) State() any { return &s.X }
