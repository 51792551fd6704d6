package preference

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// everyLearner are all learners with short trainings, for a world.
func everyLearner(t *testing.T, w *World) map[string]Learner {
	t.Helper()
	set, err := w.DrawSuccessors(BoardPrior, nil, testRand(1))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Learner{
		"partial, Newton": Partial{}, "partial, Adam": Partial{Adam: true, Epochs: 300},
		"regret by successor features": RegretSF{Policies: set, Epochs: 200}, "exact regret": RegretExact{World: w, Epochs: 50},
		"tabular advantage": Tabular{States: w.States, Actions: w.Actions, Epochs: 100},
		"advantage network": Networks{Encoding: StepEncoding(w.States, w.Actions), Members: 2, Hidden: []int{8}, Epochs: 2},
		"network":           Networks{Encoding: FeatureEncoding(nil, w.M), Members: 2, Hidden: []int{8}, Epochs: 2},
		"Laplace":           Laplace{}, "particles": Particles{}, "weights on the simplex": MapSimplex{Epochs: 100},
		"plural users": PAL{Epochs: 50, Restarts: 1}, "plural users, linear map": PAL{Map: LinearMap, Epochs: 50, Restarts: 1},
		"plural users, network": PAL{Map: NetworkMap, Epochs: 50, Restarts: 1}, "cycles": GPM{Restarts: 1, L2: 1e-3},
		"flipped labels": Robust{Noise: Mixture, Flip: 0.1}, "contrastive": CPL{States: w.States, Actions: w.Actions},
		"contrastive, from advantages": CPL{States: w.States, Actions: w.Actions, Epochs: 50},
	}
}

// finite fails unless the parameters and the probabilities of a model are finite.
func finite(t *testing.T, name string, m Model, d *Dataset) {
	t.Helper()
	for _, x := range m.Params() {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("%s: parameters %v", name, m.Params())
			return
		}
	}
	for i := range d.Pairs {
		if p := m.P(&d.Pairs[i].A, &d.Pairs[i].B); !(p >= 0 && p <= 1) {
			t.Errorf("%s: a probability of %v", name, p)
			return
		}
	}
}

// TestEveryLearnerOnVectorRewards: all learners take answers about any environment with vector rewards as they are, and those
// of linear rewards agree with nine of ten answers of a user with weights of the objectives.
func TestEveryLearnerOnVectorRewards(t *testing.T) {
	for id, truth := range map[string][]float64{
		"deep-sea-treasure-v0": {0.3, 0.7}, "deep-sea-treasure-concave-v0": {0.5, 0.5}, "fruit-tree-v0": {0.3, 0.1, 0.2, 0.1, 0.2, 0.1},
	} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := NewWorld(e, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := w.DrawPairs(60, 5, testRand(3))
		if err != nil {
			t.Fatal(err)
		}
		for statistic, f := range map[string]Statistic{"partial return": PartialReturn{truth}, "regret": RegretDet{optimum(t, w, truth)}} {
			d := &Dataset{Objectives: w.Objectives}
			if err := d.Add(Label(pairs, &User{Statistic: f, Noiseless: true})...); err != nil {
				t.Fatal(err)
			}
			for name, l := range everyLearner(t, w) {
				m, err := l.Fit(context.Background(), d, nil)
				if err != nil {
					t.Errorf("%s, %s: %v", id, name, err)
					continue
				}
				finite(t, id+", "+name, m, d)
				right := statistic == "partial return" && name == "partial, Newton" || statistic == "regret" && name == "exact regret"
				if a := Accuracy(m, d); right && a != nil && *a < 0.9 {
					t.Errorf("%s, %s: agreement with %v of the answers by %s", id, name, *a, statistic)
				}
			}
		}
	}
}

// TestEveryLearnerOnOddAnswers: whatever is odd about answers, every learner gives finite weights or says why not.
func TestEveryLearnerOnOddAnswers(t *testing.T) {
	weights := []float64{-1, 5, -5, 1, -2, 0}
	w := boardWorld(t, []string{"..C", "SB.", "..G"}, weights, 0.9)
	p := drawn(t, w, 10, 3, &User{Statistic: PartialReturn{weights}, Noiseless: true}).Pairs
	huge, tiny, heavy := p[0], p[1], p[2]
	far := func(s Segment, x float64) Segment {
		s.Features = []float64{x, -x, x, -x, x, -x}
		return s
	}
	huge.A, huge.B = far(huge.A, largest), far(huge.B, -largest)
	tiny.A, tiny.B = far(tiny.A, 1e-300), far(tiny.B, 5e-324)
	light := heavy
	heavy.Weight, light.Weight = heaviest, lightest
	against := p[3]
	against.Y = 1 - against.Y
	for name, pairs := range map[string][]Pair{
		"one answer": {p[0]}, "a tie": {{A: p[0].A, B: p[0].B, Y: 0.5}}, "the same segment twice": {{A: p[0].A, B: p[0].A, Y: 1}},
		"contradictory": {p[3], against}, "turned round": {p[3], p[3].Swap()}, "repeated": {p[0], p[0], p[0]},
		"huge features": {huge, p[1]}, "tiny features": {tiny}, "unequal weights": {heavy, light, p[4]},
	} {
		d := &Dataset{Objectives: w.Objectives}
		if err := d.Add(pairs...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for learner, l := range everyLearner(t, w) {
			if m, err := l.Fit(context.Background(), d, nil); err == nil {
				finite(t, name+", "+learner, m, d)
			} else if name != "huge features" {
				t.Errorf("%s, %s: %v", name, learner, err)
			}
		}
	}
	empty, half := &Dataset{Objectives: w.Objectives}, &Dataset{Objectives: w.Objectives}
	half.Pairs = []Pair{p[0], {A: p[0].A, B: p[0].B, Y: math.NaN()}} // not added: checked by learners all the same
	for learner, l := range everyLearner(t, w) {
		if _, err := l.Fit(context.Background(), empty, nil); !errors.Is(err, ErrNoAnswers) {
			t.Errorf("%s: %v, want that there are no answers", learner, err)
		}
		if _, err := l.Fit(context.Background(), half, nil); err == nil {
			t.Errorf("%s: a label that is not a number passes", learner)
		}
	}
	for name, q := range map[string]Pair{
		"label": {A: p[0].A, B: p[0].B, Y: 1.01}, "label below": {A: p[0].A, B: p[0].B, Y: -1e-9}, "user": {A: p[0].A, B: p[0].B, User: 1},
		"weight": {A: p[0].A, B: p[0].B, Weight: -1}, "features": {A: far(p[0].A, 2*largest), B: p[0].B}, "infinite": {A: far(p[0].A, math.Inf(1)), B: p[0].B},
		"objectives": {A: Item([]float64{1}), B: p[0].B},
	} {
		if err := empty.Add(q); err == nil {
			t.Errorf("%s: it passes", name)
		}
	}
}
