package qd

import (
	"math"

	"github.com/paretolab/paretolab/internal/kern"
)

// symmetricEigen decomposes the symmetric n × n matrix a, row-major, into eigenvalues d in ascending
// order and orthonormal eigenvectors, the rows of a in the end. scratch has 3·n numbers. It reports
// whether the iteration converged, which it does for every finite matrix.
//
// Source: Householder's reduction and the QL method with implicit shifts (EISPACK tred2 and tql2; Bowdler,
// Martin, Reinsch and Wilkinson, Numerische Mathematik 11, 1968). O(n³).
func symmetricEigen(a []float64, n int, d, scratch []float64) bool {
	e := scratch[:n]
	tridiagonalise(a, n, d, e)
	return diagonalise(a, n, d, e, scratch[n:3*n])
}

// tridiagonalise leaves the diagonal in d, the subdiagonal in e[1:], and the transformation in a.
func tridiagonalise(a []float64, n int, d, e []float64) {
	copy(d, a[(n-1)*n:n*n])
	for i := n - 1; i > 0; i-- {
		scale, h := 0.0, 0.0
		for k := range i {
			scale += math.Abs(d[k])
		}
		if scale == 0 {
			e[i] = d[i-1]
			for j := range i {
				d[j] = a[j*n+i-1]
				a[j*n+i], a[i*n+j] = 0, 0
			}
		} else {
			for k := range i {
				d[k] /= scale
				h += d[k] * d[k]
			}
			f := d[i-1]
			g := math.Sqrt(h)
			if f > 0 {
				g = -g
			}
			e[i] = scale * g
			h -= f * g
			d[i-1] = f - g
			clear(e[:i])
			copy(a[i*n:], d[:i])
			kern.Symmetric64(a, n, d[:i], e[:i])
			f = 0
			for j := range i {
				e[j] /= h
				f += e[j] * d[j]
			}
			hh := f / (h + h)
			for j := range i {
				e[j] -= hh * d[j]
			}
			kern.Rank2Upper64(d[:i], e[:i], a, n)
			for j := range i {
				d[j] = a[j*n+i-1]
				a[j*n+i] = 0
			}
		}
		d[i] = h
	}
	for i := range n - 1 {
		a[i*n+n-1] = a[i*n+i]
		a[i*n+i] = 1
		if h := d[i+1]; h != 0 {
			for k := range i + 1 {
				d[k] = a[(i+1)*n+k] / h
			}
			kern.Reflect64(a, i+1, n, a[(i+1)*n:][:i+1], d[:i+1])
		}
		for k := range i + 1 {
			a[(i+1)*n+k] = 0
		}
	}
	for j := range n {
		d[j] = a[j*n+n-1]
		a[j*n+n-1] = 0
	}
	a[n*n-1] = 1
	e[0] = 0
}

// diagonalise turns the result of tridiagonalise into eigenvalues and vectors. turns has room for the rotations of a sweep.
func diagonalise(a []float64, n int, d, e, turns []float64) bool {
	copy(e, e[1:])
	e[n-1] = 0
	f, largest := 0.0, 0.0
	const eps = 0x1p-52
	for l := range n {
		largest = max(largest, math.Abs(d[l])+math.Abs(e[l]))
		m := l
		for m < n-1 && math.Abs(e[m]) > eps*largest {
			m++
		}
		for round := 0; m > l && math.Abs(e[l]) > eps*largest; round++ {
			if round == 60 {
				return false
			}
			g := d[l]
			p := (d[l+1] - g) / (2 * e[l])
			r := math.Sqrt(p*p + 1)
			if p < 0 {
				r = -r
			}
			d[l] = e[l] / (p + r)
			d[l+1] = e[l] * (p + r)
			next := d[l+1]
			h := g - d[l]
			for i := l + 2; i < n; i++ {
				d[i] -= h
			}
			f += h
			p = d[m]
			c, c2, c3 := 1.0, 1.0, 1.0
			e1 := e[l+1]
			s, s2 := 0.0, 0.0
			turns = turns[:0]
			for i := m - 1; i >= l; i-- {
				c3, c2, s2 = c2, c, s
				g = c * e[i]
				h = c * p
				r = math.Sqrt(p*p + e[i]*e[i])
				e[i+1] = s * r
				s = e[i] / r
				c = p / r
				p = c*d[i] - s*g
				d[i+1] = h + s*(c*g+s*d[i])
				turns = append(turns, c, s)
			}
			kern.Rotations64(turns, a[l*n:(m+1)*n], n)
			p = -s * s2 * c3 * e1 * e[l] / next
			e[l] = s * p
			d[l] = c * p
		}
		d[l] += f
		e[l] = 0
	}
	for i := range n - 1 {
		k := i
		for j := i + 1; j < n; j++ {
			if d[j] < d[k] {
				k = j
			}
		}
		if k != i {
			d[i], d[k] = d[k], d[i]
			for j := range n {
				a[i*n+j], a[k*n+j] = a[k*n+j], a[i*n+j]
			}
		}
	}
	return true
}
