package control

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/sincos"
)

// Constants of the acrobot: two links of mass 1, length 1, centre of mass 0.5 and moment of inertia
// 1. Angles are in radians; 0 hangs down.
const (
	acrobotGravity   = 9.8
	acrobotStep      = 0.2 // seconds
	acrobotMaxSpeed1 = 4 * math.Pi
	acrobotMaxSpeed2 = 9 * float64(math.Pi) // as float64 has it
	acrobotHeight    = 1.0                  // of the tip above the pivot
	acrobotStart     = 0.1
	acrobotHorizon   = 500 // steps
)

// Acrobot is a double pendulum with a motor in the second joint that swings its tip up.
//
// State (θ₁, θ₂, ω₁, ω₂), at reset each U(−0.1, 0.1), rounded to float32. Actions 0, 1, 2: torque
// −1, 0, +1 N·m. A step integrates the equations of motion of the book over 0.2 s by one step of
// fourth-order Runge-Kutta; then the angles are wrapped to [−π, π] and the velocities clipped to
// ±4π and ±9π. An episode ends when −cos θ₁ − cos(θ₁+θ₂) > 1. Reward −1 per step, 0 for the last.
// Observation float32 (cos θ₁, sin θ₁, cos θ₂, sin θ₂, ω₁, ω₂). Draws: four uniforms per reset.
//
// The motion is chaotic: differences of rounding in the sine grow by about e per second.
//
// Source: Sutton & Barto, "Reinforcement Learning: An Introduction", 2018, and Sutton,
// "Generalization in Reinforcement Learning", NIPS 1996; Gymnasium 1.4.0. Single-objective.
type Acrobot struct {
	state acrobotState
}

// acrobotState is θ₁, θ₂, ω₁, ω₂.
type acrobotState [4]float64

var (
	_ envs.Env          = (*Acrobot)(nil)
	_ envs.StateChecker = (*Acrobot)(nil)
)

// Reset implements [envs.Env].
func (c *Acrobot) Reset(rng *envs.RNG) {
	for i := range c.state {
		c.state[i] = float64(float32(rng.Uniform(-acrobotStart, acrobotStart)))
	}
}

// Step implements [envs.Env].
func (c *Acrobot) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	_, cos := c.move(a.Index())
	return c.reach(cos, reward)
}

// StepIndex implements [envs.IndexStepper].
func (c *Acrobot) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	sin1, cos1 := c.move(int(a))
	sin2, cos2 := math.Sincos(c.state[1])
	_ = obs[5]
	obs[0], obs[1], obs[2], obs[3] = float32(cos1), float32(sin1), float32(cos2), float32(sin2)
	obs[4], obs[5] = float32(c.state[2]), float32(c.state[3])
	return c.reach(cos1, reward)
}

// move takes a step and returns sine and cosine of the first angle.
func (c *Acrobot) move(action int) (sin, cos float64) {
	torque := float64(action - 1)
	s := &c.state
	k1 := s.derivative(torque)
	k2 := s.along(&k1, acrobotStep/2).derivative(torque)
	k3 := s.along(&k2, acrobotStep/2).derivative(torque)
	k4 := s.along(&k3, acrobotStep).derivative(torque)
	for i := range s {
		sum := k1[i] + 2*k2[i] + 2*k3[i] + k4[i]
		s[i] += float64(acrobotStep / 6 * sum)
	}
	s[0], s[1] = wrapRadians(s[0]), wrapRadians(s[1])
	s[2] = clip(s[2], -acrobotMaxSpeed1, acrobotMaxSpeed1)
	s[3] = clip(s[3], -acrobotMaxSpeed2, acrobotMaxSpeed2)
	return math.Sincos(s[0])
}

// reach writes the reward, with the cosine of the first angle, and reports whether the tip is up.
func (c *Acrobot) reach(cos float64, reward []float64) bool {
	terminated := -cos-math.Cos(c.state[1]+c.state[0]) > acrobotHeight
	reward[0] = indicator(terminated) - 1
	return terminated
}

// along is s + h·k.
func (s *acrobotState) along(k *acrobotState, h float64) *acrobotState {
	return &acrobotState{
		s[0] + float64(h*k[0]), s[1] + float64(h*k[1]), s[2] + float64(h*k[2]), s[3] + float64(h*k[3]),
	}
}

// derivative is the time derivative of the state: Sutton & Barto, section 11.3, in the order of
// operations of the original. Products are rounded before they are added, so that every processor
// gives the same result.
func (s *acrobotState) derivative(torque float64) acrobotState {
	w1, w2 := s[2], s[3]
	sin2, cos2 := sincos.Sincos(s[1])
	cos1 := sincos.Cos(s[0] - math.Pi/2)
	cos12 := sincos.Cos(s[0] + s[1] - math.Pi/2)
	d1 := 0.25 + (1.25 + cos2) + 1 + 1
	d2 := 0.25 + 0.5*cos2 + 1
	phi2 := float64(acrobotGravity / 2 * cos12)
	// 14.700000000000001 is 1.5·9.8, rounded.
	phi1 := float64(-0.5*(w2*w2)*sin2) - float64(w2*w1*sin2) + float64(14.700000000000001*cos1) + phi2
	dw2 := (torque + float64(d2/d1*phi1) - float64(0.5*(w1*w1)*sin2) - phi2) / (1.25 - float64(d2*d2)/d1)
	dw1 := -(float64(d2*dw2) + phi1) / d1
	return acrobotState{w1, w2, dw1, dw2}
}

// wrapRadians brings an angle to [−π, π].
func wrapRadians(a float64) float64 {
	for a > math.Pi {
		a -= 2 * math.Pi
	}
	for a < -math.Pi {
		a += 2 * math.Pi
	}
	return a
}

// Observe implements [envs.Env].
func (c *Acrobot) Observe(obs []float64) {
	s := &c.state
	_ = obs[5]
	obs[1], obs[0] = math.Sincos(s[0])
	obs[3], obs[2] = math.Sincos(s[1])
	obs[4], obs[5] = s[2], s[3]
}

// State implements [envs.Env].
func (c *Acrobot) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *Acrobot) CheckState() error {
	s := &c.state
	const slack = 1e-6  // of rounding to float32
	const turns = 1000. // radians; farther away wrapping takes long
	switch {
	case !(math.Abs(s[0]) <= turns && math.Abs(s[1]) <= turns):
		return fmt.Errorf("angles %v and %v are not within ±%v; wrap them to [-π, π]", s[0], s[1], turns)
	case !(math.Abs(s[2]) <= acrobotMaxSpeed1+slack && math.Abs(s[3]) <= acrobotMaxSpeed2+slack):
		return fmt.Errorf("angular velocities %v and %v are not within ±4π and ±9π", s[2], s[3])
	}
	return nil
}

func init() {
	high := []float64{1, 1, 1, 1, acrobotMaxSpeed1, acrobotMaxSpeed2}
	low := make([]float64, len(high))
	for i := range low {
		low[i] = -high[i]
	}
	observation := envs.Box("float32", low, high)
	observation.Names = []string{"cos_angle1", "sin_angle1", "cos_angle2", "sin_angle2", "angular_velocity1", "angular_velocity2"}
	envs.Register(envs.Definition{
		ID: "Acrobot-v1",
		New: func(envs.Options) (*envs.Environment, error) {
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:           "Double pendulum that swings its tip up by a motor between the links; single-objective",
					Source:            "Gymnasium 1.4.0, gymnasium/envs/classic_control/acrobot.py; Sutton, NIPS 1996",
					Observation:       observation,
					Action:            envs.Discrete(3, "negative", "none", "positive"),
					Objectives:        []envs.Objective{{Name: "reward", Unit: "steps", Low: -1, High: 0}},
					Horizon:           acrobotHorizon,
					Reference:         envs.Reference{Discount: 0.99, Point: []float64{-acrobotHorizon}, Source: ownReference},
					DeterministicStep: true,
				},
				New: func() envs.Env { return new(Acrobot) },
			}, nil
		},
	})
}
