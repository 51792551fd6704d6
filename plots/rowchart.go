package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// rowChart is a list of estimates with their intervals, one in a row, under headings.
type rowChart struct {
	rows []chartRow
	x    axis
	rule float64 // an upright line
}

// chartRow is an estimate, or a heading over those that follow.
type chartRow struct {
	name    string
	look    look
	est     *experiments.Estimate // nil: a heading, or a row of single values
	values  []float64             // single runs
	heading bool
}

// rowHeight is the distance between two rows.
const rowHeight = 1.35 * textSize

// layOutRows makes a chart all of the figure.
func (f *Fig) layOutRows(d *rowChart) {
	n := float64(len(d.rows))
	p := &panel{x: d.x, y: axis{span: span{0, n}, names: []tick{}}}
	most := 0.34 * f.Width
	dotted := draw.LineStyle{Color: grey, Width: thinLine, Dashes: []vg.Length{1, 1}}
	p.plotters = append(p.plotters, Rule{At: d.rule, Upright: true, LineStyle: dotted})
	for i, r := range d.rows {
		y := n - float64(i) - 0.5
		if r.heading {
			p.plotters = append(p.plotters, heading{r.name, y, i > 0})
			continue
		}
		p.y.names = append(p.y.names, tick{y, ellipsis(r.name, textSize, most)})
		thin := draw.GlyphStyle{Color: mix(r.look.color, white, 0.45), Radius: 1, Shape: Marker{Shape: Circle}}
		var singles plotter.XYs
		for _, v := range r.values {
			singles = append(singles, plotter.XY{X: v, Y: y})
		}
		p.plotters = append(p.plotters, &plotter.Scatter{XYs: singles, GlyphStyle: thin})
		if r.est == nil {
			continue
		}
		bar := draw.LineStyle{Color: r.look.color, Width: 2 * lineWidth}
		p.plotters = append(p.plotters, polyline{points: plotter.XYs{{X: r.est.Low, Y: y}, {X: r.est.High, Y: y}}, line: bar},
			&plotter.Scatter{XYs: plotter.XYs{{X: r.est.Value, Y: y}}, GlyphStyle: r.look.glyph(2.4)})
	}
	g := grid{width: f.Width, dataHeight: vg.Length(n) * rowHeight, panels: [][]*panel{{p}}}
	f.Height, f.paint = g.build()
}

// heading is a text in a row of its own, under a thin line.
type heading struct {
	text string
	y    float64
	rule bool
}

var _ plot.Plotter = heading{}

func (h heading) Plot(c draw.Canvas, p *plot.Plot) {
	_, trY := p.Transforms(&c)
	y := trY(h.y)
	if h.rule {
		line := draw.LineStyle{Color: lightGrey, Width: thinLine}
		c.StrokeLine2(line, c.Min.X, y+rowHeight/2, c.Max.X, y+rowHeight/2)
	}
	write(c, ellipsis(h.text, textSize, c.Max.X-c.Min.X-4), textSize, darkGrey, vg.Point{X: c.Min.X + 3, Y: y}, left, centre, 0)
}
