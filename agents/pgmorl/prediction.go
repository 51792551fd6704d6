package pgmorl

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// hyperbola is the model of how an objective changes with its weight x in the preference,
//
//	Δ(x) = A tanh(a (x - b) / 2) + c
//
// (the paper writes A (e^{a(x-b)} - 1)/(e^{a(x-b)} + 1) + c).
type hyperbola [4]float64 // A, a, b, c

func (p hyperbola) at(x float64) float64 { return p[0]*math.Tanh(p[1]*(x-p[2])/2) + p[3] }

// gradient with respect to A, a, b, c.
func (p hyperbola) gradient(x float64) [4]float64 {
	t := math.Tanh(p[1] * (x - p[2]) / 2)
	slope := p[0] * (1 - t*t) / 2
	return [4]float64{t, slope * (x - p[2]), -slope * p[1], 1}
}

// observation is one value of the model's function, and how much it counts.
type observation struct{ x, y, weight float64 }

// fit finds the hyperbola of least soft-L1 cost
//
//	Σ_i C² (√(1 + (r_i/C)²) - 1), r_i = weight_i (Δ(x_i) - y_i), C = 20
//
// in the paper's box (A from 0 to the spread of y between 1 and 500, a in [0.1, 20], b in [-5, 5], c in
// [-500, 500]) by Levenberg-Marquardt steps from (1, 1, 1, 1), projected on the box.
func fit(data []observation) hyperbola {
	low, high := math.Inf(1), math.Inf(-1)
	for _, o := range data {
		low, high = min(low, o.y), max(high, o.y)
	}
	lower := hyperbola{0, 0.1, -5, -500}
	upper := hyperbola{min(max(high-low, 1), 500), 20, 5, 500}
	p := hyperbola{1, 1, 1, 1}
	if len(data) == 0 {
		return hyperbola{0, 1, 1, 0}
	}
	cost, damping := softL1(&p, data), 1e-3
	for range 200 {
		next, ok := step(&p, data, damping, &lower, &upper)
		if !ok {
			break
		}
		switch c := softL1(&next, data); {
		case c < cost:
			done := cost-c <= 1e-10*cost
			p, cost, damping = next, c, max(damping/3, 1e-12)
			if done {
				return p
			}
		case damping > 1e12:
			return p
		default:
			damping *= 4
		}
	}
	return p
}

const softScale = 20

func softL1(p *hyperbola, data []observation) (cost float64) {
	for _, o := range data {
		r := o.weight * (p.at(o.x) - o.y) / softScale
		cost += softScale * softScale * (math.Sqrt(1+r*r) - 1)
	}
	return cost
}

// step is one damped Gauss-Newton step. Parameters at a bound that the gradient pushes outwards stay.
func step(p *hyperbola, data []observation, damping float64, lower, upper *hyperbola) (next hyperbola, ok bool) {
	var h [4][4]float64
	var g [4]float64
	for _, o := range data {
		r := o.weight * (p.at(o.x) - o.y)
		robust := 1 / math.Sqrt(1+r*r/(softScale*softScale))
		d := p.gradient(o.x)
		for i := range d {
			g[i] += robust * r * o.weight * d[i]
			for j := range d {
				h[i][j] += robust * o.weight * o.weight * d[i] * d[j]
			}
		}
	}
	var free []int
	for i := range p {
		if p[i] <= lower[i] && g[i] > 0 || p[i] >= upper[i] && g[i] < 0 {
			continue
		}
		free = append(free, i)
	}
	if len(free) == 0 {
		return *p, false
	}
	a, b := mat.NewSymDense(len(free), nil), mat.NewVecDense(len(free), nil)
	for r, i := range free {
		b.SetVec(r, -g[i])
		for c := r; c < len(free); c++ {
			a.SetSym(r, c, h[i][free[c]])
		}
		a.SetSym(r, r, h[i][i]*(1+damping)+1e-12)
	}
	var factor mat.Cholesky
	if !factor.Factorize(a) {
		return *p, false
	}
	var d mat.VecDense
	if err := factor.SolveVecTo(&d, b); err != nil {
		return *p, false
	}
	next = *p
	for r, i := range free {
		next[i] = min(max(p[i]+d.AtVec(r), lower[i]), upper[i])
	}
	return next, true
}

// predictor tells what policy i of the history would become with a preference.
type predictor struct {
	from   []float64
	models []hyperbola // of each objective
}

func (h history) predictor(i int) *predictor {
	p := &predictor{from: h[i].Value}
	found := h.near(i)
	data := make([]observation, len(found))
	for j := range p.from {
		for k, e := range found {
			data[k] = observation{e.weight[j], e.change[j], e.closely}
		}
		p.models = append(p.models, fit(data))
	}
	return p
}

// becomes is the predicted value vector, measured from the reference point.
func (p *predictor) becomes(preference []float64) []float64 {
	v := make([]float64, len(p.from))
	for j := range v {
		v[j] = p.from[j] + p.models[j].at(preference[j])
	}
	return v
}
