package elicit

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// rising returns mean and covariance of utilities that are a Gaussian process of points with positive slopes: the normal
// distribution that expectation propagation (Minka 2001) finds nearest, as Riihimäki & Vehtari do ("Gaussian processes
// with monotonicity information", AISTATS 2010), with evidence for the sign of a slope that knows no doubt. The slopes
// are those at the points named by at, in every objective.
func rising(points [][]float64, at []int) (mean []float64, covariance *mat.SymDense) {
	m, n := len(points[0]), len(points)
	s := len(at) * m
	point := func(k int) []float64 { return points[at[k/m]] }
	prior, cross := mat.NewSymDense(s, nil), mat.NewDense(n, s, nil)
	for a := range s {
		for b := range a + 1 {
			prior.SetSym(a, b, kernel(point(a), a%m, point(b), b%m))
		}
		prior.SetSym(a, a, prior.At(a, a)*(1+1e-6))
		for i, y := range points {
			cross.Set(i, a, kernel(y, -1, point(a), a%m))
		}
	}
	slopes, posterior := propagate(prior)

	// Utilities given slopes: with G = cov(u, s) cov(s, s)⁻¹ the mean is G times that of the slopes, and the covariance
	// falls by G (prior − posterior) Gᵀ.
	var factor mat.Cholesky
	if !factor.Factorize(prior) {
		panic("elicit: the covariance of slopes is singular")
	}
	var gain mat.Dense // Gᵀ
	if err := factor.SolveTo(&gain, cross.T()); err != nil && !isCondition(err) {
		panic("elicit: " + err.Error())
	}
	var u mat.VecDense
	u.MulVec(gain.T(), mat.NewVecDense(s, slopes))
	var fall, half, less mat.Dense
	fall.Sub(prior, posterior)
	half.Mul(&fall, &gain)
	less.Mul(gain.T(), &half)
	covariance = mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			covariance.SetSym(i, j, kernel(points[i], -1, points[j], -1)-(less.At(i, j)+less.At(j, i))/2)
		}
	}
	return u.RawVector().Data, covariance
}

// propagate returns mean and covariance of numbers with a normal prior N(0, Σ), all of which are positive, by expectation
// propagation: each site, a normal factor in place of the sign of one number, is fitted in turn so that mean and variance
// of that number are those with its true sign, until the means change by less than 1e-6.
func propagate(prior *mat.SymDense) (mean []float64, covariance *mat.SymDense) {
	const sweeps, enough = 100, 1e-6
	n := prior.SymmetricDim()
	covariance = mat.NewSymDense(n, nil)
	covariance.CopySym(prior)
	mean = make([]float64, n)
	precision, shift := make([]float64, n), make([]float64, n) // of the sites: precision, and precision times mean
	column := mat.NewVecDense(n, nil)
	for range sweeps {
		change := 0.0
		for i := range n {
			variance := covariance.At(i, i)
			// What is known of number i without its own site, the cavity.
			cavity := 1/variance - precision[i]
			centre := (mean[i]/variance - shift[i]) / cavity
			if !(cavity > 0) {
				continue
			}
			spread := math.Sqrt(1 / cavity)
			first, second := halfNormal(centre / spread)
			wanted, left := centre+spread*first, spread*spread*second
			rise := 1/left - cavity - precision[i]
			if precision[i]+rise < 0 {
				rise = -precision[i]
			}
			precision[i] += rise
			shift[i] = wanted/left - centre*cavity
			for j := range n {
				column.SetVec(j, covariance.At(j, i))
			}
			covariance.SymRankOne(covariance, -rise/(1+rise*variance), column)
		}
		for i, old := range mean {
			mean[i] = 0
			for j, v := range shift {
				mean[i] += covariance.At(i, j) * v
			}
			change = max(change, math.Abs(mean[i]-old))
		}
		if change < enough {
			break
		}
	}
	return mean, covariance
}

// halfNormal is by how much the mean of a standard normal number rises, and what is left of its variance, when it is known
// to be above −z: h = φ(z)/Φ(z), and 1 − h (z + h).
func halfNormal(z float64) (rise, variance float64) {
	if z < -30 { // h = −z − 1/z + …
		return -z - 1/z, 1 / (z * z)
	}
	h := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / (math.Erfc(-z/math.Sqrt2) / 2)
	return h, max(1-h*(z+h), 1e-12)
}
