package explorer

import (
	"context"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

type tradeoffRequest struct {
	selection
	Run        string `json:"run"`
	Row        int    `json:"row"`
	Neighbours int    `json:"neighbours"`
}

// exchange is what going from a row to another gains and loses.
type exchange struct {
	ref
	Delta    []float64   `json:"delta"`
	Rate     [][]float64 `json:"rate"` // [j][k]: change of objective j per unit of objective k
	Improves []string    `json:"improves"`
	Worsens  []string    `json:"worsens"`
}

// improvement is what improving an objective costs.
type improvement struct {
	Objective   string    `json:"objective"`
	Possible    bool      `json:"possible"`
	MustWorsen  []string  `json:"must_worsen"` // in every row that is better in the objective
	Cheapest    *cheapest `json:"cheapest"`
	Percent     *float64  `json:"percent"` // largest loss of the cheapest, of the range of the objective that loses
	PercentGain *float64  `json:"percent_gain"`
}

type cheapest struct {
	ref
	Delta []float64 `json:"delta"`
}

// tradeoff says what going from a policy to others gains and loses.
func (s *Server) tradeoff(ctx context.Context, b *tradeoffRequest) (any, error) {
	if b.Neighbours < 0 || b.Neighbours > 100 {
		return nil, badInput("give 1 to 100", "neighbours is %d", b.Neighbours)
	}
	if b.Neighbours == 0 {
		b.Neighbours = 4
	}
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	from, err := c.find(b.Run, b.Row)
	if err != nil {
		return nil, err
	}
	exchanges, err := c.exchanges(from, b.Neighbours)
	if err != nil {
		return nil, err
	}
	improve, err := c.improvements(from)
	if err != nil {
		return nil, err
	}
	return object{{"from", c.ref(from)}, {"neighbours", exchanges}, {"improve", improve}}, nil
}

// exchanges are those with the nearest rows.
func (c *choice) exchanges(from, count int) ([]exchange, error) {
	trades, err := pareto.Tradeoffs(c.values, from, count)
	if err != nil {
		return nil, err
	}
	out := []exchange{}
	for _, t := range trades {
		x := exchange{ref: c.ref(t.To), Delta: t.Delta, Rate: t.Rate, Improves: []string{}, Worsens: []string{}}
		for j, d := range t.Delta {
			switch {
			case d > 0:
				x.Improves = append(x.Improves, c.names[j])
			case d < 0:
				x.Worsens = append(x.Worsens, c.names[j])
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// improvements says for each objective what is lost in all rows that are better in it, and where the largest loss,
// relative to the ranges, is smallest.
func (c *choice) improvements(from int) ([]improvement, error) {
	extent, err := pareto.Extent(c.values)
	if err != nil {
		return nil, err
	}
	here := c.values.Row(from)
	out := make([]improvement, len(c.names))
	for j := range out {
		x := improvement{Objective: c.names[j], MustWorsen: []string{}}
		var always []int
		best, least := -1, 0.0
		for i := range c.values.Len() {
			there := c.values.Row(i)
			if there[j] <= here[j] {
				continue
			}
			var worse []int
			loss := 0.0
			for k, v := range there {
				if v < here[k] {
					worse = append(worse, k)
					loss = max(loss, (here[k]-v)/extent[k])
				}
			}
			if !x.Possible {
				always = worse
			} else {
				always = slices.DeleteFunc(always, func(k int) bool { return !slices.Contains(worse, k) })
			}
			x.Possible = true
			if best < 0 || loss < least {
				best, least = i, loss
			}
		}
		for _, k := range always {
			x.MustWorsen = append(x.MustWorsen, c.names[k])
		}
		if best >= 0 {
			delta := make([]float64, len(here))
			for k, v := range c.values.Row(best) {
				delta[k] = v - here[k]
			}
			percent, gain := 100*least, 100*delta[j]/extent[j]
			x.Cheapest, x.Percent, x.PercentGain = &cheapest{c.ref(best), delta}, &percent, &gain
		}
		out[j] = x
	}
	return out, nil
}
