package robots

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// Humanoid is a body with head, arms and legs that walks on a plane.
//
// Reward (x_velocity, energy): velocity of the centre of mass along x in m/s, and -E, each plus H and, in
// version 5, less the contact cost C. Original: 1.25 v + H - w E - C. H is 5, w 0.1, C 5e-7 times the sum
// of the squared contact torques and forces, at most 10. E is that of the stored control.
//
// It is healthy while the torso is between 1 and 2 high.
//
// Observation: height, orientation and angles, velocities; of the last forward evaluation the inertia and
// velocity of every body about the centre of mass, and the forces of the actuators; the contact torques
// and forces on every body. Version 4 has the world as a body, too, and actuator forces of the free joint,
// which are all 0.
type Humanoid struct {
	robot
	state HumanoidState
}

// HumanoidState is the state of a [Humanoid].
type HumanoidState struct {
	Motion[[24]float64, [23]float64, [17]float64]
	Center   [2]float64                  `json:"center_of_mass"` // x and y in the last forward evaluation
	Inertia  [humanoidBodies][10]float64 `json:"cinert"`
	Velocity [humanoidBodies][6]float64  `json:"cvel"`
	Actuator [23]float64                 `json:"qfrc_actuator"`
	Contact  [humanoidBodies][6]float64  `json:"cfrc_ext"` // torque and force on each body
}

const humanoidBodies = 14

var _ robotic = (*Humanoid)(nil)

// Reset implements [envs.Env].
func (h *Humanoid) Reset(rng *envs.RNG) {
	h.reset(rng, uniform)
	h.begin()
}

// StartFrom puts the humanoid into the state after a reset that led to the recorded coordinates and
// velocities.
func (h *Humanoid) StartFrom(record []byte) error {
	err := h.robot.StartFrom(record)
	if err == nil {
		h.begin()
	}
	return err
}

// begin looks at the first state of an episode. Contacts are not felt yet.
func (h *Humanoid) begin() {
	h.model.Forward(&h.robot.state, h.data)
	h.look()
	h.state.Contact = [humanoidBodies][6]float64{}
}

// look keeps what is observed of the last forward evaluation.
func (h *Humanoid) look() {
	s, d := &h.state, h.data
	s.Center = centerOfMass(h.model, d)
	copy(s.Inertia[:], d.Cinert)
	copy(s.Velocity[:], d.Cvel)
	copy(s.Actuator[:], d.QfrcActuator)
}

// centerOfMass is the mean of the bodies' centres of mass, weighted by mass, on the ground.
func centerOfMass(m *mujoco.Model, d *mujoco.Data) [2]float64 {
	x, y, mass := 0.0, 0.0, 0.0
	for b := range m.Bodies {
		w := m.Bodies[b].Mass
		x += w * d.Xipos[b][0]
		y += w * d.Xipos[b][1]
		mass += w
	}
	return [2]float64{x / mass, y / mass}
}

// Step implements [envs.Env].
func (h *Humanoid) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &h.state
	before := s.Center
	h.simulate(a.Box)
	h.look()
	h.model.ContactForces(h.data)
	copy(s.Contact[:], h.data.CfrcExt)
	velocity, e := (s.Center[0]-before[0])/h.dt, energy(s.Ctrl[:])
	healthy := 1 < s.Qpos[2] && s.Qpos[2] < 2
	alive := h.alive(healthy)
	cost, effort := 0.0, e
	if h.v5 {
		cost = h.contactCost()
	} else {
		effort = 10 * h.ctrl * e // the original's way back from the weight 0.1
	}
	h.original = h.forward*velocity + alive - h.ctrl*e - cost
	_ = reward[1]
	reward[0], reward[1] = velocity+alive-cost, alive-effort-cost
	return h.over(healthy)
}

func (h *Humanoid) contactCost() float64 {
	const most = 10
	sum := 0.0
	for b := range h.state.Contact {
		for _, f := range h.state.Contact[b] {
			sum += f * f
		}
	}
	return min(h.contact*sum, most)
}

// Observe implements [envs.Env].
func (h *Humanoid) Observe(obs []float64) {
	s := &h.state
	world, free := 0, 0 // what is left out
	if h.v5 {
		world, free = 1, 6
	}
	obs = h.observe(obs, 2, math.Inf(1))
	for i := range s.Inertia[world:] {
		copy(obs[10*i:10*i+10], s.Inertia[world+i][:])
	}
	obs = obs[10*(humanoidBodies-world):]
	obs = write(obs, s.Velocity[world:])
	obs = obs[copy(obs, s.Actuator[free:]):]
	write(obs, s.Contact[world:])
}

// State implements [envs.Env].
func (h *Humanoid) State() any { return &h.state }

// CheckState implements [envs.StateChecker].
func (h *Humanoid) CheckState() error {
	if err := h.robot.CheckState(); err != nil {
		return err
	}
	s := &h.state
	if err := within("center_of_mass", math.MaxFloat64, s.Center[:]...); err != nil {
		return err
	}
	if err := within("qfrc_actuator", math.MaxFloat64, s.Actuator[:]...); err != nil {
		return err
	}
	for b := range humanoidBodies {
		for _, v := range []struct {
			key    string
			values []float64
		}{{"cinert", s.Inertia[b][:]}, {"cvel", s.Velocity[b][:]}, {"cfrc_ext", s.Contact[b][:]}} {
			if err := within(v.key, math.MaxFloat64, v.values...); err != nil {
				return err
			}
		}
	}
	return nil
}

func newHumanoid(r robot) robotic {
	h := &Humanoid{robot: r}
	m := &h.state.Motion
	h.bind(m.Qpos[:], m.Qvel[:], m.QaccWarmstart[:], m.Ctrl[:], &m.Time, &m.BadStates)
	return h
}

// humanoidNames names what is observed beside coordinates and velocities, from the given body on.
func humanoidNames(m *mujoco.Model, body, dof int) []string {
	names := bodyNames(m, body, "inertia", "xx", "yy", "zz", "xy", "xz", "yz", "mx", "my", "mz", "m")
	names = append(names, bodyNames(m, body, "velocity", "wx", "wy", "wz", "vx", "vy", "vz")...)
	for _, v := range velocityNames(m)[dof:] {
		names = append(names, v+"_force")
	}
	return append(names, bodyNames(m, body, "contact", "tx", "ty", "tz", "fx", "fy", "fz")...)
}

func init() {
	for _, v := range []struct {
		id string
		v5 bool
	}{{"mo-humanoid-v5", true}, {"mo-humanoid-v4", false}} {
		t := task{
			id: v.id, summary: "Humanoid robot that walks forward with little effort", class: "humanoid", original: "Humanoid", model: "humanoid",
			settings:   settings{v5: v.v5, forward: 1.25, ctrl: 0.1, healthy: 5, terminates: true, noise: 1e-2},
			options:    []string{forwardWeight, ctrlWeight, healthyReward, terminate, noiseScale},
			objectives: func(settings) []envs.Objective { return []envs.Objective{xVelocity, energyUsed} },
			reference:  func(m int) envs.Reference { return hundreds(m, "C-MORL code") },
			skip:       2, camera: behind, new: newHumanoid,
			names: func(m *mujoco.Model) []string { return humanoidNames(m, 0, 0) },
		}
		if v.v5 {
			t.settings.contact = 5e-7
			t.options = append(t.options, contactWeight)
			t.names = func(m *mujoco.Model) []string { return humanoidNames(m, 1, 6) }
		}
		register(t)
	}
}
