package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Scene implements [envs.Renderer]. The marks on the track are where an episode ends, and so are the
// thin lines beside the pole.
func (c *CartPole) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-2.9, -0.75, 2.9, 1.5}
	x, angle := c.state[0], c.state[2]
	dst.Line(envs.Wall, 0.03, -2.9, -0.22, 2.9, -0.22)
	for _, end := range [2]float64{-poleMaxX, poleMaxX} {
		dst.Line(envs.Hazard, 0.04, end, -0.4, end, -0.04)
	}
	dst.Label(envs.Ink, -poleMaxX, -0.55, 0.17, "−2.4 m")
	dst.Label(envs.Ink, poleMaxX, -0.55, 0.17, "2.4 m")
	const length = 2 * poleHalfLength
	for _, limit := range [2]float64{-poleMaxAngle, poleMaxAngle} {
		sin, cos := math.Sincos(limit)
		dst.Line(envs.Trace, 0.02, x, 0.12, x+1.25*length*sin, 0.12+1.25*length*cos)
	}
	sin, cos := math.Sincos(angle)
	dst.Rectangle(envs.Agent, x-0.3, -0.12, x+0.3, 0.12)
	for _, side := range [2]float64{-0.18, 0.18} {
		dst.Circle(envs.Wall, x+side, -0.13, 0.09)
		dst.Circle(envs.Trace, x+side, -0.13, 0.035)
	}
	dst.Capsule(envs.Object2, x, 0.12, x+length*sin, 0.12+length*cos, 0.05)
	dst.Circle(envs.Wall, x, 0.12, 0.05)
}

// ActionScene implements [envs.ActionRenderer]: the push.
func (c *CartPole) ActionScene(dst *envs.Scene, a envs.Action) {
	side := float64(2*a.Index() - 1)
	x := c.state[0] - 0.34*side
	dst.Arrow(envs.Object3, 0.05, x-0.35*side, 0, x, 0)
}

// StepTime implements [envs.Timed].
func (c *CartPole) StepTime() float64 { return poleTau }
