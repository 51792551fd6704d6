package plots

import (
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Line is a quantity over another one, with intervals if Low and High are given; all of one length.
type Line struct {
	Name      string
	X, Y      []float64
	Low, High []float64
}

// LinePanel is a pair of axes with lines. Lines of one name look the same in all panels.
type LinePanel struct {
	Title string // above the panel
	X, Y  string // names of the axes
	Lines []Line
}

// Lines draws tables that are no runs: some quantity per name and number, such as the loss of each of several methods
// over the number of answers. Its upright axes begin at 0.
func Lines(name, caption string, panels []LinePanel, style Style) *Fig {
	fig := &Fig{Kind: "lines", Name: name, Caption: caption, data: table{header: []string{"panel", "name", "x", "y", "low", "high"}}}
	var names []string
	for _, in := range panels {
		for _, l := range in.Lines {
			names = append(names, l.Name)
		}
	}
	var leg legend
	known := map[string]bool{}
	var drawn []*panel
	for _, in := range panels {
		p := &panel{title: in.Title, x: axis{name: in.X, span: emptySpan(), counts: true}, y: axis{name: in.Y, span: emptySpan()}}
		p.y.span.add(0)
		for _, l := range in.Lines {
			look := style.look(l.Name, names)
			if !known[l.Name] {
				known[l.Name] = true
				leg = append(leg, entry{name: l.Name, line: look.line(lineWidth), glyph: look.glyph(markerRadius(0))})
			}
			var path plotter.XYs
			for k, x := range l.X {
				p.x.span.add(x)
				p.y.span.add(l.Y[k])
				path = append(path, plotter.XY{X: x, Y: l.Y[k]})
				low, high := l.Y[k], l.Y[k]
				if l.Low != nil {
					low, high = l.Low[k], l.High[k]
					p.y.span.add(low, high)
					bar := draw.LineStyle{Color: mix(look.color, white, 0.5), Width: thinLine}
					p.plotters = append(p.plotters, polyline{points: plotter.XYs{{X: x, Y: low}, {X: x, Y: high}}, line: bar})
				}
				fig.data.add(in.Title, l.Name, x, l.Y[k], low, high)
			}
			p.plotters = append(p.plotters, polyline{points: path, line: look.line(lineWidth), glyph: look.glyph(1.6), markers: 5, shift: 0.5})
		}
		p.x.span, p.y.span = p.x.span.padded(0.02), p.y.span.padded(0.04)
		drawn = append(drawn, p)
	}
	layoutCurves(fig, drawn, leg, style)
	return fig
}
