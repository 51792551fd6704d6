package stats

import (
	"fmt"
	"math"
	"testing"
)

// Values of scipy.stats 1.17.1 where the golden file has none: zeros, ties, the end of exactness.
func TestWilcoxonLikeSciPy(t *testing.T) {
	everyThirdNegative := func(i float64) float64 {
		if math.Mod(i, 3) == 0 {
			return -i - 1
		}
		return i + 1
	}
	zero := func(float64) float64 { return 0 }
	for _, c := range []struct {
		name string
		x, y []float64
		want Test
	}{
		{"zeros and ties", []float64{7, 3, 5, 9, 4, 6, 8, 2, 11.5}, []float64{5, 4, 1, 2, 7.5, 5.5, 8, 9, 2},
			Test{12.5, 0.4406478971233142, 8, false}},
		{"50 pairs", upTo(50, everyThirdNegative), upTo(50, zero), Test{425, 0.03996834652842374, 50, true}},
		{"51 pairs", upTo(51, everyThirdNegative), upTo(51, zero), Test{425, 0.02568873999366418, 51, false}},
		{"all equal", []float64{1, 2, 3}, []float64{1, 2, 3}, Test{0, 1, 0, false}},
	} {
		got, err := Wilcoxon(c.x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name, got.P, c.want.P, 1e-9)
		got.P = c.want.P
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Against all 2^n signs.
func TestWilcoxonIsTheDefinition(t *testing.T) {
	for n := 1; n <= 10; n++ {
		count := make([]float64, n*(n+1)/2+1)
		for signs := range 1 << n {
			w := 0
			for i := range n {
				w += (signs >> i & 1) * (i + 1)
			}
			count[w]++
		}
		lower := 0.0
		for w := 0; w <= (len(count)-1)/2; w++ {
			lower += count[w]
			near(t, fmt.Sprintf("n %d, W %d", n, w), wilcoxonExact(w, n), min(1, 2*lower/float64(int(1)<<n)), 1e-15)
		}
	}
}
