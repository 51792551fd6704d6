package ppo

import (
	"bytes"
	"encoding/gob"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// drift is a noisy line walk in two objectives: reward (position, -|action|). It terminates beyond
// ±2 and is cut off after 7 steps, so that both kinds of end occur.
type drift struct {
	X        float64
	discrete bool
}

func (d *drift) Reset(rng *envs.RNG) { d.X = rng.Uniform(-0.5, 0.5) }
func (d *drift) Step(rng *envs.RNG, a envs.Action, r []float64) bool {
	u := 0.0
	if d.discrete {
		u = float64(a.Index() - 1)
	} else {
		u = a.Box[0]
	}
	d.X += 0.7*u + rng.Uniform(-0.2, 0.2)
	r[0], r[1] = d.X, -math.Abs(u)
	return math.Abs(d.X) > 2
}
func (d *drift) Observe(obs []float64) { obs[0], obs[1] = d.X, d.X*d.X }
func (d *drift) State() any            { return &d.X }

func driftEnv(discrete bool) *envs.Environment {
	inf := math.Inf(1)
	e := &envs.Environment{
		Spec: envs.Spec{
			ID: "drift", Horizon: 7,
			Observation: envs.Box("float64", []float64{-inf, -inf}, []float64{inf, inf}),
			Action:      envs.Box("float32", []float64{-1}, []float64{1}),
			Objectives:  []envs.Objective{{Name: "position"}, {Name: "effort"}},
		},
		New: func() envs.Env { return &drift{discrete: discrete} },
	}
	if discrete {
		e.Spec.Action = envs.Discrete(3)
	}
	return e
}

func small() Settings {
	s := Defaults()
	s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.Hidden = 4, 16, 16, 3, []int{10, 10}
	return s
}

// TestVectorGAEIsOneScalarGAEPerObjective: check 3 of the specification, bit for bit.
func TestVectorGAEIsOneScalarGAEPerObjective(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const copies, steps, k = 3, 20, 4
	n := copies * steps
	rewards, value := make([]float64, n*k), make([]float32, (n+copies)*k)
	final, done, cut := make([]float32, n*k), make([]bool, n), make([]bool, n)
	for i := range rewards {
		rewards[i], final[i] = rng.NormFloat64(), float32(rng.NormFloat64())
	}
	for i := range value {
		value[i] = float32(rng.NormFloat64())
	}
	for i := range done {
		done[i] = rng.IntN(5) == 0
		cut[i] = done[i] && rng.IntN(2) == 0
	}
	adv, ret := make([]float32, n*k), make([]float32, n*k)
	GAE(adv, ret, rewards, value, final, done, cut, copies, k, 0.99, 0.95)
	for j := range k {
		r1, v1, f1 := make([]float64, n), make([]float32, n+copies), make([]float32, n)
		for i := range n {
			r1[i], f1[i] = rewards[i*k+j], final[i*k+j]
		}
		for i := range v1 {
			v1[i] = value[i*k+j]
		}
		a1, t1 := make([]float32, n), make([]float32, n)
		GAE(a1, t1, r1, v1, f1, done, cut, copies, 1, 0.99, 0.95)
		for i := range n {
			if a1[i] != adv[i*k+j] || t1[i] != ret[i*k+j] {
				t.Fatalf("objective %d sample %d: %v %v, alone %v %v", j, i, adv[i*k+j], ret[i*k+j], a1[i], t1[i])
			}
		}
	}
}

// TestGAEByHand checks the three kinds of sample against the definition, on one copy.
func TestGAEByHand(t *testing.T) {
	rewards := []float64{1, 2, 3, 4}
	value := []float32{10, 20, 30, 40, 50}
	final := []float32{0, 7, 0, 0}
	done, cut := []bool{false, true, true, false}, []bool{false, true, false, false}
	adv, ret := make([]float32, 4), make([]float32, 4)
	GAE(adv, ret, rewards, value, final, done, cut, 1, 1, 0.5, 0.5)
	// 3: 4 + 0.5·50 - 40 = -11 · 2: terminated, 3 - 30 = -27 · 1: time limit, 2 + 0.5·7 - 20 = -14.5
	// 0: 1 + 0.5·20 - 10 + 0.25·(-14.5) = -2.625
	for i, want := range []float32{-2.625, -14.5, -27, -11} {
		if adv[i] != want || ret[i] != want+value[i] {
			t.Errorf("sample %d: advantage %v target %v, want %v %v", i, adv[i], ret[i], want, want+value[i])
		}
	}
}

// lossOf is the loss of a minibatch in float64, written from the definition.
func lossOf(l *Learner, sample []int, entropy float64) float64 {
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
			sum := 0.0
			for _, z := range out {
				sum += math.Exp(z)
			}
			logp = out[int(b.actions[at])] - math.Log(sum)
			for _, z := range out {
				p := math.Exp(z) / sum
				h -= p * math.Log(p)
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
		total -= entropy * h / n
		for j, v := range forward(net.critic, net.criticPart(l.model.Params), at) {
			old, target := float64(b.value[at*k+j]), float64(b.ret[at*k+j])
			clipped := old + min(max(v-old, -s.Clip), s.Clip)
			total += s.ValueCoef * 0.5 * max((v-target)*(v-target), (clipped-target)*(clipped-target)) / (n * float64(k))
		}
	}
	return total
}

// TestMinibatchGradientByFiniteDifferences covers the clipped ratio, the clipped value loss and
// the entropy, for both kinds of action, at parameters that have moved away from the rollout's.
// The loss has kinks where a clip or a maximum changes sides; there the gradient must be one of
// the subgradients, which lie between the one-sided differences.
func TestMinibatchGradientByFiniteDifferences(t *testing.T) {
	for _, discrete := range []bool{true, false} {
		s := small()
		l := New(driftEnv(discrete), s, 0.99, 5)
		l.Collect()
		l.Update(Fixed([]float64{1, 0.3}), 5e-2, 0.01) // large steps, so that clipping occurs
		const entropy = 0.05
		sample := l.batch.perm[:s.Minibatch]
		l.minibatch(sample, entropy, new(Stats))
		checked := 0
		here := lossOf(l, sample, entropy)
		for i, old := range l.model.Params {
			grad := float64(l.batch.grad[i])
			if old == 0 && grad == 0 {
				continue // padding
			}
			difference := func(h float32) float64 { // divided by the step that float32 really made
				l.model.Params[i] = old + h
				slope := (lossOf(l, sample, entropy) - here) / (float64(l.model.Params[i]) - float64(old))
				l.model.Params[i] = old
				return slope
			}
			const h = 1.0 / 16384
			left, right := difference(-h), difference(h)
			low, high := min(left, right), max(left, right)
			tolerance := 1e-3*max(math.Abs(left), math.Abs(right)) + 1e-5
			if grad < low-tolerance || grad > high+tolerance {
				t.Errorf("discrete %v parameter %d: %v, finite differences %v and %v", discrete, i, grad, left, right)
			}
			checked++
		}
		// Two inputs, two hidden layers of ten; three logits or a mean with its log std; two values.
		want := 2*(2*10+10+10*10+10) + 11*2 + 11*3
		if !discrete {
			want = 2*(2*10+10+10*10+10) + 11*2 + 11 + 1
		}
		if checked != want {
			t.Errorf("discrete %v: checked %d parameters, the networks have %d", discrete, checked, want)
		}
	}
}

// TestScalarisedPPOWithOneObjectiveIsPlainPPO: check 3 of the specification. An update of a learner
// with one objective is that of textbook PPO, written out here for a scalar reward: normalised
// advantage, clipped surrogate, entropy, clipped value loss, one Adam step on their sum.
func TestScalarisedPPOWithOneObjectiveIsPlainPPO(t *testing.T) {
	e := driftEnv(true)
	e.Spec.Objectives = e.Spec.Objectives[:1]
	e.New = func() envs.Env { return &positionOnly{drift{discrete: true}} }
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
	a, b := New(driftEnv(true), small(), 0.99, 7), New(driftEnv(true), small(), 0.99, 7)
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
	for _, discrete := range []bool{true, false} {
		for _, minibatch := range []int{1, 8, 16, 64} {
			s := small()
			s.Minibatch = minibatch
			l := New(driftEnv(discrete), s, 0.99, 5)
			l.Collect()
			calls := 0
			l.Update(func(epoch int, drift, w []float64) {
				if epoch != calls {
					t.Errorf("call %d is for epoch %d", calls, epoch)
				}
				calls++
				for j, d := range drift {
					if d != 0 {
						t.Errorf("discrete %v, minibatches of %d: drift of objective %d is %v in epoch %d", discrete, minibatch, j, d, epoch)
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

// TestAssemblyPathsTrainAlike: whole updates give the same bits on AVX2 and AVX-512.
func TestAssemblyPathsTrainAlike(t *testing.T) {
	defer func(path string) {
		if err := kern.Select(path); err != nil {
			t.Fatal(err)
		}
	}(kern.Path())
	for _, discrete := range []bool{true, false} {
		var results [][]byte
		for _, path := range []string{"avx2", "avx512"} {
			if err := kern.Select(path); err != nil {
				t.Skip(err)
			}
			s := Defaults()
			s.Rollout = 32
			l := New(driftEnv(discrete), s, 0.99, 3)
			for range 3 {
				l.Collect()
				l.Update(Fixed([]float64{0.5, 0.5}), 1e-3, 0.01)
			}
			results = append(results, encode(t, l.Snapshot()))
		}
		if !bytes.Equal(results[0], results[1]) {
			t.Errorf("discrete %v: AVX2 and AVX-512 train differently", discrete)
		}
	}
}

// encode returns all that a snapshot holds, to compare byte for byte.
func encode(t *testing.T, s *Snapshot) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSnapshotGoesOnIdentically(t *testing.T) {
	for _, discrete := range []bool{true, false} {
		l := New(driftEnv(discrete), small(), 0.99, 3)
		train := func(l *Learner, n int) []byte {
			for range n {
				l.Collect()
				l.Update(Fixed([]float64{0.5, 0.5}), 1e-3, 0.01)
			}
			return encode(t, l.Snapshot())
		}
		train(l, 3)
		s := l.Snapshot()
		want := train(l, 3)
		other := New(driftEnv(discrete), small(), 0.99, 99)
		if err := other.Restore(s); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(train(other, 3), want) {
			t.Errorf("discrete %v: a restored learner goes on differently", discrete)
		}
	}
}

func TestRolloutAndUpdateAllocateNothing(t *testing.T) {
	for _, discrete := range []bool{true, false} {
		l := New(driftEnv(discrete), small(), 0.99, 3)
		weigh := Fixed([]float64{0.5, 0.5})
		if n := testing.AllocsPerRun(5, l.Collect); n != 0 {
			t.Errorf("discrete %v: %v allocations per rollout", discrete, n)
		}
		if n := testing.AllocsPerRun(5, func() { l.Update(weigh, 1e-3, 0.01) }); n != 0 {
			t.Errorf("discrete %v: %v allocations per update", discrete, n)
		}
		actor := l.Policy().NewActor(4)
		act := envs.Actions[float32]{Discrete: make([]int32, 4), Box: make([]float32, 4)}
		obs := make([]float32, 8)
		if n := testing.AllocsPerRun(5, func() { actor.Act(obs, act) }); n != 0 {
			t.Errorf("discrete %v: %v allocations per evaluation step", discrete, n)
		}
	}
}

// TestLearnsToDriftRight: with weight on the position the return must rise.
func TestLearnsToDriftRight(t *testing.T) {
	for _, discrete := range []bool{true, false} {
		s := small()
		s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.LearningRate = 8, 64, 64, 5, 3e-3
		l := New(driftEnv(discrete), s, 1, 11)
		mean := func() float64 { return l.Episodes.Return[0] / float64(l.Episodes.N) }
		l.Collect()
		before := mean()
		for range 25 {
			l.Update(Fixed([]float64{1, 0}), s.LearningRate, 0)
			l.Collect()
		}
		if after := mean(); after < before+2 {
			t.Errorf("discrete %v: return %v before and %v after training", discrete, before, after)
		}
	}
}

func TestPolicyFileRoundTrip(t *testing.T) {
	for _, discrete := range []bool{true, false} {
		e := driftEnv(discrete)
		l := New(e, small(), 0.99, 3)
		l.Collect()
		l.Update(Fixed([]float64{1, 1}), 1e-2, 0)
		p := l.Policy()
		b, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		q, err := DecodePolicy(b, &e.Spec)
		if err != nil {
			t.Fatal(err)
		}
		x, y := p.NewActor(3), q.NewActor(3)
		one, two := envs.Actions[float32]{Discrete: make([]int32, 3), Box: make([]float32, 3)}, envs.Actions[float32]{Discrete: make([]int32, 3), Box: make([]float32, 3)}
		rng := rand.New(rand.NewPCG(1, 1))
		obs := make([]float32, 6)
		for range 50 {
			for i := range obs {
				obs[i] = float32(rng.NormFloat64())
			}
			x.Act(obs, one)
			y.Act(obs, two)
			for i := range 3 {
				if one.Discrete[i] != two.Discrete[i] || math.Abs(float64(one.Box[i]-two.Box[i])) > 1e-5 {
					t.Fatalf("decoded policy acts %v %v, original %v %v", two.Discrete, two.Box, one.Discrete, one.Box)
				}
			}
		}
		other := driftEnv(discrete)
		other.Spec.Observation = envs.Box("float64", []float64{0}, []float64{1})
		if _, err := DecodePolicy(b, &other.Spec); err == nil {
			t.Error("a policy for two observations was accepted for one")
		}
		for i := range 200 {
			c := append([]byte(nil), b...)
			c[rng.IntN(len(c))] ^= byte(1 + i)
			DecodePolicy(c, &e.Spec) // no panic
		}
	}
}

// TestPolicyFileCannotClaimMemory: layers are as wide as their biases say only if the weights are
// there, here 2^40 of them.
func TestPolicyFileCannotClaimMemory(t *testing.T) {
	var tensors []neural.Tensor
	for _, layer := range []string{"actor.0", "actor.1", "actor.2"} {
		tensors = append(tensors, neural.Tensor{Name: layer + ".bias", Shape: []int{1 << 20}, Data: make([]float32, 1<<20)})
	}
	b, err := neural.EncodeSafetensors(tensors, map[string]string{"format": "paretolab-policy/1", "kind": "mlp"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := DecodePolicy(b, &driftEnv(true).Spec); err == nil || !strings.Contains(err.Error(), "layer 0 has 0 weights") {
		t.Errorf("got %v", err)
	}
}

func TestCheckNamesTheSetting(t *testing.T) {
	s := small()
	s.Minibatch = 1000
	if err := s.Check(driftEnv(true)); err == nil || !strings.Contains(err.Error(), "minibatch is 1000") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkUpdate(b *testing.B) {
	for _, minibatch := range []int{64, 128, 512} {
		b.Run("minibatch="+strconv.Itoa(minibatch), func(b *testing.B) {
			s := Defaults()
			s.Minibatch = minibatch
			l := New(driftEnv(true), s, 0.99, 1)
			l.Collect()
			b.ReportAllocs()
			for b.Loop() {
				l.Update(Fixed([]float64{1, 1}), 3e-4, 0)
			}
			b.ReportMetric(float64(b.N*s.StepsPerUpdate())/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

func BenchmarkCollect(b *testing.B) {
	l := New(driftEnv(true), Defaults(), 0.99, 1)
	b.ReportAllocs()
	for b.Loop() {
		l.Collect()
	}
	b.ReportMetric(float64(b.N*l.Settings.StepsPerUpdate())/b.Elapsed().Seconds(), "steps/s")
}
