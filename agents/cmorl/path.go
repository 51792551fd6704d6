package cmorl

import (
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// path is one task of stage 2: a copy of a selected policy that is improved in one direction.
type path struct {
	learner *ppo.Learner
	parent  string
	origin  string
	constraint
	last, before ppo.Episodes // of the last two rollouts
	infeasible   int          // updates that began infeasible
	updates      int
}

// slacks draws or computes s_j of every objective from the archive's ranges, for a start at value g.
func (s *Settings) slacks(ranges, g []float64, rng *rand.Rand) []float64 {
	slack := make([]float64, len(g))
	for j := range slack {
		r := ranges[j]
		if r == 0 {
			r = 0.01 * max(1, math.Abs(g[j]))
		}
		switch s.Slack {
		case "beta":
			slack[j] = (1 - s.Beta) * max(math.Abs(g[j]), 0.01*r)
		case "range":
			slack[j] = s.Alpha * r
		default:
			slack[j] = r * (0.02 + 0.5*rng.Float64())
		}
	}
	return slack
}

// simplex draws a preference uniformly.
func simplex(n int, rng *rand.Rand) []float64 {
	w := make([]float64, n)
	sum := 0.0
	for j := range w {
		w[j] = rng.ExpFloat64()
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
	return w
}

// update makes one constrained update on a fresh rollout. Before an episode has ended in the path
// the base is unknown, and the rollout is only collected.
func (p *path) update(lr, entropy float64) {
	p.before = copyEpisodes(p.last)
	p.learner.Collect()
	p.last = copyEpisodes(p.learner.Episodes)
	n := p.last.N + p.before.N
	if n == 0 {
		return
	}
	k := len(p.Slack)
	g := make([]float64, k) // Gk_j, on-policy
	for j := range g {
		g[j] = p.last.Return[j]
		if p.before.N > 0 {
			g[j] += p.before.Return[j]
		}
		g[j] /= float64(n)
	}
	if p.Base == nil {
		p.Base = append([]float64(nil), g...)
	}
	// h turns a mean advantage per step into a change of the return over an episode of mean length.
	h := float64(p.last.Length+p.before.Length) / float64(n)
	if gamma := p.learner.EpisodeDiscount; gamma < 1 {
		h = (1 - math.Pow(gamma, h)) / (1 - gamma)
	}
	now := make([]float64, k)
	p.updates++
	p.learner.Update(func(epoch int, drift, w []float64) {
		for j := range now {
			now[j] = g[j] + h*drift[j]
		}
		feasible := p.weights(now, w)
		if epoch == 0 && !feasible {
			p.infeasible++
		}
	}, lr, entropy)
}

func copyEpisodes(e ppo.Episodes) ppo.Episodes {
	e.Return = append([]float64(nil), e.Return...)
	return e
}

// pathState is a path between updates, for checkpoints.
type pathState struct {
	Learner             *ppo.Snapshot
	Parent, Origin      string
	Constraint          constraint
	Last, Before        ppo.Episodes
	Infeasible, Updates int
}

func (p *path) snapshot() pathState {
	return pathState{p.learner.Snapshot(), p.parent, p.origin, p.constraint, copyEpisodes(p.last), copyEpisodes(p.before), p.infeasible, p.updates}
}

// restorePath rebuilds a path from its state.
func (t *training) restorePath(s pathState, seed uint64) (*path, error) {
	p := &path{
		learner: ppo.NewFrom(s.Learner.Model, t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, seed),
		parent:  s.Parent, origin: s.Origin, constraint: s.Constraint, last: s.Last, before: s.Before,
		infeasible: s.Infeasible, updates: s.Updates,
	}
	return p, p.learner.Restore(s.Learner)
}

// rate is the learning rate of update u of n.
func rate(base float64, decay string, u, n int) float64 {
	if decay == "constant" {
		return base
	}
	return base * (1 - float64(u)/float64(n))
}

var _ agents.Algorithm = (*Settings)(nil)
