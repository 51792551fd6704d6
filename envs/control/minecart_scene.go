package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// StaticScene implements [envs.StaticRenderer]: the base, and the mines with their mean yields of
// both ores as bars.
func (c *Minecart) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-0.16, -0.16, 1.05, 1.05}
	dst.Frame(envs.Trace, 0.005, 0, 0, 1, 1)
	dst.Circle(envs.Goal, 0, 0, cartBaseRadius)
	dst.Label(envs.Ink, 0.06, 0.115, 0.03, "base")
	for _, m := range c.mines {
		dst.Circle(envs.Trace, m.x, m.y, cartMineRadius)
		for k, o := range m.ores {
			x := m.x + 0.05*float64(k) - 0.045
			dst.Rectangle(envs.Object2+envs.Role(k), x, m.y-0.05, x+0.04, m.y-0.05+0.5*min(max(o.mean, 0), 0.3))
		}
	}
}

// Scene implements [envs.Renderer]: the cart, filled with what it carries.
func (c *Minecart) Scene(dst *envs.Scene) {
	s := &c.state
	x, y := s.Pos[0], s.Pos[1]
	sin, cos := math.Sincos(s.Angle * math.Pi / 180)
	dst.Capsule(envs.Agent, x-0.025*cos, y-0.025*sin, x+0.025*cos, y+0.025*sin, 0.025)
	dst.Arrow(envs.Wall, 0.006, x, y, x+0.09*cos, y+0.09*sin)
	left := 0.45
	dst.Label(envs.Ink, 0.35, 0.03, 0.03, "content")
	for k, ore := range s.Content {
		w := 0.5 * ore / cartCapacity
		dst.Rectangle(envs.Object2+envs.Role(k), left, 0.01, left+w, 0.05)
		left += w
	}
	dst.Frame(envs.Wall, 0.004, 0.45, 0.01, 0.95, 0.05)
}
