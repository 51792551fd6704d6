package plots

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
)

// profile draws performance profiles: the share of the runs, on all environments that every label ran
// on, whose score exceeds a threshold, with the 95 % band of the bootstrap.
func profile(groups []Group, style Style) (*Fig, error) {
	c, err := compared("profile", groups, style)
	if err != nil {
		return nil, err
	}
	if len(c.Profiles) == 0 {
		return nil, notApplicable("profile", "it needs at least 3 complete runs of every label, and equally many, on some environment that all labels ran on")
	}
	fig := &Fig{data: table{header: []string{"label", "threshold", "share", "low", "high"}}}
	p := &panel{x: axis{name: shareName(c) + " τ", span: span{0, 1}}, y: axis{name: "share of runs with score > τ", span: span{0, 1.03}}}
	var leg legend
	for k, v := range c.Profiles {
		l := style.look(v.Variant, style.Labels)
		var line plotter.XYs
		low, high := make([]float64, len(v.Shares)), make([]float64, len(v.Shares))
		for i, s := range v.Shares {
			line = append(line, plotter.XY{X: v.Thresholds[i], Y: s.Value})
			low[i], high[i] = s.Low, s.High
			fig.data.add(v.Variant, v.Thresholds[i], s.Value, s.Low, s.High)
		}
		tint := l.color
		tint.A = 50
		p.plotters = append(p.plotters, area{[]plotter.XYs{band(v.Thresholds, low, high)}, tint})
		p.plotters = append(p.plotters, polyline{points: line, line: l.line(1.5 * lineWidth), glyph: l.glyph(1.6), markers: 5, shift: (float64(k) + 0.5) / float64(len(c.Profiles))})
		leg = append(leg, entry{name: v.Variant, line: l.line(1.5 * lineWidth), glyph: l.glyph(markerRadius(0))})
	}
	fig.Width = style.width(Column)
	g := grid{width: fig.Width, dataHeight: min(0.55*fig.Width, maxFrontHeight), legend: leg, panels: [][]*panel{{p}}}
	fig.Height, fig.paint = g.build()
	fig.Caption = fmt.Sprintf("Performance profiles over %d environments with pointwise %g %% bootstrap bands: the share of runs whose %s exceeds τ.%s",
		len(c.Pooled), 100*c.Confidence, shareName(c), terms(c, c.Pooled))
	return fig, nil
}
