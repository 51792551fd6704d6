package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Share is a point of a figure of [Shares]: the share of problems that were solved with N data.
type Share struct {
	Panel, Label     string  // above the axes, and of the line
	N                int     // at least 1
	Value, Low, High float64 // the share, and its interval
}

// Shares draws shares of near-optimal policies over the number of preferences, on a logarithmic axis: a panel for
// each kind of answers, a line for each learner, an upright line for each interval.
func Shares(points []Share, style Style) (*Fig, error) {
	if len(points) == 0 {
		return nil, fmt.Errorf("plots: no shares to draw")
	}
	fig := &Fig{Kind: "near-optimal", Name: "near-optimal", data: table{header: []string{"panel", "label", "preferences", "share", "low", "high"}}}
	var panels, labels []string
	whole := emptySpan()
	numbers := map[string][]int{} // of a panel
	for _, p := range points {
		if !slices.Contains(panels, p.Panel) {
			panels = append(panels, p.Panel)
		}
		if !slices.Contains(labels, p.Label) {
			labels = append(labels, p.Label)
		}
		if !slices.Contains(numbers[p.Panel], p.N) {
			numbers[p.Panel] = append(numbers[p.Panel], p.N)
		}
		whole.add(math.Log10(float64(p.N)))
		fig.data.add(p.Panel, p.Label, p.N, p.Value, p.Low, p.High)
	}
	whole = whole.padded(0.05)
	var drawn []*panel
	for _, name := range panels {
		x := axis{name: "preferences", span: whole, names: []tick{}}
		for _, n := range slices.Sorted(slices.Values(numbers[name])) {
			x.names = append(x.names, tick{math.Log10(float64(n)), strconv.Itoa(n)})
		}
		y := axis{name: "share near-optimal", span: span{-0.03, 1.03}, names: []tick{{0, "0"}, {0.25, ""}, {0.5, "0.5"}, {0.75, ""}, {1, "1"}}}
		p := &panel{title: name, x: x, y: y}
		for k, label := range labels {
			look := lookOf(k)
			aside := (float64(k) - float64(len(labels)-1)/2) * 0.012 * (whole.hi - whole.lo)
			var line plotter.XYs
			var intervals []plot.Plotter
			for _, s := range points {
				if s.Panel != name || s.Label != label {
					continue
				}
				at := math.Log10(float64(s.N)) + aside
				line = append(line, plotter.XY{X: at, Y: s.Value})
				intervals = append(intervals, polyline{points: plotter.XYs{{X: at, Y: s.Low}, {X: at, Y: s.High}},
					line: draw.LineStyle{Color: mix(look.color, white, 0.4), Width: thinLine}})
			}
			if len(line) == 0 {
				continue
			}
			slices.SortFunc(line, func(a, b plotter.XY) int { return int(math.Copysign(1, a.X-b.X)) })
			p.plotters = append(p.plotters, intervals...)
			p.plotters = append(p.plotters, polyline{points: line, line: look.line(lineWidth)}, &plotter.Scatter{XYs: line, GlyphStyle: look.glyph(1.6)})
		}
		drawn = append(drawn, p)
	}
	var leg legend
	for k, label := range labels {
		look := lookOf(k)
		leg = append(leg, entry{name: label, line: look.line(lineWidth), glyph: look.glyph(1.6)})
	}
	layoutShares(fig, drawn, leg, style)
	fig.Caption = "Share of problems with a near-optimal policy (scaled return above 0.9) over the number of preferences, with 95 % intervals."
	return fig, nil
}

// layoutShares sets two panels side by side where there are several.
func layoutShares(fig *Fig, panels []*panel, leg legend, style Style) {
	cols := 1
	fig.Width = style.width(Column)
	if len(panels) > 1 {
		cols = 2
		fig.Width = style.width(Page)
	}
	g := grid{width: fig.Width, legend: leg, gap: 6 * vg.Points(1), dataHeight: 0.5 * fig.Width / vg.Length(cols)}
	for i := 0; i < len(panels); i += cols {
		row := slices.Clone(panels[i:min(i+cols, len(panels))])
		for len(row) < cols {
			row = append(row, nil)
		}
		g.panels = append(g.panels, row)
	}
	for i, p := range panels[:max(0, len(panels)-cols)] {
		p.x.bare = slices.Equal(p.x.names, panels[i+cols].x.names)
	}
	fig.Height, fig.paint = g.build()
}
