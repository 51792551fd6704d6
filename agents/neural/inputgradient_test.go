package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestInputGradient against differences of a random weighting of the outputs.
func TestInputGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, sizes := range [][]int{{16, 5}, {32, 16, 3}, {16, 7, 20, 2}} {
		m := NewMLP(Tanh, sizes...)
		p, g := make([]float32, m.Len()), make([]float32, m.Len())
		m.Init(p, 1, 1, rng)
		const n = 3
		in, out := sizes[0], sizes[len(sizes)-1]
		x, dx := make([]float32, n*in), make([]float32, n*in)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		c := m.NewCache(n)
		weight := make([]float32, n*out)
		for i := range weight {
			weight[i] = float32(rng.NormFloat64())
		}
		loss := func() (sum float64) {
			m.Forward(p, x, n, c)
			for i := range n {
				for j := range out {
					sum += float64(weight[i*out+j]) * float64(c.Out[i*m.OutWidth()+j])
				}
			}
			return sum
		}
		loss()
		clear(c.DOut)
		for i := range n {
			copy(c.DOut[i*m.OutWidth():], weight[i*out:(i+1)*out])
		}
		m.Backward(p, g, x, n, c)
		m.InputGradient(p, dx, n, c)
		for i := range x {
			old := x[i]
			const h = 1e-2
			x[i] = old + h
			up := loss()
			x[i] = old - h
			down := loss()
			x[i] = old
			if want := (up - down) / (2 * h); math.Abs(want-float64(dx[i])) > 2e-3*(1+math.Abs(want)) {
				t.Fatalf("sizes %v, input %d: gradient %v, difference %v", sizes, i, dx[i], want)
			}
		}
	}
}
