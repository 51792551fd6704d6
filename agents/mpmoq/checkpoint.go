package mpmoq

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
)

// checkpoint is everything that training goes on from.
type checkpoint struct {
	Observations []float32
	Tables       []table
	Best         []float64
	Answers      []answer
	Archive      []agents.SavedMember
	Memory       []pair // with Dyna
}

// freeze encodes the state as it is now.
func (t *training) freeze() (func() ([]byte, error), error) {
	archive, err := agents.SaveMembers(t.archive.Members)
	if err != nil {
		return nil, err
	}
	c := checkpoint{Observations: t.learner.states.Rows, Tables: t.learner.tables, Best: t.learner.best, Answers: t.answers, Archive: archive}
	if t.learner.memory != nil {
		c.Memory = t.learner.memory.Pairs
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(c)
	return func() ([]byte, error) { return b.Bytes(), nil }, err
}

// restore is the inverse of freeze. Linear support is brought back by asking and answering again.
func (t *training) restore(saved []byte) error {
	fail := func(err error) error { return fmt.Errorf("mpmoq: checkpoint: %w", err) }
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(&c); err != nil {
		return fail(err)
	}
	l := &t.learner
	var err error
	if l.states, err = tabular.RestoreStates(l.states.Width, c.Observations); err != nil {
		return fail(err)
	}
	if len(c.Tables) != len(c.Answers) || len(c.Best) != l.m {
		return fail(fmt.Errorf("it has %d tables and %d answers, best values of %d objectives", len(c.Tables), len(c.Answers), len(c.Best)))
	}
	for _, q := range c.Tables {
		if len(q)%(l.actions*l.m) != 0 || len(q) > l.states.Len()*l.actions*l.m {
			return fail(fmt.Errorf("a table has %d values for %d states", len(q), l.states.Len()))
		}
	}
	for _, p := range c.Memory {
		if err := p.check(l.states.Len(), l.actions, l.m); err != nil {
			return fail(err)
		}
	}
	if l.memory != nil {
		l.memory = newMemory(c.Memory)
	}
	if t.archive.Members, err = agents.RestoreMembers(c.Archive, &t.problem.Env.Spec); err != nil {
		return fail(err)
	}
	for i, a := range c.Answers {
		if t.settings.supported(i, l.m) {
			t.support.Next()
		}
		if _, err := t.support.Add(a.Weights, a.Value); err != nil {
			return fail(err)
		}
	}
	l.tables, l.best, t.answers = c.Tables, c.Best, c.Answers
	t.ask()
	return nil
}
