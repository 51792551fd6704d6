package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heatmap is a table of numbers as tinted cells, names of the rows at the left and of the columns below.
type heatmap struct {
	rows, columns         []string
	rowTitle, columnTitle string
	values                [][]float64 // NaN: an empty cell
	text                  func(float64) string
	tint                  func(float64) color.NRGBA
	cellHeight            vg.Length // 0: as high as wide

	cell, height, left, bottom vg.Length
	size                       vg.Length // of the numbers
	turned                     bool      // names of columns stand upright
	names                      [][]string
}

// layout measures the map and returns its height.
func (h *heatmap) layout(width vg.Length) vg.Length {
	n := vg.Length(len(h.columns))
	most := 0.4 * width
	h.left = min(textWidthOf(h.rows, textSize), most) + labelGap + 2
	if h.rowTitle != "" {
		h.left += lineHeight(textSize) + nameGap
	}
	h.cell = min((width-h.left-2)/n, 22*vg.Millimeter)
	h.height = h.cellHeight
	if h.height == 0 {
		h.height = min(h.cell, 16*vg.Millimeter)
	}
	for h.size = textSize; h.size > smallText; h.size -= 0.5 {
		if h.widest() <= h.cell-2 {
			break
		}
	}
	h.turned = false
	lines := 1
	h.names = nil
	for _, name := range h.columns {
		l := wrap(name, textSize, h.cell-3, 2)
		for _, s := range l {
			if s != name && len(s) > 2 && s[len(s)-3:] == "…" {
				h.turned = true
			}
		}
		lines = max(lines, len(l))
		h.names = append(h.names, l)
	}
	h.bottom = labelGap + vg.Length(lines)*lineHeight(textSize)
	if h.turned {
		h.bottom = labelGap + min(textWidthOf(h.columns, textSize), most) + 2
	}
	if h.columnTitle != "" {
		h.bottom += lineHeight(textSize) + nameGap
	}
	return 2 + vg.Length(len(h.rows))*h.height + h.bottom
}

// widest number.
func (h *heatmap) widest() vg.Length {
	var w vg.Length
	for _, row := range h.values {
		for _, v := range row {
			if !math.IsNaN(v) {
				w = max(w, textWidth(h.text(v), h.size))
			}
		}
	}
	return w
}

func (h *heatmap) draw(c draw.Canvas) {
	frame := draw.LineStyle{Color: lightGrey, Width: thinLine}
	x0, y1 := c.Min.X+h.left, c.Max.Y-1
	most := 0.4 * (c.Max.X - c.Min.X)
	for i, row := range h.values {
		y := y1 - vg.Length(i+1)*h.height
		for j, v := range row {
			area := vg.Rectangle{Min: vg.Point{X: x0 + vg.Length(j)*h.cell, Y: y}}
			area.Max = area.Min.Add(vg.Point{X: h.cell, Y: h.height})
			middle := vg.Point{X: (area.Min.X + area.Max.X) / 2, Y: (area.Min.Y + area.Max.Y) / 2}
			if !math.IsNaN(v) {
				tint := h.tint(v)
				c.SetColor(tint)
				c.Fill(area.Path())
				write(c, h.text(v), h.size, inkOn(tint), middle, centre, centre, 0)
			}
			c.StrokeLines(frame, []vg.Point{area.Min, {X: area.Max.X, Y: area.Min.Y}, area.Max, {X: area.Min.X, Y: area.Max.Y}, area.Min})
		}
		write(c, ellipsis(h.rows[i], textSize, most), textSize, black, vg.Point{X: x0 - labelGap, Y: y + h.height/2}, right, centre, 0)
	}
	y := y1 - vg.Length(len(h.rows))*h.height - labelGap
	for j := range h.columns {
		x := x0 + (vg.Length(j)+0.5)*h.cell
		if h.turned {
			write(c, ellipsis(h.columns[j], textSize, most), textSize, black, vg.Point{X: x + capHeight(textSize)/2, Y: y}, right, bottom, 1)
			continue
		}
		for k, s := range h.names[j] {
			write(c, s, textSize, black, vg.Point{X: x, Y: y - vg.Length(k)*lineHeight(textSize)}, centre, top, 0)
		}
	}
	if h.columnTitle != "" {
		x := x0 + vg.Length(len(h.columns))*h.cell/2
		write(c, ellipsis(h.columnTitle, textSize, c.Max.X-c.Min.X), textSize, black, vg.Point{X: x, Y: c.Min.Y + 1 + descent(textSize)}, centre, bottom, 0)
	}
	if h.rowTitle != "" {
		y := y1 - vg.Length(len(h.rows))*h.height/2
		write(c, ellipsis(h.rowTitle, textSize, vg.Length(len(h.rows))*h.height+h.bottom), textSize, black, vg.Point{X: c.Min.X + 1 + capHeight(textSize), Y: y}, centre, bottom, 1)
	}
}

// inkOn is the colour of text on a tint: black, or white on a dark one.
func inkOn(tint color.NRGBA) color.NRGBA {
	if 0.299*float64(tint.R)+0.587*float64(tint.G)+0.114*float64(tint.B) < 120 {
		return white
	}
	return black
}

// diverging maps t in [-1, 1] to a colour: white at 0, blue towards 1, vermilion towards -1.
func diverging(t float64) color.NRGBA {
	tint := okabeIto[0]
	if t < 0 {
		tint = okabeIto[5]
	}
	return mix(white, tint, 0.75*min(math.Abs(t), 1))
}

// textWidthOf is the largest width of texts.
func textWidthOf(texts []string, size vg.Length) vg.Length {
	var w vg.Length
	for _, s := range texts {
		w = max(w, textWidth(s, size))
	}
	return w
}
