package preference

import (
	"context"
	"math"
	"testing"
)

// TestGoldenTables: the losses of the advantage learner in learn.json.
func TestGoldenTables(t *testing.T) {
	var golden learnGolden
	readGolden(t, "learn.json", &golden)
	for _, problem := range golden.Problems {
		w := boardWorld(t, problem.Rows, problem.Weights, golden.Gamma)
		for _, run := range problem.Runs {
			if run.Learner != "advantage" {
				continue
			}
			d := labelled(t, w, problem.Pairs, run.Labels)
			model, err := Tabular{States: w.States, Actions: w.Actions, Epochs: run.Epochs}.Fit(context.Background(), d, nil)
			if err != nil {
				t.Fatal(err)
			}
			near(t, problem.ID+" "+run.Generator+" "+run.Mode+": loss", model.(*Table).Loss, run.Loss, 1e-3)
		}
	}
}

// TestAdvantageFromProbabilities: exact probabilities of all pairs of single steps in a state give A*(s, a) − A*(s, b).
func TestAdvantageFromProbabilities(t *testing.T) {
	weights := []float64{-0.5, 2, -1, 0.5, -0.5, 0}
	w := boardWorld(t, []string{"..C", "SB.", "..G"}, weights, 0.9)
	o := optimum(t, w, weights)
	d := &Dataset{Objectives: w.Objectives}
	for _, s := range w.starts {
		for a := range int32(4) {
			for b := range a {
				p := Pair{A: *walk(t, w, s, a), B: *walk(t, w, s, b)}
				p.Y = prefers(Regret{o}, &p.A, &p.B)
				if err := d.Add(p); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	model, err := Tabular{States: w.States, Actions: w.Actions, Rate: 0.003, Epochs: 40000}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	g := model.Params()
	for _, s := range w.starts {
		for a := 1; a < 4; a++ {
			k := s*4 + a
			near(t, "A*(s, a) − A*(s, 0)", g[k]-g[s*4], o.Advantage[k]-o.Advantage[s*4], 1e-4)
		}
	}
}

// TestAbsorbingPinsTheLevel: without pairs that wait after the end, a constant on every step changes nothing; with
// them it does.
func TestAbsorbingPinsTheLevel(t *testing.T) {
	weights := []float64{-1, 5, -5, 1, -2, 0}
	w := boardWorld(t, []string{"..C", "SB.", "..G"}, weights, 0.9)
	d := drawn(t, w, 200, 3, &User{Statistic: RegretDet{optimum(t, w, weights)}, Noiseless: true})
	for _, c := range []struct {
		absorbing Absorbing
		free      bool
	}{{WithoutAbsorbing, true}, {WithAbsorbing, false}} {
		r, err := Tabular{States: w.States, Actions: w.Actions, Absorbing: c.absorbing}.rows(d)
		if err != nil {
			t.Fatal(err)
		}
		g, gradient := make([]float64, w.States*w.Actions), make([]float64, w.States*w.Actions)
		for k := range g {
			g[k] = math.Sin(float64(k))
		}
		before := r.loss(g, gradient)
		for k := range g {
			g[k] += 2
		}
		if same := math.Abs(r.loss(g, gradient)-before) < 1e-12; same != c.free {
			t.Errorf("absorbing %v: a constant changes nothing: %v, want %v", c.absorbing, same, c.free)
		}
		checkGradient(t, "tabular advantage", r.loss, g)
	}
}

// TestPublishedFeaturesNeverEnter: with the features of the published code the step into the goal has no
// influence.
func TestPublishedFeaturesNeverEnter(t *testing.T) {
	weights := []float64{-1, 5, -5, 1, -2, 0}
	w := boardWorld(t, []string{".G."}, weights, 0.9)
	d := &Dataset{Objectives: w.Objectives}
	if err := d.Add(Pair{A: *walk(t, w, 0, 3), B: *walk(t, w, 0, 0), Y: 1}); err != nil {
		t.Fatal(err)
	}
	plain, err := Tabular{States: 3, Actions: 4}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	published, err := Tabular{States: 3, Actions: 4, Reference: true}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if plain.Params()[3] <= 0 || published.Params()[3] != 0 {
		t.Errorf("g(into the goal) is %v, by the published features %v; want it positive, and 0", plain.Params()[3], published.Params()[3])
	}
}
