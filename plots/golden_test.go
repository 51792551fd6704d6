package plots

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

var update = flag.Bool("update", false, "rewrite the golden images in testdata")

// gallery is every kind of figure over the fixture runs, as the golden images show them.
func gallery() []struct {
	name, kind string
	style      Style
	runs       []*experiments.Run
} {
	one := []*experiments.Run{treasureRun("C-MORL", 0, 2)}
	var seeds []*experiments.Run
	for s := range uint64(5) {
		seeds = append(seeds, treasureRun("C-MORL", s, int(s)%3), treasureRun("PPO lattice", s, 5+int(s)%2))
	}
	minecart := []*experiments.Run{manyRun("minecart-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "fuel")}
	two := append(minecart, manyRun("minecart-v0", "PPO lattice", 2, 3, 20, "ore1", "ore2", "fuel"))
	known := manyRun("minecart-v0", "C-MORL", 1, 3, 15, "ore1", "ore2", "fuel")
	for _, a := range manyRun("minecart-v0", "C-MORL", 1, 3, 40, "ore1", "ore2", "fuel").Archive {
		known.KnownFront = append(known.KnownFront, a.Value)
	}
	fruit := []*experiments.Run{manyRun("fruit-tree-v0", "C-MORL", 1, 6, 64, "protein", "carbs", "fats", "vitamins", "minerals", "water")}
	building := []*experiments.Run{manyRun("building-9d", "C-MORL", 1, 9, 200, "comfort_bottom", "comfort_middle", "comfort_top",
		"energy_bottom", "energy_middle", "energy_top", "ramping_bottom", "ramping_middle", "ramping_top")}
	return []struct {
		name, kind string
		style      Style
		runs       []*experiments.Run
	}{
		{"front2d", "front2d", Style{}, one},
		{"front2d-seeds", "front2d", Style{}, seeds},
		{"curves", "curves", Style{}, one},
		{"curves-seeds", "curves", Style{Width: Page}, seeds},
		{"stages", "stages", Style{}, one},
		{"stages-matrix", "stages", Style{}, minecart},
		{"matrix", "matrix", Style{}, minecart},
		{"matrix-labels", "matrix", Style{}, two},
		{"matrix-known", "matrix", Style{}, []*experiments.Run{known}},
		{"matrix-9", "matrix", Style{}, building},
		{"parallel", "parallel", Style{}, two},
		{"parallel-known", "parallel", Style{}, []*experiments.Run{known}},
		{"parallel-6", "parallel", Style{}, fruit},
	}
}

// goldenDPI keeps the images small; text of 8 pt can still be read.
const goldenDPI = 80

func TestGolden(t *testing.T) {
	for _, g := range gallery() {
		t.Run(g.name, func(t *testing.T) {
			fig, err := Figure(g.kind, g.runs, g.style)
			if err != nil {
				t.Fatal(err)
			}
			got, err := fig.png(goldenDPI)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", g.name+".png")
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
				out := filepath.Join(t.ArtifactDir(), g.name+".png")
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
