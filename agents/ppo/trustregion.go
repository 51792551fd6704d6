package ppo

import (
	"math"

	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/internal/kern"
)

// TrustRegion changes the actor of a learner as a whole, on all of the last rollout: it has the gradients of
// what a change would gain, the geometry in which steps are measured, and trial steps. Changes are vectors of
// [TrustRegion.Len] numbers: the weights of the actor, then log standard deviations. Once made, it allocates
// nothing.
type TrustRegion struct {
	learner *Learner
	damping float64
	params  []float32 // of the actor, where a step begins
	out     []float32 // the actor's outputs there, samples × OutWidth
	before  neural.Head[float32]
	mean    []float64 // A_j over the rollout, raw units

	tangent                   *neural.Cache
	trial                     []float32
	residual, search, product []float32 // of conjugate gradients
}

// fisherSamples is how many samples of a rollout, evenly spread, the Fisher information is estimated from.
const fisherSamples = 1024

// NewTrustRegion returns a trust region whose Fisher information has the damping added on its diagonal.
func NewTrustRegion(l *Learner, damping float64) *TrustRegion {
	t := &TrustRegion{learner: l, damping: damping, before: l.net.head(), tangent: l.net.actor.NewCache(l.Settings.Minibatch)}
	n := t.Len()
	for _, v := range []*[]float32{&t.params, &t.trial, &t.residual, &t.search, &t.product} {
		*v = make([]float32, n)
	}
	t.out = make([]float32, len(l.batch.done)*l.net.actor.OutWidth())
	t.mean = make([]float64, l.net.objectives)
	return t
}

// Learner is the learner whose actor is changed.
func (t *TrustRegion) Learner() *Learner { return t.learner }

// Len is the number of parameters that a change has, padding included.
func (t *TrustRegion) Len() int {
	net := t.learner.net
	return net.actor.Len() + len(t.learner.model.Params) - net.actor.Len() - net.critic.Len()
}

// split returns the weights of the network and the log standard deviations in a change.
func (t *TrustRegion) split(v []float32) (weights, logStd []float32) {
	n := t.learner.net.actor.Len()
	return v[:n], v[n:]
}

// Begin starts a step at the present policy.
func (t *TrustRegion) Begin() {
	l := t.learner
	b, net, k := &l.batch, l.net, l.net.objectives
	weights, logStd := t.split(t.params)
	copy(weights, net.actorPart(l.model.Params))
	copy(logStd, net.logStd(l.model.Params))
	t.setLogStd()
	if g, ok := t.before.(*neural.Gaussian[float32]); ok {
		g.SetLogStd(net.logStd(l.model.Params))
	}
	t.blocks(1, func(from, rows int) {
		copy(t.out[from*net.actor.OutWidth():], b.batchAct.Out[:rows*net.actor.OutWidth()])
	})
	clear(t.mean)
	for x, a := range b.adv {
		t.mean[x%k] += float64(a)
	}
	for j := range t.mean {
		t.mean[j] *= l.Sigma(j) / float64(len(b.done))
	}
}

func (t *TrustRegion) setLogStd() {
	if l := t.learner; l.gauss != nil {
		l.gauss.SetLogStd(l.net.logStd(l.model.Params))
		clear(l.gauss.DLogStd)
	}
}

// blocks runs the actor on every stride-th sample of the rollout, block by block: visit finds the outputs of
// samples from, from+stride, .. in the cache of minibatches, and their observations in the batch's x.
func (t *TrustRegion) blocks(stride int, visit func(from, rows int)) {
	l := t.learner
	b, net := &l.batch, l.net
	d := net.spec.Observation.Len()
	samples := len(b.done)
	for from := 0; from < samples; {
		rows := 0
		for at := from; at < samples && rows < l.Settings.Minibatch; at += stride {
			copy(b.x[rows*d:(rows+1)*d], b.obs[at*d:])
			rows++
		}
		net.actor.Forward(net.actorPart(l.model.Params), b.x, rows, b.batchAct)
		visit(from, rows)
		from += rows * stride
	}
}

// advantage returns A_j of a sample less the mean over the rollout, in units of reward.
func (t *TrustRegion) advantage(at, j int) float64 {
	l := t.learner
	return float64(l.batch.adv[at*l.net.objectives+j])*l.Sigma(j) - t.mean[j]
}

// Gradient writes the gradient of mean ρ Σ_j w_j A_j + entropy·H by the actor's parameters into dst. It and
// [TrustRegion.Solve] hold at the policy of Begin.
func (t *TrustRegion) Gradient(dst []float32, weights []float64, entropy float64) {
	l := t.learner
	b, net := &l.batch, l.net
	width, n := net.actor.OutWidth(), l.head.Actions()
	inv := 1 / float64(len(b.done))
	clear(dst)
	t.setLogStd()
	t.blocks(1, func(from, rows int) {
		clear(b.batchAct.DOut)
		for i := range rows {
			at := from + i
			a := 0.0
			for j, w := range weights {
				a += w * t.advantage(at, j)
			}
			l.head.Set(b.batchAct.Out[i*width:])
			l.head.AddGradient(b.batchAct.DOut[i*width:], b.actions[at*n:][:n], a*inv, entropy*inv)
		}
		t.backward(dst, rows)
	})
	if l.gauss != nil {
		_, logStd := t.split(dst)
		for j, g := range l.gauss.DLogStd {
			logStd[j] = float32(g)
		}
	}
}

// backward adds the gradient by the weights to dst.
func (t *TrustRegion) backward(dst []float32, rows int) {
	l := t.learner
	part := l.net.actorPart(l.batch.grad)
	l.net.actor.Backward(l.net.actorPart(l.model.Params), part, l.batch.x, rows, l.batch.batchAct)
	weights, _ := t.split(dst)
	kern.Axpy(1, part, weights)
}

// fisher writes (F + damping·I) v into dst: the change of the outputs along v, times the information by the
// outputs, pulled back to the parameters.
func (t *TrustRegion) fisher(dst, v []float32) {
	l := t.learner
	b, net := &l.batch, l.net
	width := net.actor.OutWidth()
	stride := max(1, len(b.done)/fisherSamples)
	inv := 1 / float64((len(b.done)+stride-1)/stride)
	along, logStd := t.split(v)
	clear(dst)
	t.blocks(stride, func(_, rows int) {
		net.actor.Tangent(net.actorPart(l.model.Params), along, b.x, rows, b.batchAct, t.tangent)
		clear(b.batchAct.DOut)
		for i := range rows {
			l.head.Set(b.batchAct.Out[i*width:])
			l.head.AddFisher(b.batchAct.DOut[i*width:], t.tangent.Out[i*width:], inv)
		}
		t.backward(dst, rows)
	})
	_, to := t.split(dst)
	for j, x := range logStd {
		to[j] = neural.LogStdInformation * x
	}
	kern.Axpy(float32(t.damping), v, dst)
}

// Solve writes (F + damping·I)⁻¹ g into dst, as far as ten iterations of conjugate gradients come.
func (t *TrustRegion) Solve(dst, g []float32) {
	clear(dst)
	copy(t.residual, g)
	copy(t.search, g)
	size := kern.SumSq(g)
	start := size
	for range 10 {
		if size <= 1e-12*start {
			return
		}
		t.fisher(t.product, t.search)
		alpha := size / kern.Dot(t.search, t.product)
		kern.Axpy(float32(alpha), t.search, dst)
		kern.Axpy(float32(-alpha), t.product, t.residual)
		next := kern.SumSq(t.residual)
		ratio := float32(next / size)
		for i, r := range t.residual {
			t.search[i] = r + ratio*t.search[i]
		}
		size = next
	}
}

// Try moves the policy by size·x from where Begin was. It writes the change of each objective that is
// expected of it, mean (ρ-1) A_j in units of reward per step, into gain and returns the mean divergence
// KL(before ‖ now) and the mean entropy. It is the caller who goes back, by size 0.
func (t *TrustRegion) Try(x []float32, size float64, gain []float64) (kl, entropy float64) {
	l := t.learner
	b, net := &l.batch, l.net
	copy(t.trial, t.params)
	kern.Axpy(float32(size), x, t.trial)
	weights, logStd := t.split(t.trial)
	copy(net.actorPart(l.model.Params), weights)
	copy(net.logStd(l.model.Params), logStd)
	t.setLogStd()
	clear(gain)
	width, n := net.actor.OutWidth(), l.head.Actions()
	inv := 1 / float64(len(b.done))
	t.blocks(1, func(from, rows int) {
		for i := range rows {
			at := from + i
			l.head.Set(b.batchAct.Out[i*width:])
			t.before.Set(t.out[at*width:])
			action := b.actions[at*n:][:n]
			ratio := math.Exp(l.head.LogProb(action) - b.logp[at])
			kl += t.before.Divergence(l.head) * inv
			entropy += l.head.Entropy() * inv
			for j := range gain {
				gain[j] += (ratio - 1) * t.advantage(at, j) * inv
			}
		}
	})
	return kl, entropy
}

// FitCritic makes the passes of [Learner.Update] over the last rollout for the critic alone.
func (l *Learner) FitCritic(lr float64) {
	s, b, net := &l.Settings, &l.batch, l.net
	d := net.spec.Observation.Len()
	all := l.model.Adam
	adam := *all // on the critic's part of the moments
	adam.M, adam.V = net.criticPart(all.M), net.criticPart(all.V)
	critic, grad := net.criticPart(l.model.Params), net.criticPart(b.grad)
	for i := range b.perm {
		b.perm[i] = i
	}
	for range s.Epochs {
		l.rng.Shuffle(len(b.perm), func(i, j int) { b.perm[i], b.perm[j] = b.perm[j], b.perm[i] })
		for from := 0; from+s.Minibatch <= len(b.perm); from += s.Minibatch {
			sample := b.perm[from : from+s.Minibatch]
			for i, at := range sample {
				copy(b.x[i*d:(i+1)*d], b.obs[at*d:])
			}
			net.critic.Forward(critic, b.x, len(sample), b.batchCrit)
			clear(b.batchCrit.DOut)
			for i, at := range sample {
				l.valueGrad(i, at)
			}
			net.critic.Backward(critic, grad, b.x, len(sample), b.batchCrit)
			adam.Step(critic, grad, lr, s.MaxGradNorm)
		}
	}
	all.T, all.Rate = adam.T, adam.Rate
}
