package preference

import (
	"math"
	"slices"
)

// Answers are numbers to explain answers by: a row of x is what a question offers for the first segment less than what
// it offers for the second, in one or more ways; z = β · x.
type Answers struct {
	X [][]float64
	Y []float64 // labels in [0, 1]
}

// Scaling is a fitted scale of a statistic, or several: P = (1 − c) λ(β · x) + c/2.
type Scaling struct {
	Beta         []float64
	Lapse        float64 // c
	CrossEntropy float64 // mean, in nats per answer
}

// logOdds of an answer.
func (s *Scaling) logOdds(x []float64) float64 { return dot(s.Beta, x) }

// Loss is the mean cross-entropy of answers.
func (s *Scaling) Loss(a *Answers) float64 {
	sum := 0.0
	for i, x := range a.X {
		sum += lapsedLoss(s.logOdds(x), a.Y[i], s.Lapse)
	}
	return sum / float64(len(a.X))
}

// lapsedLoss is −y ln P − (1 − y) ln(1 − P) for P = (1 − c) λ(z) + c/2.
func lapsedLoss(z, y, c float64) float64 {
	if c == 0 {
		return CrossEntropy(z, y)
	}
	p, q := (1-c)*Logistic(z)+c/2, (1-c)*Logistic(-z)+c/2
	return -y*math.Log(p) - (1-y)*math.Log(q)
}

// merged answers, for speed: equal rows joined, turned round where that makes them equal.
func (a *Answers) merged() *rows {
	r := &rows{m: len(a.X[0])}
	at := map[string]int{}
	var key []byte
	x := make([]float64, r.m)
	share := 1 / float64(len(a.X))
	for i, row := range a.X {
		y := a.Y[i]
		copy(x, row)
		if backward(x, nil) {
			for j := range x {
				x[j] = 0 - x[j]
			}
			y = 1 - y
		}
		key = key[:0]
		for _, v := range x {
			key = appendNumber(key, math.Float64bits(v+0))
		}
		k, known := at[string(key)]
		if !known {
			k = r.n
			at[string(key)] = k
			r.n++
			r.x = append(r.x, x...)
			r.count, r.first = append(r.count, 0), append(r.first, 0)
		}
		r.count[k] += share
		r.first[k] += share * y
	}
	r.sort()
	return r
}

// lapsed is the loss of merged rows for P = (1 − c) λ(z) + c/2.
func (r *rows) lapsed(w []float64, c float64) (loss float64) {
	for k, n := range r.count {
		z := dot(r.x[k*r.m:][:r.m], w)
		loss += n * lapsedLoss(z, r.first[k]/n, c)
	}
	return loss
}

// FitScale fits β, and with lapse also c in [0, 1), by maximum likelihood. Without lapse the problem is convex:
// Newton's method. With it, the best c is searched, and for each of them β from several starts. Directions in which no
// answer says anything get β = 0. Where β separates the answers without an error it is unbounded, and what is returned
// is where the loss has vanished.
func FitScale(a *Answers, lapse bool) Scaling {
	r := a.merged()
	plain := r.fitScale(make([]float64, r.m), 0)
	if !lapse {
		return plain
	}
	at := func(c float64, starts ...[]float64) (best Scaling) {
		best.CrossEntropy = math.Inf(1)
		for _, start := range starts {
			if s := r.fitScale(start, c); s.CrossEntropy < best.CrossEntropy {
				best = s
			}
		}
		return best
	}
	scaled := func(f float64) []float64 {
		s := slices.Clone(plain.Beta)
		for j := range s {
			s[j] *= f
		}
		return s
	}
	// A coarse search over c, then a golden section round the best.
	const steps = 12
	best, from := plain, plain.Beta
	for k := 1; k < steps; k++ {
		s := at(float64(k)/steps, from, scaled(1), scaled(8))
		from = s.Beta
		if s.CrossEntropy < best.CrossEntropy {
			best = s
		}
	}
	const section = 0.6180339887498949
	low, high := max(0, best.Lapse-1.0/steps), min(best.Lapse+1.0/steps, 1-1e-6)
	x, y := high-section*(high-low), low+section*(high-low)
	left, right := at(x, best.Beta), at(y, best.Beta)
	for high-low > 1e-6 {
		if left.CrossEntropy <= right.CrossEntropy {
			high, y, right = y, x, left
			x = high - section*(high-low)
			left = at(x, best.Beta)
		} else {
			low, x, left = x, y, right
			y = low + section*(high-low)
			right = at(y, best.Beta)
		}
		best = better(better(best, left), right)
	}
	return best
}

func better(a, b Scaling) Scaling {
	if b.CrossEntropy < a.CrossEntropy {
		return b
	}
	return a
}

// fitScale fits β for a given c by Fisher's scoring, which is Newton's method where c = 0, with steps halved
// until the loss falls.
func (r *rows) fitScale(start []float64, c float64) Scaling {
	m := r.m
	beta, gradient, try := slices.Clone(start), make([]float64, m), make([]float64, m)
	information := make([]float64, m*m)
	loss := r.lapsed(beta, c)
	for range 200 {
		clear(gradient)
		clear(information)
		for k, n := range r.count {
			x := r.x[k*m:][:m]
			lambda := Logistic(dot(x, beta))
			p := (1-c)*lambda + c/2
			slope := (1 - c) * lambda * (1 - lambda)
			if slope == 0 {
				continue
			}
			g := (n*p - r.first[k]) * slope / (p * (1 - p))
			h := n * slope * slope / (p * (1 - p))
			for i, u := range x {
				gradient[i] += float64(g * u)
				for j, v := range x {
					information[i*m+j] += h * u * v
				}
			}
		}
		for i := range m {
			if information[i*m+i] < 1e-14 { // nothing is known of it
				information[i*m+i] = 1
			}
			information[i*m+i] *= 1 + 1e-12
		}
		step := slices.Clone(gradient)
		if math.Sqrt(dot(gradient, gradient)) < 1e-13 || solvePositive(information, step) != nil {
			break
		}
		improved := false
		for t := 1.0; t > 1e-12; t /= 2 {
			for j := range try {
				try[j] = beta[j] - t*step[j]
			}
			if l := r.lapsed(try, c); l < loss {
				copy(beta, try)
				improved = loss-l > 1e-13
				loss = l
				break
			}
		}
		if !improved {
			break
		}
	}
	return Scaling{Beta: beta, Lapse: c, CrossEntropy: loss}
}

// CrossValidate returns the mean cross-entropy of answers that were held out, in so many folds: answer i is in fold
// i mod folds.
func CrossValidate(a *Answers, lapse bool, folds int) float64 {
	sum := 0.0
	for f := range folds {
		var train, test Answers
		for i, x := range a.X {
			to := &train
			if i%folds == f {
				to = &test
			}
			to.X, to.Y = append(to.X, x), append(to.Y, a.Y[i])
		}
		s := FitScale(&train, lapse)
		for i, x := range test.X {
			sum += lapsedLoss(s.logOdds(x), test.Y[i], s.Lapse)
		}
	}
	return sum / float64(len(a.X))
}

// Agreement is the share of answers other than "same" that a scaling predicts; predictions of 0 count half.
func (s *Scaling) Agreement(a *Answers) float64 {
	right, n := 0.0, 0.0
	for i, x := range a.X {
		if a.Y[i] == 0.5 {
			continue
		}
		n++
		switch z := s.logOdds(x); {
		case z == 0:
			right += 0.5
		case z > 0 == (a.Y[i] > 0.5):
			right++
		}
	}
	return right / n
}

// ExactMatch is the share of answers, "same" included, that a scaling predicts: "same" where its log-odds are 0.
func (s *Scaling) ExactMatch(a *Answers) float64 {
	right := 0.0
	for i, x := range a.X {
		z := s.logOdds(x)
		if z == 0 && a.Y[i] == 0.5 || z > 0 && a.Y[i] > 0.5 || z < 0 && a.Y[i] < 0.5 {
			right++
		}
	}
	return right / float64(len(a.X))
}

// GridScale is the lowest mean cross-entropy over the scales of the published scripts: 0 and ±0.01 · 1.236ⁱ, i = 1 … 25.
func GridScale(a *Answers) float64 {
	r := a.merged()
	best := math.Ln2
	scale := 0.01
	for range 25 {
		scale *= 1.236
		best = min(best, r.lapsed([]float64{scale}, 0), r.lapsed([]float64{-scale}, 0))
	}
	return best
}
