package random

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"github.com/paretolab/paretolab/agents"
)

// checkpoint is everything that the search goes on from. It is made between episodes, so that the
// environment has no state.
type checkpoint struct {
	Progress progress
	Archive  []agents.SavedMember
}

// freeze encodes the state as it is now.
func (t *training) freeze() (func() ([]byte, error), error) {
	archive, err := agents.SaveMembers(t.archive.Members)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(checkpoint{t.progress, archive})
	return func() ([]byte, error) { return b.Bytes(), nil }, err
}

// restore is the inverse of freeze.
func (t *training) restore(saved []byte) error {
	fail := func(err error) error { return fmt.Errorf("random: checkpoint: %w", err) }
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(&c); err != nil {
		return fail(err)
	}
	if p := c.Progress; p.Round < 0 || p.Steps < 0 || p.Policies < 0 {
		return fail(fmt.Errorf("round %d, %d steps, %d policies", p.Round, p.Steps, p.Policies))
	}
	var err error
	if t.archive.Members, err = agents.RestoreMembers(c.Archive, &t.problem.Env.Spec); err != nil {
		return fail(err)
	}
	t.progress = c.Progress
	return nil
}
