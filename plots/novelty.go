package plots

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// novelty draws the archived policies of a run by the evaluation in which they were found: how novel they
// are in the end, and how much they are rewarded. Of several runs the first is drawn.
func novelty(g *Group, style Style) (*Fig, error) {
	runs, err := g.withTable("novelty", "behaviours")
	if err != nil {
		return nil, err
	}
	r := runs[0]
	t := r.table
	at, novel, reward := t.Numbers("evaluation"), t.Numbers("novelty"), t.Numbers("reward")
	origin, area := t.Text("origin"), t.Text("area")
	if at == nil || novel == nil || reward == nil || origin == nil {
		return nil, notApplicable("novelty", "behaviours.csv of %s lacks a column", r.Dir)
	}
	label := byLabel(g.Runs, style)[0].label
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "evaluation", "origin", "area", "novelty", "reward"}}}
	panels := []*panel{
		{x: axis{name: "evaluation", span: emptySpan(), counts: true}, y: axis{name: "novelty", span: emptySpan()}},
		{x: axis{name: "evaluation", span: emptySpan(), counts: true}, y: axis{name: "reward", span: emptySpan()}},
	}
	panels[0].y.span.add(0)
	panels[1].y.span.add(0)
	kinds := []string{"emitter", "exploration"} // the latter, which are fewer, above
	var areas []string                          // that pay someone
	points := map[[2]string]plotter.XYs{}
	for i, x := range at {
		where := ""
		if area != nil {
			where = area[i]
		}
		fig.data.add(g.Name, label, r.Info.Seed, x, origin[i], where, novel[i], reward[i])
		for _, p := range panels {
			p.x.span.add(x)
		}
		if finite(novel[i]) {
			key := [2]string{"novelty", origin[i]}
			points[key] = append(points[key], plotter.XY{X: x, Y: novel[i]})
			panels[0].y.span.add(novel[i])
		}
		if where != "" && finite(reward[i]) {
			key := [2]string{"reward", where}
			if points[key] == nil {
				areas = append(areas, where)
			}
			points[key] = append(points[key], plotter.XY{X: x, Y: reward[i]})
			panels[1].y.span.add(reward[i])
		}
	}
	var leg legend
	radius := markerRadius(len(at)) * 0.8
	for k, kind := range kinds {
		tint, shape := grey, Diamond
		if k > 0 {
			tint, shape = black, Circle
		}
		if q := points[[2]string{"novelty", kind}]; q != nil {
			panels[0].plotters = append(panels[0].plotters, dots{q, tint, radius, shape})
			leg = append(leg, entry{name: map[string]string{"exploration": "found by exploration", "emitter": "by emitters"}[kind],
				glyph: draw.GlyphStyle{Color: tint, Radius: markerRadius(0), Shape: Marker{Shape: shape}}})
		}
	}
	slices.Sort(areas)
	for _, name := range areas {
		k := 0
		for j, o := range g.Environment.Objectives {
			if o.Name == name {
				k = j
			}
		}
		look := lookOf(k)
		panels[1].plotters = append(panels[1].plotters, dots{points[[2]string{"reward", name}], look.color, radius, look.marker.Shape})
		leg = append(leg, entry{name: strings.ReplaceAll(clean(name), "_", " "), glyph: look.glyph(markerRadius(0))})
	}
	if len(areas) == 0 {
		panels = panels[:1]
	}
	for _, p := range panels {
		p.x.span, p.y.span = p.x.span.padded(0.02), p.y.span.padded(0.05)
	}
	layoutCurves(fig, panels, leg, style)
	fig.Caption = fmt.Sprintf("The %d archived policies of %s (seed %d) by the evaluation in which they were found: above, mean distance to the nearest others in the space that the search measures novelty in, at the end of the run; below, the reward of those that have one. %s",
		len(at), label, r.Info.Seed, g.setting())
	return fig, nil
}
