package plots

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden images in testdata")

// goldenDPI keeps the images small; text of 8 pt can still be read.
const goldenDPI = 80

func TestGolden(t *testing.T) {
	for _, g := range Examples() {
		t.Run(g.Name, func(t *testing.T) {
			fig, err := Figure(g.Kind, g.Runs, g.Style)
			if err != nil {
				t.Fatal(err)
			}
			got, err := fig.png(goldenDPI)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", g.Name+".png")
			if *update {
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (make it with `go test ./plots -run TestGolden -update` and look at it)", err)
			}
			if share := differing(t, got, want); share > 0.0004 {
				out := filepath.Join(t.ArtifactDir(), g.Name+".png")
				os.WriteFile(out, got, 0o666)
				t.Errorf("%.2f %% of the pixels differ from %s; look at %s (go test -artifacts keeps it)", 100*share, path, out)
			}
		})
	}
}

// differing is the share of pixels whose grey value differs by more than a tenth: floating point on
// another processor may move an edge by a fraction of a pixel.
func differing(t *testing.T, a, b []byte) float64 {
	t.Helper()
	decode := func(data []byte) image.Image {
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	x, y := decode(a), decode(b)
	if x.Bounds() != y.Bounds() {
		t.Fatalf("the image is %v large, the golden one %v", x.Bounds().Size(), y.Bounds().Size())
	}
	n := 0
	size := x.Bounds().Size()
	for i := range size.X {
		for j := range size.Y {
			r0, g0, b0, _ := x.At(i, j).RGBA()
			r1, g1, b1, _ := y.At(i, j).RGBA()
			for _, d := range []int{int(r0) - int(r1), int(g0) - int(g1), int(b0) - int(b1)} {
				if d > 6553 || d < -6553 {
					n++
					break
				}
			}
		}
	}
	return float64(n) / float64(size.X*size.Y)
}
