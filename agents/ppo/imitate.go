package ppo

import (
	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Demonstrate fills the rollout buffer with Settings.Rollout steps of every copy, in which another policy acts,
// deterministically. It has to act on the present observation alone. Observations and rewards are normalised
// by the statistics at the end of the rollout, since a first rollout begins with none; the return targets are
// the returns themselves (λ = 1), which the critic completes only where an episode was cut off.
func (l *Learner) Demonstrate(p agents.Policy) {
	s, b, net := &l.Settings, &l.batch, l.net
	n, d, k := s.Envs, len(l.obs)/s.Envs, net.objectives
	width := l.head.Actions()
	l.Episodes.N, l.Episodes.Length = 0, 0
	clear(l.Episodes.Return)
	actor := p.NewActor(n)
	for i := range n {
		actor.Reset(i, l.rng)
	}
	ends := make([]float32, 0, n*d) // observations at time limits
	for t := range s.Rollout {
		copy(b.obs[t*n*d:], l.obs)
		neural.Add(l.model.Obs, l.obs)
		actor.Act(l.obs, envs.Actions[float32]{Discrete: b.index, Box: b.box})
		actions := b.actions[t*n*width : (t+1)*n*width]
		copy(actions, b.box)
		for i, a := range b.index {
			actions[i] = float32(a)
		}
		l.env.Step(envs.Actions[float32]{Discrete: b.index, Box: b.box}, l.obs, b.reward, b.term, b.trunc, b.stepFinal)
		l.account(t)
		copy(b.rewards[t*n*k:(t+1)*n*k], b.reward)
		for i := range n {
			if b.cut[t*n+i] {
				ends = append(ends, b.stepFinal[i*d:(i+1)*d]...)
			}
		}
	}
	l.model.Obs.Normalize(b.obs, b.obs)
	for j := range k {
		inv := 1 / l.model.Returns.Std(j)
		for at := j; at < len(b.rewards); at += k {
			b.rewards[at] = min(max(b.rewards[at]*inv, -10), 10)
		}
	}
	l.valuesAtLimits(ends)
	l.values()
	GAE(b.adv, b.ret, b.rewards, b.value, b.final, b.done, b.cut, n, k, s.Gamma, 1)
}

// valuesAtLimits writes V of the observations at which time limits ended episodes, which are in order.
func (l *Learner) valuesAtLimits(obs []float32) {
	b, net := &l.batch, l.net
	d, k, width := len(l.obs)/l.Settings.Envs, net.objectives, net.critic.OutWidth()
	at := 0
	for ; len(obs) > 0; at++ {
		if !b.cut[at] {
			continue
		}
		l.model.Obs.Normalize(b.normal[:d], obs[:d])
		net.critic.Forward(net.criticPart(l.model.Params), b.normal[:d], 1, b.crit)
		copy(b.final[at*k:(at+1)*k], b.crit.Out[:width])
		obs = obs[d:]
	}
}

// Imitate fits actor and critic to the last demonstration in a number of passes over it:
//
//	loss = -mean ln p(a) + value_coef · ½ mean (V-R)² - entropy · H
//
// The spread of continuous actions stays: the likelihood of actions that do not spread would let it vanish.
func (l *Learner) Imitate(epochs int, lr, entropy float64) {
	s, b := &l.Settings, &l.batch
	for i := range b.perm {
		b.perm[i] = i
	}
	for range epochs {
		l.rng.Shuffle(len(b.perm), func(i, j int) { b.perm[i], b.perm[j] = b.perm[j], b.perm[i] })
		for m := range len(b.perm) / s.Minibatch {
			l.imitate(b.perm[m*s.Minibatch:(m+1)*s.Minibatch], entropy)
			l.model.Adam.Step(l.model.Params, b.grad, lr, s.MaxGradNorm)
		}
	}
}

// imitate writes the gradient of the loss of [Learner.Imitate] on the given samples into b.grad.
func (l *Learner) imitate(sample []int, entropy float64) {
	s, b, net := &l.Settings, &l.batch, l.net
	d, n, k := net.spec.Observation.Len(), l.head.Actions(), net.objectives
	for i, at := range sample {
		copy(b.x[i*d:(i+1)*d], b.obs[at*d:])
	}
	actor, critic := net.actorPart(l.model.Params), net.criticPart(l.model.Params)
	net.actor.Forward(actor, b.x, len(sample), b.batchAct)
	net.critic.Forward(critic, b.x, len(sample), b.batchCrit)
	clear(b.batchAct.DOut)
	clear(b.batchCrit.DOut)
	if l.gauss != nil {
		l.gauss.SetLogStd(net.logStd(l.model.Params))
	}
	inv := 1 / float64(len(sample))
	for i, at := range sample {
		row := i * net.actor.OutWidth()
		l.head.Set(b.batchAct.Out[row:])
		l.head.AddGradient(b.batchAct.DOut[row:], b.actions[at*n:][:n], -inv, -entropy*inv)
		row = i * net.critic.OutWidth()
		for j := range k {
			b.batchCrit.DOut[row+j] = float32(s.ValueCoef*inv/float64(k)) * (b.batchCrit.Out[row+j] - b.ret[at*k+j])
		}
	}
	net.actor.Backward(actor, net.actorPart(b.grad), b.x, len(sample), b.batchAct)
	net.critic.Backward(critic, net.criticPart(b.grad), b.x, len(sample), b.batchCrit)
	clear(net.logStd(b.grad))
}
