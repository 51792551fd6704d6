package ppo

import (
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Untrained returns a policy that has learned nothing: a network with the given hidden layers whose
// biases are drawn from N(0, scale²) and whose weights from N(0, scale²/n), n being the inputs of the
// layer. It reads observations relative to their bounds, as if they were uniform between them, where those
// are finite. It can act, but training cannot go on from it.
func Untrained(spec *envs.Spec, hidden []int, scale float64, rng *rand.Rand) *Policy {
	net := newNetwork(spec, hidden)
	m := &Model{Params: make([]float32, net.size), Adam: neural.NewAdam(0, 0),
		Obs: between(&spec.Observation), Returns: neural.NewRunning(net.objectives), Rewards: neural.NewRunning(net.objectives)}
	actor := net.actorPart(m.Params)
	for i, in := range net.actor.Sizes[:len(net.actor.Sizes)-1] {
		out := net.actor.Sizes[i+1]
		w, b := make([]float32, out*in), make([]float32, out)
		for k := range w {
			w[k] = float32(scale * rng.NormFloat64() / math.Sqrt(float64(in)))
		}
		for k := range b {
			b[k] = float32(scale * rng.NormFloat64())
		}
		if err := net.actor.SetWeights(actor, i, w, b); err != nil {
			panic(err) // the sizes are the network's own
		}
	}
	return &Policy{net: net, model: m}
}

// between returns mean and variance of the uniform distribution in a box, of components without
// finite bounds those of a standard normal distribution.
func between(box *envs.Space) *neural.Running {
	r := neural.NewRunning(box.Len())
	for j := range r.Mean {
		if box.Kind != envs.KindBox {
			break
		}
		if width := box.High[j] - box.Low[j]; width > 0 && !math.IsInf(width, 0) {
			r.Mean[j], r.Var[j] = box.Low[j]+width/2, width*width/12
		}
	}
	return r
}
