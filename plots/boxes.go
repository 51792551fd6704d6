package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// boxes fills rectangles, which may reach to infinity.
type boxes struct {
	rects []box
}

// box is a filled rectangle from (x0, y0) to (x1, y1).
type box struct {
	x0, y0, x1, y1 float64
	color          color.Color
}

var _ plot.Plotter = boxes{}

func (b boxes) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	place := func(v float64, tr func(float64) vg.Length, lo, hi vg.Length) vg.Length {
		switch {
		case math.IsInf(v, -1):
			return lo
		case math.IsInf(v, 1):
			return hi
		}
		return min(max(tr(v), lo), hi)
	}
	for _, r := range b.rects {
		area := vg.Rectangle{
			Min: vg.Point{X: place(r.x0, trX, c.Min.X, c.Max.X), Y: place(r.y0, trY, c.Min.Y, c.Max.Y)},
			Max: vg.Point{X: place(r.x1, trX, c.Min.X, c.Max.X), Y: place(r.y1, trY, c.Min.Y, c.Max.Y)},
		}
		if area.Max.X > area.Min.X && area.Max.Y > area.Min.Y {
			c.SetColor(r.color)
			c.Fill(area.Path())
		}
	}
}
