package cmorl

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDualOfATwoDimensionalProblem: with H = I, g = (1, 0) and ½|x|² <= δ the step is that of a circle of radius
// √(2δ). Constraints by hand.
func TestDualOfATwoDimensionalProblem(t *testing.T) {
	const delta = 0.5 // radius 1
	half := math.Sqrt(0.5)
	for _, c := range []struct {
		name     string
		b        [][2]float64
		c        []float64
		want     [2]float64
		feasible bool
	}{
		{"no constraint binds", [][2]float64{{1, 0}}, []float64{0}, [2]float64{1, 0}, true},
		{"a half-plane", [][2]float64{{-1, 0}}, []float64{0.6}, [2]float64{0.6, 0}, true}, // inside the circle along x₂
		{"a slanted half-plane", [][2]float64{{-half, half}}, []float64{0}, [2]float64{half, half}, true},
		{"a corner inside the circle", [][2]float64{{-1, 1}, {-1, -1}}, []float64{0.3, 0.3}, [2]float64{0.3, 0}, true},
		{"an infeasible start", [][2]float64{{0, 1}}, []float64{-0.8}, [2]float64{0.6, 0.8}, true},
		{"beyond the circle", [][2]float64{{0, 1}}, []float64{-1.1}, [2]float64{}, false},
		{"contradiction", [][2]float64{{0, 1}, {0, -1}}, []float64{-0.1, -0.1}, [2]float64{}, false},
	} {
		var d dual
		m := len(c.b)
		d.reset(m)
		d.q = 1
		copy(d.c, c.c)
		for i, x := range c.b {
			d.r[i] = x[0]
			for k, y := range c.b {
				d.s[i*m+k] = x[0]*y[0] + x[1]*y[1]
			}
		}
		lambda, nu, feasible := d.solve(delta)
		if feasible != c.feasible {
			t.Errorf("%s: feasible %v", c.name, feasible)
			continue
		}
		if !feasible {
			continue
		}
		x := [2]float64{1 / lambda, 0}
		for i, v := range nu {
			x[0] += v * c.b[i][0] / lambda
			x[1] += v * c.b[i][1] / lambda
		}
		tolerance := 1e-4
		if c.name == "a half-plane" {
			x[1] = 0 // any x₂ is an optimum
		}
		if math.Hypot(x[0]-c.want[0], x[1]-c.want[1]) > tolerance {
			t.Errorf("%s: step %v, want %v", c.name, x, c.want)
		}
	}
}

// TestDualAgainstBruteForce for one, two and eight constraints (n = 2, 3, 9): no feasible point of very many
// in the trust region gains more than the step, which is feasible itself.
func TestDualAgainstBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, m := range []int{1, 2, 8} {
		for trial := range 6 {
			dim := m + 2
			vector := func(scale float64) []float64 {
				v := make([]float64, dim)
				for i := range v {
					v[i] = scale * rng.NormFloat64()
				}
				return v
			}
			// H = L L', in whose coordinates y = L'x the trust region is a ball.
			g, delta := vector(1), 0.02
			radius := math.Sqrt(2 * delta)
			var d dual
			d.reset(m)
			d.q = dot(g, g)
			var b [][]float64
			for i := range m {
				b = append(b, vector(1))
				d.c[i] = radius * (0.3*rng.Float64() - 0.02*float64(trial%2))
				d.r[i] = dot(g, b[i])
			}
			for i := range m {
				for k := range m {
					d.s[i*m+k] = dot(b[i], b[k])
				}
			}
			lambda, nu, feasible := d.solve(delta)
			margin := func(y []float64) float64 {
				worst := math.Inf(1)
				for i := range m {
					worst = min(worst, d.c[i]+dot(b[i], y))
				}
				return worst
			}
			best, any := math.Inf(-1), false
			consider := func(y []float64) {
				if margin(y) >= 0 {
					any = true
					best = max(best, dot(g, y))
				}
			}
			// A random walk that keeps to the feasible points of the ball and prefers gain.
			at := make([]float64, dim)
			for range 30_000 {
				step := radius * math.Pow(10, -3*rng.Float64())
				y := vector(step)
				for i := range y {
					y[i] += at[i]
				}
				if norm := math.Sqrt(dot(y, y)); norm > radius {
					for i := range y {
						y[i] *= radius / norm
					}
				}
				consider(y)
				if now, then := margin(y), margin(at); now >= 0 && (then < 0 || dot(g, y) > dot(g, at)) || then < 0 && now > then {
					at = y
				}
			}
			if any && !feasible {
				t.Errorf("%d constraints, trial %d: a feasible point exists, the dual finds none", m, trial)
			}
			if !feasible {
				continue
			}
			y := make([]float64, dim)
			for i := range y {
				y[i] = g[i] / lambda
				for k, v := range nu {
					y[i] += v * b[k][i] / lambda
				}
			}
			if margin(y) < -1e-4*radius || dot(y, y) > 2*delta*(1+1e-6) {
				t.Errorf("%d constraints, trial %d: the step has margin %v and length² %v of %v", m, trial, margin(y), dot(y, y), 2*delta)
			}
			if gain := dot(g, y); gain < best-1e-3*math.Abs(best) {
				t.Errorf("%d constraints, trial %d: the step gains %v, a random walk %v", m, trial, gain, best)
			}
		}
	}
}
