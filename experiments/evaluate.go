package experiments

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// sideBySide is the largest number of evaluation episodes that one policy runs at once.
const sideBySide = 32

// evaluator measures policies on episodes whose seeds come from one named stream of the run, so
// that every policy meets the same episodes and none of them was met in training. It is safe for
// concurrent use.
type evaluator struct {
	env      *envs.Environment
	gamma    float64
	seed     uint64
	stream   string
	episodes int
	sampled  bool // policies act by chance, where they can

	mu   sync.Mutex
	free []*evaluation // scratch memory not in use
}

// newEvaluator measures on the given number of episodes, or on one where all are the same.
func newEvaluator(env *envs.Environment, gamma float64, seed uint64, stream string, episodes int, sampled bool) *evaluator {
	e := &evaluator{env: env, gamma: gamma, seed: seed, stream: stream, episodes: max(1, episodes), sampled: sampled}
	if e.exact() {
		e.episodes = 1
	}
	return e
}

// exact reports whether all episodes of a policy are the same.
func (e *evaluator) exact() bool {
	return e.env.Spec.DeterministicStart && e.env.Spec.DeterministicStep && !e.sampled
}

// measure runs the episodes. What it returns does not depend on what was measured before, nor on
// what is measured at the same time.
func (e *evaluator) measure(ctx context.Context, p agents.Policy) (agents.Value, error) {
	v := e.take()
	defer e.put(v)
	v.begin(p)
	for v.running > 0 {
		if v.clock%64 == 0 {
			if err := ctx.Err(); err != nil {
				return agents.Value{}, err
			}
		}
		v.step()
	}
	return v.value(), nil
}

func (e *evaluator) take() *evaluation {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.free); n > 0 {
		v := e.free[n-1]
		e.free = e.free[:n-1]
		return v
	}
	return newEvaluation(e)
}

func (e *evaluator) put(v *evaluation) {
	v.actor = nil
	e.mu.Lock()
	e.free = append(e.free, v)
	e.mu.Unlock()
}

// evaluation runs the episodes of one policy, several at a time: a copy of the environment whose
// episode has ended takes the next one. Copies left without an episode step on unheeded until the
// last has ended.
type evaluation struct {
	*evaluator
	vector *envs.Vector[float32]
	actor  agents.Actor

	obs, final  []float32
	act         envs.Actions[float32]
	reward      []float64
	term, trunc []bool
	seeds       []uint64 // of the next reset of each copy
	mask        []bool   // copies to reset

	episode  []int     // of each copy, -1 if it has none
	discount []float64 // γ^t of each copy
	next     int       // episode not yet begun
	running  int       // copies with an episode
	clock    int

	returns, undiscounted []float64 // episodes × objectives
	lengths               []int
}

func newEvaluation(e *evaluator) *evaluation {
	n, m := min(e.episodes, sideBySide), e.env.Spec.M()
	width := e.env.Spec.Observation.Len()
	v := &evaluation{
		evaluator: e, vector: envs.NewVector[float32](e.env, n, envs.SameStep),
		obs: make([]float32, n*width), final: make([]float32, n*width),
		reward: make([]float64, n*m), term: make([]bool, n), trunc: make([]bool, n),
		seeds: make([]uint64, n), mask: make([]bool, n),
		episode: make([]int, n), discount: make([]float64, n),
		returns: make([]float64, e.episodes*m), undiscounted: make([]float64, e.episodes*m), lengths: make([]int, e.episodes),
	}
	actions := n * e.env.Spec.Action.Len()
	if e.env.Spec.Action.Kind == envs.KindBox {
		v.act.Box = make([]float32, actions)
	} else {
		v.act.Discrete = make([]int32, actions)
	}
	return v
}

// begin gives every copy its first episode.
func (v *evaluation) begin(p agents.Policy) {
	clear(v.returns)
	clear(v.undiscounted)
	clear(v.lengths)
	v.actor = v.newActor(p, len(v.episode))
	v.next, v.running, v.clock = 0, 0, 0
	for i := range v.episode {
		v.assign(i)
	}
	v.vector.Reset(v.seeds, v.mask, v.obs)
}

// newActor lets a policy act by the mode of its distribution, or by chance if that is asked for and it has
// a distribution.
func (e *evaluator) newActor(p agents.Policy, n int) agents.Actor {
	if s, ok := p.(agents.Sampler); ok && e.sampled {
		return s.NewSampler(n)
	}
	return p.NewActor(n)
}

// assign gives copy i the next episode, if there is one left, to begin at the next reset.
func (v *evaluation) assign(i int) {
	v.mask[i] = v.next < v.episodes
	if !v.mask[i] {
		v.episode[i] = -1
		return
	}
	v.episode[i], v.discount[i] = v.next, 1
	v.seeds[i] = agents.Stream(v.seed, v.stream, v.next)
	v.actor.Reset(i, rand.New(agents.NewRand(v.seed, v.stream+".policy", v.next)))
	v.next++
	v.running++
}

// step lets all copies act once. It allocates only where an episode begins.
func (v *evaluation) step() {
	v.clock++
	v.actor.Act(v.obs, v.act)
	v.vector.Step(v.act, v.obs, v.reward, v.term, v.trunc, v.final)
	if f, ok := v.actor.(agents.Feedback); ok {
		f.Feedback(v.reward)
	}
	m := v.env.Spec.M()
	reset := false
	for i, k := range v.episode {
		v.mask[i] = false
		if k < 0 {
			continue
		}
		total, plain := v.returns[k*m:(k+1)*m], v.undiscounted[k*m:(k+1)*m]
		for j, r := range v.reward[i*m : (i+1)*m] {
			total[j] += v.discount[i] * r
			plain[j] += r
		}
		v.discount[i] *= v.gamma
		v.lengths[k]++
		if v.term[i] || v.trunc[i] {
			v.running--
			v.assign(i)
			reset = reset || v.mask[i]
		}
	}
	if reset {
		v.vector.Reset(v.seeds, v.mask, v.obs)
	}
}

// value is the mean over the episodes with its standard error.
func (v *evaluation) value() agents.Value {
	out := agents.Value{Episodes: v.episodes}
	for _, l := range v.lengths {
		out.Steps += l
	}
	out.Length = float64(out.Steps) / float64(v.episodes)
	out.Return, out.StdErr = v.mean(v.returns)
	out.Undiscounted, out.UndiscountedErr = v.mean(v.undiscounted)
	return out
}

// mean is that of every objective over the episodes, with its standard error: of a single episode 0 where
// all episodes are the same, else unknown, NaN.
func (v *evaluation) mean(returns []float64) (mean, stdErr []float64) {
	n, m := v.episodes, v.env.Spec.M()
	mean, stdErr = make([]float64, m), make([]float64, m)
	for j := range m {
		for k := range n {
			mean[j] += returns[k*m+j]
		}
		mean[j] /= float64(n)
		square := 0.0
		for k := range n {
			d := returns[k*m+j] - mean[j]
			square += d * d
		}
		switch {
		case n > 1:
			stdErr[j] = math.Sqrt(square / float64(n-1) / float64(n))
		case !v.exact():
			stdErr[j] = math.NaN()
		}
	}
	return mean, stdErr
}
