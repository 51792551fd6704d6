package behaviour_test

import (
	"math"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/arm"
	"github.com/paretolab/paretolab/envs/behaviour"
	_ "github.com/paretolab/paretolab/envs/curling"
	_ "github.com/paretolab/paretolab/envs/maze"
)

func TestDisc(t *testing.T) {
	areas := []behaviour.Disc{{X: 1, Y: 2, Radius: 0.5}, {X: 1, Y: 2, Radius: 2}}
	for _, c := range []struct {
		x, y   float64
		area   int
		reward float64
	}{{1, 2, 0, 1}, {1.25, 2, 0, 0.5}, {1, 2.5, 0, 0}, {1, 3, 1, 0.5}, {9, 9, -1, 0}} {
		if area, reward := behaviour.At(areas, c.x, c.y); area != c.area || reward != c.reward {
			t.Errorf("(%v, %v): area %d pays %v, want %d and %v", c.x, c.y, area, reward, c.area, c.reward)
		}
	}
}

// TestPicture: the share of pixels of a shape is its area.
func TestPicture(t *testing.T) {
	const n = 400
	for _, c := range []struct {
		name string
		draw func(p *behaviour.Picture)
		area float64
	}{
		{"rectangle", func(p *behaviour.Picture) { p.Rectangle(1, -0.5, 0, 0.25, 1) }, 0.75},
		{"disc", func(p *behaviour.Picture) { p.Disc(1, 0.1, 0.2, 0.5) }, math.Pi / 4},
		{"segment", func(p *behaviour.Picture) { p.Segment(1, -0.3, -0.4, 0.3, 0.4, 0.1) }, 0.2 + math.Pi/100},
		{"box", func(p *behaviour.Picture) { p.Box(1, 0, 0, 0.5, 0.25, 0.7) }, 0.5},
		{"outside", func(p *behaviour.Picture) { p.Disc(1, 5, 5, 0.5) }, 0},
	} {
		p := &behaviour.Picture{N: n, X: -1, Y: -1, Width: 2, Pixels: make([]float32, n*n)}
		c.draw(p)
		painted := 0.0
		for _, grey := range p.Pixels {
			painted += float64(grey)
		}
		if area := painted * 4 / (n * n); math.Abs(area-c.area) > 0.01 {
			t.Errorf("%s has area %v, want %v", c.name, area, c.area)
		}
	}
}

// TestCapabilities: in random episodes descriptors stay within their bounds, views between 0 and 1, and
// pictures keep the limits of those who draw them.
func TestCapabilities(t *testing.T) {
	for _, id := range []string{"point-v0", "redundant-arm-v0", "hard-maze-v0", "curling-v0"} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := envs.NewSingle(e)
		var rng envs.RNG
		rng.Seed(1)
		low, high := s.Env().(behaviour.Describer).DescriptorBounds()
		if names := s.Env().(behaviour.Namer).DescriptorNames(); len(names) != len(low) {
			t.Errorf("%s: %d numbers have the names %q", id, len(low), names)
		}
		d, view := make([]float64, len(low)), make([]float32, 32*32)
		var scene envs.Scene
		for range 5 {
			obs, err := s.Reset(nil)
			if err != nil {
				t.Fatal(err)
			}
			action := make([]float64, e.Spec.Action.Len())
			for k := 0; ; k++ {
				s.Env().(behaviour.Describer).Describe(d)
				s.Env().(behaviour.Viewer).View(32, view)
				for i := range d {
					if !(d[i] >= low[i] && d[i] <= high[i]) {
						t.Fatalf("%s, step %d: descriptor %v outside %v to %v", id, k, d, low, high)
					}
				}
				drawn := false
				for _, grey := range view {
					if !(grey >= 0 && grey <= 1) {
						t.Fatalf("%s: pixel %v", id, grey)
					}
					drawn = drawn || grey == 1
				}
				envs.DrawScene(s.Env(), &e.Spec, obs, envs.Action{Box: action}, &scene)
				if err := scene.Check(); err != nil || !drawn {
					t.Fatalf("%s, step %d: %v, view drawn %v", id, k, err, drawn)
				}
				if k%20 == 0 {
					e.Spec.Action.Sample(&rng, action)
				}
				tr, err := s.Step(action)
				if err != nil {
					t.Fatal(err)
				}
				if obs = tr.Observation; tr.Terminated || tr.Truncated || k == 400 {
					break
				}
			}
		}
	}
}
