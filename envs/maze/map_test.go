package maze

import (
	"math/rand/v2"
	"testing"
)

// walked is ray, step by step: the line of the original, which tests every pixel.
func (f *floor) walked(x, y, toX, toY int32) (hitX, hitY int32, hit bool) {
	hit = f.isWall(x, y)
	dx, dy := max(toX-x, x-toX), max(toY-y, y-toY)
	stepX, stepY := int32(1), int32(1)
	if toX < x {
		stepX = -1
	}
	if toY < y {
		stepY = -1
	}
	leadX, leadY, minorX, minorY, lead, minor := stepX, int32(0), int32(0), stepY, dx, dy
	if dy >= dx {
		leadX, leadY, minorX, minorY, lead, minor = 0, stepY, stepX, 0, dy, dx
	}
	e, before := lead, lead
	for range lead {
		x, y, e = x+leadX, y+leadY, e+2*minor
		if e > 2*lead {
			x, y, e = x+minorX, y+minorY, e-2*lead
			hit = hit || e+before <= 2*lead && f.isWall(x-minorX, y-minorY) || e+before >= 2*lead && f.isWall(x-leadX, y-leadY)
		}
		if hit = hit || f.isWall(x, y); hit {
			return x, y, true
		}
		before = e
	}
	return x, y, hit
}

// TestRayLeaps: to leap over free pixels changes no ray.
func TestRayLeaps(t *testing.T) {
	f, err := readFloor(hardMaze)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	some := func(n int32) int32 { return rng.Int32N(n) }
	for range 200_000 {
		x, y := some(pixels+4)-2, some(pixels+4)-2
		toX, toY := x+some(81)-40, y+some(81)-40
		gotX, gotY, got := f.ray(x, y, toX, toY)
		wantX, wantY, want := f.walked(x, y, toX, toY)
		if gotX != wantX || gotY != wantY || got != want {
			t.Fatalf("ray %d, %d to %d, %d ends at %d, %d, %v; step by step at %d, %d, %v", x, y, toX, toY, gotX, gotY, got, wantX, wantY, want)
		}
	}
}
