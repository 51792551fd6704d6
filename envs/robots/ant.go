package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// Ant is a ball on four legs of two parts that walks on a plane.
//
// Reward (x_velocity, y_velocity, energy): velocities of the torso in m/s, and -E, each plus H and, in
// version 5, less the contact cost C. With two objectives, w E is taken from both velocities instead.
// Original: v + H - w E - C. H is 1, w 0.5, C 0.0005 times the sum of the squared contact torques and
// forces, each within ±1.
//
// It is healthy while its state is finite and the torso between 0.2 and 1 high.
//
// Observation: height, orientation and angles, velocities, and in version 5 the contact torques and forces
// on every body, within ±1.
type Ant struct {
	robot
	state FeelingAntState
}

// AntState is the state of version 4.
type AntState struct {
	Motion[[15]float64, [14]float64, [8]float64]
	Torso [2]float64 `json:"torso"` // x and y in the last forward evaluation
}

// FeelingAntState is the state of version 5.
type FeelingAntState struct {
	AntState
	Contact [antBodies - 1][6]float64 `json:"cfrc_ext"` // torque and force on each body but the world, within ±1
}

const (
	antBodies = 14
	antTorso  = 1 // its body
)

var _ robotic = (*Ant)(nil)

// Reset implements [envs.Env].
func (a *Ant) Reset(rng *envs.RNG) {
	a.reset(rng, normal)
	a.begin()
}

// StartFrom puts the ant into the state after a reset that led to the recorded coordinates and velocities.
func (a *Ant) StartFrom(record []byte) error {
	err := a.robot.StartFrom(record)
	if err == nil {
		a.begin()
	}
	return err
}

// begin looks at the first state of an episode. Contacts are not felt yet.
func (a *Ant) begin() {
	a.model.Forward(&a.robot.state, a.data)
	a.look()
	a.state.Contact = [antBodies - 1][6]float64{}
}

// look keeps where the torso was in the last forward evaluation.
func (a *Ant) look() { a.state.Torso = [2]float64(a.data.Xpos[antTorso][:2]) }

// Step implements [envs.Env].
func (a *Ant) Step(_ *envs.RNG, act envs.Action, reward []float64) bool {
	before := a.state.Torso
	a.simulate(act.Box)
	a.look()
	vx, vy := (a.state.Torso[0]-before[0])/a.dt, (a.state.Torso[1]-before[1])/a.dt
	e, healthy := energy(act.Box), a.isHealthy()
	alive := a.alive(healthy)
	cost := 0.0
	if a.v5 {
		cost = a.feel()
	}
	a.original = a.forward*vx + alive - a.ctrl*e - cost
	if a.split {
		_ = reward[2]
		reward[0], reward[1], reward[2] = vx+alive-cost, vy+alive-cost, alive-e-cost
	} else {
		_ = reward[1]
		reward[0], reward[1] = vx-a.ctrl*e+alive-cost, vy-a.ctrl*e+alive-cost
	}
	return a.over(healthy)
}

// feel keeps the contact forces and returns their cost.
func (a *Ant) feel() float64 {
	const limit = 1
	a.model.ContactForces(a.data)
	sum := 0.0
	for b := range a.state.Contact {
		for k, f := range a.data.CfrcExt[1+b] {
			f = min(max(f, -limit), limit)
			a.state.Contact[b][k] = f
			sum += f * f
		}
	}
	return a.contact * sum
}

func (a *Ant) isHealthy() bool {
	z := a.state.Qpos[2]
	if !(0.2 <= z && z <= 1) {
		return false
	}
	return finite(a.state.Qpos[:]) && finite(a.state.Qvel[:])
}

func finite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Observe implements [envs.Env].
func (a *Ant) Observe(obs []float64) {
	obs = a.observe(obs, 2, math.Inf(1))
	if a.v5 {
		write(obs, a.state.Contact[:])
	}
}

// write writes the 6-vectors of bodies and returns the rest of obs.
func write(obs []float64, bodies [][6]float64) []float64 {
	for i := range bodies {
		copy(obs[6*i:6*i+6], bodies[i][:])
	}
	return obs[6*len(bodies):]
}

// State implements [envs.Env].
func (a *Ant) State() any {
	if a.v5 {
		return &a.state
	}
	return &a.state.AntState
}

// CheckState implements [envs.StateChecker].
func (a *Ant) CheckState() error {
	if err := a.robot.CheckState(); err != nil {
		return err
	}
	if err := within("torso", math.MaxFloat64, a.state.Torso[:]...); err != nil {
		return err
	}
	for b := range a.state.Contact {
		if err := within("cfrc_ext", 1, a.state.Contact[b][:]...); err != nil {
			return err
		}
	}
	return nil
}

func newAnt(r robot) robotic {
	a := &Ant{robot: r}
	m := &a.state.Motion
	a.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return a
}

func init() {
	for _, v := range []struct {
		id    string
		v5    bool
		split bool
	}{
		{"mo-ant-v5", true, true},
		{"mo-ant-2obj-v5", true, false},
		{"mo-ant-v4", false, true},
		{"mo-ant-2d-v4", false, false},
	} {
		t := task{
			id: v.id, summary: "Four-legged robot that walks over a plane", class: "ant", original: "Ant", model: "ant",
			settings: settings{v5: v.v5, split: v.split, forward: 1, ctrl: 0.5, healthy: 1, terminates: true, noise: 0.1},
			options:  []string{costObjective, forwardWeight, ctrlWeight, healthyReward, terminate, noiseScale},
			objectives: func(s settings) []envs.Objective {
				return append([]envs.Objective{xVelocity, yVelocity}, energyIf(s.split)...)
			},
			reference: func(m int) envs.Reference { return hundreds(m, "C-MORL code") },
			skip:      2, camera: behind, new: newAnt,
		}
		if v.v5 {
			t.settings.contact = 5e-4
			t.options = append(t.options, contactWeight)
			t.names = func(m *mujoco.Model) []string { return bodyNames(m, 1, "contact", "tx", "ty", "tz", "fx", "fy", "fz") }
		}
		register(t)
	}
}
