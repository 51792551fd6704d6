package pcn

import (
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

var _ agents.Sampler = (*policy)(nil)

// NewSampler implements agents.Sampler: actions as in training, drawn by the probabilities that the network
// gives, or, if they are continuous, with its noise.
func (p *policy) NewSampler(n int) agents.Actor {
	s := &sampler{actor: *p.NewActor(n).(*actor), rng: make([]*rand.Rand, n)}
	if p.net.discrete {
		s.head = neural.NewCategorical[float32](p.net.outputs)
	}
	return s
}

// sampler follows the command as actor does, each episode with its own generator.
type sampler struct {
	actor
	rng   []*rand.Rand
	head  *neural.Categorical[float32] // of discrete actions
	drawn [1]float32
}

func (s *sampler) Reset(i int, rng *rand.Rand) {
	s.actor.Reset(i, rng)
	s.rng[i] = rng
}

func (s *sampler) Act(obs []float32, act envs.Actions[float32]) {
	s.forward(obs)
	for i, rng := range s.rng {
		row := s.output(i)
		if s.net.discrete {
			act.Discrete[i] = draw(s.head, row, s.drawn[:], rng)
			continue
		}
		to := act.Box[i*s.net.outputs:][:s.net.outputs]
		explore(to, row, s.noise, rng)
		clipped(to, to, &s.net.spec.Action)
	}
}

// draw draws an action by its logit, and leaves it in scratch as well.
func draw(head *neural.Categorical[float32], logits, scratch []float32, rng *rand.Rand) int32 {
	head.Set(logits)
	head.Sample(scratch, rng)
	return int32(scratch[0])
}

// explore adds noise to a continuous action, to each component its own.
func explore(to, action []float32, noise float64, rng *rand.Rand) {
	for j, x := range action {
		to[j] = x + float32(noise*rng.NormFloat64())
	}
}
