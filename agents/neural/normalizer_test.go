package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

// After any number of batches, mean and variance are those of all samples together with the prior's
// tiny weight.
func TestRunningEqualsTheBatchStatistics(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	r := NewRunning(2)
	var all [][2]float64
	for batch := range 20 {
		x := make([]float32, 2*(1+batch%3))
		for i := range x {
			x[i] = float32(5 + 3*rng.NormFloat64())
		}
		for i := 0; i < len(x); i += 2 {
			all = append(all, [2]float64{float64(x[i]), float64(x[i+1])})
		}
		Add(r, x)
	}
	for j := range 2 {
		mean, variance := 0.0, 0.0
		for _, s := range all {
			mean += s[j] / float64(len(all))
		}
		for _, s := range all {
			variance += (s[j] - mean) * (s[j] - mean) / float64(len(all))
		}
		if math.Abs(r.Mean[j]-mean) > 1e-3 || math.Abs(r.Var[j]-variance) > 1e-2 {
			t.Errorf("component %d: mean %v variance %v, want %v %v", j, r.Mean[j], r.Var[j], mean, variance)
		}
	}
	y := []float32{1e9, -1e9}
	r.Normalize(y, y)
	if y[0] != 10 || y[1] != -10 {
		t.Errorf("normalised extremes are %v, want ±10", y)
	}
}
