package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]. The marks on the track are where an episode ends.
func (c *CartPole) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-3, -0.6, 3, 1.6}
	x, angle := c.state[0], c.state[2]
	dst.Line(envs.Wall, 0.02, -3, 0, 3, 0)
	for _, end := range [2]float64{-poleMaxX, poleMaxX} {
		dst.Line(envs.Hazard, 0.04, end, -0.15, end, 0.15)
	}
	sin, cos := math.Sincos(angle)
	dst.Rectangle(envs.Agent, x-0.3, -0.12, x+0.3, 0.12)
	dst.Capsule(envs.Object2, x, 0.12, x+2*poleHalfLength*sin, 0.12+2*poleHalfLength*cos, 0.05)
	dst.Circle(envs.Wall, x, 0.12, 0.05)
}
