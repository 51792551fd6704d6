package pcn

import (
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// network computes the outputs for an observation s and a command c, the desired return and horizon:
//
//	σ(W_s s + b_s) · σ(W_c c + b_c), then a hidden layer with ReLU, then the outputs
//
// logits of discrete actions, or continuous actions themselves.
type network struct {
	spec                   *envs.Spec
	width                  int // of the embeddings, padded
	state, command, output *neural.MLP
	discrete               bool
	outputs                int
}

func newNetwork(spec *envs.Spec, hidden int) *network {
	n := &network{spec: spec, width: kern.Pad(hidden), discrete: spec.Action.Kind == envs.KindDiscrete, outputs: spec.Action.Len()}
	if n.discrete {
		n.outputs = spec.Action.N[0]
	}
	n.state = neural.NewMLP(neural.Identity, spec.Observation.Len(), n.width)
	n.command = neural.NewMLP(neural.Identity, spec.M()+1, n.width)
	n.output = neural.NewMLP(neural.ReLU, n.width, n.width, n.outputs)
	return n
}

// size is the number of parameters.
func (n *network) size() int { return n.state.Len() + n.command.Len() + n.output.Len() }

// parts of a flat slice of parameters or gradients.
func (n *network) parts(p []float32) (state, command, output []float32) {
	a, b := n.state.Len(), n.state.Len()+n.command.Len()
	return p[:a], p[a:b], p[b:]
}

func (n *network) init(rng *rand.Rand) []float32 {
	p := make([]float32, n.size())
	s, c, o := n.parts(p)
	n.state.Init(s, 1, 1, rng)
	n.command.Init(c, 1, 1, rng)
	n.output.Init(o, 1, 1, rng)
	return p
}

// pass is the memory of a forward and a backward pass of up to some rows.
type pass struct {
	state, command, output *neural.Cache
	product, gradient      []float32
}

func (n *network) newPass(rows int) *pass {
	return &pass{
		n.state.NewCache(rows), n.command.NewCache(rows), n.output.NewCache(rows),
		make([]float32, rows*n.width), make([]float32, rows*n.width),
	}
}

// forward computes the outputs of some rows into c.output.Out.
func (n *network) forward(p, obs, command []float32, rows int, c *pass) {
	s, k, o := n.parts(p)
	n.state.Forward(s, obs, rows, c.state)
	n.command.Forward(k, command, rows, c.command)
	a, b := c.state.Out[:rows*n.width], c.command.Out[:rows*n.width]
	sigmoid(a)
	sigmoid(b)
	product := c.product[:len(a)]
	b = b[:len(a)]
	for i, x := range a {
		product[i] = x * b[i]
	}
	n.output.Forward(o, c.product, rows, c.output)
}

// backward writes the gradient by all parameters into g, given c.output.DOut.
func (n *network) backward(p, g, obs, command []float32, rows int, c *pass) {
	s, k, o := n.parts(p)
	gs, gk, go_ := n.parts(g)
	n.output.Backward(o, go_, c.product, rows, c.output)
	n.output.InputGradient(o, c.gradient, rows, c.output)
	d := c.gradient[:rows*n.width]
	a, da := c.state.Out[:len(d)], c.state.DOut[:len(d)]
	b, db := c.command.Out[:len(d)], c.command.DOut[:len(d)]
	for i, x := range d {
		da[i] = x * b[i] * a[i] * (1 - a[i])
		db[i] = x * a[i] * b[i] * (1 - b[i])
	}
	n.state.Backward(s, gs, obs, rows, c.state)
	n.command.Backward(k, gk, command, rows, c.command)
}

// sigmoid in place: (1 + tanh(x/2))/2.
func sigmoid(x []float32) {
	for i := range x {
		x[i] *= 0.5
	}
	kern.Tanh(x)
	for i := range x {
		x[i] = 0.5 + 0.5*x[i]
	}
}
