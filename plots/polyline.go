package plots

import (
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// polyline joins points and leaves out those that make no visible difference, so that a curve of
// ten thousand evaluations stays a small file. Markers sit at even distances along the x axis.
type polyline struct {
	points  plotter.XYs
	line    draw.LineStyle
	glyph   draw.GlyphStyle // nil shape: none
	markers int             // how many
	shift   float64         // of the markers along the line, in shares of their distance
}

var _ plot.Plotter = polyline{}

// tolerance is the distance that no eye sees in print.
const tolerance = 0.06 // points

func (l polyline) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	var path []vg.Point
	for _, q := range l.points {
		if finite(q.X) && finite(q.Y) {
			path = append(path, vg.Point{X: trX(q.X), Y: trY(q.Y)})
		}
	}
	if len(path) == 0 {
		return
	}
	c.StrokeLines(l.line, c.ClipLinesXY(simplify(path))...)
	if l.glyph.Shape == nil {
		return
	}
	if len(path) == 1 {
		c.DrawGlyph(l.glyph, path[0])
		return
	}
	first, last := path[0].X, path[len(path)-1].X
	for i := range l.markers {
		c.DrawGlyph(l.glyph, pointAt(path, first+(last-first)*vg.Length((float64(i)+l.shift)/float64(l.markers))))
	}
}

// pointAt is the point of a path, ascending in x, at the given x.
func pointAt(path []vg.Point, x vg.Length) vg.Point {
	k := sort.Search(len(path)-1, func(i int) bool { return path[i+1].X >= x })
	k = min(k, len(path)-2)
	a, b := path[k], path[k+1]
	if a.X == b.X {
		return b
	}
	return vg.Point{X: x, Y: a.Y + (b.Y-a.Y)*(x-a.X)/(b.X-a.X)}
}

// simplify is the method of Ramer, Douglas and Peucker: it keeps the points that lie further than
// the tolerance from the line through those that stay.
func simplify(path []vg.Point) []vg.Point {
	if len(path) < 3 {
		return path
	}
	keep := make([]bool, len(path))
	keep[0], keep[len(path)-1] = true, true
	stack := [][2]int{{0, len(path) - 1}}
	for len(stack) > 0 {
		a, b := stack[len(stack)-1][0], stack[len(stack)-1][1]
		stack = stack[:len(stack)-1]
		far, worst := -1, tolerance
		for i := a + 1; i < b; i++ {
			if d := distance(path[i], path[a], path[b]); d > worst {
				far, worst = i, d
			}
		}
		if far >= 0 {
			keep[far] = true
			stack = append(stack, [2]int{a, far}, [2]int{far, b})
		}
	}
	var out []vg.Point
	for i, p := range path {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// distance of p from the segment between a and b.
func distance(p, a, b vg.Point) float64 {
	d, q := b.Sub(a), p.Sub(a)
	t := 0.0
	if l := float64(d.Dot(d)); l > 0 {
		t = min(max(float64(q.Dot(d))/l, 0), 1)
	}
	q = q.Sub(d.Scale(vg.Length(t)))
	return math.Hypot(float64(q.X), float64(q.Y))
}
