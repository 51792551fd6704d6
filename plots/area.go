package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// area fills polygons, clipped to the plot, without an edge.
type area struct {
	rings []plotter.XYs
	color color.Color
}

var _ plot.Plotter = area{}

func (a area) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for _, ring := range a.rings {
		var path []vg.Point
		for _, q := range ring {
			path = append(path, vg.Point{X: trX(q.X), Y: trY(q.Y)})
		}
		if clipped := c.ClipPolygonXY(path); len(clipped) > 2 {
			c.FillPolygon(a.color, clipped)
		}
	}
}

// band is the polygon between two curves on the same x.
func band(x, low, high []float64) plotter.XYs {
	var ring plotter.XYs
	for i := range x {
		ring = append(ring, plotter.XY{X: x[i], Y: high[i]})
	}
	for i := range x {
		k := len(x) - 1 - i
		ring = append(ring, plotter.XY{X: x[k], Y: low[k]})
	}
	return ring
}
