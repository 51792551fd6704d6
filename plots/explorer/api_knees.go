package explorer

import (
	"context"
	"errors"
	"math"

	"github.com/paretolab/paretolab/pareto"
)

type kneesRequest struct {
	selection
	Count           int `json:"count"`
	Representatives int `json:"representatives"`
}

type scoredRef struct {
	ref
	Score float64 `json:"score"`
}

type distantRef struct {
	ref
	Distance float64 `json:"distance"`
}

type kneeMethod struct {
	Name   string      `json:"name"`
	Method string      `json:"method"` // in words
	Top    []scoredRef `json:"top"`
}

// clustered is a row with the number of the representative that it belongs to.
type clustered struct {
	Run     string `json:"run"`
	Row     int    `json:"row"`
	Cluster int    `json:"cluster"`
}

// kneeWeights are the preferences over which marginal utilities are the mean.
func kneeWeights(m int) [][]float64 {
	divisions := map[int]int{1: 1, 2: 100, 3: 13, 4: 7, 5: 5, 6: 4, 7: 3, 8: 3}[m]
	return pareto.Lattice(m, max(divisions, 2))
}

// knees describes a front: rows that stand out, and few that stand for all.
func (s *Server) knees(ctx context.Context, b *kneesRequest) (any, error) {
	if b.Count < 0 || b.Count > 100 || b.Representatives < 0 || b.Representatives > 100 {
		return nil, badInput("give 1 to 100", "count is %d, representatives %d", b.Count, b.Representatives)
	}
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	count, wanted := b.Count, b.Representatives
	if count == 0 {
		count = 3
	}
	if wanted == 0 {
		wanted = 5
	}
	opt := pareto.Options{Ctx: ctx}
	f := c.values
	ideal, err1 := pareto.Ideal(f)
	nadir, err2 := pareto.Nadir(f)
	extremes, err3 := pareto.ExtremeRows(f, opt)
	near, distance, err4 := pareto.NearestToIdeal(f)
	nearMax, distanceMax, err5 := pareto.NearestToIdeal(f, math.Inf(1))
	chosen, radius, err6 := pareto.Representatives(f, wanted, opt)
	correlation, err7 := pareto.Correlation(f)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return nil, err
	}
	methods := []kneeMethod{}
	for _, m := range []struct {
		name  string
		score func() (pareto.Knees, error)
	}{
		{"hyperplane", func() (pareto.Knees, error) { return pareto.HyperplaneKnees(f, opt) }},
		{"marginal_utility", func() (pareto.Knees, error) { return pareto.MarginalUtilityKnees(f, kneeWeights(f.M), opt) }},
		{"bend_angle", func() (pareto.Knees, error) { return pareto.BendAngleKnees(f, opt) }},
	} {
		if m.name == "bend_angle" && f.M != 2 {
			continue
		}
		k, err := m.score()
		if err != nil {
			return nil, err
		}
		method := kneeMethod{m.name, k.Method, []scoredRef{}}
		for _, i := range k.Top(count) {
			method.Top = append(method.Top, scoredRef{c.ref(i), k.Score[i]})
		}
		methods = append(methods, method)
	}
	clusters, err := c.clusters(chosen)
	if err != nil {
		return nil, err
	}
	return object{
		{"ideal", ideal}, {"nadir", nadir}, {"methods", methods}, {"extremes", c.refs(extremes)},
		{"nearest", map[string]distantRef{"l2": {c.ref(near), distance}, "linf": {c.ref(nearMax), distanceMax}}},
		{"representatives", object{{"policies", c.refs(chosen)}, {"radius", radius}, {"cluster", clusters}}}, {"correlation", correlation},
	}, nil
}

// clusters gives every row to the nearest representative, by the largest difference of scaled objectives; of equals to the first.
func (c *choice) clusters(chosen []int) ([]clustered, error) {
	s, err := c.scaled()
	if err != nil {
		return nil, err
	}
	out := make([]clustered, s.Len())
	for i := range out {
		best, nearest := 0, math.Inf(1)
		for k, centre := range chosen {
			d := 0.0
			for j, v := range s.Row(i) {
				d = max(d, math.Abs(v-s.Row(centre)[j]))
			}
			if d < nearest {
				best, nearest = k, d
			}
		}
		r := c.ref(i)
		out[i] = clustered{r.Run, r.Row, best}
	}
	return out, nil
}
