package exact

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// supportGain is the least improvement of a utility, relative to the values, that counts as a new
// vector of the coverage set.
const supportGain = 1e-10

// CoverageSet returns the convex coverage set of e for a discount gamma in (0, 1]: the values that
// are the only best ones for some linear weights w ≥ 0. It is what mixtures of policies, and
// learners with linear weights, need, and much smaller than the Pareto front of a stochastic
// problem.
//
// With a deterministic model, or a documented front, it is found among the points of [Front]. With
// a stochastic one it is found by optimistic linear support (Roijers, Whiteson & Oliehoek,
// "Computing Convex Coverage Sets for Faster Multi-objective Coordination", Journal of Artificial
// Intelligence Research 52, 2015) over exact value iteration: one run for each corner weight, where the
// best of the values found so far change.
func CoverageSet(e *envs.Environment, gamma float64) (Result, error) {
	r, err := coverageSet(e, gamma)
	if err != nil {
		return Result{}, fmt.Errorf("convex coverage set of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func coverageSet(e *envs.Environment, gamma float64) (Result, error) {
	if err := checkDiscount(gamma); err != nil {
		return Result{}, err
	}
	model, ok := e.Model()
	if !ok || e.Spec.DeterministicStart && e.Spec.DeterministicStep {
		r, err := front(e, gamma)
		if err != nil {
			return Result{}, err
		}
		all, plans := r.Points, r.Plans
		if r.Points, err = CCS(all); err != nil || plans == nil {
			return r, err
		}
		r.Plans = nil
		for i := range all.Len() {
			if k := len(r.Plans); k < r.Points.Len() && slices.Equal(all.Row(i), r.Points.Row(k)) {
				r.Plans = append(r.Plans, plans[i])
			}
		}
		return r, nil
	}
	layers, _, err := reachable(model, e.Spec.Horizon)
	if err != nil {
		return Result{}, err
	}
	p := newExpectation(model, layers, e.Spec.M(), gamma)
	points, err := CCS(linearSupport(e.Spec.M(), p.solve))
	if err != nil {
		return Result{}, err
	}
	return finish(points, nil, "optimistic linear support over value iteration on the exact stochastic model", true)
}

// expectation is a model with its outcomes summed up: what an action yields and where it leads.
type expectation struct {
	m, actions, steps int
	gamma             float64
	first             []float64  // expected reward, m per state and action
	branches          [][]branch // per state and action
	starts            []branch   // where episodes begin
}

// branch is a next state, by its index among the reachable ones, with its probability.
type branch struct {
	next int32
	p    float64
}

func newExpectation(model envs.Model, layers [][]int32, m int, gamma float64) *expectation {
	p := &expectation{m: m, steps: len(layers), gamma: gamma, actions: model.NumActions()}
	index := make(map[int32]int32)
	var states []int32
	for _, layer := range layers {
		for _, s := range layer {
			if _, known := index[s]; !known {
				index[s] = int32(len(states))
				states = append(states, s)
			}
		}
	}
	for _, o := range envs.Starts(model) {
		p.starts = append(p.starts, branch{index[int32(o.Next)], o.P})
	}
	var buf []envs.Outcome
	for _, s := range states {
		for a := range p.actions {
			yield := make([]float64, m)
			var to []branch
			buf = model.Outcomes(int(s), a, buf[:0])
			for _, o := range buf {
				for j, r := range o.Reward {
					yield[j] += float64(o.P * r)
				}
				// A state that is only reached by the last step has no value.
				if next, known := index[int32(o.Next)]; known && !o.Terminal && o.P > 0 {
					to = append(to, branch{next, o.P})
				}
			}
			p.first = append(p.first, yield...)
			p.branches = append(p.branches, to)
		}
	}
	return p
}

// solve returns the value of a policy that is best for weights w: value iteration from the last
// step back.
func (p *expectation) solve(w []float64) []float64 {
	n := len(p.branches) / p.actions
	below, values := make([]float64, n*p.m), make([]float64, n*p.m)
	row := make([]float64, p.m)
	for range p.steps {
		for s := range n {
			best := values[s*p.m : (s+1)*p.m]
			most := math.Inf(-1)
			for a := range p.actions {
				copy(row, p.first[(s*p.actions+a)*p.m:])
				for _, b := range p.branches[s*p.actions+a] {
					for j, v := range below[int(b.next)*p.m:][:p.m] {
						row[j] += float64(p.gamma * b.p * v)
					}
				}
				if u := dot(w, row); u > most {
					most = u
					copy(best, row)
				}
			}
		}
		if slices.Equal(values, below) {
			break
		}
		below, values = values, below
	}
	value := make([]float64, p.m)
	for _, b := range p.starts {
		for j, v := range below[int(b.next)*p.m:][:p.m] {
			value[j] += float64(b.p * v)
		}
	}
	return value
}

// linearSupport calls best for corner weights until no utility improves, and returns the vectors
// that it gave.
func linearSupport(m int, best func(w []float64) []float64) pareto.Front {
	s := support{found: pareto.Front{M: m}}
	for j := range m {
		w := make([]float64, m)
		w[j] = 1
		s.queue = append(s.queue, w)
	}
	for len(s.queue) > 0 {
		w := s.queue[0]
		s.queue = s.queue[1:]
		v := best(w)
		scale := 1.0
		for _, x := range v {
			scale = max(scale, math.Abs(x))
		}
		known := math.Inf(-1)
		for i := range s.found.Len() {
			known = max(known, dot(w, s.found.Row(i)))
		}
		if dot(w, v) > known+supportGain*scale {
			s.add(v)
		}
	}
	return s.found
}

// support is the state of optimistic linear support: vectors found, and corner weights to try.
type support struct {
	found pareto.Front
	queue [][]float64
	seen  [][]float64
}

// add appends v and queues the corner weights at which it meets others: the solutions of
// (v − u)·w = 0 for some vectors u found before and wⱼ = 0 for some objectives, m−1 equations
// in all, and Σ wⱼ = 1, at which v is among the best.
func (s *support) add(v []float64) {
	m, n := s.found.M, s.found.Len()
	s.found = s.found.Append(v)
	equations := make([][]float64, 0, n+m)
	for i := range n {
		row := make([]float64, m)
		for j, x := range s.found.Row(i) {
			row[j] = v[j] - x
		}
		equations = append(equations, row)
	}
	for j := range m {
		row := make([]float64, m)
		row[j] = 1
		equations = append(equations, row)
	}
	chosen := make([]int, 0, m)
	var choose func(from int)
	choose = func(from int) {
		if len(chosen) == m-1 {
			if w, ok := cornerWeight(equations, chosen, m); ok && s.isNew(w, v) {
				s.queue = append(s.queue, w)
				s.seen = append(s.seen, w)
			}
			return
		}
		for i := from; i < len(equations); i++ {
			chosen = append(chosen, i)
			choose(i + 1)
			chosen = chosen[:len(chosen)-1]
		}
	}
	choose(0)
}

// isNew says whether v is among the best at w, and w not queued before.
func (s *support) isNew(w, v []float64) bool {
	u := dot(w, v)
	for i := range s.found.Len() {
		if x := dot(w, s.found.Row(i)); x > u+supportGain*max(1, math.Abs(u)) {
			return false
		}
	}
	return !slices.ContainsFunc(s.seen, func(old []float64) bool {
		for j, x := range old {
			if math.Abs(x-w[j]) > supportGain {
				return false
			}
		}
		return true
	})
}

// cornerWeight solves the chosen equations together with Σ wⱼ = 1 by elimination; it fails if they
// do not determine weights w ≥ 0.
func cornerWeight(equations [][]float64, chosen []int, m int) ([]float64, bool) {
	a := make([][]float64, m)
	for i := range a {
		a[i] = make([]float64, m+1)
		if i < m-1 {
			copy(a[i], equations[chosen[i]])
			continue
		}
		for j := range a[i] {
			a[i][j] = 1
		}
	}
	for c := range m {
		pivot := c
		for r := c; r < m; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[pivot][c]) {
				pivot = r
			}
		}
		if math.Abs(a[pivot][c]) < 1e-14 {
			return nil, false
		}
		a[c], a[pivot] = a[pivot], a[c]
		for r := range m {
			if r == c {
				continue
			}
			f := a[r][c] / a[c][c]
			for j := c; j <= m; j++ {
				a[r][j] -= f * a[c][j]
			}
		}
	}
	w := make([]float64, m)
	for j := range w {
		w[j] = a[j][m] / a[j][j]
		if w[j] < -1e-12 {
			return nil, false
		}
		w[j] = max(w[j], 0)
	}
	return w, true
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
