package arm

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
	"github.com/paretolab/paretolab/envs/golden"
)

// Constants of the arm.
const (
	armJoints   = 20
	armSegment  = 0.05 // length
	armBase     = 0.5  // both coordinates
	armStep     = 0.01 // duration of a sub-step, of which a step has two
	armHorizon  = 100
	armApart    = 0.95 * armSegment // that points of the arm keep from each other
	armFastest  = 1.0               // speed of the tip plus that of the last joint
	armSubSteps = 2
)

var armAreas = []behaviour.Disc{{X: .25, Y: .25, Radius: .05}, {X: .85, Y: .85, Radius: .05}, {X: .25, Y: .90, Radius: .05}}

// armWalls are four thin walls x0, y0, x1, y1 that stand out from the sides of the square.
var armWalls = [4][4]float64{
	{.5 - .01, 0, .5 + .01, .2}, {.5 - .01, 1 - .2, .5 + .01, 1}, {0, .5 - .01, .2, .5 + .01}, {1 - .2, .5 - .01, 1, .5 + .01},
}

// RedundantArm is a chain of twenty joints in the unit square that may touch neither walls nor itself.
// The episode ends with the first illegal movement, and its final position is paid in three discs.
//
// State: angle q and speed w of each joint, and the steps taken. Segment i of length 0.05 has the
// heading π/2 + q_1 + … + q_i and begins where the one before it ends, the first in (0.5, 0.5). At
// reset the angles fall linearly from π/5 to π/20 and the speeds are 0. Action u in [−1, 1]^20: two
// sub-steps of 0.01 s with q' = u/2·dt² + w·dt + q, then w = (q' − q)/dt. A sub-step is illegal, ends
// the episode and leaves q and w alone, if half the tip's way plus the speed of the last joint
// exceeds 1, a point leaves the square or is inside a wall, or two points come too close.
// Reward at the end, however it ends: 1 − distance/0.05 in a disc. Observation q/π. Nothing is drawn.
// Descriptor: the final position of the tip.
//
// Source: SERENE (Paolo et al., GECCO 2021), code GPaolo/SERENE 83bc38a.
type RedundantArm struct {
	rewards   behaviour.Rewards
	horizon   int32
	unpaid    bool // nothing is paid at the horizon
	state     armState
	now, next armPoints // scratch
}

type armState struct {
	Angles [armJoints]float64 `json:"angles"`
	Speeds [armJoints]float64 `json:"speeds"`
	Steps  int32              `json:"steps"`
	Ended  bool               `json:"ended"` // by an illegal movement
}

// armPoints are the base and the end of each segment.
type armPoints [armJoints + 1][2]float64

var (
	_ envs.Env            = (*RedundantArm)(nil)
	_ envs.StateChecker   = (*RedundantArm)(nil)
	_ envs.StepCounter    = (*RedundantArm)(nil)
	_ behaviour.Describer = (*RedundantArm)(nil)
	_ behaviour.Viewer    = (*RedundantArm)(nil)
	_ behaviour.Placer    = (*RedundantArm)(nil)
	_ golden.RowRecorder  = (*RedundantArm)(nil)
)

// Reset implements [envs.Env].
func (e *RedundantArm) Reset(*envs.RNG) {
	e.state = armState{}
	const first, last = math.Pi / 5, math.Pi / 20
	for i := range e.state.Angles {
		e.state.Angles[i] = first + float64(float64(i)*((last-first)/(armJoints-1)))
	}
}

// place computes the points of the arm. The original stores angles as shares of a turn.
func (p *armPoints) place(angles *[armJoints]float64) {
	p[0] = [2]float64{armBase, armBase}
	heading := math.Pi / 2
	for i, q := range angles {
		heading += (q/(2*math.Pi) + 0.5 - 0.5) * (2 * math.Pi)
		sin, cos := math.Sincos(heading)
		p[i+1] = [2]float64{p[i][0] + float64(armSegment*cos), p[i][1] + float64(armSegment*sin)}
	}
}

// free reports whether the arm is in the square, outside the walls, and away from itself.
func (p *armPoints) free() bool {
	for i := range p {
		x, y := p[i][0], p[i][1]
		if !(x >= 0 && x < 1 && y >= 0 && y < 1) {
			return false
		}
		for w := range armWalls {
			wall := &armWalls[w]
			if x > wall[0] && x < wall[2] && y > wall[1] && y < wall[3] {
				return false
			}
		}
		for j := range i {
			dx := math.Abs(x - p[j][0])
			if dx <= armApart && dx+math.Abs(y-p[j][1]) < armApart {
				return false
			}
		}
	}
	return true
}

// Step implements [envs.Env].
func (e *RedundantArm) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &e.state
	s.Steps++
	now, next := &e.now, &e.next
	now.place(&s.Angles)
	for range armSubSteps {
		var angles [armJoints]float64
		for i := range angles {
			angles[i] = float64(a.Box[i]/2*(armStep*armStep)) + float64(s.Speeds[i]*armStep) + s.Angles[i]
		}
		next.place(&angles)
		way := math.Hypot(next[armJoints][0]-now[armJoints][0], next[armJoints][1]-now[armJoints][1])
		if !(way/2+s.Speeds[armJoints-1] <= armFastest) || !next.free() {
			s.Ended = true
			break
		}
		for i := range angles {
			s.Speeds[i] = (angles[i] - s.Angles[i]) / armStep
		}
		s.Angles = angles
		now, next = next, now
	}
	area, pay := -1, 0.0
	if s.Ended || s.Steps == e.horizon && !e.unpaid {
		area, pay = behaviour.At(armAreas, now[armJoints][0], now[armJoints][1])
	}
	e.rewards.Pay(reward, area, pay, a.Box)
	return s.Ended
}

// Observe implements [envs.Env].
func (e *RedundantArm) Observe(obs []float64) {
	_ = obs[armJoints-1]
	for i, q := range e.state.Angles {
		obs[i] = 2*(q/(2*math.Pi)+0.5) - 1
	}
}

// State implements [envs.Env].
func (e *RedundantArm) State() any { return &e.state }

// StepsTaken implements [envs.StepCounter].
func (e *RedundantArm) StepsTaken() int { return int(e.state.Steps) }

// CheckState implements [envs.StateChecker].
func (e *RedundantArm) CheckState() error {
	s := &e.state
	for i := range s.Angles {
		if q, w := s.Angles[i], s.Speeds[i]; !(math.Abs(q) <= armMostTurned) || !(math.Abs(w) <= armMostTurned/armStep) {
			return fmt.Errorf("joint %d has angle %v and speed %v; sizes up to %v and %v are possible", i, q, w, armMostTurned, armMostTurned/armStep)
		}
	}
	return checkSteps(s.Steps)
}

// armMostTurned bounds angles generously: the steps of a long episode at full speed.
const armMostTurned = 1e6

var armLow, armHigh = []float64{0, 0}, []float64{1, 1}

// DescriptorBounds implements [behaviour.Describer].
func (e *RedundantArm) DescriptorBounds() (low, high []float64) { return armLow, armHigh }

// DescriptorNames implements [behaviour.Namer].
func (e *RedundantArm) DescriptorNames() []string { return []string{"tip_x", "tip_y"} }

// Describe implements [behaviour.Describer].
func (e *RedundantArm) Describe(dst []float64) {
	e.now.place(&e.state.Angles)
	copy(dst, e.now[armJoints][:])
}

// AppendRow implements [golden.RowRecorder]: the tip, and 1 after an illegal movement.
func (e *RedundantArm) AppendRow(b []float64) []float64 {
	e.now.place(&e.state.Angles)
	ended := 0.0
	if e.state.Ended {
		ended = 1
	}
	return append(b, e.now[armJoints][0], e.now[armJoints][1], ended)
}

// Place implements [behaviour.Placer].
func (e *RedundantArm) Place(d []float64) (x, y float64) { return d[0], d[1] }

// View implements [behaviour.Viewer].
func (e *RedundantArm) View(n int, dst []float32) {
	clear(dst)
	p := behaviour.Picture{N: n, Width: 1, Pixels: dst}
	wide := 0.25 / float64(n)
	for _, w := range armWalls[:2] {
		p.Rectangle(1, w[0]-wide, w[1], w[2]+wide, w[3])
	}
	for _, w := range armWalls[2:] {
		p.Rectangle(1, w[0], w[1]-wide, w[2], w[3]+wide)
	}
	e.now.place(&e.state.Angles)
	for i := range armJoints {
		a, b := &e.now[i], &e.now[i+1]
		p.Segment(1, a[0], a[1], b[0], b[1], max(0.0075, 0.5/float64(n)))
	}
}

// StaticScene implements [envs.StaticRenderer].
func (e *RedundantArm) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-0.02, -0.02, 1.02, 1.02}
	dst.Frame(envs.Wall, 0.01, 0, 0, 1, 1)
	for _, w := range &armWalls {
		dst.Rectangle(envs.Wall, w[0], w[1], w[2], w[3])
	}
	for _, d := range armAreas {
		dst.Ring(envs.Goal, 0.01, d.X, d.Y, d.Radius)
	}
}

// Scene implements [envs.Renderer].
func (e *RedundantArm) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-0.02, -0.02, 1.02, 1.02}
	e.now.place(&e.state.Angles)
	for i := range armJoints {
		a, b := &e.now[i], &e.now[i+1]
		dst.Capsule(envs.Object1, a[0], a[1], b[0], b[1], 0.007)
	}
	tip := envs.Agent
	if e.state.Ended {
		tip = envs.Hazard
	}
	dst.Circle(envs.Wall, armBase, armBase, 0.012)
	dst.Circle(tip, e.now[armJoints][0], e.now[armJoints][1], 0.014)
}

// StepTime implements [envs.Timed].
func (e *RedundantArm) StepTime() float64 { return armSubSteps * armStep }

func init() {
	unbounded, unit := make([]float64, armJoints), make([]float64, armJoints)
	low, low1 := make([]float64, armJoints), make([]float64, armJoints)
	joints, torques := make([]string, armJoints), make([]string, armJoints)
	for i := range armJoints {
		unbounded[i], low[i], unit[i], low1[i] = math.Inf(1), math.Inf(-1), 1, -1
		joints[i], torques[i] = fmt.Sprintf("angle_%d", i+1), fmt.Sprintf("acceleration_%d", i+1)
	}
	observation := envs.Box("float64", low, unbounded)
	observation.Names = joints
	action := envs.Box("float64", low1, unit)
	action.Names = torques
	envs.Register(envs.Definition{
		ID: "redundant-arm-v0",
		Options: append(behaviour.RewardOptions(),
			envs.Option{Name: "reference", Default: false, Doc: "pay nothing to an arm that is still legal at the horizon, as the original does"}),
		New: func(o envs.Options) (*envs.Environment, error) {
			arm := RedundantArm{rewards: behaviour.NewRewards(len(armAreas), o), unpaid: o.Bool("reference")}
			e := &envs.Environment{
				Spec: envs.Spec{
					Summary:            "Arm of twenty joints among walls that is paid where its tip ends",
					Source:             "SERENE (Paolo et al., GECCO 2021), redundant arm of GPaolo/SERENE 83bc38a",
					Observation:        observation,
					Action:             action,
					Objectives:         arm.rewards.Objectives(1, 1),
					Horizon:            armHorizon,
					Reference:          arm.rewards.Reference(1, 1, armHorizon),
					DeterministicStart: true,
					DeterministicStep:  true,
				},
			}
			e.New = func() envs.Env {
				fresh := arm
				fresh.horizon = int32(e.Spec.Horizon) // which Make may have changed
				return &fresh
			}
			return e, nil
		},
	})
}
