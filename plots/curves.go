package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// curve is one indicator over training steps.
type curve struct {
	axis  axis
	value func(experiments.Metrics) float64 // NaN if missing
	share bool                              // of the exact hypervolume
	hv    bool
}

// curves draws hypervolume (as a share of the exact one where that is known), expected utility,
// sparsity and cardinality over training steps: one line per label; where a label has several
// seeds, those as thin lines under their median. The exact hypervolume is grey as the exact front in
// other figures, the limit of linear weights dotted, and an upright line is where stage 2 begins.
func curves(g *Group, style Style) (*Fig, error) {
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "eval", "phase", "steps_train",
		"hypervolume", "hv_ratio", "eum", "sparsity", "cardinality"}}}
	steps := emptySpan()
	steps.add(0)
	labels := byLabel(g.Runs, style)
	rows := 0
	for _, s := range labels {
		for _, r := range s.runs {
			for _, row := range r.Metrics {
				rows++
				steps.add(float64(row.StepsTrain))
				fig.data.add(g.Name, s.label, r.Info.Seed, row.Eval, row.Phase, row.StepsTrain,
					row.Hypervolume, row.HVRatio, row.EUM, row.Sparsity, row.Cardinality)
			}
		}
	}
	if rows == 0 {
		return nil, notApplicable("curves", "no run on %s has recorded an evaluation yet", g.Name)
	}
	x := axis{name: "training steps", span: span{0, math.Max(steps.hi, 1) * 1.02}, counts: true}
	exact, linear := limits(g.Runs)
	knownName := g.KnownName()
	convex := linear >= 0.9995*exact // then its line would lie on that of the exact front
	var panels []*panel
	var leg legend
	limitsShown := ""
	for _, c := range indicatorCurves(g) {
		p := &panel{x: x, y: c.axis}
		p.y.span = emptySpan()
		var rules []plot.Plotter
		for _, r := range stageChanges(g.Runs) {
			rules = append(rules, Rule{r, true, stageRule})
		}
		if c.hv {
			factor := 1.0
			if c.share {
				factor = exact
			}
			for _, l := range []struct {
				at   float64
				line draw.LineStyle
				name string
				show bool
			}{{exact, exactRule, knownName, true}, {linear, linearRule, linearName, !convex}} {
				if finite(l.at) && l.show {
					p.y.span.add(l.at / factor)
					rules = append(rules, Rule{l.at / factor, false, l.line})
					leg = append(leg, entry{name: l.name, line: l.line})
					limitsShown += fmt.Sprintf(" Hypervolume, %s: %s.", l.name, Number(l.at, 7))
				}
			}
		}
		lines := p.curve(c, labels)
		if len(lines) == 0 {
			continue
		}
		if c.hv && convex {
			limitsShown += " Linear weights can reach all of it."
		}
		if c.axis.counts {
			p.y.span.add(0)
		}
		p.plotters = append(rules, lines...)
		p.y.span = p.y.span.padded(0.06)
		panels = append(panels, p)
	}
	if len(panels) == 0 {
		return nil, notApplicable("curves", "the recorded indicators of the runs on %s have no value that can be drawn", g.Name)
	}
	var names legend
	for _, s := range labels {
		width := lineWidth
		if len(s.runs) > 1 {
			width *= 1.5
		}
		names = append(names, entry{name: s.name(), line: s.look.line(width), glyph: s.look.glyph(markerRadius(0))})
	}
	if len(stageChanges(g.Runs)) > 0 {
		leg = append(leg, entry{name: "start of stage 2", line: stageRule, upward: true})
	}
	layoutCurves(fig, panels, append(names, leg...), style)
	fig.Caption = fmt.Sprintf("Indicators of the archive over training steps (%s).%s%s %s",
		seeds(g.Runs), medianNote(labels), limitsShown, g.setting())
	return fig, nil
}

var (
	exactRule  = draw.LineStyle{Color: lightGrey, Width: knownWidth}
	linearRule = draw.LineStyle{Color: darkGrey, Width: lineWidth, Dashes: []vg.Length{1.5, 1.5}}
	stageRule  = draw.LineStyle{Color: grey, Width: thinLine, Dashes: []vg.Length{1, 1}}
)

// indicatorCurves are the panels of a group: the hypervolume as a share where every run has it. With one
// objective there is nothing but its return, which the expected utility is.
func indicatorCurves(g *Group) []curve {
	utility := func(m experiments.Metrics) float64 { return value(m.EUM) }
	if o := g.Environment.Objectives; len(o) == 1 {
		name := "return"
		if o[0].Name != "reward" {
			name += " (" + o[0].Name + ")"
		}
		return []curve{{axis: axis{name: name}, value: utility}}
	}
	hv := curve{axis{name: "hypervolume"}, func(m experiments.Metrics) float64 { return m.Hypervolume }, false, true}
	share := true
	for _, r := range g.Runs {
		for _, m := range r.Metrics {
			share = share && m.HVRatio != nil
		}
	}
	if exact, _ := limits(g.Runs); share && finite(exact) && exact > 0 {
		hv = curve{axis{name: "HV / " + strings.Replace(g.KnownName(), "front", "HV", 1)}, func(m experiments.Metrics) float64 { return value(m.HVRatio) }, true, true}
	}
	return []curve{
		hv,
		{axis: axis{name: "expected utility"}, value: utility},
		{axis: axis{name: "sparsity"}, value: func(m experiments.Metrics) float64 { return m.Sparsity }},
		{axis: axis{name: "front size", counts: true}, value: func(m experiments.Metrics) float64 { return float64(m.Cardinality) }},
	}
}

// value of an indicator that may be missing.
func value(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

// limits returns the exact hypervolume of a group and the largest one that linear weights reach,
// NaN where unknown. While no run is complete the exact one follows from the recorded share.
func limits(runs []*experiments.Run) (exact, linear float64) {
	exact, linear = math.NaN(), math.NaN()
	for _, r := range runs {
		if r.Result == nil {
			continue
		}
		if v := r.Result.HypervolumeExact; v != nil && math.IsNaN(exact) {
			exact = *v
		}
		if v := r.Result.HypervolumeLinear; v != nil && math.IsNaN(linear) {
			linear = *v
		}
	}
	for _, r := range runs {
		for _, m := range r.Metrics {
			if v := value(m.HVRatio); math.IsNaN(exact) && v > 0 && finite(m.Hypervolume/v) {
				exact = m.Hypervolume / v
			}
		}
	}
	return exact, linear
}

// stageChanges lists the training steps at which runs ended their first stage, each once, none
// where they differ too much to be read.
func stageChanges(runs []*experiments.Run) []float64 {
	var at []float64
	for _, r := range runs {
		if end := r.EndOfPhase("stage1"); end != nil && end.Eval < r.Metrics[len(r.Metrics)-1].Eval {
			at = append(at, float64(end.StepsTrain))
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	if len(at) > 4 {
		return nil
	}
	return at
}

// curve adds one indicator to a panel's range and returns its lines, seeds below medians.
func (p *panel) curve(c curve, labels []series) []plot.Plotter {
	var thin, thick []plot.Plotter
	for k, s := range labels {
		var seeds, measured []plotter.XYs
		for _, r := range s.runs {
			var line plotter.XYs
			for _, m := range r.Metrics {
				if v := c.value(m); finite(v) {
					line = append(line, plotter.XY{X: float64(m.StepsTrain), Y: v})
					p.y.span.add(v)
				}
			}
			if len(line) > 0 {
				seeds = append(seeds, line)
				if slices.Contains(s.measured(), r) {
					measured = append(measured, line)
				}
			}
		}
		if len(seeds) == 0 {
			continue
		}
		if len(measured) == 0 {
			measured = seeds
		}
		main := polyline{points: measured[0], line: s.look.line(lineWidth), glyph: s.look.glyph(1.6),
			markers: 5, shift: (float64(k) + 0.5) / float64(len(labels))}
		if len(seeds) > 1 {
			sty := draw.LineStyle{Color: mix(s.look.color, white, 0.55), Width: thinLine}
			for _, line := range seeds {
				thin = append(thin, polyline{points: line, line: sty})
			}
			main.points, main.line.Width = median(measured), 1.5*lineWidth
		}
		thick = append(thick, main)
	}
	return append(thin, thick...)
}

// median is the pointwise median of step functions (the last value holds until the next) on the
// steps of all of them, from where the last one begins to where the first one ends.
func median(lines []plotter.XYs) plotter.XYs {
	from, to := math.Inf(-1), math.Inf(1)
	var grid []float64
	for _, l := range lines {
		from = math.Max(from, l[0].X)
		to = math.Min(to, l[len(l)-1].X)
		for _, q := range l {
			grid = append(grid, q.X)
		}
	}
	slices.Sort(grid)
	next := make([]int, len(lines)) // first point of each line beyond the step
	values := make([]float64, len(lines))
	var out plotter.XYs
	for _, x := range slices.Compact(grid) {
		for i, l := range lines {
			for next[i] < len(l) && l[next[i]].X <= x {
				values[i] = l[next[i]].Y
				next[i]++
			}
		}
		if x < from || x > to {
			continue
		}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		n := len(sorted)
		out = append(out, plotter.XY{X: x, Y: sorted[n/2]/2 + sorted[(n-1)/2]/2})
	}
	return out
}

// medianNote says what thick and thin lines are, if there are both.
func medianNote(labels []series) string {
	for _, s := range labels {
		if len(s.runs) > 1 {
			return " Thick: median over complete runs, thin: single runs."
		}
	}
	return ""
}

// layoutCurves stacks the panels in a column, or in two rows where the figure is wide.
func layoutCurves(fig *Fig, panels []*panel, leg legend, style Style) {
	fig.Width = style.width(Column)
	g := grid{width: fig.Width, legend: leg, gap: 2, dataHeight: 0.27 * fig.Width}
	if fig.Width < 130*vg.Millimeter {
		for _, p := range panels {
			g.panels = append(g.panels, []*panel{p})
		}
		for _, p := range panels[:len(panels)-1] {
			p.x.bare = true
		}
	} else {
		g.gap, g.dataHeight = 8, 0.2*fig.Width
		for len(panels)%2 != 0 {
			panels = append(panels, nil)
		}
		for i := 0; i < len(panels); i += 2 {
			g.panels = append(g.panels, panels[i:i+2])
		}
		for i := 0; i+2 < len(panels); i++ {
			panels[i].x.bare = panels[i+2] != nil
		}
	}
	fig.Height, fig.paint = g.build()
}
