package elicit

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
)

// Ensemble is a belief as K small networks that never fall in any objective, each fitted to answers that are
// weighed at random (the Bayesian bootstrap of Rubin 1981): where they disagree, nobody knows. A network is
//
//	u(y) = Σ_h a_h tanh(Σ_j b_hj y_j + c_h),   a, b ≥ 0 as softplus of free numbers.
type Ensemble struct {
	items     *Items
	beta      float64
	threshold float64
	seed      uint64
	replies   []reply
	members   []monotone
	sample    *Sample
}

// Hidden units, Adam steps after each answer and their length.
const (
	hidden       = 8
	ensembleRate = 0.02
	ensembleStep = 100
	// decay draws free numbers to where they started, which the answers do not determine.
	decay = 1e-3
)

// monotone is one network with its optimiser.
type monotone struct {
	free, start, gradient, first, second []float64 // a, c and b of each hidden unit
	steps                                int
}

// NewEnsemble returns k networks that agree in nothing yet.
func NewEnsemble(items *Items, k int, beta, threshold float64, seed uint64) *Ensemble {
	e := &Ensemble{items: items, beta: beta, threshold: threshold, seed: seed, sample: newSample(items.Len(), k)}
	size := hidden * (2 + items.M())
	for i := range k {
		random := rand.New(agents.NewRand(seed, "prior", i))
		start := make([]float64, size)
		for j := range start {
			start[j] = random.NormFloat64()
		}
		e.members = append(e.members, monotone{start: start, free: make([]float64, size), gradient: make([]float64, size),
			first: make([]float64, size), second: make([]float64, size)})
		e.sample.Beta[i] = beta
	}
	e.Reset()
	return e
}

// Reset implements [Belief].
func (e *Ensemble) Reset() {
	e.replies = e.replies[:0]
	for i := range e.members {
		m := &e.members[i]
		copy(m.free, m.start)
		clear(m.first)
		clear(m.second)
		m.steps = 0
	}
	e.evaluate()
}

// Sample implements [Belief].
func (e *Ensemble) Sample() *Sample { return e.sample }

// Condition implements [Belief].
func (e *Ensemble) Condition(a *Answer) {
	e.replies = append(e.replies, reply{slices.Clone(a.Items), a.positions()})
	for i := range e.members {
		weight := make([]float64, len(e.replies))
		for t := range weight {
			weight[t] = rand.New(agents.NewRand(e.seed, "bootstrap", i, t)).ExpFloat64()
		}
		for range ensembleStep {
			e.step(&e.members[i], weight)
		}
	}
	e.evaluate()
}

// evaluate computes the utilities of all items.
func (e *Ensemble) evaluate() {
	for i := range e.items.Len() {
		u := e.sample.Of(i)
		for k := range e.members {
			u[k] = e.members[k].utility(e.items.Scaled(i))
		}
	}
}

// step is one step of Adam on the weighted answers.
func (e *Ensemble) step(m *monotone, weight []float64) {
	for j, v := range m.free {
		m.gradient[j] = decay * (m.start[j] - v)
	}
	var v, grad [maxChoice]float64
	var hess [maxChoice * maxChoice]float64
	for t := range e.replies {
		r := &e.replies[t]
		for k, i := range r.items {
			v[k], grad[k] = e.beta*m.utility(e.items.Scaled(i)), 0
		}
		r.curvature(v[:len(r.items)], e.threshold, grad[:len(r.items)], hess[:])
		for k, i := range r.items {
			m.backward(e.items.Scaled(i), e.beta*weight[t]*grad[k])
		}
	}
	m.steps++
	b1, b2 := 1-math.Pow(0.9, float64(m.steps)), 1-math.Pow(0.999, float64(m.steps))
	for j, g := range m.gradient {
		m.first[j] += 0.1 * (g - m.first[j])
		m.second[j] += 0.001 * (g*g - m.second[j])
		m.free[j] += ensembleRate * (m.first[j] / b1) / (math.Sqrt(m.second[j]/b2) + 1e-8)
	}
}

// utility is u(y).
func (m *monotone) utility(y []float64) float64 {
	sum, width := 0.0, 2+len(y)
	for h := range hidden {
		unit := m.free[h*width : (h+1)*width]
		z := unit[1]
		for j, v := range y {
			z += positive(unit[2+j]) * v
		}
		sum += positive(unit[0]) * math.Tanh(z)
	}
	return sum / hidden
}

// backward adds the gradient of u(y), times a factor.
func (m *monotone) backward(y []float64, factor float64) {
	width := 2 + len(y)
	for h := range hidden {
		unit, gradient := m.free[h*width:(h+1)*width], m.gradient[h*width:(h+1)*width]
		z := unit[1]
		for j, v := range y {
			z += positive(unit[2+j]) * v
		}
		t := math.Tanh(z)
		gradient[0] += factor / hidden * t * slope(unit[0])
		by := factor / hidden * positive(unit[0]) * (1 - t*t)
		gradient[1] += by
		for j, v := range y {
			gradient[2+j] += by * v * slope(unit[2+j])
		}
	}
}

// positive is softplus, and slope its derivative.
func positive(x float64) float64 { return math.Log1p(math.Exp(-math.Abs(x))) + max(x, 0) }
func slope(x float64) float64    { return 1 / (1 + math.Exp(-x)) }
