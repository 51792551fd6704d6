package neural

import "github.com/paretolab/paretolab/internal/kern"

// Tangent writes the derivative of the outputs of the n rows of the last Forward along a change v of the
// parameters (Len values) into out.Out: the forward mode of differentiation. c is the cache of that Forward, out
// another one.
func (m *MLP) Tangent(p, v, x []float32, n int, c, out *Cache) {
	for i, l := range m.layers {
		to := out.Out
		if i < len(c.h) {
			to = out.h[i]
		}
		in, stride := x, m.Sizes[0]
		if i > 0 {
			in, stride = c.h[i-1], m.layers[i-1].width
		}
		// d(X·W + b) = X·dW + db + dX·W
		kern.Gemm(n, l.width, l.in, in, stride, 1, v[l.w:l.b], l.width, to, l.width, v[l.b:l.b+l.width], 0)
		if i > 0 {
			kern.Gemm(n, l.width, l.in, out.h[i-1], stride, 1, p[l.w:l.b], l.width, to, l.width, to, l.width)
		}
		if i < len(c.h) {
			m.Activation.gradient(to[:n*l.width], c.h[i][:n*l.width])
		}
	}
}
