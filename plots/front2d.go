package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// Height of the data area of a figure of one panel: a share of its width, and no more than a page
// spares.
const (
	frontHeight    = 0.62
	maxFrontHeight = 75 * vg.Millimeter
)

// maxRings is the number of known points above which only their staircase is drawn.
const maxRings = 60

// front2d draws the fronts of two objectives: the points of every run as markers, the attainment
// staircase of every run, thin where a label has several seeds and then with the region that half
// of them attain as a thick line, the known front in grey, and what linear weights can reach of it if
// that is not all. The reference point is marked where it lies near.
func front2d(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m != 2 {
		hint := "use \"matrix\" or \"parallel\""
		if m == 1 {
			hint = "use \"curves\""
		}
		return nil, notApplicable("front2d", "it draws 2 objectives and %s has %d; %s", g.Name, m, hint)
	}
	known, knownName := knownFront(g.Runs, m)
	f := frontPanel(g, known, knownName)
	f.linearLimit(known)
	fig := &Fig{data: table{header: frontHeader(g)}}
	var notes notes
	drawn := 0
	labels := byLabel(g.Runs, style)
	var used []*experiments.Run
	for i, s := range labels {
		s = notes.measured(s)
		used = append(used, s.runs...)
		grow := 1 + 0.35*vg.Length(min(len(labels)-1-i, 3)) // what is drawn first shows around the rest
		var sets []plotter.XYs
		var all []point
		for _, r := range s.runs {
			points, left := front(r, m)
			notes.left += left
			if len(points) == 0 {
				notes.empty++
				continue
			}
			sets = append(sets, xys(points))
			all = append(all, points...)
			for _, p := range points {
				fig.data.add(frontRow(g, s.label, cell(r.Info.Seed), "front", p)...)
			}
		}
		if len(all) == 0 {
			continue
		}
		drawn += len(all)
		f.add(all)
		width := lineWidth
		if len(sets) > 1 {
			thin := s.look.line(thinLine)
			thin.Color = mix(s.look.color, white, 0.45)
			thin.Dashes = nil
			for _, set := range sets {
				f.thin = append(f.thin, Staircase{set, thin})
			}
			width = 1.5 * lineWidth
		}
		f.lines = append(f.lines, Staircase{attainedBy(sets, (len(sets)+1)/2), s.look.line(width * grow)})
		f.errorBars(all, s.look)
		f.points = append(f.points, &plotter.Scatter{XYs: xys(all), GlyphStyle: s.look.glyph(grow * markerRadius(len(all)))})
		f.legend = append(f.legend, entry{name: s.name(), line: s.look.line(width * grow), glyph: s.look.glyph(grow * markerRadius(0))})
	}
	if drawn == 0 {
		return nil, notApplicable("front2d", "no run on %s has a point on its front%s", g.Name, notes.reason())
	}
	for _, v := range known {
		fig.data.add(frontRow(g, "", "", "known", point{value: v})...)
	}
	f.finish(fig, style)
	fig.Caption = fmt.Sprintf("Fronts found (%s): objective values on fresh seeds, all maximised.%s%s %s",
		seeds(used), f.explain(), notes.sentence(), g.setting())
	return fig, nil
}

// notes counts what a figure had to leave out, for its caption.
type notes struct {
	left       int // points that cannot be drawn
	empty      int // runs without a point
	incomplete int // runs beside complete ones
}

// measured leaves out incomplete runs of a label beside complete ones.
func (n *notes) measured(s series) series {
	runs := s.measured()
	n.incomplete += len(s.runs) - len(runs)
	s.runs = runs
	return s
}

func (n notes) reason() string {
	if n.left > 0 {
		return fmt.Sprintf(" (%d points with values that cannot be drawn)", n.left)
	}
	return ""
}

func (n notes) sentence() string {
	s := ""
	if n.incomplete > 0 {
		s += fmt.Sprintf(" Incomplete runs left out: %d.", n.incomplete)
	}
	if n.empty > 0 {
		s += fmt.Sprintf(" Runs without a point: %d.", n.empty)
	}
	if n.left > 0 {
		s += fmt.Sprintf(" Points left out because their values cannot be drawn: %d.", n.left)
	}
	return s
}

// frontHeader names the columns of frontRow.
func frontHeader(g *Group) []string {
	return slices.Concat([]string{"environment", "label", "seed", "set", "policy"}, g.columns(""), g.columns("se_"))
}

// frontRow is one point as a row of the data of a figure.
func frontRow(g *Group, label, seed, set string, p point) []any {
	row := []any{g.Name, label, seed, set, p.policy}
	for _, v := range p.value {
		row = append(row, v)
	}
	for i := range p.value {
		if i < len(p.stderr) {
			row = append(row, p.stderr[i])
		} else {
			row = append(row, nil)
		}
	}
	return row
}

// biobjective is a panel of two objectives under construction; lines lie below points.
type biobjective struct {
	panel
	reference           []float64
	shownRef            bool
	bars                bool
	thin, lines, points []plot.Plotter // in the order of drawing
	legend              legend
}

// frontPanel begins a panel with the known front.
func frontPanel(g *Group, known [][]float64, name string) *biobjective {
	o := g.objectives()
	f := &biobjective{panel: panel{x: o[0], y: o[1]}, reference: g.Environment.Reference}
	f.x.span, f.y.span = emptySpan(), emptySpan()
	if len(known) == 0 {
		return f
	}
	var pts []point
	for _, v := range known {
		pts = append(pts, point{value: v})
	}
	f.add(pts)
	line := draw.LineStyle{Color: lightGrey, Width: knownWidth}
	f.thin = append(f.thin, Staircase{xys(pts), line})
	e := entry{name: name, line: line}
	if len(known) <= maxRings {
		ring := draw.GlyphStyle{Color: grey, Radius: 3.2, Shape: Marker{Shape: Circle, Hollow: true}}
		f.thin = append(f.thin, &plotter.Scatter{XYs: xys(pts), GlyphStyle: ring})
		e.glyph = ring
	}
	f.legend = append(f.legend, e)
	return f
}

// linearLimit draws what linear weights can reach of the known front, unless that is all of it.
func (f *biobjective) linearLimit(known [][]float64) {
	var pts plotter.XYs
	for _, v := range known {
		pts = append(pts, plotter.XY{X: v[0], Y: v[1]})
	}
	reached := supported(pts)
	if len(reached) == len(nondominated(pts)) {
		return
	}
	f.lines = append(f.lines, Staircase{reached, linearRule})
	f.legend = append(f.legend, entry{name: linearName, line: linearRule})
}

// linearName is what figures call the part of a front that linear weights can reach.
const linearName = "limit of linear weights"

// add widens the axes.
func (f *biobjective) add(points []point) {
	for _, p := range points {
		f.x.span.add(p.value[0])
		f.y.span.add(p.value[1])
	}
}

// errorBars draws one standard error to either side of points that have one.
func (f *biobjective) errorBars(points []point, l look) {
	for _, p := range points {
		if len(p.stderr) != 2 || !allFinite(p.stderr) || p.stderr[0] <= 0 && p.stderr[1] <= 0 {
			continue
		}
		f.bars = true
		x, y := p.value[0], p.value[1]
		line := draw.LineStyle{Color: mix(l.color, white, 0.3), Width: thinLine}
		for _, b := range []plotter.XYs{
			{{X: x - p.stderr[0], Y: y}, {X: x + p.stderr[0], Y: y}},
			{{X: x, Y: y - p.stderr[1]}, {X: x, Y: y + p.stderr[1]}},
		} {
			f.x.span.add(b[0].X, b[1].X)
			f.y.span.add(b[0].Y, b[1].Y)
			f.lines = append(f.lines, polyline{points: b, line: line})
		}
	}
}

// finish sets the axes and lays out the figure.
func (f *biobjective) finish(fig *Fig, style Style) {
	f.showReference()
	f.x.span, f.y.span = f.x.span.padded(0.05), f.y.span.padded(0.06)
	f.plotters = slices.Concat(f.thin, f.lines, f.points)
	fig.Width = style.width(Column)
	g := grid{width: fig.Width, dataHeight: min(frontHeight*fig.Width, maxFrontHeight), legend: f.legend, panels: [][]*panel{{&f.panel}}}
	fig.Height, fig.paint = g.build()
}

// showReference marks the reference point if that stretches no axis by more than 0.6 of it, or if a
// single point leaves all the room.
func (f *biobjective) showReference() {
	if len(f.reference) != 2 || !allFinite(f.reference) {
		return
	}
	x, y := f.x.span, f.y.span
	x.add(f.reference[0])
	y.add(f.reference[1])
	single := f.x.span.lo == f.x.span.hi && f.y.span.lo == f.y.span.hi
	if !single && (x.hi-x.lo > 1.6*(f.x.span.hi-f.x.span.lo) || y.hi-y.lo > 1.6*(f.y.span.hi-f.y.span.lo)) {
		return
	}
	f.shownRef = true
	f.x.span, f.y.span = x, y
	sty := draw.GlyphStyle{Color: black, Radius: 2.6, Shape: Marker{Shape: Cross}}
	f.points = append(f.points, &plotter.Scatter{XYs: plotter.XYs{{X: f.reference[0], Y: f.reference[1]}}, GlyphStyle: sty})
	f.legend = append(f.legend, entry{name: "reference point", glyph: sty})
}

// explain is the part of the caption on what the lines mean.
func (f *biobjective) explain() string {
	s := ""
	if f.bars {
		s += " Bars are one standard error."
	}
	if len(f.reference) == 2 && !f.shownRef {
		s += " The reference point lies outside."
	}
	return s
}

// xys is the first two values of points.
func xys(points []point) plotter.XYs {
	out := make(plotter.XYs, len(points))
	for i, p := range points {
		out[i] = plotter.XY{X: p.value[0], Y: p.value[1]}
	}
	return out
}

// markerRadius makes many markers small.
func markerRadius(n int) vg.Length {
	return vg.Length(math.Max(1.1, 1.9-0.008*math.Max(0, float64(n-20))))
}
