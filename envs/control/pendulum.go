package control

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/sincos"
)

// Constants of the pendulum: mass 1 kg, length 1 m.
const (
	pendulumMaxSpeed  = 8
	pendulumMaxTorque = 2
	pendulumStep      = 0.05 // seconds
	pendulumGravity   = 10.0
	pendulumHorizon   = 200 // steps
)

// Pendulum is a pendulum that a weak motor has to swing up and keep upright.
//
// State (θ, ω), θ = 0 upright; at reset θ ~ U(−π, π), ω ~ U(−1, 1). Action: torque u, clipped to
// ±2 N·m. ω += (3g/2·sin θ + 3u)·0.05, clipped to ±8; then θ += 0.05·ω. Reward, with the state before
// the step and θ reduced to [−π, π): −(θ² + 0.1·ω² + 0.001·u²). It never terminates.
// Observation float32 (cos θ, sin θ, ω). Draws: two uniforms per reset.
//
// Source: Gymnasium 1.4.0. Single-objective.
type Pendulum struct {
	pull  float64    // 3g/2
	state [2]float64 // θ (not reduced), ω
}

var (
	_ envs.Env          = (*Pendulum)(nil)
	_ envs.StateChecker = (*Pendulum)(nil)
)

// Reset implements [envs.Env].
func (c *Pendulum) Reset(rng *envs.RNG) {
	c.state[0] = rng.Uniform(-math.Pi, math.Pi)
	c.state[1] = rng.Uniform(-1, 1)
}

// Step implements [envs.Env].
func (c *Pendulum) Step(_ *envs.RNG, a envs.Action, reward []float64) bool {
	angle, w := c.state[0], c.state[1]
	// The action is a float32, and so are the products with it, as in the original.
	u := clip(float32(a.Box[0]), -pendulumMaxTorque, pendulumMaxTorque)
	off := upright(angle)
	// Products are rounded before they are added, so that every processor gives the same result.
	reward[0] = -(float64(off*off) + float64(0.1*(w*w)) + float64(float32(0.001*(u*u))))
	sin, _ := sincos.Sincos(angle)
	w += float64((float64(c.pull*sin) + float64(3*u)) * pendulumStep)
	w = clip(w, -pendulumMaxSpeed, pendulumMaxSpeed)
	c.state = [2]float64{angle + float64(w*pendulumStep), w}
	return false
}

// upright reduces an angle to [−π, π).
func upright(angle float64) float64 {
	a := math.Mod(angle+math.Pi, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	return a - math.Pi
}

// Observe implements [envs.Env].
func (c *Pendulum) Observe(obs []float64) {
	_ = obs[2]
	obs[1], obs[0] = math.Sincos(c.state[0])
	obs[2] = c.state[1]
}

// State implements [envs.Env].
func (c *Pendulum) State() any { return &c.state }

// CheckState implements [envs.StateChecker].
func (c *Pendulum) CheckState() error {
	return checkFinite(c.state[:], []string{"angle", "angular_velocity"})
}

// checkFinite names the first element of a state that is not a finite number.
func checkFinite(state []float64, names []string) error {
	for i, x := range state {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s %v is not finite", names[i], x)
		}
	}
	return nil
}

func init() {
	observation := envs.Box("float32", []float64{-1, -1, -pendulumMaxSpeed}, []float64{1, 1, pendulumMaxSpeed})
	observation.Names = []string{"cos_angle", "sin_angle", "angular_velocity"}
	action := envs.Box("float32", []float64{-pendulumMaxTorque}, []float64{pendulumMaxTorque})
	action.Names = []string{"torque"}
	const worst = -(math.Pi*math.Pi + 0.1*pendulumMaxSpeed*pendulumMaxSpeed + 0.001*pendulumMaxTorque*pendulumMaxTorque)
	envs.Register(envs.Definition{
		ID: "Pendulum-v1",
		Options: []envs.Option{
			{Name: "g", Default: pendulumGravity, Min: -100, Max: 100, Doc: "acceleration of gravity, m/s²"},
		},
		New: func(o envs.Options) (*envs.Environment, error) {
			pendulum := Pendulum{pull: 3 * o.Float("g") / 2}
			return &envs.Environment{
				Spec: envs.Spec{
					Summary:           "Pendulum that a weak motor swings up and keeps upright; single-objective",
					Source:            "Gymnasium 1.4.0, gymnasium/envs/classic_control/pendulum.py",
					Observation:       observation,
					Action:            action,
					ClipsActions:      true,
					Objectives:        []envs.Objective{{Name: "reward", Low: worst, High: 0}},
					Horizon:           pendulumHorizon,
					Reference:         envs.Reference{Discount: 0.99, Point: []float64{math.Floor(pendulumHorizon * worst)}, Source: ownReference},
					DeterministicStep: true,
				},
				New: func() envs.Env { fresh := pendulum; return &fresh },
			}, nil
		},
	})
}
