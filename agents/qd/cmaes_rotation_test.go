package qd

import (
	"math"
	"testing"
)

// TestCMAESDoesNotSeeRotations: told the same solutions in rotated coordinates, the strategy is the same one in
// rotated coordinates, so that the trajectory of values is the same on a rotated function.
func TestCMAESDoesNotSeeRotations(t *testing.T) {
	const n, lambda = 6, 12
	rng := NewRandom(4, "rotation")
	// An orthogonal matrix by Gram and Schmidt.
	q := make([][]float64, n)
	for i := range q {
		q[i] = make([]float64, n)
		for j := range q[i] {
			q[i][j] = rng.NormFloat64()
		}
		for _, row := range q[:i] {
			p := dot(row, q[i])
			for j := range row {
				q[i][j] -= p * row[j]
			}
		}
		length := math.Sqrt(dot(q[i], q[i]))
		for j := range q[i] {
			q[i][j] /= length
		}
	}
	rotate := func(x []float64) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = dot(q[i], x)
		}
		return y
	}
	ellipsoid := func(x []float64) float64 {
		f := 0.0
		for j, v := range x {
			f -= math.Pow(1000, float64(j)/(n-1)) * v * v
		}
		return f
	}
	start := []float64{1, -1, 2, 0.5, -0.5, 1}
	plain, err := NewCMAES(start, 0.5, lambda, false)
	if err != nil {
		t.Fatal(err)
	}
	turned, err := NewCMAES(rotate(start), 0.5, lambda, false)
	if err != nil {
		t.Fatal(err)
	}
	x, y, f := make([]float64, lambda*n), make([]float64, lambda*n), make([]float64, lambda)
	for range 150 {
		for i := range lambda {
			plain.Ask(rng, x[i*n:][:n])
			copy(y[i*n:], rotate(x[i*n:][:n]))
			f[i] = ellipsoid(x[i*n:][:n])
		}
		plain.Tell(x, best(f, lambda), f)
		turned.Tell(y, best(f, lambda), f)
	}
	if d := distance(rotate(plain.Mean), turned.Mean); d > 1e-9*plain.Sigma0 || math.Abs(turned.Sigma/plain.Sigma-1) > 1e-7 {
		t.Errorf("means %v apart, standard deviations %v and %v", d, plain.Sigma, turned.Sigma)
	}
	// turned.C is Q·C·Qᵀ.
	largest := 0.0
	for _, v := range plain.C {
		largest = max(largest, math.Abs(v))
	}
	for i := range n {
		half := make([]float64, n) // row i of Q·C
		for k := range n {
			for j := range n {
				half[j] += q[i][k] * plain.C[k*plain.columns()+j]
			}
		}
		for j := range n {
			if d := math.Abs(dot(half, q[j]) - turned.C[i*turned.columns()+j]); d > 1e-7*largest {
				t.Errorf("C[%d][%d] differs by %v of %v", i, j, d, largest)
			}
		}
	}
	if best := ellipsoid(plain.Mean); best < -1e-6 {
		t.Errorf("value %v after 150 generations", best)
	}
}
