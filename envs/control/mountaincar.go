package control

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Constants of both mountain cars. Positions are along the valley, whose floor lies near −0.52;
// velocities are positions per step.
const (
	hillLeft     = -1.2 // an inelastic wall
	hillRight    = 0.6
	hillMaxSpeed = 0.07
	hillGravity  = 0.0025
	hillStartLow = -0.6
	hillStartTop = -0.4
)

// Constants of the car with three actions.
const (
	carGoal       = 0.5
	carForce      = 0.001
	carSpeedScale = 15  // reward per velocity
	carSpeedBound = 1.1 // as the original declares; 15·0.07 = 1.05 is reached
	carHorizon    = 200 // steps
)

// Actions of the mountain car.
const (
	carReverse = iota
	carNone
	carForward
	carActions
)

// movePenalty says which objectives the mountain car has for moving.
type movePenalty uint8

const (
	moveFree   movePenalty = iota // none
	moveMerged                    // move
	moveSplit                     // reverse, forward
)

// hillState is the state of a mountain car: position and velocity.
type hillState [2]float64

// MountainCar is a car in a valley, too weak to climb the right hill without swinging up first.
//
// State: position p and velocity v; episodes begin at rest with p ~ U(−0.6, −0.4). Actions 0
// reverse, 1 none, 2 forward: v += (a−1)·0.001 − 0.0025·cos(3p), clipped to ±0.07; p += v, clipped
// to [−1.2, 0.6]; the left wall stops the car. An episode ends at p ≥ 0.5 with v ≥ goal_velocity.
//
// Reward of the multi-objective versions: time (−1, at the goal 0), then for moving either reverse
// and forward (−1 when used), both merged as move, or nothing; then, with add_speed_objective,
// 15·|v|. The single-objective parent: −1 in every step, the last included.
// Observation float32 (p, v). Draws: one uniform per reset.
//
// Source: Moore, "Efficient Memory-based Learning for Robot Control", 1990; Gymnasium 1.4.0, and
// MO-Gymnasium 1.3.2 for the objectives.
type MountainCar struct {
	goalVelocity float64
	goalReward   float64 // time reward of the last step
	moves        movePenalty
	speed        bool
	state        hillState
}

var (
	_ envs.Env          = (*MountainCar)(nil)
	_ envs.StateChecker = (*MountainCar)(nil)
)

// Reset implements [envs.Env].
func (c *MountainCar) Reset(rng *envs.RNG) { c.state.reset(rng) }

func (s *hillState) reset(rng *envs.RNG) { *s = hillState{rng.Uniform(hillStartLow, hillStartTop), 0} }

// Step implements [envs.Env].
func (c *MountainCar) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	return c.step(a.Index(), reward)
}

// StepIndex implements [envs.IndexStepper].
func (c *MountainCar) StepIndex(_ *envs.RNG, a int32, reward []float64, obs []float32) bool {
	terminated := c.step(int(a), reward)
	obs[0], obs[1] = float32(c.state[0]), float32(c.state[1])
	return terminated
}

func (c *MountainCar) step(action int, reward []float64) bool {
	p, v := c.state[0], c.state[1]
	// Products are rounded before they are added, so that every processor gives the same result.
	v += float64(float64(action-carNone)*carForce) + float64(math.Cos(3*p)*-hillGravity)
	v = clip(v, -hillMaxSpeed, hillMaxSpeed)
	p = clip(p+v, hillLeft, hillRight)
	if p == hillLeft && v < 0 {
		v = 0
	}
	c.state = hillState{p, v}

	terminated := p >= carGoal && v >= c.goalVelocity
	reward[0] = -1
	if terminated {
		reward[0] = c.goalReward
	}
	switch c.moves {
	case moveMerged:
		reward[1] = -indicator(action != carNone)
	case moveSplit:
		reward[1] = -indicator(action == carReverse)
		reward[2] = -indicator(action == carForward)
	}
	if c.speed {
		reward[len(reward)-1] = carSpeedScale * math.Abs(v)
	}
	return terminated
}

// clip brings x into [low, high]. It is min(max(x, low), high) without the care that these take of
// negative zeros, which takes as long as the rest of a step.
func clip[T envs.Real](x, low, high T) T {
	if x < low {
		return low
	}
	if x > high {
		return high
	}
	return x
}

// indicator is 1 if b holds, else 0.
func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Observe implements [envs.Env].
func (c *MountainCar) Observe(obs []float64) { obs[0], obs[1] = c.state[0], c.state[1] }

// State implements [envs.Env].
func (c *MountainCar) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *MountainCar) CheckState() error { return c.state.check() }

func (s *hillState) check() error {
	const slack = 1e-6 // of rounding to float32
	switch p, v := s[0], s[1]; {
	case !(p >= hillLeft-slack && p <= hillRight+slack):
		return fmt.Errorf("position %v is outside [%v, %v]", p, hillLeft, hillRight)
	case !(math.Abs(v) <= hillMaxSpeed+slack):
		return fmt.Errorf("velocity %v is outside [%v, %v]", v, -hillMaxSpeed, hillMaxSpeed)
	}
	return nil
}

func hillObservation() envs.Space {
	s := envs.Box("float32", []float64{hillLeft, -hillMaxSpeed}, []float64{hillRight, hillMaxSpeed})
	s.Names = []string{"position", "velocity"}
	return s
}

// goalVelocityOption is an option of both mountain cars: beyond the bounds no goal, or every goal,
// would count.
var goalVelocityOption = envs.Option{
	Name: "goal_velocity", Default: 0.0, Min: -hillMaxSpeed, Max: hillMaxSpeed,
	Doc: "smallest velocity with which the goal counts",
}

func init() {
	envs.Register(envs.Definition{
		ID:      "MountainCar-v0",
		Options: []envs.Option{goalVelocityOption},
		New: func(o envs.Options) (*envs.Environment, error) {
			e := newMountainCar("Underpowered car that swings up a hill; single-objective parent",
				MountainCar{goalVelocity: o.Float("goal_velocity"), goalReward: -1})
			e.Spec.Source = "Gymnasium 1.4.0, gymnasium/envs/classic_control/mountain_car.py; Moore, 1990"
			e.Spec.Objectives = []envs.Objective{{Name: "reward", Unit: "steps", Low: -1, High: -1}}
			return e, nil
		},
	})
	for _, v := range []struct {
		id, summary          string
		speed, remove, merge bool // defaults of the options
	}{
		{"mo-mountaincar-v0", "Underpowered car that swings up a hill: time against reversing and going forward", false, false, false},
		{"mo-mountaincar-3d-v0", "Underpowered car that swings up a hill: time, moves and speed", true, false, true},
		{"mo-mountaincar-timemove-v0", "Underpowered car that swings up a hill: time against moves", false, false, true},
		{"mo-mountaincar-timespeed-v0", "Underpowered car that swings up a hill: time against speed", true, true, false},
	} {
		envs.Register(envs.Definition{
			ID: v.id,
			Options: []envs.Option{
				{Name: "add_speed_objective", Default: v.speed, Doc: "reward speed as the last objective"},
				{Name: "remove_move_penalty", Default: v.remove, Doc: "leave moves free of cost"},
				{Name: "merge_move_penalty", Default: v.merge, Doc: "one objective for reversing and going forward; moot without move penalty"},
				goalVelocityOption,
			},
			New: func(o envs.Options) (*envs.Environment, error) {
				car := MountainCar{goalVelocity: o.Float("goal_velocity"), moves: moveSplit, speed: o.Bool("add_speed_objective")}
				switch {
				case o.Bool("remove_move_penalty"):
					car.moves = moveFree
				case o.Bool("merge_move_penalty"):
					car.moves = moveMerged
				}
				return newMountainCar(v.summary, car), nil
			},
		})
	}
}

func newMountainCar(summary string, car MountainCar) *envs.Environment {
	objectives := []envs.Objective{{Name: "time", Unit: "steps", Low: -1, High: 0}}
	switch car.moves {
	case moveMerged:
		objectives = append(objectives, envs.Objective{Name: "move", Unit: "steps", Low: -1, High: 0})
	case moveSplit:
		objectives = append(objectives,
			envs.Objective{Name: "reverse", Unit: "steps", Low: -1, High: 0},
			envs.Objective{Name: "forward", Unit: "steps", Low: -1, High: 0})
	}
	if car.speed {
		objectives = append(objectives, envs.Objective{Name: "speed", Low: 0, High: carSpeedBound})
	}
	worst := make([]float64, len(objectives)) // return of an episode
	for i, o := range objectives {
		worst[i] = carHorizon * o.Low
	}
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:           summary,
			Source:            "MO-Gymnasium 1.3.2, mo_gymnasium/envs/mountain_car; Moore, 1990",
			Observation:       hillObservation(),
			Action:            envs.Discrete(carActions, "reverse", "none", "forward"),
			Objectives:        objectives,
			Horizon:           carHorizon,
			Reference:         envs.Reference{Discount: 0.99, Point: worst, Source: ownReference},
			DeterministicStep: true,
		},
		New: func() envs.Env { fresh := car; return &fresh },
	}
}
