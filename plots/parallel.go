package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/pareto"
)

// parallel draws fronts of three or more objectives as parallel coordinates: one upright axis per
// objective with its own scale or a common one, better upward, one line per point. The lines of one label are
// coloured by an objective, those of several by label, or all by groups of points near each other.
func parallel(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m < 3 {
		return nil, notApplicable("parallel", "it draws 3 or more objectives and %s has %d", g.Name, m)
	}
	found, err := findFronts("parallel", g, style)
	if err != nil {
		return nil, err
	}
	fig := &Fig{data: found.data}
	d := parallelDrawing{axes: g.objectives(), fronts: found.fronts}
	d.spans(d.axes, 0)
	if style.CommonScale {
		common := emptySpan()
		for _, a := range d.axes {
			common.add(a.span.lo, a.span.hi)
		}
		for i := range d.axes {
			d.axes[i].span = common
		}
	}
	if err := d.colours(g, style.ColorBy); err != nil {
		return nil, err
	}
	if len(d.known) > 0 {
		d.legend = append(d.legend, entry{name: d.knownName, line: knownLine})
	}
	colour := ""
	switch {
	case d.groups != nil:
		colour = fmt.Sprintf(" Colour and dash: %d groups of points near each other.", len(d.groups))
		for i := range d.groups {
			d.legend = append(d.legend, entry{name: fmt.Sprintf("group %d", i+1), line: lookOf(i).line(lineWidth)})
		}
	case len(d.clouds) > 1:
		for _, c := range d.clouds {
			d.legend = append(d.legend, entry{name: c.name, line: c.look.line(lineWidth)})
		}
	default:
		colour = fmt.Sprintf(" Colour: %s, light is best.", d.axes[d.by].name)
		if len(d.known) > 0 {
			d.legend = append(d.legend, entry{name: d.clouds[0].name, line: draw.LineStyle{Color: sequential(0.5), Width: lineWidth}})
		}
	}
	want := Column
	if m > 5 {
		want = Page
	}
	fig.Width = style.width(want)
	fig.Height = d.layout(fig.Width)
	fig.paint = d.draw
	fig.Caption = fmt.Sprintf("Fronts found%s Better is upward; %s.%s %s", found.said, scales[style.CommonScale], colour, g.setting())
	return fig, nil
}

// scales says which axes share one.
var scales = map[bool]string{false: "every axis has its own scale", true: "all axes have one scale"}

// parallelGroups is the number of groups that points are coloured by.
const parallelGroups = 4

// colours chooses what colours the lines of one label: an objective, or groups of near points around
// representatives of all. The lines of several labels are coloured by label unless groups are asked for.
func (d *parallelDrawing) colours(g *Group, by string) error {
	switch by {
	case "":
		return nil
	case "clusters":
		return d.group(g)
	}
	d.by = slices.Index(g.columns(""), by)
	if d.by < 0 {
		return notApplicable("parallel", "%s has no objective %q to colour by; it has %s", g.Name, by, strings.Join(g.columns(""), ", "))
	}
	return nil
}

// group assigns every point to the nearest of a few representatives, with objectives scaled to their axes.
func (d *parallelDrawing) group(g *Group) error {
	scaled := pareto.Front{M: len(d.axes)}
	var all []point
	for _, c := range d.clouds {
		all = append(all, c.points...)
	}
	for _, p := range all {
		for i, v := range p.value {
			s := d.axes[i].span
			scaled.X = append(scaled.X, (v-s.lo)/(s.hi-s.lo))
		}
	}
	rows, _, err := pareto.Representatives(scaled, min(parallelGroups, scaled.Len()))
	if err != nil {
		return fmt.Errorf("plots: groups of %s: %w", g.Name, err)
	}
	slices.Sort(rows)
	d.groups = make([][]point, len(rows))
	for k, p := range all {
		nearest, best := 0, math.Inf(1)
		for i, row := range rows {
			distance := 0.0
			for j, v := range scaled.Row(k) {
				distance += (v - scaled.Row(row)[j]) * (v - scaled.Row(row)[j])
			}
			if distance < best {
				nearest, best = i, distance
			}
		}
		d.groups[nearest] = append(d.groups[nearest], p)
	}
	return nil
}

var knownLine = draw.LineStyle{Color: lightGrey, Width: 1.2}

// parallelDrawing is a measured figure of parallel coordinates.
type parallelDrawing struct {
	fronts
	by           int       // objective that colours the lines of one label
	groups       [][]point // that colour the lines in its place; nil: none
	axes         []axis
	legend       legend
	legendHeight vg.Length
	side         vg.Length // from the edge to the outer axes
	step         vg.Length // between axes
	below        vg.Length // under the axes
	height       vg.Length // of the axes
	names        [][]string
	nameSize     vg.Length
	size         vg.Length // of the values at the ends of axes
}

func (d *parallelDrawing) layout(width vg.Length) vg.Length {
	m := vg.Length(len(d.axes))
	d.step = width / m
	room := d.step - 3
	d.nameSize, d.size = textSize, textSize
	for i, a := range d.axes {
		_, size := fit(a.text(), textSize, room, 3)
		d.nameSize = min(d.nameSize, size)
		lo, hi := d.ends(i)
		for d.size > smallText && max(textWidth(lo, d.size), textWidth(hi, d.size)) > room {
			d.size -= 0.5
		}
	}
	d.names = make([][]string, len(d.axes))
	most, outer := 1, vg.Length(0)
	for i, a := range d.axes {
		d.names[i] = wrap(a.text(), d.nameSize, room, 3)
		most = max(most, len(d.names[i]))
		if i > 0 && i < len(d.axes)-1 {
			continue
		}
		lo, hi := d.ends(i)
		outer = max(outer, textWidth(lo, d.size), textWidth(hi, d.size))
		for _, s := range d.names[i] {
			outer = max(outer, textWidth(s, d.nameSize))
		}
	}
	d.side = outer/2 + 1.5
	d.step = (width - 2*d.side) / (m - 1)
	d.height = 0.52 * min(width, 120*vg.Millimeter)
	d.below = 2*labelGap + lineHeight(d.size) + vg.Length(most)*lineHeight(d.nameSize) + 1
	d.legendHeight = d.legend.height(width - 2)
	return 1 + d.legendHeight + lineHeight(d.size) + labelGap + d.height + d.below
}

// ends are the texts at the lower and upper end of an axis.
func (d *parallelDrawing) ends(i int) (lo, hi string) {
	a := d.axes[i]
	factor := a.scale().factor
	return Number(a.span.lo/factor, 3), Number(a.span.hi/factor, 3)
}

func (d *parallelDrawing) draw(c draw.Canvas) {
	background(c)
	d.legend.draw(draw.Crop(c, 1, -1, 0, -1))
	y0 := c.Min.Y + d.below
	place := func(v []float64) []vg.Point {
		path := make([]vg.Point, len(v))
		for i, x := range v {
			s := d.axes[i].span
			path[i] = vg.Point{X: c.Min.X + d.side + vg.Length(i)*d.step, Y: y0 + d.height*vg.Length((x-s.lo)/(s.hi-s.lo))}
		}
		return path
	}
	for _, p := range d.known {
		c.StrokeLines(knownLine, place(p.value))
	}
	for i, group := range d.groups {
		for _, p := range group {
			c.StrokeLines(lookOf(i).line(lineWidth), place(p.value))
		}
	}
	for _, cl := range d.clouds {
		if d.groups != nil {
			break
		}
		width := lineWidth
		if len(cl.points) > 60 {
			width = thinLine
		}
		points := slices.Clone(cl.points)
		slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.value[d.by], b.value[d.by]) })
		for _, p := range points {
			line := cl.look.line(width)
			if len(d.clouds) == 1 {
				s := d.axes[d.by].span
				line = draw.LineStyle{Color: sequential((p.value[d.by] - s.lo) / (s.hi - s.lo)), Width: width}
			}
			c.StrokeLines(line, place(p.value))
		}
	}
	for i := range d.axes {
		x := c.Min.X + d.side + vg.Length(i)*d.step
		c.StrokeLine2(draw.LineStyle{Color: black, Width: lineWidth}, x, y0, x, y0+d.height)
		if i == d.by && len(d.clouds) == 1 && d.groups == nil {
			d.colourBar(c, x, y0)
		}
		lo, hi := d.ends(i)
		write(c, hi, d.size, black, vg.Point{X: x, Y: y0 + d.height + labelGap + 1}, centre, bottom, 0)
		y := y0 - labelGap
		write(c, lo, d.size, black, vg.Point{X: x, Y: y}, centre, top, 0)
		y -= lineHeight(d.size) + labelGap
		for _, s := range d.names[i] {
			write(c, s, d.nameSize, black, vg.Point{X: x, Y: y}, centre, top, 0)
			y -= lineHeight(d.nameSize)
		}
	}
}

// colourBar marks the axis that colours the lines with their colours.
func (d *parallelDrawing) colourBar(c draw.Canvas, x, y0 vg.Length) {
	const bands, width = 32, 2.4
	step := d.height / bands
	for i := range bands {
		y := y0 + vg.Length(i)*step
		c.StrokeLine2(draw.LineStyle{Color: sequential((float64(i) + 0.5) / bands), Width: width}, x, y, x, y+step)
	}
}
