package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// budget draws the hypervolume against training steps and against the time by the clock: an algorithm
// that is better by steps may be worse by time. Thin lines are single runs, thick ones the median.
func budget(g *Group, style Style) (*Fig, error) {
	hv := indicatorCurves(g)[0]
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "eval", "steps_train", "seconds", "hypervolume", "hv_ratio"}}}
	panels := []*panel{
		{x: axis{name: "training steps", counts: true}, y: hv.axis},
		{x: axis{name: "time", unit: "s"}, y: hv.axis},
	}
	panels[1].y.bare = true
	y, most := emptySpan(), [2]float64{}
	labels := byLabel(g.Runs, style)
	var leg legend
	var used []*experiments.Run
	for k, s := range labels {
		var lines [2][]plotter.XYs
		for _, r := range s.runs {
			seconds := map[int]float64{}
			for _, t := range r.Timing {
				seconds[t.Eval] = t.SecondsTotal
			}
			var line [2]plotter.XYs
			for _, row := range r.Metrics {
				v, at := hv.value(row), [2]float64{float64(row.StepsTrain), math.NaN()}
				t, timed := seconds[row.Eval]
				if !finite(v) || !timed || !finite(t) {
					continue
				}
				at[1] = t
				y.add(v)
				for i := range line {
					line[i] = append(line[i], plotter.XY{X: at[i], Y: v})
					most[i] = math.Max(most[i], at[i])
				}
				fig.data.add(g.Name, s.label, r.Info.Seed, row.Eval, row.StepsTrain, t, row.Hypervolume, row.HVRatio)
			}
			if len(line[0]) > 0 {
				used = append(used, r)
				for i := range lines {
					lines[i] = append(lines[i], line[i])
				}
			}
		}
		if len(lines[0]) == 0 {
			continue
		}
		width := lineWidth
		if len(lines[0]) > 1 {
			width *= 1.5
		}
		for i, p := range panels {
			main := polyline{points: lines[i][0], line: s.look.line(width), glyph: s.look.glyph(1.6), markers: 4, shift: (float64(k) + 0.5) / float64(len(labels))}
			if len(lines[i]) > 1 {
				thin := draw.LineStyle{Color: mix(s.look.color, white, 0.55), Width: thinLine}
				for _, l := range lines[i] {
					p.plotters = append([]plot.Plotter{polyline{points: l, line: thin}}, p.plotters...)
				}
				main.points = median(lines[i])
			}
			p.plotters = append(p.plotters, main)
		}
		leg = append(leg, entry{name: s.name(), line: s.look.line(width), glyph: s.look.glyph(markerRadius(0))})
	}
	if len(used) == 0 {
		return nil, notApplicable("budget", "no run on %s has recorded an evaluation with its time", g.Name)
	}
	for i, p := range panels {
		p.x.span, p.y.span = span{0, math.Max(most[i], 1e-3) * 1.02}, y.padded(0.06)
	}
	fig.layOutPanels(panels, 2, 0.9, leg, style)
	fig.Caption = fmt.Sprintf("Archive against training steps and against the time by the clock, evaluation included (%s): %s.%s %s", seeds(used), hv.axis.name, medianNote(labels), g.setting())
	return fig, nil
}
