package ppo

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// lossOf is the loss of a minibatch in float64, written from the definition.
func lossOf(l *Learner, sample []int, entropy, term float64) float64 {
	s, b, net := &l.Settings, &l.batch, l.net
	d, k := net.spec.Observation.Len(), net.objectives
	forward := func(m *neural.MLP, p []float32, at int) []float64 {
		x := make([]float64, d)
		for i := range x {
			x[i] = float64(b.obs[at*d+i])
		}
		for i := range m.Layers() {
			w, bias := m.Weights(p, i)
			y := make([]float64, len(bias))
			for r := range y {
				y[r] = float64(bias[r])
				for c := range x {
					y[r] += float64(w[r*len(x)+c]) * x[c]
				}
				if i < m.Layers()-1 {
					y[r] = math.Tanh(y[r])
				}
			}
			x = y
		}
		return x
	}
	total := 0.0
	n := float64(len(sample))
	for _, at := range sample {
		out := forward(net.actor, net.actorPart(l.model.Params), at)
		logp, h := 0.0, 0.0
		if net.discrete {
			choices := net.spec.Action.N
			for c, n := range choices {
				sum := 0.0
				for _, z := range out[:n] {
					sum += math.Exp(z)
				}
				logp += out[int(b.actions[at*len(choices)+c])] - math.Log(sum)
				for _, z := range out[:n] {
					p := math.Exp(z) / sum
					h -= p * math.Log(p)
				}
				out = out[n:]
			}
		} else {
			for j, m := range out {
				ls := float64(net.logStd(l.model.Params)[j])
				z := (float64(b.actions[at*net.actions+j]) - m) / math.Exp(ls)
				logp -= 0.5*z*z + ls + 0.5*math.Log(2*math.Pi)
				h += ls + 0.5*math.Log(2*math.Pi*math.E)
			}
		}
		ratio := math.Exp(logp - b.logp[at])
		a := b.combined[at]
		total -= min(ratio*a, min(max(ratio, 1-s.Clip), 1+s.Clip)*a) / n
		total -= entropy*h/n + term*ratio*ratio/n
		for j, v := range forward(net.critic, net.criticPart(l.model.Params), at) {
			old, target := float64(b.value[at*k+j]), float64(b.ret[at*k+j])
			clipped := old + min(max(v-old, -s.Clip), s.Clip)
			total += s.ValueCoef * 0.5 * max((v-target)*(v-target), (clipped-target)*(clipped-target)) / (n * float64(k))
		}
	}
	return total
}

// TestMinibatchGradientByFiniteDifferences covers the clipped ratio, the clipped value loss,
// the entropy and an added term, for all kinds of action, at parameters that have moved away from the rollout's.
// The loss has kinks where a clip or a maximum changes sides; there the gradient must be one of
// the subgradients, which lie between the one-sided differences.
func TestMinibatchGradientByFiniteDifferences(t *testing.T) {
	for _, kind := range kinds {
		s := small()
		l := New(driftEnv(kind), s, 0.99, 5)
		l.Collect()
		l.Update(Fixed([]float64{1, 0.3}), 5e-2, 0.01) // large steps, so that clipping occurs
		const entropy, weight = 0.05, 0.3
		sample := l.batch.perm[:s.Minibatch]
		square := func(m *Minibatch) { // weight · mean ρ²
			for i, ratio := range m.Ratio {
				m.Slope[i] += weight * 2 * ratio * ratio / float64(len(m.Ratio))
			}
		}
		l.minibatch(sample, square, entropy, new(Stats), new(stopwatch))
		checked := 0
		here := lossOf(l, sample, entropy, weight)
		for i, old := range l.model.Params {
			grad := float64(l.batch.grad[i])
			if old == 0 && grad == 0 {
				continue // padding
			}
			difference := func(h float32) float64 { // divided by the step that float32 really made
				l.model.Params[i] = old + h
				slope := (lossOf(l, sample, entropy, weight) - here) / (float64(l.model.Params[i]) - float64(old))
				l.model.Params[i] = old
				return slope
			}
			const h = 1.0 / 16384
			left, right := difference(-h), difference(h)
			low, high := min(left, right), max(left, right)
			tolerance := 1e-3*max(math.Abs(left), math.Abs(right)) + 1e-5
			if grad < low-tolerance || grad > high+tolerance {
				t.Errorf("%s, parameter %d: %v, finite differences %v and %v", kind, i, grad, left, right)
			}
			checked++
		}
		// Two inputs, two hidden layers of ten; two values; logits, or a mean with its log std.
		want := 2*(2*10+10+10*10+10) + 11*2 + map[string]int{"discrete": 11 * 3, "multi-discrete": 11 * 5, "continuous": 11 + 1}[kind]
		if checked != want {
			t.Errorf("%s: checked %d parameters, the networks have %d", kind, checked, want)
		}
	}
}

// TestScalarisedPPOWithOneObjectiveIsPlainPPO: check 3 of the specification. An update of a learner
// with one objective is that of textbook PPO, written out here for a scalar reward: normalised
// advantage, clipped surrogate, entropy, clipped value loss, one Adam step on their sum.
func TestScalarisedPPOWithOneObjectiveIsPlainPPO(t *testing.T) {
	e := driftEnv("discrete")
	e.Spec.Objectives = e.Spec.Objectives[:1]
	e.New = func() envs.Env { return &positionOnly{drift{kind: "discrete"}} }
	s := small()
	const lr, entropy = 3e-3, 0.02
	l := New(e, s, 0.99, 7)
	l.Collect()
	b, net := &l.batch, l.net
	start, plain := l.model.Clone(), l.model.Clone()
	state, _ := l.pcg.MarshalBinary()
	pcg := new(rand.PCG)
	if err := pcg.UnmarshalBinary(state); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(pcg)
	l.Update(Fixed([]float64{2.5}), lr, entropy) // a weight that normalisation removes

	n := len(b.logp)
	mean, variance := 0.0, 0.0
	for _, a := range b.adv {
		mean += float64(a) / float64(n)
	}
	for _, a := range b.adv {
		variance += (float64(a) - mean) * (float64(a) - mean) / float64(n)
	}
	perm := make([]int, n)
	for i := range perm {
		perm[i] = i
	}
	actor, critic := net.actor.NewCache(s.Minibatch), net.critic.NewCache(s.Minibatch)
	x, grad, size := make([]float32, 2*s.Minibatch), make([]float32, net.size), float64(s.Minibatch)
	for range s.Epochs {
		rng.Shuffle(n, func(i, j int) { perm[i], perm[j] = perm[j], perm[i] })
		for m := 0; m+s.Minibatch <= n; m += s.Minibatch {
			for i, at := range perm[m : m+s.Minibatch] {
				copy(x[2*i:], b.obs[2*at:2*at+2])
			}
			net.actor.Forward(net.actorPart(plain.Params), x, s.Minibatch, actor)
			net.critic.Forward(net.criticPart(plain.Params), x, s.Minibatch, critic)
			for i, at := range perm[m : m+s.Minibatch] {
				z := actor.Out[i*net.actor.OutWidth():][:3]
				sum, h := 0.0, 0.0
				for _, v := range z {
					sum += math.Exp(float64(v))
				}
				logp := func(k int) float64 { return float64(z[k]) - math.Log(sum) }
				for k := range z {
					h -= math.Exp(logp(k)) * logp(k)
				}
				action := int(b.actions[at])
				ratio, a := math.Exp(logp(action)-b.logp[at]), (float64(b.adv[at])-mean)/math.Sqrt(variance)
				slope := 0.0 // of the surrogate by log π(a)
				if a >= 0 && ratio <= 1+s.Clip || a < 0 && ratio >= 1-s.Clip {
					slope = ratio * a
				}
				for k := range z {
					p, hit := math.Exp(logp(k)), 0.0
					if k == action {
						hit = 1
					}
					actor.DOut[i*net.actor.OutWidth()+k] = float32((-slope*(hit-p) + entropy*p*(logp(k)+h)) / size)
				}
				v, old, target := float64(critic.Out[i*net.critic.OutWidth()]), float64(b.value[at]), float64(b.ret[at])
				clipped, d := old+min(max(v-old, -s.Clip), s.Clip), 0.0
				if math.Abs(v-target) >= math.Abs(clipped-target) || math.Abs(v-old) <= s.Clip {
					d = v - target
				}
				critic.DOut[i*net.critic.OutWidth()] = float32(s.ValueCoef * d / size)
			}
			net.actor.Backward(net.actorPart(plain.Params), net.actorPart(grad), x, s.Minibatch, actor)
			net.critic.Backward(net.criticPart(plain.Params), net.criticPart(grad), x, s.Minibatch, critic)
			plain.Adam.Step(plain.Params, grad, lr, s.MaxGradNorm)
		}
	}
	moved := 0.0
	for i, want := range plain.Params {
		if got := l.model.Params[i]; math.Abs(float64(got-want)) > 2e-5 {
			t.Fatalf("parameter %d is %v, of plain PPO %v", i, got, want)
		}
		moved = max(moved, math.Abs(float64(want-start.Params[i])))
	}
	if moved < lr {
		t.Errorf("the update moved no parameter by more than %v", moved)
	}
}

// positionOnly is drift with its first objective alone.
type positionOnly struct{ drift }

func (p *positionOnly) Step(rng *envs.RNG, a envs.Action, r []float64) bool {
	var both [2]float64
	over := p.drift.Step(rng, a, both[:])
	r[0] = both[0]
	return over
}

// TestZeroWeightLeavesThePolicyAlone: an objective of weight 0 does not touch the policy, whatever
// its advantages.
func TestZeroWeightLeavesThePolicyAlone(t *testing.T) {
	a, b := New(driftEnv("discrete"), small(), 0.99, 7), New(driftEnv("discrete"), small(), 0.99, 7)
	a.Collect()
	b.Collect()
	for i := range b.batch.adv {
		if i%2 == 1 {
			b.batch.adv[i] = 42
		}
	}
	// The critic learns both objectives in both; clipping by the common gradient norm would couple
	// it with the actor.
	a.Settings.MaxGradNorm, b.Settings.MaxGradNorm = 0, 0
	a.Update(Fixed([]float64{1, 0}), 1e-3, 0)
	b.Update(Fixed([]float64{1, 0}), 1e-3, 0)
	pa, pb := a.net.actorPart(a.model.Params), b.net.actorPart(b.model.Params)
	for i := range pa {
		if pa[i] != pb[i] {
			t.Fatalf("parameter %d differs: %v and %v", i, pa[i], pb[i])
		}
	}
}

// TestDriftIsZeroWhileThePolicyStands: check 4 of the specification. As long as ρ = 1, which a
// learning rate of 0 keeps, the weighing sees a drift of exactly 0 whatever the samples and the
// size of a minibatch, and it is asked once per epoch, not per minibatch.
func TestDriftIsZeroWhileThePolicyStands(t *testing.T) {
	for _, kind := range kinds {
		for _, minibatch := range []int{1, 8, 16, 64} {
			s := small()
			s.Minibatch = minibatch
			l := New(driftEnv(kind), s, 0.99, 5)
			l.Collect()
			calls := 0
			l.Update(func(epoch int, drift, w []float64) {
				if epoch != calls {
					t.Errorf("call %d is for epoch %d", calls, epoch)
				}
				calls++
				for j, d := range drift {
					if d != 0 {
						t.Errorf("%s, minibatches of %d: drift of objective %d is %v in epoch %d", kind, minibatch, j, d, epoch)
					}
					w[j] = 1
				}
			}, 0, 0)
			if calls != s.Epochs {
				t.Errorf("weighed %d times in %d epochs", calls, s.Epochs)
			}
		}
	}
}

// TestLearnsToDriftRight: with weight on the position the return must rise.
func TestLearnsToDriftRight(t *testing.T) {
	for _, kind := range kinds {
		s := small()
		s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.LearningRate = 8, 64, 64, 5, 3e-3
		l := New(driftEnv(kind), s, 1, 11)
		mean := func() float64 { return l.Episodes.Return[0] / float64(l.Episodes.N) }
		l.Collect()
		before := mean()
		for range 25 {
			l.Update(Fixed([]float64{1, 0}), s.LearningRate, 0)
			l.Collect()
		}
		if after := mean(); after < before+2 {
			t.Errorf("%s: return %v before and %v after training", kind, before, after)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, minibatch := range []int{64, 128, 512} {
		b.Run("minibatch="+strconv.Itoa(minibatch), func(b *testing.B) {
			s := Defaults()
			s.Minibatch = minibatch
			l := New(driftEnv("continuous"), s, 0.99, 1)
			l.Collect()
			b.ReportAllocs()
			for b.Loop() {
				l.Update(Fixed([]float64{1, 1}), 3e-4, 0)
			}
			b.ReportMetric(float64(b.N*s.StepsPerUpdate())/b.Elapsed().Seconds(), "steps/s")
		})
	}
}
