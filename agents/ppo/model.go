package ppo

import (
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// network is the shape of actor and critic, which share nothing: two MLPs side by side in one flat
// parameter slice, and after them the log standard deviations of continuous actions.
type network struct {
	spec          *envs.Spec
	actor, critic *neural.MLP
	discrete      bool
	actions       int // outputs of the actor: logits or means
	objectives    int
	size          int // parameters of all parts, each padded
}

func newNetwork(spec *envs.Spec, hidden []int) *network {
	w := &network{spec: spec, discrete: spec.Action.Kind == envs.KindDiscrete, objectives: spec.M()}
	w.actions = w.head().Outputs()
	sizes := append([]int{spec.Observation.Len()}, hidden...)
	w.actor = neural.NewMLP(neural.Tanh, append(sizes[:len(sizes):len(sizes)], w.actions)...)
	w.critic = neural.NewMLP(neural.Tanh, append(sizes[:len(sizes):len(sizes)], w.objectives)...)
	w.size = w.actor.Len() + w.critic.Len()
	if !w.discrete {
		w.size += kern.Pad(w.actions)
	}
	return w
}

// head returns a new head for the action space.
func (w *network) head() neural.Head[float32] {
	if w.discrete {
		return neural.NewCategorical[float32](w.spec.Action.N...)
	}
	return neural.NewGaussian[float32](w.spec.Action.Len())
}

// The parts of a flat slice of parameters or gradients.
func (w *network) actorPart(p []float32) []float32 { return p[:w.actor.Len()] }
func (w *network) criticPart(p []float32) []float32 {
	return p[w.actor.Len() : w.actor.Len()+w.critic.Len()]
}
func (w *network) logStd(p []float32) []float32 {
	if w.discrete {
		return nil
	}
	return p[w.actor.Len()+w.critic.Len():][:w.actions]
}

// Model is all that training carries from update to update: parameters, optimiser and statistics.
// A policy keeps a copy, so that training can go on from any policy that was ever measured.
type Model struct {
	Params []float32
	Adam   *neural.Adam
	// Obs normalises observations.
	Obs *neural.Running
	// Returns are the running statistics of the discounted reward sums of each objective, whose
	// standard deviations scale rewards.
	Returns *neural.Running
	// Rewards are the running means that reward centring subtracts.
	Rewards *neural.Running
}

func newModel(w *network, s *Settings, rng *rand.Rand) *Model {
	m := &Model{
		Params:  make([]float32, w.size),
		Adam:    neural.NewAdam(w.size, s.AdamEps),
		Obs:     neural.NewRunning(w.spec.Observation.Len()),
		Returns: neural.NewRunning(w.objectives),
		Rewards: neural.NewRunning(w.objectives),
	}
	w.actor.Init(w.actorPart(m.Params), 1, 0.01, rng)
	w.critic.Init(w.criticPart(m.Params), 1, 1, rng)
	for i := range w.logStd(m.Params) {
		w.logStd(m.Params)[i] = float32(s.LogStdInit)
	}
	return m
}

// Clone returns an independent copy.
func (m *Model) Clone() *Model {
	return &Model{slices.Clone(m.Params), m.Adam.Clone(), m.Obs.Clone(), m.Returns.Clone(), m.Rewards.Clone()}
}
