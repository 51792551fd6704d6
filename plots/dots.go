package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// dots draws many points as one path of small shapes without edges: a matrix of nine objectives
// holds ten thousand of them, and as single markers they would make a file of megabytes.
type dots struct {
	points plotter.XYs
	color  color.Color
	radius vg.Length
	shape  Shape
}

var _ plot.Plotter = dots{}

func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	var path vg.Path
	for _, q := range d.points {
		if at := (vg.Point{X: trX(q.X), Y: trY(q.Y)}); c.Contains(at) {
			path = append(path, d.outline(at)...)
		}
	}
	if len(path) == 0 {
		return
	}
	c.SetColor(d.color)
	c.Fill(path)
}

// outline is that of the marker, as short as it can be: eight corners are round at this size, and
// shapes without an area become squares.
func (d dots) outline(at vg.Point) vg.Path {
	switch d.shape {
	case Circle:
		return polygon(at, d.radius, 8, math.Pi/8)
	case Plus, Cross:
		return Marker{Shape: Square}.outline(d.radius, at)
	}
	return Marker{Shape: d.shape}.outline(d.radius, at)
}
