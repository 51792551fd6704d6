package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/neural"
	"github.com/paretolab/paretolab/envs"
)

// Rejection trains one policy π(a|s, v) for all directions v by rejection sampling, as directional preference alignment
// does: in every round directions are drawn, the present policy is followed several times for each, and a network is
// trained to do what the best of these episodes by v · G did, and those of some rounds before. The environment has
// discrete actions.
type Rejection struct {
	// Draw draws a direction. Nil means uniform among those without a negative component.
	Draw func(random *rand.Rand) Direction
	// Directions of a round and Rollouts of each, k. Zero means 32 and 8.
	Directions, Rollouts int
	// Explore is the share of steps in rollouts whose action is drawn uniformly, without which actions that the network gave
	// up once are never tried again. Zero means 0.1.
	Explore float64
	// Rounds of rollouts and cloning. Zero means 100.
	Rounds int
	// Memory is the number of rounds whose best episodes are cloned. Zero means 4.
	Memory int
	// Epochs over the steps of these episodes in a round. Zero means 4.
	Epochs int
	// Hidden are the widths of the hidden layers. Nil means one of 32.
	Hidden []int
	// Rate of Adam and Batch, steps of a gradient. Zero means 0.005 and 64.
	Rate  float64
	Batch int
	// Gamma discounts G. Zero means 1.
	Gamma float64
	Seed  uint64
}

// Conditioned is a policy that is told what is wanted. It is not safe for use by several goroutines.
type Conditioned struct {
	spec   *envs.Spec
	net    *neural.MLP
	params []float32
	cache  *neural.Cache
	input  []float32 // observation and direction
	head   *neural.Categorical[float32]
}

// Train trains a policy. record is told, for each round, the mean over its directions of v · G of the best episode, negated
// as a loss.
func (l Rejection) Train(ctx context.Context, e *envs.Environment, record Recorder) (*Conditioned, error) {
	spec := &e.Spec
	if spec.Action.Kind != envs.KindDiscrete || spec.Action.Len() != 1 {
		return nil, fmt.Errorf("%s: a policy for directions takes one discrete action in a step", spec.ID)
	}
	l.Directions, l.Rollouts, l.Rounds = orDefault(l.Directions, 32), orDefault(l.Rollouts, 8), orDefault(l.Rounds, 100)
	l.Memory, l.Epochs, l.Batch = orDefault(l.Memory, 4), orDefault(l.Epochs, 4), orDefault(l.Batch, 64)
	l.Rate, l.Gamma, l.Explore = orDefault(l.Rate, 0.005), orDefault(l.Gamma, 1), orDefault(l.Explore, 0.1)
	if min(l.Directions, l.Rollouts, l.Rounds, l.Memory, l.Epochs, l.Batch) < 1 || !(l.Rate > 0) || !(l.Gamma > 0 && l.Gamma <= 1) || !(l.Explore > 0 && l.Explore <= 1) {
		return nil, fmt.Errorf("%s: directions, rollouts, rounds, memory, epochs and batch of at least 1, a rate above 0, and a discount and a share of exploration in (0, 1] are needed", spec.ID)
	}
	if l.Hidden == nil {
		l.Hidden = []int{32}
	}
	t := newCloning(&l, e)
	for round := range l.Rounds {
		best := 0.0
		t.open(round)
		for range l.Directions {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			best += t.reject() / float64(l.Directions)
		}
		t.clone()
		if record != nil {
			record(round+1, -best)
		}
	}
	return t.policy, nil
}

// cloning is a training.
type cloning struct {
	*Rejection
	policy *Conditioned
	adam   *neural.Adam
	play   *rollout
	random *rand.Rand

	kept          []kept // of the last rounds, in a ring
	round         int
	order         []int32
	grad          []float32
	inputs        []float32 // of a batch
	batch         *neural.Cache
	episode, best kept
}

// kept are steps of episodes: rows of observation and direction, and the action of each.
type kept struct {
	rows    []float32
	actions []int32
}

func newCloning(l *Rejection, e *envs.Environment) *cloning {
	spec := &e.Spec
	width, actions := spec.Observation.Len()+spec.M(), spec.Action.N[0]
	net := neural.NewMLP(neural.Tanh, append(append([]int{width}, l.Hidden...), actions)...)
	p := &Conditioned{spec: spec, net: net, params: make([]float32, net.Len()), cache: net.NewCache(1),
		input: make([]float32, width), head: neural.NewCategorical[float32](actions)}
	net.Init(p.params, math.Sqrt2, 0.01, rand.New(agents.NewRand(l.Seed, "init")))
	t := &cloning{Rejection: l, policy: p, adam: neural.NewAdam(len(p.params), 1e-8), play: newRollout(e, l.Seed),
		random: rand.New(agents.NewRand(l.Seed, "rejection")), kept: make([]kept, l.Memory),
		grad: make([]float32, net.Len()), inputs: make([]float32, l.Batch*width), batch: net.NewCache(l.Batch)}
	if l.Draw == nil {
		l.Draw = func(random *rand.Rand) Direction {
			v := make(Direction, spec.M())
			for j := range v {
				v[j] = math.Abs(random.NormFloat64())
			}
			norm := math.Sqrt(dot(v, v))
			for j := range v {
				v[j] /= norm
			}
			return v
		}
	}
	return t
}

// open begins a round: what was kept longest ago is forgotten.
func (t *cloning) open(round int) {
	t.round = round % t.Memory
	k := &t.kept[t.round]
	k.rows, k.actions = k.rows[:0], k.actions[:0]
}

// reject draws a direction, follows the policy for it k times and keeps the best episode. It returns v · G of that.
func (t *cloning) reject() (highest float64) {
	v := t.Draw(t.random)
	highest = math.Inf(-1)
	for range t.Rollouts {
		t.episode.rows, t.episode.actions = t.episode.rows[:0], t.episode.actions[:0]
		g := t.play.follow(t.policy, v, t.Gamma, t.Explore, t.random, func(row []float32, action int32) {
			t.episode.rows, t.episode.actions = append(t.episode.rows, row...), append(t.episode.actions, action)
		})
		if u := dot(v, g); u > highest {
			highest = u
			t.episode, t.best = t.best, t.episode
		}
	}
	k := &t.kept[t.round]
	k.rows, k.actions = append(k.rows, t.best.rows...), append(k.actions, t.best.actions...)
	return highest
}

// clone takes steps on the cross-entropy of the kept actions.
func (t *cloning) clone() {
	p, width := t.policy, len(t.policy.input)
	for range t.Epochs {
		for r := range t.kept {
			k := &t.kept[r]
			t.order = t.order[:0]
			for i := range k.actions {
				t.order = append(t.order, int32(i))
			}
			t.random.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
			for from := 0; from < len(t.order); from += t.Batch {
				part := t.order[from:min(from+t.Batch, len(t.order))]
				for n, i := range part {
					copy(t.inputs[n*width:(n+1)*width], k.rows[int(i)*width:])
				}
				p.net.Forward(p.params, t.inputs, len(part), t.batch)
				t.slope(k, part)
				p.net.Backward(p.params, t.grad, t.inputs, len(part), t.batch)
				t.adam.Step(p.params, t.grad, t.Rate, 1)
			}
		}
	}
}

// slope sets the gradient of the mean cross-entropy of a batch by the logits: softmax less the action taken.
func (t *cloning) slope(k *kept, part []int32) {
	out, actions := t.policy.net.OutWidth(), t.policy.head.Outputs()
	clear(t.batch.DOut[:len(part)*out])
	for n, i := range part {
		row := t.batch.Out[n*out:][:actions]
		highest, sum := row[0], float32(0)
		for _, x := range row {
			highest = max(highest, x)
		}
		by := t.batch.DOut[n*out:][:actions]
		for a, x := range row {
			by[a] = float32(math.Exp(float64(x - highest)))
			sum += by[a]
		}
		for a := range by {
			by[a] /= sum * float32(len(part))
		}
		by[k.actions[i]] -= 1 / float32(len(part))
	}
}

// set computes the distribution over actions for an observation and a direction in the input.
func (p *Conditioned) set() {
	p.net.Forward(p.params, p.input, 1, p.cache)
	p.head.Set(p.cache.Out)
}

// Act returns the most likely action for an observation when v is wanted.
func (p *Conditioned) Act(observation []float64, v Direction) int {
	p.read(observation, v)
	p.set()
	best := 0
	for a, x := range p.cache.Out[:p.head.Outputs()] {
		if x > p.cache.Out[best] {
			best = a
		}
	}
	return best
}

// read fills the input.
func (p *Conditioned) read(observation []float64, v Direction) {
	for j, x := range observation {
		p.input[j] = float32(x)
	}
	for j, x := range v {
		p.input[len(observation)+j] = float32(x)
	}
}

// longest is the number of steps after which an episode without a time limit is cut.
const longest = 10_000

// rollout plays episodes.
type rollout struct {
	env         envs.Env
	horizon     int
	rng         envs.RNG
	observation []float64
	reward      []float64
	total       []float64
	index       []int32
	drawn       []float32
}

func newRollout(e *envs.Environment, seed uint64) *rollout {
	r := &rollout{env: e.New(), horizon: e.Spec.Horizon, observation: make([]float64, e.Spec.Observation.Len()),
		reward: make([]float64, e.Spec.M()), total: make([]float64, e.Spec.M()), index: make([]int32, 1), drawn: make([]float32, 1)}
	if r.horizon == 0 {
		r.horizon = longest
	}
	r.rng.Seed(agents.Stream(seed, "episodes"))
	return r
}

// follow plays an episode for a direction and returns G, until the next. With a random generator actions are drawn, a
// share explore of them uniformly, else the most likely are taken. keep, if not nil, is told the network's input and the action of each step.
func (r *rollout) follow(p *Conditioned, v Direction, gamma, explore float64, random *rand.Rand, keep func(row []float32, action int32)) []float64 {
	clear(r.total)
	r.env.Reset(&r.rng)
	factor := 1.0
	for range r.horizon {
		r.env.Observe(r.observation)
		r.index[0] = int32(p.Act(r.observation, v))
		switch {
		case random == nil:
		case random.Float64() < explore:
			r.index[0] = int32(random.IntN(p.head.Outputs()))
		default:
			p.head.Sample(r.drawn, random)
			r.index[0] = int32(r.drawn[0])
		}
		if keep != nil {
			keep(p.input, r.index[0])
		}
		ended := r.env.Step(&r.rng, envs.Action{Discrete: r.index}, r.reward)
		for j, x := range r.reward {
			r.total[j] += float64(factor * x)
		}
		factor *= gamma
		if ended {
			break
		}
	}
	return r.total
}

// Value is the mean of G over episodes in which the most likely actions for v are taken.
func (p *Conditioned) Value(e *envs.Environment, v Direction, gamma float64, episodes int, seed uint64) []float64 {
	play, mean := newRollout(e, seed), make([]float64, e.Spec.M())
	for range episodes {
		for j, x := range play.follow(p, v, gamma, 0, nil, nil) {
			mean[j] += x / float64(episodes)
		}
	}
	return mean
}
