package neural

import "math"

// plain is the reference of these tests: a network of dense out×in matrices in the textbook's loops,
// in float64 where finite differences need the digits.
type plain[T Real] struct {
	activation Activation
	weights    [][][]T // layer, output, input
	biases     [][]T
}

// plainOf returns the network with the given parameters.
func plainOf[T Real](m *MLP, p []float32) *plain[T] {
	n := &plain[T]{activation: m.Activation}
	for i := range m.Layers() {
		w, b := m.Weights(p, i)
		in := len(w) / len(b)
		rows := make([][]T, len(b))
		bias := make([]T, len(b))
		for r := range rows {
			rows[r] = make([]T, in)
			for c := range rows[r] {
				rows[r][c] = T(w[r*in+c])
			}
			bias[r] = T(b[r])
		}
		n.weights, n.biases = append(n.weights, rows), append(n.biases, bias)
	}
	return n
}

// forward returns the input and the values of every layer, the output last.
func (n *plain[T]) forward(x []T) [][]T {
	layers := [][]T{x}
	for i, w := range n.weights {
		y := make([]T, len(w))
		for r := range y {
			y[r] = n.biases[i][r]
			for c, v := range x {
				y[r] += w[r][c] * v
			}
			if i < len(n.weights)-1 {
				y[r] = n.apply(y[r])
			}
		}
		layers = append(layers, y)
		x = y
	}
	return layers
}

func (n *plain[T]) apply(z T) T {
	switch n.activation {
	case Tanh:
		return T(math.Tanh(float64(z)))
	case ReLU:
		return max(0, z)
	}
	return z
}

// slope is the derivative of the activation where its value is h.
func (n *plain[T]) slope(h T) T {
	switch {
	case n.activation == Tanh:
		return 1 - h*h
	case n.activation == ReLU && h <= 0:
		return 0
	}
	return 1
}

// backward adds the gradient by the parameters to g, given forward's layers and the gradient d by
// the output.
func (n *plain[T]) backward(layers [][]T, d []T, g *plain[T]) {
	for i := len(n.weights) - 1; i >= 0; i-- {
		x := layers[i]
		dx := make([]T, len(x))
		for r, w := range n.weights[i] {
			g.biases[i][r] += d[r]
			for c := range w {
				g.weights[i][r][c] += d[r] * x[c]
				dx[c] += d[r] * w[c]
			}
		}
		if i > 0 {
			for c := range dx {
				dx[c] *= n.slope(x[c])
			}
		}
		d = dx
	}
}

// parameters returns pointers to all parameters.
func (n *plain[T]) parameters() []*T {
	var p []*T
	for i := range n.weights {
		for r := range n.weights[i] {
			for c := range n.weights[i][r] {
				p = append(p, &n.weights[i][r][c])
			}
			p = append(p, &n.biases[i][r])
		}
	}
	return p
}
