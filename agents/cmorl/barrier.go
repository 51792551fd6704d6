package cmorl

import "math"

// phi is the barrier φ_t(z) = (1/t) ln z on the dimensionless slack z, continued linearly below
// 1/t² with the slope t, so that it is defined and continuously differentiable everywhere.
func phi(z, t float64) float64 {
	if edge := 1 / (t * t); z < edge {
		return math.Log(edge)/t + t*(z-edge)
	}
	return math.Log(z) / t
}

// phiSlope is the derivative φ'_t(z).
func phiSlope(z, t float64) float64 {
	if z < 1/(t*t) {
		return t
	}
	return 1 / (t * z)
}

// subproblem is what a path solves: maximise one objective or a preference while every constrained
// objective stays above its threshold d_j = Base_j - Slack_j. The paper's threshold, β·G_j, lies
// above the start where returns are negative; a slack in units of return works for every sign.
type subproblem struct {
	Objective  int       // l, or -1 for a preference
	Preference []float64 // ω, nil for an objective
	Slack      []float64 // s_j > 0; none in stage 1, which has no constraints
	Base       []float64 // on-policy return of the starting policy; nil until it is measured
	Sharpness  float64   // t
	Mean       bool      // divide barrier terms by the number of constraints
	Free       bool      // thresholds are watched, not enforced
}

// slackness is the dimensionless slack z_j = (G_j - d_j)/s_j; 1 at the start of the path.
func (p *subproblem) slackness(j int, g float64) float64 {
	return (g - (p.Base[j] - p.Slack[j])) / p.Slack[j]
}

// constrains reports whether objective j has a threshold: all but the one that is maximised.
func (p *subproblem) constrains(j int) bool { return j != p.Objective }

// worst returns the smallest slackness of the constraints at on-policy returns g. Not above 0, the
// point is infeasible; -0.5 is half a slack below a threshold.
func (p *subproblem) worst(g []float64) float64 {
	z := math.Inf(1)
	for j := range g {
		if p.constrains(j) {
			z = min(z, p.slackness(j, g[j]))
		}
	}
	return z
}

// weights writes the weight w_j of each objective's raw advantage, given the present estimates g of
// the on-policy returns.
//
//	w_l = 1/s_l, w_j = φ'_t(z_j)/s_j                      maximising objective l
//	w_j = ω_j/(Σ_i ω_i s_i) + φ'_t(z_j)/s_j               maximising a preference ω
//
// The terms of what is maximised are 0 while some z_j <= 0: pure recovery. The gradient of the
// combined advantage is, up to a common factor, that of G_l/s_l + (1/t) Σ_j ln z_j. A free
// sub-problem has no terms of constraints, only those of what is maximised.
func (p *subproblem) weights(g, w []float64) {
	clear(w)
	if p.Free {
		p.pursue(w)
		return
	}
	share := 1.0
	if p.Mean {
		constraints := len(w)
		if p.Objective >= 0 {
			constraints--
		}
		share /= float64(constraints)
	}
	if p.worst(g) > 0 {
		p.pursue(w)
	}
	for j := range w {
		if p.constrains(j) {
			w[j] += share * phiSlope(p.slackness(j, g[j]), p.Sharpness) / p.Slack[j]
		}
	}
}

// pursue adds the weights of what is maximised.
func (p *subproblem) pursue(w []float64) {
	if p.Objective >= 0 {
		w[p.Objective] += 1 / p.Slack[p.Objective]
		return
	}
	scale := 0.0
	for j, omega := range p.Preference {
		scale += omega * p.Slack[j]
	}
	for j, omega := range p.Preference {
		w[j] += omega / scale
	}
}
