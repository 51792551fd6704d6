package exact

import (
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
)

// Scalarised returns a policy that is best for the utility w · v of its values v, for a discount gamma in
// (0, 1] and weights w ≥ 0, one per objective, with its values: value iteration over the exact model of
// e from the last step back. Of equally good actions it takes the first. Time grows with
// horizon × states × actions.
func Scalarised(e *envs.Environment, gamma float64, w []float64) ([]float64, Policy, error) {
	v, p, err := scalarised(e, gamma, w)
	if err != nil {
		err = fmt.Errorf("best policy of %s for weights %v: %w", e.Spec.ID, w, err)
	}
	return v, p, err
}

func scalarised(e *envs.Environment, gamma float64, w []float64) ([]float64, Policy, error) {
	if err := checkDiscount(gamma); err != nil {
		return nil, Policy{}, err
	}
	if len(w) != e.Spec.M() {
		return nil, Policy{}, fmt.Errorf("%d weights for %d objectives", len(w), e.Spec.M())
	}
	for j, x := range w {
		if !(x >= 0 && x <= math.MaxFloat64) {
			return nil, Policy{}, fmt.Errorf("weight %d is %v; weights are finite and not negative", j+1, x)
		}
	}
	model, ok := e.Model()
	if !ok {
		return nil, Policy{}, ErrNoModel
	}
	layers, err := reachable(model, e.Spec.Horizon)
	if err != nil {
		return nil, Policy{}, err
	}
	x := newExpectation(model, layers, e.Spec.M(), gamma)
	v, p := x.policy(w)
	return v, p, nil
}

// expectation is a model with its outcomes summed up: what an action yields and where it leads.
type expectation struct {
	m, actions, steps int
	gamma             float64
	states            []int32    // in the model, those that can be reached
	first             []float64  // expected reward, m per state and action
	branches          [][]branch // per state and action, to indices of states
	starts            []branch   // where episodes begin, likewise
}

func newExpectation(model envs.Model, layers [][]int32, m int, gamma float64) *expectation {
	x := &expectation{m: m, steps: len(layers), gamma: gamma, actions: model.NumActions()}
	index := make(map[int32]int32)
	for _, layer := range layers {
		for _, s := range layer {
			if _, known := index[s]; !known {
				index[s] = int32(len(x.states))
				x.states = append(x.states, s)
			}
		}
	}
	for _, o := range envs.Starts(model) {
		x.starts = append(x.starts, branch{index[int32(o.Next)], o.P})
	}
	var buf []envs.Outcome
	for _, s := range x.states {
		for a := range x.actions {
			buf = model.Outcomes(int(s), a, buf[:0])
			yield, to := expected(buf, m, nil)
			x.first = append(x.first, yield...)
			// A state that is only reached by the last step has no value.
			to = slices.DeleteFunc(to, func(b branch) bool { _, known := index[b.next]; return !known })
			for i := range to {
				to[i].next = index[to[i].next]
			}
			x.branches = append(x.branches, to)
		}
	}
	return x
}

// value returns what a policy that is best for weights w is worth.
func (x *expectation) value(w []float64) []float64 { return x.iterate(w, nil) }

// iterate returns the value of value and hands the best action of every state to decided: those of the
// last step first, until the values of one more step are the same.
func (x *expectation) iterate(w []float64, decided func(actions []int32)) []float64 {
	n := len(x.states)
	below, values := make([]float64, n*x.m), make([]float64, n*x.m)
	row := make([]float64, x.m)
	for range x.steps {
		actions := make([]int32, n)
		for s := range n {
			best := values[s*x.m : (s+1)*x.m]
			most := math.Inf(-1)
			for a := range x.actions {
				copy(row, x.first[(s*x.actions+a)*x.m:])
				for _, b := range x.branches[s*x.actions+a] {
					for j, v := range below[int(b.next)*x.m:][:x.m] {
						row[j] += float64(x.gamma * b.p * v)
					}
				}
				if u := dot(w, row); u > most {
					most = u
					actions[s] = int32(a)
					copy(best, row)
				}
			}
		}
		if decided != nil {
			decided(actions)
		}
		if slices.Equal(values, below) {
			break
		}
		below, values = values, below
	}
	value := make([]float64, x.m)
	for _, b := range x.starts {
		for j, v := range below[int(b.next)*x.m:][:x.m] {
			value[j] += float64(b.p * v)
		}
	}
	return value
}

// policy returns a policy that is best for weights w, and its value. A node is a state with the steps
// that are left.
func (x *expectation) policy(w []float64) ([]float64, Policy) {
	var best [][]int32 // by steps left, less 1
	value := x.iterate(w, func(actions []int32) { best = append(best, actions) })
	type when struct{ left, state int32 }
	known := map[when]int32{}
	var all []when
	edges := func(to []branch, left int) []Edge {
		if left == 0 || len(to) == 0 {
			return nil
		}
		list := make([]Edge, len(to))
		for i, b := range to {
			at := when{int32(left), b.next}
			n, ok := known[at]
			if !ok {
				n = int32(len(all))
				known[at], all = n, append(all, at)
			}
			list[i] = Edge{x.states[b.next], n}
		}
		return list
	}
	p := Policy{Start: edges(x.starts, x.steps)}
	for n := 0; n < len(all); n++ {
		at := all[n]
		a := best[min(int(at.left), len(best))-1][at.state]
		p.Nodes = append(p.Nodes, Node{a, edges(x.branches[int(at.state)*x.actions+int(a)], int(at.left)-1)})
	}
	return value, p
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
