package qd

import (
	"math"
	"testing"
)

// TestLoweredConvolutions: as matrix products they are what they are by definition, up to the rounding of float32, forth and back.
func TestLoweredConvolutions(t *testing.T) {
	rng := NewRandom(5, "net")
	draw := func(n int) ([]float32, []float64) {
		x, exact := make([]float32, n), make([]float64, n)
		for i := range x {
			x[i] = float32(2*rng.Float64() - 1)
			exact[i] = float64(x[i])
		}
		return x, exact
	}
	for _, c := range []Convolution{
		{Many: 3, Few: 32, Side: 8}, {Many: 32, Few: 16, Side: 4}, {Many: 16, Few: 32, Side: 8, Transposed: true}, {Many: 3, Few: 16, Side: 16, Transposed: true},
	} {
		if !c.lowers() {
			t.Fatalf("%+v is not for the kernels", c)
		}
		const n, gap = 3, 5
		in, out, few := c.Many*4*c.Side*c.Side, c.Few*c.Side*c.Side, c.Few
		if c.Transposed {
			in, out, few = out, in, c.Many
		}
		w, w64 := draw(c.Few * c.Many * taps)
		b, b64 := draw(few)
		x, x64 := draw(n * (in + gap))
		d, d64 := draw(n * (out + gap))
		near := func(what string, got []float32, want []float64) {
			t.Helper()
			for i := range want {
				if math.Abs(float64(got[i])-want[i]) > 1e-4*(1+math.Abs(want[i])) {
					t.Fatalf("%+v: %s %d: %v, want %v", c, what, i, got[i], want[i])
				}
			}
		}
		var l lowered
		y, y64 := make([]float32, n*(out+gap)), make([]float64, n*(out+gap))
		inputs, inputs64 := batch[float32]{x, in, in + gap}, batch[float64]{x64, in, in + gap}
		l.forward(&c, w, b, inputs, batch[float32]{y, out, out + gap}, n)
		convolve(&c, w64, b64, inputs64, batch[float64]{y64, out, out + gap}, n)
		near("output", y, y64)
		for _, further := range []bool{false, true} {
			dw, dw64 := draw(len(w)) // what was there before is overwritten
			db, db64 := draw(len(b))
			var dx []float32
			var dx64 []float64
			if further {
				dx, dx64 = draw(len(x))
			}
			l.backward(&c, w, inputs, batch[float32]{d, out, out + gap}, n, dw, db, batch[float32]{dx, in, in + gap})
			convolveBack(&c, w64, inputs64, batch[float64]{d64, out, out + gap}, n, dw64, db64, batch[float64]{dx64, in, in + gap})
			near("gradient of weight", dw, dw64)
			near("gradient of bias", db, db64)
			near("gradient of input", dx, dx64)
		}
	}
}

// TestTrainingDoesNotAllocate from the second step on.
func TestTrainingDoesNotAllocate(t *testing.T) {
	rng := NewRandom(7, "net")
	for name, a := range map[string]*Autoencoder[float32]{"compact": compactNetwork(256, 4, rng), "reference": referenceNetwork(64, 4, rng)} {
		x := make([]float32, 2*a.Sizes[0])
		step := func() {
			a.forward(x, 2)
			a.backward(x, 2)
			a.adam()
		}
		step()
		if n := testing.AllocsPerRun(3, step); n > 0 {
			t.Errorf("%s: %v allocations in a step", name, n)
		}
	}
}

// BenchmarkReferenceTraining takes steps of Adam on batches of views of 64 × 64.
func BenchmarkReferenceTraining(b *testing.B) {
	rng := NewRandom(6, "net")
	a := referenceNetwork(64, 10, rng)
	x := make([]float32, 16*a.Sizes[0])
	for i := range x {
		x[i] = float32(rng.Float64())
	}
	for b.Loop() {
		a.forward(x, 16)
		a.backward(x, 16)
		a.adam()
	}
	b.ReportMetric(16*float64(b.N)/b.Elapsed().Seconds(), "views/s")
}
