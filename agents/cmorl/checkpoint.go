package cmorl

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/paretolab/paretolab/agents/ppo"
)

// state is what a checkpoint holds beside the archive.
type state struct {
	Round      int         // of stage 2, from 1; 0 in stage 1
	Boundary   int         // commits of stage 1 or of the present round
	Iterations int         // updates that each of its paths makes
	Saved      []pathState // its paths at that boundary

	Curves         learningCurves // of stage 1
	Steps, Updates int            // up to the last commit
	Paths          int            // of stage 2 so far
	Reselections   int
	History        history
	Pursued        [][]float64  // preferences of paths of stage 2, where they are chosen by gain
	Constraints    []constraint // of the paths of finished rounds, but of chains, which compare with no threshold
	Adherence                   // in finished rounds
}

// checkpoint is everything that training goes on from.
type checkpoint struct {
	State   state
	Archive []ppo.Saved
}

// freeze captures the state as of this commit. Later training does not change it: what it points to
// is replaced or appended to, never written over.
func (t *training) freeze() *checkpoint {
	return &checkpoint{State: t.state, Archive: ppo.Save(t.archive.Members)}
}

// encode gives equal bytes for equal states.
func (c *checkpoint) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(c); err != nil {
		return nil, fmt.Errorf("cmorl: checkpoint: %w", err)
	}
	return b.Bytes(), nil
}

// restore is the inverse of freeze and encode.
func (t *training) restore(b []byte) error {
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return fmt.Errorf("cmorl: checkpoint: %w", err)
	}
	t.state = c.State
	var err error
	if t.archive.Members, err = ppo.Restore(c.Archive, &t.problem.Env.Spec, &t.settings.Settings); err != nil {
		return fmt.Errorf("cmorl: checkpoint: %w", err)
	}
	for i, s := range c.State.Saved {
		p, err := t.restorePath(s)
		if err != nil {
			return err
		}
		if t.Round == 0 && i < len(t.candidates) {
			p.teacher = t.candidates[i].Policy
		}
		t.paths = append(t.paths, p)
	}
	return nil
}
