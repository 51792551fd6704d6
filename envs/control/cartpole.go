package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/sincos"
)

// Constants of the cart with a pole, in SI units.
const (
	poleGravity    = 9.8
	poleMass       = 0.1
	poleTotalMass  = 1.1 // with the cart's 1
	poleHalfLength = 0.5
	poleMassLength = 0.05 // mass · half length
	poleForce      = 10.0
	poleTau        = 0.02                // seconds per step
	poleMaxAngle   = 0.20943951023931953 // 12 degrees
	poleMaxX       = 2.4
	poleStart      = 0.05
	poleHorizon    = 500 // steps
)

// CartPole is a cart that balances a pole by pushes to the left and to the right.
//
// State (x, x′, θ, θ′), at reset each U(−0.05, 0.05). Actions 0 left, 1 right: F = ∓10 N. With
// q = (F + 0.05·θ′²·sin θ)/1.1:
//
//	θ″ = (9.8·sin θ − q·cos θ) / (0.5·(4/3 − 0.1·cos²θ/1.1)),   x″ = q − 0.05·θ″·cos θ/1.1
//
// and one step of 0.02 s of explicit Euler, positions with the old velocities. An episode ends at
// |x| > 2.4 or |θ| > 12°. Reward 1 in every step, the last included; with sutton_barto_reward 0, and
// −1 for the end. Observation float32: the state. Draws: four uniforms per reset.
//
// Balancing is unstable: a wrong last bit of sine or cosine grows by a factor of e⁴ per second and passes
// 1e-6 after some 320 steps. With both rounded to nearest, as the original's are for most arguments,
// recordings of 500 balanced steps are followed to the last bit of float32.
//
// Source: Barto, Sutton & Anderson, "Neuronlike Adaptive Elements That Can Solve Difficult Learning
// Control Problems", IEEE SMC 13, 1983; Gymnasium 1.4.0. Single-objective.
type CartPole struct {
	upright, fallen float64 // rewards
	state           [4]float64
}

var (
	_ envs.Env          = (*CartPole)(nil)
	_ envs.StateChecker = (*CartPole)(nil)
)

// Reset implements [envs.Env].
func (c *CartPole) Reset(rng *envs.RNG) {
	for i := range c.state {
		c.state[i] = rng.Uniform(-poleStart, poleStart)
	}
}

// Step implements [envs.Env].
func (c *CartPole) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return c.step(int32(a.Index()), reward)
}

// StepIndex implements [envs.IndexStepper].
func (c *CartPole) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := c.step(a, reward)
	s := &c.state
	_ = obs[3]
	obs[0], obs[1], obs[2], obs[3] = float32(s[0]), float32(s[1]), float32(s[2]), float32(s[3])
	return terminated
}

func (c *CartPole) step(action int32, reward []float64) bool {
	s := &c.state
	x, dx, angle, dangle := s[0], s[1], s[2], s[3]
	force := -poleForce
	if action == 1 {
		force = poleForce
	}
	sin, cos := sincos.Sincos(angle)
	// Products are rounded before they are added, so that every processor gives the same result.
	q := (force + float64(poleMassLength*(dangle*dangle)*sin)) / poleTotalMass
	ddangle := (float64(poleGravity*sin) - float64(cos*q)) /
		(poleHalfLength * (4.0/3.0 - poleMass*(cos*cos)/poleTotalMass))
	ddx := q - poleMassLength*ddangle*cos/poleTotalMass
	x += float64(poleTau * dx)
	dx += float64(poleTau * ddx)
	angle += float64(poleTau * dangle)
	dangle += float64(poleTau * ddangle)
	s[0], s[1], s[2], s[3] = x, dx, angle, dangle

	if math.Abs(x) > poleMaxX || math.Abs(angle) > poleMaxAngle {
		reward[0] = c.fallen
		return true
	}
	reward[0] = c.upright
	return false
}

// Observe implements [envs.Env].
func (c *CartPole) Observe(obs []float64) { copy(obs, c.state[:]) }

// State implements [envs.Env].
func (c *CartPole) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *CartPole) CheckState() error { return checkFinite(c.state[:], poleNames) }

var poleNames = []string{"position", "velocity", "angle", "angular_velocity"}

func init() {
	high := []float64{2 * poleMaxX, math.Inf(1), 2 * poleMaxAngle, math.Inf(1)}
	low := make([]float64, len(high))
	for i := range low {
		low[i] = -high[i]
	}
	observation := envs.Box("float32", low, high)
	observation.Names = poleNames
	envs.Register(envs.Definition{
		ID: "CartPole-v1",
		Options: []envs.Option{
			{Name: "sutton_barto_reward", Default: false, Doc: "reward 0, and -1 for the fall, instead of 1 per step"},
		},
		New: func(o envs.Options) (*envs.Environment, error) {
			pole := CartPole{upright: 1, fallen: 1}
			point := 0.0
			if o.Bool("sutton_barto_reward") {
				pole = CartPole{upright: 0, fallen: -1}
				point = -1
			}
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:           "Cart that balances a pole; single-objective",
					Source:            "Gymnasium 1.4.0, gymnasium/envs/classic_control/cartpole.py; Barto, Sutton & Anderson, 1983",
					Observation:       observation,
					Action:            envs.Discrete(2, "left", "right"),
					Objectives:        []envs.Objective{{Name: "reward", Low: pole.fallen, High: pole.upright}},
					Horizon:           poleHorizon,
					Reference:         envs.Reference{Discount: 0.99, Point: []float64{point}, Source: ownReference},
					DeterministicStep: true,
				},
				New: func() envs.Env { fresh := pole; return &fresh },
			}, nil
		},
	})
}
