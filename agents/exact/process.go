package exact

import (
	"errors"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
)

// Process is the finite model of an environment as a discounted decision process without a horizon:
// what policies are worth from every state, and which are best, for any linear weights of the reward vector,
// negative ones too. States and actions are those of the model. A Process is immutable.
type Process struct {
	States, Actions, M int
	Gamma              float64

	phi    []float64 // φ(s, a), the expected reward vector: States × Actions × M
	first  []int32   // branches of (s, a) are first[s·Actions + a] to before first[… + 1]
	to     []branch  // where the process goes on; none where it ends
	starts []branch
	chain  bool // no chance: at most one branch each, of probability 1
}

// ErrEndlessGain is returned where values at discount 1 do not settle, since going round in circles gains for
// ever or an action leads nowhere.
var ErrEndlessGain = errors.New("the values at discount 1 do not settle: some way round in circles gains for ever; give a discount below 1")

// maxProcess bounds States × Actions.
const maxProcess = 4 << 20

// NewProcess returns the process of an environment that has a model, for a discount gamma in (0, 1].
func NewProcess(e *envs.Environment, gamma float64) (*Process, error) {
	if err := checkDiscount(gamma); err != nil {
		return nil, err
	}
	model, ok := e.Model()
	if !ok {
		return nil, fmt.Errorf("%s: %w", e.Spec.ID, ErrNoModel)
	}
	p := &Process{States: model.NumStates(), Actions: model.NumActions(), M: e.Spec.M(), Gamma: gamma, chain: true}
	if p.States*p.Actions > maxProcess {
		return nil, fmt.Errorf("%s: %d states with %d actions are too many to plan with exactly", e.Spec.ID, p.States, p.Actions)
	}
	var buf []envs.Outcome
	var to []branch
	for s := range p.States {
		for a := range p.Actions {
			p.first = append(p.first, int32(len(p.to)))
			buf = model.Outcomes(s, a, buf[:0])
			var reward []float64
			reward, to = expected(buf, p.M, to)
			p.phi = append(p.phi, reward...)
			p.to = append(p.to, to...)
			p.chain = p.chain && (len(to) == 0 || len(to) == 1 && to[0].p == 1)
		}
	}
	p.first = append(p.first, int32(len(p.to)))
	for _, o := range envs.Starts(model) {
		p.starts = append(p.starts, branch{int32(o.Next), o.P})
	}
	return p, nil
}

// Phi returns φ(s, a), the expected reward vector; do not modify it.
func (p *Process) Phi(s, a int) []float64 { return p.phi[(s*p.Actions+a)*p.M:][:p.M] }

// branches of an action.
func (p *Process) branches(s, a int) []branch {
	k := s*p.Actions + a
	return p.to[p.first[k]:p.first[k+1]]
}

// Branches calls f for every state that an action may lead to, with its probability. Where the process ends
// there is none.
func (p *Process) Branches(s, a int, f func(next int, probability float64)) {
	for _, b := range p.branches(s, a) {
		f(int(b.next), b.p)
	}
}

// Deterministic says that every action leads to one state.
func (p *Process) Deterministic() bool { return p.chain }

// Idle says that nothing happens any more in a state: every action ends the process and is worth nothing.
func (p *Process) Idle(s int) bool {
	for a := range p.Actions {
		if len(p.branches(s, a)) > 0 {
			return false
		}
		for _, x := range p.Phi(s, a) {
			if x != 0 {
				return false
			}
		}
	}
	return true
}

// Starts calls f for every state in which episodes begin, with its probability.
func (p *Process) Starts(f func(s int, probability float64)) {
	for _, b := range p.starts {
		f(int(b.next), b.p)
	}
}

// Mean is the mean of values v, one per state, over the states in which episodes begin.
func (p *Process) Mean(v []float64) (mean float64) {
	for _, b := range p.starts {
		mean += float64(b.p * v[b.next])
	}
	return mean
}

// Uniform is the policy that takes every action with the same probability.
func (p *Process) Uniform() []float64 {
	policy := make([]float64, p.States*p.Actions)
	for i := range policy {
		policy[i] = 1 / float64(p.Actions)
	}
	return policy
}

// QValues writes Q(s, a) = w · φ(s, a) + γ E[v(s')] to q, States × Actions. A nil q is made.
func (p *Process) QValues(w, v, q []float64) []float64 {
	if q == nil {
		q = make([]float64, p.States*p.Actions)
	}
	for k := range q {
		q[k] = dot(w, p.phi[k*p.M:][:p.M])
		for _, b := range p.to[p.first[k]:p.first[k+1]] {
			q[k] += float64(p.Gamma * float64(b.p*v[b.next]))
		}
	}
	return q
}

// Greedy returns the policy that shares its choice equally among the best actions by q: those within a
// relative tolerance of the best, tol · max(1, |q|).
func (p *Process) Greedy(q []float64, tol float64) []float64 {
	policy := make([]float64, len(q))
	for s := range p.States {
		row := q[s*p.Actions:][:p.Actions]
		best := math.Inf(-1)
		for _, x := range row {
			best = max(best, x)
		}
		ties := 0.0
		for _, x := range row {
			if x >= best-tol*max(1, math.Abs(best)) {
				ties++
			}
		}
		for a, x := range row {
			if x >= best-tol*max(1, math.Abs(best)) {
				policy[s*p.Actions+a] = 1 / ties
			}
		}
	}
	return policy
}

// Values returns V*, the best value of every state for weights w, to rounding: by policy iteration with exact
// evaluation, at discount 1 by value iteration until nothing changes, which fails with [ErrEndlessGain] where it
// never does.
func (p *Process) Values(w []float64) ([]float64, error) {
	if len(w) != p.M {
		panic(fmt.Sprintf("exact: %d weights for %d objectives", len(w), p.M))
	}
	if p.Gamma == 1 {
		return p.undiscounted(w)
	}
	planner := p.NewPlanner()
	planner.Plan(w)
	v := make([]float64, p.States)
	for s := range v {
		v[s] = dot(w, planner.Psi(s))
	}
	return v, nil
}

// undiscounted is value iteration at discount 1, whose values stand still after as many sweeps as the longest of
// the best ways has steps.
func (p *Process) undiscounted(w []float64) ([]float64, error) {
	v, q := make([]float64, p.States), make([]float64, p.States*p.Actions)
	for range max(1000, 200*p.States) {
		p.QValues(w, v, q)
		change := 0.0
		for s := range v {
			best := math.Inf(-1)
			for _, x := range q[s*p.Actions:][:p.Actions] {
				best = max(best, x)
			}
			change = max(change, math.Abs(best-v[s]))
			v[s] = best
		}
		if change <= 1e-13*max(1, magnitude(v)) {
			return v, nil
		}
	}
	return nil, ErrEndlessGain
}

func magnitude(v []float64) (most float64) {
	for _, x := range v {
		most = max(most, math.Abs(x))
	}
	return most
}

// Successors returns ψ, the successor features of a stochastic policy (States × Actions probabilities): the
// expected discounted sum of reward vectors from every state, States × M. So the values of the policy are
// ψ w for weights w. At discount 1 a policy that may never end has none; it gets values that are not finite.
func (p *Process) Successors(policy []float64) []float64 {
	psi := make([]float64, p.States*p.M)
	first := make([]int32, 1, p.States+1)
	var to []branch
	for s := range p.States {
		for a := range p.Actions {
			share := policy[s*p.Actions+a]
			if share == 0 {
				continue
			}
			for j, x := range p.Phi(s, a) {
				psi[s*p.M+j] += float64(share * x)
			}
		next:
			for _, b := range p.branches(s, a) {
				for i := first[s]; int(i) < len(to); i++ {
					if to[i].next == b.next {
						to[i].p += float64(share * b.p)
						continue next
					}
				}
				to = append(to, branch{b.next, share * b.p})
			}
		}
		first = append(first, int32(len(to)))
	}
	newResolvent(p.States, p.M).solve(first, to, p.Gamma, psi)
	return psi
}

// Evaluate returns the value of every state under a stochastic policy for weights w.
func (p *Process) Evaluate(policy, w []float64) []float64 {
	psi := p.Successors(policy)
	v := make([]float64, p.States)
	for s := range v {
		v[s] = dot(w, psi[s*p.M:][:p.M])
	}
	return v
}

// WithReward returns the process with one reward for every state and action in place of the reward vector.
func (p *Process) WithReward(reward func(s, a int) float64) *Process {
	q := *p
	q.M = 1
	q.phi = make([]float64, p.States*p.Actions)
	for k := range q.phi {
		q.phi[k] = reward(k/p.Actions, k%p.Actions)
	}
	return &q
}
