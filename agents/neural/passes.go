package neural

import (
	"fmt"

	"github.com/paretolab/paretolab/internal/kern"
)

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
			m.Activation.apply(out[:n*l.width])
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
		m.Activation.gradient(dx[:n*stride], in[:n*stride])
		d = dx
	}
}
