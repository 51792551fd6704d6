package ppo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Learner trains one policy: Collect a rollout, then Update on it, over and over.
type Learner struct {
	Settings Settings
	// EpisodeDiscount γ_e weighs the rewards of Episodes; evaluation uses the same.
	EpisodeDiscount float64
	// Episodes sums up the episodes that ended in the last rollout.
	Episodes Episodes
	// Ended, if not nil, is called for every episode that ends, with its copy of the learner's own
	// environments and the steps of the rollout so far.
	Ended func(agents.Episode)
	// Timing, if not nil, adds up where the time goes. It changes no result.
	Timing *Timing

	net   *network
	head  neural.Head[float32]
	gauss *neural.Gaussian[float32] // head, if actions are continuous
	model *Model
	env   *envs.Vector[float32]
	pcg   *rand.PCG
	rng   *rand.Rand

	// What the copies are in the middle of; part of a snapshot.
	obs     []float32 // present observations, raw
	sums    []float64 // discounted reward sums for reward scaling, copies × objectives
	returns []float64 // Σ γ_e^t r_t of the running episodes, copies × objectives
	plain   []float64 // Σ r_t of the running episodes, where they are reported
	weight  []float64 // γ_e^t of each copy
	length  []int     // steps of the running episodes

	batch buffers
}

// Episodes sums up episodes of the sampling policy.
type Episodes struct {
	N      int
	Return []float64 // Σ over episodes of Σ_t γ_e^t r_t
	Length int       // Σ of lengths
}

// Clone returns an independent copy.
func (e Episodes) Clone() Episodes {
	e.Return = slices.Clone(e.Return)
	return e
}

// buffers are the rollout, time-major (step, copy), and the scratch of the update.
type buffers struct {
	obs      []float32 // normalised as they were when acted upon
	actions  []float32 // continuous, or indices
	logp     []float64
	rewards  []float64 // scaled, samples × objectives
	value    []float32 // V(s), samples × objectives
	final    []float32 // V(s_final) where an episode was cut off
	cut      []bool    // time limit: bootstrap from final
	done     []bool    // any end
	adv, ret []float32 // per objective, scaled units
	combined []float64 // normalised weighted advantage
	perm     []int

	stepFinal, normal []float32 // one row per copy
	index             []int32   // actions, discrete
	box               []float32 // or continuous
	reward            []float64
	term, trunc       []bool

	act, crit           *neural.Cache // one row per copy
	batchAct, batchCrit *neural.Cache // one row per minibatch sample
	x                   []float32     // gathered minibatch observations
	grad                []float32
	drift, weights      []float64
	minibatch           Minibatch // for terms of a minibatch
}

// New returns a learner with fresh parameters. All its randomness, environments included, comes
// from seed.
func New(e *envs.Environment, s Settings, episodeDiscount float64, seed uint64) *Learner {
	return newLearner(e, s, episodeDiscount, seed, nil)
}

// NewFrom returns a learner that goes on from a copy of a model, in fresh episodes.
func NewFrom(m *Model, e *envs.Environment, s Settings, episodeDiscount float64, seed uint64) *Learner {
	return newLearner(e, s, episodeDiscount, seed, m.Clone())
}

func newLearner(e *envs.Environment, s Settings, episodeDiscount float64, seed uint64, m *Model) *Learner {
	l := &Learner{Settings: s, EpisodeDiscount: episodeDiscount, net: newNetwork(&e.Spec, s.Hidden), model: m}
	l.head = l.net.head()
	l.gauss, _ = l.head.(*neural.Gaussian[float32])
	l.pcg = agents.NewRand(seed, "policy")
	l.rng = rand.New(l.pcg)
	if m == nil {
		l.model = newModel(l.net, &s, l.rng)
	}
	n, d, k := s.Envs, e.Spec.Observation.Len(), l.net.objectives
	l.env = envs.NewVector[float32](e, n, envs.SameStep)
	l.obs, l.sums, l.returns, l.plain = make([]float32, n*d), make([]float64, n*k), make([]float64, n*k), make([]float64, n*k)
	l.weight, l.length = make([]float64, n), make([]int, n)
	l.Episodes.Return = make([]float64, k)
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = agents.Stream(seed, "environment", i)
		l.weight[i] = 1
	}
	l.env.Reset(seeds, nil, l.obs)
	l.allocate(n, d, k)
	return l
}

func (l *Learner) allocate(n, d, k int) {
	s, b := &l.Settings, &l.batch
	samples := n * s.Rollout
	width := l.head.Actions()
	if l.net.discrete {
		b.index = make([]int32, n*width)
	} else {
		b.box = make([]float32, n*width)
	}
	b.obs, b.actions = make([]float32, samples*d), make([]float32, samples*width)
	b.logp, b.rewards = make([]float64, samples), make([]float64, samples*k)
	b.value, b.final = make([]float32, (samples+n)*k), make([]float32, samples*k)
	b.cut, b.done = make([]bool, samples), make([]bool, samples)
	b.adv, b.ret = make([]float32, samples*k), make([]float32, samples*k)
	b.combined, b.perm = make([]float64, samples), make([]int, samples)
	b.stepFinal, b.normal = make([]float32, n*d), make([]float32, n*d)
	b.reward, b.term, b.trunc = make([]float64, n*k), make([]bool, n), make([]bool, n)
	b.act, b.crit = l.net.actor.NewCache(n), l.net.critic.NewCache(max(n, s.Minibatch))
	b.batchAct, b.batchCrit = l.net.actor.NewCache(s.Minibatch), l.net.critic.NewCache(s.Minibatch)
	b.x, b.grad = make([]float32, s.Minibatch*d), make([]float32, l.net.size)
	b.drift, b.weights = make([]float64, k), make([]float64, k)
}

// Reseed restarts the stream of random numbers from which actions and minibatches are drawn, as New does.
func (l *Learner) Reseed(seed uint64) { *l.pcg = *agents.NewRand(seed, "policy") }

// Model is the learner's model itself, not a copy.
func (l *Learner) Model() *Model { return l.model }

// Sigma returns the scale of objective j: raw reward units per scaled unit.
func (l *Learner) Sigma(j int) float64 { return l.model.Returns.Std(j) }

// Collect fills the rollout buffer with Settings.Rollout steps of every copy, acting by sampling,
// and computes advantages and return targets of every objective.
func (l *Learner) Collect() {
	s, b, net := &l.Settings, &l.batch, l.net
	n, d, k := s.Envs, len(l.obs)/s.Envs, net.objectives
	l.Episodes.N, l.Episodes.Length = 0, 0
	clear(l.Episodes.Return)
	actor := net.actorPart(l.model.Params)
	if l.gauss != nil {
		l.gauss.SetLogStd(net.logStd(l.model.Params))
	}
	watch := l.stopwatch()
	for t := range s.Rollout {
		x := b.obs[t*n*d : (t+1)*n*d]
		neural.Add(l.model.Obs, l.obs)
		l.model.Obs.Normalize(x, l.obs)
		net.actor.Forward(actor, x, n, b.act)
		l.sample(t)
		watch.lap(Acting)
		l.env.Step(envs.Actions[float32]{Discrete: b.index, Box: b.box}, l.obs, b.reward, b.term, b.trunc, b.stepFinal)
		watch.lap(Environment)
		l.account(t)
		if slices.Contains(b.trunc, true) {
			l.model.Obs.Normalize(b.normal, b.stepFinal)
			net.critic.Forward(net.criticPart(l.model.Params), b.normal, n, b.crit)
			for i := range n {
				copy(b.final[(t*n+i)*k:(t*n+i+1)*k], b.crit.Out[i*net.critic.OutWidth():])
			}
		}
	}
	watch.lap(Acting)
	l.values()
	GAE(b.adv, b.ret, b.rewards, b.value, b.final, b.done, b.cut, n, k, s.Gamma, s.Lambda)
	watch.lap(Advantage)
}

// sample draws an action per copy from the actor's output and keeps it with its log-probability.
func (l *Learner) sample(t int) {
	b, net := &l.batch, l.net
	width, n := net.actor.OutWidth(), l.head.Actions()
	for i := range l.Settings.Envs {
		at := t*l.Settings.Envs + i
		a := b.actions[at*n:][:n]
		l.head.Set(b.act.Out[i*width:])
		l.head.Sample(a, l.rng)
		b.logp[at] = l.head.LogProb(a)
		if net.discrete {
			toIndices(b.index[i*n:], a)
			continue
		}
		out := b.box[i*n:][:n]
		copy(out, a)
		if l.Settings.ClipActions {
			clipToBox(out, &net.spec.Action)
		}
	}
}

// toIndices writes the components of a discrete action as environments want them.
func toIndices(index []int32, a []float32) {
	for j, x := range a {
		index[j] = int32(x)
	}
}

func clipToBox(a []float32, box *envs.Space) {
	for j := range a {
		a[j] = min(max(a[j], float32(box.Low[j])), float32(box.High[j]))
	}
}

// account books the rewards and ends of step t: episode returns in raw units, and the rewards
// scaled by the running standard deviation of their discounted sums.
func (l *Learner) account(t int) {
	s, b := &l.Settings, &l.batch
	n, k := s.Envs, l.net.objectives
	for i := range n {
		r := b.reward[i*k : (i+1)*k]
		for j, x := range r {
			l.returns[i*k+j] += l.weight[i] * x
		}
		l.weight[i] *= l.EpisodeDiscount
		l.length[i]++
		at := t*n + i
		b.cut[at] = b.trunc[i] && !b.term[i]
		b.done[at] = b.trunc[i] || b.term[i]
		if l.Ended != nil {
			l.report(t, i, r)
		}
		if b.done[at] {
			l.Episodes.N++
			l.Episodes.Length += l.length[i]
			for j := range k {
				l.Episodes.Return[j] += l.returns[i*k+j]
			}
			clear(l.returns[i*k : (i+1)*k])
			l.weight[i], l.length[i] = 1, 0
		}
	}
	if s.RewardCentering {
		neural.Add(l.model.Rewards, b.reward)
		for i := range b.reward {
			b.reward[i] -= l.model.Rewards.Mean[i%k]
		}
	}
	for i, r := range b.reward {
		l.sums[i] = s.Gamma*l.sums[i] + r
	}
	neural.Add(l.model.Returns, l.sums)
	for j := range k {
		inv := 1 / l.model.Returns.Std(j)
		for i := range n {
			b.rewards[(t*n+i)*k+j] = min(max(b.reward[i*k+j]*inv, -10), 10)
			if b.done[t*n+i] {
				l.sums[i*k+j] = 0
			}
		}
	}
}

// report adds the rewards of step t to the undiscounted returns of copy i, and hands the episode over if it
// has ended.
func (l *Learner) report(t, i int, reward []float64) {
	sum := l.plain[i*len(reward) : (i+1)*len(reward)]
	for j, r := range reward {
		sum[j] += r
	}
	if b := &l.batch; b.term[i] || b.trunc[i] {
		l.Ended(agents.Episode{
			Copy: i, Steps: (t + 1) * l.Settings.Envs, Length: l.length[i], Return: slices.Clone(sum), Terminated: b.term[i],
		})
		clear(sum)
	}
}

// Report hands episodes that end from now on to the sink, if there is one: those of one of some tasks that
// train side by side, whose run has made so many steps up to the next rollout.
func (l *Learner) Report(sink func(agents.Episode), task, tasks, steps int) {
	if sink == nil {
		return
	}
	l.Ended = func(e agents.Episode) {
		e.Copy += task * l.Settings.Envs
		e.Steps = steps + tasks*e.Steps
		sink(e)
	}
}

// values computes V of every state of the rollout and of the states after it.
func (l *Learner) values() {
	s, b, net := &l.Settings, &l.batch, l.net
	n, d, k := s.Envs, len(l.obs)/s.Envs, net.objectives
	l.model.Obs.Normalize(b.normal, l.obs)
	critic, width := net.criticPart(l.model.Params), net.critic.OutWidth()
	samples := n * s.Rollout
	block := len(b.crit.Out) / width
	for from := 0; from < samples; from += block {
		rows := min(block, samples-from)
		net.critic.Forward(critic, b.obs[from*d:(from+rows)*d], rows, b.crit)
		for i := range rows {
			copy(b.value[(from+i)*k:(from+i+1)*k], b.crit.Out[i*width:])
		}
	}
	net.critic.Forward(critic, b.normal, n, b.crit)
	for i := range n {
		copy(b.value[(samples+i)*k:(samples+i+1)*k], b.crit.Out[i*width:])
	}
}

// Snapshot is the complete state of a learner between updates.
type Snapshot struct {
	Model                 *Model
	PCG, Env              []byte
	Obs                   []float32
	Sums, Returns, Weight []float64
	Length                []int
	Plain                 []float64 // undiscounted returns of the present episodes, where they are reported
	Episodes              Episodes
}

// Snapshot returns an independent copy of the state.
func (l *Learner) Snapshot() *Snapshot {
	pcg, err := l.pcg.MarshalBinary()
	if err != nil {
		panic("ppo: " + err.Error())
	}
	return &Snapshot{
		Model: l.model.Clone(), PCG: pcg, Env: l.env.AppendState(nil),
		Obs: slices.Clone(l.obs), Sums: slices.Clone(l.sums), Returns: slices.Clone(l.returns),
		Weight: slices.Clone(l.weight), Length: slices.Clone(l.length), Plain: slices.Clone(l.plain), Episodes: l.Episodes.Clone(),
	}
}

// Restore puts a learner of the same environment and settings into a recorded state.
func (l *Learner) Restore(s *Snapshot) error {
	if len(s.Model.Params) != len(l.model.Params) || len(s.Obs) != len(l.obs) || len(s.Sums) != len(l.sums) {
		return fmt.Errorf("ppo: snapshot has %d parameters and %d observations, the learner %d and %d",
			len(s.Model.Params), len(s.Obs), len(l.model.Params), len(l.obs))
	}
	if err := l.pcg.UnmarshalBinary(s.PCG); err != nil {
		return fmt.Errorf("ppo: snapshot: %w", err)
	}
	if err := l.env.SetState(s.Env); err != nil {
		return err
	}
	l.model = s.Model.Clone()
	copy(l.obs, s.Obs)
	copy(l.sums, s.Sums)
	copy(l.returns, s.Returns)
	copy(l.weight, s.Weight)
	copy(l.length, s.Length)
	copy(l.plain, s.Plain)
	l.Episodes.N, l.Episodes.Length = s.Episodes.N, s.Episodes.Length
	copy(l.Episodes.Return, s.Episodes.Return)
	return nil
}
