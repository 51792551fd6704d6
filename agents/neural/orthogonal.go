package neural

import (
	"math"
	"math/rand/v2"
)

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
