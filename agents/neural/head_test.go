package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Expected values by hand: probabilities 1/2, 1/3, 1/6 have logits ln 3, ln 2, 0 up to a constant.
func TestCategoricalByHand(t *testing.T) {
	z := []float64{math.Log(3) + 5, math.Log(2) + 5, 5}
	h := NewCategorical[float64](3)
	h.Set(z)
	for a, p := range []float64{1. / 2, 1. / 3, 1. / 6} {
		if got := h.LogProb([]float64{float64(a)}); math.Abs(got-math.Log(p)) > 1e-14 {
			t.Errorf("action %d: log-probability %v, want %v", a, got, math.Log(p))
		}
	}
	if want := math.Log(2)/2 + math.Log(3)/3 + math.Log(6)/6; math.Abs(h.Entropy()-want) > 1e-14 {
		t.Errorf("entropy %v, want %v", h.Entropy(), want)
	}
}

// A multi-discrete action is several independent ones: log-probabilities and entropies add up, and
// each component has its own mode and its own gradient.
func TestMultiDiscreteIsAProductOfCategoricals(t *testing.T) {
	z := []float64{0.3, -1.2, 2, 0.1, 0.1, -4, 1}
	sizes := []int{3, 2, 2}
	whole := NewCategorical[float64](sizes...)
	if whole.Outputs() != 7 || whole.Actions() != 3 {
		t.Fatalf("%d outputs, %d components", whole.Outputs(), whole.Actions())
	}
	whole.Set(z)
	action, mode := []float64{1, 0, 1}, make([]float64, 3)
	whole.Mode(mode)
	grad := make([]float64, 7)
	whole.AddGradient(grad, action, 0.7, -0.4)
	logp, entropy, from := 0.0, 0.0, 0
	for i, n := range sizes {
		part := NewCategorical[float64](n)
		part.Set(z[from : from+n])
		logp += part.LogProb(action[i : i+1])
		entropy += part.Entropy()
		one, d := make([]float64, 1), make([]float64, n)
		part.Mode(one)
		if one[0] != mode[i] {
			t.Errorf("component %d: mode %v, alone %v", i, mode[i], one[0])
		}
		part.AddGradient(d, action[i:i+1], 0.7, -0.4)
		for k := range d {
			if d[k] != grad[from+k] {
				t.Errorf("logit %d: gradient %v, alone %v", from+k, grad[from+k], d[k])
			}
		}
		from += n
	}
	if math.Abs(whole.LogProb(action)-logp) > 1e-14 || math.Abs(whole.Entropy()-entropy) > 1e-14 {
		t.Errorf("log-probability %v and entropy %v, want the sums %v and %v", whole.LogProb(action), whole.Entropy(), logp, entropy)
	}
	if mode[0] != 2 || mode[1] != 0 || mode[2] != 1 { // ties to the lowest index
		t.Errorf("mode %v", mode)
	}
}

// The density of a normal distribution with mean 1 and standard deviation 2 at 2 is e^(-1/8)/(2√(2π));
// its entropy is ½ ln(2πe·4).
func TestGaussianByHand(t *testing.T) {
	g := NewGaussian[float64](1)
	g.SetLogStd([]float64{math.Log(2)})
	g.Set([]float64{1})
	if got, want := g.LogProb([]float64{2}), -1./8-math.Log(2*math.Sqrt(2*math.Pi)); math.Abs(got-want) > 1e-14 {
		t.Errorf("log-density %v, want %v", got, want)
	}
	if want := 0.5 * math.Log(2*math.Pi*math.E*4); math.Abs(g.Entropy()-want) > 1e-14 {
		t.Errorf("entropy %v, want %v", g.Entropy(), want)
	}
	mode := make([]float64, 1)
	if g.Mode(mode); mode[0] != 1 {
		t.Errorf("mode %v, want 1", mode[0])
	}
}

// Counts of a multinomial lie within five standard deviations.
func TestSamplesFollowTheProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	p := []float64{0.1, 0, 0.6, 0.3, 0.25, 0.75}
	z := make([]float32, len(p))
	for k := range p {
		z[k] = float32(math.Log(p[k])) // -∞ forbids a choice
	}
	h := NewCategorical[float32](4, 2)
	h.Set(z)
	if e := h.Entropy(); math.IsNaN(e) {
		t.Errorf("entropy with a forbidden choice is %v", e)
	}
	const n = 100_000
	count, a := make([]float64, 6), make([]float32, 2)
	for range n {
		h.Sample(a, rng)
		count[int(a[0])]++
		count[4+int(a[1])]++
	}
	for k, q := range p {
		if math.Abs(count[k]-n*q) > 5*math.Sqrt(n*q*(1-q)) {
			t.Errorf("choice %d drawn %v times of %d with probability %v", k, count[k], n, q)
		}
	}
}

func TestGaussianSamplesHaveMeanAndDeviation(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	g := NewGaussian[float32](2)
	g.SetLogStd([]float32{float32(math.Log(0.5)), float32(math.Log(3))})
	g.Set([]float32{1, -2})
	const n = 100_000
	var sum, squares [2]float64
	a := make([]float32, 2)
	for range n {
		g.Sample(a, rng)
		for k, x := range a {
			sum[k] += float64(x)
			squares[k] += float64(x) * float64(x)
		}
	}
	for k, want := range []struct{ mean, std float64 }{{1, 0.5}, {-2, 3}} {
		mean := sum[k] / n
		std := math.Sqrt(squares[k]/n - mean*mean)
		if math.Abs(mean-want.mean) > 5*want.std/math.Sqrt(n) || math.Abs(std-want.std) > 5*want.std/math.Sqrt(2*n) {
			t.Errorf("component %d: mean %v, deviation %v, want %v", k, mean, std, want)
		}
	}
}

func TestExtremeLogitsStayFinite(t *testing.T) {
	h := NewCategorical[float32](3)
	h.Set([]float32{1e30, -1e30, float32(math.Inf(-1))})
	d := make([]float32, 3)
	h.AddGradient(d, []float32{1}, 1, 1)
	if p := h.LogProb([]float32{0}); p != 0 {
		t.Errorf("log-probability of the only choice %v", p)
	}
	if h.Entropy() != 0 || d[0] != -1 || d[1] != 1 || d[2] != 0 {
		t.Errorf("entropy %v, gradient %v", h.Entropy(), d)
	}
}
