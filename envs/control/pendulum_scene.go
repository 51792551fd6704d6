package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]; the ring is where the tip should stand.
func (c *Pendulum) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-1.4, -1.4, 1.4, 1.4}
	dst.Ring(envs.Goal, 0.04, 0, 1, 0.16)
	sin, cos := math.Sincos(c.state[0])
	dst.Capsule(envs.Agent, 0, 0, -sin, cos, 0.09) // angles are counted anticlockwise
	dst.Circle(envs.Wall, 0, 0, 0.05)
}
