package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// distances draws the distances of pairs of archived policies in the learned space against those of the
// ground truth. Of several runs the first is drawn; the caption gives the rank correlation of each.
func distances(g *Group, style Style) (*Fig, error) {
	runs, err := g.withTable("distances", "distances")
	if err != nil {
		return nil, err
	}
	label := byLabel(g.Runs, style)[0].label
	fig := &Fig{data: table{header: []string{"environment", "label", "seed", "truth", "learned"}}}
	x, y := axis{name: "distance in the ground truth", span: emptySpan()}, axis{name: "distance in the learned space", span: emptySpan()}
	x.span.add(0)
	y.span.add(0)
	var cloud plotter.XYs
	var ranks []string
	for k, r := range runs {
		learned, truth := r.table.Numbers("learned"), r.table.Numbers("truth")
		if learned == nil || truth == nil {
			return nil, notApplicable("distances", "distances.csv of %s lacks a column", r.Dir)
		}
		var pairs []point
		for i := range truth {
			pairs = append(pairs, point{value: []float64{truth[i], learned[i]}})
		}
		ranks = append(ranks, Number(spearman(pairs, 0, 1), 2))
		if k > 0 {
			continue
		}
		for i := range truth {
			if finite(truth[i]) && finite(learned[i]) {
				cloud = append(cloud, plotter.XY{X: truth[i], Y: learned[i]})
				x.span.add(truth[i])
				y.span.add(learned[i])
				fig.data.add(g.Name, label, r.Info.Seed, truth[i], learned[i])
			}
		}
	}
	if len(cloud) == 0 {
		return nil, notApplicable("distances", "no distance of the runs on %s can be drawn", g.Name)
	}
	x.span, y.span = x.span.padded(0.04), y.span.padded(0.04)
	x.span.lo, y.span.lo = 0, 0
	p := &panel{x: x, y: y, title: "rank correlation " + ranks[0], plotters: []plot.Plotter{dots{cloud, mix(okabeIto[0], white, 0.2), 0.8, Circle}}}
	fig.layOutPanels([]*panel{p}, 1, 0.8, nil, style)
	fig.Caption = fmt.Sprintf("Distances of %d pairs of archived policies of %s (seed %d) in the space that the encoder learned against those of the ground truth. Spearman's rank correlation %s. %s",
		len(cloud), label, runs[0].Info.Seed, rankNote(ranks), g.setting())
	return fig, nil
}

// rankNote lists the correlations of all runs.
func rankNote(ranks []string) string {
	if len(ranks) == 1 {
		return ranks[0]
	}
	text := "by seed:"
	for i, r := range ranks {
		if i > 0 {
			text += ","
		}
		text += " " + r
	}
	return text
}
