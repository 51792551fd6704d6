package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/pareto"
)

// differenceLevels are the steps in which differences of attainment are shown.
const differenceLevels = 5

// eafdiff draws where the runs of one label attain more often than those of another, in five levels: the
// difference of the empirical attainment functions (López-Ibáñez, Paquete & Stützle 2010), what favours
// the first label on the left and what favours the second on the right. The lines are what any and
// what all of the runs attain, and the median of the label of the panel.
func eafdiff(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m != 2 {
		return nil, notApplicable("eafdiff", "it compares fronts of 2 objectives and %s has %d", g.Name, m)
	}
	pair := byLabel(g.Runs, style)
	if len(pair) != 2 {
		return nil, notApplicable("eafdiff", "it compares two labels and the runs on %s have %d", g.Name, len(pair))
	}
	var notes notes
	var sets [2][]pareto.Front
	var lines [2][]plotter.XYs
	shown := biobjective{panel: panel{}}
	shown.x.span, shown.y.span = emptySpan(), emptySpan()
	for i := range pair {
		pair[i] = notes.measured(pair[i])
		for _, r := range pair[i].runs {
			points, left := front(r, m)
			notes.left += left
			if len(points) == 0 {
				notes.empty++
			}
			f := pareto.Front{M: m}
			for _, p := range points {
				f.X = append(f.X, p.value...)
			}
			sets[i], lines[i] = append(sets[i], f), append(lines[i], xys(points))
			shown.add(points)
		}
	}
	if shown.x.span.empty() {
		return nil, notApplicable("eafdiff", "no run on %s has a point on its front%s", g.Name, notes.reason())
	}
	rects, err := pareto.AttainmentDifference(sets[0], sets[1])
	if err != nil {
		return nil, fmt.Errorf("plots: eafdiff of %s: %w", g.Name, err)
	}
	fig := &Fig{data: table{header: []string{"environment", "x_from", "x_to", "y_from", "y_to", "difference"}}}
	for _, r := range rects {
		fig.data.add(g.Name, r.Min[0], r.Max[0], r.Min[1], r.Max[1], r.Difference)
	}
	x, y := g.objectives()[0], g.objectives()[1]
	x.span, y.span = shown.x.span.padded(0.06), shown.y.span.padded(0.06)
	all := slices.Concat(lines[0], lines[1])
	edge := draw.LineStyle{Color: darkGrey, Width: thinLine}
	var panels []*panel
	for i, s := range pair {
		p := &panel{title: s.label, x: x, y: y}
		p.y.bare = i > 0
		var fill boxes
		for _, r := range rects {
			d := r.Difference
			if i == 1 {
				d = -d
			}
			if level := differenceLevel(d); level > 0 {
				fill.rects = append(fill.rects, box{r.Min[0], r.Min[1], r.Max[0], r.Max[1], levelColor(level)})
			}
		}
		p.plotters = []plot.Plotter{fill, Staircase{attainedBy(all, 1), edge}, Staircase{attainedBy(all, len(all)), edge},
			Staircase{attainedBy(lines[i], (len(lines[i])+1)/2), draw.LineStyle{Color: black, Width: lineWidth, Dashes: dashes[1]}}}
		panels = append(panels, p)
	}
	leg := legend{{name: "best and worst of all", line: edge}, {name: "median", line: draw.LineStyle{Color: black, Width: lineWidth, Dashes: dashes[1]}}}
	for level := 1; level <= differenceLevels; level++ {
		leg = append(leg, entry{name: fmt.Sprintf("to %.1f", float64(level)/differenceLevels), box: levelColor(level)})
	}
	fig.Width = style.width(Column)
	layout := grid{width: fig.Width, dataHeight: 0.42 * fig.Width, gap: 4, legend: leg, panels: [][]*panel{panels}}
	fig.Height, fig.paint = layout.build()
	fig.Caption = fmt.Sprintf("Where %s (left) and %s (right) attain more often than the other (n = %d and %d runs): share of the runs of the one less share of the runs of the other that found a front with a point at least as good in both objectives, in five levels up to the one named.%s %s",
		pair[0].label, pair[1].label, len(sets[0]), len(sets[1]), notes.sentence(), g.setting())
	return fig, nil
}

// differenceLevel is the step, from 1, of a difference between 0 and 1; 0 for none.
func differenceLevel(d float64) int {
	if d <= 1e-12 {
		return 0
	}
	return min(int(math.Ceil(d*differenceLevels-1e-9)), differenceLevels)
}

// levelColor is white at no difference and dark blue at the largest, dark in grey print too.
func levelColor(level int) color.Color {
	return lightness(math.Pow(float64(level)/differenceLevels, 0.8))
}
