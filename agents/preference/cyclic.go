package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
)

// Cyclic is a general preference embedding (Zhang et al., "Beyond Bradley-Terry models: a general preference model
// for language model alignment", ICML 2025; abstract only): items have vectors v(x) of 2k numbers, and
//
//	s(i ≻ j) = Σ_l λ_l (v_i²ˡ⁻¹ v_j²ˡ − v_i²ˡ v_j²ˡ⁻¹),   P(i ≻ j) = λ(s / β)
//
// with λ_l ≥ 0. s is skew by construction, so that cycles can be represented; with k = 1 and v = (u, 1) it is λ (u_i − u_j),
// the Bradley-Terry model.
type Cyclic struct {
	Lambda []float64 // λ_l, k of them
	Beta   float64   // β > 0
}

// Score is s(i ≻ j) of two embedded items.
func (c *Cyclic) Score(vi, vj []float64) float64 {
	s := 0.0
	for l, lambda := range c.Lambda {
		s += lambda * (float64(vi[2*l]*vj[2*l+1]) - float64(vi[2*l+1]*vj[2*l]))
	}
	return s
}

// P is the probability that the first of two embedded items is preferred.
func (c *Cyclic) P(vi, vj []float64) float64 { return Logistic(c.Score(vi, vj) / c.Beta) }

// GPM learns a general preference embedding v(x) = A x + b of the features of segments by maximum likelihood. With one
// feature per item it gives every item a vector of its own. The λ_l are 1, for the length of the vectors does the
// same.
type GPM struct {
	// Blocks is k. Zero means 1; 2k + 1 items need k blocks to represent any preferences.
	Blocks int
	// L2 is l₂ of the term (l₂/2) |A, b|²; zero means none.
	L2 float64
	// Restarts from random embeddings; the lowest loss wins. Zero means 3.
	Restarts int
	Seed     uint64
}

// Embedding is what [GPM] learns.
type Embedding struct {
	Cyclic
	Loss    float64 // mean cross-entropy of the answers, in nats
	weights []float64
	in      int
}

var _ Model = (*Embedding)(nil)

// Fit implements [Learner].
func (l GPM) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	k := orDefault(l.Blocks, 1)
	if k < 1 || l.Restarts < 0 {
		return nil, fmt.Errorf("%d blocks and %d restarts; give at least 1 of each", k, l.Restarts)
	}
	e := &Embedding{Cyclic: Cyclic{Lambda: make([]float64, k), Beta: 1}, in: len(d.Objectives)}
	for i := range e.Lambda {
		e.Lambda[i] = 1
	}
	total := 0.0
	for i := range d.Pairs {
		total += d.Pairs[i].count()
	}
	a, b := make([]float64, 2*k), make([]float64, 2*k)
	loss := 0.0
	at := func(w, gradient []float64) float64 {
		clear(gradient)
		loss = 0
		for i := range d.Pairs {
			p := &d.Pairs[i]
			e.embed(w, p.A.Features, a)
			e.embed(w, p.B.Features, b)
			z, share := e.Score(a, b), p.count()/total
			loss += share * CrossEntropy(z, p.Y)
			g := share * (Logistic(z) - p.Y)
			for l := range k {
				// ∂s/∂v_i and ∂s/∂v_j of the block.
				e.backward(gradient, p.A.Features, 2*l, g*b[2*l+1])
				e.backward(gradient, p.A.Features, 2*l+1, -g*b[2*l])
				e.backward(gradient, p.B.Features, 2*l, -g*a[2*l+1])
				e.backward(gradient, p.B.Features, 2*l+1, g*a[2*l])
			}
		}
		for j, v := range w {
			gradient[j] += l.L2 * v
		}
		return loss + l.L2/2*dot(w, w)
	}
	epoch, lowest := 0, math.Inf(1)
	for restart := range orDefault(l.Restarts, 3) {
		random := rand.New(agents.NewRand(l.Seed, "gpm", restart))
		start := make([]float64, 2*k*(e.in+1))
		for j := range start {
			start[j] = random.NormFloat64() / math.Sqrt(float64(e.in+1))
		}
		w, err := minimise(ctx, start, at, func(value float64) {
			if record != nil {
				record(epoch, value)
			}
			epoch++
		})
		if err != nil {
			return nil, err
		}
		if value := at(w, make([]float64, len(w))); value < lowest {
			lowest, e.weights, e.Loss = value, w, loss
		}
	}
	return e, nil
}

// embed writes v(x) = A x + b for weights w, a row of A and b for each number.
func (e *Embedding) embed(w, x, v []float64) {
	width := e.in + 1
	for r := range v {
		row := w[r*width : (r+1)*width]
		v[r] = dot(row[:e.in], x) + row[e.in]
	}
}

// backward adds the gradient of one number of v(x), times a factor.
func (e *Embedding) backward(gradient, x []float64, r int, factor float64) {
	row := gradient[r*(e.in+1):]
	for j, f := range x {
		row[j] += factor * f
	}
	row[e.in] += factor
}

// Embed returns v(x) of a segment.
func (e *Embedding) Embed(s *Segment) []float64 {
	v := make([]float64, 2*len(e.Lambda))
	e.embed(e.weights, s.Features, v)
	return v
}

// P implements [Model].
func (e *Embedding) P(a, b *Segment) float64 { return e.Cyclic.P(e.Embed(a), e.Embed(b)) }

// Utility implements [Model] as far as cyclic preferences have one: the score against an item of no features.
func (e *Embedding) Utility(s *Segment) float64 {
	none := Item(make([]float64, e.in))
	return e.Score(e.Embed(s), e.Embed(&none))
}

// Params implements [Model]: A and b, row by row.
func (e *Embedding) Params() []float64 { return e.weights }
