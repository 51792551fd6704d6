package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Shape is the outline of a marker.
type Shape int

// Shapes of markers, told apart without colour at 8 pt.
const (
	Circle Shape = iota
	TriangleUp
	Square
	Diamond
	TriangleDown
	Plus
	Star
	Cross
)

// markerOrder goes with the colours.
var markerOrder = []Shape{Circle, TriangleUp, Square, Diamond, TriangleDown, Plus, Star, Cross}

// Marker is a glyph of gonum/plot: a filled shape with a thin darker edge, or a hollow one.
type Marker struct {
	Shape  Shape
	Hollow bool // white inside, the colour as edge
}

var _ draw.GlyphDrawer = Marker{}

// DrawGlyph draws the marker centred at pt. Shapes are scaled to look equally large.
func (m Marker) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	switch m.Shape {
	case Plus, Cross:
		m.strokes(c, sty, pt)
		return
	}
	path := m.outline(sty.Radius, pt)
	edge := draw.LineStyle{Color: sty.Color, Width: 0.7}
	if m.Hollow {
		c.SetColor(white)
	} else {
		fill := color.NRGBAModel.Convert(sty.Color).(color.NRGBA)
		edge = draw.LineStyle{Color: mix(fill, black, 0.35), Width: 0.25}
		c.SetColor(fill)
	}
	c.Fill(path)
	c.SetLineStyle(edge)
	c.Stroke(path)
}

// strokes draws the shapes that are lines.
func (m Marker) strokes(c *draw.Canvas, sty draw.GlyphStyle, pt vg.Point) {
	c.SetLineStyle(draw.LineStyle{Color: sty.Color, Width: 1})
	a := sty.Radius * 1.1
	d := []vg.Point{{X: a}, {Y: a}}
	if m.Shape == Cross {
		a *= math.Sqrt2 / 2
		d = []vg.Point{{X: a, Y: a}, {X: a, Y: -a}}
	}
	for _, v := range d {
		var p vg.Path
		p.Move(pt.Sub(v))
		p.Line(pt.Add(v))
		c.Stroke(p)
	}
}

// outline is the closed path of a filled shape.
func (m Marker) outline(r vg.Length, at vg.Point) vg.Path {
	switch m.Shape {
	case TriangleUp:
		return polygon(at, r*1.2, 3, math.Pi/2)
	case TriangleDown:
		return polygon(at, r*1.2, 3, -math.Pi/2)
	case Square:
		return polygon(at, r*1.25, 4, math.Pi/4)
	case Diamond:
		return polygon(at, r*1.25, 4, 0)
	case Star:
		return star(at, r*1.35)
	}
	return circle(at, r)
}

// circle is drawn with four cubic curves, which every format draws alike.
func circle(at vg.Point, r vg.Length) vg.Path {
	const k = 0.5522847498 // control distance of a quarter circle of radius 1
	pt := func(x, y vg.Length) vg.Point { return vg.Point{X: at.X + x*r, Y: at.Y + y*r} }
	var p vg.Path
	p.Move(pt(1, 0))
	p.CubeTo(pt(1, k), pt(k, 1), pt(0, 1))
	p.CubeTo(pt(-k, 1), pt(-1, k), pt(-1, 0))
	p.CubeTo(pt(-1, -k), pt(-k, -1), pt(0, -1))
	p.CubeTo(pt(k, -1), pt(1, -k), pt(1, 0))
	p.Close()
	return p
}

// polygon is regular with n corners, the first at angle start.
func polygon(at vg.Point, r vg.Length, n int, start float64) vg.Path {
	var p vg.Path
	for i := range n {
		corner(&p, at, r, start+2*math.Pi*float64(i)/float64(n))
	}
	p.Close()
	return p
}

// star has five points.
func star(at vg.Point, r vg.Length) vg.Path {
	var p vg.Path
	for i := range 10 {
		ri := r
		if i%2 == 1 {
			ri = r * 0.5
		}
		corner(&p, at, ri, math.Pi/2+math.Pi*float64(i)/5)
	}
	p.Close()
	return p
}

// corner appends the point at the given polar coordinates around at.
func corner(p *vg.Path, at vg.Point, r vg.Length, angle float64) {
	sin, cos := math.Sincos(angle)
	pt := vg.Point{X: at.X + r*vg.Length(cos), Y: at.Y + r*vg.Length(sin)}
	if len(*p) == 0 {
		p.Move(pt)
	} else {
		p.Line(pt)
	}
}
