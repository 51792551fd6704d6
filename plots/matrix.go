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

// maxMatrix is the number of objectives above which the cells of a matrix are too small to read.
const maxMatrix = 12

// manyPoints is the number of points of one cloud above which they are drawn as plain dots.
const manyPoints = 60

// matrix draws fronts of three or more objectives: every pair against each other below the
// diagonal, histograms on it, Spearman's rank correlation above it.
func matrix(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m < 3 {
		hint := "front2d"
		if m == 1 {
			hint = "curves"
		}
		return nil, notApplicable("matrix", "it draws 3 or more objectives and %s has %d; use %q", g.Name, m, hint)
	}
	found, err := findFronts("matrix", g, style)
	if err != nil {
		return nil, err
	}
	fig := &Fig{data: found.data}
	d := matrixDrawing{axes: g.objectives(), fronts: found.fronts}
	if err := d.finish(fig, "matrix", g, style); err != nil {
		return nil, err
	}
	fig.Caption = fmt.Sprintf("Fronts found%s On the diagonal histograms, above it Spearman's rank correlation. %s",
		found.said, g.setting())
	return fig, nil
}

// cloud is a set of points of one appearance.
type cloud struct {
	name   string // with the number of runs
	label  string
	look   look
	points []point
}

// fronts are what a figure of many objectives shows.
type fronts struct {
	clouds    []cloud // one per label
	known     []point // nil if there is none, or too many
	knownName string
}

// maxKnown is the number of known points above which they are not drawn behind a front of many
// objectives.
const maxKnown = 300

// knownPoints is the known front of a group as far as it can be drawn behind others.
func knownPoints(g *Group) (points []point, name string) {
	known, name := knownFront(g.Runs, len(g.Environment.Objectives))
	if len(known) > maxKnown {
		return nil, ""
	}
	for _, v := range known {
		points = append(points, point{value: v})
	}
	return points, name
}

// spans widens axes to all points shown, and by the given share.
func (f *fronts) spans(axes []axis, share float64) {
	for i := range axes {
		s := emptySpan()
		for _, p := range f.known {
			s.add(p.value[i])
		}
		for _, c := range f.clouds {
			for _, p := range c.points {
				s.add(p.value[i])
			}
		}
		axes[i].span = s.padded(share)
	}
}

// foundFronts are fronts with their data and what captions say of the runs.
type foundFronts struct {
	fronts
	data table
	said string
}

// findFronts collects the fronts of a group per label for a figure of the given kind.
func findFronts(kind string, g *Group, style Style) (*foundFronts, error) {
	m := len(g.Environment.Objectives)
	f := &foundFronts{data: table{header: frontHeader(g)}}
	var notes notes
	var used []*experiments.Run
	for _, s := range byLabel(g.Runs, style) {
		s = notes.measured(s)
		used = append(used, s.runs...)
		c := cloud{name: s.name(), label: s.label, look: s.look}
		for _, r := range s.runs {
			points, left := front(r, m)
			notes.left += left
			if len(points) == 0 {
				notes.empty++
			}
			for _, p := range points {
				f.data.add(frontRow(g, s.label, cell(r.Info.Seed), "front", p)...)
			}
			c.points = append(c.points, points...)
		}
		if len(c.points) > 0 {
			f.clouds = append(f.clouds, c)
		}
	}
	if len(f.clouds) == 0 {
		return nil, notApplicable(kind, "no run on %s has a point on its front%s", g.Name, notes.reason())
	}
	f.known, f.knownName = knownPoints(g)
	for _, p := range f.known {
		f.data.add(frontRow(g, "", "", "known", p)...)
	}
	f.said = fmt.Sprintf(" (%s): objective values on fresh seeds, all maximised.%s", seeds(used), notes.sentence())
	return f, nil
}

// finish lays out m × m cells with shared axes: ticks and names at the left and lower edge only.
func (d *matrixDrawing) finish(fig *Fig, kind string, g *Group, style Style) error {
	m := len(d.axes)
	if m > maxMatrix {
		return notApplicable(kind, "%s has %d objectives and a matrix shows at most %d; use \"parallel\"", g.Name, m, maxMatrix)
	}
	want := Column
	if m > 3 {
		want = Page
	}
	d.spans(d.axes, 0.1)
	if len(d.known) > 0 {
		d.legend = append(d.legend, entry{name: d.knownName, glyph: knownDot.glyph(markerRadius(0))})
	}
	if len(d.clouds) > 1 || len(d.known) > 0 {
		for _, c := range d.clouds {
			d.legend = append(d.legend, entry{name: c.name, glyph: c.look.glyph(markerRadius(0))})
		}
	}
	fig.Width = style.width(want)
	fig.Height = d.layout(fig.Width)
	fig.paint = d.draw
	return nil
}

// knownDot is the look of a known point in a matrix.
var knownDot = look{color: lightGrey, marker: Marker{Shape: Circle}, size: 1}

// matrixDrawing is a measured matrix.
type matrixDrawing struct {
	fronts
	axes         []axis
	legend       legend
	legendHeight vg.Length
	cell, gap    vg.Length
	left, bottom vg.Length
	size         vg.Length // of tick labels
	names        [][]string
	nameSize     vg.Length
}

// layout chooses sizes so that the figure has the given width, and returns its height.
func (d *matrixDrawing) layout(width vg.Length) vg.Length {
	m := vg.Length(len(d.axes))
	d.gap = 5
	if m > 4 {
		d.gap = 3.5
	}
	d.size = textSize
	if m > 4 {
		d.size = 7
	}
	if m > 7 {
		d.size = smallText
	}
	d.cell = (width - 2) / (m + 1)
	for range 3 {
		d.nameSize = textSize
		d.names = make([][]string, len(d.axes))
		most := 1
		for i, a := range d.axes {
			_, size := fit(a.text(), textSize, d.cell, 3)
			d.nameSize = min(d.nameSize, size)
			d.names[i] = nil
		}
		for i, a := range d.axes {
			d.names[i] = wrap(a.text(), d.nameSize, d.cell, 3)
			most = max(most, len(d.names[i]))
		}
		var labels vg.Length
		for _, a := range d.axes[1:] {
			for _, t := range d.ticks(a, true) {
				labels = max(labels, textWidth(t.label, d.size))
			}
		}
		names := vg.Length(most)*lineHeight(d.nameSize) + nameGap
		d.left = 1.5 + names + labels + labelGap + tickMark
		d.bottom = 1 + names + capHeight(d.size) + labelGap + tickMark
		d.cell = max((width-d.left-4-(m-1)*d.gap)/m, 4)
	}
	d.legendHeight = d.legend.height(width - 2)
	return d.legendHeight + 2 + m*d.cell + (m-1)*d.gap + d.bottom
}

// labelShift is how far, in shares of its size, a label may be moved from its tick into the cell.
const labelShift = 0.4

// clear is the distance that labels keep from the edge of a cell, negative where they may stand over.
func (d *matrixDrawing) clear() vg.Length { return 2 - d.gap/2 }

// half of the extent that a label needs along its axis, with the distance it keeps.
func (d *matrixDrawing) half(t tick, vertical bool) vg.Length {
	if vertical {
		return capHeight(d.size)/2 + d.clear()
	}
	return textWidth(t.label, d.size)/2 + d.clear()
}

// ticks of a cell: two or three whose labels stay clear of the neighbouring cells, if there are such.
func (d *matrixDrawing) ticks(a axis, vertical bool) []tick {
	var best []tick
	for most := cellTicks; most <= 2*cellTicks; most++ {
		var inside []tick
		for _, t := range ticksFor(a.span, a.scale(), most, d.cell, d.size, vertical) {
			half := d.half(t, vertical) - labelShift*d.size
			if at := d.cell * vg.Length((t.value-a.span.lo)/(a.span.hi-a.span.lo)); at >= half && at <= d.cell-half {
				inside = append(inside, t)
			}
		}
		if len(inside) > len(best) && len(inside) <= cellTicks {
			best = inside
		}
		if len(best) > 1 {
			break
		}
	}
	return best
}

func (d *matrixDrawing) draw(c draw.Canvas) {
	background(c)
	d.legend.draw(draw.Crop(c, 1, -1, 0, -1))
	m := len(d.axes)
	frame := draw.LineStyle{Color: lightGrey, Width: thinLine}
	black1 := draw.LineStyle{Color: black, Width: thinLine}
	for row := range m {
		for col := range m {
			area := c
			area.Min = vg.Point{X: c.Min.X + d.left + vg.Length(col)*(d.cell+d.gap),
				Y: c.Min.Y + d.bottom + vg.Length(m-1-row)*(d.cell+d.gap)}
			area.Max = area.Min.Add(vg.Point{X: d.cell, Y: d.cell})
			switch {
			case row > col:
				d.scatter(area, col, row)
			case row == col:
				d.histogram(area, col)
			default:
				d.correlation(area, col, row)
			}
			area.StrokeLines(frame, []vg.Point{area.Min, {X: area.Max.X, Y: area.Min.Y}, area.Max, {X: area.Min.X, Y: area.Max.Y}, area.Min})
			if row == m-1 {
				d.below(area, col, black1)
			}
			if col == 0 {
				d.beside(area, row, black1)
			}
		}
	}
}

// below draws ticks and name of an objective under a cell.
func (d *matrixDrawing) below(c draw.Canvas, col int, line draw.LineStyle) {
	a := d.axes[col]
	for _, t := range d.ticks(a, false) {
		x := c.X((t.value - a.span.lo) / (a.span.hi - a.span.lo))
		c.StrokeLine2(line, x, c.Min.Y-tickMark, x, c.Min.Y)
		half := d.half(t, false)
		x = min(max(x, c.Min.X+half), c.Max.X-half)
		write(c, t.label, d.size, black, vg.Point{X: x, Y: c.Min.Y - tickMark - labelGap}, centre, top, 0)
	}
	y := c.Min.Y - tickMark - labelGap - capHeight(d.size) - nameGap
	for _, s := range d.names[col] {
		write(c, s, d.nameSize, black, vg.Point{X: c.Center().X, Y: y}, centre, top, 0)
		y -= lineHeight(d.nameSize)
	}
}

// beside draws ticks and name of an objective left of a cell; the first row is a histogram, whose
// upright axis is a count.
func (d *matrixDrawing) beside(c draw.Canvas, row int, line draw.LineStyle) {
	a := d.axes[row]
	if row > 0 {
		for _, t := range d.ticks(a, true) {
			y := c.Y((t.value - a.span.lo) / (a.span.hi - a.span.lo))
			c.StrokeLine2(line, c.Min.X-tickMark, y, c.Min.X, y)
			half := d.half(t, true)
			y = min(max(y, c.Min.Y+half), c.Max.Y-half)
			write(c, t.label, d.size, black, vg.Point{X: c.Min.X - tickMark - labelGap, Y: y}, right, centre, 0)
		}
	}
	x := c.Min.X - d.left + 1.5
	for _, s := range d.names[row] {
		write(c, s, d.nameSize, black, vg.Point{X: x + capHeight(d.nameSize), Y: c.Center().Y}, centre, bottom, 1)
		x += lineHeight(d.nameSize)
	}
}

func (d *matrixDrawing) scatter(c draw.Canvas, i, j int) {
	carrier := plot.New()
	carrier.X.Min, carrier.X.Max = d.axes[i].span.lo, d.axes[i].span.hi
	carrier.Y.Min, carrier.Y.Max = d.axes[j].span.lo, d.axes[j].span.hi
	pairs := func(points []point) plotter.XYs {
		out := make(plotter.XYs, len(points))
		for k, p := range points {
			out[k] = plotter.XY{X: p.value[i], Y: p.value[j]}
		}
		return out
	}
	radius := func(n int) vg.Length { return min(markerRadius(n), d.cell/22+0.4) }
	dots{pairs(d.known), knownDot.color, radius(len(d.known)), knownDot.marker.Shape}.Plot(c, carrier)
	for _, cl := range slices.Backward(d.clouds) { // the first on top
		pts := pairs(cl.points)
		sty := cl.look.glyph(radius(len(pts)))
		if len(pts) <= manyPoints {
			(&plotter.Scatter{XYs: pts, GlyphStyle: sty}).Plot(c, carrier)
			continue
		}
		dots{pts, cl.look.color, 0.8 * sty.Radius, cl.look.marker.Shape}.Plot(c, carrier)
	}
}

// histogram draws the distribution of one objective: filled bars for one set of points, outlines for
// several, each scaled to its own number of points.
func (d *matrixDrawing) histogram(c draw.Canvas, i int) {
	s := d.axes[i].span
	bins := 10
	if d.cell < 40 {
		bins = 7
	}
	shares := make([][]float64, len(d.clouds))
	most := 0.0
	for k, cl := range d.clouds {
		shares[k] = make([]float64, bins)
		for _, p := range cl.points {
			b := int(float64(bins) * (p.value[i] - s.lo) / (s.hi - s.lo))
			shares[k][min(max(b, 0), bins-1)] += 1 / float64(len(cl.points))
		}
		most = math.Max(most, slices.Max(append(shares[k], 0)))
	}
	if most == 0 {
		return
	}
	for k, cl := range d.clouds {
		outline := []vg.Point{c.Min}
		for b, share := range shares[k] {
			y := c.Y(0.92 * share / most)
			outline = append(outline, vg.Point{X: c.X(float64(b) / float64(bins)), Y: y}, vg.Point{X: c.X(float64(b+1) / float64(bins)), Y: y})
		}
		outline = append(outline, vg.Point{X: c.Max.X, Y: c.Min.Y})
		if len(d.clouds) == 1 {
			c.FillPolygon(mix(cl.look.color, white, 0.5), outline)
		}
		c.StrokeLines(cl.look.line(lineWidth), outline)
	}
}

// correlation writes Spearman's rank correlation of every set of points, over a tint of its size
// where there is one set.
func (d *matrixDrawing) correlation(c draw.Canvas, i, j int) {
	size := min(textSize, d.cell*0.3)
	size = max(size, smallText)
	n := vg.Length(len(d.clouds))
	y := c.Center().Y + (n-1)/2*lineHeight(size)
	for _, cl := range d.clouds {
		rho := spearman(cl.points, i, j)
		text := "–"
		if finite(rho) {
			text = tickLabel(rho, 2)
		}
		col := black
		if len(d.clouds) == 1 && finite(rho) {
			tint := okabeIto[0]
			if rho < 0 {
				tint = okabeIto[5]
			}
			c.SetColor(mix(white, tint, 0.45*math.Abs(rho)))
			c.Fill(c.Rectangle.Path())
		} else if len(d.clouds) > 1 {
			if n*lineHeight(size) > d.cell {
				break // no room: the numbers are in the data file
			}
			mark := cl.look.glyph(1.6)
			w := textWidth(text, size)
			c.DrawGlyphNoClip(mark, vg.Point{X: c.Center().X - w/2 - 3, Y: y})
		}
		x := c.Center().X
		if len(d.clouds) > 1 {
			x += 2
		}
		write(c, text, size, col, vg.Point{X: x, Y: y}, centre, centre, 0)
		y -= lineHeight(size)
	}
}

// spearman is the rank correlation of two objectives over points, ties given their mean rank; NaN
// for fewer than three points or where one objective is constant.
func spearman(points []point, i, j int) float64 {
	if len(points) < 3 {
		return math.NaN()
	}
	a, b := ranks(points, i), ranks(points, j)
	mean := float64(len(points)+1) / 2
	var ab, aa, bb float64
	for k := range a {
		ab += (a[k] - mean) * (b[k] - mean)
		aa += (a[k] - mean) * (a[k] - mean)
		bb += (b[k] - mean) * (b[k] - mean)
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return ab / math.Sqrt(aa*bb)
}

// ranks of the i-th values, from 1, equal values given their mean rank.
func ranks(points []point, i int) []float64 {
	order := make([]int, len(points))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := points[a].value[i], points[b].value[i]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := make([]float64, len(points))
	for k := 0; k < len(order); {
		end := k
		for end < len(order) && points[order[end]].value[i] == points[order[k]].value[i] {
			end++
		}
		for q := k; q < end; q++ {
			out[order[q]] = float64(k+end+1) / 2
		}
		k = end
	}
	return out
}
