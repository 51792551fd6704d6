package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// hillFrame is the time of a step in a picture; the model has no seconds. The original shows 30 steps
// per second.
const hillFrame = 1.0 / 30

// hillHeight is the height of the valley at p, as the original draws it.
func hillHeight(p float64) float64 { return 0.45*math.Sin(3*p) + 0.55 }

// scene draws the valley, the flag and the car.
func (s *hillState) scene(dst *envs.Scene, goal float64) {
	dst.View = [4]float64{hillLeft - 0.05, -0.05, hillRight + 0.05, 1.3}
	const pieces = 60
	step := (hillRight - hillLeft) / float64(pieces)
	var outline [2 * (pieces + 3)]float64
	for i := range pieces + 1 {
		p := hillLeft + step*float64(i)
		outline[2*i], outline[2*i+1] = p, hillHeight(p)
	}
	surface := outline[:2*(pieces+1)]
	copy(outline[len(surface):], []float64{hillRight, -0.05, hillLeft, -0.05})
	dst.Polygon(envs.Trace, outline[:]...)
	dst.Polyline(envs.Wall, 0.015, surface...)
	dst.Rectangle(envs.Wall, hillLeft-0.04, -0.05, hillLeft, hillHeight(hillLeft)+0.12)
	y := hillHeight(goal)
	dst.Line(envs.Wall, 0.012, goal, y, goal, y+0.22)
	dst.Polygon(envs.Goal, goal, y+0.22, goal-0.13, y+0.175, goal, y+0.13)

	at := s.body()
	at.box(dst, envs.Agent, -0.085, 0.03, 0.085, 0.075)
	at.box(dst, envs.Agent, -0.045, 0.07, 0.04, 0.115)
	at.box(dst, envs.Object6, -0.03, 0.078, 0.027, 0.105)
	for _, along := range [2]float64{-0.05, 0.05} {
		x, y := at.point(along, 0.028)
		dst.Circle(envs.Wall, x, y, 0.028)
		dst.Circle(envs.Trace, x, y, 0.011)
	}
}

// push draws the force on the car, from −1 to 1.
func (s *hillState) push(dst *envs.Scene, force float64) {
	if math.Abs(force) < 0.01 {
		return
	}
	at := s.body()
	side := math.Copysign(1, force)
	x0, y0 := at.point(0.1*side, 0.055)
	x1, y1 := at.point(0.1*side+0.14*force, 0.055)
	dst.Arrow(envs.Object2, 0.015, x0, y0, x1, y1)
}

// carFrame is the place of a car: a point and the direction along which it stands.
type carFrame struct{ x, y, sin, cos float64 }

func (s *hillState) body() carFrame {
	sin, cos := math.Sincos(math.Atan(1.35 * math.Cos(3*s[0])))
	return carFrame{s[0], hillHeight(s[0]), sin, cos}
}

// point is so far along and so far above, or to the left.
func (c carFrame) point(along, up float64) (x, y float64) {
	return c.x + along*c.cos - up*c.sin, c.y + along*c.sin + up*c.cos
}

// box fills the box between two corners.
func (c carFrame) box(dst *envs.Scene, color envs.Role, a0, u0, a1, u1 float64) {
	x0, y0 := c.point(a0, u0)
	x1, y1 := c.point(a1, u0)
	x2, y2 := c.point(a1, u1)
	x3, y3 := c.point(a0, u1)
	dst.Polygon(color, x0, y0, x1, y1, x2, y2, x3, y3)
}

// Scene implements [envs.Renderer].
func (c *MountainCar) Scene(dst *envs.Scene) { c.state.scene(dst, carGoal) }

// ActionScene implements [envs.ActionRenderer]: the force of the engine.
func (c *MountainCar) ActionScene(dst *envs.Scene, a envs.Action) {
	c.state.push(dst, float64(a.Index()-carNone))
}

// StepTime implements [envs.Timed].
func (c *MountainCar) StepTime() float64 { return hillFrame }

// Scene implements [envs.Renderer].
func (c *MountainCarContinuous) Scene(dst *envs.Scene) { c.state.scene(dst, throttleGoal) }

// ActionScene implements [envs.ActionRenderer]: the force of the engine.
func (c *MountainCarContinuous) ActionScene(dst *envs.Scene, a envs.Action) {
	c.state.push(dst, min(max(a.Box[0], -throttleMaxForce), throttleMaxForce))
}

// StepTime implements [envs.Timed].
func (c *MountainCarContinuous) StepTime() float64 { return hillFrame }
