package elicit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// Gaussian is a belief over utilities u = ū + Φ v, linear in v with the prior N(0, I): the Laplace approximation of
// the posterior, a normal distribution at its mode with the curvature there, as K samples.
type Gaussian struct {
	items     *Items
	features  *mat.Dense // Φ: items × d
	offset    []float64  // ū of each item; nil for 0
	beta      float64
	threshold float64
	weighted  float64 // Φ = weighted · Y, so that the weights are weighted · v; 0 if utilities are not linear
	noise     *mat.Dense

	replies []reply
	mode    []float64
	sample  *Sample
}

// NewNormal returns a belief over linear utilities w · y with weights of either sign, w ~ N(0, I) before the first
// answer. k is the number of samples.
func NewNormal(items *Items, k int, beta, threshold float64, seed uint64) *Gaussian {
	features := mat.NewDense(items.Len(), items.M(), slices.Clone(items.scaled))
	return newGaussian(items, features, nil, k, beta, threshold, seed, 1)
}

// lengthScale of the covariance, as a share of the range of an objective.
const lengthScale = 0.3

// maxSlopes is the number of slopes that are thought to be positive; points are left out beyond.
const maxSlopes = 120

// NewProcess returns a belief over utilities that are a Gaussian process of the scaled values with the
// covariance exp(−|y − y′|² / (2 · 0.3²)). A monotone one thinks that its slope in every objective is
// positive at the points of the front. It returns an error for more than 500 items.
func NewProcess(items *Items, monotone bool, k int, beta, threshold float64, seed uint64) (*Gaussian, error) {
	n, m := items.Len(), items.M()
	if n > 500 {
		return nil, fmt.Errorf("a Gaussian process takes at most 500 policies, not %d; thin the front out with `paretolab pareto select`, or take linear utility", n)
	}
	points := make([][]float64, n)
	for i := range points {
		points[i] = items.Scaled(i)
	}
	covariance, mean := mat.NewSymDense(n, nil), []float64(nil)
	for i, y := range points {
		for j := range i + 1 {
			covariance.SetSym(i, j, kernel(y, -1, points[j], -1))
		}
	}
	if monotone {
		at, _, err := pareto.Representatives(pareto.Front{M: m, X: items.scaled}, min(n, max(1, maxSlopes/m)))
		if err != nil {
			return nil, err
		}
		mean, covariance = rising(points, at)
	}
	// Equal policies make the covariance singular: a share of independent noise, raised until it factorises.
	var factor mat.Cholesky
	for jitter := 1e-8; !factor.Factorize(covariance); jitter *= 10 {
		for i := range n {
			covariance.SetSym(i, i, covariance.At(i, i)+jitter)
		}
	}
	var lower mat.TriDense
	factor.LTo(&lower)
	return newGaussian(items, mat.DenseCopyOf(&lower), mean, k, beta, threshold, seed, 0), nil
}

// kernel is the covariance of two utilities, or of slopes of the utility.
func kernel(y []float64, slope int, z []float64, other int) float64 {
	const precision = 1 / (lengthScale * lengthScale)
	k := math.Exp(precision / 2 * nearness(y, z))
	switch {
	case slope < 0 && other < 0:
		return k
	case slope < 0:
		return k * precision * (y[other] - z[other])
	case other < 0:
		return k * precision * (z[slope] - y[slope])
	}
	c := -precision * precision * (y[slope] - z[slope]) * (y[other] - z[other])
	if slope == other {
		c += precision
	}
	return k * c
}

func newGaussian(items *Items, features *mat.Dense, offset []float64, k int, beta, threshold float64, seed uint64, weighted float64) *Gaussian {
	_, d := features.Dims()
	g := &Gaussian{items: items, features: features, offset: offset, beta: beta, threshold: threshold, weighted: weighted,
		noise: mat.NewDense(d, k, nil), mode: make([]float64, d), sample: newSample(items.Len(), k)}
	random := rand.New(agents.NewRand(seed, "prior"))
	for r := range d {
		for c := range k {
			g.noise.Set(r, c, random.NormFloat64())
		}
	}
	for j := range g.sample.Beta {
		g.sample.Beta[j] = beta
	}
	if weighted > 0 {
		s := g.sample
		s.rank, s.loading = d, items.scaled
		s.factor = make([]float64, k*d)
		for j := range k {
			s.Params = append(s.Params, s.factor[j*d:(j+1)*d:(j+1)*d])
		}
	}
	g.Reset()
	return g
}

// Reset implements [Belief].
func (g *Gaussian) Reset() {
	g.replies = g.replies[:0]
	clear(g.mode)
	g.fit()
}

// Condition implements [Belief].
func (g *Gaussian) Condition(a *Answer) {
	g.replies = append(g.replies, reply{slices.Clone(a.Items), a.positions()})
	g.fit()
}

// Sample implements [Belief].
func (g *Gaussian) Sample() *Sample { return g.sample }

// fit finds the mode by damped Newton steps, until the gradient is below 1e-8, and draws the samples.
func (g *Gaussian) fit() {
	d := len(g.mode)
	gradient, step := mat.NewVecDense(d, nil), mat.NewVecDense(d, nil)
	var curvature mat.Cholesky
	tried := make([]float64, d)
	density := g.density(g.mode)
	for range 100 {
		curvature.Factorize(g.derivatives(gradient)) // at least the identity, so that it succeeds
		if mat.Norm(gradient, 2) < 1e-8 {
			break
		}
		if curvature.SolveVecTo(step, gradient) != nil {
			break
		}
		length := 1.0
		for ; length > 1e-10; length /= 2 {
			for j, v := range g.mode {
				tried[j] = v + length*step.AtVec(j)
			}
			if next := g.density(tried); next >= density {
				density = next
				break
			}
		}
		if length <= 1e-10 {
			break // as close as rounding allows
		}
		copy(g.mode, tried)
	}
	g.draw(&curvature)
}

// utilities returns ū + Φ v.
func (g *Gaussian) utilities(v []float64) []float64 {
	var u mat.VecDense
	u.MulVec(g.features, mat.NewVecDense(len(v), v))
	sums := u.RawVector().Data
	for i, x := range g.offset {
		sums[i] += x
	}
	return sums
}

// density is the logarithm of the posterior density at v, up to a constant.
func (g *Gaussian) density(v []float64) float64 {
	u := g.utilities(v)
	sum := -dot(v, v) / 2
	for t := range g.replies {
		r := &g.replies[t]
		var at [maxChoice]float64
		for k, i := range r.items {
			at[k] = g.beta * u[i]
		}
		sum += r.logLikelihood(at[:len(r.items)], g.threshold)
	}
	return sum
}

// derivatives sets the gradient of the density at the mode and returns its negative second derivatives.
func (g *Gaussian) derivatives(gradient *mat.VecDense) *mat.SymDense {
	n, d := g.features.Dims()
	u, byUtility := g.utilities(g.mode), mat.NewVecDense(n, nil) // gradient by the utilities
	curvature := mat.NewSymDense(d, nil)
	for j := range d {
		curvature.SetSym(j, j, 1)
	}
	for t := range g.replies {
		r := &g.replies[t]
		k := len(r.items)
		v, grad, hess := make([]float64, k), make([]float64, k), make([]float64, k*k)
		for a, i := range r.items {
			v[a] = g.beta * u[i]
		}
		r.curvature(v, g.threshold, grad, hess)
		for a, i := range r.items {
			byUtility.SetVec(i, byUtility.AtVec(i)+g.beta*grad[a])
			row := g.features.RowView(i)
			curvature.SymRankOne(curvature, g.beta*g.beta*hess[a*k+a], row)
			for b := range a {
				curvature.RankTwo(curvature, g.beta*g.beta*hess[a*k+b], row, g.features.RowView(r.items[b]))
			}
		}
	}
	gradient.MulVec(g.features.T(), byUtility)
	for j, v := range g.mode {
		gradient.SetVec(j, gradient.AtVec(j)-v)
	}
	return curvature
}

// draw sets the sample: with curvature = Rᵀ R, v = mode + R⁻¹ times normal numbers.
func (g *Gaussian) draw(curvature *mat.Cholesky) {
	var upper mat.TriDense
	curvature.UTo(&upper)
	d, k := g.noise.Dims()
	v := mat.NewDense(d, k, nil)
	if err := upper.SolveTo(v, false, g.noise); err != nil && !isCondition(err) {
		panic("elicit: " + err.Error())
	}
	for r, mode := range g.mode {
		row := v.RawRowView(r)
		for c := range row {
			row[c] += mode
		}
	}
	utility := mat.NewDense(g.items.Len(), k, g.sample.Utility)
	utility.Mul(g.features, v)
	for i, x := range g.offset {
		for c, u := range g.sample.Of(i) {
			g.sample.Of(i)[c] = u + x
		}
	}
	if g.weighted > 0 {
		for r := range d {
			for c := range k {
				g.sample.factor[c*d+r] = g.weighted * v.At(r, c)
			}
		}
	}
}

// isCondition reports whether a solution is only said to be inexact.
func isCondition(err error) bool {
	_, is := err.(mat.Condition)
	return is
}
