package building_test

import (
	"math"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/building"
	"github.com/paretolab/paretolab/pareto"
)

// Comfort without any action, by an independent implementation (in Python, with NumPy): of the building over
// all hours in which an episode can begin and over every fifth, and of the three floors over all.
func TestIdleBuilding(t *testing.T) {
	for _, c := range []struct {
		id      string
		every   int
		comfort []float64
	}{
		{"building-3d", 1, []float64{8084.7}},
		{"building-3d", 5, []float64{8088.3}},
		{"building-9d", 1, []float64{3286.34, 2436.45, 2361.93}},
	} {
		g, err := building.Controllers(c.id)[0].Return(makeEnv(t, c.id), c.every)
		if err != nil {
			t.Fatal(err)
		}
		for j, want := range c.comfort {
			if math.Abs(g[j]-want) > 0.05 {
				t.Errorf("%s, every %d hours: objective %d is %.2f, want %v", c.id, c.every, j, g[j], want)
			}
		}
	}
}

// The fronts of the controllers, of which the same implementation has hypervolume and expected utility over
// all 200 hours. Ten of them come as near as the tolerances say.
func TestFrontsOfControllers(t *testing.T) {
	for _, c := range []struct {
		id                   string
		count, divisions     int
		hypervolume, utility float64
	}{
		{"building-3d", 55, 10, 1.2219e12, 10384.4},
		{"building-9d", 67, 2, 9.616e31, 3595.3},
	} {
		e := makeEnv(t, c.id)
		front := pareto.Front{M: e.Spec.M()}
		for _, x := range building.Controllers(c.id) {
			g, err := x.Return(e, 20)
			if err != nil {
				t.Fatal(err)
			}
			front.X = append(front.X, g...)
		}
		if front.Len() != c.count {
			t.Errorf("%s has %d controllers, want %d", c.id, front.Len(), c.count)
		}
		hv, err := pareto.Hypervolume(front, e.Spec.Reference.Point)
		if err != nil {
			t.Fatal(err)
		}
		u, err := pareto.ExpectedUtility(front, pareto.Lattice(front.M, c.divisions))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(hv/c.hypervolume-1) > 2e-3 || math.Abs(u/c.utility-1) > 5e-4 {
			t.Errorf("%s: hypervolume %.5g, want %.5g; expected utility %.2f, want %.1f", c.id, hv, c.hypervolume, u, c.utility)
		}
	}
}

func TestControllersOfOtherEnvironments(t *testing.T) {
	e := &envs.Environment{New: func() envs.Env { return nil }}
	if _, err := building.Controllers("building-3d")[0].Return(e, 1); err == nil {
		t.Error("a controller of buildings controls something else")
	}
}
