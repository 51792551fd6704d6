package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]: the two links, of length 1, and the height to reach.
func (c *Acrobot) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-2.3, -2.3, 2.3, 2.3}
	dst.Line(envs.Goal, 0.04, -2.3, 1, 2.3, 1)
	x1, y1 := math.Sin(c.state[0]), -math.Cos(c.state[0])
	x2, y2 := x1+math.Sin(c.state[0]+c.state[1]), y1-math.Cos(c.state[0]+c.state[1])
	dst.Capsule(envs.Agent, 0, 0, x1, y1, 0.1)
	dst.Capsule(envs.Object2, x1, y1, x2, y2, 0.1)
	dst.Circle(envs.Wall, 0, 0, 0.07)
	dst.Circle(envs.Wall, x1, y1, 0.07)
}
