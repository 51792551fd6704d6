package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Walker2d is a torso on two legs of thigh, shin and foot that walks in a vertical plane.
//
// Reward (x_velocity, energy): velocity along x in m/s, and -E, each plus H. Original: v + H - w E. H is 1,
// w 0.001.
//
// It is healthy while the torso is between 0.8 and 2 high and leans less than 1.
//
// Observation: height and angles, then velocities within ±10.
type Walker2d struct {
	robot
	motion Motion[[9]float64, [9]float64, [6]float64]
}

var _ robotic = (*Walker2d)(nil)

// Reset implements [envs.Env].
func (w *Walker2d) Reset(rng *envs.RNG) { w.reset(rng, uniform) }

// Step implements [envs.Env].
func (w *Walker2d) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	q := &w.motion.Qpos
	before := q[0]
	w.simulate(a.Box)
	velocity, e := (q[0]-before)/w.dt, energy(a.Box)
	healthy := 0.8 < q[1] && q[1] < 2 && math.Abs(q[2]) < 1
	alive := w.alive(healthy)
	w.original = w.forward*velocity + alive - w.ctrl*e
	_ = reward[1]
	reward[0], reward[1] = velocity+alive, alive-e
	return w.over(healthy)
}

// Observe implements [envs.Env].
func (w *Walker2d) Observe(obs []float64) { w.observe(obs, 1, 10) }

// State implements [envs.Env].
func (w *Walker2d) State() any { return &w.motion }

func newWalker2d(r robot) robotic {
	w := &Walker2d{robot: r}
	m := &w.motion
	w.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return w
}

func init() {
	for _, v := range []struct {
		id, model string
		v5        bool
	}{{"mo-walker2d-v5", "walker2d_v5", true}, {"mo-walker2d-v4", "walker2d", false}} {
		register(task{
			id: v.id, summary: "Pair of legs that walks forward with little effort", class: "walker2d", original: "Walker2d", model: v.model,
			settings:   settings{v5: v.v5, forward: 1, ctrl: 1e-3, healthy: 1, terminates: true, noise: 5e-3},
			options:    []string{forwardWeight, ctrlWeight, healthyReward, terminate, noiseScale},
			objectives: func(settings) []envs.Objective { return []envs.Objective{xVelocity, energyUsed} },
			reference: func(m int) envs.Reference {
				return hundreds(m, "paretolab: below what a sane policy returns")
			},
			skip: 1, new: newWalker2d,
		})
	}
}
