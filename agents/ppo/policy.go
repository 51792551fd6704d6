package ppo

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
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
	return &actor{policy: p, x: make([]float32, n*p.net.spec.Observation.Len()), cache: p.net.actor.NewCache(n)}
}

type actor struct {
	policy *Policy
	x      []float32
	cache  *neural.Cache
}

func (a *actor) Reset(int, *rand.Rand) {}

func (a *actor) Act(obs []float32, act envs.Actions[float32]) {
	p := a.policy
	net := p.net
	n := len(obs) / net.spec.Observation.Len()
	x := a.x[:len(obs)]
	p.model.Obs.Normalize(x, obs)
	net.actor.Forward(net.actorPart(p.model.Params), x, n, a.cache)
	width := net.actor.OutWidth()
	for i := range n {
		row := a.cache.Out[i*width:][:net.actions]
		if net.discrete {
			act.Discrete[i] = int32(neural.Argmax(row))
			continue
		}
		out := act.Box[i*net.actions:][:net.actions]
		copy(out, row)
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
	var tensors []neural.Tensor
	params := net.actorPart(p.model.Params)
	for i := range net.actor.Layers() {
		w, b := net.actor.Weights(params, i)
		name := "actor." + strconv.Itoa(i)
		tensors = append(tensors,
			neural.Tensor{Name: name + ".weight", Shape: []int{len(b), len(w) / len(b)}, Data: w},
			neural.Tensor{Name: name + ".bias", Shape: []int{len(b)}, Data: b})
	}
	d := len(p.model.Obs.Mean)
	mean, variance := make([]float32, d), make([]float32, d)
	for j := range mean {
		mean[j], variance[j] = float32(p.model.Obs.Mean[j]), float32(p.model.Obs.Var[j])
	}
	tensors = append(tensors, neural.Tensor{Name: "obs.mean", Shape: []int{d}, Data: mean},
		neural.Tensor{Name: "obs.var", Shape: []int{d}, Data: variance})
	if s := net.logStd(p.model.Params); s != nil {
		tensors = append(tensors, neural.Tensor{Name: "log_std", Shape: []int{len(s)}, Data: append([]float32(nil), s...)})
	}
	action, err := json.Marshal(net.spec.Action)
	if err != nil {
		return nil, err
	}
	return neural.EncodeSafetensors(tensors, map[string]string{
		"format": "paretolab-policy/1", "kind": p.Kind(), "activation": string(net.actor.Activation),
		"environment": net.spec.ID, "action_space": string(action), "clip_actions": strconv.FormatBool(p.clip),
	})
}

// DecodePolicy reads what Encode wrote, for an environment of the same spaces. The critic and the
// optimiser are not part of the file, so that the policy can act but not be trained further.
func DecodePolicy(b []byte, spec *envs.Spec) (*Policy, error) {
	tensors, meta, err := neural.DecodeSafetensors(b)
	if err != nil {
		return nil, err
	}
	if f := meta["format"]; f != "paretolab-policy/1" || meta["kind"] != "mlp" {
		return nil, fmt.Errorf("ppo: policy file has format %q and kind %q, want paretolab-policy/1 and mlp", f, meta["kind"])
	}
	byName := map[string]neural.Tensor{}
	var hidden []int
	for _, t := range tensors {
		byName[t.Name] = t
		for _, x := range t.Data {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, fmt.Errorf("ppo: policy file: tensor %s holds %v", t.Name, x)
			}
		}
	}
	for i := 0; ; i++ {
		t, ok := byName["actor."+strconv.Itoa(i)+".bias"]
		if !ok {
			break
		}
		hidden = append(hidden, len(t.Data))
	}
	if len(hidden) < 2 {
		return nil, fmt.Errorf("ppo: policy file has %d layers, want at least 2", len(hidden))
	}
	// The weights must be there before memory is set aside for them.
	in := spec.Observation.Len()
	for i, out := range hidden {
		if n := len(byName["actor."+strconv.Itoa(i)+".weight"].Data); n != in*out {
			return nil, fmt.Errorf("ppo: policy file: layer %d has %d weights, want %d × %d", i, n, out, in)
		}
		in = out
	}
	net := newNetwork(spec, hidden[:len(hidden)-1])
	m := &Model{Params: make([]float32, net.size), Adam: neural.NewAdam(0, 0),
		Obs: neural.NewRunning(spec.Observation.Len()), Returns: neural.NewRunning(net.objectives), Rewards: neural.NewRunning(net.objectives)}
	for i := range net.actor.Layers() {
		name := "actor." + strconv.Itoa(i)
		if err := net.actor.SetWeights(net.actorPart(m.Params), i, byName[name+".weight"].Data, byName[name+".bias"].Data); err != nil {
			return nil, err
		}
	}
	mean, variance := byName["obs.mean"].Data, byName["obs.var"].Data
	if len(mean) != len(m.Obs.Mean) || len(variance) != len(mean) {
		return nil, fmt.Errorf("ppo: policy file is for observations of %d numbers, %s has %d", len(mean), spec.ID, len(m.Obs.Mean))
	}
	for j := range mean {
		if variance[j] < 0 {
			return nil, fmt.Errorf("ppo: policy file: observation %d has variance %v", j, variance[j])
		}
		m.Obs.Mean[j], m.Obs.Var[j] = float64(mean[j]), float64(variance[j])
	}
	if s := net.logStd(m.Params); s != nil {
		if copy(s, byName["log_std"].Data) != len(s) {
			return nil, fmt.Errorf("ppo: policy file has no log_std for %d actions", len(s))
		}
	}
	return &Policy{net: net, model: m, clip: meta["clip_actions"] == "true"}, nil
}
