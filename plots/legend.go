package plots

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is one line of a legend: a sample and what it stands for.
type entry struct {
	name   string
	line   draw.LineStyle  // zero width: none
	glyph  draw.GlyphStyle // nil shape: none
	upward bool            // the line is drawn upright
	box    color.Color     // a filled box; nil: none
	ramp   bool            // the sequential map from dark to light
}

// width of the sample.
func (e entry) width() vg.Length {
	if e.line.Width > 0 && !e.upward || e.box != nil {
		return sampleWidth
	}
	if e.ramp {
		return 2 * sampleWidth
	}
	return glyphWidth
}

// legend is a row of entries above the data, broken into further rows where it is too long.
type legend []entry

const (
	sampleWidth vg.Length = 16 // of a line
	glyphWidth  vg.Length = 7  // of a marker or an upright line alone
	sampleGap   vg.Length = 3  // between sample and name
	entryGap    vg.Length = 10 // between entries
)

// rows breaks the legend at the given width and returns the names, cut where one alone is too long.
func (l legend) rows(width vg.Length) [][]entry {
	var rows [][]entry
	var x vg.Length
	for _, e := range l {
		e.name = ellipsis(e.name, textSize, width-e.width()-sampleGap)
		w := e.width() + sampleGap + textWidth(e.name, textSize)
		if len(rows) == 0 || x+w > width {
			rows = append(rows, nil)
			x = 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		x += w + entryGap
	}
	return rows
}

// height is what the legend takes at the given width.
func (l legend) height(width vg.Length) vg.Length {
	n := len(l.rows(width))
	if n == 0 {
		return 0
	}
	return vg.Length(n)*lineHeight(textSize) + 4
}

// draw draws the legend into the top of c.
func (l legend) draw(c draw.Canvas) {
	y := c.Max.Y - lineHeight(textSize)/2
	for _, row := range l.rows(c.Max.X - c.Min.X) {
		x := c.Min.X
		for _, e := range row {
			e.sample(c, vg.Point{X: x, Y: y})
			x += e.width() + sampleGap
			write(c, e.name, textSize, black, vg.Point{X: x, Y: y}, left, centre, 0)
			x += textWidth(e.name, textSize) + entryGap
		}
		y -= lineHeight(textSize)
	}
}

// sample draws line and glyph of an entry; at is the middle of its left side.
func (e entry) sample(c draw.Canvas, at vg.Point) {
	mid := vg.Point{X: at.X + e.width()/2, Y: at.Y}
	half := vg.Point{X: e.width() / 2, Y: capHeight(textSize) / 2}
	if e.box != nil {
		c.SetColor(e.box)
		c.Fill(vg.Rectangle{Min: mid.Sub(half), Max: mid.Add(half)}.Path())
	}
	if e.ramp {
		const bands = 24
		step := e.width() / bands
		for i := range bands {
			c.SetColor(sequential((float64(i) + 0.5) / bands))
			min := vg.Point{X: at.X + vg.Length(i)*step, Y: at.Y - half.Y}
			c.Fill(vg.Rectangle{Min: min, Max: min.Add(vg.Point{X: step, Y: 2 * half.Y})}.Path())
		}
	}
	if e.line.Width > 0 {
		if e.upward {
			c.StrokeLine2(e.line, mid.X, mid.Y-lineHeight(textSize)/2, mid.X, mid.Y+lineHeight(textSize)/2)
		} else {
			c.StrokeLine2(e.line, at.X, at.Y, at.X+sampleWidth, at.Y)
		}
	}
	if e.glyph.Shape != nil {
		c.DrawGlyphNoClip(e.glyph, mid)
	}
}
