// Package neural holds the small networks that policies and critics are made of: multilayer
// perceptrons with hand-written forward and backward passes over flat float32 buffers, the Adam
// optimiser, action distributions, running normalisers, and the file format of weights. It knows
// nothing of environments.
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
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/internal/kern"
)

// Activation is the nonlinearity between layers.
type Activation string

const (
	Tanh Activation = "tanh"
	ReLU Activation = "relu"
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

// NewMLP returns the shape with the given sizes (at least input and output).
func NewMLP(act Activation, sizes ...int) *MLP {
	if len(sizes) < 2 {
		panic(fmt.Sprintf("neural: a network with sizes %v", sizes))
	}
	m := &MLP{Sizes: sizes, Activation: act}
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

// Init fills p (Len values) with orthogonal weights of the given gains, hidden for all layers but
// the last, and zero biases.
func (m *MLP) Init(p []float32, hidden, last float64, rng *rand.Rand) {
	clear(p[:m.Len()])
	for i, l := range m.layers {
		gain := hidden
		if i == len(m.layers)-1 {
			gain = last
		}
		orthogonal(p[l.w:], l.in, l.out, l.width, gain, rng)
	}
}

// orthogonal writes a random in×out matrix with orthonormal rows or columns, whichever are fewer,
// times gain: Gram-Schmidt, applied twice, on Gaussian vectors (uniform over such matrices).
func orthogonal(w []float32, in, out, stride int, gain float64, rng *rand.Rand) {
	few, long := min(in, out), max(in, out)
	v := make([][]float64, few)
	for i := range v {
		v[i] = make([]float64, long)
		for norm := 0.0; norm < 1e-6; {
			for k := range v[i] {
				v[i][k] = rng.NormFloat64()
			}
			for range 2 {
				for _, u := range v[:i] {
					dot := 0.0
					for k := range u {
						dot += u[k] * v[i][k]
					}
					for k := range u {
						v[i][k] -= dot * u[k]
					}
				}
			}
			norm = 0
			for _, x := range v[i] {
				norm += x * x
			}
			norm = math.Sqrt(norm)
			for k := range v[i] {
				v[i][k] /= norm
			}
		}
	}
	for i := range in {
		for j := range out {
			x := 0.0
			if in <= out {
				x = v[i][j]
			} else {
				x = v[j][i]
			}
			w[i*stride+j] = float32(gain * x)
		}
	}
}

// Cache holds what a forward pass leaves for the backward pass, for up to a fixed number of rows.
// Out is the output (rows × OutWidth); DOut is where the caller puts the gradient of the loss by
// the output, zero in padded columns.
type Cache struct {
	Out, DOut []float32
	h         [][]float32 // activations of each hidden layer
	d         [][]float32 // their gradients
	wt        []float32   // a transposed weight matrix
	rows      int
}

// NewCache allocates a cache for batches of up to rows rows.
func (m *MLP) NewCache(rows int) *Cache {
	c := &Cache{rows: rows}
	for i, l := range m.layers {
		z, d := make([]float32, rows*l.width), make([]float32, rows*l.width)
		if i < len(m.layers)-1 {
			c.h, c.d = append(c.h, z), append(c.d, d)
		} else {
			c.Out, c.DOut = z, d
		}
		if i > 0 {
			c.wt = append(c.wt, make([]float32, max(0, l.out*m.layers[i-1].width-len(c.wt)))...)
		}
	}
	return c
}

// Forward computes the output of n rows of x (row stride Sizes[0]) into c.Out.
func (m *MLP) Forward(p, x []float32, n int, c *Cache) {
	if n > c.rows {
		panic(fmt.Sprintf("neural: %d rows in a cache for %d", n, c.rows))
	}
	stride := m.Sizes[0]
	for i, l := range m.layers {
		out := c.Out
		if i < len(c.h) {
			out = c.h[i]
		}
		kern.Gemm(n, l.width, l.in, x, stride, 1, p[l.w:l.b], l.width, out, l.width, p[l.b:l.b+l.width], 0)
		if i < len(c.h) {
			if m.Activation == ReLU {
				kern.ReLU(out[:n*l.width])
			} else {
				kern.Tanh(out[:n*l.width])
			}
		}
		x, stride = out, l.width
	}
}

// Backward writes the gradient of the loss by all parameters into g (Len values), given c.DOut for
// the n rows of the last Forward. c.DOut is left as it is.
func (m *MLP) Backward(p, g, x []float32, n int, c *Cache) {
	d := c.DOut
	for i := len(m.layers) - 1; i >= 0; i-- {
		l := m.layers[i]
		in, stride := x, m.Sizes[0]
		if i > 0 {
			in, stride = c.h[i-1], m.layers[i-1].width
		}
		kern.Gemm(l.in, l.width, n, in, 1, stride, d, l.width, g[l.w:l.b], l.width, nil, 0) // dW = Xᵀ·dZ
		kern.ColSum(g[l.b:l.b+l.width], d, n, l.width, l.width)
		if i == 0 {
			break
		}
		// dX = dZ·Wᵀ; the transposed copy keeps the padded columns of X at zero.
		wt := c.wt[:l.out*stride]
		clear(wt)
		kern.Transpose(wt, stride, p[l.w:l.b], l.width, l.in, l.out)
		dx := c.d[i-1]
		kern.Gemm(n, stride, l.out, d, l.width, 1, wt, stride, dx, stride, nil, 0)
		if m.Activation == ReLU {
			kern.ReLUGrad(dx[:n*stride], in[:n*stride])
		} else {
			kern.TanhGrad(dx[:n*stride], in[:n*stride])
		}
		d = dx
	}
}

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
