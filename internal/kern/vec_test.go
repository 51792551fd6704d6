package kern

import (
	"math"
	"testing"
)

// The reference is math.Tanh. The largest errors over all float32 are 4.41e-7
// with fused multiply-add and 4.80e-7 without; the test takes every 13th.
func TestTanhError(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		bound := 4.9e-7
		if Class() == "simd" {
			bound = 4.5e-7
		}
		var worst float64
		x, h := make([]float32, 4096), make([]float32, 4096)
		for bits := math.Float32bits(0x1p-24); bits < math.Float32bits(12); {
			for i := 0; i < len(x); i += 2 {
				x[i] = math.Float32frombits(bits)
				x[i+1] = -x[i]
				bits += 13
			}
			copy(h, x)
			Tanh(h)
			for i := 0; i < len(x); i += 2 {
				worst = max(worst, math.Abs(float64(h[i])-math.Tanh(float64(x[i]))))
				if !(h[i] >= 0 && h[i] <= 1) || h[i+1] != -h[i] {
					t.Fatalf("%s: Tanh(±%g) = %g, %g", path, x[i], h[i], h[i+1])
				}
			}
		}
		t.Logf("%s: largest error %.3g", path, worst)
		if worst > bound {
			t.Errorf("%s: largest error %g, bound %g", path, worst, bound)
		}
	}
}

func TestTanhOfSpecialValues(t *testing.T) {
	nan, inf, negZero := float32(math.NaN()), float32(math.Inf(1)), float32(math.Copysign(0, -1))
	for _, path := range Paths() {
		use(t, path)
		for _, at := range []int{0, 15, 16, 20} { // in a block and in the tail
			x := make([]float32, 21)
			x[at] = nan
			Tanh(x)
			for i, v := range x {
				if (i == at) != (v != v) {
					t.Errorf("%s: NaN at %d gives %g at %d", path, at, v, i)
				}
			}
		}
		x := []float32{inf, -inf, math.MaxFloat32, 0, negZero}
		Tanh(x)
		for i, want := range []float64{1, -1, 1, 0, 0} {
			if math.Abs(float64(x[i])-want) > 4.9e-7 {
				t.Errorf("%s: value %d: Tanh = %g, want %g", path, i, x[i], want)
			}
		}
		if math.Signbit(float64(x[3])) || !math.Signbit(float64(x[4])) {
			t.Errorf("%s: Tanh(0) = %g, Tanh(-0) = %g", path, x[3], x[4])
		}
	}
}

func TestTanhGrad(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		d, h := random(83), random(83)
		Tanh(h)
		want := make([]float64, len(d))
		for i := range d {
			want[i] = float64(d[i]) * (1 - float64(h[i])*float64(h[i]))
		}
		TanhGrad(d, h)
		for i := range d {
			if math.Abs(float64(d[i])-want[i]) > 0x1p-22*(1+math.Abs(want[i])) {
				t.Errorf("%s: element %d: %g, want %g", path, i, d[i], want[i])
			}
		}
	}
}

func TestReLU(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	in := []float32{-2, -1e-45, 0, 1e-45, 3, inf, -inf, nan}
	out := []float32{0, 0, 0, 1e-45, 3, inf, 0, nan}
	grad := []float32{0, 0, 0, 7, 7, 7, 0, 0} // of d = 7 by output
	for _, path := range Paths() {
		use(t, path)
		for at := range 30 { // every place in a block and in the tail
			x, d := make([]float32, 40), make([]float32, 40)
			copy(x[at:], in)
			ReLU(x)
			for i := range d {
				d[i] = 7
			}
			ReLUGrad(d, x)
			for i := range in {
				if at+i >= len(x) {
					break
				}
				if got := x[at+i]; got != out[i] && (got == got || out[i] == out[i]) {
					t.Errorf("%s: ReLU(%g) = %g, want %g", path, in[i], got, out[i])
				}
				if d[at+i] != grad[i] {
					t.Errorf("%s: gradient of ReLU at output %g = %g, want %g", path, out[i], d[at+i], grad[i])
				}
			}
		}
	}
}

// The reference is algorithm 1 of Kingma & Ba (2015) in float64, after a
// gradient clipped to a norm as in PyTorch's clip_grad_norm_.
func TestAdamIsTheTextbook(t *testing.T) {
	const (
		n, steps                = 101, 40
		alpha, beta1, beta2     = 3e-3, 0.9, 0.999
		epsilon, maxNorm, slack = 1e-5, 2.5, 2e-6
	)
	for _, path := range Paths() {
		use(t, path)
		p, m, v := random(n), make([]float32, n), make([]float32, n)
		wantP, wantM, wantV := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range p {
			wantP[i] = float64(p[i])
		}
		for step := 1; step <= steps; step++ {
			g := random(n)
			for i := range g {
				g[i] *= float32(math.Cos(float64(i * step)))
			}
			scale := min(1, maxNorm/(math.Sqrt(SumSq(g))+1e-6))
			for i := range wantP {
				gi := scale * float64(g[i])
				wantM[i] = beta1*wantM[i] + (1-beta1)*gi
				wantV[i] = beta2*wantV[i] + (1-beta2)*gi*gi
				mHat := wantM[i] / (1 - math.Pow(beta1, float64(step)))
				vHat := wantV[i] / (1 - math.Pow(beta2, float64(step)))
				wantP[i] -= alpha * mHat / (math.Sqrt(vHat) + epsilon)
			}
			root := math.Sqrt(1 - math.Pow(beta2, float64(step)))
			Adam(p, g, m, v, float32(scale), beta1, beta2,
				float32(alpha*root/(1-math.Pow(beta1, float64(step)))), float32(epsilon*root))
		}
		for i := range p {
			if d := math.Abs(float64(p[i]) - wantP[i]); d > slack*(1+math.Abs(wantP[i])) {
				t.Errorf("%s: parameter %d: %.9g, want %.9g", path, i, p[i], wantP[i])
			}
		}
	}
}

// Padding has zero parameters, gradients and moments, and must keep them.
func TestAdamKeepsPaddingZero(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		var p, g, m, v [37]float32
		Adam(p[:], g[:], m[:], v[:], 0.5, 0.9, 0.999, 1e-3, 1e-8)
		if p != [37]float32{} || m != [37]float32{} || v != [37]float32{} {
			t.Errorf("%s: parameters %v, moments %v, %v", path, p, m, v)
		}
	}
}

func TestDotAndSumSq(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		for _, n := range []int{0, 1, 15, 16, 17, 1000, 10007} {
			x := random(2 * n)
			x, y := x[:n], x[n:]
			var dot, sumSq, size float64
			for i := range x {
				dot += float64(x[i]) * float64(y[i])
				size += math.Abs(float64(x[i]) * float64(y[i]))
				sumSq += float64(x[i]) * float64(x[i])
			}
			if got := Dot(x, y); math.Abs(got-dot) > 1e-14*size {
				t.Errorf("%s: Dot of %d = %.17g, want %.17g", path, n, got, dot)
			}
			if got := SumSq(x); math.Abs(got-sumSq) > 1e-14*sumSq {
				t.Errorf("%s: SumSq of %d = %.17g, want %.17g", path, n, got, sumSq)
			}
		}
		// 3e38² is beyond float32, not beyond float64.
		if got, want := SumSq([]float32{3e38}), float64(float32(3e38))*float64(float32(3e38)); got != want {
			t.Errorf("%s: SumSq(3e38) = %g, want %g", path, got, want)
		}
	}
}

func TestAxpy(t *testing.T) {
	for _, path := range Paths() {
		use(t, path)
		x, y := random(53), random(106)[53:]
		want := make([]float64, len(y))
		for i := range y {
			want[i] = float64(y[i]) + -1.75*float64(x[i])
		}
		Axpy(-1.75, x, y)
		for i := range y {
			if math.Abs(float64(y[i])-want[i]) > 0x1p-22*(1+math.Abs(want[i])) {
				t.Errorf("%s: element %d: %g, want %g", path, i, y[i], want[i])
			}
		}
	}
}
