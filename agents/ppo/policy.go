package ppo

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Policy is a trained network with its frozen observation statistics. It acts by the mode of the
// action distribution. It keeps the whole model, so that training can go on from it.
type Policy struct {
	net   *network
	model *Model
	clip  bool
}

var _ agents.Policy = (*Policy)(nil)

// Policy returns the present policy of the learner, independent of further training.
func (l *Learner) Policy() *Policy {
	return &Policy{net: l.net, model: l.model.Clone(), clip: l.Settings.ClipActions}
}

// NewPolicy returns the policy of a model for an environment.
func NewPolicy(m *Model, spec *envs.Spec, s *Settings) *Policy {
	return &Policy{net: newNetwork(spec, s.Hidden), model: m, clip: s.ClipActions}
}

// Model is the model behind the policy; it must not be modified.
func (p *Policy) Model() *Model { return p.model }

// Kind implements agents.Policy.
func (p *Policy) Kind() string { return "mlp" }

// NewActor implements agents.Policy.
func (p *Policy) NewActor(n int) agents.Actor {
	head := p.net.head()
	return &actor{
		policy: p, head: head, x: make([]float32, n*p.net.spec.Observation.Len()),
		action: make([]float32, head.Actions()), cache: p.net.actor.NewCache(n),
	}
}

type actor struct {
	policy *Policy
	head   neural.Head[float32]
	x      []float32 // normalised observations
	action []float32 // of one episode
	cache  *neural.Cache
}

func (a *actor) Reset(int, *rand.Rand) {}

func (a *actor) Act(obs []float32, act envs.Actions[float32]) {
	a.act(obs, act, func(_ int, action []float32) { a.head.Mode(action) })
}

// act runs the network on the rows of obs and writes for each the action that choose makes of the
// head, which reads the outputs of the row.
func (a *actor) act(obs []float32, act envs.Actions[float32], choose func(row int, action []float32)) {
	p := a.policy
	net := p.net
	rows := len(obs) / net.spec.Observation.Len()
	x := a.x[:len(obs)]
	p.model.Obs.Normalize(x, obs)
	net.actor.Forward(net.actorPart(p.model.Params), x, rows, a.cache)
	width, n := net.actor.OutWidth(), len(a.action)
	for i := range rows {
		a.head.Set(a.cache.Out[i*width:])
		choose(i, a.action)
		if net.discrete {
			toIndices(act.Discrete[i*n:], a.action)
			continue
		}
		out := act.Box[i*n:][:n]
		copy(out, a.action)
		if p.clip {
			clipToBox(out, &net.spec.Action)
		}
	}
}

// Encode implements agents.Policy: a safetensors file with the actor's weights as out×in matrices,
// the observation mean and variance, and the log standard deviation of continuous actions.
// Acting is: clip((obs - mean)/√(var + 1e-8), -10, 10), then the layers with tanh between them,
// then argmax (discrete) or the output itself.
func (p *Policy) Encode() ([]byte, error) {
	net := p.net
	tensors := p.network().Tensors("actor")
	if s := net.logStd(p.model.Params); s != nil {
		tensors = append(tensors, neural.Tensor{Name: "log_std", Shape: []int{len(s)}, Data: append([]float32(nil), s...)})
	}
	action, err := json.Marshal(net.spec.Action)
	if err != nil {
		return nil, err
	}
	return neural.EncodeSafetensors(tensors, map[string]string{
		"format": agents.PolicyFormat, "kind": p.Kind(), "activation": string(net.actor.Activation),
		"environment": net.spec.ID, "action_space": string(action), "clip_actions": strconv.FormatBool(p.clip),
	})
}

// network is the acting part of the policy.
func (p *Policy) network() *neural.Network {
	return &neural.Network{MLP: p.net.actor, Params: p.net.actorPart(p.model.Params), Inputs: p.model.Obs}
}

// EncodeONNX returns the policy as an ONNX model, see [neural.Network.EncodeONNX]: from observations to
// the logits of a discrete action or the components of a continuous one, and to the action itself, within
// the bounds of the action space if it is clipped to them. Actions of several discrete parts are an error.
func (p *Policy) EncodeONNX() ([]byte, error) {
	space := &p.net.spec.Action
	act := &neural.Action{Discrete: p.net.discrete}
	switch {
	case act.Discrete && len(space.N) > 1:
		return nil, fmt.Errorf("ppo: actions of %d discrete parts have no ONNX form here; the safetensors file holds all of the policy", len(space.N))
	case !act.Discrete && p.clip:
		act.Low, act.High = finite(space.Low), finite(space.High)
	}
	return p.network().EncodeONNX("actor", act, map[string]string{
		"environment": p.net.spec.ID, "kind": p.Kind(), "clip_actions": strconv.FormatBool(p.clip),
	}), nil
}

// finite writes bounds as float32; those that are infinite become the largest numbers.
func finite(bounds []float64) []float32 {
	x := make([]float32, len(bounds))
	for i, b := range bounds {
		x[i] = float32(min(max(b, -math.MaxFloat32), math.MaxFloat32))
	}
	return x
}

// DecodePolicy reads what Encode wrote, for an environment of the same spaces. The critic and the
// optimiser are not part of the file, so that the policy can act but not be trained further.
func DecodePolicy(b []byte, spec *envs.Spec) (*Policy, error) {
	tensors, meta, err := neural.DecodeSafetensors(b)
	if err != nil {
		return nil, err
	}
	if f := meta["format"]; f != agents.PolicyFormat || meta["kind"] != "mlp" {
		return nil, fmt.Errorf("ppo: policy file has format %q and kind %q, want %q and mlp", f, meta["kind"], agents.PolicyFormat)
	}
	read, err := neural.NewNetwork(neural.Tanh, "actor", tensors)
	if err != nil {
		return nil, fmt.Errorf("ppo: policy file: %w", err)
	}
	in, hidden := read.Sizes[0], read.Sizes[1:len(read.Sizes)-1]
	if len(hidden) == 0 || read.Inputs == nil {
		return nil, fmt.Errorf("ppo: policy file has no hidden layer or no statistics of observations")
	}
	if in != spec.Observation.Len() {
		return nil, fmt.Errorf("ppo: policy file is for observations of %d numbers, %s has %d", in, spec.ID, spec.Observation.Len())
	}
	net := newNetwork(spec, hidden)
	if out := read.Sizes[len(read.Sizes)-1]; out != net.actions {
		return nil, fmt.Errorf("ppo: policy file has %d outputs, actions of %s take %d", out, spec.ID, net.actions)
	}
	m := &Model{Params: make([]float32, net.size), Adam: neural.NewAdam(0, 0),
		Obs: read.Inputs, Returns: neural.NewRunning(net.objectives), Rewards: neural.NewRunning(net.objectives)}
	copy(net.actorPart(m.Params), read.Params)
	if s := net.logStd(m.Params); s != nil {
		at := slices.IndexFunc(tensors, func(t neural.Tensor) bool { return t.Name == "log_std" })
		if at < 0 || copy(s, tensors[at].Data) != len(s) {
			return nil, fmt.Errorf("ppo: policy file has no log_std for %d actions", len(s))
		}
	}
	return &Policy{net: net, model: m, clip: meta["clip_actions"] == "true"}, nil
}
