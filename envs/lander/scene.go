package lander

import (
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/lander/internal/box2d"
)

// Scene implements [envs.Renderer]: the ground, the pad with its flags, and the lander; of one above
// the top of the world an arrow and how much higher it is.
func (l *Lander) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, 0, width, height + 1}
	w := &l.state.World
	var ground [2 * (box2d.Edges + 3)]float64
	for i, edge := range w.Ground {
		ground[2*i], ground[2*i+1] = float64(edge[0].X), float64(edge[0].Y)
	}
	end := w.Ground[box2d.Edges-1][1]
	copy(ground[2*box2d.Edges:], []float64{float64(end.X), float64(end.Y), float64(end.X), 0, float64(w.Ground[0][0].X), 0})
	dst.Polygon(envs.Wall, ground[:]...)
	const padLeft, padRight = width/2 - 2, width/2 + 2
	dst.Line(envs.Goal, 0.12, padLeft, helipad, padRight, helipad)
	for _, x := range [2]float64{padLeft, padRight} {
		dst.Line(envs.Wall, 0.07, x, helipad, x, helipad+1.7)
		dst.Polygon(envs.Goal, x, helipad+1.7, x+0.9, helipad+1.4, x, helipad+1.1)
	}
	body := l.body()
	if body.gone() {
		x := min(max(body.x, 0.6), width-0.6)
		dst.Polygon(envs.Agent, x-0.3, height+0.4, x+0.3, height+0.4, x, height+0.8)
		dst.Number(envs.Ink, x, height+0.05, 0.5, body.y-height, 1)
		return
	}
	for leg := 1; leg < len(w.Bodies); leg++ {
		foot := w.Bodies[leg].Pose.P
		side := 1.0
		if leg == 1 {
			side = -1
		}
		x, y := body.point(side*10/scale, -8/scale)
		dst.Line(envs.Wall, 0.09, x, y, float64(foot.X), float64(foot.Y))
		role := envs.Object1
		if l.state.Legs[leg-1] {
			role = envs.Object4
		}
		l.shape(dst, role, leg)
	}
	l.shape(dst, envs.Agent, hull)
	x, y := body.point(0, 6/scale)
	dst.Circle(envs.Object6, x, y, 4.5/scale)
}

// shape fills a body.
func (l *Lander) shape(dst *envs.Scene, role envs.Role, body int) {
	shape := l.engine.Shape(body)
	var corners [2 * 8]float64
	n := shape.Corners()
	for i := range n {
		p := shape.Corner(i, &l.state.World.Bodies[body].Pose)
		corners[2*i], corners[2*i+1] = float64(p.X), float64(p.Y)
	}
	dst.Polygon(role, corners[:2*n]...)
}

// frame is the place of the hull: its origin and its direction.
type frame struct{ x, y, sin, cos float64 }

func (l *Lander) body() frame {
	b := &l.state.World.Bodies[hull]
	sin, cos := math.Sincos(float64(b.A))
	return frame{float64(b.Pose.P.X), float64(b.Pose.P.Y), sin, cos}
}

// gone reports whether nothing of the lander can be seen below the top of the world.
func (f frame) gone() bool { return f.y > height+2 }

// point is so far to the right of the origin and so far above it, as the hull stands.
func (f frame) point(right, up float64) (x, y float64) {
	return f.x + right*f.cos - up*f.sin, f.y + right*f.sin + up*f.cos
}

// flame draws a flame from one point of the hull to another.
func (f frame) flame(dst *envs.Scene, c envs.Role, half, right0, up0, right1, up1 float64) {
	dr, du := right1-right0, up1-up0
	n := math.Hypot(dr, du)
	x0, y0 := f.point(right0-half*du/n, up0+half*dr/n)
	x1, y1 := f.point(right1, up1)
	x2, y2 := f.point(right0+half*du/n, up0-half*dr/n)
	dst.Polygon(c, x0, y0, x1, y1, x2, y2)
}

// ActionScene implements [envs.ActionRenderer]: the flames of the engines, as long as they are strong. A
// side engine burns on the side that it pushes away from.
func (l *Lander) ActionScene(dst *envs.Scene, a envs.Action) {
	throttle, lateral := l.powers(a)
	f := l.body()
	if f.gone() {
		return
	}
	const bottom, out, up = -10 / scale, 17 / scale, 6 / scale
	if throttle > 0 {
		f.flame(dst, envs.Hazard, 6/scale, 0, bottom, 0, bottom-34*throttle/scale)
		f.flame(dst, envs.Object2, 3.5/scale, 0, bottom, 0, bottom-20*throttle/scale)
	}
	if lateral != 0 {
		side := -math.Copysign(1, lateral)
		length := 22 * math.Abs(lateral) / scale
		f.flame(dst, envs.Hazard, 3.5/scale, side*out, up, side*(out+length), up)
		f.flame(dst, envs.Object2, 2/scale, side*out, up, side*(out+0.6*length), up)
	}
}

// StepTime implements [envs.Timed].
func (l *Lander) StepTime() float64 { return 1.0 / fps }
