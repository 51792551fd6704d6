package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Hopper is a leg of torso, thigh, shin and foot that hops in a vertical plane.
//
// Reward (x_velocity, height, energy): velocity along x in m/s, 10 times the height of the torso above
// that of the reference, and -E, each plus H. With two objectives, w E is taken from velocity and height
// instead. Original: v + H - w E. H is 1, w 0.001.
//
// It is healthy while the torso is higher than 0.7 and leans less than 0.2, and every other coordinate
// and velocity lies within ±100.
//
// Observation: height and angles, then velocities within ±10.
type Hopper struct {
	robot
	motion Motion[[6]float64, [6]float64, [3]float64]
}

var _ robotic = (*Hopper)(nil)

// Reset implements [envs.Env].
func (h *Hopper) Reset(rng *envs.RNG) { h.reset(rng, uniform) }

// Step implements [envs.Env].
func (h *Hopper) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	before := h.motion.Qpos[0]
	h.simulate(a.Box)
	velocity := (h.motion.Qpos[0] - before) / h.dt
	height := 10 * (h.motion.Qpos[1] - h.model.Qpos0[1])
	e, healthy := energy(a.Box), h.isHealthy()
	alive := h.alive(healthy)
	h.original = h.forward*velocity + alive - h.ctrl*e
	if h.split {
		_ = reward[2]
		reward[0], reward[1], reward[2] = velocity+alive, height+alive, alive-e
	} else {
		_ = reward[1]
		reward[0], reward[1] = velocity-h.ctrl*e+alive, height-h.ctrl*e+alive
	}
	return h.over(healthy)
}

func (h *Hopper) isHealthy() bool {
	q, v := &h.motion.Qpos, &h.motion.Qvel
	const limit = 100
	for _, x := range q[2:] {
		if !(math.Abs(x) < limit) {
			return false
		}
	}
	for _, x := range v {
		if !(math.Abs(x) < limit) {
			return false
		}
	}
	return q[1] > 0.7 && math.Abs(q[2]) < 0.2
}

// Observe implements [envs.Env].
func (h *Hopper) Observe(obs []float64) { h.observe(obs, 1, 10) }

// State implements [envs.Env].
func (h *Hopper) State() any { return &h.motion }

func newHopper(r robot) robotic {
	h := &Hopper{robot: r}
	m := &h.motion
	h.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return h
}

func init() {
	for _, v := range []struct {
		id    string
		v5    bool
		split bool
	}{
		{"mo-hopper-v5", true, true},
		{"mo-hopper-2obj-v5", true, false},
		{"mo-hopper-v4", false, true},
		{"mo-hopper-2d-v4", false, false},
	} {
		register(task{
			id: v.id, summary: "Leg that hops forward, high and with little effort", class: "hopper", original: "Hopper", model: "hopper",
			settings: settings{v5: v.v5, split: v.split, forward: 1, ctrl: 1e-3, healthy: 1, terminates: true, noise: 5e-3},
			options:  []string{costObjective, forwardWeight, ctrlWeight, healthyReward, terminate, noiseScale},
			objectives: func(s settings) []envs.Objective {
				return append([]envs.Objective{xVelocity, {Name: "height", Unit: "0.1 m", Low: math.Inf(-1), High: math.Inf(1)}}, energyIf(s.split)...)
			},
			reference: func(m int) envs.Reference { return hundreds(m, "C-MORL code; morl-baselines") },
			skip:      1, new: newHopper,
		})
	}
}
