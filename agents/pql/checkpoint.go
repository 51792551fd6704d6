package pql

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
)

// checkpoint is everything that learning goes on from.
type checkpoint struct {
	Progress     progress
	Env, PCG     []byte
	Observations []float32
	Pairs        []pair
	Archive      []agents.SavedMember
}

// freeze encodes the state as it is now.
func (t *training) freeze() (func() ([]byte, error), error) {
	pcg, err := t.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	archive, err := agents.SaveMembers(t.archive.Members)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(checkpoint{
		Progress: t.progress, Env: t.env.AppendState(nil), PCG: pcg,
		Observations: t.table.states.Rows, Pairs: t.table.pairs, Archive: archive,
	})
	return func() ([]byte, error) { return b.Bytes(), nil }, err
}

// restore is the inverse of freeze.
func (t *training) restore(saved []byte) error {
	fail := func(err error) error { return fmt.Errorf("pql: checkpoint: %w", err) }
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(&c); err != nil {
		return fail(err)
	}
	spec := &t.problem.Env.Spec
	states, err := tabular.RestoreStates(spec.Observation.Len(), c.Observations)
	if err != nil {
		return fail(err)
	}
	table := newTable(states, spec.Action.N[0], spec.M(), t.settings, t.problem.Reference.Point)
	table.grow()
	if len(c.Pairs) > len(table.pairs) || len(c.Progress.Starts) == 0 {
		return fail(fmt.Errorf("it has %d pairs of %d states", len(c.Pairs), states.Len()))
	}
	copy(table.pairs, c.Pairs)
	for i := range c.Pairs {
		p := &table.pairs[i]
		if len(p.Reward) != table.m || len(p.After) == 0 || len(p.After)%table.m != 0 {
			return fail(fmt.Errorf("pair %d has %d rewards and %d numbers of returns for %d objectives", i, len(p.Reward), len(p.After), table.m))
		}
		for _, s := range p.Next {
			if int(s) < 0 || int(s) >= states.Len() {
				return fail(fmt.Errorf("pair %d leads to state %d of %d", i, s, states.Len()))
			}
		}
	}
	if t.archive.Members, err = agents.RestoreMembers(c.Archive, spec); err != nil {
		return fail(err)
	}
	if err := t.pcg.UnmarshalBinary(c.PCG); err != nil {
		return fail(err)
	}
	if err := t.env.SetState(c.Env); err != nil {
		return fail(err)
	}
	for _, s := range append(c.Progress.Starts, int32(c.Progress.Here)) {
		if int(s) < 0 || int(s) >= states.Len() {
			return fail(fmt.Errorf("an episode is in state %d of %d", s, states.Len()))
		}
	}
	if len(c.Progress.Return) == 0 { // of a version that did not count them
		c.Progress.Return = make([]float64, table.m)
	} else if len(c.Progress.Return) != table.m {
		return fail(fmt.Errorf("the episode has returns of %d objectives, not %d", len(c.Progress.Return), table.m))
	}
	t.table, t.progress = table, c.Progress
	return nil
}
