package pql

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/pareto"
)

// table holds, for every pair of state s and action a, the mean reward R̄(s,a) and the set ND(s,a) of
// non-dominated returns after it. Q(s,a) = {R̄(s,a) + γ v : v in ND(s,a)} are the returns from s that
// begin with a. A pair that was never tried has R̄ = 0 and ND = {0}.
type table struct {
	states     *tabular.States
	actions, m int
	settings   *Settings
	reference  []float64

	pairs  []pair
	scores []float64 // of each pair
	valid  []bool    // of each state: its scores

	work  pareto.Workspace
	union []float64
}

// pair is a state with an action.
type pair struct {
	Count  int
	Reward []float64 // mean
	After  []float64 // ND, m numbers each
	Next   []int32   // states that followed, each once; the last one last
	End    bool      // the last time the episode ended here
}

func newTable(states *tabular.States, actions, m int, s *Settings, reference []float64) *table {
	return &table{states: states, actions: actions, m: m, settings: s, reference: reference}
}

// grow makes room for all states.
func (t *table) grow() {
	for len(t.valid) < t.states.Len() {
		t.valid = append(t.valid, false)
		for range t.actions {
			t.pairs = append(t.pairs, pair{Reward: make([]float64, t.m), After: make([]float64, t.m)})
			t.scores = append(t.scores, 0)
		}
	}
}

func (t *table) pair(s, a int) *pair {
	t.grow()
	return &t.pairs[s*t.actions+a]
}

// learn books that action a in state s gave a reward and led to state next.
func (t *table) learn(s, a int, reward []float64, next int, ended bool) error {
	t.grow()
	p := &t.pairs[s*t.actions+a]
	p.Count++
	for j, r := range reward {
		p.Reward[j] += (r - p.Reward[j]) / float64(p.Count)
	}
	p.End = ended
	t.valid[s] = false
	if ended {
		p.After = append(p.After[:0], make([]float64, t.m)...)
		return nil
	}
	if i := slices.Index(p.Next, int32(next)); i >= 0 {
		p.Next = slices.Delete(p.Next, i, i+1)
	}
	p.Next = append(p.Next, int32(next))
	front := t.front(next)
	if n := len(front) / t.m; n > t.settings.MaxSet {
		return fmt.Errorf("pql: a state has %d non-dominated returns, more than max_set allows (%d); raise it, or use cmorl", n, t.settings.MaxSet)
	}
	p.After = append(p.After[:0], front...)
	return nil
}

// appendReturns appends Q(s,a).
func (t *table) appendReturns(to []float64, s, a int) []float64 {
	p := t.pair(s, a)
	for i, v := range p.After {
		to = append(to, p.Reward[i%t.m]+t.settings.Gamma*v)
	}
	return to
}

// front returns the non-dominated returns from state s. It is valid until the next call.
func (t *table) front(s int) []float64 {
	t.union = t.union[:0]
	for a := range t.actions {
		t.union = t.appendReturns(t.union, s, a)
	}
	f := pareto.Front{M: t.m, X: t.union}
	keep, err := t.work.NonDominated(f)
	if err != nil {
		panic("pql: " + err.Error()) // rewards are finite: an environment promises that
	}
	for i, k := range keep {
		copy(t.union[i*t.m:(i+1)*t.m], t.union[k*t.m:(k+1)*t.m]) // k >= i, in ascending order
	}
	t.union = t.union[:len(keep)*t.m]
	return t.union
}

// scoresOf returns the score of every action in state s. They are computed anew where the set of an
// action has changed.
func (t *table) scoresOf(s int) []float64 {
	t.grow()
	scores := t.scores[s*t.actions : (s+1)*t.actions]
	if t.valid[s] {
		return scores
	}
	t.valid[s] = true
	var returns []float64
	if t.settings.Score == "cardinality" {
		front := slices.Clone(t.front(s))
		for a := range scores {
			scores[a] = 0
			returns = t.appendReturns(returns[:0], s, a)
			for i := 0; i < len(returns); i += t.m {
				for k := 0; k < len(front); k += t.m {
					if slices.Equal(returns[i:i+t.m], front[k:k+t.m]) {
						scores[a]++
						break
					}
				}
			}
		}
		return scores
	}
	for a := range scores {
		returns = t.appendReturns(returns[:0], s, a)
		hv, err := t.work.Hypervolume(pareto.Front{M: t.m, X: returns}, t.reference)
		if err != nil {
			panic("pql: " + err.Error()) // rewards are finite: an environment promises that
		}
		scores[a] = hv
	}
	return scores
}

// vectors counts the returns in all sets.
func (t *table) vectors() (n int) {
	for i := range t.pairs {
		n += len(t.pairs[i].After) / t.m
	}
	return n
}

// maxMoments bounds the moments of a policy.
const maxMoments = 100_000

// track returns the policy that reaches a return from the first of the starts, by its table: in each
// state it takes the action that has a return nearest (in L1) to what is still to be reached, which
// then is what that return expects afterwards. From other starts it heads for the nearest return.
func (t *table) track(starts []int32, target []float64, horizon int) *tabular.Plan {
	type key struct {
		state int32
		rest  string
	}
	index := map[key]int32{}
	var moments []tabular.Moment
	var rests [][]float64
	var depth []int
	var states []int32
	visit := func(s int32, rest []float64, at int) int32 {
		k := key{s, fmt.Sprint(rest)}
		i, ok := index[k]
		if !ok {
			i = int32(len(moments))
			index[k] = i
			moments = append(moments, tabular.Moment{Obs: t.states.Row(int(s))})
			rests, depth, states = append(rests, rest), append(depth, at), append(states, s)
		}
		return i
	}
	var first []int32
	for _, s := range starts {
		first = append(first, visit(s, target, 0))
	}
	for i := 0; i < len(moments) && i < maxMoments; i++ {
		a, rest := t.nearest(int(states[i]), rests[i])
		p := t.pair(int(states[i]), a)
		moments[i].Action = int32(a)
		if horizon > 0 && depth[i]+1 >= horizon {
			continue
		}
		for _, s := range p.Next {
			moments[i].Next = append(moments[i].Next, visit(s, rest, depth[i]+1))
		}
	}
	return tabular.NewPlan(t.states.Width, moments, first)
}

// nearest returns the action with the return nearest to a target, and what it expects afterwards.
func (t *table) nearest(s int, target []float64) (action int, after []float64) {
	best := math.Inf(1)
	for a := range t.actions {
		p := t.pair(s, a)
		for i := 0; i < len(p.After); i += t.m {
			d := 0.0
			for j, v := range p.After[i : i+t.m] {
				d += math.Abs(p.Reward[j] + t.settings.Gamma*v - target[j])
			}
			if d < best {
				best, action, after = d, a, p.After[i:i+t.m]
			}
		}
	}
	return action, slices.Clone(after)
}
