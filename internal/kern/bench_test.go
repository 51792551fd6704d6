package kern

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Rates are those of a busy machine if it is shared: run with -cpu 1 -count 10,
// compare medians, and read a product's GFLOP/s as a share of BenchmarkPeak's.

func BenchmarkPeak(b *testing.B) {
	const rounds = 1000
	eachPath(b, func(b *testing.B) {
		var operations float64
		for b.Loop() {
			operations += float64(Peak(rounds))
		}
		b.ReportMetric(operations/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	})
}

// Products as in a forward pass, with a bias: batch × width × inputs.
func BenchmarkGemm(b *testing.B) {
	for _, s := range [][3]int{
		{1, 64, 64},              // a single action
		{8, 64, 11}, {8, 64, 64}, // a step of eight environments
		{64, 64, 11}, {64, 64, 64}, {64, 16, 64}, // first layer, hidden layer, head
		{256, 64, 11}, {256, 64, 64}, {256, 16, 64},
		{2048, 64, 64},
		{256, 256, 256},
	} {
		m, n, k := s[0], s[1], s[2]
		product(b, m, n, k, k, 1, random(n))
	}
}

// Products with a transposed A, as for the weight gradient: inputs × width × batch.
func BenchmarkGemmTransposed(b *testing.B) {
	for _, s := range [][3]int{{11, 64, 64}, {64, 64, 64}, {11, 64, 256}, {64, 64, 256}, {64, 16, 256}, {64, 64, 2048}, {256, 256, 256}} {
		m, n, k := s[0], s[1], s[2]
		product(b, m, n, k, 1, m, nil)
	}
}

func product(b *testing.B, m, n, k, rs, cs int, bias []float32) {
	x, y, z := random(m*k), random(k*n), random(m*n)
	b.Run(fmt.Sprintf("shape=%dx%dx%d", m, n, k), func(b *testing.B) {
		eachPath(b, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Gemm(m, n, k, x, rs, cs, y, n, z, n, bias, 0)
			}
			b.ReportMetric(2*float64(m*n*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	})
}

func BenchmarkColSum(b *testing.B) {
	const rows, cols = 256, 64
	a, dst := random(rows*cols), make([]float32, cols)
	perValue(b, "shape=256x64", rows*cols, func() { ColSum(dst, a, rows, cols, cols) })
}

func BenchmarkTranspose(b *testing.B) {
	for _, n := range []int{64, 256} {
		src, dst := random(n*n), make([]float32, n*n)
		perValue(b, fmt.Sprintf("shape=%dx%d", n, n), n*n, func() { Transpose(dst, n, src, n, n, n) })
	}
}

func BenchmarkTanh(b *testing.B) {
	x := random(4096)
	perValue(b, "n=4096", len(x), func() { Tanh(x) })
}

func BenchmarkTanhGrad(b *testing.B) {
	d, h := random(4096), make([]float32, 4096)
	perValue(b, "n=4096", len(d), func() { TanhGrad(d, h) })
}

func BenchmarkReLU(b *testing.B) {
	x := random(4096)
	perValue(b, "n=4096", len(x), func() { ReLU(x) })
}

func BenchmarkReLUGrad(b *testing.B) {
	d, h := random(4096), random(4096)
	perValue(b, "n=4096", len(d), func() { ReLUGrad(d, h) })
}

func BenchmarkAdam(b *testing.B) {
	n := Pad(9000)
	p, g, m, v := random(n), random(n), make([]float32, n), make([]float32, n)
	perValue(b, "n=9008", n, func() { Adam(p, g, m, v, 1, 0.9, 0.999, 1e-4, 1e-8) })
}

func BenchmarkSumSq(b *testing.B) {
	x := random(4096)
	perValue(b, "n=4096", len(x), func() { SumSq(x) })
}

func BenchmarkDot(b *testing.B) {
	x, y := random(4096), random(4096)
	perValue(b, "n=4096", len(x), func() { Dot(x, y) })
}

func BenchmarkAxpy(b *testing.B) {
	x, y := random(4096), random(4096)
	perValue(b, "n=4096", len(x), func() { Axpy(1e-9, x, y) })
}

// perValue runs the kernel, which handles the given number of values, on every
// path and reports the time for one value.
func perValue(b *testing.B, name string, values int, kernel func()) {
	b.Run(name, func(b *testing.B) {
		eachPath(b, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kernel()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(values), "ns/value")
		})
	})
}

// eachPath runs f on every path that this machine has.
func eachPath(b *testing.B, f func(b *testing.B)) {
	for _, path := range pathNames {
		if err := Select(path); err != nil {
			continue
		}
		b.Run("kernel="+path, f)
	}
	active = best()
}

// random returns n normal variates, the same on every call.
func random(n int) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}
