package qd

import (
	"fmt"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
)

// Random is a stream of random numbers that can be saved and continued. Make it with [NewRandom].
type Random struct {
	*rand.Rand
	source *rand.PCG
}

// NewRandom returns the stream of a purpose, see [agents.NewRand].
func NewRandom(root uint64, purpose string, index ...int) *Random {
	source := agents.NewRand(root, purpose, index...)
	return &Random{rand.New(source), source}
}

// GobEncode implements gob.GobEncoder.
func (r *Random) GobEncode() ([]byte, error) { return r.source.MarshalBinary() }

// GobDecode implements gob.GobDecoder.
func (r *Random) GobDecode(b []byte) error {
	source := &rand.PCG{}
	if err := source.UnmarshalBinary(b); err != nil {
		return fmt.Errorf("qd: random stream: %w", err)
	}
	*r = Random{rand.New(source), source}
	return nil
}

// clone returns a second stream that continues from the same place.
func (r *Random) clone() *Random {
	source := *r.source
	return &Random{rand.New(&source), &source}
}
