package lander

import (
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/lander/internal/box2d"
)

// Scene implements [envs.Renderer]: the ground, the pad with its flags, and the lander.
func (l *Lander) Scene(dst *envs.Scene) {
	dst.View = [4]float64{0, 0, width, height}
	w := &l.state.World
	var ground [2 * (box2d.Edges + 3)]float64
	for i, edge := range w.Ground {
		ground[2*i], ground[2*i+1] = float64(edge[0].X), float64(edge[0].Y)
	}
	end := w.Ground[box2d.Edges-1][1]
	copy(ground[2*box2d.Edges:], []float64{float64(end.X), float64(end.Y), float64(end.X), 0, float64(w.Ground[0][0].X), 0})
	dst.Polygon(envs.Wall, ground[:]...)
	for _, x := range [2]float64{8, 12} {
		dst.Line(envs.Wall, 0.06, x, helipad, x, helipad+1.6)
		dst.Polygon(envs.Goal, x, helipad+1.6, x+0.8, helipad+1.3, x, helipad+1)
	}
	for body := len(w.Bodies) - 1; body >= 0; body-- {
		role := envs.Object1
		if body == hull {
			role = envs.Agent
		}
		shape := l.engine.Shape(body)
		var corners [2 * 8]float64
		n := shape.Corners()
		for i := range n {
			p := shape.Corner(i, &w.Bodies[body].Pose)
			corners[2*i], corners[2*i+1] = float64(p.X), float64(p.Y)
		}
		dst.Polygon(role, corners[:2*n]...)
	}
}
