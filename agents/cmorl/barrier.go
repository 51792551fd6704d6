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

// constraint is the sub-problem of one path: maximise one objective or a preference while every
// constrained objective stays above threshold_j = base_j - slack_j.
type constraint struct {
	Objective  int       // l, or -1 for a preference path
	Preference []float64 // ω of a preference path
	Slack      []float64 // s_j > 0
	Base       []float64 // on-policy return of the starting policy; nil until it is measured
	T          float64   // sharpness t
	Mean       bool      // divide barrier terms by the number of constraints
}

// slackness is the dimensionless slack z_j = (G_j - d_j)/s_j; 1 at the start of the path.
func (c *constraint) slackness(j int, g float64) float64 {
	return (g - (c.Base[j] - c.Slack[j])) / c.Slack[j]
}

// weights writes the weight w_j of each objective's raw advantage, given the present estimates g of
// the on-policy returns, and reports whether all constraints hold.
//
//	w_l = 1/s_l, w_j = φ'_t(z_j)/s_j                      maximising objective l
//	w_j = ω_j/(Σ_i ω_i s_i) + φ'_t(z_j)/s_j               maximising a preference ω
//
// The terms of what is maximised are 0 while some z_j <= 0: pure recovery. The gradient of the
// combined advantage is, up to a common factor, that of G_l/s_l + (1/t) Σ_j ln z_j.
func (c *constraint) weights(g, w []float64) (feasible bool) {
	n := len(w)
	feasible = true
	count := n
	if c.Objective >= 0 {
		count--
	}
	share := 1.0
	if c.Mean && count > 0 {
		share = 1 / float64(count)
	}
	scale := 0.0
	for j, omega := range c.Preference {
		scale += omega * c.Slack[j]
	}
	for j := range n {
		w[j] = 0
		if j == c.Objective {
			continue
		}
		z := c.slackness(j, g[j])
		feasible = feasible && z > 0
		w[j] = share * phiSlope(z, c.T) / c.Slack[j]
	}
	if !feasible {
		return false
	}
	if c.Objective >= 0 {
		w[c.Objective] = 1 / c.Slack[c.Objective]
	}
	for j, omega := range c.Preference {
		w[j] += omega / scale
	}
	return true
}
