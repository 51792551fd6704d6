package exact_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// drawnModel is a small model drawn by chance.
type drawnModel struct {
	envs.Env
	states, actions, objectives int
	outcomes                    [][]envs.Outcome // of state s and action a at s·actions + a
}

func (m *drawnModel) NumStates() int  { return m.states }
func (m *drawnModel) NumActions() int { return m.actions }
func (m *drawnModel) StartState() int { return 0 }
func (m *drawnModel) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	return append(buf, m.outcomes[s*m.actions+a]...)
}

// drawModel draws up to 6 states, 3 actions and 2 or 3 objectives, one or two outcomes each, with different
// next states, by which a policy tells them apart. Whole rewards make equal and dominated values.
func drawModel(rng *rand.Rand, whole bool) *drawnModel {
	m := &drawnModel{states: 1 + rng.IntN(6), actions: 1 + rng.IntN(3), objectives: 2 + rng.IntN(2)}
	for range m.states * m.actions {
		var all []envs.Outcome
		p := 1.0
		if m.states > 1 && rng.IntN(2) == 0 {
			p = float64(1+rng.IntN(3)) / 4
		}
		next := rng.Perm(m.states)
		for i, p := range []float64{p, 1 - p} {
			o := envs.Outcome{P: p, Next: next[i%m.states], Terminal: rng.IntN(4) == 0}
			for range m.objectives {
				r := 4*rng.Float64() - 2
				if whole {
					r = math.Round(r)
				}
				o.Reward = append(o.Reward, r)
			}
			if p > 0 {
				all = append(all, o)
			}
		}
		m.outcomes = append(m.outcomes, all)
	}
	return m
}

// policies counts the deterministic policies of so many steps from s that remember.
func (m *drawnModel) policies(s, steps int) float64 {
	if steps == 0 {
		return 1
	}
	sum := 0.0
	for a := range m.actions {
		product := 1.0
		for _, o := range m.outcomes[s*m.actions+a] {
			if !o.Terminal {
				product *= m.policies(o.Next, steps-1)
			}
		}
		sum += product
	}
	return sum
}

// returns are the expected returns of all of them, one after the other, nothing left out.
func (m *drawnModel) returns(s, steps int, gamma float64) (all [][]float64) {
	if steps == 0 {
		return [][]float64{make([]float64, m.objectives)}
	}
	for a := range m.actions {
		sums := [][]float64{make([]float64, m.objectives)}
		for _, o := range m.outcomes[s*m.actions+a] {
			after := [][]float64{make([]float64, m.objectives)}
			if !o.Terminal {
				after = m.returns(o.Next, steps-1, gamma)
			}
			var longer [][]float64
			for _, sum := range sums {
				for _, v := range after {
					x := make([]float64, m.objectives)
					for j := range x {
						x[j] = sum[j] + o.P*(o.Reward[j]+gamma*v[j])
					}
					longer = append(longer, x)
				}
			}
			sums = longer
		}
		all = append(all, sums...)
	}
	return all
}

// TestAgainstAllPolicies: on 200 drawn models of up to 4 steps the front is that of all policies there are,
// the coverage set is that of all policies, and linear support over value iteration finds it. This is
// test 1 of the specification of baselines.
func TestAgainstAllPolicies(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 1))
	largest, deepest, points := 0, 0, 0
	for n := 0; n < 200; {
		whole := n%2 == 0
		m, horizon := drawModel(rng, whole), 1+rng.IntN(4)
		gamma := []float64{1, 0.9}[rng.IntN(2)]
		if m.policies(0, horizon) > 50_000 {
			continue
		}
		n++
		e := &envs.Environment{Spec: envs.Spec{ID: "drawn", Horizon: horizon, Objectives: make([]envs.Objective, m.objectives)}, New: func() envs.Env { return m }}
		all := m.returns(0, horizon, gamma)
		largest, deepest = max(largest, len(all)), max(deepest, horizon)
		every, err := pareto.NewFront(all)
		if err != nil {
			t.Fatal(err)
		}
		rounded := pareto.Front{M: every.M} // in which equal ones are equal
		for _, x := range every.X {
			rounded.X = append(rounded.X, math.Round(x*0x1p32)/0x1p32)
		}
		keep, err := pareto.NonDominated(rounded)
		if err != nil {
			t.Fatal(err)
		}
		want := every.Select(keep)
		got, err := exact.Front(e, gamma)
		if err != nil {
			t.Fatal(err)
		}
		points += want.Len()
		if !equalSets(got.Points, want) {
			t.Errorf("model %d, %d steps, discount %v: front %v, of %d policies %v", n, horizon, gamma, got.Points.Rows(), len(all), want.Rows())
		}
		if whole { // with points on edges, of which rounding decides
			continue
		}
		idx, err := pareto.ConvexCoverageSet(want)
		if err != nil {
			t.Fatal(err)
		}
		best := want.Select(idx)
		coverage, err := exact.CoverageSet(e, gamma)
		if err != nil {
			t.Fatal(err)
		}
		if !equalSets(coverage.Points, best) {
			t.Errorf("model %d, %d steps, discount %v: coverage set %v, of all policies %v", n, horizon, gamma, coverage.Points.Rows(), best.Rows())
		}
		found, _, err := exact.LinearSupport(m.objectives, func(w []float64) []float64 {
			v, _, err := exact.Scalarised(e, gamma, w)
			if err != nil {
				t.Fatal(err)
			}
			return v
		})
		if err != nil {
			t.Fatal(err)
		}
		if idx, err = pareto.ConvexCoverageSet(found); err != nil {
			t.Fatal(err)
		}
		if !equalSets(found.Select(idx), best) {
			t.Errorf("model %d, %d steps, discount %v: linear support %v, all policies %v", n, horizon, gamma, found.Rows(), best.Rows())
		}
	}
	if largest < 10_000 || deepest != 4 || points < 800 {
		t.Errorf("the models are too simple: at most %d policies, %d steps, %d points in all", largest, deepest, points)
	}
	t.Logf("up to %d policies, %d points in all", largest, points)
}

// equalSets reports whether two sets of points are the same to 1e-9, whatever their order.
func equalSets(a, b pareto.Front) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, x := range a.Rows() {
		if !contains(b.Rows(), x, 1e-9) {
			return false
		}
	}
	return true
}
