package curling

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/envs/golden"
)

// Constants of the table, the ball and the arm.
const (
	table    = 3.0 // width; the world's origin is a corner, that of observations the middle
	half     = table / 2
	wall     = 0.05 // half thickness of the walls
	radius   = 0.15
	startX   = -0.5 // of the ball, from the middle
	startY   = 0.2
	dt       = 1.0 / 60
	horizon  = 500
	shoulder = 0.4 * math.Pi // limit of the first joint
	elbow    = 0.9 * math.Pi // limit of the second
	reachOf  = 1.0           // from the shoulder to the elbow
	offset   = 0.4           // from the elbow to the centre of link 1
	halfWide = 0.05          // half sizes of a link
	halfLong = 0.5
	mass     = math.Pi * radius * radius
	inertia  = mass * radius * radius / 2
	linear   = 1 / (1 + 1.1*dt) // damping of the ball
	angular  = 1 / (1 + 2*dt)
	bounce   = 0.9
	hard     = 1.0 // speed from which the ball bounces
	grip     = 0.9 // friction of the links
	fastest  = 1.0 // speed of a joint
)

// wallGrip is the friction of the walls.
var wallGrip = math.Sqrt(.18)

var areas = []behaviour.Disc{{X: .8, Y: .8, Radius: .4}, {X: .8, Y: -.8, Radius: .2}}

// Curling is a table on which an arm of two links, moved by the speeds of its joints, pushes a ball,
// which is paid where it lies in the end.
//
// State: the position of the ball from the middle of the table, joint angles q and speeds w, velocity
// and spin of the ball, and the steps taken. The base of the arm is the middle of the lower side;
// angles are counted anticlockwise, from the vertical and from the first link, up to ±0.4π and ±0.9π.
// Action: wanted speeds of the joints, clipped to ±1 rad/s; a step takes 1/60 s. Observation: ball x, y,
// q, w. Reward at the horizon of 500 steps only: 1 − distance/R in two discs. It never terminates, and
// nothing is drawn. Descriptor: the final position of the ball.
//
// The dynamics are a small model of our own that moves the arm as wanted and solves the contacts of the
// ball by impulses. Source of the task: SERENE (Paolo et al., GECCO 2021), code GPaolo/SERENE 83bc38a,
// which runs on Box2D.
type Curling struct {
	rewards  behaviour.Rewards
	horizon  int32
	state    curlingState
	contacts [6]contact // scratch
	arm      arm        // for the joint angles posed
	posed    [2]float64

	// Under the action restsBy the state rest, at whatever step, follows itself.
	rest    curlingState
	restsBy [2]float64
}

type curlingState struct {
	Ball     vec        `json:"ball"` // from the middle of the table
	Angles   [2]float64 `json:"angles"`
	Speeds   [2]float64 `json:"speeds"`
	Velocity vec        `json:"velocity"`
	Spin     float64    `json:"spin"`
	Steps    int32      `json:"steps"`
}

var (
	_ envs.Env            = (*Curling)(nil)
	_ envs.StateChecker   = (*Curling)(nil)
	_ envs.StepCounter    = (*Curling)(nil)
	_ behaviour.Describer = (*Curling)(nil)
	_ behaviour.Viewer    = (*Curling)(nil)
	_ behaviour.Placer    = (*Curling)(nil)
	_ golden.RowRecorder  = (*Curling)(nil)
)

// Reset implements [envs.Env].
func (e *Curling) Reset(*envs.RNG) { e.state = curlingState{Ball: vec{startX, startY}} }

// Step implements [envs.Env].
func (e *Curling) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &e.state
	action := [2]float64{min(max(a.Box[0], -fastest), fastest), min(max(a.Box[1], -fastest), fastest)}
	before := *s
	before.Steps = 0
	if before != e.rest || action != e.restsBy {
		e.advance(action)
		after := *s
		if after.Steps = 0; after == before {
			e.rest, e.restsBy = after, action
		}
	}
	s.Steps++
	area, pay := -1, 0.0
	if s.Steps == e.horizon {
		area, pay = behaviour.At(areas, s.Ball.X, s.Ball.Y)
	}
	e.rewards.Pay(reward, area, pay, action[:])
	return false
}

// Observe implements [envs.Env].
func (e *Curling) Observe(obs []float64) {
	_ = obs[5]
	s := &e.state
	obs[0], obs[1], obs[2], obs[3], obs[4], obs[5] = s.Ball.X, s.Ball.Y, s.Angles[0], s.Angles[1], s.Speeds[0], s.Speeds[1]
}

// State implements [envs.Env].
func (e *Curling) State() any { return &e.state }

// StepsTaken implements [envs.StepCounter].
func (e *Curling) StepsTaken() int { return int(e.state.Steps) }

// mostBall bounds the position of the ball: its centre keeps 0.2 from the sides.
const mostBall = half - 0.2

// CheckState implements [envs.StateChecker].
func (e *Curling) CheckState() error {
	s := &e.state
	const slack = 1e-9
	for _, c := range []struct {
		name  string
		x     float64
		limit float64
	}{
		{"ball", s.Ball.X, mostBall}, {"ball", s.Ball.Y, mostBall}, {"angles", s.Angles[0], shoulder}, {"angles", s.Angles[1], elbow},
		{"speeds", s.Speeds[0], 1e3}, {"speeds", s.Speeds[1], 1e3},
		{"velocity", s.Velocity.X, 1e3}, {"velocity", s.Velocity.Y, 1e3}, {"spin", s.Spin, 1e4},
	} {
		if !(math.Abs(c.x) <= c.limit+slack) {
			return fmt.Errorf("%s has %v; it is between %v and %v", c.name, c.x, -c.limit, c.limit)
		}
	}
	if s.Steps < 0 {
		return fmt.Errorf("steps is %d; it is at least 0", s.Steps)
	}
	return nil
}

// AppendRow implements [golden.RowRecorder]: ball, angles, speeds, velocity and spin.
func (e *Curling) AppendRow(b []float64) []float64 {
	s := &e.state
	return append(b, s.Ball.X, s.Ball.Y, s.Angles[0], s.Angles[1], s.Speeds[0], s.Speeds[1], s.Velocity.X, s.Velocity.Y, s.Spin)
}

var low, high = []float64{-1.35, -1.35}, []float64{1.35, 1.35}

// DescriptorBounds implements [behaviour.Describer].
func (e *Curling) DescriptorBounds() (lowest, highest []float64) { return low, high }

// DescriptorNames implements [behaviour.Namer].
func (e *Curling) DescriptorNames() []string { return []string{"ball_x", "ball_y"} }

// Describe implements [behaviour.Describer].
func (e *Curling) Describe(dst []float64) { dst[0], dst[1] = e.state.Ball.X, e.state.Ball.Y }

func init() {
	// A joint that the walls push aside is faster than it is told to be.
	const pushed = 60 * 2 * elbow
	bounds := []float64{mostBall, mostBall, shoulder, elbow, pushed, pushed}
	negative := make([]float64, len(bounds))
	for i, b := range bounds {
		negative[i] = -b
	}
	observation := envs.Box("float64", negative, bounds)
	observation.Names = []string{"ball_x", "ball_y", "shoulder_angle", "elbow_angle", "shoulder_speed", "elbow_speed"}
	action := envs.Box("float64", []float64{-fastest, -fastest}, []float64{fastest, fastest})
	action.Names = []string{"shoulder_speed", "elbow_speed"}
	envs.Register(envs.Definition{
		ID:      "curling-v0",
		Options: behaviour.RewardOptions(),
		New: func(o envs.Options) (*envs.Environment, error) {
			curling := Curling{rewards: behaviour.NewRewards(len(areas), o), arm: place([2]float64{}), contacts: untouched(), restsBy: [2]float64{math.NaN(), math.NaN()}}
			e := &envs.Environment{
				Spec: envs.Spec{
					Summary:            "Arm of two links that pushes a ball, which is paid where it ends",
					Source:             "the task of SERENE (Paolo et al., GECCO 2021), GPaolo/SERENE 83bc38a, with a contact model of our own",
					Observation:        observation,
					Action:             action,
					ClipsActions:       true,
					Objectives:         curling.rewards.Objectives(1, fastest),
					Horizon:            horizon,
					Reference:          curling.rewards.Reference(1, fastest, horizon),
					DeterministicStart: true,
					DeterministicStep:  true,
				},
			}
			e.New = func() envs.Env {
				fresh := curling
				fresh.horizon = int32(e.Spec.Horizon) // which Make may have changed
				return &fresh
			}
			return e, nil
		},
	})
}
