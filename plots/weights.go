package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// weightSteps is the number of weights at which utilities of two objectives are drawn.
const weightSteps = 200

// weightCurves draws the utility that the front of every label offers to each linear preference over two
// objectives, against that of the known front: single runs thin, their median thick.
func weightCurves(g *Group, style Style) (*Fig, error) {
	known, knownName := knownFront(g.Runs, 2)
	o := g.objectives()
	p := &panel{x: axis{name: "weight of " + o[0].name, span: span{0, 1}}, y: axis{name: "utility"}}
	p.y.span = emptySpan()
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "weight", "utility", "policy"}}}
	var leg legend
	if len(known) > 0 {
		var pts []point
		for _, v := range known {
			pts = append(pts, point{value: v})
		}
		line := draw.LineStyle{Color: lightGrey, Width: knownWidth}
		u, _ := utilities(pts)
		p.y.span.add(ys(u)...)
		p.plotters = append(p.plotters, polyline{points: u, line: line})
		leg = append(leg, entry{name: knownName, line: line})
	}
	var notes notes
	var used []*experiments.Run
	labels := byLabel(g.Runs, style)
	for k, s := range labels {
		s = notes.measured(s)
		var lines []plotter.XYs
		for _, r := range s.runs {
			points, left := front(r, 2)
			notes.left += left
			if len(points) == 0 {
				notes.empty++
				continue
			}
			used = append(used, r)
			u, best := utilities(points)
			lines = append(lines, u)
			p.y.span.add(ys(u)...)
			for i, q := range u {
				fig.data.add(g.Name, s.label, r.Info.Seed, q.X, q.Y, points[best[i]].policy)
			}
		}
		if len(lines) == 0 {
			continue
		}
		main := polyline{points: lines[0], line: s.look.line(lineWidth), glyph: s.look.glyph(1.6), markers: 5, shift: (float64(k) + 0.5) / float64(len(labels))}
		if len(lines) > 1 {
			thin := draw.LineStyle{Color: mix(s.look.color, white, 0.55), Width: thinLine}
			for _, l := range lines {
				p.plotters = append(p.plotters, polyline{points: l, line: thin})
			}
			main.points, main.line.Width = median(lines), 1.5*lineWidth
		}
		p.plotters = append(p.plotters, main)
		leg = append(leg, entry{name: s.name(), line: main.line, glyph: s.look.glyph(markerRadius(0))})
	}
	if len(used) == 0 {
		return nil, notApplicable("weights", "no run on %s has a point on its front%s", g.Name, notes.reason())
	}
	p.y.span = p.y.span.padded(0.06)
	fig.Width = style.width(Column)
	layout := grid{width: fig.Width, dataHeight: min(0.5*fig.Width, maxFrontHeight), legend: leg, panels: [][]*panel{{p}}}
	fig.Height, fig.paint = layout.build()
	fig.Caption = fmt.Sprintf("Best weighted sum of the objectives that a front offers, over the weight w of %s; %s has the weight 1 − w (%s).%s%s %s",
		o[0].name, o[1].name, seeds(used), medianNote(labels), notes.sentence(), g.setting())
	return fig, nil
}

// utilities is the largest weighted sum over points at each weight of the first of two objectives, and the
// point that has it.
func utilities(points []point) (u plotter.XYs, best []int) {
	for i := range weightSteps + 1 {
		w := float64(i) / weightSteps
		q, arg := plotter.XY{X: w, Y: math.Inf(-1)}, 0
		for k, p := range points {
			if v := w*p.value[0] + (1-w)*p.value[1]; v > q.Y {
				q.Y, arg = v, k
			}
		}
		u, best = append(u, q), append(best, arg)
	}
	return u, best
}

func ys(line plotter.XYs) []float64 {
	out := make([]float64, len(line))
	for i, q := range line {
		out[i] = q.Y
	}
	return out
}

// weights draws what linear preferences choose: of two objectives the utility over the weight, of three
// a map of the triangle of weights.
func weights(g *Group, style Style) (*Fig, error) {
	switch m := len(g.Environment.Objectives); {
	case m == 2:
		return weightCurves(g, style)
	case m != 3:
		return nil, notApplicable("weights", "it draws 2 or 3 objectives and %s has %d", g.Name, m)
	}
	labels := byLabel(g.Runs, style)
	var notes notes
	var maps []*ternary
	var used []*experiments.Run
	fig := &Fig{data: table{header: slices.Concat([]string{"environment", "label", "number", "policy", "share"}, g.columns(""))}}
	for _, s := range labels {
		s = notes.measured(s)
		var all []point
		for _, r := range s.runs {
			points, left := front(r, 3)
			notes.left += left
			if len(points) == 0 {
				notes.empty++
			} else {
				used = append(used, r)
			}
			all = append(all, points...)
		}
		if len(all) == 0 {
			continue
		}
		t := newTernary(all)
		for i, c := range t.cells {
			row := []any{g.Name, s.label, i + 1, c.policy, c.share}
			for _, v := range c.value {
				row = append(row, v)
			}
			fig.data.add(row...)
		}
		t.title = s.name()
		maps = append(maps, t)
	}
	if len(maps) == 0 {
		return nil, notApplicable("weights", "no run on %s has a point on its front%s", g.Name, notes.reason())
	}
	o := g.objectives()
	var panels []*panel
	for _, t := range maps {
		for i := range o {
			t.corners[i] = o[i].name
		}
		p := &panel{open: true, x: axis{span: span{0, 1}}, y: axis{span: span{0, 1}}, plotters: []plot.Plotter{t}}
		if len(maps) > 1 {
			p.title = t.title
		}
		panels = append(panels, p)
	}
	columns := 1
	if len(maps) > 1 {
		columns = 2
	}
	leg := legend{{name: fmt.Sprintf("policies by %s, light is best", o[0].name), ramp: true}}
	fig.layOutPanels(panels, columns, 1.02, leg, style)
	fig.Caption = fmt.Sprintf("The policy with the largest weighted sum of objectives, for every weighting (%s): at a corner only its objective counts. Numbers, in the order of %s, are those of the data file.%s %s",
		seeds(used), o[0].name, notes.sentence(), g.setting())
	return fig, nil
}

// ternary is a map of the weights of three objectives: one convex cell for every point that some weights
// prefer to all others.
type ternary struct {
	title   string
	corners [3]string
	cells   []ternaryCell // ascending in the first objective
}

// ternaryCell is where a point is best; weights as (w2, w3), w1 = 1 - w2 - w3.
type ternaryCell struct {
	point
	ring  plotter.XYs
	share float64 // of the triangle
}

// newTernary cuts the triangle for every point by the half-planes in which it is better than each other
// one. Of equal points the first has the cell.
func newTernary(points []point) *ternary {
	t := &ternary{}
	for i, p := range points {
		ring := plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 0}, {X: 0, Y: 1}}
		for k, q := range points {
			if k == i || len(ring) == 0 {
				continue
			}
			d := [3]float64{p.value[0] - q.value[0], p.value[1] - q.value[1], p.value[2] - q.value[2]}
			if d == [3]float64{} {
				if k < i {
					ring = nil
				}
				continue
			}
			ring = cutRing(ring, func(w plotter.XY) float64 { return d[0]*(1-w.X-w.Y) + d[1]*w.X + d[2]*w.Y })
		}
		if a := 2 * ringArea(ring); a > 1e-9 {
			t.cells = append(t.cells, ternaryCell{p, ring, a})
		}
	}
	slices.SortStableFunc(t.cells, func(a, b ternaryCell) int { return slices.Compare(a.value, b.value) })
	return t
}

// cutRing keeps the part of a convex polygon where a linear function is not negative.
func cutRing(ring plotter.XYs, f func(plotter.XY) float64) plotter.XYs {
	var out plotter.XYs
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		fa, fb := f(a), f(b)
		if fa >= 0 {
			out = append(out, a)
		}
		if fa > 0 && fb < 0 || fa < 0 && fb > 0 {
			s := fa / (fa - fb)
			out = append(out, plotter.XY{X: a.X + s*(b.X-a.X), Y: a.Y + s*(b.Y-a.Y)})
		}
	}
	return out
}

// ringArea is the area of a polygon.
func ringArea(ring plotter.XYs) float64 {
	a := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		a += p.X*q.Y - q.X*p.Y
	}
	return math.Abs(a) / 2
}

var _ plot.Plotter = &ternary{}

// Plot draws the map into the whole of c: the first objective at the top, the second at the left.
func (t *ternary) Plot(c draw.Canvas, _ *plot.Plot) {
	name := lineHeight(textSize)
	side := min(c.Max.X-c.Min.X-4, (c.Max.Y-c.Min.Y-2*name)/vg.Length(math.Sqrt(3)/2))
	x0, y0 := c.Center().X-side/2, c.Center().Y-side*vg.Length(math.Sqrt(3)/4)
	place := func(w plotter.XY) vg.Point {
		top := vg.Length(1 - w.X - w.Y)
		return vg.Point{X: x0 + side*(vg.Length(w.Y)+top/2), Y: y0 + side*top*vg.Length(math.Sqrt(3)/2)}
	}
	edge := draw.LineStyle{Color: white, Width: thinLine}
	for i, cell := range t.cells {
		var path []vg.Point
		for _, w := range cell.ring {
			path = append(path, place(w))
		}
		tint := sequential((float64(i) + 0.5) / float64(len(t.cells)))
		c.FillPolygon(tint, path)
		c.StrokeLines(edge, append(path, path[0]))
		if number := fmt.Sprint(i + 1); roomFor(path, textWidth(number, smallText)+2, capHeight(smallText)+2) {
			write(c, number, smallText, inkOn(tint), centroid(path), centre, centre, 0)
		}
	}
	frame := []vg.Point{place(plotter.XY{}), place(plotter.XY{X: 1}), place(plotter.XY{Y: 1}), place(plotter.XY{})}
	c.StrokeLines(draw.LineStyle{Color: black, Width: thinLine}, frame)
	most := side/2 - 3
	write(c, ellipsis(t.corners[0], textSize, side), textSize, black, frame[0].Add(vg.Point{Y: 3}), centre, bottom, 0)
	write(c, ellipsis(t.corners[1], textSize, most), textSize, black, frame[1].Sub(vg.Point{Y: 3}), left, top, 0)
	write(c, ellipsis(t.corners[2], textSize, most), textSize, black, frame[2].Sub(vg.Point{Y: 3}), right, top, 0)
}

// centroid of a convex polygon.
func centroid(path []vg.Point) vg.Point {
	var sum vg.Point
	var area vg.Length
	for i := 1; i+1 < len(path); i++ {
		u, v := path[i].Sub(path[0]), path[i+1].Sub(path[0])
		a := u.X*v.Y - u.Y*v.X
		sum = sum.Add(u.Add(v).Scale(a / 3))
		area += a
	}
	if area == 0 {
		return path[0]
	}
	return path[0].Add(sum.Scale(1 / area))
}

// roomFor reports whether a box around the centroid lies inside a convex polygon.
func roomFor(path []vg.Point, width, height vg.Length) bool {
	m := centroid(path)
	for _, corner := range []vg.Point{{X: -width / 2, Y: -height / 2}, {X: width / 2, Y: -height / 2}, {X: width / 2, Y: height / 2}, {X: -width / 2, Y: height / 2}} {
		p := m.Add(corner)
		sign := 0
		for i, a := range path {
			e, d := path[(i+1)%len(path)].Sub(a), p.Sub(a)
			switch s := cmp.Compare(e.X*d.Y-e.Y*d.X, 0); {
			case s == 0:
			case sign == 0:
				sign = s
			case s != sign:
				return false
			}
		}
	}
	return true
}
