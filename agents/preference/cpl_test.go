package preference

import (
	"math"
	"os"
	"testing"
)

// softAdvantage is A(s, a) = Q(s, a) − V(s) of the maximum-entropy optimum, V = α ln Σ e^(Q/α).
func softAdvantage(w *World, weights []float64, alpha float64) []float64 {
	v, q := make([]float64, w.States), make([]float64, w.States*w.Actions)
	for change := 1.0; change > 1e-13; {
		change = 0
		w.QValues(weights, v, q)
		for s := range w.States {
			scaled := make([]float64, w.Actions)
			for a := range scaled {
				scaled[a] = q[s*w.Actions+a] / alpha
			}
			next := 0.0
			if !w.idle[s] {
				next = alpha * (scaled[0] - logSoftmax(scaled))
			}
			change = max(change, math.Abs(next-v[s]))
			v[s] = next
		}
	}
	for k := range q {
		q[k] -= v[k/w.Actions]
	}
	return q
}

// With the exact probabilities of maximum-entropy regret as labels of all pairs of actions in every state, the policy
// is π ∝ e^(A/α).
func TestCPLRecoversPolicy(t *testing.T) {
	weights := []float64{-0.1, 1, -1, 0.2, -0.3, 0}
	w := boardWorld(t, []string{"...C.", ".S.B.", "..C.G"}, weights, 0.9)
	const alpha = 0.1
	advantage := softAdvantage(w, weights, alpha)
	d := &Dataset{Objectives: w.Objectives}
	step := func(s, a int) Segment {
		return Segment{Features: make([]float64, w.M), Steps: []Step{{int32(s), int32(a)}}}
	}
	for s := range w.States {
		if w.idle[s] {
			continue
		}
		for a := range w.Actions {
			for b := range a {
				d.Pairs = append(d.Pairs, Pair{A: step(s, a), B: step(s, b), Y: Logistic(advantage[s*w.Actions+a] - advantage[s*w.Actions+b])})
			}
		}
	}
	m := fit[*Policy](t, CPL{States: w.States, Actions: w.Actions, Alpha: alpha, Bias: 1}, d)
	for s := range w.States {
		if w.idle[s] {
			continue
		}
		for a := range w.Actions {
			near(t, "probability of an action", m.Table[s*w.Actions+a], math.Exp(advantage[s*w.Actions+a]/alpha), 1e-3)
		}
	}
}

// The gradient of the loss is that of difference quotients.
func TestContrastiveLoss(t *testing.T) {
	const h = 1e-6
	for _, s := range [][3]float64{{-0.2, -0.7, 0.5}, {-2, -0.1, 1}, {-30, -1, 0.3}} {
		_, byPreferred, byRejected := ContrastiveLoss(s[0], s[1], s[2])
		up, _, _ := ContrastiveLoss(s[0]+h, s[1], s[2])
		down, _, _ := ContrastiveLoss(s[0]-h, s[1], s[2])
		near(t, "by the preferred sum", byPreferred, (up-down)/(2*h), 1e-8)
		up, _, _ = ContrastiveLoss(s[0], s[1]+h, s[2])
		down, _, _ = ContrastiveLoss(s[0], s[1]-h, s[2])
		near(t, "by the rejected sum", byRejected, (up-down)/(2*h), 1e-8)
	}
}

// crossEntropy is the mean cross-entropy of answers.
func crossEntropy(m Model, d *Dataset) (sum float64) {
	for i := range d.Pairs {
		p := &d.Pairs[i]
		z := m.Utility(&p.A) - m.Utility(&p.B)
		sum += Softplus(z) - p.Y*z
	}
	return sum / float64(len(d.Pairs))
}

// From the policy of a table of advantages, contrastive learning lowers its loss, and since log-probabilities of a state
// belong together, it explains further answers better than the table does.
func TestCPLFromAdvantages(t *testing.T) {
	f, err := os.Open("testdata/mdps.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	grids, _, err := ReadGrids(f)
	if err != nil {
		t.Fatal(err)
	}
	grids = grids[:3]
	c := &TableConfig{Grids: grids, Gamma: 0.999, Length: 3, Seed: 6}
	of, table := 0.0, 0.0
	for i := range grids {
		g, err := c.prepare(&grids[i])
		if err != nil {
			t.Fatal(err)
		}
		answered := func(n int) *Dataset {
			d, err := c.dataset(g, n, Answering{"regret", "stochastic"})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d, further := answered(3000), answered(2000)
		w := g.world
		m := fit[*Policy](t, CPL{States: w.States, Actions: w.Actions, Alpha: 0.3, Bias: 1, Epochs: 300}, d)
		begun := fit[*Policy](t, CPL{States: w.States, Actions: w.Actions, Alpha: 0.3, Bias: 1, Epochs: 1, Rate: 1e-12}, d)
		if !(m.Loss < begun.Loss) {
			t.Errorf("%s: loss %v, %v at the start", g.grid.ID, m.Loss, begun.Loss)
		}
		for s := range w.States {
			sum := 0.0
			for _, p := range m.Table[s*w.Actions:][:w.Actions] {
				sum += p
			}
			near(t, g.grid.ID+": sum of probabilities", sum, 1, 1e-12)
		}
		of += crossEntropy(m, further) / float64(len(grids))
		table += crossEntropy(fit[*Table](t, Tabular{States: w.States, Actions: w.Actions}, d), further) / float64(len(grids))
	}
	t.Logf("cross-entropy of further answers: %.3f, %.3f by the table", of, table)
	if !(of < table) {
		t.Errorf("cross-entropy of further answers %v, %v by the table of advantages", of, table)
	}
}
