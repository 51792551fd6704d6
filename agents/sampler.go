package agents

import (
	"fmt"
	"math/rand/v2"
)

// Sampler is the optional capability of a [Policy] to act by chance, as it did in training.
type Sampler interface {
	// NewSampler returns an actor for n episodes side by side that draws its actions from the
	// policy's distribution, with the generators that its Reset is handed.
	NewSampler(n int) Actor
}

// NewReplay returns an actor for one episode, which has begun with the given seed: a deterministic one,
// or with sample one that draws from the policy's distribution, which not every policy has.
func NewReplay(p Policy, sample bool, seed uint64) (Actor, error) {
	newActor := p.NewActor
	if sample {
		s, ok := p.(Sampler)
		if !ok {
			return nil, fmt.Errorf("policies of kind %q act deterministically only", p.Kind())
		}
		newActor = s.NewSampler
	}
	actor := newActor(1)
	actor.Reset(0, rand.New(NewRand(seed, "replay.policy")))
	return actor, nil
}
