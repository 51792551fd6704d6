package preference

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents/exact"
)

// RegretExact learns a linear reward from regret with exact values: V*(s; w) = max_π w · ψ^π(s) is convex and
// piecewise linear in w, and ψ of the policy that is best for w is its slope. Before every step of the gradient the
// policy is improved for the present weights, so that the loss is that of the true V*. It is not convex: of several
// starts the lowest loss wins. They are zeros (rate 0.5), the weights of a fit by successor features if a set of
// policies is given (rate 0.1), and the best of draws from a prior (rate 0.2), three in all.
//
// Since ψ reaches 1/(1 − γ), the loss has valleys so narrow that steps along the gradient leave them. Newton's steps do not;
// they are taken from the same and further starts, twelve in all, to where weights are most probable by the prior, as if it were
// normal, and the answers, each different question counted once. What they find wins if that is by more than one nat a weight
// more probable than what the descent found, which with few answers, stopping early, is the better guess.
type RegretExact struct {
	World *World
	// Policies, if given, makes the fit of [RegretSF] one of the starts.
	Policies *Successors
	// Prior holds the values from which starting weights are drawn. Nil means [BoardPrior].
	Prior []float64
	// Seed of the draws.
	Seed uint64
	// Starts is the number of starts. Zero means 3.
	Starts int
	// Epochs of each start. Zero means 300.
	Epochs int
	// Rate is that of the start at zeros. Zero means 0.5.
	Rate float64
}

var _ Learner = RegretExact{}

// Starting weights are drawn so often, and tried at these scales.
const priorDraws = 40

var priorScales = []float64{0.05, 0.2, 1}

// Newton's steps are taken from so many starts, at most so many from each, and end where one lowers the loss by less than
// this share of it.
const (
	newtonStarts = 12
	newtonSteps  = 10
	newtonGain   = 0.01
)

// exactStart is where a descent begins.
type exactStart struct {
	w    []float64
	rate float64
}

// Fit implements [Learner].
func (l RegretExact) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	if l.World.Gamma == 1 {
		return nil, fmt.Errorf("exact regret: the discount is 1; give one below")
	}
	if len(d.Objectives) != l.World.M {
		return nil, fmt.Errorf("exact regret: segments of %d features, a world of %d", len(d.Objectives), l.World.M)
	}
	r, err := newRows(d, true, l.World.States)
	if err != nil {
		return nil, fmt.Errorf("exact regret: %w", err)
	}
	n := orDefault(l.Starts, 3)
	starts, err := l.starts(ctx, d, r, max(n, newtonStarts))
	if err != nil {
		return nil, err
	}
	best := &Reward{Loss: math.Inf(1)}
	for k, s := range starts[:n] {
		loss := newExactLoss(r, l.World)
		fit := descent{rate: s.rate, epochs: orDefault(l.Epochs, 300), start: s.w}
		var tell Recorder
		if record != nil {
			tell = func(epoch int, loss float64) { record(k*fit.epochs+epoch, loss) }
		}
		if err := fit.run(ctx, tell, loss.at); err != nil {
			return nil, err
		}
		if fit.loss < best.Loss {
			best.Weights, best.Loss = fit.w, fit.loss
		}
		best.Epochs += fit.epochs
	}
	decay := 1 / (float64(r.n) * l.priorVariance())
	limit := best.Loss + decay/2*dot(best.Weights, best.Weights) - float64(r.m)/float64(r.n)
	loss := newExactLoss(r, l.World)
	for _, s := range starts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := slices.Clone(s.w)
		value, steps := loss.newton(w, decay)
		if value < limit {
			limit = value
			best.Weights, best.Loss = w, value-decay/2*dot(w, w)
		}
		best.Epochs += steps
	}
	o, err := l.World.Optimum(best.Weights)
	if err != nil {
		return nil, err
	}
	best.Statistic = RegretDet{o}
	return best, nil
}

// priorVariance is that of a weight by the prior, the mean of which is taken to be 0.
func (l RegretExact) priorVariance() float64 {
	prior := l.Prior
	if prior == nil {
		prior = BoardPrior
	}
	return dot(prior, prior) / float64(len(prior))
}

// starts returns n weights to begin from.
func (l RegretExact) starts(ctx context.Context, d *Dataset, r *rows, n int) ([]exactStart, error) {
	starts := []exactStart{{make([]float64, r.m), orDefault(l.Rate, 0.5)}}
	if l.Policies != nil && len(starts) < n {
		m, err := RegretSF{Policies: l.Policies}.Fit(ctx, d, nil)
		if err != nil {
			return nil, err
		}
		starts = append(starts, exactStart{m.Params(), 0.1})
	}
	if len(starts) >= n {
		return starts[:n], nil
	}
	prior := l.Prior
	if prior == nil {
		prior = BoardPrior
	}
	rng := rand.New(rand.NewPCG(l.Seed, 0x9e3779b97f4a7c15))
	loss := newExactLoss(r, l.World)
	type drawn struct {
		w    []float64
		loss float64
	}
	draws := make([]drawn, priorDraws)
	g := make([]float64, r.m)
	for i := range draws {
		w := make([]float64, r.m)
		for j := range w {
			w[j] = prior[rng.IntN(len(prior))]
		}
		draws[i].loss = math.Inf(1)
		for _, scale := range priorScales {
			scaled := make([]float64, r.m)
			for j, x := range w {
				scaled[j] = scale * x
			}
			if value := loss.at(scaled, g); value < draws[i].loss {
				draws[i] = drawn{scaled, value}
			}
		}
	}
	slices.SortStableFunc(draws, func(a, b drawn) int {
		switch {
		case a.loss < b.loss:
			return -1
		case a.loss > b.loss:
			return 1
		}
		return 0
	})
	for _, s := range draws[:n-len(starts)] {
		starts = append(starts, exactStart{s.w, 0.2})
	}
	return starts, nil
}

// exactLoss is the loss of regret with exact values. As long as the best policy stays the same the log-odds are
// linear in the weights, z = D w.
type exactLoss struct {
	rows        *rows
	planner     *exact.Planner
	evaluations int       // of the planner, when d was made
	d           []float64 // n × m
}

func newExactLoss(r *rows, w *World) *exactLoss {
	return &exactLoss{rows: r, planner: w.NewPlanner(), d: make([]float64, len(r.x))}
}

// at returns the loss at weights w and writes its gradient.
func (l *exactLoss) at(w, gradient []float64) float64 {
	l.planner.Plan(w)
	if l.evaluations != l.planner.Evaluations {
		l.evaluations = l.planner.Evaluations
		m := l.rows.m
		copy(l.d, l.rows.x)
		for k, terms := range l.rows.terms {
			row := l.d[k*m:][:m]
			for _, t := range terms {
				for j, x := range l.planner.Psi(int(t.state)) {
					row[j] += float64(t.c * x)
				}
			}
		}
	}
	return l.rows.linearLoss(l.d, w, gradient)
}

// newton takes Newton's steps from weights w, which it changes, on the loss plus (decay/2) |w|², and returns that sum and how many
// steps it took. The curvature is that of the loss while the best policy stays the same, damped as by Levenberg and Marquardt until a step lowers
// the sum with exact values.
func (l *exactLoss) newton(w []float64, decay float64) (value float64, steps int) {
	m := len(w)
	at := func(w, g []float64) float64 {
		v := l.at(w, g)
		for j, x := range w {
			g[j] += float64(decay * x)
		}
		return v + decay/2*dot(w, w)
	}
	g, slope, step, try := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
	curvature, damped := make([]float64, m*m), make([]float64, m*m)
	value = at(w, g)
	damping := 1e-3
	for steps < newtonSteps {
		steps++
		fixed := rows{n: l.rows.n, m: m, x: l.d, count: l.rows.count}
		fixed.hessian(w, decay, curvature)
		steepest := 0.0
		for i := range m {
			steepest = max(steepest, curvature[i*m+i])
		}
		before := value
		for range 12 {
			copy(damped, curvature)
			for i := range m {
				damped[i*m+i] += damping*curvature[i*m+i] + 1e-9*steepest + 1e-12
			}
			copy(step, g)
			if solvePositive(damped, step) == nil {
				for j := range w {
					try[j] = w[j] - step[j]
				}
				if v := at(try, slope); v < value {
					value = v
					copy(w, try)
					copy(g, slope)
					damping /= 5
					break
				}
			}
			damping *= 5
		}
		if !(before-value > newtonGain*before) {
			break
		}
	}
	return value, steps
}
