package ppo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
)

// regionOf returns a learner with a rollout and its trust region, and a generator of changes that leave
// padding alone: gradients of random advantages.
func regionOf(kind string, damping float64) (*Learner, *TrustRegion, func() []float32) {
	l := New(driftEnv(kind), small(), 0.99, 5)
	l.Collect()
	l.Update(Fixed([]float64{1, 0.3}), 1e-2, 0.01)
	l.Collect()
	t := NewTrustRegion(l, damping)
	t.Begin()
	rng := rand.New(rand.NewPCG(1, 9))
	mask := make([]float32, t.Len())
	t.Gradient(mask, []float64{1, 1}, 0.1)
	return l, t, func() []float32 {
		v := make([]float32, t.Len())
		for i := range v {
			if mask[i] != 0 {
				v[i] = float32(rng.NormFloat64())
			}
		}
		return v
	}
}

// TestFisherIsTheHessianOfTheDivergence: v'Fv is the second derivative of KL along v.
func TestFisherIsTheHessianOfTheDivergence(t *testing.T) {
	for _, kind := range kinds {
		_, region, change := regionOf(kind, 0)
		gain := make([]float64, 2)
		for range 5 {
			v, fv := change(), make([]float32, region.Len())
			region.fisher(fv, v)
			got := kern.Dot(v, fv)
			h := 0.003 / math.Sqrt(got)
			forth, _ := region.Try(v, h, gain)
			back, _ := region.Try(v, -h, gain)
			want := (forth + back) / (h * h)
			if math.Abs(got-want) > 0.01*want {
				t.Errorf("%s: v'Fv is %v, the second difference of the divergence %v", kind, got, want)
			}
			region.Try(v, 0, gain)
		}
	}
}

// TestSurrogateGradientByFiniteDifferences: g·v is the derivative of the gain along v, and without advantage
// that of the entropy.
func TestSurrogateGradientByFiniteDifferences(t *testing.T) {
	for _, kind := range kinds {
		_, region, change := regionOf(kind, 0)
		g, gain, back := make([]float32, region.Len()), make([]float64, 2), make([]float64, 2)
		for j := range 2 {
			w := make([]float64, 2)
			w[j] = 1
			region.Gradient(g, w, 0.7)
			for range 5 {
				v := change()
				h := 2e-3 / math.Sqrt(kern.SumSq(v))
				_, entropy := region.Try(v, h, gain)
				_, before := region.Try(v, -h, back)
				want := (gain[j] - back[j] + 0.7*(entropy-before)) / (2 * h)
				if got := kern.Dot(g, v); math.Abs(got-want) > 0.02*math.Abs(want)+2e-3*math.Sqrt(kern.SumSq(g)*kern.SumSq(v)) {
					t.Errorf("%s, objective %d: derivative %v, finite difference %v", kind, j, got, want)
				}
				region.Try(v, 0, gain)
			}
		}
	}
}

// TestSolve: conjugate gradients bring (F + damping·I) x near g, F is symmetric and the damping is its least
// eigenvalue.
func TestSolve(t *testing.T) {
	for _, kind := range kinds {
		_, region, change := regionOf(kind, 0.1)
		u, v := change(), change()
		fu, fv := make([]float32, region.Len()), make([]float32, region.Len())
		region.fisher(fu, u)
		region.fisher(fv, v)
		if a, b := kern.Dot(u, fv), kern.Dot(v, fu); math.Abs(a-b) > 1e-4*math.Sqrt(kern.Dot(u, fu)*kern.Dot(v, fv)) {
			t.Errorf("%s: u'Fv is %v, v'Fu %v", kind, a, b)
		}
		if a, least := kern.Dot(u, fu), 0.1*kern.SumSq(u); a < least {
			t.Errorf("%s: u'Fu is %v, less than %v by the damping alone", kind, a, least)
		}
		g, x := make([]float32, region.Len()), make([]float32, region.Len())
		region.Gradient(g, []float64{1, 0.5}, 0)
		region.Solve(x, g)
		region.fisher(fv, x)
		kern.Axpy(-1, g, fv)
		if rest := math.Sqrt(kern.SumSq(fv) / kern.SumSq(g)); rest > 0.05 {
			t.Errorf("%s: %v of the right-hand side is left", kind, rest)
		}
	}
}

// TestTryComesBack: a step of size 0 is the policy of the beginning, with no divergence and no gain.
func TestTryComesBack(t *testing.T) {
	l, region, change := regionOf("continuous", 0.1)
	before := append([]float32(nil), l.model.Params...)
	gain := make([]float64, 2)
	if kl, _ := region.Try(change(), 0.01, gain); kl <= 0 {
		t.Errorf("divergence %v of a step", kl)
	}
	if kl, _ := region.Try(change(), 0, gain); math.Abs(kl) > 1e-12 || math.Abs(gain[0])+math.Abs(gain[1]) > 1e-4 {
		t.Errorf("divergence %v and gains %v of no step", kl, gain)
	}
	for i, p := range l.model.Params {
		if p != before[i] {
			t.Fatalf("parameter %d is %v after coming back to %v", i, p, before[i])
		}
	}
}

// TestCriticAlone: FitCritic lowers the value loss and leaves the actor alone.
func TestCriticAlone(t *testing.T) {
	for _, kind := range kinds {
		l, _, _ := regionOf(kind, 0.1)
		actor := append([]float32(nil), l.net.actorPart(l.model.Params)...)
		logStd := append([]float32(nil), l.net.logStd(l.model.Params)...)
		loss := func() (sum float64) {
			l.values()
			for x, v := range l.batch.value[:len(l.batch.ret)] {
				e := float64(v - l.batch.ret[x])
				sum += e * e
			}
			return sum
		}
		before := loss()
		steps := l.model.Adam.T
		for range 10 {
			l.FitCritic(1e-3)
		}
		if after := loss(); after >= before || l.model.Adam.T == steps {
			t.Errorf("%s: value loss from %v to %v", kind, before, after)
		}
		for i, p := range l.net.actorPart(l.model.Params) {
			if p != actor[i] {
				t.Fatalf("%s: the actor moved", kind)
			}
		}
		for i, p := range l.net.logStd(l.model.Params) {
			if p != logStd[i] {
				t.Fatalf("%s: the standard deviations moved", kind)
			}
		}
	}
}

func TestTrustRegionAllocatesNothing(t *testing.T) {
	for _, kind := range kinds {
		l, region, change := regionOf(kind, 0.1)
		x, g, gain, w := change(), make([]float32, region.Len()), make([]float64, 2), []float64{1, 0}
		if n := testing.AllocsPerRun(3, func() {
			region.Begin()
			region.Gradient(g, w, 0.1)
			region.Solve(x, g)
			region.Try(x, 0.01, gain)
			l.FitCritic(1e-3)
		}); n > 0 {
			t.Errorf("%s: %v allocations", kind, n)
		}
	}
}
