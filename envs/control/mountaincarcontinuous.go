package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Constants of the mountain car with a continuous action, beside those of the valley.
const (
	throttleGoal     = 0.45
	throttlePower    = 0.0015
	throttlePrize    = 100 // parent: reward at the goal
	throttleFuel     = 0.1 // parent: reward lost per squared action
	throttleMaxForce = 1
	throttleHorizon  = 999 // steps
)

// MountainCarContinuous is the mountain car with a throttle: one action a in [−1, 1].
//
// v += 0.0015·clip(a, −1, 1) − 0.0025·cos(3p), clipped to ±0.07; p += v, clipped to [−1.2, 0.6]; the
// left wall stops the car. An episode begins at rest with p ~ U(−0.6, −0.4) and ends at p ≥ 0.45
// with v ≥ goal_velocity.
//
// Reward (time, fuel): −1 (at the goal 0), and −a² of the action before clipping. The
// single-objective parent: 100 at the goal, minus 0.1·a². Observation float32 (p, v).
// Draws: one uniform per reset.
//
// The original keeps its state in float64 until the first step and in float32 from then on, and
// computes in the precision of the state; so does this one.
//
// Source: Gymnasium 1.4.0, and MO-Gymnasium 1.3.2 for the objectives.
type MountainCarContinuous struct {
	goalVelocity float64
	scalar       bool // the parent's reward
	state        hillState
}

var (
	_ envs.Env          = (*MountainCarContinuous)(nil)
	_ envs.StateChecker = (*MountainCarContinuous)(nil)
)

// Reset implements [envs.Env].
func (c *MountainCarContinuous) Reset(rng *envs.RNG) { c.state.reset(rng) }

// Step implements [envs.Env].
func (c *MountainCarContinuous) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return c.step(float32(a.Box[0]), reward)
}

// StepBox implements [envs.BoxStepper].
func (c *MountainCarContinuous) StepBox(_ *envs.RNG, a []float32, reward []float64, obs []float32) bool {
	terminated := c.step(a[0], reward)
	obs[0], obs[1] = float32(c.state[0]), float32(c.state[1])
	return terminated
}

func (c *MountainCarContinuous) step(action float32, reward []float64) bool {
	var terminated bool
	switch p, v := float32(c.state[0]), float32(c.state[1]); {
	case float64(p) != c.state[0] || float64(v) != c.state[1]:
		slope := hillGravity * math.Cos(3*c.state[0])
		terminated = roll(c, c.state[0], c.state[1]+throttlePush(action, slope))
	case action < -throttleMaxForce || action > throttleMaxForce:
		slope := hillGravity * math.Cos(float64(3*p))
		terminated = roll(c, p, v+float32(throttlePush(action, slope)))
	default:
		terminated = roll(c, p, v+(float32(action*throttlePower)-hillSlope(3*p)))
	}
	fuel := float64(action) * float64(action)
	if c.scalar {
		reward[0] = throttlePrize*indicator(terminated) - float64(fuel*throttleFuel)
	} else {
		reward[0], reward[1] = indicator(terminated)-1, -fuel
	}
	return terminated
}

// throttlePush is the change of the velocity. NumPy computes with float32 actions in float32; but
// clipping replaces them by a Python float, which is a float64.
func throttlePush(action float32, slope float64) float64 {
	switch {
	case action < -throttleMaxForce:
		return -throttlePower - slope
	case action > throttleMaxForce:
		return throttlePower - slope
	}
	return float64(float32(action*throttlePower) - float32(slope))
}

// roll moves the car from p with velocity v, in the precision of its state, and reports whether it
// reached the goal.
func roll[T envs.Real](c *MountainCarContinuous, p, v T) bool {
	v = clip(v, -hillMaxSpeed, hillMaxSpeed)
	p = clip(p+v, hillLeft, hillRight)
	if p == hillLeft && v < 0 {
		v = 0
	}
	c.state = hillState{float64(float32(p)), float64(float32(v))}
	return p >= throttleGoal && v >= T(c.goalVelocity)
}

// hillAngles is the number of angles per radian for which hillSlopes holds 0.0025·cos and 0.0025·sin.
const hillAngles = 128

var hillSlopes = func() (slopes [4*hillAngles + 1][2]float64) {
	for i := range slopes {
		sin, cos := math.Sincos(float64(i) / hillAngles)
		slopes[i] = [2]float64{hillGravity * cos, hillGravity * sin}
	}
	return slopes
}()

// hillSlope is 0.0025·cos(x) rounded to float32, |x| ≤ 4, in half the time that math.Cos takes. The
// Taylor polynomial of third degree around the nearest angle of the table is off by less than
// 0.0025/24/256⁴ < 2.5e-14. Where numbers that much greater or less are rounded otherwise, once in
// some thousand times, math.Cos decides.
func hillSlope(x float32) float32 {
	const off = 3e-14
	a := math.Abs(float64(x))
	i := int(a*hillAngles + 0.5)
	s := &hillSlopes[i]
	d := a - float64(i)*(1.0/hillAngles)
	slope := s[0] - d*(s[1]+d*(0.5*s[0]-d*(1.0/6*s[1])))
	if low, high := float32(slope-off), float32(slope+off); low == high {
		return low
	}
	return float32(hillGravity * math.Cos(float64(x)))
}

// Observe implements [envs.Env].
func (c *MountainCarContinuous) Observe(obs []float64) { obs[0], obs[1] = c.state[0], c.state[1] }

// State implements [envs.Env].
func (c *MountainCarContinuous) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *MountainCarContinuous) CheckState() error { return c.state.check() }

func init() {
	envs.Register(envs.Definition{
		ID:      "MountainCarContinuous-v0",
		Options: []envs.Option{goalVelocityOption},
		New: func(o envs.Options) (*envs.Environment, error) {
			car := MountainCarContinuous{goalVelocity: o.Float("goal_velocity"), scalar: true}
			e := newMountainCarContinuous("Underpowered car with a throttle that swings up a hill; single-objective parent", car)
			e.Spec.Source = "Gymnasium 1.4.0, gymnasium/envs/classic_control/continuous_mountain_car.py"
			e.Spec.Objectives = []envs.Objective{{Name: "reward", Low: -throttleFuel, High: throttlePrize}}
			e.Spec.Reference.Point = []float64{-100} // full throttle for 999 steps costs 99.9
			return e, nil
		},
	})
	envs.Register(envs.Definition{
		ID:      "mo-mountaincarcontinuous-v0",
		Options: []envs.Option{goalVelocityOption},
		New: func(o envs.Options) (*envs.Environment, error) {
			car := MountainCarContinuous{goalVelocity: o.Float("goal_velocity")}
			return newMountainCarContinuous("Underpowered car with a throttle that swings up a hill: time against fuel", car), nil
		},
	})
}

func newMountainCarContinuous(summary string, car MountainCarContinuous) *envs.Environment {
	action := envs.Box("float32", []float64{-throttleMaxForce}, []float64{throttleMaxForce})
	action.Names = []string{"force"}
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:      summary,
			Source:       "MO-Gymnasium 1.3.2, mo_gymnasium/envs/continuous_mountain_car",
			Observation:  hillObservation(),
			Action:       action,
			ClipsActions: true,
			Objectives: []envs.Objective{
				{Name: "time", Unit: "steps", Low: -1, High: 0},
				{Name: "fuel", Low: -1, High: 0},
			},
			Horizon:           throttleHorizon,
			Reference:         envs.Reference{Discount: 0.99, Point: []float64{-1000, -1000}, Source: ownReference},
			DeterministicStep: true,
		},
		New: func() envs.Env { fresh := car; return &fresh },
	}
}
