package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestA12IsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sample := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-4, 4).Draw(t, "v")) }), 1, 12)
		x, y := sample.Draw(t, "x"), sample.Draw(t, "y")
		wins := 0.0
		for _, a := range x {
			for _, b := range y {
				switch {
				case a > b:
					wins++
				case a == b:
					wins += 0.5
				}
			}
		}
		got, err := A12(x, y)
		if want := wins / float64(len(x)*len(y)); err != nil || got != want {
			t.Fatalf("got %v (%v), want %v", got, err, want)
		}
	})
}
