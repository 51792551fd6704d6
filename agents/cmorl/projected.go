package cmorl

// guarded is the slackness below which an objective may not be given up further.
const guarded = 0.5

// projected maximises without a barrier, but takes out of the combined advantage what conflicts with
// objectives that have used up half of their slack. Of all advantages A' it takes the nearest to the
// wanted one A with mean A'·A_j >= 0 for each of those (as gradient episodic memory does with gradients,
// Lopez-Paz and Ranzato, NeurIPS 2017): A' = A + Σ ν_j A_j with ν from the dual. Once an objective lies
// below its threshold, such objectives are all that is pursued.
func (p *path) projected(g []float64, h, lr, entropy float64) {
	n := len(g)
	products := make([]float64, n*n)
	p.learner.AdvantageProducts(products)
	p.learner.Update(func(_ int, drift, w []float64) {
		now := make([]float64, n)
		for j := range now {
			now[j] = g[j] + h*drift[j]
		}
		p.Goal.project(now, products, w)
	}, lr, entropy)
}

// project writes the weights of the projected advantage at returns g; products are mean A_i·A_j.
func (p *subproblem) project(g, products, w []float64) {
	n := len(g)
	clear(w)
	if p.worst(g) > 0 {
		p.pursue(w)
	}
	var tight []int
	for j := range g {
		if !p.constrains(j) {
			continue
		}
		switch z := p.slackness(j, g[j]); {
		case z <= 0:
			w[j] += 1 / p.Slack[j]
			tight = append(tight, j)
		case z < guarded:
			tight = append(tight, j)
		}
	}
	// In units of slack: minimise ½ ν'Sν + c·ν over ν >= 0.
	s, c := make([]float64, len(tight)*len(tight)), make([]float64, len(tight))
	for a, i := range tight {
		for k, v := range w {
			c[a] += v * products[i*n+k] / p.Slack[i]
		}
		for b, j := range tight {
			s[a*len(tight)+b] = products[i*n+j] / (p.Slack[i] * p.Slack[j])
		}
	}
	for a, nu := range nonNegative(s, c) {
		w[tight[a]] += nu / p.Slack[tight[a]]
	}
}
