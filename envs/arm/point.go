package arm

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// Constants of the point.
const (
	pointSpeed   = 0.05 // distance of a step along an axis
	pointHorizon = 50
)

// pointAreas are closed boxes x0, y0, x1, y1.
var pointAreas = [4][4]float64{
	{.75, .75, .8, .8}, {-.98, .9, -.93, .95}, {0, -.75, .05, -.7}, {-.75, -.05, -.7, 0},
}

// Point is a point that moves in the square [−1, 1]² and is paid in four small boxes.
//
// State p, the area first entered, and the steps taken; at reset p = 0. Action a in [−1, 1]²:
// p ← p + 0.05·a, clipped to the square. Reward 1 in every step that ends inside the area first
// entered in the episode, in the objective of that area. It never terminates; horizon 50.
// Observation p. Nothing is drawn. Descriptor: the final position.
//
// Source: SERENE (Paolo et al., GECCO 2021), code GPaolo/SERENE 83bc38a.
type Point struct {
	rewards behaviour.Rewards
	state   pointState
}

type pointState struct {
	P     [2]float64 `json:"p"`
	Area  int32      `json:"area"` // first entered, counted from 1; 0: none
	Steps int32      `json:"steps"`
}

var (
	_ envs.Env            = (*Point)(nil)
	_ envs.StateChecker   = (*Point)(nil)
	_ envs.StepCounter    = (*Point)(nil)
	_ behaviour.Describer = (*Point)(nil)
	_ behaviour.Viewer    = (*Point)(nil)
	_ behaviour.Placer    = (*Point)(nil)
)

// Reset implements [envs.Env].
func (e *Point) Reset(*envs.RNG) { e.state = pointState{} }

// Step implements [envs.Env].
func (e *Point) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	s := &e.state
	for i := range s.P {
		s.P[i] = min(max(s.P[i]+float64(pointSpeed*a.Box[i]), -1), 1)
	}
	s.Steps++
	paid := -1
	for i, box := range &pointAreas {
		if s.P[0] >= box[0] && s.P[0] <= box[2] && s.P[1] >= box[1] && s.P[1] <= box[3] {
			if s.Area == 0 {
				s.Area = int32(i + 1)
			}
			if s.Area == int32(i+1) {
				paid = i
			}
		}
	}
	e.rewards.Pay(reward, paid, 1, a.Box)
	return false
}

// Observe implements [envs.Env].
func (e *Point) Observe(obs []float64) { copy(obs, e.state.P[:]) }

// State implements [envs.Env].
func (e *Point) State() any { return &e.state }

// StepsTaken implements [envs.StepCounter].
func (e *Point) StepsTaken() int { return int(e.state.Steps) }

// CheckState implements [envs.StateChecker].
func (e *Point) CheckState() error {
	s := &e.state
	for _, x := range s.P {
		if !(x >= -1 && x <= 1) {
			return fmt.Errorf("p has %v, outside [-1, 1]", x)
		}
	}
	if s.Area < 0 || int(s.Area) > len(pointAreas) {
		return fmt.Errorf("area is %d; there are %d, and 0 for none", s.Area, len(pointAreas))
	}
	return checkSteps(s.Steps)
}

func checkSteps(steps int32) error {
	if steps < 0 {
		return fmt.Errorf("steps is %d; it is at least 0", steps)
	}
	return nil
}

var pointLow, pointHigh = []float64{-1, -1}, []float64{1, 1}

// DescriptorBounds implements [behaviour.Describer].
func (e *Point) DescriptorBounds() (low, high []float64) { return pointLow, pointHigh }

// DescriptorNames implements [behaviour.Namer].
func (e *Point) DescriptorNames() []string { return []string{"x", "y"} }

// Describe implements [behaviour.Describer].
func (e *Point) Describe(dst []float64) { copy(dst, e.state.P[:]) }

// Place implements [behaviour.Placer].
func (e *Point) Place(d []float64) (x, y float64) { return d[0], d[1] }

// View implements [behaviour.Viewer].
func (e *Point) View(n int, dst []float32) {
	clear(dst)
	p := behaviour.Picture{N: n, X: -1, Y: -1, Width: 2, Pixels: dst}
	p.Disc(1, e.state.P[0], e.state.P[1], 0.06)
}

// StaticScene implements [envs.StaticRenderer].
func (e *Point) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-1.05, -1.05, 1.05, 1.05}
	dst.Frame(envs.Wall, 0.02, -1, -1, 1, 1)
	for _, box := range &pointAreas {
		dst.Rectangle(envs.Goal, box[0], box[1], box[2], box[3])
	}
}

// Scene implements [envs.Renderer].
func (e *Point) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-1.05, -1.05, 1.05, 1.05}
	dst.Circle(envs.Agent, e.state.P[0], e.state.P[1], 0.03)
}

// ActionScene implements [envs.ActionRenderer]: the way of the last step, three times as long.
func (e *Point) ActionScene(dst *envs.Scene, a envs.Action) {
	x, y := e.state.P[0], e.state.P[1]
	dst.Arrow(envs.Object2, 0.015, x, y, x+3*pointSpeed*a.Box[0], y+3*pointSpeed*a.Box[1])
}

func init() {
	observation := envs.Box("float64", pointLow, pointHigh)
	observation.Names = []string{"x", "y"}
	action := envs.Box("float64", []float64{-1, -1}, []float64{1, 1})
	action.Names = []string{"dx", "dy"}
	envs.Register(envs.Definition{
		ID:      "point-v0",
		Options: behaviour.RewardOptions(),
		New: func(o envs.Options) (*envs.Environment, error) {
			point := Point{rewards: behaviour.NewRewards(len(pointAreas), o)}
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:            "Point in a square that is paid in four small boxes",
					Source:             "SERENE (Paolo et al., GECCO 2021), Point2D of GPaolo/SERENE 83bc38a",
					Observation:        observation,
					Action:             action,
					Objectives:         point.rewards.Objectives(1, 1),
					Horizon:            pointHorizon,
					Reference:          point.rewards.Reference(pointHorizon, 1, pointHorizon),
					DeterministicStart: true,
					DeterministicStep:  true,
				},
				New: func() envs.Env { fresh := point; return &fresh },
			}, nil
		},
	})
}
