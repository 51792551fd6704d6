package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCategoricalGradientByFiniteDifferences(t *testing.T) {
	z := []float32{0.3, -1.2, 2, 0.1}
	p := make([]float64, 4)
	const dlogp, dent = 0.7, -0.4
	for a := range z {
		value := func() float64 {
			lse := Softmax(z, p)
			return dlogp*(float64(z[a])-lse) + dent*Entropy(z, p, lse)
		}
		lse := Softmax(z, p)
		dz := make([]float32, 4)
		CategoricalGrad(dz, z, p, lse, Entropy(z, p, lse), a, dlogp, dent)
		for k := range z {
			old := z[k]
			const h = 1.0 / 1024
			z[k] = old + h
			up := value()
			z[k] = old - h
			down := value()
			z[k] = old
			if want := (up - down) / (2 * h); math.Abs(float64(dz[k])-want) > 1e-5 {
				t.Errorf("action %d logit %d: %v, finite difference %v", a, k, dz[k], want)
			}
		}
	}
}

func TestGaussianGradientByFiniteDifferences(t *testing.T) {
	a, mean, logStd := []float32{0.5, -1}, []float32{0.25, 0.5}, []float32{-0.5, 0.25}
	const dlogp, dent = 0.7, -0.4
	value := func() float64 { return dlogp*GaussianLogProb(a, mean, logStd) + dent*GaussianEntropy(logStd) }
	dm, ds := make([]float32, 2), make([]float64, 2)
	GaussianGrad(dm, ds, a, mean, logStd, dlogp, dent)
	for k := range a {
		for name, c := range map[string]struct {
			v   *float32
			got float64
		}{"mean": {&mean[k], float64(dm[k])}, "log std": {&logStd[k], ds[k]}} {
			old := *c.v
			const h = 1.0 / 1024
			*c.v = old + h
			up := value()
			*c.v = old - h
			down := value()
			*c.v = old
			if want := (up - down) / (2 * h); math.Abs(c.got-want) > 1e-4 {
				t.Errorf("%s %d: %v, finite difference %v", name, k, c.got, want)
			}
		}
	}
}

func TestSamplingFollowsTheProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	p := []float64{0.1, 0, 0.6, 0.3}
	const n = 100_000
	count := make([]float64, 4)
	for range n {
		count[SampleCategorical(p, rng)]++
	}
	for k, q := range p {
		if math.Abs(count[k]-n*q) > 5*math.Sqrt(n*q*(1-q)) {
			t.Errorf("index %d drawn %v times of %d with probability %v", k, count[k], n, q)
		}
	}
}

func TestExtremeLogitsStayFinite(t *testing.T) {
	z := []float32{1e30, -1e30, 0}
	p := make([]float64, 3)
	lse := Softmax(z, p)
	if p[0] != 1 || p[1] != 0 || math.IsNaN(lse) {
		t.Errorf("probabilities %v, normaliser %v", p, lse)
	}
}

// TestRunningEqualsTheBatchStatistics: after any number of batches, mean and variance are those of
// all samples together with the prior's tiny weight.
func TestRunningEqualsTheBatchStatistics(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	r := NewRunning(2)
	var all [][2]float64
	for batch := range 20 {
		x := make([]float32, 2*(1+batch%3))
		for i := range x {
			x[i] = float32(5 + 3*rng.NormFloat64())
		}
		for i := 0; i < len(x); i += 2 {
			all = append(all, [2]float64{float64(x[i]), float64(x[i+1])})
		}
		Add(r, x)
	}
	for j := range 2 {
		mean, variance := 0.0, 0.0
		for _, s := range all {
			mean += s[j] / float64(len(all))
		}
		for _, s := range all {
			variance += (s[j] - mean) * (s[j] - mean) / float64(len(all))
		}
		if math.Abs(r.Mean[j]-mean) > 1e-3 || math.Abs(r.Var[j]-variance) > 1e-2 {
			t.Errorf("component %d: mean %v variance %v, want %v %v", j, r.Mean[j], r.Var[j], mean, variance)
		}
	}
	y := []float32{1e9, -1e9}
	r.Normalize(y, y)
	if y[0] != 10 || y[1] != -10 {
		t.Errorf("normalised extremes are %v, want ±10", y)
	}
}

func TestSafetensorsRoundTripAndCorruption(t *testing.T) {
	in := []Tensor{{"a.weight", []int{2, 3}, []float32{1, 2, 3, 4, 5, 6}}, {"b", []int{1}, []float32{-0.5}}}
	b, err := EncodeSafetensors(in, map[string]string{"kind": "mlp"})
	if err != nil {
		t.Fatal(err)
	}
	out, meta, err := DecodeSafetensors(b)
	if err != nil || meta["kind"] != "mlp" || len(out) != 2 || out[0].Name != "a.weight" || out[0].Data[5] != 6 || out[1].Data[0] != -0.5 {
		t.Fatalf("read back %v %v %v", out, meta, err)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 500 { // detected or harmless, never a crash
		c := append([]byte(nil), b...)
		c[rng.IntN(len(c))] ^= byte(1 + rng.IntN(255))
		DecodeSafetensors(c[:rng.IntN(len(c)+1)])
	}
	if _, err := EncodeSafetensors([]Tensor{{"x", []int{3}, []float32{1}}}, nil); err == nil {
		t.Error("a tensor of the wrong size was written")
	}
}
