package qd

import (
	"math"
	"testing"
)

// TestBlur: by the definition, as a sum over all pixels; with a size of several pixels the brightness of what is far from the border stays.
func TestBlur(t *testing.T) {
	const n, sigma = 24, 1.5
	image := make([]float32, n*n)
	image[11*n+12], image[12*n+12], image[0], image[n*n-1] = 1, 0.5, 0.25, 0.75
	got := append([]float32(nil), image...)
	newBlur(n, sigma).apply(got)
	bright := 0.0
	for y := range n {
		for x := range n {
			want := 0.0
			for v := range n {
				for u := range n {
					d := float64((x-u)*(x-u) + (y-v)*(y-v))
					want += float64(image[v*n+u]) * math.Exp(-d/(2*sigma*sigma)) / (2 * math.Pi * sigma * sigma)
				}
			}
			if math.Abs(float64(got[y*n+x])-want) > 1e-6 {
				t.Fatalf("pixel %d, %d is %v, want %v", x, y, got[y*n+x], want)
			}
			if x > 4 && x < 20 && y > 4 && y < 20 {
				bright += float64(got[y*n+x])
			}
		}
	}
	if math.Abs(bright-1.5) > 1e-3 {
		t.Errorf("the middle has brightness %v, had 1.5", bright)
	}
	same := append([]float32(nil), image...)
	newBlur(n, 0).apply(same)
	for i := range same {
		if same[i] != image[i] {
			t.Fatal("no blur changes the image")
		}
	}
}
