package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Gaussian is a linear reward with a normal posterior of its weights.
type Gaussian struct {
	Reward
	covariance []float64 // m × m
}

var (
	_ Model     = (*Gaussian)(nil)
	_ Posterior = (*Gaussian)(nil)
)

// Mean implements [Posterior]: the weights.
func (g *Gaussian) Mean() []float64 { return g.Weights }

// Covariance implements [Posterior].
func (g *Gaussian) Covariance() []float64 { return g.covariance }

// Laplace learns a linear reward from partial returns with the prior N(0, s² I) of its weights: the most probable
// weights, and the normal distribution that has the curvature of the log-posterior there.
type Laplace struct {
	// PriorStd is s. Zero means 1.
	PriorStd float64
}

var _ Learner = Laplace{}

// Fit implements [Learner].
func (l Laplace) Fit(_ context.Context, d *Dataset, record Recorder) (Model, error) {
	r, err := newRows(d, false, 0)
	if err != nil {
		return nil, fmt.Errorf("laplace: %w", err)
	}
	s := orDefault(l.PriorStd, 1)
	n := 0.0
	for i := range d.Pairs {
		n += d.Pairs[i].count()
	}
	l2 := 1 / (n * s * s)
	model, err := Partial{L2: l2}.newton(r, record)
	if err != nil {
		return nil, err
	}
	g := &Gaussian{Reward: *model.(*Reward), covariance: make([]float64, r.m*r.m)}
	precision := make([]float64, r.m*r.m)
	for j := range r.m {
		r.hessian(g.Weights, l2, precision)
		for k := range precision {
			precision[k] *= n
		}
		column := make([]float64, r.m)
		column[j] = 1
		if err := solvePositive(precision, column); err != nil {
			return nil, fmt.Errorf("laplace: %w", err)
		}
		for i, x := range column {
			g.covariance[i*r.m+j] = x
		}
	}
	return g, nil
}

// Hypotheses are weights with their posterior probabilities: the exact posterior of a finite set.
type Hypotheses struct {
	Weights     [][]float64
	Probability []float64 // adds up to 1
	statistic   func(w []float64) Statistic
}

var (
	_ Model     = (*Hypotheses)(nil)
	_ Posterior = (*Hypotheses)(nil)
)

// Utility implements [Model]: the posterior mean.
func (h *Hypotheses) Utility(s *Segment) (u float64) {
	for k, w := range h.Weights {
		u += float64(h.Probability[k] * h.statistic(w).Value(s))
	}
	return u
}

// P implements [Model]: the posterior mean of the probability.
func (h *Hypotheses) P(a, b *Segment) (p float64) {
	for k, w := range h.Weights {
		f := h.statistic(w)
		p += float64(h.Probability[k] * Logistic(f.Value(a)-f.Value(b)))
	}
	return p
}

// Params implements [Model]: the posterior mean of the weights.
func (h *Hypotheses) Params() []float64 { return h.Mean() }

// Mean implements [Posterior].
func (h *Hypotheses) Mean() []float64 {
	mean := make([]float64, len(h.Weights[0]))
	for k, w := range h.Weights {
		for j, x := range w {
			mean[j] += float64(h.Probability[k] * x)
		}
	}
	return mean
}

// Covariance implements [Posterior].
func (h *Hypotheses) Covariance() []float64 {
	mean := h.Mean()
	m := len(mean)
	c := make([]float64, m*m)
	for k, w := range h.Weights {
		for i := range m {
			for j := range m {
				c[i*m+j] += h.Probability[k] * (w[i] - mean[i]) * (w[j] - mean[j])
			}
		}
	}
	return c
}

// Particles learns which of a finite set of weights answers come from, all equally likely before.
type Particles struct {
	// Weights are the hypotheses. Nil means 2000 drawn uniformly from the simplex with Seed.
	Weights [][]float64
	Seed    uint64
	// Statistic is what is compared for given weights. Nil means the partial return.
	Statistic func(w []float64) Statistic
	// Beta is the inverse temperature of the answers. Zero means 1.
	Beta float64
}

var _ Learner = Particles{}

const simplexHypotheses = 2000

// Fit implements [Learner].
func (l Particles) Fit(ctx context.Context, d *Dataset, _ Recorder) (Model, error) {
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("particles: %w", err)
	}
	h := &Hypotheses{Weights: l.Weights, statistic: l.Statistic}
	if h.statistic == nil {
		h.statistic = func(w []float64) Statistic { return PartialReturn{w} }
	}
	if h.Weights == nil {
		rng := rand.New(rand.NewPCG(l.Seed, 0x5851f42d4c957f2d))
		for range simplexHypotheses {
			w := make([]float64, len(d.Objectives))
			sum := 0.0
			for j := range w {
				w[j] = rng.ExpFloat64()
				sum += w[j]
			}
			for j := range w {
				w[j] /= sum
			}
			h.Weights = append(h.Weights, w)
		}
	}
	beta := orDefault(l.Beta, 1)
	logs := make([]float64, len(h.Weights))
	for k, w := range h.Weights {
		if len(w) != len(d.Objectives) {
			return nil, fmt.Errorf("particles: hypothesis %d has %d weights for %d objectives", k+1, len(w), len(d.Objectives))
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		f := h.statistic(w)
		for i := range d.Pairs {
			p := &d.Pairs[i]
			logs[k] -= p.count() * CrossEntropy(beta*(f.Value(&p.A)-f.Value(&p.B)), p.Y)
		}
	}
	most := slices.Max(logs)
	sum := 0.0
	h.Probability = make([]float64, len(logs))
	for k, x := range logs {
		h.Probability[k] = math.Exp(x - most)
		sum += h.Probability[k]
	}
	for k := range h.Probability {
		h.Probability[k] /= sum
	}
	return h, nil
}

// MapSimplex learns weights that are not negative and add up to 1, w = softmax(θ), from partial returns: those of the
// lowest mean cross-entropy + (l₂/2) |θ|², by Adam. The weights of such a model have no scale; Beta gives it.
type MapSimplex struct {
	Beta   float64 // inverse temperature of the answers; zero means 1
	L2     float64 // of θ; zero means 0.001
	Rate   float64 // zero means 0.05
	Epochs int     // zero means 3000
}

var _ Learner = MapSimplex{}

// Simplex is the fitted model of [MapSimplex].
type Simplex struct {
	Reward
	Beta float64
}

// P implements [Model].
func (s *Simplex) P(a, b *Segment) float64 {
	return Logistic(s.Beta * (s.Statistic.Value(a) - s.Statistic.Value(b)))
}

// Fit implements [Learner].
func (l MapSimplex) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	r, err := newRows(d, false, 0)
	if err != nil {
		return nil, fmt.Errorf("map-simplex: %w", err)
	}
	beta := orDefault(l.Beta, 1)
	fit := descent{rate: orDefault(l.Rate, 0.05), epochs: orDefault(l.Epochs, 3000), start: make([]float64, r.m)}
	w, scaled, slope := make([]float64, r.m), make([]float64, r.m), make([]float64, r.m)
	if err := fit.run(ctx, record, func(theta, g []float64) float64 {
		softmax(theta, w)
		for j, x := range w {
			scaled[j] = beta * x
		}
		loss := r.linearLoss(r.x, scaled, slope) + orDefault(l.L2, 0.001)/2*dot(theta, theta)
		along := beta * dot(w, slope)
		for j := range g {
			g[j] = w[j]*(beta*slope[j]-along) + orDefault(l.L2, 0.001)*theta[j]
		}
		return loss
	}); err != nil {
		return nil, err
	}
	softmax(fit.w, w)
	for j, x := range w {
		scaled[j] = beta * x
	}
	return &Simplex{Reward{PartialReturn{w}, w, r.linearLoss(r.x, scaled, slope), fit.epochs}, beta}, nil
}
