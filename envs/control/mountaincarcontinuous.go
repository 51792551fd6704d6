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
	action := float32(a.Box[0])
	var terminated bool
	if p, v := float32(c.state[0]), float32(c.state[1]); (hillState{float64(p), float64(v)}) == c.state {
		terminated = throttle(c, p, v, action)
	} else {
		terminated = throttle(c, c.state[0], c.state[1], action)
	}
	fuel := float64(action) * float64(action)
	if c.scalar {
		reward[0] = throttlePrize*indicator(terminated) - float64(fuel*throttleFuel)
	} else {
		reward[0], reward[1] = indicator(terminated)-1, -fuel
	}
	return terminated
}

// throttle moves the car in the precision of its state and reports whether it reached the goal.
func throttle[T envs.Real](c *MountainCarContinuous, p, v T, action float32) bool {
	slope := float64(hillGravity * math.Cos(float64(3*p)))
	// NumPy computes with float32 actions in float32; but clipping replaces them by a Python
	// float, which is a float64.
	push := float64(float32(action*throttlePower) - float32(slope))
	if action < -throttleMaxForce {
		push = -throttlePower - slope
	} else if action > throttleMaxForce {
		push = throttlePower - slope
	}
	v = min(max(v+T(push), -hillMaxSpeed), hillMaxSpeed)
	p = min(max(p+v, hillLeft), hillRight)
	if p == hillLeft && v < 0 {
		v = 0
	}
	c.state = hillState{float64(float32(p)), float64(float32(v))}
	return p >= throttleGoal && v >= T(c.goalVelocity)
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
