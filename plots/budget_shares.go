package plots

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/paretolab/paretolab/experiments"
)

// budgetShares draws which part of the evaluations went to exploration and to the emitters of each area,
// stacked, as the mean over the runs of a label.
func budgetShares(g *Group, style Style) (*Fig, error) {
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "evaluations", "phase", "share"}}}
	phases := []string{"exploration"}
	for _, o := range g.Environment.Objectives {
		phases = append(phases, o.Name)
	}
	var lines [][]plotter.XYs // of each run, of each phase
	s := byLabel(g.Runs, style)[0]
	var used []*experiments.Run
	for _, r := range s.measured() {
		var run []plotter.XYs
		for _, phase := range phases {
			line := explored(r, "share_"+phase)
			run = append(run, line)
			for _, q := range line {
				fig.data.add(g.Name, s.label, r.Info.Seed, q.X, phase, q.Y)
			}
		}
		if len(run[0]) > 0 {
			lines, used = append(lines, run), append(used, r)
		}
	}
	if len(lines) == 0 {
		return nil, notApplicable("shares", "no run on %s has recorded how it divides its evaluations", g.Name)
	}
	p := &panel{x: axis{name: "evaluations", span: emptySpan(), counts: true}, y: axis{name: "share of evaluations", span: span{0, 1}}}
	var leg legend
	var below []float64
	var names []plot.Plotter // above all bands
	for k, phase := range phases {
		var each []plotter.XYs
		for _, run := range lines {
			if len(run[k]) > 0 {
				each = append(each, run[k])
			}
		}
		if len(each) == 0 {
			continue
		}
		mean := pointwise(each, func(sorted []float64) float64 {
			sum := 0.0
			for _, v := range sorted {
				sum += v
			}
			return sum / float64(len(sorted))
		})
		if below == nil {
			below = make([]float64, len(mean))
		}
		if len(mean) != len(below) {
			continue // a damaged file
		}
		if slices.Max(ys(mean)) == 0 {
			continue
		}
		above := slices.Clone(below)
		for i, q := range mean {
			above[i] += q.Y
			p.x.span.add(q.X)
		}
		tint := shareTint(k)
		name := strings.ReplaceAll(clean(phase), "_", " ")
		p.plotters = append(p.plotters, area{[]plotter.XYs{band(xs(mean), below, above)}, tint},
			polyline{points: zip(xs(mean), above), line: draw.LineStyle{Color: white, Width: thinLine}})
		names = append(names, bandName{name, zip(xs(mean), below), zip(xs(mean), above), inkOn(tint)})
		leg = append(leg, entry{name: fmt.Sprintf("%s %s %%", name, Number(100*mean[len(mean)-1].Y, 2)), box: tint})
		below = above
	}
	if p.x.span.empty() {
		return nil, notApplicable("shares", "the recorded shares of the runs on %s are all 0", g.Name)
	}
	if p.x.span.lo == p.x.span.hi {
		p.x.span.lo = 0
	}
	p.plotters = append(p.plotters, names...)
	fig.layOutPanels([]*panel{p}, 1, 0.5, leg, style)
	fig.Caption = fmt.Sprintf("Which part of the evaluations of %s went to exploration, and to improving rewards in each area (mean of %s; the legend gives the end of the run). %s", s.label, seeds(used), g.setting())
	return fig, nil
}

// shareTint is the colour of part k of a stack: exploration is grey, areas have colours.
func shareTint(k int) color.NRGBA {
	if k == 0 {
		return color.NRGBA{0xDD, 0xDD, 0xDD, 0xFF}
	}
	return mix(okabeIto[(k-1)%len(okabeIto)], white, 0.2)
}

// zip joins coordinates.
func zip(x, y []float64) plotter.XYs {
	out := make(plotter.XYs, len(x))
	for i := range x {
		out[i] = plotter.XY{X: x[i], Y: y[i]}
	}
	return out
}

// bandName writes a name into the band between two curves on the same x, where there is most room: of several
// bands colours alone do not tell which is which in grey. It writes nothing if there is no room.
type bandName struct {
	name      string
	low, high plotter.XYs
	ink       color.Color
}

var _ plot.Plotter = bandName{}

func (b bandName) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	width, height := textWidth(b.name, smallText), capHeight(smallText)+descent(smallText)
	var at vg.Point
	room := height
	for _, q := range b.low {
		x := trX(q.X)
		if x-width/2 < c.Min.X+2 || x+width/2 > c.Max.X-2 {
			continue
		}
		floor, ceiling := c.Min.Y, c.Max.Y
		for i := range b.low {
			if d := trX(b.low[i].X) - x; d >= -width/2 && d <= width/2 {
				floor, ceiling = max(floor, trY(b.low[i].Y)), min(ceiling, trY(b.high[i].Y))
			}
		}
		if r := ceiling - floor; r >= room+0.1 { // of equal places the first
			room, at = r, vg.Point{X: x, Y: (floor + ceiling) / 2}
		}
	}
	if at != (vg.Point{}) {
		write(c, b.name, smallText, b.ink, at, centre, centre, 0)
	}
}
