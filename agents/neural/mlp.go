// Package neural holds the small networks that policies and critics are made of: multilayer
// perceptrons with hand-written forward and backward passes over flat float32 buffers, the Adam
// optimiser, heads that read outputs as distributions over actions, the loss terms of proximal policy
// optimisation, running normalisers, and files of networks for other programs (safetensors, ONNX). It
// knows nothing of environments.
//
// # Layout
//
// All parameters of a model lie in one flat slice. A layer stores its weights in×out, row-major,
// with the output width padded to a multiple of [kern.Width] by zero columns that stay zero under
// training, and then its bias row. So no kernel needs edge code, and copying, saving or hashing a
// network is one call.
package neural

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/internal/kern"
)

// MLP is the shape of a multilayer perceptron; the parameters live outside, in a flat slice.
type MLP struct {
	Sizes      []int // inputs, hidden widths, outputs
	Activation Activation
	layers     []layer
	size       int
}

type layer struct {
	in, out int // unpadded
	width   int // out padded
	w, b    int // offsets of weights and bias
}

// NewMLP returns the shape with the given sizes, at least input and output, all positive. The
// activation follows every layer but the last.
func NewMLP(act Activation, sizes ...int) *MLP {
	if len(sizes) < 2 || slices.Min(sizes) < 1 || !act.known() {
		panic(fmt.Sprintf("neural: a network with sizes %v and activation %q", sizes, act))
	}
	m := &MLP{Sizes: slices.Clone(sizes), Activation: act}
	for i := 1; i < len(sizes); i++ {
		l := layer{in: sizes[i-1], out: sizes[i], width: kern.Pad(sizes[i]), w: m.size}
		l.b = l.w + l.in*l.width
		m.size = l.b + l.width
		m.layers = append(m.layers, l)
	}
	return m
}

// Len is the number of parameters including padding, a multiple of [kern.Width].
func (m *MLP) Len() int { return kern.Pad(m.size) }

// OutWidth is the padded width of an output row.
func (m *MLP) OutWidth() int { return m.layers[len(m.layers)-1].width }

// Weights returns layer i's weights as a dense out×in matrix, and its bias: the layout that other
// frameworks expect.
func (m *MLP) Weights(p []float32, i int) (w, b []float32) {
	l := m.layers[i]
	w, b = make([]float32, l.out*l.in), make([]float32, l.out)
	for r := range l.in {
		for c := range l.out {
			w[c*l.in+r] = p[l.w+r*l.width+c]
		}
	}
	copy(b, p[l.b:])
	return w, b
}

// SetWeights is the inverse of Weights.
func (m *MLP) SetWeights(p []float32, i int, w, b []float32) error {
	l := m.layers[i]
	if len(w) != l.out*l.in || len(b) != l.out {
		return fmt.Errorf("neural: layer %d has %d weights and %d biases, the shape %v wants %d and %d",
			i, len(w), len(b), m.Sizes, l.out*l.in, l.out)
	}
	for r := range l.in {
		for c := range l.out {
			p[l.w+r*l.width+c] = w[c*l.in+r]
		}
	}
	copy(p[l.b:], b)
	return nil
}

// Layers is the number of weight matrices.
func (m *MLP) Layers() int { return len(m.layers) }
