package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// HalfCheetah is a trunk with a hind and a fore leg of three parts each that runs in a vertical plane. It
// is always healthy.
//
// Reward (x_velocity, energy): velocity along x in m/s, and -E; in version 4 -w E, with w = 0.1.
// Original: v - w E.
//
// Observation: height and angles, then velocities.
type HalfCheetah struct {
	robot
	motion Motion[[9]float64, [9]float64, [6]float64]
}

var _ robotic = (*HalfCheetah)(nil)

// Reset implements [envs.Env].
func (c *HalfCheetah) Reset(rng *envs.RNG) { c.reset(rng, normal) }

// Step implements [envs.Env].
func (c *HalfCheetah) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	before := c.motion.Qpos[0]
	c.simulate(a.Box)
	velocity, e := (c.motion.Qpos[0]-before)/c.dt, energy(a.Box)
	c.original = c.forward*velocity - c.ctrl*e
	_ = reward[1]
	if c.v5 {
		reward[0], reward[1] = velocity, 0-e
	} else {
		reward[0], reward[1] = c.forward*velocity, 0-c.ctrl*e
	}
	return false
}

// Observe implements [envs.Env].
func (c *HalfCheetah) Observe(obs []float64) { c.observe(obs, 1, math.Inf(1)) }

// State implements [envs.Env].
func (c *HalfCheetah) State() any { return &c.motion }

func newHalfCheetah(r robot) robotic {
	c := &HalfCheetah{robot: r}
	m := &c.motion
	c.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return c
}

func init() {
	for _, v := range []struct {
		id string
		v5 bool
	}{{"mo-halfcheetah-v5", true}, {"mo-halfcheetah-v4", false}} {
		register(task{
			id: v.id, summary: "Two-legged trunk that runs forward with little effort", class: "half_cheetah", original: "HalfCheetah", model: "half_cheetah",
			settings:   settings{v5: v.v5, forward: 1, ctrl: 0.1, noise: 0.1},
			options:    []string{forwardWeight, ctrlWeight, noiseScale},
			objectives: func(settings) []envs.Objective { return []envs.Objective{xVelocity, energyUsed} },
			reference:  func(m int) envs.Reference { return hundreds(m, "morl-baselines") },
			alternatives: []envs.Reference{
				{Name: "pgmorl", Discount: 0.995, Point: []float64{-100, -100}, Source: "morl-baselines, example of PGMORL"},
			},
			skip: 1, new: newHalfCheetah,
		})
	}
}
