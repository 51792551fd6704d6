package plots

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/pareto"
)

// dominance draws which share of the final points of one label those of another dominate, of all runs
// of a label together.
func dominance(g *Group, style Style) (*Fig, error) {
	found, err := findFronts("dominance", g, style)
	if err != nil {
		return nil, err
	}
	m := len(g.Environment.Objectives)
	if m < 2 || len(found.clouds) < 2 {
		return nil, notApplicable("dominance", "it compares the fronts of two or more labels and %s has %d", g.Name, len(found.clouds))
	}
	var sets []pareto.Front
	h := &heatmap{text: func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }, tint: lightness,
		rowTitle: "points of", columnTitle: "dominated by points of"}
	for _, c := range found.clouds {
		f := pareto.Front{M: m}
		for _, p := range c.points {
			f.X = append(f.X, p.value...)
		}
		keep, err := pareto.NonDominated(f)
		if err != nil {
			return nil, fmt.Errorf("plots: dominance on %s: %w", g.Name, err)
		}
		sets = append(sets, f.Select(keep))
		h.rows, h.columns = append(h.rows, c.label), append(h.columns, c.label)
	}
	by, err := pareto.DominanceMatrix(sets)
	if err != nil {
		return nil, fmt.Errorf("plots: dominance on %s: %w", g.Name, err)
	}
	fig := &Fig{data: table{header: []string{"environment", "points_of", "points", "dominated_by", "share"}}}
	for i := range sets {
		row := make([]float64, len(sets))
		for j := range sets {
			row[j] = by[j][i]
			if i == j {
				row[j] = math.NaN()
				continue
			}
			fig.data.add(g.Name, h.rows[i], sets[i].Len(), h.rows[j], row[j])
		}
		h.values = append(h.values, row)
	}
	h.cellHeight = 2.2 * lineHeight(textSize)
	fig.Width = style.width(Column)
	fig.layOutMap(h)
	fig.Caption = fmt.Sprintf("Share of the points of the one (row) that points of the other (column) dominate, the non-dominated points of all runs together%s %s", found.said, g.setting())
	return fig, nil
}
