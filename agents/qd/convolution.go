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

// convolve computes the output y of the layer for an input x.
func convolve[T real](c *Convolution, w, b, x, y []T) {
	area := len(y) / len(b)
	for k := range y {
		y[k] = b[k/area]
	}
	if c.Transposed {
		c.each(func(weight, small, large int) { y[large] += w[weight] * x[small] })
	} else {
		c.each(func(weight, small, large int) { y[small] += w[weight] * x[large] })
	}
}

// convolveBack adds the gradients of weights and biases for an input x and the gradient d of the output,
// and writes the gradient of the input to dx unless that is nil.
func convolveBack[T real](c *Convolution, w, x, d, dw, db, dx []T) {
	area := len(d) / len(db)
	for k, g := range d {
		db[k/area] += g
	}
	c.each(func(weight, small, large int) {
		if c.Transposed {
			small, large = large, small
		}
		// Now large is of the input, small of the output.
		dw[weight] += x[large] * d[small]
		if dx != nil {
			dx[large] += w[weight] * d[small]
		}
	})
}
