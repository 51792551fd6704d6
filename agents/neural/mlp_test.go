package neural

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
)

// reference evaluates the network in float64: the oracle of these tests.
func reference(m *MLP, p []float32, x []float64) []float64 {
	layers := plainOf[float64](m, p).forward(x)
	return layers[len(layers)-1]
}

func randomNet(act Activation, rng *rand.Rand, sizes ...int) (*MLP, []float32) {
	m := NewMLP(act, sizes...)
	p := make([]float32, m.Len())
	m.Init(p, 1, 1, rng)
	for i := range m.Layers() { // biases other than zero
		w, b := m.Weights(p, i)
		for k := range b {
			b[k] = float32(rng.NormFloat64() * 0.1)
		}
		if err := m.SetWeights(p, i, w, b); err != nil {
			panic(err)
		}
	}
	return m, p
}

func TestForwardEqualsTheDenseReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, act := range []Activation{Tanh, ReLU, Identity} {
		for _, sizes := range [][]int{{2, 64, 64, 4}, {7, 33, 5}, {1, 1}, {29, 64, 17, 64, 23}, {3, 5, 5, 5, 5, 5, 5, 5, 2}, {6, 300, 1}} {
			m, p := randomNet(act, rng, sizes...)
			const rows = 9
			x := make([]float32, rows*sizes[0])
			for i := range x {
				x[i] = float32(rng.NormFloat64())
			}
			c := m.NewCache(rows)
			m.Forward(p, x, rows, c)
			for r := range rows {
				in := make([]float64, sizes[0])
				for k := range in {
					in[k] = float64(x[r*sizes[0]+k])
				}
				for k, want := range reference(m, p, in) {
					if got := float64(c.Out[r*m.OutWidth()+k]); math.Abs(got-want) > 2e-5*(1+math.Abs(want)) {
						t.Errorf("%v %s row %d output %d: %v, want %v", sizes, act, r, k, got, want)
					}
				}
			}
		}
	}
}

// TestBackwardIsTheGradient compares with central differences of the float64 reference for the
// loss Σ c·out with random coefficients c.
func TestBackwardIsTheGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, act := range []Activation{Tanh, ReLU, Identity} {
		sizes := []int{5, 24, 16, 3}
		m, p := randomNet(act, rng, sizes...)
		const rows = 7
		x, coef := make([]float32, rows*5), make([]float64, rows*3)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		c := m.NewCache(rows)
		for r := range rows {
			for k := range 3 {
				coef[r*3+k] = rng.NormFloat64()
				c.DOut[r*m.OutWidth()+k] = float32(coef[r*3+k])
			}
		}
		loss := func() float64 {
			sum := 0.0
			for r := range rows {
				in := make([]float64, 5)
				for k := range in {
					in[k] = float64(x[r*5+k])
				}
				for k, y := range reference(m, p, in) {
					sum += coef[r*3+k] * y
				}
			}
			return sum
		}
		m.Forward(p, x, rows, c)
		g := make([]float32, m.Len())
		m.Backward(p, g, x, rows, c)
		for i := range m.Layers() {
			dw, db := m.Weights(g, i)
			w, b := m.Weights(p, i)
			check := func(name string, k int, v []float32, got float32) {
				old := v[k]
				const h = 1.0 / 16384 // small, so that few differences straddle a kink of ReLU
				v[k] = old + h
				above := float64(v[k])
				m.SetWeights(p, i, w, b)
				up := loss()
				v[k] = old - h
				below := float64(v[k])
				m.SetWeights(p, i, w, b)
				down := loss()
				v[k] = old
				m.SetWeights(p, i, w, b)
				want := (up - down) / (above - below)
				if math.Abs(float64(got)-want) > 2e-3*(1+math.Abs(want)) {
					t.Errorf("%s layer %d %s[%d]: gradient %v, finite difference %v", act, i, name, k, got, want)
				}
			}
			for range 20 {
				k := rng.IntN(len(w))
				check("w", k, w, dw[k])
			}
			for k := range b {
				check("b", k, b, db[k])
			}
		}
	}
}

func TestPaddedColumnsStayZeroUnderTraining(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	m, p := randomNet(Tanh, rng, 3, 20, 5)
	opt := NewAdam(m.Len(), 1e-5)
	c, g, x := m.NewCache(4), make([]float32, m.Len()), make([]float32, 12)
	for range 10 {
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		m.Forward(p, x, 4, c)
		for r := range 4 {
			for k := range 5 {
				c.DOut[r*m.OutWidth()+k] = float32(rng.NormFloat64())
			}
		}
		m.Backward(p, g, x, 4, c)
		opt.Step(p, g, 1e-2, 0.5)
	}
	dense := 0
	for i := range m.Layers() {
		w, b := m.Weights(p, i)
		for _, v := range append(w, b...) {
			if v != 0 {
				dense++
			}
		}
	}
	all := 0
	for _, v := range p {
		if v != 0 {
			all++
		}
	}
	if all != dense {
		t.Errorf("%d parameters are not zero, but only %d belong to the network", all, dense)
	}
}

func TestOrthogonalInitialisation(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct{ in, out int }{{64, 64}, {2, 64}, {64, 4}, {7, 5}} {
		m := NewMLP(Tanh, c.in, c.out)
		p := make([]float32, m.Len())
		m.Init(p, 1, 0.5, rng)
		w, b := m.Weights(p, 0) // out×in
		few, long := min(c.in, c.out), max(c.in, c.out)
		at := func(i, k int) float64 {
			if c.out <= c.in {
				return float64(w[i*c.in+k])
			}
			return float64(w[k*c.in+i])
		}
		for i := range few {
			for j := range few {
				dot, want := 0.0, 0.0
				for k := range long {
					dot += at(i, k) * at(j, k)
				}
				if i == j {
					want = 0.25
				}
				if math.Abs(dot-want) > 1e-5 {
					t.Fatalf("%d×%d: product of vectors %d and %d is %v, want %v", c.in, c.out, i, j, dot, want)
				}
			}
		}
		for _, v := range b {
			if v != 0 {
				t.Errorf("bias %v", v)
			}
		}
	}
}

func TestTrainingStepAllocatesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for name, head := range map[string]Head[float32]{
		"categorical": NewCategorical[float32](3), "multi-discrete": NewCategorical[float32](2, 3), "gaussian": NewGaussian[float32](3),
	} {
		m, p := randomNet(Tanh, rng, 11, 64, 64, head.Outputs())
		opt, c, g := NewAdam(m.Len(), 1e-5), m.NewCache(64), make([]float32, m.Len())
		x, raw, action := make([]float32, 64*11), make([]float32, 64*11), make([]float32, head.Actions())
		inputs, logStd := NewRunning(11), make([]float32, 3)
		if n := testing.AllocsPerRun(10, func() {
			Add(inputs, raw)
			inputs.Normalize(x, raw)
			m.Forward(p, x, 64, c)
			if gaussian, ok := head.(*Gaussian[float32]); ok {
				gaussian.SetLogStd(logStd)
			}
			for i := range 64 {
				head.Set(c.Out[i*m.OutWidth():])
				head.Sample(action, rng)
				head.Mode(action)
				head.AddGradient(c.DOut[i*m.OutWidth():], action, head.LogProb(action), head.Entropy())
			}
			m.Backward(p, g, x, 64, c)
			opt.Step(p, g, 3e-4, 0.5)
		}); n != 0 {
			t.Errorf("%s: %v allocations per step", name, n)
		}
		if m.Len()%kern.Width != 0 {
			t.Errorf("length %d is not a multiple of %d", m.Len(), kern.Width)
		}
	}
}

func TestNewMLPRefusesOtherShapes(t *testing.T) {
	for name, make := range map[string]func(){
		"one size":           func() { NewMLP(Tanh, 3) },
		"an empty layer":     func() { NewMLP(Tanh, 3, 0, 2) },
		"another activation": func() { NewMLP("gelu", 3, 2) },
		"no choices":         func() { NewCategorical[float32]() },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			make()
		}()
	}
}

// TestAdamEqualsTheTextbook compares with the bias-corrected form of Kingma and Ba in float64.
func TestAdamEqualsTheTextbook(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const n, lr, eps, maxNorm = 37, 1e-3, 1e-5, 0.5
	opt := NewAdam(n, eps)
	p, q := make([]float32, n), make([]float64, n)
	m, v := make([]float64, n), make([]float64, n)
	for step := 1; step <= 50; step++ {
		g := make([]float32, n)
		norm := 0.0
		for i := range g {
			g[i] = float32(rng.NormFloat64())
			norm += float64(g[i]) * float64(g[i])
		}
		norm = math.Sqrt(norm)
		if got := opt.Step(p, g, lr, maxNorm); math.Abs(got-norm) > 1e-4 {
			t.Fatalf("norm %v, want %v", got, norm)
		}
		for i := range q {
			x := float64(g[i]) * min(1, maxNorm/(norm+1e-6))
			m[i] = 0.9*m[i] + 0.1*x
			v[i] = 0.999*v[i] + 0.001*x*x
			q[i] -= lr * (m[i] / (1 - math.Pow(0.9, float64(step)))) / (math.Sqrt(v[i]/(1-math.Pow(0.999, float64(step)))) + eps)
			if math.Abs(float64(p[i])-q[i]) > 1e-6*float64(step) {
				t.Fatalf("step %d parameter %d: %v, want %v", step, i, p[i], q[i])
			}
		}
	}
}
