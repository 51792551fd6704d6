package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// Rule draws a straight line across the whole plot at one value of x (Upright) or y, for instance
// a limit or a change of phase. It does not widen the range of the axes.
type Rule struct {
	At      float64
	Upright bool
	draw.LineStyle
}

var _ plot.Plotter = Rule{}

// Plot draws the line if its value is on the axis.
func (r Rule) Plot(c draw.Canvas, p *plot.Plot) {
	if !finite(r.At) {
		return
	}
	trX, trY := p.Transforms(&c)
	if r.Upright {
		if x := trX(r.At); c.ContainsX(x) {
			c.StrokeLine2(r.LineStyle, x, c.Min.Y, x, c.Max.Y)
		}
		return
	}
	if y := trY(r.At); c.ContainsY(y) {
		c.StrokeLine2(r.LineStyle, c.Min.X, y, c.Max.X, y)
	}
}
