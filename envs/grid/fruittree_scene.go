package grid

import (
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Places in the picture of a tree: it is 16 wide, and below it is a row of bars for each nutrient.
const (
	treeWidth  = 16.0
	treeLevel  = 1.35 // height of a level
	fruitRow   = 1.15
	fruitBar   = 1.0 // height of a bar of 10, the norm of every fruit
	fruitFirst = -0.5
)

var (
	fruitNames  = [nutrients]string{"protein", "carbs", "fats", "vitamins", "minerals", "water"}
	fruitColors = [nutrients]envs.Role{envs.Object1, envs.Object2, envs.Object3, envs.Object4, envs.Object7, envs.Object8}
)

// place is where node (level, index) is drawn.
func (f *FruitTree) place(level, index int32) (x, y float64) {
	return treeWidth * (float64(index) + 0.5) / math.Ldexp(1, int(level)), treeLevel * float64(f.depth-level)
}

// StaticScene implements [envs.StaticRenderer]: the tree, and the names of the nutrients.
func (f *FruitTree) StaticScene(dst *envs.Scene) {
	dst.View = [4]float64{-3, fruitFirst - nutrients*fruitRow - 0.1, treeWidth + 2.1, treeLevel*float64(f.depth) + 0.3}
	for level := int32(1); level <= f.depth; level++ {
		for i := range int32(1) << level {
			x, y := f.place(level, i)
			px, py := f.place(level-1, i/2)
			dst.Line(envs.Wall, 0.03, px, py, x, y)
		}
	}
	for n, name := range fruitNames {
		y := fruitBase(n)
		dst.Label(envs.Ink, -0.3, y+0.35, 0.62, name)
		dst.Anchor(envs.End)
		dst.Line(envs.Trace, 0.03, 0, y, treeWidth, y)
	}
}

// fruitBase is the lower end of the bars of a nutrient.
func fruitBase(nutrient int) float64 { return fruitFirst - fruitRow*float64(nutrient+1) }

// Scene implements [envs.Renderer]: the way down, and the fruits, those out of reach in grey; of one
// that is reached also the numbers.
func (f *FruitTree) Scene(dst *envs.Scene) {
	p := f.state.Pos
	width := treeWidth / math.Ldexp(1, int(f.depth))
	for leaf, values := range f.leaves {
		reachable := int32(leaf)>>(f.depth-p[0]) == p[1]
		x, y := f.place(f.depth, int32(leaf))
		color := envs.Trace
		if reachable {
			color = envs.Object4
		}
		dst.Circle(color, x, y, 0.3*width)
		for n, v := range values {
			if reachable {
				color = fruitColors[n]
			}
			base := fruitBase(n)
			dst.Rectangle(color, x-0.4*width, base, x+0.4*width, base+fruitBar*min(max(v, 0), 10)/10)
			if reachable && p[0] == f.depth {
				dst.Number(envs.Ink, treeWidth+0.3, base+0.35, 0.62, v, 2)
				dst.Anchor(envs.Start)
			}
		}
	}
	for level := int32(1); level <= p[0]; level++ {
		x0, y0 := f.place(level-1, p[1]>>(p[0]-level+1))
		x1, y1 := f.place(level, p[1]>>(p[0]-level))
		dst.Line(envs.Agent, 0.1, x0, y0, x1, y1)
	}
	x, y := f.place(p[0], p[1])
	dst.Circle(envs.Background, x, y, 0.26)
	dst.Circle(envs.Agent, x, y, 0.2)
}
