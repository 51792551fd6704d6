package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// front3d draws fronts of three objectives: the three projections and an orthographic view, coloured by
// the third objective; the marker tells the label.
func front3d(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m != 3 {
		return nil, notApplicable("front3d", "it draws 3 objectives and %s has %d", g.Name, m)
	}
	found, err := findFronts("front3d", g, style)
	if err != nil {
		return nil, err
	}
	fig := &Fig{data: found.data}
	axes := g.objectives()
	exact := make([]axis, 3)
	copy(exact, axes)
	found.spans(exact, 0)
	found.spans(axes, 0.06)
	third := exact[2].span
	tint := func(p point) look {
		t := 0.5
		if third.hi > third.lo {
			t = (p.value[2] - third.lo) / (third.hi - third.lo)
		}
		return look{color: sequential(t), size: 1}
	}
	project := func(i, j int) *panel {
		p := &panel{x: axes[i], y: axes[j]}
		flat := func(q point) plotter.XY { return plotter.XY{X: q.value[i], Y: q.value[j]} }
		p.plotters = found.tinted(flat, tint)
		return p
	}
	view := &orthographic{axes: exact}
	x, y := view.spans()
	solid := &panel{open: true, x: axis{span: x}, y: axis{span: y}}
	solid.plotters = append([]plot.Plotter{view}, found.tinted(view.project, tint)...)
	panels := []*panel{project(0, 1), project(2, 1), project(0, 2), solid}
	a := axis{name: axes[2].name, unit: axes[2].unit, span: third}
	factor := a.scale().factor
	leg := legend{{name: fmt.Sprintf("%s from %s to %s", a.text(), Number(third.lo/factor, 3), Number(third.hi/factor, 3)), ramp: true}}
	if len(found.known) > 0 {
		leg = append(leg, entry{name: found.knownName, glyph: knownDot.glyph(markerRadius(0))})
	}
	if len(found.clouds) > 1 || len(found.known) > 0 {
		for _, c := range found.clouds {
			l := look{color: darkGrey, marker: c.look.marker, size: c.look.size}
			leg = append(leg, entry{name: c.name, glyph: l.glyph(markerRadius(0))})
		}
	}
	fig.Width = style.width(Column)
	layout := grid{width: fig.Width, gap: 6, legend: leg, dataHeight: fig.Width/2 - 36}
	if fig.Width > 130*vg.Millimeter {
		layout.dataHeight = 0.3 * fig.Width
	}
	layout.panels = [][]*panel{panels[:2], panels[2:]}
	fig.Height, fig.paint = layout.build()
	fig.Caption = fmt.Sprintf("Fronts found%s Three projections and an orthographic view; colour is %s, light is best. %s", found.said, axes[2].name, g.setting())
	return fig, nil
}

// tinted are the plotters of known and found points, each found point of its own colour.
func (f *fronts) tinted(flat func(point) plotter.XY, tint func(point) look) []plot.Plotter {
	var known plotter.XYs
	for _, p := range f.known {
		known = append(known, flat(p))
	}
	plotters := []plot.Plotter{dots{known, knownDot.color, markerRadius(len(known)), knownDot.marker.Shape}}
	for _, c := range f.clouds {
		for _, p := range c.points {
			l := tint(p)
			l.marker, l.size = c.look.marker, c.look.size
			if l.marker.Hollow || l.marker.Shape == Plus || l.marker.Shape == Cross {
				l.size = 1.2
			}
			plotters = append(plotters, &plotter.Scatter{XYs: plotter.XYs{flat(p)}, GlyphStyle: l.glyph(markerRadius(len(c.points)))})
		}
	}
	return plotters
}

// orthographic looks at a cube of three objectives from a corner at which the best of all lies nearest.
type orthographic struct{ axes []axis }

// The directions of view.
const (
	azimuth   = 0.70 // radians from the first axis
	elevation = 0.50 // radians above the floor
)

// flat projects a place of the unit cube.
func (o *orthographic) flat(u [3]float64) plotter.XY {
	sa, ca := math.Sincos(azimuth)
	se, ce := math.Sincos(elevation)
	return plotter.XY{X: -sa*u[0] + ca*u[1], Y: -ca*se*u[0] - sa*se*u[1] + ce*u[2]}
}

func (o *orthographic) project(p point) plotter.XY {
	var u [3]float64
	for i, a := range o.axes {
		u[i] = 0.5
		if a.span.hi > a.span.lo {
			u[i] = (p.value[i] - a.span.lo) / (a.span.hi - a.span.lo)
		}
	}
	return o.flat(u)
}

// spans holds the cube and room for the names of its axes.
func (o *orthographic) spans() (x, y span) {
	x, y = emptySpan(), emptySpan()
	for i := range 8 {
		q := o.flat([3]float64{float64(i & 1), float64(i >> 1 & 1), float64(i >> 2)})
		x.add(q.X)
		y.add(q.Y)
	}
	x, y = x.padded(0.14), y.padded(0.04)
	y.lo -= 0.3
	return x, y
}

var _ plot.Plotter = &orthographic{}

// Plot draws the three faces behind the points and names the axes.
func (o *orthographic) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	at := func(u ...float64) vg.Point {
		q := o.flat([3]float64{u[0], u[1], u[2]})
		return vg.Point{X: trX(q.X), Y: trY(q.Y)}
	}
	thin := draw.LineStyle{Color: lightGrey, Width: thinLine}
	for _, face := range [][][]float64{
		{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}, {{0, 0, 0}, {1, 0, 0}, {1, 0, 1}, {0, 0, 1}}, {{0, 0, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1}},
	} {
		var path []vg.Point
		for _, u := range face {
			path = append(path, at(u...))
		}
		c.StrokeLines(thin, append(path, path[0]))
	}
	black1 := draw.LineStyle{Color: black, Width: thinLine}
	corner := at(1, 1, 0)
	ends := [2]vg.Point{at(1, 0, 0), at(0, 1, 0)}
	for _, end := range ends {
		c.StrokeLines(black1, []vg.Point{end, corner})
	}
	// Better is towards the nearest corner; names stand below the edges, each in its half.
	half := (c.Max.X-c.Min.X)/2 - 2
	below := corner.Y - 3
	second := ellipsis(o.axes[1].name, textSize, half)
	write(c, second, textSize, black, vg.Point{X: max(c.Min.X, (ends[0].X+corner.X)/2-textWidth(second, textSize)), Y: below}, left, top, 0)
	first := ellipsis(o.axes[0].name, textSize, half)
	write(c, first, textSize, black, vg.Point{X: min(c.Max.X-textWidth(first, textSize), (ends[1].X+corner.X)/2), Y: below}, left, top, 0)
	up := at(1, 0, 1)
	c.StrokeLines(black1, []vg.Point{ends[0], up})
	write(c, ellipsis(o.axes[2].name, textSize, up.Y-ends[0].Y), textSize, black, vg.Point{X: ends[0].X - 3, Y: (up.Y + ends[0].Y) / 2}, centre, bottom, 1)
}
