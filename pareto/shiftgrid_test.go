package pareto

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestShiftsNearTheLimitsOfFloat64 compares with all pairs of rows, bit for bit, where differences round,
// vanish or overflow.
func TestShiftsNearTheLimitsOfFloat64(t *testing.T) {
	for name, value := range map[string]func(*rand.Rand) float64{
		"unit":          (*rand.Rand).Float64,
		"far from 0":    func(r *rand.Rand) float64 { return 1e16 + float64(r.IntN(9)) },
		"just above 1":  func(r *rand.Rand) float64 { return 1 + float64(r.IntN(50))*0x1p-52 },
		"denormal":      func(r *rand.Rand) float64 { return float64(r.IntN(99)-50) * 0x1p-1074 },
		"least normal":  func(r *rand.Rand) float64 { return (r.Float64() - 0.5) * 0x1p-1000 },
		"overflowing":   func(r *rand.Rand) float64 { return (r.Float64() - 0.5) * 2 * 1.7e308 },
		"all sizes":     func(r *rand.Rand) float64 { return r.NormFloat64() * []float64{1e-300, 1e-9, 1, 1e9, 1e300}[r.IntN(5)] },
		"a few values":  func(r *rand.Rand) float64 { return float64(r.IntN(3)) },
		"a single one":  func(r *rand.Rand) float64 { return 7 },
		"with an outer": func(r *rand.Rand) float64 { return r.Float64() + float64(r.IntN(100)/99)*1e12 },
	} {
		for _, m := range []int{1, 2, 3, 5, 9, 12, 17} {
			t.Run(fmt.Sprintf("%s/m=%d", name, m), func(t *testing.T) {
				r := rand.New(rand.NewPCG(uint64(m), 2))
				for range 6 {
					s, z := Front{M: m, X: make([]float64, m*(1+r.IntN(150)))}, Front{M: m, X: make([]float64, m*40)}
					for _, f := range []Front{s, z} {
						for k := range f.X {
							f.X[k] = value(r)
						}
					}
					want := -inf
					for i := range z.Len() {
						least := inf
						for k := range s.Len() {
							most := -inf
							for j, v := range z.Row(i) {
								most = max(most, v-s.X[k*m+j])
							}
							least = min(least, most)
						}
						want = max(want, least)
					}
					if got := additiveEpsilon(s, z); got != want {
						t.Fatalf("%d rows: %v, want %v", s.Len(), got, want)
					}
				}
			})
		}
	}
}
