package control

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Constants of the minecart, per unit of simulated time where they are rates.
const (
	cartCapacity     = 1.5    // ore of both kinds together
	cartMineRadius   = 0.14   // digging distance
	cartBaseRadius   = 0.15   // around (0, 0)
	cartStill        = 0.001  // slower than this counts as standing
	cartTurn         = 10     // degrees
	cartAcceleration = 0.0075 // speed
	cartBraking      = 1.0    // speed: a full stop
	cartStartAngle   = 45     // degrees; 0 points along +x, 90 along +y
	cartFuelIdle     = -0.005 // reward
	cartFuelDrive    = -0.025 // reward, on top, for accelerating
	cartFuelMine     = -0.05  // reward, on top, for digging, whether it yields or not
	cartHorizon      = 1000   // steps
	cartOres         = 2
)

// Actions of the minecart.
const (
	cartMine = iota
	cartLeft
	cartRight
	cartAccelerate
	cartBrake
	cartNone
	cartActions
)

// ore is the normal distribution of what one dig yields, clamped below at 0.
type ore struct{ mean, sd float64 }

type mine struct {
	x, y float64
	ores [cartOres]ore
}

// Configurations of the original: yields of the mines.
const (
	randomMines = "mine_config.json"
	fixedMines  = "mine_config_det.json"
)

// cartMines returns the five mines with a standard deviation of every yield.
func cartMines(sd float64) []mine {
	return []mine{
		{0.16, 0.84, [cartOres]ore{{0.20, sd}, {0, sd}}},
		{0.50, 0.84, [cartOres]ore{{0.15, sd}, {0.10, sd}}},
		{0.84, 0.84, [cartOres]ore{{0.20, sd}, {0.20, sd}}},
		{0.84, 0.50, [cartOres]ore{{0.10, sd}, {0.15, sd}}},
		{0.84, 0.16, [cartOres]ore{{0, sd}, {0.20, sd}}},
	}
}

// Minecart is a cart that leaves its base, digs two ores at five mines and sells what it brings
// home, on little fuel.
//
// State: position (x, y) in the unit square, speed v, angle A in degrees, content of the two ores,
// whether the base was left. Start at (0, 0), A = 45, standing and empty.
//
// Actions 0 mine, 1 turn left (A−10), 2 turn right (A+10), 3 accelerate, 4 brake, 5 none. With
// frame_skip F a step covers F units of time, as F repetitions of a unit step (incremental) or as
// one with F-fold turn, acceleration and braking, F digs and F moves. Digging needs a standing cart
// within 0.14 of a mine and yields max(0, N(mean, sd)) of each ore, scaled down to what the
// capacity leaves. Driving along a wall turns the cart. Back within 0.15 of the base after
// leaving it, the content is sold and the episode ends.
//
// Reward (ore1, ore2, fuel): ore sold, and F·(−0.005), with −0.05·F more for mining or −0.025·F
// for accelerating. Observation float32 (x, y, v, sin A, cos A, content/1.5).
// Draws: two normals (ore 1, ore 2) per dig within reach, none in the deterministic version. A
// recorded draw, in both, is [mine index, raw ore 1, raw ore 2] of kind "".
//
// Source: Abels, Roijers, Lenaerts, Nowé & Steckelmacher, "Dynamic Weights in Multi-Objective Deep
// Reinforcement Learning", ICML 2019; constants and order of operations of MO-Gymnasium 1.3.2.
// There the ore comes from a global generator; here from the environment's own.
type Minecart struct {
	mines       []mine
	repetitions int     // K of the step loop
	units       int     // u: moves and digs per repetition
	span        float64 // F = K·u, time per step
	state       minecartState
}

type minecartState struct {
	Pos      [2]float64        `json:"pos"`
	Speed    float64           `json:"speed"`
	Angle    float64           `json:"angle"` // degrees, not always reduced to [0, 360)
	Content  [cartOres]float64 `json:"content"`
	Departed uint8             `json:"departed"` // 1: has left the base
}

var (
	_ envs.Env          = (*Minecart)(nil)
	_ envs.KnownFront   = (*Minecart)(nil)
	_ envs.FrontPlans   = (*Minecart)(nil)
	_ envs.StateChecker = (*Minecart)(nil)
)

// Reset implements [envs.Env].
func (c *Minecart) Reset(*envs.RNG) { c.state = minecartState{Angle: cartStartAngle} }

// Step implements [envs.Env].
func (c *Minecart) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	action := a.Index()
	reward[0], reward[1], reward[2] = 0, 0, c.fuel(action)
	s := &c.state
	u := float64(c.units)
	ended := false
	for range c.repetitions {
		switch action {
		case cartLeft:
			s.Angle = wrapDegrees(s.Angle - cartTurn*u)
		case cartRight:
			s.Angle = wrapDegrees(s.Angle + cartTurn*u)
		case cartAccelerate:
			s.Speed = min(s.Speed+float64(cartAcceleration*u), 1)
		case cartBrake:
			s.Speed = max(s.Speed-cartBraking*u, 0)
		case cartMine:
			for range c.units {
				c.dig(rng)
			}
		}
		// The action acts once more in the repetition after the end, as in the original.
		if ended {
			break
		}
		for range c.units {
			s.move()
		}
		if length(s.Pos[0], s.Pos[1]) >= cartBaseRadius {
			s.Departed = 1
		} else if s.Departed == 1 {
			ended = true
			for i := range s.Content {
				reward[i] += s.Content[i]
				s.Content[i] = 0
			}
		}
	}
	return ended
}

// fuel is the fuel reward of a step.
func (c *Minecart) fuel(action int) float64 {
	r := cartFuelIdle * c.span
	switch action {
	case cartMine:
		r += float64(cartFuelMine * c.span)
	case cartAccelerate:
		r += float64(cartFuelDrive * c.span)
	}
	return r
}

// dig takes ore from the nearest mine, if the cart stands close enough to it.
func (c *Minecart) dig(rng *envs.RNG) {
	s := &c.state
	if s.Speed >= cartStill {
		return
	}
	nearest, distance := 0, math.Inf(1)
	for i := range c.mines {
		if d := length(s.Pos[0]-c.mines[i].x, s.Pos[1]-c.mines[i].y); d < distance {
			nearest, distance = i, d
		}
	}
	if distance > cartMineRadius {
		return
	}
	q := c.yield(rng, nearest)
	got := q[0] + q[1]
	free := max(0, cartCapacity-(s.Content[0]+s.Content[1]))
	if got > free {
		scale := free / got
		q[0], q[1] = float64(q[0]*scale), float64(q[1]*scale)
	}
	s.Content[0] += q[0]
	s.Content[1] += q[1]
}

// yield draws what one dig at mine k brings.
func (c *Minecart) yield(rng *envs.RNG, k int) (q [cartOres]float64) {
	m := &c.mines[k]
	var record [1 + cartOres]float64
	replayed := rng != nil && rng.Replay("", record[:])
	if replayed && record[0] != float64(k) {
		rng.RejectDraw(fmt.Sprintf("ore of mine %v, but the cart stands at mine %d", record[0], k))
		replayed = false
	}
	for i, o := range m.ores {
		switch {
		case replayed:
			q[i] = max(0, record[1+i])
		case o.sd == 0:
			q[i] = o.mean
		default:
			q[i] = max(0, rng.Normal(o.mean, o.sd))
		}
	}
	return q
}

// move advances the cart by one unit of time. Against a wall it slides along and turns towards
// its direction of motion; the velocity is that before the turn.
func (s *minecartState) move() {
	if s.Speed < cartStill {
		return
	}
	sin, cos := sincosDegrees(s.Angle)
	vx, vy := float64(s.Speed*cos), float64(s.Speed*sin) // rounded, so that no processor fuses them into a sum
	x, y := s.Pos[0], s.Pos[1]
	if y != 0 && y != 1 && math.Abs(vy) > cartStill {
		if x == 1 && vx > 0 {
			s.Angle += math.Copysign(cartTurn, vy)
		} else if x == 0 && vx < 0 {
			s.Angle -= math.Copysign(cartTurn, vy)
		}
	}
	if x != 0 && x != 1 && math.Abs(vx) > cartStill {
		if y == 1 && vy > 0 {
			s.Angle -= math.Copysign(cartTurn, vx)
		} else if y == 0 && vy < 0 {
			s.Angle += math.Copysign(cartTurn, vx)
		}
	}
	s.Pos[0] = min(max(x+vx, 0), 1)
	s.Pos[1] = min(max(y+vy, 0), 1)
	s.Speed = length(s.Pos[0]-x, s.Pos[1]-y)
}

// Observe implements [envs.Env].
func (c *Minecart) Observe(obs []float64) {
	s := &c.state
	_ = obs[6]
	obs[0], obs[1], obs[2] = s.Pos[0], s.Pos[1], s.Speed
	obs[3], obs[4] = sincosDegrees(s.Angle)
	obs[5], obs[6] = s.Content[0]/cartCapacity, s.Content[1]/cartCapacity
}

// State implements [envs.Env].
func (c *Minecart) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *Minecart) CheckState() error {
	s := &c.state
	const slack = 1e-9 // of rounding
	switch load := s.Content[0] + s.Content[1]; {
	case !(s.Pos[0] >= 0 && s.Pos[0] <= 1 && s.Pos[1] >= 0 && s.Pos[1] <= 1):
		return fmt.Errorf("pos %v lies outside the unit square", s.Pos)
	case !(s.Speed >= 0 && s.Speed <= 1+slack):
		return fmt.Errorf("speed %v is outside [0, 1]", s.Speed)
	case math.IsNaN(s.Angle) || math.IsInf(s.Angle, 0):
		return fmt.Errorf("angle %v is not finite", s.Angle)
	case !(s.Content[0] >= 0 && s.Content[1] >= 0 && load <= cartCapacity+slack):
		return fmt.Errorf("content %v is negative or more than the capacity of %v", s.Content, cartCapacity)
	case s.Departed > 1:
		return fmt.Errorf("departed %d is neither 0 nor 1", s.Departed)
	}
	return nil
}

// minecartPlans are ten drives of the deterministic minecart with the default options, found by a
// shortest-path search over the real simulator with fuel as cost, and replayed in MO-Gymnasium.
// None of their returns dominates another.
var minecartPlans = [][]int32{
	{1, 3, 1, 2, 2, 2, 2, 2, 2, 2},
	{3, 1, 2, 5, 5, 1, 1, 1, 4, 1, 0, 3, 1, 1, 2, 1, 2},
	{3, 1, 2, 5, 5, 1, 1, 1, 4, 1, 0, 0, 3, 1, 1, 2, 1, 2},
	{3, 1, 2, 1, 2, 1, 2, 2, 4, 2, 2, 0, 3, 2, 2, 1, 2, 1, 2},
	{3, 2, 1, 2, 1, 2, 1, 1, 4, 1, 1, 0, 3, 1, 1, 2, 1, 2, 1},
	{3, 1, 2, 1, 2, 1, 2, 2, 4, 2, 2, 0, 0, 3, 2, 2, 1, 2, 1, 2},
	{3, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2, 2, 4, 0, 3, 2, 2, 1, 2, 1, 2, 1, 2},
	{3, 2, 1, 5, 5, 2, 2, 2, 4, 2, 0, 3, 2, 2, 1, 2, 1},
	{3, 2, 1, 2, 1, 2, 1, 1, 4, 1, 1, 0, 0, 3, 1, 1, 2, 1, 2, 1},
	{3, 2, 1, 5, 5, 2, 2, 2, 4, 2, 0, 0, 3, 2, 2, 1, 2, 1},
}

// FrontPlans implements [envs.FrontPlans]: the drives behind [Minecart.KnownFront].
func (c *Minecart) FrontPlans() [][]int32 { return minecartPlans }

// KnownFront implements [envs.KnownFront] for the deterministic minecart with default options: the
// returns of ten known drives, computed by driving them. They are attainable, so that their
// hypervolume is a lower bound of the true front's. (The front that MO-Gymnasium offers is a
// heuristic and bounds the true one from neither side.)
func (c *Minecart) KnownFront(gamma float64) (points [][]float64, source string, ok bool) {
	if c.mines[0].ores[0].sd > 0 || c.repetitions != 4 {
		return nil, "", false
	}
	for _, plan := range minecartPlans {
		drive := Minecart{mines: c.mines, repetitions: c.repetitions, units: c.units, span: c.span}
		drive.Reset(nil)
		total, reward := make([]float64, 3), make([]float64, 3)
		discount := 1.0
		for _, action := range plan {
			drive.Step(nil, envs.Action{Discrete: []int32{action}}, reward)
			for i, r := range reward {
				total[i] += float64(discount * r)
			}
			discount *= gamma
		}
		points = append(points, total)
	}
	return points, "verified attainable set, a lower bound of the true front: ten drives found by shortest-path search, each replayed", true
}

func init() {
	for id, config := range map[string]string{"minecart-v0": randomMines, "minecart-deterministic-v0": fixedMines} {
		envs.Register(envs.Definition{
			ID: id,
			Options: []envs.Option{
				{Name: "config", Default: config, Values: []string{randomMines, fixedMines},
					Doc: "yields of the mines as in this file of the original: random or fixed"},
				{Name: "frame_skip", Default: 4, Min: 1, Max: 100, Doc: "units of time per step"},
				{Name: "incremental", Alias: "incremental_frane_skip", Default: true, // the original's spelling
					Doc: "repeat unit steps, instead of one step with multiplied effects"},
			},
			New: func(o envs.Options) (*envs.Environment, error) {
				if o.String("config") == fixedMines {
					return newMinecart(cartMines(0), "yields are fixed", o.Int("frame_skip"), o.Bool("incremental")), nil
				}
				return newMinecart(cartMines(0.05), "yields are random", o.Int("frame_skip"), o.Bool("incremental")), nil
			},
		})
	}
}

func newMinecart(mines []mine, yields string, frameSkip int, incremental bool) *envs.Environment {
	cart := Minecart{mines: mines, repetitions: 1, units: frameSkip, span: float64(frameSkip)}
	if incremental {
		cart.repetitions, cart.units = frameSkip, 1
	}
	cart.Reset(nil)
	observation := envs.Box("float32", []float64{-1, -1, -1, -1, -1, -1, -1}, []float64{1, 1, 1, 1, 1, 1, 1})
	observation.Names = []string{"x", "y", "speed", "sin_angle", "cos_angle", "ore1", "ore2"}
	return &envs.Environment{
		Spec: envs.Spec{
			Summary:     "Cart that digs two ores at five mines on little fuel; " + yields,
			Source:      "MO-Gymnasium 1.3.2, mo_gymnasium/envs/minecart; Abels et al., ICML 2019",
			Observation: observation,
			Action:      envs.Discrete(cartActions, "mine", "left", "right", "accelerate", "brake", "none"),
			Objectives: []envs.Objective{
				{Name: "ore1", Low: 0, High: cartCapacity},
				{Name: "ore2", Low: 0, High: cartCapacity},
				{Name: "fuel", Low: cart.fuel(cartMine), High: cart.fuel(cartNone)},
			},
			Horizon: cartHorizon,
			Reference: envs.Reference{
				Discount: 0.98, Point: []float64{-1, -1, -200}, Source: "C-MORL (commit 67473b5), scripts",
			},
			Alternatives: []envs.Reference{{
				Name: "morl-baselines", Discount: 0.98, Point: []float64{0, 0, -200},
				Source: "morl-baselines (commit a8acdbb), examples",
			}},
			DeterministicStart: true, DeterministicStep: mines[0].ores[0].sd == 0,
		},
		New: func() envs.Env { fresh := cart; return &fresh },
	}
}

// length is the Euclidean norm of (x, y). The products are rounded before they are added, so that
// every processor gives the same result.
func length(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// wrapDegrees reduces an angle to [0, 360).
func wrapDegrees(a float64) float64 {
	if a >= 0 && a < 360 {
		return a
	}
	a = math.Mod(a, 360)
	if a < 0 {
		a += 360
	}
	return a
}

// wholeDegrees holds sine and cosine of 0, 1, …, 359 degrees: from the start on, all angles of a
// cart are whole.
var wholeDegrees = func() (table [360][2]float64) {
	for i := range table {
		table[i][0], table[i][1] = math.Sincos(float64(i) * math.Pi / 180)
	}
	return table
}()

func sincosDegrees(a float64) (sin, cos float64) {
	if i := int(a); float64(i) == a && i >= 0 && i < len(wholeDegrees) {
		return wholeDegrees[i][0], wholeDegrees[i][1]
	}
	return math.Sincos(a * math.Pi / 180)
}
