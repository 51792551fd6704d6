package cmorl

import "math"

// nonNegative minimises ½ ν'Sν + c·ν over ν >= 0 by the active set method of Lawson and Hanson (1974), for a
// symmetric positive semidefinite S (rows after each other), to which a billionth of its largest diagonal
// entry is added on the diagonal. With n variables it takes some n systems of n equations.
func nonNegative(s, c []float64) []float64 {
	n := len(c)
	nu := make([]float64, n)
	ridge := 0.0
	for j := range n {
		ridge = max(ridge, 1e-9*s[j*n+j])
	}
	if ridge == 0 {
		ridge = 1e-300 // S = 0
	}
	free := make([]bool, n) // not held at 0
	for range 3*n + 10 {
		// The variable at 0 along which the value falls fastest, relative to its curvature, is freed.
		next, steepest := -1, 0.0
		for j := range n {
			if free[j] {
				continue
			}
			slope := c[j]
			for k, x := range nu {
				slope += s[j*n+k] * x
			}
			if size := math.Abs(c[j]) * 1e-12; slope < -size {
				if fall := -slope / math.Sqrt(s[j*n+j]+ridge); fall > steepest {
					next, steepest = j, fall
				}
			}
		}
		if next < 0 {
			return nu
		}
		free[next] = true
		for {
			z := stationary(s, c, ridge, free)
			// Go there, or as far as all stay non-negative; what arrives at 0 is held there.
			reach, stop := 1.0, -1
			for j := range n {
				if free[j] && z[j] <= 0 {
					if a := nu[j] / (nu[j] - z[j]); a < reach || stop < 0 {
						reach, stop = min(a, 1), j
					}
				}
			}
			for j := range n {
				nu[j] += reach * (z[j] - nu[j])
			}
			if stop < 0 {
				break
			}
			nu[stop], free[stop] = 0, false
		}
	}
	return nu
}

// stationary solves (S + ridge·I) z = -c for the free variables, the others being 0, by elimination; no
// pivoting is needed for a positive definite matrix.
func stationary(s, c []float64, ridge float64, free []bool) []float64 {
	n := len(c)
	var at []int
	for j := range n {
		if free[j] {
			at = append(at, j)
		}
	}
	m := len(at)
	a := make([]float64, m*(m+1))
	for i, x := range at {
		for k, y := range at {
			a[i*(m+1)+k] = s[x*n+y]
		}
		a[i*(m+1)+i] += ridge
		a[i*(m+1)+m] = -c[x]
	}
	for i := range m {
		for below := i + 1; below < m; below++ {
			f := a[below*(m+1)+i] / a[i*(m+1)+i]
			for k := i; k <= m; k++ {
				a[below*(m+1)+k] -= f * a[i*(m+1)+k]
			}
		}
	}
	z := make([]float64, n)
	for i := m - 1; i >= 0; i-- {
		x := a[i*(m+1)+m]
		for k := i + 1; k < m; k++ {
			x -= a[i*(m+1)+k] * z[at[k]]
		}
		z[at[i]] = x / a[i*(m+1)+i]
	}
	return z
}
