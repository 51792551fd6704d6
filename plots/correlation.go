package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg/draw"
)

// correlation draws Spearman's rank correlation of every pair of objectives over the front: what is
// gained together (blue), and what only at the cost of the other (vermilion).
func correlation(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m < 3 {
		return nil, notApplicable("correlation", "it draws 3 or more objectives and %s has %d", g.Name, m)
	}
	found, err := findFronts("correlation", g, style)
	if err != nil {
		return nil, err
	}
	points := found.clouds[0].points
	h := &heatmap{text: func(v float64) string { return tickLabel(v, 2) }, tint: diverging}
	fig := &Fig{data: table{header: []string{"environment", "label", "objective", "other", "spearman"}}}
	for i, a := range g.objectives() {
		h.rows, h.columns = append(h.rows, a.name), append(h.columns, a.name)
		row := make([]float64, m)
		for j, b := range g.objectives() {
			row[j] = spearman(points, i, j)
			fig.data.add(g.Name, found.clouds[0].name, a.name, b.name, row[j])
			if j >= i {
				row[j] = math.NaN()
			}
		}
		h.values = append(h.values, row)
	}
	h.rows, h.values, h.columns = h.rows[1:], h.values[1:], h.columns[:m-1]
	for i := range h.values {
		h.values[i] = h.values[i][:m-1]
	}
	fig.Width = style.width(Column)
	if style.Width == 0 && m > 7 {
		fig.Width = Page
	}
	fig.layOutMap(h)
	fig.Caption = fmt.Sprintf("Spearman's rank correlation of objectives over %d points of the fronts of %s%s %s", len(points), found.clouds[0].name, found.said, g.setting())
	return fig, nil
}

// layOutMap makes a heat map all of the figure.
func (f *Fig) layOutMap(h *heatmap) {
	f.Height = h.layout(f.Width)
	f.paint = func(c draw.Canvas) {
		background(c)
		h.draw(c)
	}
}

// lightness maps a share to white (0) up to a blue that is dark in grey print (1).
func lightness(t float64) color.NRGBA {
	return mix(white, color.NRGBA{0x08, 0x30, 0x6B, 0xFF}, 0.9*min(max(t, 0), 1))
}
