package qd

import "github.com/paretolab/paretolab/internal/kern"

// lowered computes convolutions as matrix products. What belongs to the numbers of a small picture becomes the columns of a
// matrix, one column for each place and one row for each weight of a small channel, so that the small picture is the weights times
// the columns.
type lowered struct {
	columns    []float32 // Many·taps × Side²
	transposed []float32 // a small picture, Side² × Few
	slope      []float32 // of the weights, Many·taps × Few
}

// lowers reports whether the kernels take the pictures of a convolution.
func (c *Convolution) lowers() bool { return c.Side*c.Side%kern.Width == 0 && c.Few%kern.Width == 0 }

// gather writes the columns of a large picture, zeros for its border.
func (c *Convolution) gather(large, columns []float32) {
	double := 2 * c.Side
	for row := range c.Many * taps {
		picture, k := large[row/taps*double*double:][:double*double], row%taps
		for y := range c.Side {
			to := columns[(row*c.Side+y)*c.Side:][:c.Side]
			v, u := 2*y-1+k/4, k%4-1
			if v < 0 || v >= double {
				clear(to)
				continue
			}
			from := picture[v*double:][:double]
			for x := range to {
				to[x] = 0
				if at := 2*x + u; uint(at) < uint(double) {
					to[x] = from[at]
				}
			}
		}
	}
}

// scatter adds columns to the large picture that they belong to.
func (c *Convolution) scatter(columns, large []float32) {
	double := 2 * c.Side
	for row := range c.Many * taps {
		picture, k := large[row/taps*double*double:][:double*double], row%taps
		for y := range c.Side {
			v, u := 2*y-1+k/4, k%4-1
			if v < 0 || v >= double {
				continue
			}
			to := picture[v*double:][:double]
			for x, value := range columns[(row*c.Side+y)*c.Side:][:c.Side] {
				if at := 2*x + u; uint(at) < uint(double) {
					to[at] += value
				}
			}
		}
	}
}

// reserve makes room for a convolution.
func (l *lowered) reserve(c *Convolution) {
	area := c.Side * c.Side
	l.columns, l.transposed, l.slope = resize(l.columns, c.Many*taps*area), resize(l.transposed, area*c.Few), resize(l.slope, c.Many*taps*c.Few)
}

// fill writes the bias of its channel to every number of a picture.
func fill(y, b []float32) {
	area := len(y) / len(b)
	for k, v := range b {
		channel := y[k*area:][:area]
		for i := range channel {
			channel[i] = v
		}
	}
}

// toSmall adds the convolution of a large picture to a small one.
func (l *lowered) toSmall(c *Convolution, w, large, small []float32) {
	area := c.Side * c.Side
	c.gather(large, l.columns)
	kern.Gemm(c.Few, area, c.Many*taps, w, c.Many*taps, 1, l.columns, area, small, area, small, area)
}

// toLarge adds the transposed convolution of a small picture to a large one.
func (l *lowered) toLarge(c *Convolution, w, small, large []float32) {
	area := c.Side * c.Side
	kern.Gemm(c.Many*taps, area, c.Few, w, 1, c.Many*taps, small, area, l.columns, area, nil, 0)
	c.scatter(l.columns, large)
}

// forward is convolve.
func (l *lowered) forward(c *Convolution, w, b []float32, x, y batch[float32], n int) {
	l.reserve(c)
	for r := range n {
		x, y := x.row(r), y.row(r)
		fill(y, b)
		if c.Transposed {
			l.toLarge(c, w, x, y)
		} else {
			l.toSmall(c, w, x, y)
		}
	}
}

// backward is convolveBack.
func (l *lowered) backward(c *Convolution, w []float32, x, d batch[float32], n int, dw, db []float32, dx batch[float32]) {
	l.reserve(c)
	clear(l.slope)
	clear(db)
	area, outputs := c.Side*c.Side, d.width/len(db)
	for r := range n {
		x, d := x.row(r), d.row(r)
		for k := range db {
			for _, g := range d[k*outputs:][:outputs] {
				db[k] += g
			}
		}
		var to []float32
		if dx.x != nil {
			to = dx.row(r)
			clear(to)
		}
		small, large := d, x
		if c.Transposed {
			small, large = x, d
		}
		c.gather(large, l.columns)
		kern.Transpose(l.transposed, c.Few, small, area, c.Few, area)
		kern.Gemm(c.Many*taps, c.Few, area, l.columns, area, 1, l.transposed, c.Few, l.slope, c.Few, l.slope, c.Few)
		switch {
		case to == nil:
		case c.Transposed: // the columns are those of d
			kern.Gemm(c.Few, area, c.Many*taps, w, c.Many*taps, 1, l.columns, area, to, area, nil, 0)
		default:
			l.toLarge(c, w, d, to)
		}
	}
	kern.Transpose(dw, c.Many*taps, l.slope, c.Few, c.Many*taps, c.Few)
}
