package mpmoq

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/envs"
)

// table holds Q(s,a), a value per objective, for the states met while it was learned and, all 0, for
// those met later.
type table []float64

// at returns Q(s,a) of m objectives.
func (q table) at(s, a, actions, m int) []float64 { return q[(s*actions+a)*m:][:m] }

// grown returns the table with room for so many states.
func (q table) grown(states, actions, m int) table {
	if more := states*actions*m - len(q); more > 0 {
		q = append(q, make([]float64, more)...)
	}
	return q
}

// learner is Q-learning on vectors: the greedy action maximises a utility of Q.
type learner struct {
	settings   *Settings
	problem    *agents.Problem
	states     *tabular.States
	tables     []table // of all weights so far, the last one may be being learned
	best       []float64
	memory     *memory // of what happened so far, nil without Dyna
	actions, m int
	sink       func(agents.Episode)
}

// utility of a vector of values for weights w.
func (l *learner) utility(q, w []float64) float64 {
	if l.settings.Utility == "chebyshev" {
		most := math.Inf(-1)
		for j, x := range q {
			most = max(most, w[j]*math.Abs(l.best[j]+l.settings.Tau-x))
		}
		return -most
	}
	u := 0.0
	for j, x := range q {
		u += w[j] * x
	}
	return u
}

// greedy returns the action with the largest utility in state s by any of some tables, the first one of
// several.
func (l *learner) greedy(s int, w []float64, tables ...table) int {
	best, action := math.Inf(-1), 0
	for _, q := range tables {
		if (s+1)*l.actions*l.m > len(q) {
			continue // never met while it was learned
		}
		for a := range l.actions {
			if u := l.utility(q.at(s, a, l.actions, l.m), w); u > best {
				best, action = u, a
			}
		}
	}
	return action
}

// learned is the table that is being learned.
func (l *learner) learned() table { return l.tables[len(l.tables)-1] }

// grow gives the table that is being learned room for all states met.
func (l *learner) grow() {
	last := &l.tables[len(l.tables)-1]
	*last = last.grown(l.states.Len(), l.actions, l.m)
}

// learn adds a table for weights w, which begins as a first one, with random numbers of the k-th weight vector.
func (l *learner) learn(ctx context.Context, k int, w []float64, first table) error {
	s, spec := l.settings, &l.problem.Env.Spec
	l.tables = append(l.tables, first)
	env := envs.NewVector[float32](l.problem.Env, 1, envs.NoReset)
	rng, remembering := rand.New(agents.NewRand(l.problem.Seed, "explore", k)), rand.New(agents.NewRand(l.problem.Seed, "replay", k))
	width := spec.Observation.Len()
	obs, next, final := make([]float32, width), make([]float32, width), make([]float32, width)
	action, reward, term, trunc := make([]int32, 1), make([]float64, l.m), make([]bool, 1), make([]bool, 1)
	env.Reset([]uint64{agents.Stream(l.problem.Seed, "env", k)}, nil, obs)
	here := l.states.Number(obs)
	length, sum := 0, make([]float64, l.m)
	l.grow()
	if s.Dyna == "gpi-pd" {
		l.prioritise(w)
	}
	for step := range s.WeightSteps {
		if step%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		epsilon := s.Epsilon + (s.EpsilonFinal-s.Epsilon)*min(1, float64(step)/float64(s.EpsilonSteps))
		var a int
		switch {
		case rng.Float64() < epsilon:
			a = rng.IntN(l.actions)
		case s.GPI:
			a = l.greedy(here, w, l.tables...)
		default:
			a = l.greedy(here, w, l.learned())
		}
		action[0] = int32(a)
		env.Step(envs.Actions[float32]{Discrete: action}, next, reward, term, trunc, final)
		there := l.states.Number(next)
		l.grow()
		l.update(w, here, a, reward, there, term[0])
		if l.memory != nil {
			l.replay(w, l.memory.add(here, a, reward, there, term[0]), remembering)
		}
		here = there
		length++
		for j, r := range reward {
			sum[j] += r
		}
		if term[0] || trunc[0] {
			if l.sink != nil {
				l.sink(agents.Episode{Steps: k*s.WeightSteps + step + 1, Length: length, Return: slices.Clone(sum), Terminated: term[0]})
			}
			length = 0
			clear(sum)
			env.Reset(nil, nil, obs)
			here = l.states.Number(obs)
			l.grow()
		}
	}
	return nil
}

// update moves Q(s,a) towards r + γ Q(s',a'), a' being greedy for weights w.
func (l *learner) update(w []float64, state, a int, reward []float64, next int, terminated bool) {
	q := l.learned()
	value := q.at(state, a, l.actions, l.m)
	after := q.at(next, l.greedy(next, w, q), l.actions, l.m)
	for j, r := range reward {
		target := r
		if !terminated {
			target += l.settings.Gamma * after[j]
		}
		value[j] += l.settings.Alpha * (target - value[j])
		l.best[j] = max(l.best[j], value[j])
	}
}

// policy is the greedy policy for weights w by any of some tables.
func (l *learner) policy(w []float64, tables ...table) *tabular.Table {
	actions := make([]int32, l.states.Len())
	for s := range actions {
		actions[s] = int32(l.greedy(s, w, tables...))
	}
	return tabular.NewTable(l.states, actions)
}
