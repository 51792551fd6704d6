package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// cartTick is the time that a unit of simulated time takes in a picture.
const cartTick = 1.0 / 60

// oreColor tells the ores apart.
func oreColor(k int) envs.Role { return [cartOres]envs.Role{envs.Object2, envs.Object3}[k] }

// StaticScene implements [envs.StaticRenderer]: the base, the part of its disc that lies in the world,
// and the mines with their mean yields of both ores as bars.
func (c *Minecart) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-0.06, -0.17, 1.06, 1.05}
	const pieces = 16
	var quarter [2 * (pieces + 2)]float64
	for i := range pieces + 1 {
		sin, cos := math.Sincos(math.Pi / 2 * float64(i) / pieces)
		quarter[2+2*i], quarter[3+2*i] = cartBaseRadius*cos, cartBaseRadius*sin
	}
	dst.Polygon(envs.Goal, quarter[:]...)
	dst.Label(envs.Ink, 0.02, cartBaseRadius+0.025, 0.035, "base")
	dst.Anchor(envs.Start)
	for _, m := range c.mines {
		dst.Circle(envs.Trace, m.x, m.y, cartMineRadius)
		dst.Line(envs.Wall, 0.004, m.x-0.06, m.y-0.06, m.x+0.06, m.y-0.06)
		for k, o := range m.ores {
			x := m.x + 0.05*float64(k) - 0.045
			dst.Rectangle(oreColor(k), x, m.y-0.06, x+0.04, m.y-0.06+0.5*min(max(o.mean, 0), 0.3))
		}
	}
	dst.Frame(envs.Wall, 0.005, 0, 0, 1, 1)
	for k, name := range [cartOres]string{"ore1", "ore2"} {
		x := 0.18 * float64(k)
		dst.Rectangle(oreColor(k), x, -0.145, x+0.035, -0.11)
		dst.Label(envs.Ink, x+0.05, -0.128, 0.04, name)
		dst.Anchor(envs.Start)
	}
	dst.Label(envs.Ink, 0.5, -0.128, 0.04, "load")
	dst.Anchor(envs.End)
}

// Scene implements [envs.Renderer]: the cart, and how much of its capacity is filled with what.
func (c *Minecart) Scene(dst *envs.Scene) {
	s := &c.state
	left := 0.52
	for k, ore := range s.Content {
		w := 0.48 * min(max(ore/cartCapacity, 0), 1)
		dst.Rectangle(oreColor(k), left, -0.15, left+w, -0.105)
		left += w
	}
	dst.Frame(envs.Wall, 0.004, 0.52, -0.15, 1, -0.105)
	at := c.frame()
	for _, along := range [2]float64{-0.025, 0.025} {
		for _, side := range [2]float64{-0.034, 0.034} {
			x0, y0 := at.point(along-0.012, side)
			x1, y1 := at.point(along+0.012, side)
			dst.Capsule(envs.Wall, x0, y0, x1, y1, 0.008)
		}
	}
	at.box(dst, envs.Agent, -0.045, -0.028, 0.045, 0.028)
	x0, y0 := at.point(0.06, 0.02)
	x1, y1 := at.point(0.082, 0)
	x2, y2 := at.point(0.06, -0.02)
	dst.Polygon(envs.Agent, x0, y0, x1, y1, x2, y2)
	filled := 0.0
	for k, ore := range s.Content {
		w := 0.074 * min(max(ore/cartCapacity, 0), 1)
		if w > 0 {
			at.box(dst, oreColor(k), -0.037+filled, -0.018, -0.037+filled+w, 0.018)
		}
		filled += w
	}
}

// frame is the place of the cart.
func (c *Minecart) frame() carFrame {
	sin, cos := math.Sincos(c.state.Angle * math.Pi / 180)
	return carFrame{c.state.Pos[0], c.state.Pos[1], sin, cos}
}

// ActionScene implements [envs.ActionRenderer]: digging, turning, accelerating or braking.
func (c *Minecart) ActionScene(dst *envs.Scene, a envs.Action) {
	at := c.frame()
	switch a.Index() {
	case cartMine:
		dst.Ring(envs.Hazard, 0.006, at.x, at.y, 0.07)
	case cartLeft:
		turn(dst, envs.Hazard, 0.006, at.x, at.y, 0.07, 0.4)
	case cartRight:
		turn(dst, envs.Hazard, 0.006, at.x, at.y, 0.07, -0.4)
	case cartAccelerate:
		x0, y0 := at.point(-0.12, 0)
		x1, y1 := at.point(-0.055, 0)
		dst.Arrow(envs.Hazard, 0.006, x0, y0, x1, y1)
	case cartBrake:
		x0, y0 := at.point(0.095, -0.03)
		x1, y1 := at.point(0.095, 0.03)
		dst.Line(envs.Hazard, 0.008, x0, y0, x1, y1)
	}
}

// StepTime implements [envs.Timed].
func (c *Minecart) StepTime() float64 { return c.span * cartTick }
