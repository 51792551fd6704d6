package qd

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// Network is the shape of a policy network: fully connected layers, each with the activation
// 2/(1 + e^−x) − 1, the output included. Its parameters are a genome: for each layer the weights, row by
// row (input × output), and then the bias, one for all units of the layer.
type Network struct {
	Sizes   []int // units of each layer, the input first
	PerUnit bool  // every unit has a bias of its own
}

// Genes is the number of parameters.
func (n *Network) Genes() int {
	genes := 0
	for i, in := range n.Sizes[:len(n.Sizes)-1] {
		out := n.Sizes[i+1]
		genes += in * out
		if n.PerUnit {
			genes += out
		} else {
			genes++
		}
	}
	return genes
}

// scratch returns memory for Forward: the outputs of two layers, each with room for a multiple of four units.
func (n *Network) scratch() []float64 { return make([]float64, 2*((slices.Max(n.Sizes)+3)&^3)) }

// Forward returns the output for an input. The result is part of scratch.
func (n *Network) Forward(genome, input, scratch []float64) []float64 {
	half := len(scratch) / 2
	x := input
	for i, in := range n.Sizes[:len(n.Sizes)-1] {
		out := n.Sizes[i+1]
		weights, rest := genome[:in*out], genome[in*out:]
		y := scratch[(i%2)*half:][:half]
		if n.PerUnit {
			genome = rest[copy(y[:out], rest):]
		} else {
			for j := range y[:out] {
				y[j] = rest[0]
			}
			genome = rest[1:]
		}
		kern.Layer64(x[:in], weights, y, out)
		x = y[:out]
	}
	return x
}

// actions is the number of outputs that an action space needs.
func actions(s *envs.Space) int {
	if s.Kind == envs.KindDiscrete {
		n := 0
		for _, k := range s.N {
			n += k
		}
		return n
	}
	return s.Len()
}

// newNetwork returns the network for an environment with these hidden layers.
func newNetwork(spec *envs.Spec, hidden []int, perUnit bool) Network {
	sizes := append([]int{spec.Observation.Len()}, hidden...)
	return Network{append(sizes, actions(&spec.Action)), perUnit}
}

// Controller is a policy network with its genome. It acts deterministically: its outputs are the action,
// clipped to the bounds of its space, or of each discrete action the one with the largest output is
// taken.
type Controller struct {
	Network
	Genome []float64
	spec   *envs.Spec
}

var _ agents.Policy = (*Controller)(nil)

// NewController returns the policy of a genome, or an error if it does not fit.
func NewController(n Network, genome []float64, spec *envs.Spec) (*Controller, error) {
	if len(n.Sizes) < 2 || slices.Min(n.Sizes) < 1 || n.Sizes[0] != spec.Observation.Len() || n.Sizes[len(n.Sizes)-1] != actions(&spec.Action) {
		return nil, fmt.Errorf("qd: a network of layers %v; %s needs %d inputs and %d outputs", n.Sizes, spec.ID, spec.Observation.Len(), actions(&spec.Action))
	}
	if len(genome) != n.Genes() {
		return nil, fmt.Errorf("qd: a genome of %d numbers; a network of layers %v has %d, so give as many, or the layers that it was made for", len(genome), n.Sizes, n.Genes())
	}
	for i, x := range genome {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("qd: gene %d is %v, not a finite number", i, x)
		}
	}
	return &Controller{n, genome, spec}, nil
}

// Kind implements [agents.Policy].
func (c *Controller) Kind() string { return "controller" }

// controllerFile is the file format: one JSON object.
type controllerFile struct {
	Format  string    `json:"format"`
	Layers  []int     `json:"layers"`
	PerUnit bool      `json:"bias_per_unit"`
	Genome  []float64 `json:"genome"`
}

const controllerFormat = "paretolab-controller/1"

// Encode implements [agents.Policy]: a JSON object with the layers and the genome.
func (c *Controller) Encode() ([]byte, error) {
	return json.Marshal(controllerFile{controllerFormat, c.Sizes, c.PerUnit, c.Genome})
}

// DecodeController reads what Encode wrote.
func DecodeController(b []byte, spec *envs.Spec) (*Controller, error) {
	var f controllerFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("qd: policy file: %w", err)
	}
	if f.Format != controllerFormat {
		return nil, fmt.Errorf("qd: policy file has format %q, want %s", f.Format, controllerFormat)
	}
	return NewController(Network{f.Layers, f.PerUnit}, f.Genome, spec)
}

func init() {
	agents.RegisterKind("controller", func(b []byte, spec *envs.Spec) (agents.Policy, error) { return DecodeController(b, spec) })
}

// NewActor implements [agents.Policy].
func (c *Controller) NewActor(int) agents.Actor {
	return &controllerActor{c, make([]float64, c.Sizes[0]), c.scratch()}
}

type controllerActor struct {
	*Controller
	input, scratch []float64
}

func (a *controllerActor) Reset(int, *rand.Rand) {}

func (a *controllerActor) Act(obs []float32, act envs.Actions[float32]) {
	in, width := len(a.input), a.spec.Action.Len()
	for i := range len(obs) / in {
		for j := range a.input {
			a.input[j] = float64(obs[i*in+j])
		}
		out := a.Forward(a.Genome, a.input, a.scratch)
		if act.Discrete != nil {
			largest(out, a.spec.Action.N, act.Discrete[i*width:][:width])
			continue
		}
		clip(out, a.spec.Action.Low, a.spec.Action.High)
		for j, x := range out {
			act.Box[i*width+j] = float32(x)
		}
	}
}

// largest writes for each discrete action the index of its largest output.
func largest(out []float64, n []int, dst []int32) {
	for k, values := range n {
		best := 0
		for j, x := range out[:values] {
			if x > out[best] {
				best = j
			}
		}
		dst[k], out = int32(best), out[values:]
	}
}
