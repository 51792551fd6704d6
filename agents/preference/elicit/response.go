package elicit

import (
	"math"

	"github.com/paretolab/paretolab/agents/preference"
)

// reply is an answer in the form that likelihoods are computed from: the items asked about and the places among
// them that were named, best first.
type reply struct {
	items, order []int
}

// logLikelihood returns ln P(answer) of a user with the utilities v of the items asked about, already multiplied by
// the consistency β. Two items are compared by
//
//	P(first) = λ(z − d),  P(second) = λ(−z − d),  P(same) = the rest,   z = v₁ − v₂
//
// with the threshold d ≥ 0; with d = 0 "same" counts as half an answer each. The best of several is chosen by the softmax
// of v, and a ranking is a choice among those left, again and again (Plackett-Luce).
func (r *reply) logLikelihood(v []float64, d float64) float64 {
	if len(v) == 2 {
		z := v[0] - v[1]
		switch {
		case len(r.order) == 0 && d > 0:
			return math.Log(math.Expm1(2*d)) - preference.Softplus(d-z) - preference.Softplus(d+z)
		case len(r.order) == 0:
			return -0.5 * (preference.Softplus(z) + preference.Softplus(-z))
		case r.order[0] == 0:
			return -preference.Softplus(d - z)
		default:
			return -preference.Softplus(d + z)
		}
	}
	if len(r.order) == 0 {
		mean := 0.0
		for _, x := range v {
			mean += x
		}
		return mean/float64(len(v)) - logSumExp(v, nil)
	}
	sum := 0.0
	for t := range r.order {
		if t == len(v)-1 {
			break // the last one is left over
		}
		sum += v[r.order[t]] - logSumExp(v, r.order[:t])
	}
	return sum
}

// curvature adds the gradient of [reply.logLikelihood] by v to grad, and its negative second derivatives to the k × k
// matrix hess, which are positive semidefinite.
func (r *reply) curvature(v []float64, d float64, grad, hess []float64) {
	k := len(v)
	if k == 2 {
		z := v[0] - v[1]
		below, above := preference.Logistic(d-z), preference.Logistic(d+z) // one minus λ(z−d), λ(−z−d)
		var g, h float64
		switch {
		case len(r.order) == 0 && d > 0:
			g = below - above
			h = below*(1-below) + above*(1-above)
		case len(r.order) == 0:
			g = 0.5 - preference.Logistic(z)
			h = below * (1 - below)
		case r.order[0] == 0:
			g, h = below, below*(1-below)
		default:
			g, h = -above, above*(1-above)
		}
		grad[0] += g
		grad[1] -= g
		hess[0] += h
		hess[1] -= h
		hess[2] -= h
		hess[3] += h
		return
	}
	if len(r.order) == 0 {
		for i := range v {
			grad[i] += 1 / float64(k)
		}
		softmaxCurvature(v, nil, grad, hess)
		return
	}
	for t, best := range r.order {
		if t == k-1 {
			break
		}
		grad[best]++
		softmaxCurvature(v, r.order[:t], grad, hess)
	}
}

// softmaxCurvature adds the derivatives of −logsumexp(v), without those left out.
func softmaxCurvature(v []float64, without []int, grad, hess []float64) {
	total, k := logSumExp(v, without), len(v)
	p := make([]float64, k)
	for i, x := range v {
		p[i] = math.Exp(x - total)
	}
	for _, i := range without {
		p[i] = 0
	}
	for i := range v {
		grad[i] -= p[i]
		hess[i*k+i] += p[i]
		for j := range v {
			hess[i*k+j] -= p[i] * p[j]
		}
	}
}

// logSumExp returns ln Σ e^v, without those left out, of which there are fewer than all.
func logSumExp(v []float64, without []int) float64 {
	left := func(i int) bool {
		for _, j := range without {
			if i == j {
				return false
			}
		}
		return true
	}
	highest := math.Inf(-1)
	for i, x := range v {
		if left(i) {
			highest = max(highest, x)
		}
	}
	sum := 0.0
	for i, x := range v {
		if left(i) {
			sum += math.Exp(x - highest)
		}
	}
	return highest + math.Log(sum)
}
