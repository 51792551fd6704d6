package elicit

import (
	"math"
	"testing"
)

// Questions of several items are rated as their definition says.
func TestRateChoice(t *testing.T) {
	items, _ := StudyFront("sphere28")
	for _, s := range []Settings{{Beta: 10}, {Beta: 400}, {Beta: 10, Utility: "chebyshev"}} {
		s.Users = 200
		e := mustNew(t, items, s)
		e.prepare()
		c := e.scorer
		asked := []int{3, 20, 11, 27}
		sample := e.Belief()
		entropy, information, evoi := 0.0, 0.0, -c.mean[c.best]
		value := make([][]float64, len(asked)) // Σ π P(answer) U_x of each answer
		chance := make([]float64, len(asked))
		for o := range value {
			value[o] = make([]float64, items.Len())
		}
		for k, w := range sample.Weight {
			v := make([]float64, len(asked))
			for o, i := range asked {
				v[o] = s.Beta * sample.Of(i)[k]
			}
			for o := range asked {
				p := math.Exp(v[o] - logSumExp(v, nil))
				entropy += w * plogp(p)
				chance[o] += w * p
				for x := range items.Len() {
					value[o][x] += w * p * sample.Of(x)[k]
				}
			}
		}
		for o := range asked {
			information += plogp(chance[o])
			best := math.Inf(-1)
			for _, v := range value[o] {
				best = max(best, v)
			}
			evoi += best
		}
		information -= entropy
		c.gather(asked[0], asked[1])
		c.include(asked[2])
		if got := c.rateChoice(InfoGain, asked); math.Abs(got-information) > 1e-9 {
			t.Errorf("%+v: information %v, by definition %v", s, got, information)
		}
		if got := c.rateChoice(EVOI, asked); math.Abs(got-evoi) > 1e-5 {
			t.Errorf("%+v: EVOI %v, by definition %v", s, got, evoi)
		}
	}
}
