package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Swimmer is a chain of three links that swims in a plane of viscous fluid. It is always healthy.
//
// Reward (x_velocity, energy): velocity of its head along x in m/s, and -E. Original: v - w E with
// w = 0.0001.
//
// Observation: angles, then velocities.
type Swimmer struct {
	robot
	motion Motion[[5]float64, [5]float64, [2]float64]
}

var _ robotic = (*Swimmer)(nil)

// Reset implements [envs.Env].
func (s *Swimmer) Reset(rng *envs.RNG) { s.reset(rng, uniform) }

// Step implements [envs.Env].
func (s *Swimmer) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	before := s.motion.Qpos[0]
	s.simulate(a.Box)
	velocity, e := (s.motion.Qpos[0]-before)/s.dt, energy(a.Box)
	s.original = s.forward*velocity - s.ctrl*e
	_ = reward[1]
	reward[0], reward[1] = velocity, 0-e
	return false
}

// Observe implements [envs.Env].
func (s *Swimmer) Observe(obs []float64) { s.observe(obs, 2, math.Inf(1)) }

// State implements [envs.Env].
func (s *Swimmer) State() any { return &s.motion }

func newSwimmer(r robot) robotic {
	s := &Swimmer{robot: r}
	m := &s.motion
	s.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return s
}

func init() {
	for _, v := range []struct {
		id string
		v5 bool
	}{{"mo-swimmer-v5", true}, {"mo-swimmer-v4", false}} {
		register(task{
			id: v.id, summary: "Chain of three links that swims forward with little effort", class: "swimmer", original: "Swimmer", model: "swimmer",
			settings:   settings{v5: v.v5, forward: 1, ctrl: 1e-4, noise: 0.1},
			options:    []string{forwardWeight, ctrlWeight, noiseScale},
			objectives: func(settings) []envs.Objective { return []envs.Objective{xVelocity, energyUsed} },
			reference: func(int) envs.Reference {
				return envs.Reference{Discount: 0.99, Point: []float64{-100, -1000}, Source: "paretolab: below what a sane policy returns"}
			},
			skip: 2, camera: above, new: newSwimmer,
		})
	}
}
