package exact_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
)

// attained plays, or evaluates, the policy of every point.
func attained(t *testing.T, e *envs.Environment, r exact.Result, gamma float64) {
	t.Helper()
	if len(r.Policies) != r.Points.Len() {
		t.Fatalf("%s: %d policies of %d points", e.Spec.ID, len(r.Policies), r.Points.Len())
	}
	for i, p := range r.Policies {
		var got []float64
		var err error
		if e.Spec.DeterministicStart && e.Spec.DeterministicStep {
			got, err = exact.Replay(e, p, gamma)
		} else {
			var x exact.Return
			x, err = exact.Evaluate(e, p, gamma)
			got = x.Mean
		}
		if err != nil {
			t.Fatal(err)
		}
		for j, want := range r.Points.Row(i) {
			if math.Abs(got[j]-want) > 1e-12*max(1, math.Abs(want)) {
				t.Errorf("%s, discount %v, policy %d: objective %d is %v, want %v", e.Spec.ID, gamma, i, j, got[j], want)
			}
		}
	}
}

func TestEveryPointIsAttainedByItsPolicy(t *testing.T) {
	for _, c := range []struct {
		id    string
		gamma float64
	}{
		{"deep-sea-treasure-v0", 0.99},
		{"deep-sea-treasure-concave-v0", 1},
		{"deep-sea-treasure-mirrored-v0", 0.9},
		{"fruit-tree-v0", 0.99},
		{"minecart-deterministic-v0", 0.98},
		{"minecart-deterministic-v0", 1},
		{"four-room-v0", 0.99},
		{"fishwood-v0", 0.99},
		{"fishwood-v0", 1},
		{"resource-gathering-v0", 0.9},
		{"breakable-bottles-v0", 1},
		{"gridworld", 0.95},
	} {
		e := makeEnv(t, c.id, nil)
		attained(t, e, front(t, e, c.gamma), c.gamma)
		attained(t, e, coverageSet(t, e, c.gamma), c.gamma)
	}
	bottles := makeEnv(t, "breakable-bottles-v0", nil)
	attained(t, bottles, coverageSet(t, bottles, 0.95), 0.95)
}

// Means of simulated episodes are within the half-width of Bernstein's inequality: with an error of 1e-9
// each, never outside in this lifetime.
func TestSimulatedEpisodesAgreeWithTheModel(t *testing.T) {
	const episodes = 2000
	for _, id := range []string{"resource-gathering-v0", "breakable-bottles-v0", "fishwood-v0", "gridworld"} {
		e := makeEnv(t, id, nil)
		r := coverageSet(t, e, 0.95)
		for i, p := range r.Policies {
			x, err := exact.Evaluate(e, p, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			mean, err := exact.Simulate(e, p, 0.95, episodes, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			for j, w := range x.HalfWidth(episodes, 1e-9) {
				if !(math.Abs(mean[j]-x.Mean[j]) <= w) {
					t.Errorf("%s, policy %d: mean %v, expected %v ± %v", id, i, mean, x.Mean, x.HalfWidth(episodes, 1e-9))
				}
			}
		}
	}
}

// The first 200 steps of fishing and wood are independent coins: a plan that stays n steps in the woods
// has variance 0.1·0.9 per step, at discount 1.
func TestDeviationOfIndependentSteps(t *testing.T) {
	e := makeEnv(t, "fishwood-v0", nil)
	r := front(t, e, 1)
	for _, k := range []int{0, 50, 199} { // k steps of fishing
		x, err := exact.Evaluate(e, r.Policies[k], 1)
		if err != nil {
			t.Fatal(err)
		}
		want := []float64{math.Sqrt(0.09 * float64(k)), math.Sqrt(0.09 * float64(200-k))}
		if distance(x.Deviation, want) > 1e-9 || x.Low[0] != 0 || x.High[0] != float64(k) || x.High[1] != float64(200-k) {
			t.Errorf("%d steps of fishing: %+v, want deviation %v", k, x, want)
		}
	}
}

// A policy for one problem does not fit another.
func TestPoliciesThatDoNotFit(t *testing.T) {
	sea, tree := makeEnv(t, "deep-sea-treasure-v0", nil), makeEnv(t, "fruit-tree-v0", nil)
	p := front(t, tree, 1).Policies[0]
	if _, err := exact.Replay(sea, p, 1); !errors.Is(err, exact.ErrNoPolicy) {
		t.Errorf("replay: error %v", err)
	}
	if _, err := exact.Evaluate(sea, p, 1); !errors.Is(err, exact.ErrNoPolicy) {
		t.Errorf("evaluation: error %v", err)
	}
	if _, err := exact.Evaluate(makeEnv(t, "minecart-v0", nil), p, 1); !errors.Is(err, exact.ErrNoModel) {
		t.Errorf("no model: error %v", err)
	}
}

func TestPlans(t *testing.T) {
	e := makeEnv(t, "deep-sea-treasure-v0", nil)
	r := front(t, e, 1)
	// Down, and right and down twice.
	for i, want := range [][]int32{{1}, {3, 1, 1}} {
		if got := r.Policies[i].Plan(); !slices.Equal(got, want) {
			t.Errorf("plan of point %d: %v, want %v", i, got, want)
		}
	}
	bottles := makeEnv(t, "breakable-bottles-v0", nil)
	if plan := coverageSet(t, bottles, 1).Policies[1].Plan(); plan != nil {
		t.Errorf("a policy that waits for chance has plan %v", plan)
	}
}

// Every exact point is within the tolerance of an approximate one, whose value is attained.
func TestFrontsWithinATolerance(t *testing.T) {
	for _, c := range []struct {
		id        string
		gamma     float64
		tolerance float64
	}{
		{"resource-gathering-v0", 0.9, 0.05},
		{"deep-sea-treasure-v0", 0.99, 1},
		{"fishwood-v0", 1, 2},
		{"fruit-tree-v0", 0.99, 3},
	} {
		e := makeEnv(t, c.id, nil)
		r, err := exact.FrontWithin(e, c.gamma, c.tolerance)
		if err != nil {
			t.Fatal(err)
		}
		whole := front(t, e, c.gamma)
		if r.Exact || r.Points.Len() > whole.Points.Len() {
			t.Errorf("%s: exact %v, %d points of %d", c.id, r.Exact, r.Points.Len(), whole.Points.Len())
		}
		attained(t, e, r, c.gamma)
		for _, y := range whole.Points.Rows() {
			near := slices.ContainsFunc(r.Points.Rows(), func(x []float64) bool {
				for j := range y {
					if x[j] < y[j]-c.tolerance {
						return false
					}
				}
				return true
			})
			if !near {
				t.Errorf("%s: nothing within %v of %v", c.id, c.tolerance, y)
			}
		}
	}
	// The whole front at this discount has too many policies; the coverage set is known.
	e := makeEnv(t, "breakable-bottles-v0", nil)
	r, err := exact.FrontWithin(e, 0.95, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range coverageSet(t, e, 0.95).Points.Rows() {
		if !slices.ContainsFunc(r.Points.Rows(), func(x []float64) bool { return x[0] > y[0]-0.1 && x[1] > y[1]-0.1 && x[2] > y[2]-0.1 }) {
			t.Errorf("nothing within 0.1 of %v", y)
		}
	}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := exact.FrontWithin(e, 1, bad); err == nil {
			t.Errorf("tolerance %v is taken", bad)
		}
	}
}

// With discount 0.5 fish caught after thirty steps are worth less than 1e-9 of the first.
func TestPointsApartByRoundingOnlyAreOne(t *testing.T) {
	e := makeEnv(t, "fishwood-v0", nil)
	points := front(t, e, 0.5).Points
	for i := 1; i < points.Len(); i++ {
		if d := points.Row(i)[0] - points.Row(i - 1)[0]; d <= 1e-9*0.1 {
			t.Errorf("points %d and %d are only %v of fish apart", i-1, i, d)
		}
	}
	if n := points.Len(); n < 20 || n > 40 {
		t.Errorf("%d points", n)
	}
}
