package exact

import "math"

// improvement is by how much another action must be better to be taken, relative to its value: beyond rounding.
const improvement = 1e-9

// maxImprovements bounds the rounds of policy iteration for one plan; each makes the policy better.
const maxImprovements = 1000

// Planner finds best policies of a process for weights that change: policy iteration that starts from the
// policy found last and evaluates a policy only when it has changed. It is for discounts below 1.
type Planner struct {
	p       *Process
	actions []int32
	known   bool      // psi is that of actions
	psi     []float64 // States × M
	v       []float64
	first   []int32
	to      []branch
	solver  *resolvent
	// Evaluations counts how many policies were evaluated.
	Evaluations int
}

// NewPlanner returns a planner of its own buffers.
func (p *Process) NewPlanner() *Planner {
	if p.Gamma == 1 {
		panic("exact: a planner needs a discount below 1")
	}
	return &Planner{
		p: p, actions: make([]int32, p.States), psi: make([]float64, p.States*p.M), v: make([]float64, p.States),
		first: make([]int32, p.States+1), solver: newResolvent(p.States, p.M),
	}
}

// Plan makes the policy best for weights w.
func (l *Planner) Plan(w []float64) {
	p := l.p
	if !l.known {
		for s := range l.actions {
			best := math.Inf(-1)
			for a := range p.Actions {
				if r := dot(w, p.Phi(s, a)); r > best {
					best, l.actions[s] = r, int32(a)
				}
			}
		}
		l.evaluate()
	}
	for range maxImprovements {
		if !l.improve(w) {
			return
		}
		l.evaluate()
	}
}

// improve takes better actions and reports whether there were any.
func (l *Planner) improve(w []float64) (changed bool) {
	p := l.p
	for s := range l.v {
		l.v[s] = dot(w, l.psi[s*p.M:][:p.M])
	}
	for s := range l.actions {
		now := l.v[s]
		best, choice := now+improvement*max(1, math.Abs(now)), int32(-1)
		for a := range p.Actions {
			k := s*p.Actions + a
			q := dot(w, p.phi[k*p.M:][:p.M])
			for _, b := range p.to[p.first[k]:p.first[k+1]] {
				q += float64(p.Gamma * float64(b.p*l.v[b.next]))
			}
			if q > best {
				best, choice = q, int32(a)
			}
		}
		if choice >= 0 && choice != l.actions[s] {
			l.actions[s], changed = choice, true
		}
	}
	return changed
}

// evaluate solves for ψ of the policy.
func (l *Planner) evaluate() {
	p := l.p
	l.to = l.to[:0]
	for s, a := range l.actions {
		copy(l.psi[s*p.M:][:p.M], p.Phi(s, int(a)))
		l.to = append(l.to, p.branches(s, int(a))...)
		l.first[s+1] = int32(len(l.to))
	}
	l.solver.solve(l.first, l.to, p.Gamma, l.psi)
	l.known = true
	l.Evaluations++
}

// Psi returns the successor features of a state under the policy, M numbers; do not modify them.
func (l *Planner) Psi(s int) []float64 { return l.psi[s*l.p.M:][:l.p.M] }

// Actions returns the action of the policy in each state; do not modify them.
func (l *Planner) Actions() []int32 { return l.actions }
