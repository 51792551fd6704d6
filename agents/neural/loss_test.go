package neural

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A lossTerm is the loss of one sample as a function of network outputs: value in float64, and its
// gradient by the outputs added to d and by the log standard deviations to the head's.
type lossTerm[T Real] func(out, d []T) float64

// term says what is differentiated: one term of the loss of proximal policy optimisation, at one
// kind of action, on one side of its clip.
type term struct {
	name    string
	outputs int
	head    string
	make32  func() (lossTerm[float32], Head[float32])
	make64  func() (lossTerm[float64], Head[float64])
}

// policyTerm is -Surrogate or -Entropy under a head.
func policyTerm[T Real](h Head[T], action []T, old, advantage, entropy float64) lossTerm[T] {
	const clip = 0.2
	return func(out, d []T) float64 {
		h.Set(out)
		value, dlogp := Surrogate(math.Exp(h.LogProb(action)-old), advantage, clip)
		h.AddGradient(d, action, -dlogp, -entropy)
		return -value - entropy*h.Entropy()
	}
}

func valueTerm[T Real](old, target []float64) lossTerm[T] {
	const clip = 0.2
	return func(out, d []T) float64 {
		sum := 0.0
		for j, v := range out {
			loss, dv := ClippedValue(float64(v), old[j], target[j], clip)
			sum += loss
			d[j] += T(dv)
		}
		return sum
	}
}

// head makes the head of a term; equal words make equal heads in both number types.
func head[T Real](kind string) (h Head[T], action []T) {
	switch kind {
	case "categorical":
		return NewCategorical[T](4), []T{2}
	case "multi-discrete":
		return NewCategorical[T](3, 1, 2), []T{0, 0, 1}
	}
	g := NewGaussian[T](3)
	g.SetLogStd([]T{-0.5, 0.25, 0})
	return g, []T{0.5, -1.25, 0.25}
}

// terms lists every term for every head, with the ratio inside and outside the clip for both signs of
// the advantage, and the value inside and outside its clip.
func terms() []term {
	var all []term
	for _, kind := range []string{"categorical", "multi-discrete", "gaussian"} {
		h, _ := head[float64](kind)
		for _, c := range []struct {
			name                      string
			shift, advantage, entropy float64 // shift of the old log-probability: the ratio is near e^-shift
		}{
			{"surrogate", 0.05, 1.5, 0},
			{"surrogate, negative advantage", 0.05, -1.5, 0},
			{"surrogate, above the clip", -1, 1.5, 0},
			{"surrogate, below the clip, not clipped", 1, 1.5, 0},
			{"surrogate, above the clip, not clipped", -1, -1.5, 0},
			{"surrogate, below the clip", 1, -1.5, 0},
			{"entropy", 0, 0, 1},
			{"both", 0.05, 0.7, 0.3},
		} {
			all = append(all, term{
				name: c.name, head: kind, outputs: h.Outputs(),
				make32: func() (lossTerm[float32], Head[float32]) {
					h, a := head[float32](kind)
					return policyTerm(h, a, logProbAtTest[kind]+c.shift, c.advantage, c.entropy), h
				},
				make64: func() (lossTerm[float64], Head[float64]) {
					h, a := head[float64](kind)
					return policyTerm(h, a, logProbAtTest[kind]+c.shift, c.advantage, c.entropy), h
				},
			})
		}
	}
	for _, c := range []struct {
		name        string
		old, target []float64
	}{
		{"value", []float64{0, 0.1}, []float64{1, -2}},
		{"value, clipped", []float64{-3, 4}, []float64{5, -5}},
		{"value, beyond the clip, not clipped", []float64{-3, 4}, []float64{-5, 5}},
	} {
		all = append(all, term{
			name: c.name, head: "critic", outputs: 2,
			make32: func() (lossTerm[float32], Head[float32]) { return valueTerm[float32](c.old, c.target), nil },
			make64: func() (lossTerm[float64], Head[float64]) { return valueTerm[float64](c.old, c.target), nil },
		})
	}
	return all
}

// logProbAtTest is roughly the log-probability of the tests' actions, so that ratios are near 1.
var logProbAtTest = map[string]float64{"categorical": math.Log(1. / 4), "multi-discrete": math.Log(1. / 6), "gaussian": -3.3}

// lossNet returns the network under the terms, small outputs and all activations in play.
func lossNet(act Activation, outputs int) (*MLP, []float32, []float32) {
	rng := rand.New(rand.NewPCG(21, 22))
	m, p := randomNet(act, rng, 5, 12, 9, outputs)
	for i := range p {
		p[i] *= 0.5
	}
	x := make([]float32, 5)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return m, p, x
}

// reference returns the gradient of the term by all parameters of the float64 network, and by the log
// standard deviations of a Gaussian head.
func (c term) reference(n *plain[float64], x []float64) (grad *plain[float64], logStd []float64) {
	grad = plainOf[float64](NewMLP(Tanh, 5, 12, 9, c.outputs), make([]float32, 1024))
	loss, h := c.make64()
	layers := n.forward(x)
	d := make([]float64, c.outputs)
	loss(layers[len(layers)-1], d)
	n.backward(layers, d, grad)
	if g, ok := h.(*Gaussian[float64]); ok {
		logStd = g.DLogStd
	}
	return grad, logStd
}

// The written-out gradients are those of the loss: central differences of the float64 network agree
// to 1e-6 for every term, every head and every activation.
func TestEveryLossTermByFiniteDifferences(t *testing.T) {
	for _, act := range []Activation{Tanh, ReLU, Identity} {
		for _, c := range terms() {
			t.Run(fmt.Sprintf("%s/%s/%s", act, c.head, c.name), func(t *testing.T) {
				m, p, x32 := lossNet(act, c.outputs)
				n, x := plainOf[float64](m, p), widen(x32)
				grad, logStd := c.reference(n, x)
				loss, h := c.make64()
				value := func() float64 {
					layers := n.forward(x)
					return loss(layers[len(layers)-1], make([]float64, c.outputs))
				}
				const step = 1e-5
				got := grad.parameters()
				for i, v := range n.parameters() {
					old := *v
					*v = old + step
					up := value()
					*v = old - step
					down := value()
					*v = old
					agree(t, fmt.Sprintf("parameter %d", i), *got[i], (up-down)/(2*step), 1e-6)
				}
				g, ok := h.(*Gaussian[float64])
				if !ok {
					return
				}
				s := append([]float64(nil), g.logStd...)
				for k := range s {
					at := func(x float64) float64 {
						moved := append([]float64(nil), s...)
						moved[k] += x
						g.SetLogStd(moved)
						return value()
					}
					agree(t, fmt.Sprintf("log std %d", k), logStd[k], (at(step)-at(-step))/(2*step), 1e-6)
				}
			})
		}
	}
}

// The float32 kernels compute the gradient of the float64 reference to 1e-3.
func TestEveryLossTermInFloat32(t *testing.T) {
	for _, act := range []Activation{Tanh, ReLU, Identity} {
		for _, c := range terms() {
			t.Run(fmt.Sprintf("%s/%s/%s", act, c.head, c.name), func(t *testing.T) {
				m, p, x := lossNet(act, c.outputs)
				want, wantLogStd := c.reference(plainOf[float64](m, p), widen(x))
				cache, g := m.NewCache(1), make([]float32, m.Len())
				m.Forward(p, x, 1, cache)
				loss, h := c.make32()
				loss(cache.Out[:c.outputs], cache.DOut[:c.outputs])
				m.Backward(p, g, x, 1, cache)
				got := plainOf[float64](m, g).parameters()
				for i, w := range want.parameters() {
					agree(t, fmt.Sprintf("parameter %d", i), *got[i], *w, 1e-3)
				}
				for k, w := range wantLogStd {
					agree(t, fmt.Sprintf("log std %d", k), h.(*Gaussian[float32]).DLogStd[k], w, 1e-3)
				}
			})
		}
	}
}

func agree(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want)+relative*1e-3 {
		t.Errorf("%s: gradient %v, want %v", what, got, want)
	}
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = float64(x[i])
	}
	return y
}

// Values by hand, on both sides of the clips.
func TestLossTermsByHand(t *testing.T) {
	for _, c := range []struct{ ratio, advantage, value, dlogp float64 }{
		{1.1, 2, 2.2, 2.2},
		{1.5, 2, 2.4, 0},   // clipped at 1.2
		{1.5, -2, -3, -3},  // the worse of -3 and -2.4
		{0.5, 2, 1, 1},     // the worse of 1 and 1.6
		{0.5, -2, -1.6, 0}, // clipped at 0.8
		{0.5, 0, 0, 0},
	} {
		if v, d := Surrogate(c.ratio, c.advantage, 0.2); math.Abs(v-c.value) > 1e-15 || math.Abs(d-c.dlogp) > 1e-15 {
			t.Errorf("Surrogate(%v, %v) = %v, %v, want %v, %v", c.ratio, c.advantage, v, d, c.value, c.dlogp)
		}
	}
	for _, c := range []struct{ v, old, target, loss, dv float64 }{
		{1.125, 1, 2, 0.3828125, -0.875},
		{2, 1, 4, 3.78125, 0}, // V moved to 1.25 at most: ½·2.75²
		{2, 1, 0, 2, 2},       // the worse of ½·2² and ½·1.25²
	} {
		if l, d := ClippedValue(c.v, c.old, c.target, 0.25); l != c.loss || d != c.dv {
			t.Errorf("ClippedValue(%v, %v, %v) = %v, %v, want %v, %v", c.v, c.old, c.target, l, d, c.loss, c.dv)
		}
	}
}
