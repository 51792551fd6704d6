package kern

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestDistances64: those that are not beyond the worst are the sums of squares to the last bit, on all paths; the others are
// beyond it.
func TestDistances64(t *testing.T) {
	defer func() { active = started }()
	rapid.Check(t, func(rt *rapid.T) {
		width, n := size(rt, "width", 70), size(rt, "n", 70)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		x, guarded := draw64(r, 2, max(width, width*n))
		q, points := x[0][:width], x[1][:width*n]
		if len(points) > 0 && rapid.IntRange(0, 9).Draw(rt, "odd") == 0 {
			points[r.IntN(len(points))] = rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), 1e200}).Draw(rt, "coordinate")
			guarded = func() bool { return true }
		}
		worst := math.Inf(1)
		if rapid.Bool().Draw(rt, "bounded") {
			worst = 2 * float64(width) * r.Float64()
		}
		for _, path := range Paths() {
			use(t, path)
			dst := make([]float64, n+1)
			dst[n] = guard
			Distances64(q, points, worst, dst[:n:n])
			if !guarded() || dst[n] != guard {
				rt.Fatalf("%s wrote beside its operands", path)
			}
			for i, got := range dst[:n] {
				want := 0.0
				for j, v := range points[i*width:][:width] {
					d := q[j] - v
					want += float64(d * d)
				}
				if want <= worst && math.Float64bits(got) != math.Float64bits(want) || !(want <= worst) && got <= worst {
					rt.Fatalf("%s: point %d: %v, want %v; the worst is %v", path, i, got, want, worst)
				}
			}
		}
	})
}

func BenchmarkDistances64(b *testing.B) {
	x, _ := draw64(rand.New(rand.NewPCG(1, 1)), 2, 50*1000)
	dst := make([]float64, 1000)
	for b.Loop() {
		Distances64(x[0][:50], x[1], math.Inf(1), dst)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/50e3, "ns/coordinate")
}
