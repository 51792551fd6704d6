package qd

import "math"

// blur convolves square images with a Gaussian. What moves may be as small as a pixel of a view; then two views
// differ by as much wherever it is, and distances say nothing of how far it went. Blurred, near places look alike.
type blur struct {
	size   int
	kernel []float32 // weight of a pixel by its distance along a row; nil: images stay
	rows   []float32 // of an image, after the convolution along rows
}

// newBlur returns a blur of size × size images, sigma in pixels; 0 leaves them as they are. Beyond its border an image is dark.
func newBlur(size int, sigma float64) *blur {
	b := &blur{size: size}
	if sigma == 0 {
		return b
	}
	b.kernel, b.rows = make([]float32, size), make([]float32, size*size)
	sum := 1.0
	for d := 1; d < 100*size; d++ {
		sum += 2 * gaussian(d, sigma)
	}
	for d := range b.kernel {
		b.kernel[d] = float32(gaussian(d, sigma) / sum)
	}
	return b
}

func gaussian(distance int, sigma float64) float64 {
	z := float64(distance) / sigma
	return math.Exp(-z * z / 2)
}

// apply blurs an image in place.
func (b *blur) apply(image []float32) {
	if b.kernel == nil {
		return
	}
	for y := range b.size {
		b.along(b.rows[y*b.size:][:b.size], image[y*b.size:][:b.size])
	}
	clear(image)
	for y := range b.size {
		row := image[y*b.size:][:b.size]
		for z := range b.size {
			weight := b.kernel[max(y-z, z-y)]
			for x, v := range b.rows[z*b.size:][:b.size] {
				row[x] += float32(weight * v)
			}
		}
	}
}

// along blurs a row. Most pixels of views are dark.
func (b *blur) along(dst, src []float32) {
	clear(dst)
	for z, v := range src {
		if v == 0 {
			continue
		}
		for x := range dst {
			dst[x] += float32(b.kernel[max(x-z, z-x)] * v)
		}
	}
}
