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
}

// slackness is the dimensionless slack z_j = (G_j - d_j)/s_j; 1 at the start of the path.
func (p *subproblem) slackness(j int, g float64) float64 {
	return (g - (p.Base[j] - p.Slack[j])) / p.Slack[j]
}

// weights writes the weight w_j of each objective's raw advantage, given the present estimates g of
// the on-policy returns, and reports whether all constraints hold.
//
//	w_l = 1/s_l, w_j = φ'_t(z_j)/s_j                      maximising objective l
//	w_j = ω_j/(Σ_i ω_i s_i) + φ'_t(z_j)/s_j               maximising a preference ω
//
// The terms of what is maximised are 0 while some z_j <= 0: pure recovery. The gradient of the
// combined advantage is, up to a common factor, that of G_l/s_l + (1/t) Σ_j ln z_j.
func (p *subproblem) weights(g, w []float64) (feasible bool) {
	constraints := len(w)
	if p.Objective >= 0 {
		constraints--
	}
	share := 1.0
	if p.Mean {
		share /= float64(constraints)
	}
	feasible = true
	for j := range w {
		if j == p.Objective {
			w[j] = 0
			continue
		}
		z := p.slackness(j, g[j])
		feasible = feasible && z > 0
		w[j] = share * phiSlope(z, p.Sharpness) / p.Slack[j]
	}
	if !feasible {
		return false
	}
	if p.Objective >= 0 {
		w[p.Objective] = 1 / p.Slack[p.Objective]
	}
	scale := 0.0
	for j, omega := range p.Preference {
		scale += omega * p.Slack[j]
	}
	for j, omega := range p.Preference {
		w[j] += omega / scale
	}
	return true
}
