package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// own is a column of the algorithm's own in a row of metrics, NaN if it has none of that name.
func own(r *experiments.Run, m experiments.Metrics, name string) float64 {
	if v, ok := m.Columns[r.Info.Algorithm+"."+name]; ok {
		return v
	}
	return math.NaN()
}

// measure is a column of quality diversity and what axes call it.
type measure struct {
	column string
	axis   axis
}

// explorationMeasures are the panels of a group.
func explorationMeasures(g *Group) []measure {
	all := []measure{
		{"coverage", axis{name: "coverage"}},
		{"qd_score", axis{name: "QD score"}},
		{"archive", axis{name: "archived", counts: true}},
	}
	const most = 6 // panels of objectives
	names := g.objectives()
	for j, o := range g.Environment.Objectives[:min(most, len(names))] {
		all = append(all, measure{"best_" + o.Name, axis{name: "best " + names[j].name, unit: names[j].unit}})
	}
	return all
}

// exploration draws what quality diversity measures over the evaluations of a run: one line per label, of
// three runs or more their median with the quartiles as a band.
func exploration(g *Group, style Style) (*Fig, error) {
	measures := explorationMeasures(g)
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "evaluations"}}}
	for _, m := range measures {
		fig.data.header = append(fig.data.header, m.column)
	}
	labels := byLabel(g.Runs, style)
	labels = slices.DeleteFunc(labels, func(s series) bool { return !slices.ContainsFunc(s.runs, explores) })
	if len(labels) == 0 {
		return nil, notApplicable("exploration", "no run on %s has recorded evaluations of a search of behaviours", g.Name)
	}
	x := axis{name: "evaluations", span: emptySpan(), counts: true}
	x.span.add(0)
	for _, s := range labels {
		for _, r := range s.runs {
			for _, row := range r.Metrics {
				at := own(r, row, "evaluations")
				if !finite(at) {
					continue
				}
				x.span.add(at)
				line := []any{g.Name, s.label, r.Info.Seed, at}
				for _, m := range measures {
					line = append(line, own(r, row, m.column))
				}
				fig.data.add(line...)
			}
		}
	}
	x.span = x.span.padded(0.02)
	x.span.lo = 0
	var panels []*panel
	for _, m := range measures {
		p := &panel{x: x, y: m.axis}
		p.y.span = emptySpan()
		p.y.span.add(0)
		var bands, thin, thick []plot.Plotter
		for k, s := range labels {
			var lines []plotter.XYs
			for _, r := range s.measured() {
				if line := explored(r, m.column); len(line) > 0 {
					lines = append(lines, line)
				}
			}
			if len(lines) == 0 {
				continue
			}
			main := polyline{points: median(lines), line: s.look.line(lineWidth), glyph: s.look.glyph(1.6), markers: 5, shift: (float64(k) + 0.5) / float64(len(labels))}
			if len(lines) > 1 {
				main.line.Width *= 1.5
			}
			if len(lines) > 2 {
				low, high := quartile(lines, 0.25), quartile(lines, 0.75)
				p.y.span.add(ys(low)...)
				p.y.span.add(ys(high)...)
				tint := s.look.color
				tint.A = 60
				bands = append(bands, area{[]plotter.XYs{band(xs(low), ys(low), ys(high))}, tint})
			} else if len(lines) == 2 {
				for _, line := range lines {
					p.y.span.add(ys(line)...)
					thin = append(thin, polyline{points: line, line: draw.LineStyle{Color: mix(s.look.color, white, 0.55), Width: thinLine}})
				}
			}
			p.y.span.add(ys(main.points)...)
			thick = append(thick, main)
		}
		if len(thick) == 0 {
			continue
		}
		p.plotters = slices.Concat(bands, thin, thick)
		low := p.y.span.lo
		p.y.span = p.y.span.padded(0.06)
		if low >= 0 {
			p.y.span.lo = 0
		}
		panels = append(panels, p)
	}
	var leg legend
	for _, s := range labels {
		width := lineWidth
		if len(s.measured()) > 1 {
			width *= 1.5
		}
		leg = append(leg, entry{name: s.name(), line: s.look.line(width), glyph: s.look.glyph(markerRadius(0))})
	}
	style.Width = style.width(Page)
	layoutCurves(fig, panels, leg, style)
	fig.Caption = fmt.Sprintf("What the search of behaviours found over its evaluations (%s): share of the cells of the ground truth that exploring episodes ended in, sum of the best rewards of all cells, archived policies and the best return of each objective.%s %s",
		seeds(g.Runs), explorationNote(labels), g.setting())
	return fig, nil
}

// explores reports whether a run has the columns of quality diversity.
func explores(r *experiments.Run) bool {
	return slices.ContainsFunc(r.Metrics, func(m experiments.Metrics) bool {
		return finite(own(r, m, "evaluations")) && finite(own(r, m, "coverage"))
	})
}

// explored is a column over evaluations, without what cannot be drawn.
func explored(r *experiments.Run, column string) plotter.XYs {
	var line plotter.XYs
	for _, row := range r.Metrics {
		if at, v := own(r, row, "evaluations"), own(r, row, column); finite(at) && finite(v) {
			line = append(line, plotter.XY{X: at, Y: v})
		}
	}
	return line
}

// quartile is a quantile of step functions, between their values where it falls between two.
func quartile(lines []plotter.XYs, share float64) plotter.XYs {
	return pointwise(lines, func(sorted []float64) float64 { return quantile(sorted, share) })
}

// quantile of sorted values, linear between them.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (at-float64(i))*(sorted[j]-sorted[i])
}

func explorationNote(labels []series) string {
	note := ""
	for _, s := range labels {
		switch n := len(s.measured()); {
		case n > 2 && !strings.Contains(note, "quartiles"):
			note += " Lines are medians over complete runs, bands their quartiles."
		case n == 2 && !strings.Contains(note, "both thin"):
			note += " Of two runs: both thin, their median thick."
		}
	}
	return note
}

func xs(line plotter.XYs) []float64 {
	out := make([]float64, len(line))
	for i, q := range line {
		out[i] = q.X
	}
	return out
}
