package neural

import "math"

// Running keeps mean and variance of vectors over time, merging batch by batch (Chan, Golub and
// LeVeque 1979). It starts at mean 0, variance 1 with the weight of a ten-thousandth of a sample.
type Running struct {
	Mean, Var []float64
	Count     float64
}

// NewRunning returns statistics of vectors of length n.
func NewRunning(n int) *Running {
	r := &Running{Mean: make([]float64, n), Var: make([]float64, n), Count: 1e-4}
	for i := range r.Var {
		r.Var[i] = 1
	}
	return r
}

// Add merges a batch of row vectors. The number of rows is len(x)/len(Mean).
func Add[T float32 | float64](r *Running, x []T) {
	d := len(r.Mean)
	n := len(x) / d
	if n == 0 {
		return
	}
	total := r.Count + float64(n)
	for j := range r.Mean {
		mean := 0.0
		for i := j; i < len(x); i += d {
			mean += float64(x[i])
		}
		mean /= float64(n)
		m2 := 0.0
		for i := j; i < len(x); i += d {
			e := float64(x[i]) - mean
			m2 += e * e
		}
		delta := mean - r.Mean[j]
		r.Mean[j] += delta * float64(n) / total
		r.Var[j] = (r.Var[j]*r.Count + m2 + delta*delta*r.Count*float64(n)/total) / total
	}
	r.Count = total
}

const (
	epsilon = 1e-8 // keeps constant components from division by zero
	limit   = 10   // of normalised values
)

// Std is √(variance + 1e-8) of component j.
func (r *Running) Std(j int) float64 { return math.Sqrt(r.Var[j] + epsilon) }

// Normalize writes clip((x - mean)/std, -10, 10) of rows of x into y (which may be x).
func (r *Running) Normalize(y, x []float32) {
	d := len(r.Mean)
	for j := range r.Mean {
		mean, inv := r.Mean[j], 1/r.Std(j)
		for i := j; i < len(x); i += d {
			y[i] = float32(min(max((float64(x[i])-mean)*inv, -limit), limit))
		}
	}
}

// Clone returns an independent copy.
func (r *Running) Clone() *Running {
	return &Running{append([]float64(nil), r.Mean...), append([]float64(nil), r.Var...), r.Count}
}
