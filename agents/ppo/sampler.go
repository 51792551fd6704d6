package ppo

import (
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

var _ agents.Sampler = (*Policy)(nil)

// NewSampler implements agents.Sampler.
func (p *Policy) NewSampler(n int) agents.Actor {
	s := &sampler{actor: *p.NewActor(n).(*actor), rng: make([]*rand.Rand, n)}
	if g, ok := s.head.(*neural.Gaussian[float32]); ok {
		g.SetLogStd(p.net.logStd(p.model.Params))
	}
	return s
}

// sampler draws actions as the learner does, each episode with its own generator.
type sampler struct {
	actor
	rng []*rand.Rand
}

func (s *sampler) Reset(i int, rng *rand.Rand) { s.rng[i] = rng }

func (s *sampler) Act(obs []float32, act envs.Actions[float32]) {
	s.act(obs, act, func(i int, action []float32) { s.head.Sample(action, s.rng[i]) })
}
