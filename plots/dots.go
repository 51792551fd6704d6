package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dots draws many points as one path of small squares or triangles, without edges: a matrix of nine
// objectives holds ten thousand of them, and as single markers they would make a file of megabytes.
type dots struct {
	points   plotter.XYs
	color    color.Color
	radius   vg.Length
	triangle bool
}

var _ plot.Plotter = dots{}

func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	shape := Marker{Shape: Square}
	if d.triangle {
		shape.Shape = TriangleUp
	}
	var path vg.Path
	for _, q := range d.points {
		at := vg.Point{X: trX(q.X), Y: trY(q.Y)}
		if c.Contains(at) {
			path = append(path, shape.outline(d.radius, at)...)
		}
	}
	if len(path) == 0 {
		return
	}
	c.SetColor(d.color)
	c.Fill(path)
}
