package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]: the two links, of length 1, and the height that the tip has to
// reach.
func (c *Acrobot) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-2.6, -2.3, 2.6, 2.3}
	dst.Line(envs.Goal, 0.04, -2.6, acrobotHeight, 2.6, acrobotHeight)
	dst.Label(envs.Ink, -2.55, acrobotHeight+0.16, 0.2, "goal of the tip")
	dst.Anchor(envs.Start)
	x1, y1, x2, y2 := c.joints()
	dst.Capsule(envs.Agent, 0, 0, x1, y1, 0.11)
	dst.Capsule(envs.Object2, x1, y1, x2, y2, 0.1)
	dst.Circle(envs.Wall, 0, 0, 0.07)
	dst.Circle(envs.Wall, x1, y1, 0.06)
}

// joints are where the first link ends and where the second does.
func (c *Acrobot) joints() (x1, y1, x2, y2 float64) {
	x1, y1 = math.Sin(c.state[0]), -math.Cos(c.state[0])
	return x1, y1, x1 + math.Sin(c.state[0]+c.state[1]), y1 - math.Cos(c.state[0]+c.state[1])
}

// ActionScene implements [envs.ActionRenderer]: the torque in the second joint.
func (c *Acrobot) ActionScene(dst *envs.Scene, a envs.Action) {
	x, y, _, _ := c.joints()
	turn(dst, envs.Object3, 0.05, x, y, 0.32, 0.6*float64(a.Index()-1))
}

// StepTime implements [envs.Timed].
func (c *Acrobot) StepTime() float64 { return acrobotStep }
