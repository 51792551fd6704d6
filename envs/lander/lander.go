package lander

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/lander/internal/box2d"
)

// Constants of the original. Its lengths are pixels; 30 of them are a unit of the world.
const (
	scale  = 30.0
	width  = 600 / scale
	height = 400 / scale
	fps    = 50

	velocityIterations = 6 * 30
	positionIterations = 2 * 30

	mainPower = 13.0
	sidePower = 0.6
	mainBelow = 4 / scale  // of the lander's origin, where the main engine pushes
	sideAway  = 12 / scale // from the axis, where the side engines push
	sideAbove = 14         // pixels
	sideShift = 17         // pixels across; the original's, perhaps meant as sideAbove

	startForce = 1000.0
	helipad    = height / 4
	legAway    = 20 / scale
	legDown    = 18 / scale
	standing   = float64(helipad) + float64(legDown) // height of a lander on the pad, as rounded in the original

	chunks    = 11 // points of the terrain
	windIndex = 9999
	horizon   = 1000 // steps
)

// Actions of the discrete lander.
const (
	nothing = iota
	leftEngine
	mainEngine
	rightEngine
	actions
)

// Bodies of the scene: the hull, then the legs.
const hull = 0

// Lander is a spacecraft with one main and two side engines and two jointed legs above a random
// terrain with a flat pad in its middle, where it should come to rest.
//
// The world is 20 × 13.33, the pad at x in [8, 12]. Start: at the top in the middle, pushed by a
// random force; 50 steps make a second. Reset performs one step without engines.
//
// Actions: 0 nothing, 1 left, 2 main, 3 right engine. Continuous: (main, lateral) in [-1, 1]: the
// main engine runs from 0 on with power (main+1)/2, a side engine beyond ±0.5 with power |lateral|.
// Engines sputter: each step draws their dispersion.
//
// With wind, a force and a torque act until a leg stands on the ground, tanh(sin 0.02k + sin 0.01πk)
// of a running index k.
//
// Reward (landing, shaping, main_engine, side_engine): +100 at rest, −100 when the hull touches the
// ground or leaves the world sideways, both of which end the episode; the gain of a potential that
// is higher the nearer to the pad, slower and straighter, with 10 for each leg on the ground; minus
// the power of each engine. [Lander.Scalar] is the single reward of Gymnasium's lander.
//
// Observation float32 (x, y, vx, vy, angle, spin, leg 1, leg 2), scaled and relative to the pad. One
// that climbs away leaves the declared space, as in the original.
// Draws: 12 heights, the force (x, y), with wind two indices; per step two dispersions in [-1, 1].
// A recorded dispersion is a number of kind "".
//
// Source: MO-Gymnasium 1.3.2, after Gymnasium's LunarLander-v3 (Oleg Klimov); physics of Box2D 2.3.0
// (see internal/box2d), which it follows bit for bit.
type Lander struct {
	continuous       bool
	wind, turbulence float64 // powers
	windy            bool

	engine *box2d.Engine
	scalar float64
	state  state
}

// state is the complete dynamic state.
type state struct {
	World   box2d.World `json:"world"`
	Legs    [2]bool     `json:"legs"`    // standing on the ground
	Crashed bool        `json:"crashed"` // the hull has touched the ground
	Wind    int32       `json:"wind"`    // index of the wind
	Torque  int32       `json:"torque"`  // index of its torque
	Shaping float64     `json:"shaping"` // potential of the last step
}

var (
	_ envs.Env          = (*Lander)(nil)
	_ envs.StateChecker = (*Lander)(nil)
	_ box2d.Listener    = (*Lander)(nil)
)

// Reset implements [envs.Env].
func (l *Lander) Reset(rng *envs.RNG) {
	var heights [chunks + 1]float64
	for i := range heights {
		heights[i] = rng.Uniform(0, height/2)
	}
	ground := terrain(&heights)
	l.state = state{}
	s := &l.state
	l.engine.Reset(&s.World, &ground)
	fx := rng.Uniform(-startForce, startForce)
	fy := rng.Uniform(-startForce, startForce)
	l.engine.ApplyForce(&s.World, hull, vec(fx, fy))
	if l.windy {
		s.Wind = int32(rng.Integers(-windIndex, windIndex))
		s.Torque = int32(rng.Integers(-windIndex, windIndex))
	}
	l.advance(rng, 0, 0)
}

// terrain returns the ground: the bottom of the world, then the edges between the points of the
// terrain, each the mean of three heights, with the pad in the middle.
func terrain(heights *[chunks + 1]float64) (ground [box2d.Edges]box2d.Edge) {
	for i := chunks/2 - 2; i <= chunks/2+2; i++ {
		heights[i] = helipad
	}
	var points [chunks]box2d.Vec
	for i := range points {
		before := heights[(i+chunks)%len(heights)] // of the first: the last
		points[i] = vec(width/(chunks-1)*float64(i), 0.33*(before+heights[i]+heights[i+1]))
	}
	ground[0] = box2d.Edge{{}, vec(width, 0)}
	for i := range chunks - 1 {
		ground[1+i] = box2d.Edge{points[i], points[i+1]}
	}
	return ground
}

func vec(x, y float64) box2d.Vec { return box2d.Vec{X: float32(x), Y: float32(y)} }

// Step implements [envs.Env].
func (l *Lander) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	throttle, lateral := l.powers(a)
	s := &l.state
	before := s.Shaping
	l.advance(rng, throttle, lateral)
	side := math.Abs(lateral)
	shaping := s.Shaping - before
	_ = reward[3]
	reward[0], reward[1], reward[2], reward[3] = 0, shaping, 0-throttle, 0-side // 0, not -0
	l.scalar = shaping - float64(throttle*0.30) - float64(side*0.03)
	body := &s.World.Bodies[hull]
	if x := l.x(); s.Crashed || math.Abs(x) >= 1 {
		reward[0] = -100
	}
	if !body.Awake {
		reward[0] = 100
	}
	if reward[0] != 0 {
		l.scalar = reward[0]
		return true
	}
	return false
}

// powers returns what an action asks of the main engine, and of a side engine, the left one negative.
func (l *Lander) powers(a envs.Action) (throttle, lateral float64) {
	if l.continuous {
		_ = a.Box[1]
		if x := min(a.Box[0], 1); x > 0 {
			throttle = (x + 1) * 0.5
		}
		if x := min(max(a.Box[1], -1), 1); math.Abs(x) > 0.5 {
			lateral = x
		}
	} else {
		switch a.Index() {
		case leftEngine:
			lateral = -1
		case mainEngine:
			throttle = 1
		case rightEngine:
			lateral = 1
		}
	}
	return throttle, lateral
}

// Scalar is the single reward of the last step in Gymnasium's lander.
func (l *Lander) Scalar() float64 { return l.scalar }

// advance moves the world one step with the given powers of the engines.
func (l *Lander) advance(rng *envs.RNG, throttle, lateral float64) {
	s := &l.state
	w := &s.World
	if l.windy && !s.Legs[0] && !s.Legs[1] {
		l.engine.ApplyForce(w, hull, vec(float64(gust(s.Wind)*l.wind), 0))
		l.engine.ApplyTorque(w, hull, float32(gust(s.Torque)*l.turbulence))
		s.Wind++
		s.Torque++
	}
	body := &w.Bodies[hull]
	x, y := float64(body.Pose.P.X), float64(body.Pose.P.Y)
	sin, cos := math.Sincos(float64(body.A))
	d0, d1 := dispersion(rng)/scale, dispersion(rng)/scale
	if throttle > 0 {
		along := mainBelow + 2*d0
		ox := float64(sin*along) - float64(cos*d1)
		oy := float64(-cos*along) - float64(sin*d1)
		l.engine.ApplyImpulse(w, hull, vec(-ox*mainPower*throttle, -oy*mainPower*throttle), vec(x+ox, y+oy))
	}
	if lateral != 0 {
		across := float64(3*d1) + math.Copysign(sideAway, lateral)
		ox := float64(sin*d0) - float64(cos*across)
		oy := float64(-cos*d0) - float64(sin*across)
		power := math.Abs(lateral)
		l.engine.ApplyImpulse(w, hull, vec(-ox*sidePower*power, -oy*sidePower*power),
			vec(x+ox-float64(sin*sideShift)/scale, y+oy+float64(cos*sideAbove)/scale))
	}
	l.engine.Step(w, 1.0/fps, velocityIterations, positionIterations, l)
	s.Shaping = l.potential()
}

// gust is the strength of the wind, in (-1, 1); as a function of k it is not periodic.
func gust(k int32) float64 {
	return math.Tanh(math.Sin(0.02*float64(k)) + math.Sin(float64(math.Pi)*0.01*float64(k)))
}

// dispersion draws one of the two numbers by which the engines sputter.
func dispersion(rng *envs.RNG) float64 {
	var recorded [1]float64
	if rng.Replay("", recorded[:]) {
		return recorded[0]
	}
	return rng.Uniform(-1, 1)
}

// BeginContact is called by the physics.
func (l *Lander) BeginContact(body int) {
	if body == hull {
		l.state.Crashed = true
	} else {
		l.state.Legs[body-1] = true
	}
}

// EndContact is called by the physics. A leg that still touches another edge of the ground is
// counted as lifted all the same, as in the original.
func (l *Lander) EndContact(body int) {
	if body != hull {
		l.state.Legs[body-1] = false
	}
}

// x is the horizontal place between the borders of the world, at ±1.
func (l *Lander) x() float64 {
	return (float64(l.state.World.Bodies[hull].Pose.P.X) - width/2) / (width / 2)
}

// Observe implements [envs.Env].
func (l *Lander) Observe(obs []float64) {
	s := &l.state
	b := &s.World.Bodies[hull]
	_ = obs[7]
	obs[0] = l.x()
	obs[1] = (float64(b.Pose.P.Y) - standing) / (height / 2)
	obs[2] = float64(b.Velocity.X) * (width / 2) / fps
	obs[3] = float64(b.Velocity.Y) * (height / 2) / fps
	obs[4] = float64(b.A)
	obs[5] = 20 * float64(b.Spin) / fps
	obs[6], obs[7] = 0, 0
	for i, stands := range s.Legs {
		if stands {
			obs[6+i] = 1
		}
	}
}

// potential rises towards the pad, with slowness, upright, and with the legs on the ground.
func (l *Lander) potential() float64 {
	var o [8]float64
	l.Observe(o[:])
	return float64(-100*norm(o[0], o[1])) - float64(100*norm(o[2], o[3])) - float64(100*math.Abs(o[4])) +
		float64(10*o[6]) + float64(10*o[7])
}

func norm(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

// State implements [envs.Env].
func (l *Lander) State() any { return &l.state }

// CheckState implements [envs.StateChecker].
func (l *Lander) CheckState() error {
	s := &l.state
	if math.IsNaN(s.Shaping) || math.IsInf(s.Shaping, 0) {
		return fmt.Errorf("shaping %v is not finite", s.Shaping)
	}
	if err := s.World.Check(); err != nil {
		return fmt.Errorf("world: %w", err)
	}
	return nil
}

// RecordedState returns what recordings hold of the state: (x, y, angle, vx, vy, spin) of hull, leg
// 1 and leg 2.
func (l *Lander) RecordedState() any {
	var list [6 * box2d.Bodies]float64
	for i := range l.state.World.Bodies {
		b := &l.state.World.Bodies[i]
		for k, x := range [6]float32{b.Pose.P.X, b.Pose.P.Y, b.A, b.Velocity.X, b.Velocity.Y, b.Spin} {
			list[6*i+k] = float64(x)
		}
	}
	return &list
}

// ResetDraws returns the draws of a reset from the record of them in recordings.
func (l *Lander) ResetDraws(record []byte) ([]envs.Draw, error) {
	var r struct {
		Terrain    [chunks + 1]float64 `json:"terrain"`
		Impulse    [2]float64          `json:"impulse"`
		Wind       *float64            `json:"wind_idx"`
		Torque     *float64            `json:"torque_idx"`
		Dispersion [2]float64          `json:"dispersion"`
	}
	if err := json.Unmarshal(record, &r); err != nil {
		return nil, err
	}
	if (r.Wind != nil) != (r.Torque != nil) {
		return nil, errors.New("wind_idx and torque_idx go together")
	}
	var draws []envs.Draw
	add := func(kind string, values ...float64) {
		for _, v := range values {
			draws = append(draws, envs.Draw{Kind: kind, Values: []float64{v}})
		}
	}
	add("uniform", r.Terrain[:]...)
	add("uniform", r.Impulse[:]...)
	if r.Wind != nil {
		add("integers", *r.Wind, *r.Torque)
	}
	add("", r.Dispersion[:]...)
	return draws, nil
}

func init() {
	for _, v := range []struct {
		id, summary string
		continuous  bool
	}{
		{"mo-lunar-lander-v3", "Spacecraft that lands on its legs with little fuel; engines are on or off", false},
		{"mo-lunar-lander-continuous-v3", "Spacecraft that lands on its legs with little fuel; engines are throttled", true},
	} {
		envs.Register(envs.Definition{
			ID:      v.id,
			Options: options(v.continuous),
			New:     func(o envs.Options) (*envs.Environment, error) { return newLander(v.summary, o) },
		})
	}
}

// options are those of a lander whose engines are throttled, or not.
func options(continuous bool) []envs.Option {
	return []envs.Option{
		{Name: "continuous", Default: continuous, Doc: "throttled engines, with a box as action space"},
		{Name: "gravity", Default: -10.0, Doc: "vertical acceleration, between -12 and 0"},
		{Name: "enable_wind", Default: false, Doc: "wind until a leg stands on the ground"},
		{Name: "wind_power", Default: 15.0, Doc: "largest force of the wind, from 0 to 20 in use"},
		{Name: "turbulence_power", Default: 1.5, Doc: "largest torque of the wind, from 0 to 2 in use"},
	}
}

func newLander(summary string, o envs.Options) (*envs.Environment, error) {
	gravity := o.Float("gravity")
	if !(gravity > -12 && gravity < 0) {
		return nil, fmt.Errorf("gravity %v is not between -12 and 0", gravity)
	}
	const strongest = 1000 // beyond any use; more may overflow
	for _, name := range []string{"wind_power", "turbulence_power"} {
		if v := o.Float(name); math.Abs(v) > strongest {
			return nil, fmt.Errorf("%s %v is beyond ±%v", name, v, strongest)
		}
	}
	scene := newScene(gravity)
	lander := Lander{
		continuous: o.Bool("continuous"), windy: o.Bool("enable_wind"),
		wind: o.Float("wind_power"), turbulence: o.Float("turbulence_power"),
	}
	spec := envs.Spec{
		Summary: summary,
		Source:  "MO-Gymnasium 1.3.2, mo_gymnasium/envs/lunar_lander; Gymnasium 1.4.0, LunarLander-v3",
		Observation: envs.Box("float32",
			[]float64{-2.5, -2.5, -10, -10, -2 * math.Pi, -10, 0, 0},
			[]float64{2.5, 2.5, 10, 10, 2 * math.Pi, 10, 1, 1}),
		Action: envs.Discrete(actions, "nothing", "left_engine", "main_engine", "right_engine"),
		Objectives: []envs.Objective{
			{Name: "landing", Low: -100, High: 100},
			{Name: "shaping", Low: math.Inf(-1), High: math.Inf(1)},
			{Name: "main_engine", Low: -1, High: 0},
			{Name: "side_engine", Low: -1, High: 0},
		},
		Horizon: horizon,
		Reference: envs.Reference{
			Discount: 0.99, Point: []float64{-101, -1001, -101, -101},
			Source: "morl-baselines (commit a8acdbb), examples; C-MORL (commit 67473b5), scripts, for version 2",
		},
	}
	spec.Observation.Names = []string{"x", "y", "vx", "vy", "angle", "spin", "leg1", "leg2"}
	if lander.continuous {
		spec.Action = envs.Box("float32", []float64{-1, -1}, []float64{1, 1})
		spec.Action.Names = []string{"main", "lateral"}
		spec.ClipsActions = true
	}
	return &envs.Environment{Spec: spec, New: func() envs.Env {
		fresh := lander
		fresh.engine = box2d.NewEngine(scene)
		return &fresh
	}}, nil
}

// newScene describes hull and legs. The legs swing between limits, and their motors spread them.
func newScene(gravity float64) *box2d.Scene {
	s := &box2d.Scene{Gravity: vec(0, gravity)}
	start := vec(width/2, height)
	px := func(x, y float64) box2d.Vec { return vec(x/scale, y/scale) }
	s.Bodies[hull] = box2d.BodyDef{
		Shape:   box2d.NewPolygon(px(17, -10), px(17, 0), px(14, 17), px(-14, 17), px(-17, 0), px(-17, -10)),
		Density: 5, Friction: 0.1, Position: start,
	}
	for leg, i := range [2]float64{-1, 1} {
		angle := float32(i * 0.05)
		s.Bodies[1+leg] = box2d.BodyDef{
			Shape:   box2d.NewBox(float32(2/scale), float32(8/scale)),
			Density: 1, Friction: 0.2, Position: vec(width/2-float64(i*legAway), height), Angle: angle,
		}
		joint := &s.Joints[leg]
		*joint = box2d.JointDef{
			A: hull, B: 1 + leg, AnchorB: vec(i*legAway, legDown),
			Reference: angle, Lower: 0.4, Upper: 0.9, MotorSpeed: float32(0.3 * i), MaxTorque: 40,
		}
		if i > 0 {
			joint.Lower, joint.Upper = -0.9, -0.4
		}
	}
	s.GroundFriction[0] = 0.2
	for k := range s.GroundFriction[1:] {
		s.GroundFriction[1+k] = 0.1
	}
	s.Prepare()
	return s
}
