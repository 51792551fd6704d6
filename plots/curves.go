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
	of    func(*experiments.Indicators) *float64 // nil if missing
	share bool                                   // of the exact hypervolume
	hv    bool
}

// value is NaN if missing.
func (c curve) value(m experiments.Metrics) float64 { return value(c.of(&m.Indicators)) }

// curves draws hypervolume (as a share of the exact one where that is known), expected utility,
// sparsity, cardinality and IGD+ over training steps: one line per label; where a label has three seeds or
// more their interquartile mean with the bootstrap band, of two their median over thin lines. The exact hypervolume is grey as the exact front in
// other figures, the limit of linear weights dotted, and an upright line is where stage 2 begins.
func curves(g *Group, style Style) (*Fig, error) {
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "eval", "phase", "steps_train",
		"hypervolume", "hv_ratio", "eum", "sparsity", "cardinality", "igd_plus"}}}
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
					row.Hypervolume, row.HVRatio, row.EUM, row.Sparsity, row.Cardinality, row.IGDPlus)
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
		lines, err := p.curve(c, labels)
		if err != nil {
			return nil, fmt.Errorf("plots: curves of %s: %w", g.Name, err)
		}
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
		seeds(g.Runs), curveNote(labels), limitsShown, g.setting())
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
	utility := func(i *experiments.Indicators) *float64 { return i.EUM }
	if o := g.Environment.Objectives; len(o) == 1 {
		name := "return"
		if o[0].Name != "reward" {
			name += " (" + o[0].Name + ")"
		}
		return []curve{{axis: axis{name: name}, of: utility}}
	}
	hv := curve{axis{name: "hypervolume"}, func(i *experiments.Indicators) *float64 { return &i.Hypervolume }, false, true}
	share := true
	for _, r := range g.Runs {
		for _, m := range r.Metrics {
			share = share && m.HVRatio != nil
		}
	}
	if exact, _ := limits(g.Runs); share && finite(exact) && exact > 0 {
		hv = curve{axis{name: "HV / " + strings.Replace(g.KnownName(), "front", "HV", 1)}, func(i *experiments.Indicators) *float64 { return i.HVRatio }, true, true}
	}
	return []curve{
		hv,
		{axis: axis{name: "expected utility"}, of: utility},
		{axis: axis{name: "sparsity"}, of: func(i *experiments.Indicators) *float64 { return &i.Sparsity }},
		{axis: axis{name: "front size", counts: true}, of: func(i *experiments.Indicators) *float64 { n := float64(i.Cardinality); return &n }},
		{axis: axis{name: "IGD+"}, of: func(i *experiments.Indicators) *float64 { return i.IGDPlus }},
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

// curve adds one indicator to a panel's range and returns its plotters: bands below single seeds below
// lines.
func (p *panel) curve(c curve, labels []series) ([]plot.Plotter, error) {
	var bands, thin, thick []plot.Plotter
	for k, s := range labels {
		var seeds []plotter.XYs
		for _, r := range s.measured() {
			var line plotter.XYs
			for _, m := range r.Metrics {
				if v := c.value(m); finite(v) {
					line = append(line, plotter.XY{X: float64(m.StepsTrain), Y: v})
				}
			}
			if len(line) > 0 {
				seeds = append(seeds, line)
			}
		}
		if len(seeds) == 0 {
			continue
		}
		main := polyline{points: seeds[0], line: s.look.line(lineWidth), glyph: s.look.glyph(1.6),
			markers: 5, shift: (float64(k) + 0.5) / float64(len(labels))}
		l, err := experiments.LearningCurve(s.measured(), c.of)
		switch {
		case err != nil:
			return nil, err
		case len(l.Steps) > 1:
			steps, low, high := make([]float64, len(l.Steps)), make([]float64, len(l.Steps)), make([]float64, len(l.Steps))
			main.points, main.line.Width = make(plotter.XYs, len(l.Steps)), 1.5*lineWidth
			for i, e := range l.IQM {
				steps[i], low[i], high[i] = float64(l.Steps[i]), e.Low, e.High
				main.points[i] = plotter.XY{X: steps[i], Y: e.Value}
			}
			p.y.span.add(low...)
			p.y.span.add(high...)
			tint := s.look.color
			tint.A = 60
			bands = append(bands, area{[]plotter.XYs{band(steps, low, high)}, tint})
		default:
			for _, line := range seeds {
				p.y.span.add(ys(line)...)
			}
			if len(seeds) > 1 {
				sty := draw.LineStyle{Color: mix(s.look.color, white, 0.55), Width: thinLine}
				for _, line := range seeds {
					thin = append(thin, polyline{points: line, line: sty})
				}
				main.points, main.line.Width = median(seeds), 1.5*lineWidth
			}
		}
		thick = append(thick, main)
	}
	return slices.Concat(bands, thin, thick), nil
}

// median is the pointwise median of step functions (the last value holds until the next) on the
// steps of all of them, from where the last one begins to where the first one ends.
func median(lines []plotter.XYs) plotter.XYs {
	return pointwise(lines, func(sorted []float64) float64 {
		n := len(sorted)
		return sorted[n/2]/2 + sorted[(n-1)/2]/2
	})
}

// pointwise is a statistic of the sorted values of step functions, where all of them have one.
func pointwise(lines []plotter.XYs, of func(sorted []float64) float64) plotter.XYs {
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
		out = append(out, plotter.XY{X: x, Y: of(sorted)})
	}
	return out
}

// curveNote says what lines and bands are.
func curveNote(labels []series) string {
	several, many := false, false
	for _, s := range labels {
		n := len(s.measured())
		several, many = several || n == 2, many || n > 2
	}
	note := ""
	if many {
		note = " Lines are interquartile means over complete runs on the steps that all of them share, bands their 95 % bootstrap intervals."
	}
	if several {
		note += " Of two runs: both thin, their median thick."
	}
	return note
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

// layoutCurves stacks the panels in a column, or in rows of two or three where the figure is wide.
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
		columns := 2
		if len(panels) > 4 {
			columns = 3
		}
		g.gap, g.dataHeight = 8, 0.4*fig.Width/vg.Length(columns)
		whole := len(panels)%columns == 0 // every panel has one below, or all of its row have none
		for len(panels)%columns != 0 {
			panels = append(panels, nil)
		}
		for i := 0; i < len(panels); i += columns {
			g.panels = append(g.panels, panels[i:i+columns])
		}
		for i := 0; whole && i+columns < len(panels); i++ {
			panels[i].x.bare = true
		}
	}
	fig.Height, fig.paint = g.build()
}
