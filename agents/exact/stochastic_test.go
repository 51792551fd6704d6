package exact_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

func coverageSet(t testing.TB, e *envs.Environment, gamma float64) exact.Result {
	t.Helper()
	r, err := exact.CoverageSet(e, gamma)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// within compares fronts with values that were published rounded.
func within(t *testing.T, got pareto.Front, want [][]float64, tolerance float64) {
	t.Helper()
	if got.Len() != len(want) {
		t.Fatalf("%d points, want %d: %v", got.Len(), len(want), got.Rows())
	}
	for i, row := range want {
		for j, v := range row {
			if x := got.Row(i)[j]; math.Abs(x-v) > tolerance {
				t.Errorf("point %d, objective %d: %v, want %v", i, j, x, v)
			}
		}
	}
}

// Fronts of an independent dynamic programme, with 12 decimals.
func TestFrontsOfResourceGathering(t *testing.T) {
	var data struct {
		Exact       map[string][][]float64 `json:"exact_front"`
		Library     map[string][][]float64 `json:"library_pareto_front"`
		Hypervolume map[string]float64     `json:"hypervolume_ref_-1_-1_-1"`
	}
	readJSON(t, "resource-gathering.json", &data)
	e := makeEnv(t, "resource-gathering-v0", nil)
	if len(data.Exact) < 5 {
		t.Fatalf("only %d fronts in the data", len(data.Exact))
	}
	for key, want := range data.Exact {
		gamma, err := strconv.ParseFloat(key, 64)
		if err != nil {
			t.Fatal(err)
		}
		r := front(t, e, gamma)
		if !r.Exact {
			t.Errorf("discount %v: not marked as exact", gamma)
		}
		within(t, r.Points, want, 2e-12)
		// The detour that brings both home without risk is missing in MO-Gymnasium's list.
		detour := []float64{0, math.Pow(gamma, 17), math.Pow(gamma, 17)}
		if !contains(r.Points.Rows(), detour, 1e-12) || contains(data.Library[key], detour, 1e-9) {
			t.Errorf("discount %v: %v must be in %v and not in %v", gamma, detour, r.Points.Rows(), data.Library[key])
		}
	}
	want := data.Hypervolume["exact_gamma_0.99"]
	if got := hypervolume(t, front(t, e, 0.99).Points, []float64{-1, -1, -1}); math.Abs(got-want) > 1e-10 {
		t.Errorf("hypervolume %v, want %v", got, want)
	}
}

func contains(points [][]float64, y []float64, tolerance float64) bool {
	return slices.ContainsFunc(points, func(x []float64) bool { return distance(x, y) <= tolerance })
}

func distance(a, b []float64) (d float64) {
	for j := range a {
		d = max(d, math.Abs(a[j]-b[j]))
	}
	return d
}

// Closed forms for discount 1 (breakable-bottles.json), and optima for ten weights at others.
func TestFrontOfBreakableBottles(t *testing.T) {
	var data struct {
		CCS    map[string][][]float64            `json:"ccs_gamma_1"`
		Optima map[string]map[string][][]float64 `json:"scalarised_optima"`
	}
	readJSON(t, "breakable-bottles.json", &data)
	e := makeEnv(t, "breakable-bottles-v0", nil)
	within(t, front(t, e, 1).Points, data.CCS["breakable"], 1e-12)
	within(t, coverageSet(t, e, 1).Points, data.CCS["breakable"], 1e-12)
	tough := makeEnv(t, "breakable-bottles-v0", map[string]any{"unbreakable_bottles": true})
	within(t, front(t, tough, 1).Points, data.CCS["unbreakable"], 1e-12)
	for key, gamma := range map[string]float64{"gamma_0.99": 0.99, "gamma_0.95": 0.95} {
		points := coverageSet(t, e, gamma).Points
		for _, want := range data.Optima[key]["breakable"] {
			if !contains(points.Rows(), want, 1e-6) {
				t.Errorf("discount %v: %v is missing in %v", gamma, want, points.Rows())
			}
		}
	}
}

// Every optimum that is known for a weight is reached by the tours, which must themselves be
// attainable (checked by the law of known fronts).
func TestToursOfFourRoom(t *testing.T) {
	var data struct {
		One    [][]float64        `json:"front_gamma_1"`
		High   [][]float64        `json:"ccs_gamma_0.99"`
		Low    [][]float64        `json:"ccs_gamma_0.95"`
		Volume map[string]float64 `json:"hypervolume_ref_0_0_0"`
	}
	readJSON(t, "four-room.json", &data)
	e := makeEnv(t, "four-room-v0", nil)
	within(t, front(t, e, 1).Points, data.One, 1e-12)
	for _, c := range []struct {
		gamma  float64
		listed [][]float64
		points int // of the coverage set; the list, made on a grid of weights, may lack some
		volume float64
	}{
		{0.99, data.High, 48, data.Volume["ccs_gamma_0.99"]},
		{0.95, data.Low, 36, data.Volume["ccs_gamma_0.95"]},
	} {
		all := front(t, e, c.gamma).Points
		for _, want := range c.listed {
			// At 0.99 the list has a point that another dominates, (3.637…, 2.150…, 2.297…).
			covered := slices.ContainsFunc(all.Rows(), func(y []float64) bool {
				return y[0] > want[0]-1e-11 && y[1] > want[1]-1e-11 && y[2] > want[2]-1e-11
			})
			if !covered {
				t.Errorf("discount %v: %v is missing", c.gamma, want)
			}
		}
		if n := coverageSet(t, e, c.gamma).Points.Len(); n != c.points {
			t.Errorf("discount %v: %d points in the coverage set, want %d", c.gamma, n, c.points)
		}
		if hv := hypervolume(t, all, []float64{0, 0, 0}); hv < c.volume {
			t.Errorf("discount %v: hypervolume %v, at least %v is known", c.gamma, hv, c.volume)
		}
	}
}

func TestFrontOfFishwood(t *testing.T) {
	e := makeEnv(t, "fishwood-v0", nil)
	points := front(t, e, 1).Points
	if points.Len() != 200 {
		t.Fatalf("%d points, want 200", points.Len())
	}
	for k := range 200 { // (0.1 k, 0.9 (200 − k))
		if distance(points.Row(k), []float64{0.1 * float64(k), 0.9 * float64(200-k)}) > 1e-12 {
			t.Errorf("point %d is %v", k, points.Row(k))
		}
	}
	if n := coverageSet(t, e, 0.99).Points.Len(); n != 2 {
		t.Errorf("%d points in the coverage set, want the 2 ends of a line", n)
	}
}

// lottery is one choice between prizes (1, 0) and (0, 1) after each outcome of a fair coin: three
// values are attainable, the middle one by choosing differently.
type lottery struct{ envs.Env }

func (lottery) NumStates() int  { return 3 }
func (lottery) NumActions() int { return 2 }
func (lottery) StartState() int { return 0 }
func (lottery) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	if s == 0 {
		return append(buf, envs.Outcome{P: 0.5, Next: 1, Reward: []float64{0, 0}}, envs.Outcome{P: 0.5, Next: 2, Reward: []float64{0, 0}})
	}
	reward := []float64{0, 0}
	reward[a] = 1
	return append(buf, envs.Outcome{P: 1, Next: s, Reward: reward, Terminal: true})
}

func TestPoliciesChooseAfterChance(t *testing.T) {
	e := &envs.Environment{
		Spec: envs.Spec{ID: "lottery", Objectives: []envs.Objective{{Name: "a"}, {Name: "b"}}},
		New:  func() envs.Env { return lottery{} },
	}
	within(t, front(t, e, 0.5).Points, [][]float64{{0, 0.5}, {0.25, 0.25}, {0.5, 0}}, 0)
	within(t, coverageSet(t, e, 0.5).Points, [][]float64{{0, 0.5}, {0.5, 0}}, 0)
}
