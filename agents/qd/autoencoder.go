package qd

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/internal/kern"
)

// real is the number type of an autoencoder: float32 where it is trained on many views, float64 where
// exactness matters.
type real interface{ float32 | float64 }

// Autoencoder is a chain of layers that squeezes views through a narrow one, the latent, and learns to
// draw them again. Every layer has the activation SELU, the last one ReLU.
type Autoencoder[T real] struct {
	Sizes  []int // units of each layer, from the pixels to the pixels
	Middle int   // index of the latent in Sizes
	// Convolutions says for each layer which it is; one without a side, and all if nil, are fully connected.
	Convolutions []Convolution
	Channels     int // of the input, all of them the grey view; 0: one
	// Parameters of each layer: weights and biases. Those of a fully connected one are input × output,
	// with rows padded to a multiple of 16.
	Params []T
	M, V   []T // moments of Adam
	Steps  int // of Adam

	values    [][]T // outputs of each layer, of up to rows inputs
	gradients [][]T
	swapped   []T
	slope     []T
	rows      int
	lowered   lowered
}

// Constants of SELU (Klambauer et al., 2017, arXiv 1706.02515).
const (
	seluScale = 1.0507009873554805
	seluAlpha = 1.6732632423543772
)

// Constants of the optimiser (Kingma and Ba, 2015) and of training.
const (
	adamRate, adamBeta1, adamBeta2, adamEps = 1e-3, 0.9, 0.999, 1e-8
	trainBatch                              = 128
	trainEpochs                             = 101
	trainPatience                           = 4 // consecutive worse epochs that end a training
	trainShare                              = 0.8
)

// newAutoencoder returns the network with these layers, its parameters uniform in ±1/√(inputs).
func newAutoencoder[T real](sizes []int, middle int, convolutions []Convolution, rng *Random) *Autoencoder[T] {
	a := &Autoencoder[T]{Sizes: sizes, Middle: middle, Convolutions: convolutions}
	n := 0
	for i := range a.layers() {
		n += a.weights(i) + a.biases(i)
	}
	a.Params, a.M, a.V = make([]T, n), make([]T, n), make([]T, n)
	for i := range a.layers() {
		w, b := a.layer(a.Params, i)
		if c := a.convolution(i); c != nil {
			bound := 1 / math.Sqrt(float64(c.inputs()))
			for _, part := range [][]T{w, b} {
				for k := range part {
					part[k] = T(bound * (2*rng.Float64() - 1))
				}
			}
			continue
		}
		bound := 1 / math.Sqrt(float64(sizes[i]))
		width := kern.Pad(sizes[i+1])
		for _, part := range [][]T{w, b} {
			for k := range part {
				if k%width < sizes[i+1] {
					part[k] = T(bound * (2*rng.Float64() - 1))
				}
			}
		}
	}
	return a
}

func (a *Autoencoder[T]) layers() int { return len(a.Sizes) - 1 }

// layer returns the weights and the biases of layer i in params.
func (a *Autoencoder[T]) layer(params []T, i int) (weights, biases []T) {
	at := 0
	for k := range i {
		at += a.weights(k) + a.biases(k)
	}
	end := at + a.weights(i)
	return params[at:end], params[end : end+a.biases(i)]
}

// convolution is that of layer i, nil if it is fully connected.
func (a *Autoencoder[T]) convolution(i int) *Convolution {
	if a.Convolutions == nil || a.Convolutions[i].Side == 0 {
		return nil
	}
	return &a.Convolutions[i]
}

// weights and biases are the numbers of these that layer i has.
func (a *Autoencoder[T]) weights(i int) int {
	if c := a.convolution(i); c != nil {
		return c.Few * c.Many * taps
	}
	return a.Sizes[i] * kern.Pad(a.Sizes[i+1])
}

func (a *Autoencoder[T]) biases(i int) int {
	if c := a.convolution(i); c != nil {
		return c.outputs()
	}
	return kern.Pad(a.Sizes[i+1])
}

// clone returns a copy that further training does not change.
func (a *Autoencoder[T]) clone() *Autoencoder[T] {
	return &Autoencoder[T]{
		Sizes: a.Sizes, Middle: a.Middle, Convolutions: a.Convolutions, Channels: a.Channels, Steps: a.Steps,
		Params: slices.Clone(a.Params), M: slices.Clone(a.M), V: slices.Clone(a.V),
	}
}

// reserve makes room for so many inputs.
func (a *Autoencoder[T]) reserve(rows int) {
	if rows <= a.rows {
		return
	}
	a.rows, a.values, a.gradients, a.swapped = rows, nil, nil, nil
	largest := 0
	for i := range a.layers() {
		width := kern.Pad(a.Sizes[i+1])
		a.values, a.gradients = append(a.values, make([]T, rows*width)), append(a.gradients, make([]T, rows*width))
		if a.convolution(i) == nil {
			largest = max(largest, a.Sizes[i+1]*kern.Pad(a.Sizes[i]))
		}
	}
	a.swapped, a.slope = make([]T, largest), make([]T, len(a.Params))
}

// forward computes the outputs of all layers for n inputs, the rows of x.
func (a *Autoencoder[T]) forward(x []T, n int) {
	a.reserve(n)
	stride := a.Sizes[0]
	for i := range a.layers() {
		w, b := a.layer(a.Params, i)
		width := kern.Pad(a.Sizes[i+1])
		y := a.values[i][:n*width]
		if c := a.convolution(i); c != nil {
			from, to := batch[T]{x, a.Sizes[i], stride}, batch[T]{y, a.Sizes[i+1], width}
			if single, ok := any(from).(batch[float32]); ok && c.lowers() {
				a.lowered.forward(c, any(w).([]float32), any(b).([]float32), single, any(to).(batch[float32]), n)
			} else {
				convolve(c, w, b, from, to, n)
			}
		} else {
			product(n, width, a.Sizes[i], x, stride, 1, w, width, y, width, b, 0)
		}
		if i == a.layers()-1 {
			for k, v := range y {
				y[k] = max(v, 0)
			}
		} else {
			for k, v := range y {
				if v > 0 {
					y[k] = seluScale * v
				} else {
					y[k] = T(seluScale * seluAlpha * math.Expm1(float64(v)))
				}
			}
		}
		x, stride = y, width
	}
}

// latent is the description of input i of the last forward pass.
func (a *Autoencoder[T]) latent(i int) []T {
	n := a.Sizes[a.Middle]
	return a.values[a.Middle-1][i*kern.Pad(n):][:n]
}

// output is what input i of the last forward pass is drawn as.
func (a *Autoencoder[T]) output(i int) []T {
	n := a.Sizes[len(a.Sizes)-1]
	return a.values[a.layers()-1][i*kern.Pad(n):][:n]
}

// deviation is the mean squared error of input i of the last forward pass.
func (a *Autoencoder[T]) deviation(x []T, i int) float64 {
	pixels, sum := a.Sizes[0], 0.0
	for p, y := range a.output(i) {
		d := float64(y - x[i*pixels+p])
		sum += d * d
	}
	return sum / float64(pixels)
}

// backward writes the gradient of the mean squared error over all pixels and the n inputs of the last
// forward pass to slope.
func (a *Autoencoder[T]) backward(x []T, n int) {
	last := a.layers() - 1
	pixels, width := a.Sizes[0], kern.Pad(a.Sizes[0])
	d := a.gradients[last][:n*width]
	clear(d)
	scale := T(2 / float64(n*pixels))
	for i := range n {
		for p, y := range a.output(i) {
			if y > 0 {
				d[i*width+p] = scale * (y - x[i*pixels+p])
			}
		}
	}
	for i := last; i >= 0; i-- {
		in, stride := x, pixels
		if i > 0 {
			stride = kern.Pad(a.Sizes[i])
			in = a.values[i-1][:n*stride]
		}
		width := kern.Pad(a.Sizes[i+1])
		dw, db := a.layer(a.slope, i)
		if c := a.convolution(i); c != nil {
			w, _ := a.layer(a.Params, i)
			from, slope, before := batch[T]{in, a.Sizes[i], stride}, batch[T]{d, a.Sizes[i+1], width}, batch[T]{width: a.Sizes[i], stride: stride}
			if i > 0 {
				before.x = a.gradients[i-1][:n*stride]
			}
			if single, ok := any(from).(batch[float32]); ok && c.lowers() {
				a.lowered.backward(c, any(w).([]float32), single, any(slope).(batch[float32]), n,
					any(dw).([]float32), any(db).([]float32), any(before).(batch[float32]))
			} else {
				convolveBack(c, w, from, slope, n, dw, db, before)
			}
			if i == 0 {
				return
			}
			throughSELU(before.x, in)
			d = before.x
			continue
		}
		product(a.Sizes[i], width, n, in, 1, stride, d, width, dw, width, nil, 0)
		clear(db)
		for r := range n {
			for k, v := range d[r*width:][:width] {
				db[k] += v
			}
		}
		if i == 0 {
			return
		}
		w, _ := a.layer(a.Params, i)
		t := a.swapped[:a.Sizes[i+1]*stride]
		clear(t)
		transpose(t, stride, w, width, a.Sizes[i], a.Sizes[i+1])
		before := a.gradients[i-1][:n*stride]
		product(n, stride, a.Sizes[i+1], d, width, 1, t, stride, before, stride, nil, 0)
		throughSELU(before, in)
		d = before
	}
}

// throughSELU multiplies gradients by the slope of SELU where it has the values h.
func throughSELU[T real](gradient, h []T) {
	for k, v := range h {
		if v > 0 {
			gradient[k] *= seluScale
		} else {
			gradient[k] *= v + seluScale*seluAlpha
		}
	}
}

// adam moves the parameters against the slope.
func (a *Autoencoder[T]) adam() {
	a.Steps++
	first, second := 1-math.Pow(adamBeta1, float64(a.Steps)), 1-math.Pow(adamBeta2, float64(a.Steps))
	rate, root := T(adamRate/first), T(1/math.Sqrt(second))
	for k, g := range a.slope {
		m := adamBeta1*a.M[k] + (1-adamBeta1)*g
		v := adamBeta2*a.V[k] + (1-adamBeta2)*g*g
		a.M[k], a.V[k] = m, v
		a.Params[k] -= rate * m / (T(math.Sqrt(float64(v)))*root + adamEps)
	}
}

// product computes C = init + A·B as [kern.Gemm] does.
func product[T real](m, n, k int, a []T, rs, cs int, b []T, ldb int, c []T, ldc int, init []T, ldi int) {
	if a, ok := any(a).([]float32); ok {
		kern.Gemm(m, n, k, a, rs, cs, any(b).([]float32), ldb, any(c).([]float32), ldc, any(init).([]float32), ldi)
		return
	}
	for i := range m {
		row := c[i*ldc:][:n]
		clear(row)
		if init != nil {
			copy(row, init[i*ldi:])
		}
		for p := range k {
			x := a[i*rs+p*cs]
			for j, y := range b[p*ldb:][:n] {
				row[j] += x * y
			}
		}
	}
}

// transpose writes the transpose of a matrix as [kern.Transpose] does.
func transpose[T real](dst []T, ldd int, src []T, lds, rows, cols int) {
	if dst, ok := any(dst).([]float32); ok {
		kern.Transpose(dst, ldd, any(src).([]float32), lds, rows, cols)
		return
	}
	for r := range rows {
		for c, v := range src[r*lds:][:cols] {
			dst[c*ldd+r] = v
		}
	}
}

// unpack writes views as numbers from 0 to 1, each as often as there are channels.
func (a *Autoencoder[T]) unpack(views [][]byte, x []T) []T {
	x = x[:0]
	for _, v := range views {
		for range max(a.Channels, 1) {
			for _, b := range v {
				x = append(x, T(b)/white)
			}
		}
	}
	return x
}

// Encode implements [Encoder].
func (a *Autoencoder[T]) Encode(views [][]byte, latent, errors []float64) {
	rank := a.Sizes[a.Middle]
	var x []T
	for from := 0; from < len(views); from += trainBatch {
		part := views[from:min(from+trainBatch, len(views))]
		x = a.unpack(part, x)
		a.forward(x, len(part))
		for i := range part {
			for k, v := range a.latent(i) {
				latent[(from+i)*rank+k] = float64(v)
			}
			errors[from+i] = a.deviation(x, i)
		}
	}
}

// Draw implements [Encoder].
func (a *Autoencoder[T]) Draw(view []byte) []byte {
	a.forward(a.unpack([][]byte{view}, nil), 1)
	drawn := make([]byte, len(view)) // the first channel
	for p := range drawn {
		drawn[p] = byte(math.Round(min(max(float64(a.output(0)[p]), 0), 1) * white))
	}
	return drawn
}

// compactNetwork is a small network for views of any number of pixels.
func compactNetwork(pixels, latent int, rng *Random) *Autoencoder[float32] {
	return newAutoencoder[float32]([]int{pixels, 128, 32, latent, 32, 128, pixels}, 3, nil, rng)
}

// referenceNetwork is the convolutional one of STAX, for views of size × size with a multiple of 16.
func referenceNetwork(size, latent int, rng *Random) *Autoencoder[float32] {
	channels := []int{3, 32, 64, 32, 16}
	var sizes []int
	var down, up []Convolution
	for k, c := range channels {
		side := size >> k
		sizes = append(sizes, c*side*side)
		if k > 0 {
			layer := Convolution{Many: channels[k-1], Few: c, Side: side}
			down = append(down, layer)
			layer.Transposed = true
			up = append([]Convolution{layer}, up...)
		}
	}
	back := slices.Clone(sizes)
	slices.Reverse(back)
	layers := append(append(down, Convolution{}, Convolution{}), up...)
	a := newAutoencoder[float32](append(append(sizes, latent), back...), len(sizes), layers, rng)
	a.Channels = channels[0]
	return a
}

// Learning is what a training of an encoder came to.
type Learning struct {
	Epochs     int
	Training   float64 // mean squared error in the last epoch, while it learned
	Validation float64 // the smallest on views that it did not learn from
}

// learn trains on four fifths of the views, in their order, until the error on the others has grown
// four times in a row, and keeps the best parameters.
func (a *Autoencoder[T]) learn(ctx context.Context, views [][]byte, rng *Random) (Learning, error) {
	var l Learning
	if len(views) < 2 {
		return l, fmt.Errorf("qd: %d views are too few to train on", len(views))
	}
	cut := max(1, min(int(trainShare*float64(len(views))), len(views)-1))
	train, held := slices.Clone(views[:cut]), views[cut:]
	latent, errors := make([]float64, len(held)*a.Sizes[a.Middle]), make([]float64, len(held))
	var best []T
	worse := 0
	var x []T
	for l.Epochs < trainEpochs {
		if err := ctx.Err(); err != nil {
			return l, err
		}
		rng.Shuffle(len(train), func(i, j int) { train[i], train[j] = train[j], train[i] })
		l.Training = 0
		for from := 0; from < len(train); from += trainBatch {
			part := train[from:min(from+trainBatch, len(train))]
			x = a.unpack(part, x)
			a.forward(x, len(part))
			for i := range part {
				l.Training += a.deviation(x, i) / float64(len(train))
			}
			a.backward(x, len(part))
			a.adam()
		}
		l.Epochs++
		a.Encode(held, latent, errors)
		validation := 0.0
		for _, e := range errors {
			validation += e / float64(len(held))
		}
		if best == nil || validation <= l.Validation {
			best, l.Validation, worse = append(best[:0], a.Params...), validation, 0
		} else if worse++; worse == trainPatience {
			break
		}
	}
	copy(a.Params, best)
	return l, nil
}
