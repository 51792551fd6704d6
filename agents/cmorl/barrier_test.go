package cmorl

import (
	"math"
	"testing"
)

// TestBarrierIsSmooth: check 4. φ_t is continuous with a continuous derivative at 1/t², and its
// slope is its derivative everywhere.
func TestBarrierIsSmooth(t *testing.T) {
	for _, sharp := range []float64{1, 5, 20, 100} {
		edge := 1 / (sharp * sharp)
		if a, b := phi(edge*(1-1e-12), sharp), phi(edge, sharp); math.Abs(a-b) > 1e-9 {
			t.Errorf("t %v: φ jumps from %v to %v at 1/t²", sharp, a, b)
		}
		if a, b := phiSlope(edge*(1-1e-12), sharp), phiSlope(edge, sharp); math.Abs(a-b) > 1e-6*b {
			t.Errorf("t %v: φ' jumps from %v to %v at 1/t²", sharp, a, b)
		}
		for _, z := range []float64{-3, -edge, 0, edge / 2, edge * 2, 0.1, 1, 7} {
			h := 1e-6 * max(math.Abs(z), edge)
			want := (phi(z+h, sharp) - phi(z-h, sharp)) / (2 * h)
			if got := phiSlope(z, sharp); math.Abs(got-want) > 1e-4*want {
				t.Errorf("t %v z %v: slope %v, finite difference %v", sharp, z, got, want)
			}
		}
	}
}

// TestSlacknessIsOneAtTheStart for returns of either sign and zero.
func TestSlacknessIsOneAtTheStart(t *testing.T) {
	c := subproblem{Base: []float64{12.5, 0, -340}, Slack: []float64{0.3, 2, 17}}
	for j, g := range c.Base {
		if z := c.slackness(j, g); math.Abs(z-1) > 1e-12 {
			t.Errorf("objective %d: slackness %v", j, z)
		}
		if z := c.slackness(j, g-c.Slack[j]); math.Abs(z) > 1e-12 {
			t.Errorf("objective %d: slackness %v at the threshold", j, z)
		}
	}
}

// TestWeightsAreTheGradientOfTheBarrierProblem: with weights w, Σ w_j dG_j is the differential of
// G_l/s_l + mean φ_t(z_j), or of ω·G/(ω·s) + mean φ_t(z_j).
func TestWeightsAreTheGradientOfTheBarrierProblem(t *testing.T) {
	base, slack, g := []float64{3, -5, 0}, []float64{1, 2, 0.5}, []float64{2.9, -6, 0.2}
	for _, mean := range []bool{true, false} {
		for _, c := range []subproblem{
			{Objective: 0}, {Objective: 2},
			{Objective: -1, Preference: []float64{0.2, 0.5, 0.3}},
		} {
			c.Base, c.Slack, c.Sharpness, c.Mean = base, slack, 20, mean
			value := func() float64 {
				total, n, scale := 0.0, 0.0, 0.0
				for j := range g {
					if j != c.Objective {
						n++
					}
				}
				if !mean {
					n = 1
				}
				for j := range g {
					if j == c.Objective {
						total += g[j] / slack[j]
					} else {
						total += phi(c.slackness(j, g[j]), c.Sharpness) / n
					}
				}
				for j, w := range c.Preference {
					scale += w * slack[j]
				}
				for j, w := range c.Preference {
					total += w * g[j] / scale
				}
				return total
			}
			w := make([]float64, 3)
			if c.worst(g) <= 0 {
				t.Fatal("feasible point called infeasible")
			}
			c.weights(g, w)
			for j := range g {
				old := g[j]
				const h = 1e-6
				g[j] = old + h
				up := value()
				g[j] = old - h
				down := value()
				g[j] = old
				if want := (up - down) / (2 * h); math.Abs(w[j]-want) > 1e-5*(1+want) {
					t.Errorf("objective %d of %+v: weight %v, finite difference %v", j, c, w[j], want)
				}
			}
		}
	}
}

// TestInfeasiblePointsOnlyRecover: no weight on what is maximised while a constraint is violated.
func TestInfeasiblePointsOnlyRecover(t *testing.T) {
	c := subproblem{Objective: 0, Base: []float64{0, 0}, Slack: []float64{1, 1}, Sharpness: 20}
	w := make([]float64, 2)
	if c.weights([]float64{5, -2}, w); c.worst([]float64{5, -2}) != -1 || w[0] != 0 || w[1] != 20 {
		t.Errorf("weights %v at an infeasible point", w)
	}
	c = subproblem{Objective: -1, Preference: []float64{1, 0}, Base: []float64{0, 0}, Slack: []float64{1, 1}, Sharpness: 20}
	if c.weights([]float64{5, -2}, w); c.worst([]float64{5, -2}) != -1 || w[1] != 20 || w[0] != 1/(20*6.0) {
		t.Errorf("weights %v of a preference path at an infeasible point", w)
	}
}
