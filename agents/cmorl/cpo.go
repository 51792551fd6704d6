package cmorl

import (
	"math"

	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/internal/kern"
)

// trustRegion is constrained policy optimisation (Achiam, Held, Tamar and Abbeel, ICML 2017) with a constraint
// for every objective but the one that is maximised. All quantities are linear or quadratic models at the
// present policy, constraints in units of their slacks:
//
//	maximise g·x  subject to  z_j + b_j·x >= 0,  ½ x'Hx <= δ
//
// g is the gradient of what is maximised, per standard deviation of its advantage, b_j that of h·A_j/s_j, and
// H the damped Fisher information of the actor. The critic is trained apart. The published code has such a
// step for two objectives, which it never calls.
func (s *Settings) trustRegion(p *path, returns []float64, h, lr, entropy float64) {
	if p.trust == nil {
		p.trust = newTrust(p.learner, s.Damping)
	}
	t, goal := p.trust, &p.Goal
	t.region.Begin()
	t.model(goal, returns, h, entropy)
	x := t.vectors[len(t.vectors)-1]
	clear(x)
	if multiplier, nu, feasible := t.dual.solve(s.TrustRegion); feasible {
		t.combine(x, multiplier, nu)
	} else {
		t.recover(x, s.TrustRegion)
	}
	t.search(x, goal, returns, h, entropy, s.TrustRegion)
	p.learner.FitCritic(lr)
}

// trust is what a path needs for steps of constrained policy optimisation.
type trust struct {
	region    *ppo.TrustRegion
	objective []float64 // weights of what is maximised
	products  []float64 // mean A_i·A_j
	gain      []float64
	over      []int // constrained objectives
	// g, u_0 = H⁻¹g, then b_j, u_j = H⁻¹b_j of every constraint, and at the end the step.
	vectors [][]float32
	dual    dual
}

func newTrust(l *ppo.Learner, damping float64) *trust {
	n := len(l.Episodes.Return)
	t := &trust{
		region:    ppo.NewTrustRegion(l, damping),
		objective: make([]float64, n), products: make([]float64, n*n), gain: make([]float64, n),
		vectors: make([][]float32, 2*n+3),
	}
	for i := range t.vectors {
		t.vectors[i] = make([]float32, t.region.Len())
	}
	return t
}

// model computes the problem at the present policy.
func (t *trust) model(goal *subproblem, returns []float64, h, entropy float64) {
	goal.wanted(t.objective)
	t.scaleToUnitVariance()
	t.region.Gradient(t.vectors[0], t.objective, entropy)
	t.region.Solve(t.vectors[1], t.vectors[0])
	t.over = t.over[:0]
	for j := range returns {
		if !goal.constrains(j) {
			continue
		}
		b, u := t.vectors[2+2*len(t.over)], t.vectors[3+2*len(t.over)]
		t.over = append(t.over, j)
		clear(t.gain)
		t.gain[j] = h / goal.Slack[j]
		t.region.Gradient(b, t.gain, 0)
		t.region.Solve(u, b)
	}
	d, m := &t.dual, len(t.over)
	d.reset(m)
	d.q = kern.Dot(t.vectors[0], t.vectors[1])
	for i, j := range t.over {
		d.c[i] = goal.slackness(j, returns[j])
		d.r[i] = kern.Dot(t.vectors[2+2*i], t.vectors[1])
		for k := range m {
			d.s[i*m+k] = kern.Dot(t.vectors[2+2*i], t.vectors[3+2*k])
		}
	}
	for i := range m { // conjugate gradients leave it symmetric only nearly
		for k := range i {
			mean := (d.s[i*m+k] + d.s[k*m+i]) / 2
			d.s[i*m+k], d.s[k*m+i] = mean, mean
		}
	}
}

// wanted writes the weights of what is maximised, whatever the constraints say.
func (p *subproblem) wanted(w []float64) {
	clear(w)
	p.pursue(w)
}

// scaleToUnitVariance scales what is maximised so that its advantage has a standard deviation of 1, which
// gives the entropy beside it the same meaning as in proximal policy optimisation.
func (t *trust) scaleToUnitVariance() {
	t.region.Learner().AdvantageProducts(t.products)
	variance, n := 0.0, len(t.objective)
	for i, x := range t.objective {
		for j, y := range t.objective {
			variance += x * y * t.products[i*n+j]
		}
	}
	inv := 1 / (math.Sqrt(variance) + 1e-5)
	for j := range t.objective {
		t.objective[j] *= inv
	}
}

// combine writes the optimum x = (u_0 + Σ ν_j u_j)/λ.
func (t *trust) combine(x []float32, lambda float64, nu []float64) {
	kern.Axpy(float32(1/lambda), t.vectors[1], x)
	for i, v := range nu {
		if v > 0 {
			kern.Axpy(float32(v/lambda), t.vectors[3+2*i], x)
		}
	}
}

// recover writes the step of size δ that raises the most violated objective most.
func (t *trust) recover(x []float32, delta float64) {
	worst := 0
	for i, z := range t.dual.c {
		if z < t.dual.c[worst] {
			worst = i
		}
	}
	if curvature := t.dual.s[worst*len(t.over)+worst]; curvature > 0 {
		kern.Axpy(float32(math.Sqrt(2*delta/curvature)), t.vectors[3+2*worst], x)
	}
}

// search goes along x as far as the policy itself, not its model, keeps to the trust region and the
// thresholds and gains something; from below a threshold, as far as the worst violation shrinks. Failing
// that the policy stays.
func (t *trust) search(x []float32, goal *subproblem, returns []float64, h, entropy, delta float64) {
	const shrink, trials = 0.8, 10
	before := goal.worst(returns)
	_, disorder := t.region.Try(x, 0, t.gain)
	size := 1.0
	for range trials {
		kl, now := t.region.Try(x, size, t.gain)
		gained, worst := entropy*(now-disorder), math.Inf(1)
		for j, change := range t.gain {
			gained += t.objective[j] * change
			if goal.constrains(j) {
				worst = min(worst, goal.slackness(j, returns[j]+h*change))
			}
		}
		if kl <= delta && (before > 0 && worst >= 0 && gained > 0 || before <= 0 && worst > before) {
			return
		}
		size *= shrink
	}
	t.region.Try(x, 0, t.gain)
}

// dual is the dual of the problem, for multipliers λ of the trust region and ν >= 0 of the constraints. With
// q = g·u_0, r_j = g·u_j, S_jk = b_j·u_k it is to minimise
//
//	(q + 2 r·ν + ν'Sν)/(2λ) + c·ν + λδ
//
// over both. For a given λ that is a quadratic problem in ν, and the more λ grows, the shorter is the step
// x = (u_0 + Σ ν_j u_j)/λ. So λ is bracketed and bisected until x'Hx = 2δ.
type dual struct {
	q       float64
	r, c, s []float64

	linear []float64
}

// reset makes room for n constraints.
func (d *dual) reset(n int) {
	if len(d.c) != n {
		d.r, d.c, d.linear, d.s = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n*n)
	}
}

// solve returns the multipliers, or that no step in the trust region satisfies the constraints.
func (d *dual) solve(delta float64) (lambda float64, nu []float64, feasible bool) {
	// The shortest step that satisfies them is Σ ν_j u_j, ν from the problem without objective.
	nu = nonNegative(d.s, d.c)
	if d.square(nu, 0) > 2*delta*(1-1e-6) || !d.satisfied(nu) {
		return 0, nil, false
	}
	length := func(lambda float64) float64 { // x'Hx
		for j := range d.linear {
			d.linear[j] = d.r[j] + lambda*d.c[j]
		}
		nu = nonNegative(d.s, d.linear)
		return d.square(nu, 1) / (lambda * lambda)
	}
	middle := math.Sqrt(max(d.q, 1e-30) / (2 * delta)) // λ without constraints
	low, high := middle, middle
	for range 60 {
		if length(high) <= 2*delta {
			break
		}
		high *= 2
	}
	for range 12 { // an optimum inside the trust region is reached for every small λ
		if length(low) >= 2*delta {
			break
		}
		low /= 2
	}
	for range 50 {
		lambda = math.Sqrt(low * high)
		if length(lambda) > 2*delta {
			low = lambda
		} else {
			high = lambda
		}
	}
	length(high)
	return high, nu, true
}

// square is share·(q + 2 r·ν) + ν'Sν, which is λ²·x'Hx.
func (d *dual) square(nu []float64, share float64) float64 {
	n := len(nu)
	sum := share * d.q
	for i, x := range nu {
		sum += 2 * share * x * d.r[i]
		for j, y := range nu {
			sum += x * d.s[i*n+j] * y
		}
	}
	return max(sum, 0)
}

// satisfied reports whether the step Σ ν_j u_j satisfies the constraints.
func (d *dual) satisfied(nu []float64) bool {
	n := len(nu)
	for i, z := range d.c {
		size := math.Abs(z)
		for j, y := range nu {
			z += d.s[i*n+j] * y
		}
		if z < -1e-6*max(size, 1) {
			return false
		}
	}
	return true
}
