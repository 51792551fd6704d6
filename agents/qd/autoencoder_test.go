package qd

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/paretolab/paretolab/internal/kern"
)

// nested is a number, or a list of what is nested.
type nested []float64

func (x *nested) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '[' {
		if string(b) == "null" {
			return nil
		}
		*x = append(*x, 0)
		return json.Unmarshal(b, &(*x)[len(*x)-1])
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		if err := x.UnmarshalJSON(part); err != nil {
			return err
		}
	}
	return nil
}

// TestAutoencoderGolden: outputs, gradients and three steps of Adam of a fully connected network and of
// one with convolutions.
func TestAutoencoderGolden(t *testing.T) {
	file := readGolden[struct {
		Kind  string
		Input nested
		Init  map[string]nested
		Steps []struct {
			Latent, Output, Error nested
			Loss                  float64
			Gradient              map[string]nested
		}
		Final map[string]nested
	}](t, "autoencoder.json")
	for _, c := range file.Cases {
		rng := NewRandom(1, "net")
		a, names := newAutoencoder[float64]([]int{16, 6, 2, 6, 16}, 2, nil, rng), []int{0, 2, 4, 6}
		if c.Kind == "conv" {
			names = []int{0, 2, 5, 7, 10, 12}
			a = newAutoencoder[float64]([]int{64, 48, 8, 2, 8, 48, 64}, 3, []Convolution{
				{Many: 1, Few: 3, Side: 4}, {Many: 3, Few: 2, Side: 2}, {}, {},
				{Many: 3, Few: 2, Side: 2, Transposed: true}, {Many: 1, Few: 3, Side: 4, Transposed: true},
			}, rng)
		}
		// each calls see for every parameter with the recorded one. Recorded weights of fully connected
		// layers are output × input.
		each := func(params []float64, recorded map[string]nested, see func(name string, p *float64, want float64)) {
			for i, n := range names {
				w, b := a.layer(params, i)
				weight, bias := fmt.Sprintf("%d.weight", n), fmt.Sprintf("%d.bias", n)
				for k, want := range recorded[weight] {
					at := k
					if a.convolution(i) == nil {
						at = k%a.Sizes[i]*kern.Pad(a.Sizes[i+1]) + k/a.Sizes[i]
					}
					see(weight, &w[at], want)
				}
				for k, want := range recorded[bias] {
					see(bias, &b[k], want)
				}
				if len(recorded[weight]) == 0 || len(recorded[bias]) == 0 {
					t.Fatalf("%s: nothing recorded of layer %d", c.Kind, n)
				}
			}
		}
		compare := func(what string) func(name string, p *float64, want float64) {
			return func(name string, p *float64, want float64) {
				same(t, what+" "+name, []float64{*p}, []float64{want}, file.tolerance)
			}
		}
		each(a.Params, c.Init, func(_ string, p *float64, want float64) { *p = want })
		x, n := []float64(c.Input), len(c.Input)/a.Sizes[0]
		for k, step := range c.Steps {
			what := fmt.Sprintf("%s, step %d:", c.Kind, k)
			a.forward(x, n)
			var latent, output, deviation []float64
			loss := 0.0
			for i := range n {
				latent, output = append(latent, a.latent(i)...), append(output, a.output(i)...)
				deviation = append(deviation, a.deviation(x, i))
				loss += a.deviation(x, i) / float64(n)
			}
			same(t, what+" latent", latent, step.Latent, file.tolerance)
			same(t, what+" error", deviation, step.Error, file.tolerance)
			same(t, what+" loss", []float64{loss}, []float64{step.Loss}, file.tolerance)
			if step.Output != nil {
				same(t, what+" output", output, step.Output, file.tolerance)
			}
			a.backward(x, n)
			if step.Gradient != nil {
				each(a.slope, step.Gradient, compare(what+" gradient of"))
			}
			a.adam()
		}
		each(a.Params, c.Final, compare(c.Kind+", final"))
	}
}

// TestReferenceNetwork has the number of parameters of the original, 156 189, of which 150 803 belong to
// convolutions, and describes a view.
func TestReferenceNetwork(t *testing.T) {
	a := referenceNetwork(64, 10, NewRandom(1, "net"))
	all, convolutions := 0, 0
	for i := range a.layers() {
		if c := a.convolution(i); c != nil {
			convolutions += a.weights(i) + a.biases(i)
			all += a.weights(i) + a.biases(i)
		} else {
			all += (a.Sizes[i] + 1) * a.Sizes[i+1]
		}
	}
	if all != 156189 || convolutions != 150803 || a.Sizes[a.Middle] != 10 || a.Sizes[0] != 3*64*64 {
		t.Errorf("%d parameters, %d of convolutions, layers %v", all, convolutions, a.Sizes)
	}
	small := referenceNetwork(16, 4, NewRandom(1, "net"))
	latent, errors := make([]float64, 4), make([]float64, 1)
	small.Encode([][]byte{make([]byte, 256)}, latent, errors)
	if latent[0] == 0 || !(errors[0] >= 0) {
		t.Errorf("latent %v, error %v", latent, errors)
	}
}

// TestAutoencoderGradient agrees with finite differences.
func TestAutoencoderGradient(t *testing.T) {
	rng := NewRandom(2, "net")
	a := newAutoencoder[float64]([]int{9, 5, 2, 5, 9}, 2, nil, rng)
	x := make([]float64, 4*9)
	for i := range x {
		x[i] = rng.Float64()
	}
	loss := func() (s float64) {
		a.forward(x, 4)
		for i := range 4 {
			s += a.deviation(x, i) / 4
		}
		return s
	}
	loss()
	a.backward(x, 4)
	for k := 0; k < len(a.Params); k += 7 {
		const h = 1e-6
		p := a.Params[k]
		a.Params[k] = p + h
		up := loss()
		a.Params[k] = p - h
		down := loss()
		a.Params[k] = p
		if want := (up - down) / (2 * h); math.Abs(a.slope[k]-want) > 1e-7 && k%16 < 5 {
			t.Errorf("parameter %d: slope %v, want %v", k, a.slope[k], want)
		}
	}
}

// TestAutoencoderLearnsViews: on views of the arm the error on others halves.
func TestAutoencoderLearnsViews(t *testing.T) {
	views := armViews(t, 300)
	rng := NewRandom(3, "net")
	a := newAutoencoder[float32]([]int{1024, 32, 10, 32, 1024}, 2, nil, rng)
	mean := func() (s float64) {
		latent, errors := make([]float64, 60*10), make([]float64, 60)
		a.Encode(views[240:], latent, errors)
		for _, e := range errors {
			s += e / 60
		}
		return s
	}
	before := mean()
	l, err := a.learn(context.Background(), views, rng)
	if err != nil {
		t.Fatal(err)
	}
	if after := mean(); after > before/2 || math.Abs(after-l.Validation) > 1e-9 || l.Epochs < 2 {
		t.Errorf("error %v before, %v after; %+v", before, after, l)
	}
	if _, err := a.learn(context.Background(), views[:1], rng); err == nil {
		t.Error("one view is enough")
	}
}
