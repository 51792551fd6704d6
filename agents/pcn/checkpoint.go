package pcn

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/agents"
)

// checkpoint is everything that learning goes on from. It is made between episodes, so that the
// environment has no state.
type checkpoint struct {
	State   state
	PCG     []byte
	Archive []agents.SavedMember
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
	err = gob.NewEncoder(&b).Encode(checkpoint{t.state, pcg, archive})
	return func() ([]byte, error) { return b.Bytes(), nil }, err
}

// restore is the inverse of freeze.
func (t *training) restore(saved []byte) error {
	fail := func(err error) error { return fmt.Errorf("pcn: checkpoint: %w", err) }
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(saved)).Decode(&c); err != nil {
		return fail(err)
	}
	spec := &t.problem.Env.Spec
	m, width, comps := spec.M(), spec.Observation.Len(), spec.Action.Len()
	if len(c.State.Params) != len(t.Params) || c.State.Adam == nil || len(c.State.Adam.M) != len(t.Params) || len(c.State.Adam.V) != len(t.Params) {
		return fail(fmt.Errorf("it has %d parameters, the network %d", len(c.State.Params), len(t.Params)))
	}
	for i, e := range c.State.Buffer.Episodes {
		if e.Length < 1 || len(e.ToGo) != e.Length*m || len(e.Obs) != e.Length*width || len(e.Actions) != e.Length*comps {
			return fail(fmt.Errorf("episode %d of %d steps has %d returns, %d observation and %d action numbers", i, e.Length, len(e.ToGo), len(e.Obs), len(e.Actions)))
		}
	}
	if err := t.pcg.UnmarshalBinary(c.PCG); err != nil {
		return fail(err)
	}
	var err error
	if t.archive.Members, err = agents.RestoreMembers(c.Archive, spec); err != nil {
		return fail(err)
	}
	c.State.Buffer.m, c.State.Buffer.limit = t.Buffer.m, t.Buffer.limit
	t.state = c.State
	return nil
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for j := range a {
		sum += (a[j] - b[j]) * (a[j] - b[j])
	}
	return math.Sqrt(sum)
}
