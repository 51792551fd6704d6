package control

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// hillHeight is the height of the valley at p, as the original draws it.
func hillHeight(p float64) float64 { return 0.45*math.Sin(3*p) + 0.55 }

// scene draws the valley, the flag and the car.
func (s *hillState) scene(dst *envs.Scene, goal float64) {
	dst.View = [4]float64{hillLeft, -0.1, hillRight, 1.3}
	const pieces = 60
	step := (hillRight - hillLeft) / float64(pieces)
	var outline [2 * (pieces + 3)]float64
	for i := range pieces + 1 {
		p := hillLeft + step*float64(i)
		outline[2*i], outline[2*i+1] = p, hillHeight(p)
	}
	surface := outline[:2*(pieces+1)]
	copy(outline[len(surface):], []float64{hillRight, -0.1, hillLeft, -0.1})
	dst.Polygon(envs.Trace, outline[:]...)
	dst.Polyline(envs.Wall, 0.015, surface...)
	y := hillHeight(goal)
	dst.Line(envs.Wall, 0.012, goal, y, goal, y+0.22)
	dst.Polygon(envs.Goal, goal, y+0.22, goal-0.1, y+0.18, goal, y+0.14)
	slope := math.Atan(1.35 * math.Cos(3*s[0]))
	sin, cos := math.Sincos(slope)
	x, y := s[0], hillHeight(s[0])
	at := func(along, up float64) (float64, float64) { return x + along*cos - up*sin, y + along*sin + up*cos }
	x0, y0 := at(-0.06, 0.06)
	x1, y1 := at(0.06, 0.06)
	dst.Capsule(envs.Agent, x0, y0, x1, y1, 0.03)
	for _, along := range [2]float64{-0.045, 0.045} {
		wx, wy := at(along, 0.025)
		dst.Circle(envs.Wall, wx, wy, 0.025)
	}
}

// Scene implements [envs.Renderer].
func (c *MountainCar) Scene(dst *envs.Scene) { c.state.scene(dst, 0.5) }

// Scene implements [envs.Renderer].
func (c *MountainCarContinuous) Scene(dst *envs.Scene) { c.state.scene(dst, 0.45) }
