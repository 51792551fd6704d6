package report

import (
	"fmt"
	"strings"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
)

// taskCurve is how the utility of one policy of stage 1 of C-MORL grew.
type taskCurve struct {
	first, last float64 // utilities
	improved    int     // training steps at which it was last better than ever before
	end         int     // training steps of the last measurement
}

// taskCurves returns the curves of a run by origin, e.g. "stage1/w0", with the origins in order and the
// preference of each.
func taskCurves(r *experiments.Run) (origins []string, weights map[string][]float64, curves map[string]*taskCurve) {
	weights, curves = map[string][]float64{}, map[string]*taskCurve{}
	best := map[string]float64{}
	for _, e := range r.Evaluations {
		if !strings.HasPrefix(e.Origin, "stage1/") || len(e.Weight) != len(e.Value) {
			continue
		}
		u := 0.0
		for j, w := range e.Weight {
			u += w * e.Value[j]
		}
		c := curves[e.Origin]
		if c == nil {
			c = &taskCurve{first: u, improved: e.StepsTrain}
			curves[e.Origin], weights[e.Origin], best[e.Origin] = c, e.Weight, u
			origins = append(origins, e.Origin)
		}
		if u > best[e.Origin] {
			best[e.Origin], c.improved = u, e.StepsTrain
		}
		c.last, c.end = u, e.StepsTrain
	}
	return origins, weights, curves
}

// taskTable tells for every policy of stage 1 what it learned and when it last improved: what still improved at
// the end had not learned its task. Medians over the seeds of a label.
func taskTable(s *section, g plots.Group, names names) {
	t := &table{name: names.file(g.Name, "stage1"), columns: []column{
		{"label", "label", true}, {"policy", "policy", true}, {"preference", "preference", true}, {"utility at first", "utility_first", false},
		{"utility after stage 1", "utility_last", false}, {"last improvement (share of stage 1)", "last_improvement", false},
	}}
	for _, label := range plots.Labels(g.Runs) {
		var origins []string
		weights := map[string][]float64{}
		first, last, share := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
		for _, r := range g.Runs {
			if plots.Label(r) != label {
				continue
			}
			order, w, curves := taskCurves(r)
			if origins == nil {
				origins, weights = order, w
			}
			for o, c := range curves {
				first[o], last[o] = append(first[o], c.first), append(last[o], c.last)
				share[o] = append(share[o], float64(c.improved)/float64(c.end))
			}
		}
		for _, o := range origins {
			middle := func(v []float64) float64 { m, _, _ := summary(v); return m }
			t.add(word(label), word(strings.TrimPrefix(o, "stage1/")), word(point(weights[o])), number(middle(first[o])), number(middle(last[o])), digits(middle(share[o]), 3))
		}
	}
	if len(t.rows) == 0 {
		return
	}
	t.caption = fmt.Sprintf("%s: the policies of stage 1, medians over seeds. Utility is the sum of the returns weighted by the preference; a last improvement near 1 means that stage 1 ended while the policy still improved.", g.Name)
	s.table(t)
}
