package pcn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// policy is a network with the return that it is told to reach.
type policy struct {
	net     *network
	hidden  int
	params  []float32
	scale   []float64
	most    []float64 // largest desired return; nil: no limit
	gamma   float64   // what the rest of the command is divided by after every step
	noise   float64   // of continuous actions that are sampled
	command command
}

// Kind implements agents.Policy.
func (p *policy) Kind() string { return "conditioned" }

// NewActor implements agents.Policy: the most likely action, for what is left of the command.
func (p *policy) NewActor(n int) agents.Actor {
	m := p.net.spec.M()
	a := &actor{policy: p, pass: p.net.newPass(n), inputs: make([]float32, n*(m+1)), left: make([]command, n)}
	for i := range a.left {
		a.left[i].Return = make([]float64, m)
		a.Reset(i, nil)
	}
	return a
}

type actor struct {
	*policy
	pass   *pass
	inputs []float32 // commands, scaled
	left   []command // of each episode
}

var _ agents.Feedback = (*actor)(nil)

func (a *actor) Reset(i int, _ *rand.Rand) {
	copy(a.left[i].Return, a.command.Return)
	a.left[i].Horizon = a.command.Horizon
}

// Feedback implements agents.Feedback.
func (a *actor) Feedback(reward []float64) {
	m := a.net.spec.M()
	for i := range a.left {
		a.left[i].after(reward[i*m:(i+1)*m], a.gamma, a.most)
	}
}

// forward computes the outputs of the network for n observations.
func (a *actor) forward(obs []float32) {
	for i := range a.left {
		scaled(a.inputs[i*len(a.scale):], &a.left[i], a.scale)
	}
	a.net.forward(a.params, obs, a.inputs, len(a.left), a.pass)
}

// output is what the network computed for observation i.
func (a *actor) output(i int) []float32 {
	return a.pass.output.Out[i*a.net.output.OutWidth():][:a.net.outputs]
}

// scaled writes a command as the network reads it.
func scaled(to []float32, c *command, scale []float64) {
	for j, r := range c.Return {
		to[j] = float32(r * scale[j])
	}
	to[len(c.Return)] = float32(c.Horizon * scale[len(c.Return)])
}

func (a *actor) Act(obs []float32, act envs.Actions[float32]) {
	a.forward(obs)
	for i := range a.left {
		row := a.output(i)
		if a.net.discrete {
			best := 0
			for k, x := range row {
				if x > row[best] {
					best = k
				}
			}
			act.Discrete[i] = int32(best)
			continue
		}
		clipped(act.Box[i*a.net.outputs:][:a.net.outputs], row, &a.net.spec.Action)
	}
}

// clipped copies an action into its box.
func clipped(to, action []float32, box *envs.Space) {
	for j, x := range action {
		to[j] = min(max(x, float32(box.Low[j])), float32(box.High[j]))
	}
}

// Encode implements agents.Policy: safetensors with the layers `state`, `command` and `output`, and in
// the metadata what is needed to follow the command.
func (p *policy) Encode() ([]byte, error) {
	s, c, o := p.net.parts(p.params)
	var tensors []neural.Tensor
	for _, x := range []struct {
		name   string
		mlp    *neural.MLP
		params []float32
	}{{"state", p.net.state, s}, {"command", p.net.command, c}, {"output", p.net.output, o}} {
		for i := range x.mlp.Layers() {
			w, b := x.mlp.Weights(x.params, i)
			name := x.name + "." + strconv.Itoa(i)
			tensors = append(tensors,
				neural.Tensor{Name: name + ".weight", Shape: []int{len(b), len(w) / len(b)}, Data: w},
				neural.Tensor{Name: name + ".bias", Shape: []int{len(b)}, Data: b})
		}
	}
	meta := map[string]string{
		"format": agents.PolicyFormat, "kind": p.Kind(), "environment": p.net.spec.ID, "hidden": strconv.Itoa(p.hidden),
		"scale": numbers(p.scale), "max_return": numbers(p.most), "gamma": numbers([]float64{p.gamma}),
		"return": numbers(p.command.Return), "horizon": numbers([]float64{p.command.Horizon}),
	}
	if !p.net.discrete {
		meta["noise"] = numbers([]float64{p.noise})
	}
	return neural.EncodeSafetensors(tensors, meta)
}

func numbers(x []float64) string {
	text := ""
	for i, v := range x {
		if i > 0 {
			text += " "
		}
		text += strconv.FormatFloat(v, 'g', -1, 64)
	}
	return text
}

// maxHidden bounds the width that a file may ask for.
const maxHidden = 1 << 16

// decodePolicy reads what Encode wrote.
func decodePolicy(b []byte, spec *envs.Spec) (agents.Policy, error) {
	tensors, meta, err := neural.DecodeSafetensors(b)
	if err != nil {
		return nil, err
	}
	if meta["format"] != agents.PolicyFormat || meta["kind"] != "conditioned" {
		return nil, fmt.Errorf("policy file has format %q and kind %q, want %q and conditioned", meta["format"], meta["kind"], agents.PolicyFormat)
	}
	hidden, err := strconv.Atoi(meta["hidden"])
	if err != nil || hidden < 1 || hidden > maxHidden {
		return nil, fmt.Errorf("hidden is %q, not a width", meta["hidden"])
	}
	p := &policy{hidden: hidden}
	var gamma, horizon, noise []float64
	for _, x := range []struct {
		key string
		to  *[]float64
		n   int
	}{
		{"scale", &p.scale, spec.M() + 1}, {"gamma", &gamma, 1}, {"return", &p.command.Return, spec.M()}, {"horizon", &horizon, 1}, {"max_return", &p.most, spec.M()}, {"noise", &noise, 1},
	} {
		for word := range strings.FieldsSeq(meta[x.key]) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil || math.IsNaN(v) {
				return nil, fmt.Errorf("%s has the number %q", x.key, word)
			}
			*x.to = append(*x.to, v)
		}
		optional := x.key == "max_return" || x.key == "noise"
		if len(*x.to) != x.n && !(optional && len(*x.to) == 0) {
			return nil, fmt.Errorf("%s has %d numbers, %s wants %d", x.key, len(*x.to), spec.ID, x.n)
		}
	}
	p.gamma, p.command.Horizon = gamma[0], horizon[0]
	if len(noise) > 0 {
		p.noise = noise[0]
	}
	// What a network of these sizes has must be there before memory is set aside for it.
	parts := map[string]neural.Tensor{}
	total := 0
	for _, t := range tensors {
		for _, x := range t.Data {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				return nil, fmt.Errorf("tensor %s holds %v", t.Name, x)
			}
		}
		parts[t.Name] = t
		total += len(t.Data)
	}
	if total < hidden*(spec.Observation.Len()+spec.M()+hidden) {
		return nil, fmt.Errorf("it has %d parameters, too few for a width of %d", total, hidden)
	}
	p.net = newNetwork(spec, hidden)
	p.params = make([]float32, p.net.size())
	s, c, o := p.net.parts(p.params)
	for _, x := range []struct {
		name   string
		mlp    *neural.MLP
		params []float32
	}{{"state", p.net.state, s}, {"command", p.net.command, c}, {"output", p.net.output, o}} {
		for i := range x.mlp.Layers() {
			name := x.name + "." + strconv.Itoa(i)
			if err := x.mlp.SetWeights(x.params, i, parts[name+".weight"].Data, parts[name+".bias"].Data); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return p, nil
}
