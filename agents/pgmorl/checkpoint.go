package pgmorl

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// state is what a checkpoint holds beside policies.
type state struct {
	Generation     int // 0 in the warm-up
	Boundary       int // commits of the present generation
	Iterations     int // updates that each of its paths makes
	Before         int // updates of a path in all generations before
	Saved          []savedPath
	Steps, Updates int
	History        history

	last []individual // that entered the population last
}

type savedPath struct {
	Route   route
	Learner *ppo.Snapshot
}

// checkpoint is everything that training goes on from. A policy that is in several places is saved
// once.
type checkpoint struct {
	State            state
	Policies         []ppo.Saved
	Archive          []int // indices of policies
	Population, Last []place
}

// place is an individual with the index of its policy.
type place struct{ Policy, Node int }

// freeze captures the state as of this commit. Later training does not change it: what it points to is
// replaced or appended to, never written over.
func (t *training) freeze() *checkpoint {
	c := &checkpoint{State: t.state}
	c.State.History = slices.Clone(t.History) // nodes get successors later
	var all []agents.Member
	index := map[string]int{}
	at := func(m agents.Member) int {
		i, ok := index[m.ID]
		if !ok {
			i = len(all)
			index[m.ID] = i
			all = append(all, m)
		}
		return i
	}
	for _, m := range t.archive.Members {
		c.Archive = append(c.Archive, at(m))
	}
	for _, x := range t.population.members {
		c.Population = append(c.Population, place{at(x.member), x.node})
	}
	for _, x := range t.last {
		c.Last = append(c.Last, place{at(x.member), x.node})
	}
	c.Policies = ppo.Save(all)
	return c
}

// encode gives equal bytes for equal states.
func (c *checkpoint) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(c); err != nil {
		return nil, fmt.Errorf("pgmorl: checkpoint: %w", err)
	}
	return b.Bytes(), nil
}

// restore is the inverse of freeze and encode.
func (t *training) restore(b []byte) error {
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return fmt.Errorf("pgmorl: checkpoint: %w", err)
	}
	all, err := ppo.Restore(c.Policies, &t.problem.Env.Spec, &t.settings.Settings)
	if err != nil {
		return fmt.Errorf("pgmorl: checkpoint: %w", err)
	}
	t.state = c.State
	individuals := func(places []place) (out []individual) {
		for _, p := range places {
			if p.Policy < 0 || p.Policy >= len(all) || p.Node < 0 || p.Node >= len(t.History) {
				err = fmt.Errorf("pgmorl: checkpoint: it has no policy %d or node %d", p.Policy, p.Node)
				return nil
			}
			out = append(out, individual{all[p.Policy], p.Node})
		}
		return out
	}
	t.population.members, t.last = individuals(c.Population), individuals(c.Last)
	for _, i := range c.Archive {
		if i < 0 || i >= len(all) {
			return fmt.Errorf("pgmorl: checkpoint: it has no policy %d", i)
		}
		t.archive.Members = append(t.archive.Members, all[i])
	}
	if err != nil {
		return err
	}
	for _, s := range c.State.Saved {
		if s.Learner == nil || s.Learner.Model == nil {
			return fmt.Errorf("pgmorl: checkpoint: path %s has no model", s.Route.Name)
		}
		p := &path{
			learner: ppo.NewFrom(s.Learner.Model, t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, 0),
			route:   s.Route,
		}
		if err := p.learner.Restore(s.Learner); err != nil {
			return err
		}
		t.paths = append(t.paths, p)
	}
	return nil
}
