package mpmoq

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Priorities of remembered steps (morl-baselines).
const (
	leastPriority    = 1e-4
	priorityExponent = 0.6
)

// memory is a model of the environment as a table: what followed each action in each state so far
// (Sutton: "Integrated Architectures for Learning, Planning, and Reacting", 1990).
type memory struct {
	Pairs []pair // in the order in which they were first met

	index      map[[2]int]int // of a pair by state and action
	priorities sumTree
}

// pair is an action in a state.
type pair struct {
	State, Action, Count int
	Outcomes             []outcome
}

// outcome is what followed, some times of the count.
type outcome struct {
	Next       int
	Terminated bool
	Count      int
	Reward     []float64 // mean
}

func newMemory(pairs []pair) *memory {
	m := &memory{Pairs: pairs, index: map[[2]int]int{}}
	for i, p := range pairs {
		m.index[[2]int{p.State, p.Action}] = i
	}
	return m
}

// add notes a step and returns the number of its pair.
func (m *memory) add(state, action int, reward []float64, next int, terminated bool) int {
	i, known := m.index[[2]int{state, action}]
	if !known {
		i = len(m.Pairs)
		m.index[[2]int{state, action}] = i
		m.Pairs = append(m.Pairs, pair{State: state, Action: action})
	}
	p := &m.Pairs[i]
	p.Count++
	at := slices.IndexFunc(p.Outcomes, func(o outcome) bool { return o.Next == next && o.Terminated == terminated })
	if at < 0 {
		at = len(p.Outcomes)
		p.Outcomes = append(p.Outcomes, outcome{Next: next, Terminated: terminated, Reward: make([]float64, len(reward))})
	}
	o := &p.Outcomes[at]
	o.Count++
	for j, r := range reward {
		o.Reward[j] += (r - o.Reward[j]) / float64(o.Count)
	}
	return i
}

// check returns an error unless the pair is one of so many states and actions and has outcomes of m objectives.
func (p *pair) check(states, actions, m int) error {
	seen := 0
	for _, o := range p.Outcomes {
		if o.Next < 0 || o.Next >= states || o.Count < 1 || len(o.Reward) != m {
			return fmt.Errorf("it remembers an outcome %+v of %d objectives in %d states", o, m, states)
		}
		seen += o.Count
	}
	if p.State < 0 || p.State >= states || p.Action < 0 || p.Action >= actions || p.Count != seen || seen < 1 {
		return fmt.Errorf("it remembers action %d in state %d, %d times with %d outcomes", p.Action, p.State, p.Count, seen)
	}
	return nil
}

// draw returns one of the outcomes, each as often as it was seen.
func (p *pair) draw(rng *rand.Rand) *outcome {
	if len(p.Outcomes) == 1 {
		return &p.Outcomes[0]
	}
	k := rng.IntN(p.Count)
	for i := range p.Outcomes {
		if k -= p.Outcomes[i].Count; k < 0 {
			return &p.Outcomes[i]
		}
	}
	panic("mpmoq: a pair was seen more often than its outcomes")
}

// replay learns from remembered steps once more, after a step that the memory holds as pair last: by chance,
// or by their priorities.
func (l *learner) replay(w []float64, last int, rng *rand.Rand) {
	prioritised := l.settings.Dyna == "gpi-pd"
	if prioritised {
		l.memory.priorities.set(last, l.priority(last, w))
	}
	for range l.settings.DynaUpdates {
		i := 0
		if prioritised {
			i = l.memory.priorities.find(rng.Float64())
		} else {
			i = rng.IntN(len(l.memory.Pairs))
		}
		p := &l.memory.Pairs[i]
		o := p.draw(rng)
		l.update(w, p.State, p.Action, o.Reward, o.Next, o.Terminated)
		if prioritised {
			l.memory.priorities.set(i, l.priority(i, w))
		}
	}
}

// prioritise computes the priorities of all pairs for new weights.
func (l *learner) prioritise(w []float64) {
	for i := range l.memory.Pairs {
		l.memory.priorities.set(i, l.priority(i, w))
	}
}

// priority of pair i for weights w: by how much its value is expected to change if the best of all tables is
// followed afterwards, |w·r + γ max_π max_a w·Q_π(s', a) - w·Q(s, a)|, the mean over its outcomes (Alegre et al. 2023).
func (l *learner) priority(i int, w []float64) float64 {
	p := &l.memory.Pairs[i]
	change := -dot(w, l.learned().at(p.State, p.Action, l.actions, l.m))
	for _, o := range p.Outcomes {
		u := dot(w, o.Reward)
		if !o.Terminated {
			u += l.settings.Gamma * l.most(o.Next, w)
		}
		change += u * float64(o.Count) / float64(p.Count)
	}
	return math.Pow(max(math.Abs(change), leastPriority), priorityExponent)
}

// most is the largest w·Q(s, a) of a state by any of the tables that know it.
func (l *learner) most(s int, w []float64) float64 {
	most := math.Inf(-1)
	for _, q := range l.tables {
		if (s+1)*l.actions*l.m > len(q) {
			continue
		}
		for a := range l.actions {
			most = max(most, dot(w, q.at(s, a, l.actions, l.m)))
		}
	}
	return most
}
