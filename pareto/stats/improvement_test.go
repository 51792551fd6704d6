package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestProbImprovementIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := scores(1).Draw(t, "x"), scores(1).Draw(t, "y")
		n := min(len(x), len(y))
		x, y = x[:n], y[:n]
		a, err := ProbImprovement(x, y)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ProbImprovement(y, x)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a+b-1) > 1e-15*float64(n) {
			t.Fatalf("%v + %v is not 1", a, b)
		}
		want := 0.0
		for i := range x {
			a12, err := A12(x[i].Runs, y[i].Runs)
			if err != nil {
				t.Fatal(err)
			}
			want += a12 / float64(n)
		}
		if math.Abs(a-want) > 1e-15*float64(n) {
			t.Fatalf("%v is not the mean A12 %v", a, want)
		}
	})
}
