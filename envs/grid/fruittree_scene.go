package grid

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// place is where node (level, index) is drawn; the tree is 16 wide and grows downwards.
func (f *FruitTree) place(level, index int32) (x, y float64) {
	return 16 * (float64(index) + 0.5) / math.Ldexp(1, int(level)), 1.4 * float64(f.depth-level)
}

// StaticScene implements [envs.StaticRenderer]: the tree.
func (f *FruitTree) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{0, -0.6, 16, 1.4*float64(f.depth) + 0.6}
	for level := int32(1); level <= f.depth; level++ {
		for i := range int32(1) << level {
			x, y := f.place(level, i)
			px, py := f.place(level-1, i/2)
			dst.Line(envs.Wall, 0.03, px, py, x, y)
			if level == f.depth {
				dst.Circle(envs.Object4, x, y, 5/math.Ldexp(1, int(level)))
			}
		}
	}
}

// Scene implements [envs.Renderer]: the way down, and where it has led.
func (f *FruitTree) Scene(dst *envs.Scene) {
	p := f.state.Pos
	for level := int32(1); level <= p[0]; level++ {
		x0, y0 := f.place(level-1, p[1]>>(p[0]-level+1))
		x1, y1 := f.place(level, p[1]>>(p[0]-level))
		dst.Line(envs.Agent, 0.1, x0, y0, x1, y1)
	}
	x, y := f.place(p[0], p[1])
	dst.Circle(envs.Agent, x, y, 0.22)
}
