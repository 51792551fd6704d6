package cmorl

import (
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/agents/ppo"
)

// step updates the policy of a path on its last rollout, at whose beginning the on-policy returns were g;
// h turns a mean advantage per step into a change of the return.
type step func(p *path, g []float64, h, lr, entropy float64)

// step is what a mode does on the paths of stage 2.
func (s *Settings) step() step {
	switch s.Mode {
	case "ipo-literal":
		return (*path).literal
	case "reference-ipo":
		return s.ratioBarrier
	case "cpo":
		return s.trustRegion
	case "projected":
		return (*path).projected
	}
	return (*path).interiorPoint
}

// interiorPoint is the barrier as one combined advantage, or without constraints just what is maximised.
func (p *path) interiorPoint(g []float64, h, lr, entropy float64) {
	p.learner.Update(p.weigh(g, h), lr, entropy)
}

// literal is the barrier as one would write it down first, an ablation:
//
//	maximise mean min(ρ A_l, ..) + Σ_j φ_t(z_j),  z_j = (G_j + h·mean min(ρ A_j, ..) - d_j)/s_j
//
// with both means over a minibatch. It has three faults. Already at ρ = 1 the mean of A_j over a minibatch
// is noise, often larger than the slack. A_l alone is normalised, so that the constraints have an arbitrary
// weight beside it. And d_j is derived from the archived return of the deterministic policy, while G_j is
// that of the sampling one.
func (p *path) literal(g []float64, h, lr, entropy float64) {
	p.learner.UpdateWith(p.Goal.alone, p.literalTerm(g, h), lr, entropy)
}

func (p *path) literalTerm(g []float64, h float64) ppo.Term {
	goal, clip := &p.Goal, p.learner.Settings.Clip
	return func(m *ppo.Minibatch) {
		inv := 1 / float64(len(m.Ratio))
		for j := range g {
			if !goal.constrains(j) {
				continue
			}
			mean := 0.0
			for i, ratio := range m.Ratio {
				gain, _ := neural.Surrogate(ratio, m.Advantage(i, j), clip)
				mean += gain * inv
			}
			weight := phiSlope(goal.slackness(j, g[j]+h*mean), goal.Sharpness) * h / goal.Slack[j] * inv
			for i, ratio := range m.Ratio {
				_, dlogp := neural.Surrogate(ratio, m.Advantage(i, j), clip)
				m.Slope[i] += weight * dlogp
			}
		}
	}
}

// alone gives all weight to the objective that is maximised.
func (p *subproblem) alone(_ int, _, w []float64) {
	clear(w)
	w[p.Objective] = 1
}

// ratioBarrier is the step of the published code, which adds to single-objective PPO
//
//	(1/t) mean_{i,j} ln max(0.001, (clip(ρ_i, 1-c, 1+c) - β) R_j)
//
// with R_j the minibatch's mean return target, in scaled units. It compares with no threshold: it is a
// barrier on the probability ratio, and none at all where R_j is negative. What was meant to leave out
// objective l leaves out sample number l of the minibatch.
func (s *Settings) ratioBarrier(p *path, g []float64, _, lr, entropy float64) {
	p.learner.UpdateWith(p.Goal.alone, s.ratioTerm(p, len(g)), lr, entropy)
}

func (s *Settings) ratioTerm(p *path, objectives int) ppo.Term {
	const least = 0.001
	goal, clip := &p.Goal, p.learner.Settings.Clip
	return func(m *ppo.Minibatch) {
		left := len(m.Ratio) // samples
		if goal.Objective < left {
			left--
		}
		for j := range objectives {
			target := 0.0
			for i := range m.Ratio {
				if i != goal.Objective {
					target += m.Target(i, j) / float64(left)
				}
			}
			for i, ratio := range m.Ratio {
				inside := ratio >= 1-clip && ratio <= 1+clip
				if i != goal.Objective && inside && (ratio-s.Beta)*target > least {
					m.Slope[i] += ratio / (ratio - s.Beta) / (goal.Sharpness * float64(left*objectives))
				}
			}
		}
	}
}
