package neural

import (
	"math"
	"math/rand/v2"
)

// The action distributions work on one sample at a time in float64: a network row in, a
// log-probability, an entropy and their gradients out. Gradients are added to the output row.

// Softmax writes the probabilities of the logits z into p (same length) and returns the logarithm
// of the normalising sum, so that log p_k = z_k - lse.
func Softmax(z []float32, p []float64) (lse float64) {
	top := float64(z[0])
	for _, x := range z[1:] {
		top = max(top, float64(x))
	}
	sum := 0.0
	for k, x := range z {
		p[k] = math.Exp(float64(x) - top)
		sum += p[k]
	}
	for k := range p[:len(z)] {
		p[k] /= sum
	}
	return top + math.Log(sum)
}

// SampleCategorical draws an index with probabilities p.
func SampleCategorical(p []float64, rng *rand.Rand) int {
	u := rng.Float64()
	for k, q := range p {
		if u -= q; u < 0 {
			return k
		}
	}
	return len(p) - 1 // rounding: the sum was a little below 1
}

// Argmax is the mode of a categorical distribution, ties to the lowest index.
func Argmax(z []float32) int {
	best := 0
	for k, x := range z {
		if x > z[best] {
			best = k
		}
	}
	return best
}

// Entropy of a categorical distribution with logits z, probabilities p and normaliser lse.
func Entropy(z []float32, p []float64, lse float64) float64 {
	h := 0.0
	for k, x := range z {
		h -= p[k] * (float64(x) - lse)
	}
	return h
}

// CategoricalGrad adds to dz the gradient of
//
//	dlogp · log p(a) + dent · entropy
//
// by the logits: ∂log p(a)/∂z_k = 1[k=a] - p_k and ∂H/∂z_k = -p_k (log p_k + H).
func CategoricalGrad(dz, z []float32, p []float64, lse, entropy float64, a int, dlogp, dent float64) {
	for k, x := range z {
		g := -dlogp*p[k] - dent*p[k]*(float64(x)-lse+entropy)
		if k == a {
			g += dlogp
		}
		dz[k] += float32(g)
	}
}

const logSqrt2Pi = 0.91893853320467274178 // ln √(2π)

// GaussianLogProb is the log-density of action a under a diagonal Gaussian with the given mean and
// log standard deviation, summed over components.
func GaussianLogProb(a, mean, logStd []float32) float64 {
	lp := 0.0
	for k := range logStd {
		s := float64(logStd[k])
		z := (float64(a[k]) - float64(mean[k])) * math.Exp(-s)
		lp -= 0.5*z*z + s + logSqrt2Pi
	}
	return lp
}

// GaussianEntropy is the entropy of a diagonal Gaussian, summed over components.
func GaussianEntropy(logStd []float32) float64 {
	h := 0.0
	for _, s := range logStd {
		h += float64(s) + 0.5 + logSqrt2Pi
	}
	return h
}

// GaussianGrad adds the gradient of dlogp·log p(a) + dent·entropy by the mean to dmean and by the
// log standard deviation to dlogStd.
func GaussianGrad(dmean []float32, dlogStd []float64, a, mean, logStd []float32, dlogp, dent float64) {
	for k := range logStd {
		inv := math.Exp(-float64(logStd[k]))
		z := (float64(a[k]) - float64(mean[k])) * inv
		dmean[k] += float32(dlogp * z * inv)
		dlogStd[k] += dlogp*(z*z-1) + dent
	}
}
