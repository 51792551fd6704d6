package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// noise draws the value by which training selected each policy of the final archive against its value on
// fresh seeds with one standard error, objective by objective. What lies below the diagonal was chosen
// for its luck.
func noise(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m > maxMatrix {
		return nil, notApplicable("noise", "%s has %d objectives and it shows at most %d", g.Name, m, maxMatrix)
	}
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "policy", "objective", "selected", "fresh", "se", "episodes"}}}
	panels := make([]*panel, m)
	spans := make([]span, m)
	for i, o := range g.objectives() {
		x, y := o, o
		x.name, y.name = o.name+", as selected", o.name+", fresh"
		panels[i] = &panel{x: x, y: y}
		spans[i] = emptySpan()
	}
	var leg legend
	var used []*experiments.Run
	differ, points := false, 0
	for _, s := range byLabel(g.Runs, style) {
		clouds, bars := make([]plotter.XYs, m), make([][]plotter.XYs, m)
		for _, r := range s.runs {
			for _, a := range r.Archive {
				if len(a.Selected) != m || len(a.Value) != m || !allFinite(a.Selected) || !allFinite(a.Value) {
					continue
				}
				points++
				for j := range m {
					x, y, se := a.Selected[j], a.Value[j], 0.0
					if j < len(a.StdErr) && finite(a.StdErr[j]) {
						se = a.StdErr[j]
					}
					differ = differ || x != y
					spans[j].add(x, y-se, y+se)
					clouds[j] = append(clouds[j], plotter.XY{X: x, Y: y})
					if se > 0 {
						bars[j] = append(bars[j], plotter.XYs{{X: x, Y: y - se}, {X: x, Y: y + se}})
					}
					fig.data.add(g.Name, s.label, r.Info.Seed, a.Policy, g.Environment.Objectives[j].Name, x, y, se, a.Episodes)
				}
			}
			if len(r.Archive) > 0 {
				used = append(used, r)
			}
		}
		if len(clouds[0]) == 0 {
			continue
		}
		thin := draw.LineStyle{Color: mix(s.look.color, white, 0.3), Width: thinLine}
		for j, p := range panels {
			for _, b := range bars[j] {
				p.plotters = append(p.plotters, polyline{points: b, line: thin})
			}
			p.plotters = append(p.plotters, &plotter.Scatter{XYs: clouds[j], GlyphStyle: s.look.glyph(markerRadius(len(clouds[j])))})
		}
		leg = append(leg, entry{name: s.name(), glyph: s.look.glyph(markerRadius(0))})
	}
	switch {
	case points == 0:
		return nil, notApplicable("noise", "no run on %s has a final archive yet", g.Name)
	case !differ:
		return nil, notApplicable("noise", "on %s every fresh value is the selected one: its episodes are all the same", g.Name)
	}
	diagonal := draw.LineStyle{Color: grey, Width: lineWidth, Dashes: []vg.Length{3, 2}}
	for j, p := range panels {
		s := spans[j].padded(0.06)
		p.x.span, p.y.span = s, s
		p.plotters = append([]plot.Plotter{polyline{points: plotter.XYs{{X: s.lo, Y: s.lo}, {X: s.hi, Y: s.hi}}, line: diagonal}}, p.plotters...)
	}
	leg = append(leg, entry{name: "equal", line: diagonal})
	fig.layOutPanels(panels, 2, 1, leg, style)
	fig.Caption = fmt.Sprintf("Values by which training selected the policies of the final archives against their values on fresh seeds (%s, %d policies). Bars are one standard error; below the diagonal selection flattered.%s", seeds(used), points, " "+g.setting())
	return fig, nil
}

// layOutPanels places panels in rows of the given number in a column, of twice as many on a page; aspect is the
// height of the data over its width.
func (f *Fig) layOutPanels(panels []*panel, columns int, aspect float64, leg legend, style Style) {
	f.Width = style.width(Column)
	if f.Width > 130*vg.Millimeter {
		columns *= 2
	}
	columns = min(columns, len(panels))
	g := grid{width: f.Width, gap: 6, legend: leg, dataHeight: vg.Length(aspect) * (f.Width/vg.Length(columns) - 34)}
	if columns == 1 {
		g.dataHeight = min(0.6*f.Width, maxFrontHeight)
	}
	for len(panels)%columns != 0 {
		panels = append(panels, nil)
	}
	for i := 0; i < len(panels); i += columns {
		g.panels = append(g.panels, panels[i:i+columns])
	}
	f.Height, f.paint = g.build()
}
