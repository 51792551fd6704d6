package plots

import (
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axis is one side of a panel.
type axis struct {
	name   string // of the quantity
	unit   string // "" if it has none
	span   span   // what is shown
	bare   bool   // no tick labels and no name: a neighbour shows them
	counts bool   // numbers of things, from 0: no tick between integers, 200k instead of ×10³
	names  []tick // categories, in place of numbers
}

// scale says how the numbers along the axis are shortened.
func (a axis) scale() scale {
	if a.counts {
		return scaleOfCounts(a.span)
	}
	return scaleOf(a.span)
}

// text is the name with unit and factor, as printed along the axis.
func (a axis) text() string {
	note := a.unit
	if power := a.scale().note; power != "" {
		if note != "" {
			note += ", "
		}
		note += power
	}
	if note == "" || a.names != nil {
		return a.name
	}
	return a.name + " (" + strings.ReplaceAll(note, " ", noBreak) + ")"
}

// noBreak is a space at which a name is not broken.
const noBreak = "\u00A0"

// lines is the text broken to the given length, and its height from the first to the last baseline.
func (a axis) lines(length vg.Length) ([]string, vg.Length) {
	lines := wrap(a.text(), textSize, length, 2)
	return lines, vg.Length(max(len(lines)-1, 0)) * lineHeight(textSize)
}

func (a axis) ticks(length, size vg.Length, vertical bool) []tick {
	if a.names != nil {
		return a.names
	}
	t := ticksFor(a.span, a.scale(), maxTicks, length, size, vertical)
	if a.counts && a.scale().factor == 1 {
		whole := t[:0]
		for _, k := range t {
			if k.value == math.Round(k.value) {
				k.label = tickLabel(k.value, 0)
				whole = append(whole, k)
			}
		}
		t = whole
	}
	return t
}

// panel is a pair of axes with what is drawn on them, first things below.
type panel struct {
	title    string // above the data; "" for none
	x, y     axis
	open     bool // without axes: the plotters draw their own
	plotters []plot.Plotter
}

// margins are the widths that axes take around the data.
type margins struct{ left, right, bottom, top vg.Length }

const (
	nameGap  vg.Length = 3 // between tick labels and the name of the axis, descenders apart
	labelGap vg.Length = 2 // between tick mark and tick label
)

// margins measures the axes of a panel whose data area has the given size.
func (p *panel) margins(width, height vg.Length) margins {
	m := margins{left: 1, right: 2, bottom: 1, top: capHeight(textSize) / 2}
	if p.title != "" {
		m.top = lineHeight(textSize) + 2
	}
	if p.open {
		return m
	}
	if !p.y.bare {
		var w vg.Length
		for _, t := range p.y.ticks(height, textSize, true) {
			w = max(w, textWidth(t.label, textSize))
		}
		m.left = tickMark + labelGap + w + 1.5
		if lines, name := p.y.lines(height); len(lines) > 0 {
			m.left += nameGap + descent(textSize) + name + capHeight(textSize)
		}
	}
	if p.x.bare {
		m.bottom = tickMark
		return m
	}
	_, name := p.x.lines(width)
	m.bottom = tickMark + labelGap + capHeight(textSize) + nameGap + name + lineHeight(textSize)
	for _, t := range p.x.ticks(width, textSize, false) {
		at := width * vg.Length((t.value-p.x.span.lo)/(p.x.span.hi-p.x.span.lo))
		m.right = max(m.right, at+textWidth(t.label, textSize)/2-width+1)
	}
	return m
}

// draw draws axes around, and plotters inside, the data area c; left is the room left of it, at whose
// outer side the name of the axis stands.
func (p *panel) draw(c draw.Canvas, left vg.Length) {
	carrier := plot.New() // holds the ranges for the plotters
	carrier.X.Min, carrier.X.Max = p.x.span.lo, p.x.span.hi
	carrier.Y.Min, carrier.Y.Max = p.y.span.lo, p.y.span.hi
	for _, q := range p.plotters {
		q.Plot(c, carrier)
	}
	if p.title != "" {
		title := ellipsis(p.title, textSize, c.Max.X-c.Min.X+left)
		write(c, title, textSize, black, vg.Point{X: c.Center().X, Y: c.Max.Y + descent(textSize) + 2}, centre, bottom, 0)
	}
	if p.open {
		return
	}
	line := draw.LineStyle{Color: black, Width: thinLine}
	c.StrokeLines(line, []vg.Point{{X: c.Min.X, Y: c.Max.Y}, c.Min, {X: c.Max.X, Y: c.Min.Y}})
	for _, t := range p.x.ticks(c.Max.X-c.Min.X, textSize, false) {
		x := c.X(carrier.X.Norm(t.value))
		c.StrokeLine2(line, x, c.Min.Y-tickMark, x, c.Min.Y)
		if !p.x.bare {
			write(c, t.label, textSize, black, vg.Point{X: x, Y: c.Min.Y - tickMark - labelGap}, centre, top, 0)
		}
	}
	for _, t := range p.y.ticks(c.Max.Y-c.Min.Y, textSize, true) {
		y := c.Y(carrier.Y.Norm(t.value))
		c.StrokeLine2(line, c.Min.X-tickMark, y, c.Min.X, y)
		if !p.y.bare {
			write(c, t.label, textSize, black, vg.Point{X: c.Min.X - tickMark - labelGap, Y: y}, right, centre, 0)
		}
	}
	if !p.x.bare {
		lines, _ := p.x.lines(c.Max.X - c.Min.X)
		y := c.Min.Y - tickMark - labelGap - capHeight(textSize) - nameGap
		for _, s := range lines {
			write(c, s, textSize, black, vg.Point{X: c.Center().X, Y: y}, centre, top, 0)
			y -= lineHeight(textSize)
		}
	}
	if !p.y.bare {
		lines, _ := p.y.lines(c.Max.Y - c.Min.Y)
		x := c.Min.X - left + 1.5 + capHeight(textSize)
		for _, s := range lines {
			write(c, s, textSize, black, vg.Point{X: x, Y: c.Center().Y}, centre, bottom, 1)
			x += lineHeight(textSize)
		}
	}
}

// grid lays out panels in rows and columns whose data areas are aligned, under a legend.
type grid struct {
	width      vg.Length // of the figure
	dataHeight vg.Length // of each panel's data area
	gap        vg.Length // between rows and between columns
	legend     legend
	panels     [][]*panel // rows, top first; nil leaves a place empty
}

// build measures the grid and returns the height of the figure and what paints it.
func (g *grid) build() (height vg.Length, paint func(draw.Canvas)) {
	const edge = 1 // free border of the figure
	rows, cols := len(g.panels), len(g.panels[0])
	lefts, rights := make([]vg.Length, cols), make([]vg.Length, cols)
	bottoms, tops := make([]vg.Length, rows), make([]vg.Length, rows)
	dataWidth := g.width / vg.Length(cols)
	for range 3 { // margins depend on ticks, ticks on the width that margins leave
		for i := range lefts {
			lefts[i], rights[i] = 0, 0
		}
		for r, row := range g.panels {
			for c, p := range row {
				if p == nil {
					continue
				}
				m := p.margins(dataWidth, g.dataHeight)
				lefts[c], rights[c] = max(lefts[c], m.left), max(rights[c], m.right)
				bottoms[r], tops[r] = max(bottoms[r], m.bottom), max(tops[r], m.top)
			}
		}
		free := g.width - 2*edge - vg.Length(cols-1)*g.gap
		for i := range lefts {
			free -= lefts[i] + rights[i]
		}
		dataWidth = max(free/vg.Length(cols), 1)
	}
	legendHeight := g.legend.height(g.width - 2*edge)
	height = legendHeight + 2*edge + vg.Length(rows-1)*g.gap
	for r := range rows {
		height += tops[r] + g.dataHeight + bottoms[r]
	}
	return height, func(c draw.Canvas) {
		background(c)
		g.legend.draw(draw.Crop(c, edge, -edge, 0, -edge))
		y := c.Max.Y - edge - legendHeight
		for r, row := range g.panels {
			y -= tops[r]
			x := c.Min.X + edge
			for k, p := range row {
				x += lefts[k]
				if p != nil {
					area := c
					area.Rectangle = vg.Rectangle{Min: vg.Point{X: x, Y: y - g.dataHeight}, Max: vg.Point{X: x + dataWidth, Y: y}}
					p.draw(area, lefts[k])
				}
				x += dataWidth + rights[k] + g.gap
			}
			y -= g.dataHeight + bottoms[r] + g.gap
		}
	}
}

// background fills the figure with white.
func background(c draw.Canvas) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
}
