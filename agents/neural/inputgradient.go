package neural

import "github.com/paretolab/paretolab/internal/kern"

// InputGradient writes the gradient of the loss by the inputs of the last [MLP.Backward] into dx (n rows of
// Sizes[0] numbers, a multiple of [kern.Width]), for networks in front of this one.
func (m *MLP) InputGradient(p, dx []float32, n int, c *Cache) {
	l, stride := m.layers[0], m.Sizes[0]
	d := c.DOut
	if len(c.d) > 0 {
		d = c.d[0]
	}
	if more := l.out*stride - len(c.wt); more > 0 {
		c.wt = append(c.wt, make([]float32, more)...)
	}
	wt := c.wt[:l.out*stride]
	kern.Transpose(wt, stride, p[l.w:l.b], l.width, l.in, l.out)
	kern.Gemm(n, stride, l.out, d, l.width, 1, wt, stride, dx, stride, nil, 0)
}
