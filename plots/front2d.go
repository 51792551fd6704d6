package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// Height of the data area of a figure of one panel: a share of its width, and no more than a page
// spares.
const (
	frontHeight    = 0.62
	maxFrontHeight = 75 * vg.Millimeter
)

// maxRings is the number of known points above which only their staircase is drawn.
const maxRings = 60

// front2d draws the fronts of two objectives: the points of every run as markers, and their attainment
// staircase; of several seeds what half of them attain as a line in a band from what a quarter to what three
// quarters attain. The known front is grey, and what linear weights can reach of it dotted, if that is not
// all. Knees are ringed; the reference point is marked where it lies near.
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
			width = 1.5 * lineWidth
			f.spread(sets, s.look)
		}
		f.lines = append(f.lines, Staircase{attainedBy(sets, (len(sets)+1)/2), s.look.line(width * grow)})
		f.errorBars(all, s.look)
		f.points = append(f.points, &plotter.Scatter{XYs: xys(all), GlyphStyle: s.look.glyph(grow * markerRadius(len(all)))})
		if k, ok := knee(all); ok {
			f.knees = append(f.knees, plotter.XY{X: k.value[0], Y: k.value[1]})
			fig.data.add(frontRow(g, s.label, "", "knee", k)...)
		}
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
	reference                  []float64
	shownRef                   bool
	bars, band                 bool
	knees                      plotter.XYs
	bands, thin, lines, points []plot.Plotter // in the order of drawing
	legend                     legend
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
	f.showKnees()
	f.x.span, f.y.span = f.x.span.padded(0.05), f.y.span.padded(0.06)
	f.plotters = slices.Concat(f.bands, f.thin, f.lines, f.points)
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
	if f.band {
		s += " Lines are what half of the runs of a label attain, bands reach from what a quarter to what three quarters attain."
	}
	if len(f.knees) > 0 {
		s += " Rings are knees, the points furthest from the line through the ends of all runs' front."
	}
	if f.bars {
		s += " Bars are one standard error."
	}
	if len(f.reference) == 2 && !f.shownRef {
		s += " The reference point lies outside."
	}
	return s
}

// spread draws the region between what a quarter and what three quarters of several sets attain; of two
// sets both of their staircases.
func (f *biobjective) spread(sets []plotter.XYs, l look) {
	if len(sets) < 3 {
		thin := draw.LineStyle{Color: mix(l.color, white, 0.45), Width: thinLine}
		for _, set := range sets {
			f.thin = append(f.thin, Staircase{set, thin})
		}
		return
	}
	f.band = true
	tint := l.color
	tint.A = 60
	levels := experiments.AttainmentLevels(len(sets))
	f.bands = append(f.bands, between{attainedBy(sets, levels[0]), attainedBy(sets, levels[2]), tint})
}

// between fills the region between two attainment surfaces of two objectives.
type between struct {
	better, worse plotter.XYs
	color         color.Color
}

var _ plot.Plotter = between{}

func (b between) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	outer := staircasePath(c, b.better, trX, trY)
	if len(outer) == 0 {
		return
	}
	inner := staircasePath(c, b.worse, trX, trY)
	if len(inner) == 0 {
		inner = []vg.Point{{X: c.Min.X, Y: c.Min.Y}}
	}
	slices.Reverse(inner)
	if ring := c.ClipPolygonXY(append(outer, inner...)); len(ring) > 2 {
		c.FillPolygon(b.color, ring)
	}
}

// knee is the point of a front that bulges most, if one does.
func knee(points []point) (point, bool) {
	f := pareto.Front{M: 2}
	for _, p := range points {
		f.X = append(f.X, p.value...)
	}
	keep, err := pareto.NonDominated(f)
	if err != nil || len(keep) < 3 {
		return point{}, false
	}
	k, err := pareto.HyperplaneKnees(f.Select(keep))
	if err != nil {
		return point{}, false
	}
	top := k.Top(1)[0]
	return points[keep[top]], k.Score[top] > 0.02
}

// showKnees rings the knees.
func (f *biobjective) showKnees() {
	if len(f.knees) == 0 {
		return
	}
	sty := draw.GlyphStyle{Color: black, Radius: 3.6, Shape: draw.RingGlyph{}}
	f.points = append(f.points, &plotter.Scatter{XYs: f.knees, GlyphStyle: sty})
	f.legend = append(f.legend, entry{name: "knee", glyph: sty})
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
