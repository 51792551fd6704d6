package qd

// Convolution is a layer between pictures of which one has twice the side of the other: each number of
// the small one belongs to 4 × 4 of the large one, at distances of 2, with a border of 1. It leads from
// the large picture to the small one or, Transposed, back.
type Convolution struct {
	Many, Few  int // channels of the large picture and of the small one
	Side       int // of the small picture
	Transposed bool
}

// taps is the number of weights between two channels.
const taps = 16

// inputs is the number that the initial weights depend on, and outputs that of biases.
func (c *Convolution) inputs() int { return c.Many * taps }

func (c *Convolution) outputs() int {
	if c.Transposed {
		return c.Many
	}
	return c.Few
}

// each calls see for every pair of numbers of the two pictures that a weight connects. Weights are small
// channel × large channel × 4 × 4.
func (c *Convolution) each(see func(weight, small, large int)) {
	double := 2 * c.Side
	for s := range c.Few {
		for l := range c.Many {
			for y := range c.Side {
				for x := range c.Side {
					small := (s*c.Side+y)*c.Side + x
					for k := range taps {
						v, u := 2*y-1+k/4, 2*x-1+k%4
						if v >= 0 && v < double && u >= 0 && u < double {
							see((s*c.Many+l)*taps+k, small, (l*double+v)*double+u)
						}
					}
				}
			}
		}
	}
}

// batch is a row of numbers for each of several views; rows lie stride numbers apart.
type batch[T real] struct {
	x             []T
	width, stride int
}

func (b batch[T]) row(i int) []T { return b.x[i*b.stride:][:b.width] }

// convolve computes the outputs y of n inputs x.
func convolve[T real](c *Convolution, w, b []T, x, y batch[T], n int) {
	area := y.width / len(b)
	for r := range n {
		x, y := x.row(r), y.row(r)
		for k := range y {
			y[k] = b[k/area]
		}
		if c.Transposed {
			c.each(func(weight, small, large int) { y[large] += w[weight] * x[small] })
		} else {
			c.each(func(weight, small, large int) { y[small] += w[weight] * x[large] })
		}
	}
}

// convolveBack writes the gradients of weights and biases for n inputs x and the gradients d of their outputs, and those of the
// inputs to dx unless that is empty.
func convolveBack[T real](c *Convolution, w []T, x, d batch[T], n int, dw, db []T, dx batch[T]) {
	clear(dw)
	clear(db)
	area := d.width / len(db)
	for r := range n {
		x, d := x.row(r), d.row(r)
		for k, g := range d {
			db[k/area] += g
		}
		var to []T
		if dx.x != nil {
			to = dx.row(r)
			clear(to)
		}
		c.each(func(weight, small, large int) {
			if c.Transposed {
				small, large = large, small
			}
			// Now large is of the input, small of the output.
			dw[weight] += x[large] * d[small]
			if to != nil {
				to[large] += w[weight] * d[small]
			}
		})
	}
}
