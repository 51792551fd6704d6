package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDivergenceOfNormals: KL(N(0,1) ‖ N(1,2)) = ln 2 + (1 + 1)/8 - 1/2, by the closed form, and 0 of a
// distribution from itself; components add up.
func TestDivergenceOfNormals(t *testing.T) {
	p, q := NewGaussian[float64](2), NewGaussian[float64](2)
	p.Set([]float64{0, 3})
	q.Set([]float64{1, 3})
	q.SetLogStd([]float64{math.Log(2), 0})
	if got, want := p.Divergence(q), math.Ln2+0.25-0.5; math.Abs(got-want) > 1e-12 {
		t.Errorf("divergence %v, want %v", got, want)
	}
	if got := p.Divergence(p); got != 0 {
		t.Errorf("divergence %v from itself", got)
	}
}

// TestDivergenceOfChoices: KL((1/2, 1/2) ‖ (1/4, 3/4)) = ½ ln(4/3); a second component of equal
// probabilities adds nothing.
func TestDivergenceOfChoices(t *testing.T) {
	p, q := NewCategorical[float64](2, 3), NewCategorical[float64](2, 3)
	p.Set([]float64{5, 5, 0, 1, 2})
	q.Set([]float64{0, math.Log(3), 7, 8, 9})
	if got, want := p.Divergence(q), 0.5*math.Log(4.0/3); math.Abs(got-want) > 1e-12 {
		t.Errorf("divergence %v, want %v", got, want)
	}
}

// TestFisherIsTheSecondDerivativeOfTheDivergence by the network outputs.
func TestFisherIsTheSecondDerivativeOfTheDivergence(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	gaussian := func() Head[float64] {
		g := NewGaussian[float64](3)
		g.SetLogStd([]float64{-1, 0, 0.5})
		return g
	}
	for name, head := range map[string]func() Head[float64]{
		"categorical": func() Head[float64] { return NewCategorical[float64](4, 2) }, "gaussian": gaussian,
	} {
		p, q := head(), head()
		n := p.Outputs()
		row, v, d := make([]float64, n), make([]float64, n), make([]float64, n)
		for k := range row {
			row[k], v[k] = rng.NormFloat64(), rng.NormFloat64()
		}
		p.Set(row)
		p.AddFisher(d, v, 2)
		got := 0.0
		for k := range v {
			got += v[k] * d[k] / 2
		}
		const h = 1e-3
		want := 0.0
		for _, sign := range []float64{1, -1} {
			moved := make([]float64, n)
			for k := range moved {
				moved[k] = row[k] + sign*h*v[k]
			}
			q.Set(moved)
			want += p.Divergence(q) / (h * h)
		}
		if math.Abs(got-want) > 1e-4*want {
			t.Errorf("%s: v'Fv is %v, second difference %v", name, got, want)
		}
	}
}

// TestTangentByFiniteDifferences: the derivative of the outputs along random changes of all parameters.
func TestTangentByFiniteDifferences(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for _, act := range []Activation{Tanh, Identity} {
		m := NewMLP(act, 3, 10, 20, 5)
		const rows = 7
		p, v := make([]float32, m.Len()), make([]float32, m.Len())
		m.Init(p, 1, 1, rng)
		m.Init(v, 1, 1, rng)
		for i := range m.Layers() {
			w, b := m.Weights(v, i)
			for k := range b {
				b[k] = float32(rng.NormFloat64())
			}
			if err := m.SetWeights(v, i, w, b); err != nil {
				t.Fatal(err)
			}
		}
		x := make([]float32, rows*3)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		c, tangent := m.NewCache(rows), m.NewCache(rows)
		m.Forward(p, x, rows, c)
		m.Tangent(p, v, x, rows, c, tangent)
		const h = 1.0 / 256
		moved := func(step float32) []float32 {
			q, out := make([]float32, len(p)), m.NewCache(rows)
			for i := range q {
				q[i] = p[i] + step*v[i]
			}
			m.Forward(q, x, rows, out)
			return out.Out
		}
		up, down := moved(h), moved(-h)
		for i, got := range tangent.Out {
			if want := (float64(up[i]) - float64(down[i])) / (2 * h); math.Abs(float64(got)-want) > 2e-3*(1+math.Abs(want)) {
				t.Errorf("%s, output %d: derivative %v, finite difference %v", act, i, got, want)
			}
		}
	}
}
