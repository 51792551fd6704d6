package curling

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// View implements [behaviour.Viewer]: links grey, the ball white.
func (e *Curling) View(n int, dst []float32) {
	clear(dst)
	s := &e.state
	p := behaviour.Picture{N: n, Width: table, Pixels: dst}
	a := place(s.Angles)
	p.Box(0.5, a.links[0].centre.X, a.links[0].centre.Y, halfWide, halfLong, s.Angles[0])
	p.Box(0.5, a.links[1].centre.X, a.links[1].centre.Y, halfWide, halfLong, s.Angles[0]+s.Angles[1])
	p.Disc(1, s.Ball.X+half, s.Ball.Y+half, radius)
}

// Place implements [behaviour.Placer].
func (e *Curling) Place(d []float64) (x, y float64) { return d[0] + half, d[1] + half }

// StaticScene implements [envs.StaticRenderer].
func (e *Curling) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-0.05, -0.25, table + 0.05, table + 0.05}
	dst.Frame(envs.Wall, 2*wall, 0, 0, table, table)
	for _, d := range areas {
		dst.Ring(envs.Goal, 0.03, d.X+half, d.Y+half, d.Radius)
	}
}

// Scene implements [envs.Renderer].
func (e *Curling) Scene(dst *envs.Scene) {
	dst.View = [4]float64{-0.05, -0.25, table + 0.05, table + 0.05}
	s := &e.state
	arm := place(s.Angles)
	for i := range arm.links {
		l := &arm.links[i]
		a, b := halfWide*l.cos, halfWide*l.sin
		c, d := -halfLong*l.sin, halfLong*l.cos
		x, y := l.centre.X, l.centre.Y
		dst.Polygon(envs.Object1+envs.Role(i), x-a-c, y-b-d, x+a-c, y+b-d, x+a+c, y+b+d, x-a+c, y-b+d)
	}
	dst.Circle(envs.Wall, base.X, base.Y, 0.04)
	dst.Circle(envs.Wall, arm.elbow.X, arm.elbow.Y, 0.03)
	x, y := s.Ball.X+half, s.Ball.Y+half
	dst.Circle(envs.Agent, x, y, radius)
	if speed := math.Hypot(s.Velocity.X, s.Velocity.Y); speed > 0.05 {
		dst.Arrow(envs.Ink, 0.02, x, y, x+0.3*s.Velocity.X, y+0.3*s.Velocity.Y)
	}
}

// StepTime implements [envs.Timed].
func (e *Curling) StepTime() float64 { return dt }
