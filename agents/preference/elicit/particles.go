package elicit

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/paretolab/paretolab/agents"
)

// Particles is a belief over the parameters of a [Family] as weighted particles (Gordon, Salmond & Smith
// 1993): log-weights grow by ln P(answer | θ). When the effective sample size falls below half of their
// number they are resampled systematically and each is moved by five Metropolis steps that leave the posterior as it is
// (Chopin, "A sequential particle filter method for static models", Biometrika 89, 2002). With several consistencies
// each particle has one of them, drawn uniformly, and moves between neighbours.
type Particles struct {
	items      *Items
	family     Family
	betas      []float64
	comparison comparison
	seed       uint64
	fixed      bool // a grid, which never moves

	prior     [][]float64 // parameters before any answer, and β of each
	beta      []int
	replies   []reply
	logWeight []float64
	level     []int // index of β of each particle
	sample    *Sample
}

// moves is the number of Metropolis steps after resampling.
const moves = 5

// NewParticles draws k particles from the prior of a family. betas are the consistencies thought possible, threshold
// is d of [Answerer], and seed determines all draws.
func NewParticles(items *Items, family Family, k int, betas []float64, threshold float64, seed uint64) *Particles {
	random := rand.New(agents.NewRand(seed, "prior"))
	theta := make([][]float64, k)
	for i := range theta {
		theta[i] = make([]float64, items.M())
		family.space.draw(random, theta[i])
	}
	level := make([]int, k)
	for i := range level {
		level[i] = i % len(betas)
	}
	return newParticles(items, family, theta, level, betas, threshold, seed)
}

// NewGrid returns a belief over k evenly spaced weights (w, 1 − w) of two objectives, w from 0 to 1 and with every
// consistency: exact for these hypotheses. It never moves them. It panics for other than two objectives.
func NewGrid(items *Items, family Family, k int, betas []float64, threshold float64) *Particles {
	if items.M() != 2 {
		panic("elicit: a grid of weights needs two objectives")
	}
	var theta [][]float64
	var level []int
	for b := range betas {
		for i := range k {
			w := float64(i) / float64(max(1, k-1))
			theta, level = append(theta, []float64{w, 1 - w}), append(level, b)
		}
	}
	p := newParticles(items, family, theta, level, betas, threshold, 0)
	p.fixed = true
	return p
}

func newParticles(items *Items, family Family, theta [][]float64, level []int, betas []float64, threshold float64, seed uint64) *Particles {
	k := len(theta)
	p := &Particles{items: items, family: family, betas: betas, comparison: comparison{threshold: threshold}, seed: seed, prior: theta, beta: level,
		logWeight: make([]float64, k), level: make([]int, k), sample: newSample(items.Len(), k)}
	s := p.sample
	s.Params = make([][]float64, k)
	for i := range theta {
		s.Params[i] = make([]float64, len(theta[i]))
	}
	if family.rank != nil {
		s.rank = family.rank(items.M())
		s.factor = make([]float64, k*s.rank)
		s.loading = make([]float64, items.Len()*s.rank)
		for i := range items.Len() {
			family.loading(items.Scaled(i), s.loading[i*s.rank:(i+1)*s.rank])
		}
	}
	p.Reset()
	return p
}

// Reset implements [Belief].
func (p *Particles) Reset() {
	p.replies = p.replies[:0]
	clear(p.logWeight)
	copy(p.level, p.beta)
	for k, theta := range p.prior {
		copy(p.sample.Params[k], theta)
	}
	p.sample.normalise(p.logWeight)
	p.evaluate()
}

// Sample implements [Belief].
func (p *Particles) Sample() *Sample { return p.sample }

// evaluate computes the utilities of all items for all particles.
func (p *Particles) evaluate() {
	s := p.sample
	for i := range p.items.Len() {
		y, u := p.items.Scaled(i), s.Of(i)
		for k, theta := range s.Params {
			u[k] = p.family.Utility(theta, y)
		}
	}
	for k, theta := range s.Params {
		s.Beta[k] = p.betas[p.level[k]]
		if s.rank > 0 {
			p.family.factor(theta, s.factor[k*s.rank:(k+1)*s.rank])
		}
	}
}

// Condition implements [Belief].
func (p *Particles) Condition(a *Answer) {
	r := reply{slices.Clone(a.Items), a.positions()}
	p.replies = append(p.replies, r)
	s := p.sample
	v := make([]float64, len(r.items))
	for k := range p.logWeight {
		for j, i := range r.items {
			v[j] = s.Beta[k] * s.Of(i)[k]
		}
		p.logWeight[k] += p.comparison.logLikelihood(&r, v)
	}
	s.normalise(p.logWeight)
	if !p.fixed && s.effective() < float64(s.Len())/2 {
		p.renew(rand.New(agents.NewRand(p.seed, "move", len(p.replies))))
	}
}

// renew resamples the particles and moves them.
func (p *Particles) renew(random *rand.Rand) {
	s := p.sample
	k, m, free := s.Len(), p.items.M(), p.family.space.free(p.items.M())
	step := p.step()

	// Systematic resampling: one uniform number, K equally spaced places in the sum of the weights.
	chosen, level := make([]float64, k*m), make([]int, k)
	place, sum, from := random.Float64(), s.Weight[0], 0
	for i := range k {
		for at := (float64(i) + place) / float64(k); at >= sum && from < k-1; sum += s.Weight[from] {
			from++
		}
		copy(chosen[i*m:], s.Params[from])
		level[i] = p.level[from]
	}

	x, y, direction := make([]float64, free), make([]float64, free), make([]float64, free)
	theta := make([]float64, m)
	for i := range k {
		now, b := chosen[i*m:(i+1)*m], level[i]
		p.family.space.coordinates(now, x)
		density := p.density(now, b, math.Inf(-1))
		for range moves {
			for j := range direction {
				direction[j] = random.NormFloat64()
			}
			for r := range y {
				y[r] = x[r]
				for c := range r + 1 {
					y[r] += step[r*free+c] * direction[c]
				}
			}
			p.family.space.parameters(y, theta)
			to := b
			if len(p.betas) > 1 {
				to += random.IntN(3) - 1
			}
			if least := density + math.Log(random.Float64()); to >= 0 && to < len(p.betas) {
				if d := p.density(theta, to, least); d > least {
					copy(x, y)
					copy(now, theta)
					density, b = d, to
				}
			}
		}
		copy(s.Params[i], now)
		p.level[i] = b
	}
	clear(p.logWeight)
	s.normalise(p.logWeight)
	p.evaluate()
}

// density is the logarithm of the posterior density over the coordinates at θ with a consistency. Answers only lower
// it: what is returned may be too large, but below least, if it is not above that.
func (p *Particles) density(theta []float64, level int, least float64) float64 {
	sum := p.family.space.logPrior(theta)
	var buffer [8]float64
	for t := len(p.replies) - 1; t >= 0 && sum > least; t-- {
		r := &p.replies[t]
		v := buffer[:0]
		for _, i := range r.items {
			v = append(v, p.betas[level]*p.family.Utility(theta, p.items.Scaled(i)))
		}
		sum += p.comparison.logLikelihood(r, v)
	}
	return sum
}

// step returns the lower triangular matrix L with L Lᵀ = (2.38² / free) times the covariance of the particles in
// coordinates, as Roberts, Gelman & Gilks (1997) recommend for Metropolis steps.
func (p *Particles) step() []float64 {
	s, free := p.sample, p.family.space.free(p.items.M())
	if free == 0 {
		return nil
	}
	mean, x := make([]float64, free), make([]float64, free)
	for k, theta := range s.Params {
		p.family.space.coordinates(theta, x)
		for j, v := range x {
			mean[j] += s.Weight[k] * v
		}
	}
	covariance := mat.NewSymDense(free, nil)
	for k, theta := range s.Params {
		p.family.space.coordinates(theta, x)
		for i := range x {
			for j := range i + 1 {
				covariance.SetSym(i, j, covariance.At(i, j)+s.Weight[k]*(x[i]-mean[i])*(x[j]-mean[j]))
			}
		}
	}
	for j := range free {
		covariance.SetSym(j, j, covariance.At(j, j)+1e-9) // where all particles are one
	}
	var factor mat.Cholesky
	step := make([]float64, free*free)
	if !factor.Factorize(covariance) {
		for j := range free {
			step[j*free+j] = 2.38 * math.Sqrt(covariance.At(j, j)/float64(free))
		}
		return step
	}
	var lower mat.TriDense
	factor.LTo(&lower)
	for i := range free {
		for j := range i + 1 {
			step[i*free+j] = 2.38 / math.Sqrt(float64(free)) * lower.At(i, j)
		}
	}
	return step
}
