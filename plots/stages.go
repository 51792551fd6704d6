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

// stageLooks are the appearances of the archive after stage 1 and at the end: apart in colour, in
// lightness, in shape and in dash. A point of both is a small triangle on a disc.
var stageLooks = [2]look{
	{okabeIto[1], Marker{Shape: TriangleUp}, dashes[1], 0.75},
	{okabeIto[0], Marker{Shape: Circle}, nil, 1.25},
}

var stageNames = [2]string{"after stage 1", "final"}

// stages draws what the second stage of C-MORL added: the archive after stage 1 against the last
// one, both by the values that training selected them by. Two objectives are drawn as staircases, where
// there is one run with the archive after each round and arrows from parents to the policies trained from
// them; more as a matrix of pairs.
func stages(g *Group, style Style) (*Fig, error) {
	m := len(g.Environment.Objectives)
	if m < 2 {
		return nil, notApplicable("stages", "it draws 2 or more objectives and %s has %d; use \"curves\"", g.Name, m)
	}
	var sets [2][][]point // by stage, then run
	var runs []*experiments.Run
	var notes notes
	for _, r := range g.Runs {
		before, after, ok := archives(r)
		if !ok {
			continue
		}
		runs = append(runs, r)
		for i, all := range [][]point{before, after} {
			points, left := drawable(all, m)
			notes.left += left
			sets[i] = append(sets[i], points)
		}
	}
	if len(runs) == 0 {
		return nil, notApplicable("stages", "no run on %s has an archive of phase \"stage1\"; it shows runs of C-MORL", g.Name)
	}
	if len(flatten(sets[0]))+len(flatten(sets[1])) == 0 {
		return nil, notApplicable("stages", "the archives of the runs on %s are empty%s", g.Name, notes.reason())
	}
	fig := &Fig{data: table{header: append([]string{"environment", "label", "seed", "set", "policy"}, g.columns("")...)}}
	for i := range sets {
		for k, r := range runs {
			for _, p := range sets[i][k] {
				row := []any{g.Name, Label(r), r.Info.Seed, []string{"stage1", "final"}[i], p.policy}
				for _, v := range p.value {
					row = append(row, v)
				}
				fig.data.add(row...)
			}
		}
	}
	extra := ""
	if m == 2 {
		extra = stages2d(fig, g, runs, sets, style)
	} else if err := stagesMatrix(fig, g, sets, style); err != nil {
		return nil, err
	}
	fig.Caption = fmt.Sprintf("%s, archive after stage 1 and at the end (%s), by the values that training selected them by.%s%s %s",
		Label(runs[0]), seeds(runs), extra, notes.sentence(), g.setting())
	return fig, nil
}

// archives returns the archive at the end of stage 1 and the last one. Recorded archives are
// thinned in long runs; the last one not after the end of the stage counts.
func archives(r *experiments.Run) (before, after []point, ok bool) {
	end := r.EndOfPhase("stage1")
	if end == nil || len(r.Fronts) == 0 {
		return nil, nil, false
	}
	k := -1
	for i, f := range r.Fronts {
		if f.Eval <= end.Eval {
			k = i
		}
	}
	if k < 0 {
		return nil, nil, false
	}
	return snapshot(r.Fronts[k]), snapshot(r.Fronts[len(r.Fronts)-1]), true
}

// stages2d draws both archives of all runs as staircases and returns what the caption adds.
func stages2d(fig *Fig, g *Group, runs []*experiments.Run, sets [2][][]point, style Style) string {
	known, name := knownFront(g.Runs, 2)
	f := frontPanel(g, known, name)
	f.reference = nil
	extra := ""
	if len(runs) == 1 {
		if n := f.rounds(fig, g, runs[0]); n > 0 {
			extra = fmt.Sprintf(" Thin lines are the archive after each of the first %d rounds of stage 2, from light to dark.", n)
		}
		if n := f.arrows(runs, sets); n > 0 {
			extra += fmt.Sprintf(" Arrows lead from parents to what was trained from them and stayed (%d).", n)
		}
	}
	for i, l := range stageLooks {
		all := flatten(sets[i])
		if len(all) == 0 {
			continue
		}
		f.add(all)
		width := lineWidth
		if len(runs) > 1 {
			width = thinLine
		}
		for _, points := range sets[i] {
			f.lines = append(f.lines, Staircase{xys(points), l.line(width)})
		}
		points := &plotter.Scatter{XYs: xys(all), GlyphStyle: l.glyph(markerRadius(len(all)))}
		f.points = slices.Insert(f.points, 0, plot.Plotter(points)) // stage 1 on the final ones
		f.legend = append(f.legend, entry{name: stageNames[i], line: l.line(width), glyph: l.glyph(markerRadius(0))})
	}
	f.finish(fig, style)
	return extra
}

// rounds draws the archive after every round of stage 2 but the last that changed it, and returns how many
// those are. Phases are "stage2/r1" and so on.
func (f *biobjective) rounds(fig *Fig, g *Group, r *experiments.Run) int {
	var after []experiments.FrontSnapshot // of each round
	var names []string
	next := 0
	for i, m := range r.Metrics {
		last := i+1 == len(r.Metrics) || r.Metrics[i+1].Phase != m.Phase
		if !last || !strings.HasPrefix(m.Phase, "stage2/") {
			continue
		}
		for next < len(r.Fronts) && r.Fronts[next].Eval <= m.Eval {
			next++
		}
		if next == 0 {
			continue
		}
		s := r.Fronts[next-1]
		if n := len(after); n > 0 && slices.Equal(after[n-1].Policies, s.Policies) {
			continue
		}
		after, names = append(after, s), append(names, m.Phase)
	}
	if len(after) < 2 {
		return 0
	}
	after = after[:len(after)-1] // what is left is the final one
	for i, s := range after {
		points, _ := drawable(snapshot(s), 2)
		f.add(points)
		tint := mix(lightGrey, darkGrey, float64(i+1)/float64(len(after)))
		f.thin = append(f.thin, Staircase{xys(points), draw.LineStyle{Color: tint, Width: thinLine}})
		for _, p := range points {
			fig.data.add(g.Name, Label(r), r.Info.Seed, names[i], p.policy, p.value[0], p.value[1])
		}
	}
	f.legend = append(f.legend, entry{name: "after rounds", line: draw.LineStyle{Color: grey, Width: thinLine}})
	return len(after)
}

// stagesMatrix draws both archives as a matrix of pairs.
func stagesMatrix(fig *Fig, g *Group, sets [2][][]point, style Style) error {
	d := matrixDrawing{axes: g.objectives()}
	for i, l := range stageLooks {
		d.clouds = append(d.clouds, cloud{name: stageNames[i], label: stageNames[i], look: l, points: flatten(sets[i])})
	}
	d.known, d.knownName = knownPoints(g)
	return d.finish(fig, "stages", g, style)
}

// maxArrows is the number of arrows beyond which a figure cannot be read.
const maxArrows = 30

// arrows draws parent → child for the final points that stage 1 did not have, and returns how many.
func (f *biobjective) arrows(runs []*experiments.Run, sets [2][][]point) int {
	var pairs [][2]plotter.XY
	for k, r := range runs {
		values := map[string][]float64{} // as first measured
		parents := map[string]string{}
		for _, e := range r.Evaluations {
			if _, ok := values[e.Policy]; !ok && len(e.Value) == 2 && allFinite(e.Value) {
				values[e.Policy] = e.Value
				parents[e.Policy] = e.Parent
			}
		}
		old := map[string]bool{}
		for _, p := range sets[0][k] {
			old[p.policy] = true
		}
		for _, p := range sets[1][k] {
			from, ok := values[parents[p.policy]]
			if p.policy == "" || old[p.policy] || !ok {
				continue
			}
			pairs = append(pairs, [2]plotter.XY{{X: from[0], Y: from[1]}, {X: p.value[0], Y: p.value[1]}})
		}
	}
	if len(pairs) > maxArrows {
		return 0
	}
	for _, p := range pairs {
		f.x.span.add(p[0].X)
		f.y.span.add(p[0].Y)
		f.lines = append(f.lines, arrow{p[0], p[1]})
	}
	return len(pairs)
}

// arrow is a thin line with a head.
type arrow struct{ from, to plotter.XY }

func (a arrow) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	from, to := vg.Point{X: trX(a.from.X), Y: trY(a.from.Y)}, vg.Point{X: trX(a.to.X), Y: trY(a.to.Y)}
	d := to.Sub(from)
	length := vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
	const clear, head = 2.6, 2.6 // points: distance from the marker, size of the head
	if length < 2*clear+head {
		return
	}
	u := d.Scale(1 / length)
	tip := to.Sub(u.Scale(clear))
	base := tip.Sub(u.Scale(head))
	side := vg.Point{X: -u.Y, Y: u.X}.Scale(head * 0.4)
	line := draw.LineStyle{Color: grey, Width: thinLine}
	c.StrokeLines(line, []vg.Point{from, base})
	c.FillPolygon(grey, []vg.Point{tip, base.Add(side), base.Sub(side)})
}

// flatten joins the points of all runs.
func flatten(sets [][]point) []point {
	var all []point
	for _, s := range sets {
		all = append(all, s...)
	}
	return all
}
