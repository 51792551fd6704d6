package preference

import (
	"context"
	"fmt"
	"math"
)

// SoftRegret is f(σ) = Σ r + Ṽ(s_L) − Ṽ(s₀) with Ṽ(s) = Σ_π p_π v_π(s), v_π = w · ψ^π and p = softmax(v / T): regret
// by a set of policies. max v − T ln |Π| ≤ Ṽ ≤ max v. Its parameters are the weights.
type SoftRegret struct {
	Weights     []float64
	Policies    *Successors
	Temperature float64
}

// skipBelow is by how many temperatures a policy may be worse than the best and still count in a softmax.
const skipBelow = 40

// Soft returns Ṽ(s) and adds c dṼ/dw = c Σ_π p_π (1 + (v_π − Ṽ)/T) ψ^π to gradient, if it is not nil.
func (r SoftRegret) Soft(s int32, c float64, gradient []float64) (value float64) {
	m := r.Policies.M
	at := int(s) * m
	v := make([]float64, len(r.Policies.Psi))
	best := math.Inf(-1)
	for i, psi := range r.Policies.Psi {
		v[i] = dot(r.Weights, psi[at:][:m])
		best = max(best, v[i])
	}
	sum := 0.0
	for _, x := range v {
		p := math.Exp((x - best) / r.Temperature)
		sum += p
		value += float64(p * (x - best))
	}
	value = best + value/sum
	if gradient == nil {
		return value
	}
	for i, psi := range r.Policies.Psi {
		p := c * math.Exp((v[i]-best)/r.Temperature) / sum * (1 + (v[i]-value)/r.Temperature)
		for j, x := range psi[at:][:m] {
			gradient[j] += float64(p * x)
		}
	}
	return value
}

// Value implements [Statistic].
func (r SoftRegret) Value(s *Segment) float64 {
	f := dot(r.Weights, s.Features) - r.Soft(s.Start, 0, nil)
	if !s.Ended {
		f += r.Soft(s.End, 0, nil)
	}
	return f
}

// Grad implements [Statistic].
func (r SoftRegret) Grad(s *Segment, dst []float64) {
	copy(dst, s.Features)
	if !s.Ended {
		r.Soft(s.End, 1, dst)
	}
	r.Soft(s.Start, -1, dst)
}

// RegretSF learns a linear reward from regret, whose values come from the successor features of a fixed set of
// policies: the learner of the published code.
type RegretSF struct {
	Policies *Successors
	// Temperature is T. Zero means 0.001.
	Temperature float64
	// Rate and Epochs of Adam. Zero means 0.5 and 5000.
	Rate   float64
	Epochs int
	// Start are the first weights; nil means zeros.
	Start []float64
	// Last returns the last weights instead of those of the lowest loss.
	Last bool
}

var _ Learner = RegretSF{}

// Fit implements [Learner].
func (l RegretSF) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	if l.Policies == nil || len(l.Policies.Psi) == 0 {
		return nil, fmt.Errorf("regret by successor features: a set of policies is needed")
	}
	if len(d.Objectives) != l.Policies.M {
		return nil, fmt.Errorf("regret by successor features: segments of %d features, policies of %d", len(d.Objectives), l.Policies.M)
	}
	r, err := newRows(d, true, l.Policies.States)
	if err != nil {
		return nil, fmt.Errorf("regret by successor features: %w", err)
	}
	start := l.Start
	if start == nil {
		start = make([]float64, r.m)
	}
	loss := newSoftLoss(r, l.Policies, orDefault(l.Temperature, 0.001))
	fit := descent{rate: orDefault(l.Rate, 0.5), epochs: orDefault(l.Epochs, 5000), last: l.Last, start: start}
	if err := fit.run(ctx, record, loss.at); err != nil {
		return nil, err
	}
	return &Reward{SoftRegret{fit.w, l.Policies, loss.temperature}, fit.w, fit.loss, fit.epochs}, nil
}

// softLoss is the loss of regret by successor features. Ṽ and its gradient are worked out once for each state in which
// a segment starts or ends.
type softLoss struct {
	rows        *rows
	temperature float64
	m, policies int
	psi         []float64 // cells × policies × m, of the states that occur
	value       []float64 // Ṽ of each cell
	slope       []float64 // cells × m, dṼ/dw
	pull        []float64 // cells: the derivative of the loss by Ṽ
	v           []float64 // of the policies
	active      []weighed // of the policies of a cell, those that count
	first       []int32   // terms of row k are ref[first[k]:first[k+1]]
	ref         []term    // state is an index of cells
}

func newSoftLoss(r *rows, set *Successors, temperature float64) *softLoss {
	l := &softLoss{rows: r, temperature: temperature, m: r.m, policies: len(set.Psi), v: make([]float64, len(set.Psi))}
	cells := map[int32]int32{}
	for _, terms := range r.terms {
		l.first = append(l.first, int32(len(l.ref)))
		for _, t := range terms {
			c, known := cells[t.state]
			if !known {
				c = int32(len(cells))
				cells[t.state] = c
				for _, psi := range set.Psi {
					l.psi = append(l.psi, psi[int(t.state)*l.m:][:l.m]...)
				}
			}
			l.ref = append(l.ref, term{c, t.c})
		}
	}
	l.first = append(l.first, int32(len(l.ref)))
	l.value, l.pull = make([]float64, len(cells)), make([]float64, len(cells))
	l.slope = make([]float64, len(cells)*l.m)
	l.active = make([]weighed, 0, l.policies)
	return l
}

// at returns the loss at weights w and writes its gradient.
func (l *softLoss) at(w, gradient []float64) (loss float64) {
	for c := range l.value {
		l.soften(c, w)
	}
	clear(gradient)
	clear(l.pull)
	r, m := l.rows, l.m
	for k, count := range r.count {
		row := r.x[k*m:][:m]
		refs := l.ref[l.first[k]:l.first[k+1]]
		z := dot(row, w)
		for _, t := range refs {
			z += t.c * l.value[t.state]
		}
		softplus, lambda := logistic(z)
		loss += count*softplus - r.first[k]*z
		g := count*lambda - r.first[k]
		for j, x := range row {
			gradient[j] += float64(g * x)
		}
		for _, t := range refs {
			l.pull[t.state] += float64(g * t.c)
		}
	}
	for c, g := range l.pull {
		for j, x := range l.slope[c*m:][:m] {
			gradient[j] += float64(g * x)
		}
	}
	return loss
}

// soften works out Ṽ and dṼ/dw of a cell. Policies that are far below the best count nothing.
func (l *softLoss) soften(c int, w []float64) {
	m := l.m
	psi := l.psi[c*l.policies*m:][:l.policies*m]
	v := l.v
	best := math.Inf(-1)
	if m == 6 {
		w := (*[6]float64)(w)
		for i := range v {
			row := (*[6]float64)(psi[i*6:])
			x := (float64(w[0]*row[0]) + float64(w[1]*row[1])) + (float64(w[2]*row[2]) + float64(w[3]*row[3])) + (float64(w[4]*row[4]) + float64(w[5]*row[5]))
			v[i] = x
			best = max(best, x)
		}
	} else {
		for i := range v {
			v[i] = dot(w, psi[i*m:][:m])
			best = max(best, v[i])
		}
	}
	low := best - skipBelow*l.temperature
	l.active = l.active[:0]
	sum, value := 0.0, 0.0
	for i, x := range v {
		if x < low {
			continue
		}
		p := math.Exp((x - best) / l.temperature)
		sum += p
		value += float64(p * (x - best))
		l.active = append(l.active, weighed{i, x - best, p})
	}
	value /= sum
	l.value[c] = best + value
	slope := l.slope[c*m:][:m]
	clear(slope)
	for _, a := range l.active {
		p := a.p / sum * (1 + (a.below-value)/l.temperature)
		for j, x := range psi[a.policy*m:][:m] {
			slope[j] += float64(p * x)
		}
	}
}

// weighed is a policy that counts in a softmax.
type weighed struct {
	policy int
	below  float64 // v_π less that of the best
	p      float64 // not normalised
}
