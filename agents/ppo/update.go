package ppo

import (
	"math"

	"github.com/paretolab/paretolab/agents/neural"
)

// Weigh chooses how advantages are combined. It is called at the start of every epoch and writes
// the weight of each objective's raw advantage (in units of reward) into w. drift holds, from the
// second epoch on, the mean over the samples of the previous epoch of
//
//	min(ρ A_j, clip(ρ, 1-c, 1+c) A_j) - A_j
//
// in raw units: the estimated change of each objective since the update began, per sample.
// In the first epoch it is 0.
type Weigh func(epoch int, drift, w []float64)

// Fixed returns the weighing by constant weights, as stage 1 of C-MORL does.
func Fixed(weights []float64) Weigh {
	return func(_ int, _, w []float64) { copy(w, weights) }
}

// Term adds to the objective of a minibatch, which is maximised, something else than a weighted advantage.
// It adds the derivative of the added term by ln p(a) of every sample to m.Slope.
type Term func(m *Minibatch)

// Minibatch is what a [Term] may depend on. It is valid during the call.
type Minibatch struct {
	Ratio []float64 // probability ratio ρ of every sample
	Slope []float64

	sample []int // in the rollout
	l      *Learner
}

// Advantage returns A_j of sample i in units of reward.
func (m *Minibatch) Advantage(i, j int) float64 {
	return float64(m.l.batch.adv[m.sample[i]*m.l.net.objectives+j]) * m.l.Sigma(j)
}

// Target returns the return target of objective j at sample i, in scaled units.
func (m *Minibatch) Target(i, j int) float64 {
	return float64(m.l.batch.ret[m.sample[i]*m.l.net.objectives+j])
}

// Stats describes an update.
type Stats struct {
	KL       float64 // mean of (ρ - 1) - ln ρ over the samples of the last epoch
	GradNorm float64 // of the last minibatch, before clipping
	Entropy  float64 // mean over the samples of the last epoch
}

// Update makes Settings.Epochs passes over the last rollout with learning rate lr and entropy
// weight entropy.
//
//	loss = -mean min(ρA, clip(ρ, 1-c, 1+c) A) + value_coef · ½ mean max((V-R)², (V_clip-R)²) - entropy · H
//
// A is the weighted advantage, normalised over the batch.
func (l *Learner) Update(weigh Weigh, lr, entropy float64) Stats {
	return l.UpdateWith(weigh, nil, lr, entropy)
}

// UpdateWith is [Learner.Update] with a term added to the objective of every minibatch; nil adds nothing.
func (l *Learner) UpdateWith(weigh Weigh, term Term, lr, entropy float64) Stats {
	s, b, net := &l.Settings, &l.batch, l.net
	for i := range b.perm {
		b.perm[i] = i
	}
	clear(b.drift)
	var stats Stats
	batches := len(b.perm) / s.Minibatch
	watch := l.stopwatch()
	for epoch := range s.Epochs {
		weigh(epoch, b.drift, b.weights)
		l.combine()
		clear(b.drift)
		l.rng.Shuffle(len(b.perm), func(i, j int) { b.perm[i], b.perm[j] = b.perm[j], b.perm[i] })
		stats.KL, stats.Entropy = 0, 0
		for m := range batches {
			l.minibatch(b.perm[m*s.Minibatch:(m+1)*s.Minibatch], term, entropy, &stats, &watch)
			stats.GradNorm = l.model.Adam.Step(l.model.Params, b.grad, lr, s.MaxGradNorm)
			watch.lap(Optimiser)
		}
		samples := float64(batches * s.Minibatch)
		stats.KL /= samples
		stats.Entropy /= samples
		for j := range net.objectives {
			b.drift[j] *= l.Sigma(j) / samples
		}
	}
	return stats
}

// combine writes Σ_j w_j σ_j A_j of every sample, normalised over the batch.
func (l *Learner) combine() {
	b, k := &l.batch, l.net.objectives
	for j := range b.weights {
		b.weights[j] *= l.Sigma(j)
	}
	mean := 0.0
	for i := range b.combined {
		a := 0.0
		for j, w := range b.weights {
			a += w * float64(b.adv[i*k+j])
		}
		b.combined[i] = a
		mean += a
	}
	n := float64(len(b.combined))
	mean /= n
	variance := 0.0
	for _, a := range b.combined {
		variance += (a - mean) * (a - mean)
	}
	inv := 1 / (math.Sqrt(variance/n) + 1e-5)
	for i, a := range b.combined {
		b.combined[i] = (a - mean) * inv
	}
}

// AdvantageProducts writes the mean over the last rollout of (A_i - mean A_i)(A_j - mean A_j), in units of
// reward, for all pairs of objectives into dst, row by row.
func (l *Learner) AdvantageProducts(dst []float64) {
	b, k := &l.batch, l.net.objectives
	n := float64(len(b.done))
	mean := make([]float64, k)
	for x, a := range b.adv {
		mean[x%k] += float64(a) / n
	}
	clear(dst)
	for at := 0; at < len(b.adv); at += k {
		for i := range k {
			for j := range k {
				dst[i*k+j] += (float64(b.adv[at+i]) - mean[i]) * (float64(b.adv[at+j]) - mean[j])
			}
		}
	}
	for i := range k {
		for j := range k {
			dst[i*k+j] *= l.Sigma(i) * l.Sigma(j) / n
		}
	}
}

// minibatch writes the gradient of the loss on the given samples into b.grad and adds to the
// statistics and to the drift (in scaled units).
func (l *Learner) minibatch(sample []int, term Term, entropy float64, stats *Stats, watch *stopwatch) {
	b, net := &l.batch, l.net
	d := net.spec.Observation.Len()
	for i, at := range sample {
		copy(b.x[i*d:(i+1)*d], b.obs[at*d:])
	}
	watch.lap(Gather)
	n := len(sample)
	actor, critic := net.actorPart(l.model.Params), net.criticPart(l.model.Params)
	net.actor.Forward(actor, b.x, n, b.batchAct)
	net.critic.Forward(critic, b.x, n, b.batchCrit)
	watch.lap(Forward)
	clear(b.batchAct.DOut)
	clear(b.batchCrit.DOut)
	if l.gauss != nil {
		l.gauss.SetLogStd(net.logStd(l.model.Params))
		clear(l.gauss.DLogStd)
	}
	if term != nil {
		l.addTerm(sample, term)
	}
	for i, at := range sample {
		l.policyGrad(i, at, entropy, stats)
		l.valueGrad(i, at)
	}
	watch.lap(Loss)
	net.actor.Backward(actor, net.actorPart(b.grad), b.x, n, b.batchAct)
	net.critic.Backward(critic, net.criticPart(b.grad), b.x, n, b.batchCrit)
	if l.gauss != nil {
		for j, g := range l.gauss.DLogStd {
			net.logStd(b.grad)[j] = float32(g)
		}
	}
	watch.lap(Backward)
}

// addTerm writes the gradient of a term by the outputs of the actor.
func (l *Learner) addTerm(sample []int, term Term) {
	b := &l.batch
	width, n := l.net.actor.OutWidth(), l.head.Actions()
	m := &b.minibatch
	m.l, m.sample = l, sample
	m.Ratio, m.Slope = m.Ratio[:0], m.Slope[:0]
	for i, at := range sample {
		l.head.Set(b.batchAct.Out[i*width:])
		m.Ratio = append(m.Ratio, math.Exp(l.head.LogProb(b.actions[at*n:][:n])-b.logp[at]))
		m.Slope = append(m.Slope, 0)
	}
	term(m)
	for i, at := range sample {
		l.head.Set(b.batchAct.Out[i*width:])
		l.head.AddGradient(b.batchAct.DOut[i*width:], b.actions[at*n:][:n], -m.Slope[i], 0)
	}
}

// policyGrad adds the gradient of the policy and entropy terms of row i, sample at.
func (l *Learner) policyGrad(i, at int, entropy float64, stats *Stats) {
	b, c := &l.batch, l.Settings.Clip
	width, n, k := l.net.actor.OutWidth(), l.head.Actions(), l.net.objectives
	action := b.actions[at*n:][:n]
	l.head.Set(b.batchAct.Out[i*width:])
	diff := l.head.LogProb(action) - b.logp[at]
	ratio := math.Exp(diff)
	inv := 1 / float64(l.Settings.Minibatch)
	_, dlogp := neural.Surrogate(ratio, b.combined[at], c)
	l.head.AddGradient(b.batchAct.DOut[i*width:], action, -dlogp*inv, -entropy*inv)
	stats.KL += ratio - 1 - diff
	stats.Entropy += l.head.Entropy()
	for j := range k {
		aj := float64(b.adv[at*k+j])
		gain, _ := neural.Surrogate(ratio, aj, c)
		b.drift[j] += gain - aj
	}
}

// valueGrad writes the gradient of the clipped value loss of row i, sample at.
func (l *Learner) valueGrad(i, at int) {
	b, c := &l.batch, l.Settings.Clip
	width, k := l.net.critic.OutWidth(), l.net.objectives
	scale := l.Settings.ValueCoef / float64(l.Settings.Minibatch*k) // ½·2/(B·m)
	for j := range k {
		v, old, target := b.batchCrit.Out[i*width+j], b.value[at*k+j], b.ret[at*k+j]
		_, dv := neural.ClippedValue(float64(v), float64(old), float64(target), c)
		b.batchCrit.DOut[i*width+j] = float32(scale * dv)
	}
}
