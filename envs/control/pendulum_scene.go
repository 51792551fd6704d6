package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]; the ring is where the tip should stand.
func (c *Pendulum) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-1.5, -1.3, 1.5, 1.3}
	dst.Line(envs.Trace, 0.02, 0, 0, 0, 1)
	dst.Ring(envs.Goal, 0.04, 0, 1, 0.17)
	sin, cos := math.Sincos(c.state[0])
	dst.Capsule(envs.Agent, 0, 0, -sin, cos, 0.09) // angles are counted anticlockwise
	dst.Circle(envs.Wall, 0, 0, 0.05)
}

// ActionScene implements [envs.ActionRenderer]: the torque of the motor.
func (c *Pendulum) ActionScene(dst *envs.Scene, a envs.Action) {
	turn(dst, envs.Object2, 0.03, 0, 0, 0.3, min(max(a.Box[0]/pendulumMaxTorque, -1), 1))
}

// StepTime implements [envs.Timed].
func (c *Pendulum) StepTime() float64 { return pendulumStep }

// turn draws a torque from −1 to 1, positive anticlockwise, as an arrow round (x, y) that begins below
// it and goes round three quarters at most.
func turn(dst *envs.Scene, c envs.Role, width, x, y, radius, torque float64) {
	if math.Abs(torque) < 0.02 {
		return
	}
	const pieces = 16
	var p [2 * (pieces + 1)]float64
	sweep := 1.5 * math.Pi * torque
	at := func(share float64) (px, py float64) {
		sin, cos := math.Sincos(-math.Pi/2 + sweep*share)
		return x + radius*cos, y + radius*sin
	}
	for i := range pieces + 1 {
		p[2*i], p[2*i+1] = at(float64(i) / pieces)
	}
	dst.Polyline(c, width, p[:]...)
	x0, y0 := at(1 - 0.3/math.Max(math.Abs(sweep), 0.3))
	dst.Arrow(c, width, x0, y0, p[2*pieces], p[2*pieces+1])
}
