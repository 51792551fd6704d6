package cmorl

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// endOf trains a path of the one-step problem and returns the mode of its action.
func endOf(p *path, step step, updates int, lr float64) float64 {
	for range updates {
		p.update(step, lr, 0)
	}
	act := envs.Actions[float32]{Box: make([]float32, 1)}
	p.learner.Policy().NewActor(1).Act([]float32{0}, act)
	return float64(act.Box[0])
}

// TestStepsOnTheOneStepProblem: check 5. From a = 0 with returns -1 an extension of objective 1 moves to the
// right, but where (a+1)² exceeds 1.5 it violates the threshold of objective 2, which is a = 0.22. The
// returns of this problem are not positive, so that the published step has no constraint and goes on to
// a = 1, from where a larger learning rate would make it wander; the other constrained steps keep to the threshold.
func TestStepsOnTheOneStepProblem(t *testing.T) {
	limit := math.Sqrt(1.5) - 1
	for _, c := range []struct {
		mode string
		keep bool
		lr   float64
	}{
		{"ipo", true, 3e-3}, {"cpo", true, 3e-3}, {"projected", true, 3e-3}, {"reference-ipo", false, 1e-3},
	} {
		s := &Settings{Mode: c.mode, Beta: 0.9, TrustRegion: 0.01, Damping: 0.1}
		p := twoGoalsPath(twoGoalsEnv(), -2, 64)
		a := endOf(p, s.step(), 60, c.lr)
		switch {
		case c.keep && (a < 0.1 || a > limit+0.06):
			t.Errorf("%s: ends at a = %.3f, want within (0.1, %.3f]", c.mode, a, limit+0.06)
		case !c.keep && (math.Abs(a-1) > 0.05 || p.Infeasible < 50):
			t.Errorf("%s: ends at a = %.3f, %d of 60 updates infeasible; want a = 1, mostly infeasible", c.mode, a, p.Infeasible)
		}
	}
}

// TestStepsRecover: from a = 0, below a threshold that asks for (a+1)² <= 0.5, the constrained steps first go to
// the left, away from what they maximise, and end at the threshold, a = -0.29.
func TestStepsRecover(t *testing.T) {
	limit := math.Sqrt(0.5) - 1
	for _, mode := range []string{"ipo", "cpo", "projected"} {
		s := &Settings{Mode: mode, TrustRegion: 0.01, Damping: 0.1}
		p := twoGoalsPath(twoGoalsEnv(), -2, 64)
		p.Goal.Base = []float64{0, 0} // less slacks of 1 and 0.5
		if a := endOf(p, s.step(), 60, 3e-3); a < limit-0.12 || a > limit+0.05 {
			t.Errorf("%s: ends at a = %.3f, want about %.3f", mode, a, limit)
		}
		if g, _ := p.estimate(); p.Infeasible < 2 || p.Goal.slackness(1, g[1]) < -0.2 {
			t.Errorf("%s: %d updates began infeasible, the path ends at %v", mode, p.Infeasible, g)
		}
	}
}

// TestLiteralBarrierIsMinibatchNoise: the fault of the literal form. On-policy it knows the barrier only up
// to the noise of a minibatch's mean advantage, so that its multipliers differ between minibatches of one
// rollout, where those of the combined advantage are the same (TestMultipliersDoNotDependOnMinibatches).
func TestLiteralBarrierIsMinibatchNoise(t *testing.T) {
	p := twoGoalsPath(twoGoalsEnv(), 0, 64)
	p.Goal.Slack = []float64{0.1, 0.1}
	p.learner.Collect()
	p.Last = p.learner.Episodes.Clone()
	g, h := p.estimate()
	p.Goal.Base = g
	var means []float64
	p.learner.UpdateWith(p.Goal.alone, func(m *ppo.Minibatch) {
		mean := 0.0
		for i := range m.Ratio {
			mean += m.Advantage(i, 1) / float64(len(m.Ratio))
		}
		means = append(means, h*mean)
	}, 0, 0)
	if spread := slices.Max(means) - slices.Min(means); spread < p.Goal.Slack[1] {
		t.Errorf("barriers of minibatches differ by %v, less than the slack %v", spread, p.Goal.Slack[1])
	}
}

// TestLiteralGradient: the slopes of the literal form are those of Σ_j φ_t(z_j) by the log-probabilities,
// by finite differences on recorded advantages.
func TestLiteralGradient(t *testing.T) {
	p := twoGoalsPath(twoGoalsEnv(), 0, 64)
	p.learner.Collect()
	p.Last = p.learner.Episodes.Clone()
	g, h := p.estimate()
	p.Goal.Base = []float64{g[0], g[1] - 0.3} // the archived one
	term := p.literalTerm(g, h)
	checked := 0
	p.learner.UpdateWith(p.Goal.alone, func(m *ppo.Minibatch) {
		term(m)
		value := func() float64 {
			mean := 0.0
			for i, ratio := range m.Ratio {
				a := m.Advantage(i, 1)
				mean += min(ratio*a, min(max(ratio, 0.8), 1.2)*a) / float64(len(m.Ratio))
			}
			return phi(p.Goal.slackness(1, g[1]+h*mean), p.Goal.Sharpness)
		}
		for i, old := range m.Ratio[:8] {
			if math.Abs(old-0.8) < 1e-3 || math.Abs(old-1.2) < 1e-3 {
				continue // a kink
			}
			const d = 1e-5
			m.Ratio[i] = old * math.Exp(d)
			up := value()
			m.Ratio[i] = old * math.Exp(-d)
			down := value()
			m.Ratio[i] = old
			if want := (up - down) / (2 * d); math.Abs(m.Slope[i]-want) > 1e-6+1e-3*math.Abs(want) {
				t.Errorf("ratio %v: slope %v, finite difference %v", old, m.Slope[i], want)
			}
			checked++
		}
	}, 3e-3, 0)
	if checked < 100 {
		t.Errorf("checked %d slopes", checked)
	}
}

// TestPublishedBarrier: facts 1 to 3 of its analysis. On-policy its slope is the same for every sample,
// whatever the action and its advantage; sample number l has none; objectives of negative mean target add
// nothing.
func TestPublishedBarrier(t *testing.T) {
	for _, c := range []struct {
		shift    float64 // of both rewards
		barriers int     // objectives of positive return
	}{{300, 2}, {-300, 0}} {
		e := twoGoalsEnv()
		e.New = func() envs.Env { return &shifted{by: [2]float64{c.shift, c.shift}} }
		p := twoGoalsPath(e, 0, 64)
		p.Goal.Objective = 1
		p.learner.Collect()
		term := (&Settings{Beta: 0.9}).ratioTerm(p, 2)
		p.learner.UpdateWith(p.Goal.alone, func(m *ppo.Minibatch) {
			term(m)
			// d ln(ρ-β)/d ln ρ = 1/(1-0.9) at ρ = 1, in the mean over 63 samples and 2 objectives, over t = 20
			want := float64(c.barriers) * 10 / (63 * 2 * 20)
			for i, slope := range m.Slope {
				if i == 1 && slope != 0 || i != 1 && math.Abs(slope-want) > 1e-9 {
					t.Fatalf("rewards shifted by %v, sample %d: slope %v, want %v and 0 for sample 1", c.shift, i, slope, want)
				}
			}
		}, 0, 0)
	}
}

// TestProjection by hand, all slacks 1. Objective 1 has used up its slack but for a quarter and conflicts
// with objective 0: A_0·A_1 = -2, A_1·A_1 = 4, so that half of A_1 is added.
func TestProjection(t *testing.T) {
	products := []float64{
		9, -2, 1,
		-2, 4, 0,
		1, 0, 1,
	}
	for _, c := range []struct {
		name    string
		g, want []float64
	}{
		{"far from thresholds", []float64{0, 0, 0}, []float64{1, 0, 0}},
		{"conflict", []float64{0, -0.75, 0}, []float64{1, 0.5, 0}},
		{"near, without conflict", []float64{0, 0, -0.75}, []float64{1, 0, 0}},
		{"violated", []float64{0, -1.5, 0}, []float64{0, 1, 0}},
	} {
		p := subproblem{Objective: 0, Base: make([]float64, 3), Slack: []float64{1, 1, 1}}
		w := make([]float64, 3)
		p.project(c.g, products, w)
		for j := range w {
			if math.Abs(w[j]-c.want[j]) > 1e-6 {
				t.Errorf("%s: weights %v, want %v", c.name, w, c.want)
				break
			}
		}
	}
}

// TestNonNegative against all active sets: the minimum of a convex quadratic over the orthant is that of the
// stationary points that are feasible.
func TestNonNegative(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 9; n++ {
		for range 40 {
			s, c := make([]float64, n*n), make([]float64, n)
			rows := make([]float64, n*(n+2))
			for i := range rows {
				rows[i] = rng.NormFloat64()
			}
			for i := range n {
				c[i] = rng.NormFloat64()
				for j := range n {
					for k := range n + 2 {
						s[i*n+j] += rows[i*(n+2)+k] * rows[j*(n+2)+k]
					}
				}
			}
			value := func(nu []float64) (v float64) {
				for i, x := range nu {
					v += c[i] * x
					for j, y := range nu {
						v += 0.5 * x * s[i*n+j] * y
					}
				}
				return v
			}
			best := 0.0
			free := make([]bool, n)
			for set := range 1 << n {
				for j := range free {
					free[j] = set>>j&1 == 1
				}
				if z := stationary(s, c, 0, free); slices.Min(z) >= 0 {
					best = min(best, value(z))
				}
			}
			nu := nonNegative(s, c)
			if got := value(nu); slices.Min(nu) < 0 || got > best+1e-6*(1+math.Abs(best)) {
				t.Fatalf("%d variables: %v with value %v, the least is %v", n, nu, got, best)
			}
		}
	}
}

// TestSpacing: a threshold lies where the farthest of the n nearest neighbours is, in every objective.
func TestSpacing(t *testing.T) {
	values := [][]float64{{0, 10}, {1, 8}, {2, 7}, {3, 6}, {9, 0}}
	s := (&Settings{Slack: "spacing"}).slacks(values, []float64{9, 10}, values[2], nil)
	if !slices.Equal(s, []float64{1, 1}) {
		t.Errorf("slacks %v beside two neighbours at distances 1 and 1", s)
	}
	// From the end the second neighbour is farther away in every objective; the least slack is 0.02 of the range.
	s = (&Settings{Slack: "spacing"}).slacks(values, []float64{9, 10}, values[0], nil)
	if !slices.Equal(s, []float64{2, 3}) {
		t.Errorf("slacks %v at the end of the front", s)
	}
	s = (&Settings{Slack: "spacing"}).slacks(values[:1], []float64{5, 10}, values[0], nil)
	if !slices.Equal(s, []float64{0.1, 0.2}) {
		t.Errorf("slacks %v without neighbours, want 0.02 of the ranges", s)
	}
}

// TestGapIsABound: no utility of the front exceeds what the bound says where the archive holds the front's
// best for the pursued preferences, and it is exact at these.
func TestGapIsABound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := 2; n <= 9; n++ {
		var front, pursued, archive [][]float64
		for range 200 { // points of the unit sphere
			g, norm := make([]float64, n), 0.0
			for j := range g {
				g[j] = math.Abs(rng.NormFloat64())
				norm += g[j] * g[j]
			}
			for j := range g {
				g[j] /= math.Sqrt(norm)
			}
			front = append(front, g)
		}
		whole := &gapFiller{values: front}
		best := func(w []float64) []float64 {
			return front[slices.IndexFunc(front, func(g []float64) bool { return dot(w, g) == whole.utility(w) })]
		}
		ranges := make([]float64, n)
		for j := range n {
			unit := make([]float64, n)
			unit[j], ranges[j] = 1, 1
			pursued = append(pursued, unit)
		}
		for range 3 {
			pursued = append(pursued, simplex(n, rng))
		}
		for _, w := range pursued {
			archive = append(archive, best(w))
		}
		f := newGapFiller(archive, ranges, pursued)
		for _, w := range pursued {
			if gap := f.gap(w); math.Abs(gap) > 1e-12 {
				t.Errorf("%d objectives: gap %v at a pursued preference", n, gap)
			}
		}
		for range 200 {
			w := simplex(n, rng)
			if known, bound := whole.utility(w), f.utility(w)+f.gap(w); bound < known-1e-12 { // Σ w·range = 1
				t.Errorf("%d objectives: utility %v above its bound %v", n, known, bound)
			}
		}
		w := f.next(rng)
		if gap := f.gap(w); math.Abs(gap) > 1e-12 {
			t.Errorf("%d objectives: a preference that was chosen has gap %v", n, gap)
		}
	}
}
