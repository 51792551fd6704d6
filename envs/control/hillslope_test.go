package control

import (
	"math"
	"testing"
)

// TestHillSlope: 0.0025·cos rounded to float32, without exception: at the angles of the table, between
// them, at neighbouring numbers, and near the zeros, where float32 is finest.
func TestHillSlope(t *testing.T) {
	check := func(x float32) {
		if got, want := hillSlope(x), float32(hillGravity*math.Cos(float64(x))); got != want {
			t.Fatalf("hillSlope(%v) = %v, want %v", x, got, want)
		}
	}
	const steps = 400_000
	for k := range steps + 1 {
		check(3 * (hillLeft + (hillRight-hillLeft)*float32(k)/steps))
	}
	for k := range 8*hillAngles + 1 {
		x := float32(k)/(2*hillAngles) - 4 // −4 to 0: angles of the table, and midway
		for _, y := range []float32{x, math.Nextafter32(x, -4), math.Nextafter32(x, 4)} {
			check(y)
			check(-y)
		}
	}
	for _, zero := range []float32{-math.Pi / 2, math.Pi / 2} {
		for x, k := zero-1e-5, 0; k < 1000; x, k = math.Nextafter32(x, 4), k+1 {
			check(x)
		}
		check(zero)
	}
}
