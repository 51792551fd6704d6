package qd

import (
	"fmt"
	"math"
)

// white is the byte of a view's brightest pixel; 127 is the grey 0.5.
const white = 254

// Components describes a view by its coordinates along a few orthonormal directions around a mean: the
// leading principal components of views, or random directions. It is not changed any more once made.
type Components struct {
	Pixels, Rank int
	Mean         []float64 // of the views; 0 for random directions
	Directions   []float64 // Pixels × Rank, so that dark pixels can be skipped

	offset []float64 // mean·direction
	length float64   // ‖mean‖²
}

// RandomComponents returns rank random orthonormal directions.
func RandomComponents(pixels, rank int, rng *Random) (*Components, error) {
	if rank < 1 || pixels < rank {
		return nil, fmt.Errorf("qd: %d numbers cannot describe views of %d pixels; give 1 to %d", rank, pixels, pixels)
	}
	q := make([]float64, rank*pixels)
	for i := range q {
		q[i] = rng.NormFloat64()
	}
	for k := range rank {
		orthonormal(q[:(k+1)*pixels], pixels)
	}
	c := &Components{Pixels: pixels, Rank: rank, Mean: make([]float64, pixels), Directions: make([]float64, pixels*rank)}
	c.set(q)
	return c, nil
}

// set takes directions as rows.
func (c *Components) set(rows []float64) {
	for k := range c.Rank {
		for p := range c.Pixels {
			c.Directions[p*c.Rank+k] = rows[k*c.Pixels+p]
		}
	}
	c.prepare()
}

// prepare makes what is not saved.
func (c *Components) prepare() {
	c.offset, c.length = make([]float64, c.Rank), 0
	for p, m := range c.Mean {
		c.length += m * m
		for k, d := range c.Directions[p*c.Rank:][:c.Rank] {
			c.offset[k] += m * d
		}
	}
}

// Encode implements [Encoder].
func (c *Components) Encode(views [][]byte, latent, errors []float64) {
	if c.offset == nil {
		c.prepare()
	}
	for i, v := range views {
		errors[i] = c.describe(v, latent[i*c.Rank:][:c.Rank])
	}
}

// describe writes the coordinates of a view and returns the mean squared error per pixel of the view
// that they stand for.
func (c *Components) describe(view []byte, latent []float64) float64 {
	rest := c.length
	clear(latent)
	for p, b := range view {
		if b == 0 {
			continue
		}
		x := float64(b) / white
		rest += x * (x - 2*c.Mean[p])
		for k, d := range c.Directions[p*c.Rank:][:c.Rank] {
			latent[k] += x * d
		}
	}
	for k := range latent {
		latent[k] -= c.offset[k]
		rest -= latent[k] * latent[k]
	}
	return max(rest, 0) / float64(c.Pixels)
}

// Draw implements [Encoder].
func (c *Components) Draw(view []byte) []byte {
	latent := make([]float64, c.Rank)
	c.Encode([][]byte{view}, latent, make([]float64, 1))
	drawn := make([]byte, c.Pixels)
	for p, grey := range c.Mean {
		grey += dot(c.Directions[p*c.Rank:][:c.Rank], latent)
		drawn[p] = byte(math.Round(min(max(grey, 0), 1) * white))
	}
	return drawn
}

// PrincipalComponents returns the mean of views, each of so many pixels, and the rank leading
// eigenvectors of their covariance matrix, each with the sign that makes its largest entry positive.
func PrincipalComponents(views [][]byte, pixels, rank int, rng *Random) (*Components, error) {
	if len(views) == 0 {
		return nil, fmt.Errorf("qd: no views to find components of")
	}
	c, err := RandomComponents(pixels, rank, rng)
	if err != nil {
		return nil, err
	}
	lit, covariance := covariance(views, c.Mean)
	n := len(lit)
	if n < rank {
		c.prepare() // fewer pixels are ever lit than there are numbers: any directions do
		return c, nil
	}
	vectors, err := leading(covariance, n, rank, rng)
	if err != nil {
		return nil, err
	}
	rows := make([]float64, rank*pixels)
	for k := range rank {
		v := vectors[k*n:][:n]
		largest := 0.0
		for _, x := range v {
			if math.Abs(x) > math.Abs(largest) {
				largest = x
			}
		}
		for i, p := range lit {
			rows[k*pixels+p] = math.Copysign(1, largest) * v[i]
		}
	}
	c.set(rows)
	return c, nil
}

// leading returns the rank leading eigenvectors of a symmetric n × n matrix, as rows, by the method of
// Lanczos with full orthogonalisation: to a residual of 1e-9 of the largest eigenvalue, or for 300 steps.
func leading(matrix []float64, n, rank int, rng *Random) ([]float64, error) {
	most := min(n, 300)
	basis := make([]float64, (most+1)*n)
	diagonal, off := make([]float64, most), make([]float64, most)
	fresh := func(j int) { // a random direction for basis vector j
		for p := range n {
			basis[j*n+p] = rng.NormFloat64()
		}
		orthonormal(basis[:(j+1)*n], n)
	}
	fresh(0)
	for j := range most {
		v, w := basis[j*n:][:n], basis[(j+1)*n:][:n]
		for i := range n {
			w[i] = dot(matrix[i*n:][:n], v)
		}
		diagonal[j] = dot(v, w)
		off[j] = orthonormal(basis[:(j+2)*n], n)
		if off[j] == 0 && j+1 < most {
			fresh(j + 1)
		}
		m := j + 1
		if m < rank || m < most && m%20 != 0 {
			continue
		}
		t, d, scratch := make([]float64, m*m), make([]float64, m), make([]float64, 3*m)
		for i := range m {
			t[i*m+i] = diagonal[i]
			if i+1 < m {
				t[i*m+i+1], t[(i+1)*m+i] = off[i], off[i]
			}
		}
		if !symmetricEigen(t, m, d, scratch) {
			return nil, fmt.Errorf("qd: the covariance of views has no eigenvectors")
		}
		residual := 0.0
		for k := range rank {
			residual = max(residual, math.Abs(off[j]*t[(m-1-k)*m+m-1]))
		}
		if m < most && (off[j] == 0 || residual > 1e-9*d[m-1]) {
			continue
		}
		vectors := make([]float64, rank*n)
		for k := range rank {
			for i, share := range t[(m-1-k)*m:][:m] {
				for p, x := range basis[i*n:][:n] {
					vectors[k*n+p] += share * x
				}
			}
		}
		return vectors, nil
	}
	panic("qd: unreachable: the last step returns")
}

// orthonormal makes the last row of q orthogonal to the others, which are orthonormal, gives it the
// length 1, and returns the length that it had before that: 0 if it depends on them, and then it is 0.
func orthonormal(q []float64, width int) float64 {
	v := q[len(q)-width:]
	before := math.Sqrt(dot(v, v))
	for range 2 {
		for j := 0; j < len(q)-width; j += width {
			u := q[j:][:width]
			s := dot(u, v)
			for p := range v {
				v[p] -= s * u[p]
			}
		}
	}
	after := math.Sqrt(dot(v, v))
	if after <= 1e-12*before {
		clear(v)
		return 0
	}
	for p := range v {
		v[p] /= after
	}
	return after
}

// covariance writes the mean of views and returns the pixels that are lit in some, and the covariance
// matrix of these.
func covariance(views [][]byte, mean []float64) (lit []int, matrix []float64) {
	clear(mean)
	for _, v := range views {
		for p, b := range v {
			mean[p] += float64(b) / white
		}
	}
	place := make([]int, len(mean))
	for p := range mean {
		if mean[p] > 0 {
			place[p] = len(lit)
			lit = append(lit, p)
		}
		mean[p] /= float64(len(views))
	}
	n := len(lit)
	matrix = make([]float64, n*n)
	var at []int
	var x []float64
	for _, v := range views {
		at, x = at[:0], x[:0]
		for p, b := range v {
			if b != 0 {
				at, x = append(at, place[p]), append(x, float64(b)/white)
			}
		}
		for i, r := range at {
			row := matrix[r*n:][:n]
			for j, c := range at[:i+1] {
				row[c] += x[i] * x[j]
			}
		}
	}
	for i := range n {
		for j := range i + 1 {
			v := matrix[i*n+j]/float64(len(views)) - mean[lit[i]]*mean[lit[j]]
			matrix[i*n+j], matrix[j*n+i] = v, v
		}
	}
	return lit, matrix
}
