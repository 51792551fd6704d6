package cmorl

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// path is a policy on its way: in stage 1 towards a preference or a candidate, in stage 2 from a selected policy
// in one direction.
type path struct {
	learner *ppo.Learner
	teacher agents.Policy // which it imitates; nil: none
	trust   *trust        // in mode cpo, once it was needed
	task
}

// task is what a path is for and how far it has come.
type task struct {
	Name, Parent, Origin string
	Goal                 subproblem
	Last, Before         ppo.Episodes // of the last two rollouts
	Adherence
}

// Adherence tells how well thresholds were kept, over updates that watch them.
type Adherence struct {
	Constrained int     // such updates
	Infeasible  int     // of them, those that began with an objective below its threshold
	Violation   float64 // Σ over them of how far the worst objective lay below, in slacks
}

// add counts another's updates too.
func (a *Adherence) add(b Adherence) {
	a.Constrained += b.Constrained
	a.Infeasible += b.Infeasible
	a.Violation += b.Violation
}

// update makes one step on a fresh rollout. Until an episode has ended in the path
// its base is unknown, and rollouts are only collected.
func (p *path) update(step step, lr, entropy float64) {
	p.Before = p.Last
	p.learner.Collect()
	p.Last = p.learner.Episodes.Clone()
	g, h := p.estimate()
	if g == nil {
		return
	}
	if p.Goal.Base == nil {
		p.Goal.Base = slices.Clone(g)
	}
	p.Constrained++
	if z := p.Goal.worst(g); z <= 0 {
		p.Infeasible++
		p.Violation -= z
	}
	step(p, g, h, lr, entropy)
}

// estimate returns the on-policy return G_j, the mean over the episodes that ended in the last two
// rollouts, and h = Σ_{t<L} γ_e^t with their mean length L, which turns a mean advantage per step
// into a change of the return. Without an episode g is nil.
func (p *path) estimate() (g []float64, h float64) {
	n := p.Last.N + p.Before.N
	if n == 0 {
		return nil, 0
	}
	g = make([]float64, len(p.Last.Return))
	for j := range g {
		g[j] = p.Last.Return[j]
		if p.Before.N > 0 {
			g[j] += p.Before.Return[j]
		}
		g[j] /= float64(n)
	}
	h = float64(p.Last.Length+p.Before.Length) / float64(n)
	if gamma := p.learner.EpisodeDiscount; gamma < 1 {
		h = (1 - math.Pow(gamma, h)) / (1 - gamma)
	}
	return g, h
}

// weigh combines the advantages of an update that begins at on-policy returns g: in every epoch by
// the weights of the sub-problem at g + h·drift. They are constant within an epoch, so that no
// minibatch's noise moves the barrier.
func (p *path) weigh(g []float64, h float64) ppo.Weigh {
	now := make([]float64, len(g))
	return func(_ int, drift, w []float64) {
		for j := range now {
			now[j] = g[j] + h*drift[j]
		}
		p.Goal.weights(now, w)
	}
}

// pathState is a path between updates.
type pathState struct {
	Task    task
	Learner *ppo.Snapshot
}

// snapshot copies the state. What the slices of a task hold never changes.
func (p *path) snapshot() pathState { return pathState{p.task, p.learner.Snapshot()} }

// restorePath rebuilds a path. Its random streams go on from the state, whatever the seed.
func (t *training) restorePath(s pathState) (*path, error) {
	if s.Learner == nil || s.Learner.Model == nil {
		return nil, fmt.Errorf("cmorl: checkpoint: path %s has no model", s.Task.Name)
	}
	p := &path{
		learner: ppo.NewFrom(s.Learner.Model, t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, 0),
		task:    s.Task,
	}
	return p, p.learner.Restore(s.Learner)
}
