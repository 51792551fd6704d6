package preference

import (
	"fmt"
	"math"
	"testing"
)

// narrow is a board on which a step between two coins costs exactly nothing: cells on the right, shut in by sheep, are worth
// 1000 times what such a step gains or costs, so that the loss is low in a narrow valley only. Steps along the gradient end
// in another one, by whose weights it is best to walk for ever; of the best policy's scaled return that takes nearly eleven.
var narrow = Grid{ID: "narrow", Rows: []string{"B.G.SS.SCC", "SC.CSB.B..", "C.SSS...SC"}, Weights: []float64{-1, 0, -100, 1, -5, -1}}

// TestNarrowValleys: exact regret is near-optimal from 100 answers on where the loss has narrow valleys, and explains answers
// no worse than twice the true reward does, which noiseless answers leave the scale of open.
func TestNarrowValleys(t *testing.T) {
	for seed := range uint64(3) {
		c := &TableConfig{Grids: []Grid{narrow}, Gamma: 0.999, Length: 3, Seed: seed}
		g, err := c.prepare(&narrow)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range []string{"noiseless", "stochastic"} {
			for _, n := range []int{100, 300, 1000} {
				name := fmt.Sprintf("seed %d, %d %s answers", seed, n, mode)
				d, err := c.dataset(g, n, Answering{"regret", mode})
				if err != nil {
					t.Fatal(err)
				}
				m := fit[*Reward](t, RegretExact{World: g.world, Prior: BoardPrior, Seed: g.starts}, d)
				scaled, err := g.scale.Reward(m.Weights)
				if err != nil {
					t.Fatal(err)
				}
				if scaled <= NearOptimal {
					t.Errorf("%s: scaled return %.3f", name, scaled)
				}
				r, err := newRows(d, true, g.world.States)
				if err != nil {
					t.Fatal(err)
				}
				slope := make([]float64, r.m)
				if truth := newExactLoss(r, g.world).at(narrow.Weights, slope); m.Loss > 2*truth {
					t.Errorf("%s: loss %.3f, that of the true reward is %.3f", name, m.Loss, truth)
				}
			}
		}
	}
}

// TestNewtonKeepsSigns: noiseless answers leave open how large weights are and which of two that never matter is larger; by the
// prior they are of the size of the true ones, with their signs.
func TestNewtonKeepsSigns(t *testing.T) {
	w, truth := deliveryWorld(t, 0.999)
	d := drawn(t, w, 300, 3, &User{Statistic: RegretDet{optimum(t, w, truth)}, Noiseless: true, Round: true})
	m := fit[*Reward](t, RegretExact{World: w}, d)
	for j, x := range m.Weights {
		if !(x*truth[j] > 0) || math.Abs(x) > 200 {
			t.Errorf("weight of %s: %v, the true one is %v", w.Objectives[j], x, truth[j])
		}
	}
}

// TestNewtonEndsAtTheLowest: with probabilities as labels the true weights have the least loss, and Newton's steps find it from
// weights of other sizes.
func TestNewtonEndsAtTheLowest(t *testing.T) {
	truth := []float64{-0.3, 2, -3, 0.4, -0.8, -0.5}
	w := boardWorld(t, []string{"..C", "SB.", "m.G"}, truth, 0.9)
	d := drawn(t, w, 400, 3, &User{Statistic: RegretDet{optimum(t, w, truth)}, Noiseless: true})
	user := &User{Statistic: RegretDet{optimum(t, w, truth)}}
	for i := range d.Pairs {
		p := &d.Pairs[i]
		p.Y, _, _ = user.Probabilities(user.Difference(&p.A, &p.B))
	}
	r, err := newRows(d, true, w.States)
	if err != nil {
		t.Fatal(err)
	}
	loss, slope := newExactLoss(r, w), make([]float64, r.m)
	least := loss.at(truth, slope)
	for _, scale := range []float64{0.1, 0.5, 3} {
		found := make([]float64, r.m)
		for j, x := range truth {
			found[j] = scale * x
		}
		if got, steps := loss.newton(found, 0); got > 1.01*least {
			t.Errorf("from the true weights times %v: loss %v after %d steps, the least is %v", scale, got, steps, least)
		}
	}
}
