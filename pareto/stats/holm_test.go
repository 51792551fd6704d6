package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestHolm(t *testing.T) {
	// p.adjust(p, "holm") of R.
	got, err := Holm([]float64{0.01, 0.04, 0.03, 0.005})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		near(t, "adjusted", got[i], want, 1e-15)
	}
}

func TestHolmIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		adjusted, err := Holm(p)
		if err != nil || len(adjusted) != len(p) {
			t.Fatal(adjusted, err)
		}
		for i := range p {
			if adjusted[i] < p[i] || adjusted[i] > min(1, float64(len(p))*p[i]) {
				t.Fatalf("%v became %v of %d", p[i], adjusted[i], len(p))
			}
			for j := range p {
				if p[i] <= p[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("%v ≤ %v, but %v > %v", p[i], p[j], adjusted[i], adjusted[j])
				}
			}
		}
	})
}
