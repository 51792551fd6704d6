package plots

import (
	"image/color"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// tiles fills many rectangles by a quantity from 0 to 1, in few steps of colour: all of one step are one
// path, so that the thousands of cells of an archive or pixels of a picture make a small file.
type tiles struct {
	steps int
	tint  func(t float64) color.NRGBA
	tiles []tile
}

// tile is a rectangle from (x0, y0) to (x1, y1) with its quantity.
type tile struct{ x0, y0, x1, y1, value float64 }

var _ plot.Plotter = tiles{}

func (m tiles) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	paths := map[int]vg.Path{}
	for _, q := range m.tiles {
		step := min(int(min(max(q.value, 0), 1)*float64(m.steps)), m.steps-1)
		path := paths[step]
		path.Move(vg.Point{X: trX(q.x0), Y: trY(q.y0)})
		path.Line(vg.Point{X: trX(q.x1), Y: trY(q.y0)})
		path.Line(vg.Point{X: trX(q.x1), Y: trY(q.y1)})
		path.Line(vg.Point{X: trX(q.x0), Y: trY(q.y1)})
		path.Close()
		paths[step] = path
	}
	for _, step := range slices.Sorted(maps.Keys(paths)) {
		c.SetColor(m.tint((float64(step) + 0.5) / float64(m.steps)))
		c.Fill(paths[step])
	}
}

// logShare places n in 1 to most on a logarithmic scale from 0 to 1.
func logShare(n, most float64) float64 {
	if most <= 1 {
		return 1
	}
	return math.Log(max(n, 1)) / math.Log(most)
}
