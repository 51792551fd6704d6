package preference

import "github.com/paretolab/paretolab/agents/exact"

// Statistic is what a preference model compares of two segments: P(σ₁ ≻ σ₂) = λ(β (f(σ₁) − f(σ₂))).
type Statistic interface {
	// Value is f(σ).
	Value(s *Segment) float64
	// Grad writes the derivatives of f(σ) by the parameters of the statistic: for those of a linear
	// reward its weights.
	Grad(s *Segment, dst []float64)
}

// PartialReturn is f(σ) = Σ r = w · φ(σ), the reward inside the segment. Its parameters are the weights.
type PartialReturn struct{ Weights []float64 }

// Value implements [Statistic].
func (p PartialReturn) Value(s *Segment) float64 { return dot(p.Weights, s.Features) }

// Grad implements [Statistic].
func (p PartialReturn) Grad(s *Segment, dst []float64) { copy(dst, s.Features) }

// Optimum is what the best policies of a world are worth under weights w.
type Optimum struct {
	Weights   []float64
	V         []float64 // V* of every state
	Advantage []float64 // A* = Q* − V*, States × Actions

	p   *exact.Process
	psi []float64 // of a best policy; nil at discount 1
}

// Optimum plans exactly for weights w.
func (w *World) Optimum(weights []float64) (*Optimum, error) {
	v, err := w.Values(weights)
	if err != nil {
		return nil, err
	}
	o := &Optimum{Weights: weights, V: v, Advantage: w.QValues(weights, v, nil), p: w.Process}
	for s, x := range v {
		for a := range w.Actions {
			o.Advantage[s*w.Actions+a] -= x
		}
	}
	if w.Gamma < 1 {
		planner := w.NewPlanner()
		planner.Plan(weights)
		for s := range w.States {
			o.psi = append(o.psi, planner.Psi(s)...)
		}
	}
	return o, nil
}

// start is V* of the state in which a segment begins.
func (o *Optimum) start(s *Segment) float64 { return o.V[s.Start] }

// end is V* of the state in which a segment ends, 0 after the end of the episode.
func (o *Optimum) end(s *Segment) float64 {
	if s.Ended {
		return 0
	}
	return o.V[s.End]
}

// addPsi adds c ψ(s) to dst: the derivative of c V*(s) by the weights, where V* has one.
func (o *Optimum) addPsi(dst []float64, c float64, s int32) {
	for j, x := range o.psi[int(s)*o.p.M:][:o.p.M] {
		dst[j] += float64(c * x)
	}
}

// RegretDet is f(σ) = Σ r + V*(s_L) − V*(s₀): the negative regret of a segment where no chance is at work. Its
// parameters are the weights; the derivative, that of V* being ψ of a best policy, is for discounts below 1.
type RegretDet struct{ *Optimum }

// Value implements [Statistic].
func (r RegretDet) Value(s *Segment) float64 {
	return dot(r.Weights, s.Features) + r.end(s) - r.start(s)
}

// Grad implements [Statistic].
func (r RegretDet) Grad(s *Segment, dst []float64) {
	copy(dst, s.Features)
	if !s.Ended {
		r.addPsi(dst, 1, s.End)
	}
	r.addPsi(dst, -1, s.Start)
}

// Regret is f(σ) = Σ A*(s_t, a_t), the negative regret of a segment whatever chance did. It equals [RegretDet] where
// transitions are deterministic and the discount is 1. Segments need their steps.
type Regret struct{ *Optimum }

// Value implements [Statistic].
func (r Regret) Value(s *Segment) (sum float64) {
	for _, t := range s.Steps {
		sum += r.Advantage[int(t.State)*r.p.Actions+int(t.Action)]
	}
	return sum
}

// Grad implements [Statistic].
func (r Regret) Grad(s *Segment, dst []float64) {
	clear(dst)
	for _, t := range s.Steps {
		for j, x := range r.p.Phi(int(t.State), int(t.Action)) {
			dst[j] += x
		}
		r.p.Branches(int(t.State), int(t.Action), func(next int, probability float64) {
			r.addPsi(dst, r.p.Gamma*probability, int32(next))
		})
		r.addPsi(dst, -1, t.State)
	}
}

// ExpectedReturn is f(σ) = Σ r + V*(s_L), the bootstrapped return.
type ExpectedReturn struct{ *Optimum }

// Value implements [Statistic].
func (e ExpectedReturn) Value(s *Segment) float64 { return dot(e.Weights, s.Features) + e.end(s) }

// Grad implements [Statistic].
func (e ExpectedReturn) Grad(s *Segment, dst []float64) {
	copy(dst, s.Features)
	if !s.Ended {
		e.addPsi(dst, 1, s.End)
	}
}

// DeltaValue is f(σ) = V*(s_L) − V*(s₀).
type DeltaValue struct{ *Optimum }

// Value implements [Statistic].
func (d DeltaValue) Value(s *Segment) float64 { return d.end(s) - d.start(s) }

// Grad implements [Statistic].
func (d DeltaValue) Grad(s *Segment, dst []float64) {
	clear(dst)
	if !s.Ended {
		d.addPsi(dst, 1, s.End)
	}
	d.addPsi(dst, -1, s.Start)
}

// Weighted is f(σ) = a Σ r + b V*(s_L) − c V*(s₀). Its parameters are (a, b, c).
type Weighted struct {
	*Optimum
	Coefficients [3]float64
}

// Value implements [Statistic].
func (w Weighted) Value(s *Segment) float64 {
	var parts [3]float64
	w.Grad(s, parts[:])
	return dot(w.Coefficients[:], parts[:])
}

// Grad implements [Statistic].
func (w Weighted) Grad(s *Segment, dst []float64) {
	dst[0], dst[1], dst[2] = dot(w.Weights, s.Features), w.end(s), -w.start(s)
}

// Advantage is f(σ) = Σ g(s_t, a_t) for a table g, whose entries are the parameters: States × Actions. Steps after
// the end of an episode count nothing.
type Advantage struct {
	G       []float64
	Actions int
}

// Value implements [Statistic].
func (a Advantage) Value(s *Segment) (sum float64) {
	for _, t := range s.Steps {
		sum += a.G[int(t.State)*a.Actions+int(t.Action)]
	}
	return sum
}

// Grad implements [Statistic].
func (a Advantage) Grad(s *Segment, dst []float64) {
	clear(dst)
	for _, t := range s.Steps {
		dst[int(t.State)*a.Actions+int(t.Action)]++
	}
}

// Myopic is f(σ) = Σ κ^(L−1−t) w · φ(s_t, a_t): the return of somebody who remembers the last steps best. Its
// parameters are the weights. Segments need their steps, those after the end of an episode included.
type Myopic struct {
	Weights []float64
	Decay   float64 // κ; 0.9 by custom
	Process *exact.Process
}

// Value implements [Statistic].
func (m Myopic) Value(s *Segment) float64 {
	sum, weight := 0.0, m.last(s)
	for i := len(s.Steps) - 1; i >= 0; i-- {
		sum += float64(weight * dot(m.Weights, m.Process.Phi(int(s.Steps[i].State), int(s.Steps[i].Action))))
		weight *= m.Decay
	}
	return sum
}

// last is the weight of the last step of the episode.
func (m Myopic) last(s *Segment) float64 {
	weight := 1.0
	for range s.Padding {
		weight *= m.Decay
	}
	return weight
}

// Grad implements [Statistic].
func (m Myopic) Grad(s *Segment, dst []float64) {
	clear(dst)
	weight := m.last(s)
	for i := len(s.Steps) - 1; i >= 0; i-- {
		for j, x := range m.Process.Phi(int(s.Steps[i].State), int(s.Steps[i].Action)) {
			dst[j] += float64(weight * x)
		}
		weight *= m.Decay
	}
}

func dot(a, b []float64) (sum float64) {
	for j, x := range a {
		sum += float64(x * b[j])
	}
	return sum
}
