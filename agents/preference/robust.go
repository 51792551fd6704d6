package preference

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Noise is a loss for answers of which a share was flipped.
type Noise int

const (
	// Plain is the cross-entropy, which knows of no flips.
	Plain Noise = iota
	// Unbiased is ((1−e) l(z) − e l(−z)) / (1−2e), whose expectation over flips is the loss of the true answers
	// (Chowdhury, Kini & Natarajan, "Provably robust DPO", ICML 2024). It is unbounded below: learners regularise.
	Unbiased
	// Conservative is (1−e) l(z) + e l(−z): labels smoothed by e.
	Conservative
	// Mixture is −ln((1−e) λ(z) + e λ(−z)), the likelihood of a flipped answer, bounded in both directions.
	Mixture
)

// noises are the names of the losses.
var noises = [...]string{"plain", "unbiased", "conservative", "mixture"}

func (n Noise) String() string { return noises[n] }

// Loss returns the loss of an answer y ∈ [0, 1] with log-odds z when a share e < ½ of answers is flipped, and its
// derivative by z.
func (n Noise) Loss(z, y, e float64) (loss, slope float64) {
	toFirst, toSecond := n.preferred(z, e), n.preferred(-z, e)
	return y*toFirst.loss + (1-y)*toSecond.loss, y*toFirst.slope - (1-y)*toSecond.slope
}

type lossSlope struct{ loss, slope float64 }

// preferred is the loss of the answer "first" with log-odds z. l(z) = softplus(−z) and l(−z) = l(z) + z.
func (n Noise) preferred(z, e float64) lossSlope {
	plain, slope := Softplus(-z), -Logistic(-z)
	switch n {
	case Unbiased:
		c := e / (1 - 2*e)
		return lossSlope{plain - c*z, slope - c}
	case Conservative:
		return lossSlope{plain + e*z, slope + e}
	case Mixture:
		p := (1-e)*Logistic(z) + e*Logistic(-z)
		return lossSlope{-math.Log(p), -(1 - 2*e) * Logistic(z) * Logistic(-z) / p}
	}
	return lossSlope{plain, slope}
}

// Robust learns a linear reward from the partial returns of segments where a share of answers was flipped.
//
// Answers far from the boundary w · x = 0 are flipped as often as those near it, but say nothing of where it lies. Plain and
// Unbiased count them fully, and with features spread alike in all directions err alike, whatever l₂. Unbiased with Clip 2
// and Mixture leave them out when an l₂ of 1e-5 lets the weights grow; the direction is then three times as exact.
type Robust struct {
	Noise Noise
	// Flip is e, the share of flipped answers, at least 0 and below ½.
	Flip float64
	// Estimate finds e beside the weights; Noise must be Mixture. Flip is then where the search starts, 0.1 if it is 0.
	Estimate bool
	// Clip bounds the log-odds |z| beyond which the loss stays as it is; zero means no bound. It makes the loss
	// Unbiased bounded, and one answer that contradicts all others weigh little.
	Clip float64
	// L2 is l₂ of the term (l₂/2) |w|². Zero means 0.01.
	L2 float64
}

// clipped is the loss of an answer with log-odds z, and its derivative.
func (l Robust) clipped(z, y, e float64) (loss, slope float64) {
	if l.Clip > 0 && math.Abs(z) > l.Clip {
		loss, _ = l.Noise.Loss(math.Copysign(l.Clip, z), y, e)
		return loss, 0
	}
	return l.Noise.Loss(z, y, e)
}

// RobustReward is what [Robust] learns.
type RobustReward struct {
	*Reward
	Flip float64 // e, given or estimated
}

// Fit implements [Learner]. The objective is minimised by BFGS from zero weights.
func (l Robust) Fit(ctx context.Context, d *Dataset, record Recorder) (Model, error) {
	switch {
	case !(l.Flip >= 0 && l.Flip < 0.5):
		return nil, fmt.Errorf("a share %v of flipped answers; give at least 0 and less than 0.5", l.Flip)
	case l.Noise < Plain || l.Noise > Mixture:
		return nil, fmt.Errorf("unknown loss %d", int(l.Noise))
	case l.Estimate && l.Noise != Mixture:
		return nil, errors.New("the share of flipped answers is estimated with the loss Mixture only")
	}
	r, err := newRows(d, false, 0)
	if err != nil {
		return nil, err
	}
	l2 := orDefault(l.L2, 0.01)
	start := make([]float64, r.m)
	if l.Estimate {
		e := orDefault(l.Flip, 0.1)
		start = append(start, math.Log(2*e/(1-2*e))) // e = λ(x)/2
	}
	flip := func(x []float64) float64 {
		if l.Estimate {
			return Logistic(x[r.m]) / 2
		}
		return l.Flip
	}
	epochs, total := 0, 0.0
	at := func(x, gradient []float64) float64 {
		w, e := x[:r.m], flip(x)
		clear(gradient)
		total = 0
		for k, n := range r.count {
			row := r.x[k*r.m:][:r.m]
			z, y := dot(row, w), r.first[k]/n
			loss, slope := l.clipped(z, y, e)
			total += n * loss
			for j, v := range row {
				gradient[j] += n * slope * v
			}
			if l.Estimate {
				p, q := (1-e)*Logistic(z)+e*Logistic(-z), (1-e)*Logistic(-z)+e*Logistic(z)
				byFlip := (Logistic(-z) - Logistic(z)) * ((1-y)/q - y/p)
				gradient[r.m] += n * byFlip * e * (1 - 2*e)
			}
		}
		for j, v := range w {
			gradient[j] += l2 * v
		}
		return total + l2/2*dot(w, w)
	}
	x, err := minimise(ctx, start, at, func(value float64) {
		if record != nil {
			record(epochs, value)
		}
		epochs++
	})
	if err != nil {
		return nil, err
	}
	at(x, make([]float64, len(x)))
	w := x[:r.m]
	return &RobustReward{&Reward{Statistic: PartialReturn{w}, Weights: w, Loss: total, Epochs: epochs}, flip(x)}, nil
}
