package behaviour

import "math"

// Picture is a grey picture of a square of the world, n × n pixels, without anti-aliasing: a pixel
// belongs to a shape if its centre does.
type Picture struct {
	N           int
	X, Y, Width float64 // corner of smallest coordinates, and width of the square
	Pixels      []float32
}

// pixels returns the range of pixels whose centres lie between low and high along an axis from origin.
func (p *Picture) pixels(low, high, origin float64) (first, last int) {
	scale := float64(p.N) / p.Width
	first = int(math.Floor((low - origin) * scale))
	last = int(math.Ceil((high - origin) * scale))
	return max(first-1, 0), min(last, p.N-1)
}

// fill paints the pixels of a box around a shape that lie inside it.
func (p *Picture) fill(grey float32, x0, y0, x1, y1 float64, inside func(x, y float64) bool) {
	c0, c1 := p.pixels(x0, x1, p.X)
	r0, r1 := p.pixels(y0, y1, p.Y)
	size := p.Width / float64(p.N)
	for r := r0; r <= r1; r++ {
		for c := c0; c <= c1; c++ {
			if inside(p.X+(float64(c)+0.5)*size, p.Y+(float64(r)+0.5)*size) {
				p.Pixels[r*p.N+c] = grey
			}
		}
	}
}

// Rectangle paints a closed rectangle.
func (p *Picture) Rectangle(grey float32, x0, y0, x1, y1 float64) {
	p.fill(grey, x0, y0, x1, y1, func(x, y float64) bool { return x >= x0 && x <= x1 && y >= y0 && y <= y1 })
}

// Disc paints a closed disc.
func (p *Picture) Disc(grey float32, x, y, radius float64) {
	p.fill(grey, x-radius, y-radius, x+radius, y+radius, func(u, v float64) bool {
		return (u-x)*(u-x)+(v-y)*(v-y) <= radius*radius
	})
}

// Segment paints all points within radius of a line.
func (p *Picture) Segment(grey float32, x0, y0, x1, y1, radius float64) {
	dx, dy := x1-x0, y1-y0
	length2 := dx*dx + dy*dy
	p.fill(grey, min(x0, x1)-radius, min(y0, y1)-radius, max(x0, x1)+radius, max(y0, y1)+radius, func(x, y float64) bool {
		t := 0.0
		if length2 > 0 {
			t = min(max(((x-x0)*dx+(y-y0)*dy)/length2, 0), 1)
		}
		u, v := x-x0-t*dx, y-y0-t*dy
		return u*u+v*v <= radius*radius
	})
}

// Box paints a closed rectangle with centre (x, y) and half sizes a, b, turned anticlockwise.
func (p *Picture) Box(grey float32, x, y, a, b, angle float64) {
	sin, cos := math.Sincos(angle)
	w, h := math.Abs(a*cos)+math.Abs(b*sin), math.Abs(a*sin)+math.Abs(b*cos)
	p.fill(grey, x-w, y-h, x+w, y+h, func(u, v float64) bool {
		du, dv := u-x, v-y
		return math.Abs(du*cos+dv*sin) <= a && math.Abs(dv*cos-du*sin) <= b
	})
}
