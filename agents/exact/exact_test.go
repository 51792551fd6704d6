package exact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

// The files in testdata come with the environments' specification: maps and leaves of
// MO-Gymnasium 1.3.2, fronts derived by breadth-first search, hypervolumes computed there.

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func makeEnv(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func front(t testing.TB, e *envs.Environment, gamma float64) exact.Result {
	t.Helper()
	r, err := exact.Front(e, gamma)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hypervolume(t testing.TB, f pareto.Front, ref []float64) float64 {
	t.Helper()
	hv, err := pareto.Hypervolume(f, ref)
	if err != nil {
		t.Fatal(err)
	}
	return hv
}

func TestHypervolumesOfTrueFronts(t *testing.T) {
	minusOnes, zeros := []float64{-1, -1, -1, -1, -1, -1}, make([]float64, 6)
	for _, c := range []struct {
		name    string
		id      string
		options map[string]any
		gamma   float64
		ref     []float64
		points  int
		want    float64
	}{
		{"convex sea", "deep-sea-treasure-v0", nil, 1, []float64{0, -25}, 10, 401.8},
		{"concave sea", "deep-sea-treasure-concave-v0", nil, 1, []float64{0, -25}, 10, 1155},
		{"mirrored sea", "deep-sea-treasure-mirrored-v0", nil, 1, []float64{0, -25}, 10, 1155},
		{"convex sea, discounted", "deep-sea-treasure-v0", nil, 0.99, []float64{0, -25}, 10, 360.40094637581787},
		{"concave sea, discounted", "deep-sea-treasure-concave-v0", nil, 0.99, []float64{0, -25}, 10, 1101.3844295193692},
		{"32 fruits", "fruit-tree-v0", map[string]any{"depth": 5}, 1, zeros, 32, 8808.418719805482},
		{"32 fruits, C-MORL's reference", "fruit-tree-v0", map[string]any{"depth": 5}, 0.99, minusOnes, 32, 36815.954616392606},
		{"64 fruits", "fruit-tree-v0", nil, 1, zeros, 64, 12575.873296841834},
		{"64 fruits, C-MORL's reference", "fruit-tree-v0", nil, 0.99, minusOnes, 64, 46034.80169795932},
		{"128 fruits", "fruit-tree-v0", map[string]any{"depth": 7}, 1, zeros, 128, 17665.28440371762},
		{"128 fruits, C-MORL's reference", "fruit-tree-v0", map[string]any{"depth": 7}, 0.99, minusOnes, 128, 56718.68435168062},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := front(t, makeEnv(t, c.id, c.options), c.gamma)
			if r.Points.Len() != c.points {
				t.Errorf("%d points, want %d", r.Points.Len(), c.points)
			}
			if !r.Exact {
				t.Error("not marked as exact")
			}
			if got := hypervolume(t, r.Points, c.ref); math.Abs(got-c.want) > 1e-11*c.want {
				t.Errorf("hypervolume %.17g, want %.17g", got, c.want)
			}
		})
	}
}

func TestFrontsOfDeepSeaTreasure(t *testing.T) {
	var data struct {
		Undiscounted map[string][][]float64 `json:"front_undiscounted"`
		Gamma99      map[string][][]float64 `json:"front_gamma_0.99"`
		Gamma98      map[string][][]float64 `json:"front_gamma_0.98"`
	}
	readJSON(t, "deep-sea-treasure.json", &data)
	ids := map[string]string{
		"convex": "deep-sea-treasure-v0", "concave": "deep-sea-treasure-concave-v0", "mirrored": "deep-sea-treasure-mirrored-v0",
	}
	compared := 0
	for gamma, fronts := range map[float64]map[string][][]float64{1: data.Undiscounted, 0.99: data.Gamma99, 0.98: data.Gamma98} {
		for sea, want := range fronts {
			got := front(t, makeEnv(t, ids[sea], nil), gamma).Points
			all, err := pareto.NewFront(want)
			if err != nil {
				t.Fatal(err)
			}
			keep, err := pareto.NonDominated(all)
			if err != nil {
				t.Fatal(err)
			}
			samePoints(t, got, all.Select(keep))
			compared++
		}
	}
	if compared < 7 {
		t.Errorf("only %d fronts in the data", compared)
	}
}

// With discount 0.9 waiting costs so little more each step that deep treasures are worth less
// than near ones: only the first three survive.
func TestHeavyDiscountLeavesThreeConvexTreasures(t *testing.T) {
	var want pareto.Front
	for _, c := range []struct{ treasure, steps float64 }{{0.7, 1}, {8.2, 3}, {11.5, 5}} {
		// Closed form: (v γⁿ⁻¹, −(1−γⁿ)/(1−γ)) for n steps.
		want = want.Append([]float64{c.treasure * math.Pow(0.9, c.steps-1), -(1 - math.Pow(0.9, c.steps)) / (1 - 0.9)})
	}
	samePoints(t, front(t, makeEnv(t, "deep-sea-treasure-v0", nil), 0.9).Points, want)
}

func samePoints(t *testing.T, got, want pareto.Front) {
	t.Helper()
	if got.Len() != want.Len() || got.M != want.M {
		t.Fatalf("%d points of %d objectives, want %d of %d", got.Len(), got.M, want.Len(), want.M)
	}
	for i := range want.X {
		if math.Abs(got.X[i]-want.X[i]) > 1e-12*max(1, math.Abs(want.X[i])) {
			t.Errorf("point %d, objective %d: %v, want %v", i/want.M, i%want.M, got.X[i], want.X[i])
		}
	}
}

func TestMinecartFrontIsAVerifiedLowerBound(t *testing.T) {
	var data struct {
		Replayed []struct {
			Gamma1  []float64 `json:"return_gamma_1"`
			Gamma99 []float64 `json:"return_gamma_0.99"`
			Gamma98 []float64 `json:"return_gamma_0.98"`
		} `json:"replayed_front_deterministic"`
		Hypervolume map[string]struct{ Replayed float64 }
	}
	readJSON(t, "minecart.json", &data)
	e := makeEnv(t, "minecart-deterministic-v0", nil)
	for gamma, returns := range map[float64]func(i int) []float64{
		1:    func(i int) []float64 { return data.Replayed[i].Gamma1 },
		0.99: func(i int) []float64 { return data.Replayed[i].Gamma99 },
		0.98: func(i int) []float64 { return data.Replayed[i].Gamma98 },
	} {
		r := front(t, e, gamma)
		if r.Exact || !strings.Contains(r.Method, "lower bound") {
			t.Errorf("the method is %q, exact: %v", r.Method, r.Exact)
		}
		if r.Points.Len() != len(data.Replayed) {
			t.Fatalf("discount %v: %d points, want %d", gamma, r.Points.Len(), len(data.Replayed))
		}
		// The recorded returns add up float32 rewards.
		const tolerance = 2e-7
		for i := range data.Replayed {
			want := returns(i)
			found := false
			for k := range r.Points.Len() {
				got, same := r.Points.Row(k), true
				for j := range want {
					same = same && math.Abs(got[j]-want[j]) < tolerance
				}
				found = found || same
			}
			if !found {
				t.Errorf("discount %v: %v is missing", gamma, want)
			}
		}
	}
	for key, want := range data.Hypervolume {
		var x, y, z, gamma float64
		if _, err := fmt.Sscanf(key, "ref [%f, %f, %f] gamma %f", &x, &y, &z, &gamma); err != nil {
			t.Fatalf("%q: %v", key, err)
		}
		got := hypervolume(t, front(t, e, gamma).Points, []float64{x, y, z})
		if math.Abs(got-want.Replayed) > 1e-6*want.Replayed {
			t.Errorf("hypervolume for %s is %v, want %v", key, got, want.Replayed)
		}
	}
}

func TestLimitOfLinearWeights(t *testing.T) {
	ref := []float64{0, -25}
	concave := front(t, makeEnv(t, "deep-sea-treasure-concave-v0", nil), 0.99).Points
	// 804.57: the two ends of the front, as given in the description of the quickstart.
	if got := hypervolume(t, exact.LinearLimit(concave), ref); math.Abs(got-804.57) > 0.005 {
		t.Errorf("concave sea: linear weights reach %v, want 804.57", got)
	}
	convex := front(t, makeEnv(t, "deep-sea-treasure-v0", nil), 0.99).Points
	if got := exact.LinearLimit(convex).Len(); got != 10 {
		t.Errorf("convex sea: linear weights reach %d of 10 treasures", got)
	}
}

func TestCCS(t *testing.T) {
	// Which points are the only best ones for some weights, from deep-sea-treasure.json
	// (strict_ccs_indices): at discount 1 point 7 of the convex map lies on an edge.
	for _, c := range []struct {
		id    string
		gamma float64
		want  []int
	}{
		{"deep-sea-treasure-v0", 1, []int{0, 1, 2, 3, 4, 5, 6, 8, 9}},
		{"deep-sea-treasure-v0", 0.99, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{"deep-sea-treasure-concave-v0", 1, []int{0, 9}},
		{"deep-sea-treasure-concave-v0", 0.99, []int{0, 9}},
	} {
		f := front(t, makeEnv(t, c.id, nil), c.gamma).Points
		got, err := exact.CCS(f)
		if err != nil {
			t.Fatal(err)
		}
		samePoints(t, got, f.Select(c.want))
	}
	// A point on an edge is found by linear weights, by luck of the tie.
	if got := exact.LinearLimit(front(t, makeEnv(t, "deep-sea-treasure-v0", nil), 1).Points).Len(); got != 10 {
		t.Errorf("linear weights reach %d of the 10 convex treasures, want all, one in a tie", got)
	}
	// Every fruit is in the convex coverage set (fruit-tree.json, facts).
	for depth := 5; depth <= 7; depth++ {
		f := front(t, makeEnv(t, "fruit-tree-v0", map[string]any{"depth": depth}), 0.99).Points
		got, err := exact.CCS(f)
		if err != nil {
			t.Fatal(err)
		}
		if got.Len() != 1<<depth {
			t.Errorf("depth %d: %d of %d fruits are in the convex coverage set", depth, got.Len(), 1<<depth)
		}
	}
}

func TestCCSOfThreeObjectives(t *testing.T) {
	for _, c := range []struct {
		name        string
		points      [][]float64
		want, limit []int
	}{
		{"a point below the plane of the others", [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.3, 0.3, 0.3}}, []int{0, 1, 2}, []int{0, 1, 2}},
		{"a point on the plane of the others", [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.25, 0.25, 0.5}}, []int{0, 1, 2}, []int{0, 1, 2, 3}},
		{"a point above the plane of the others", [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.4, 0.4, 0.4}}, []int{0, 1, 2, 3}, []int{0, 1, 2, 3}},
		{"scales far apart", [][]float64{{1e6, 0, 0}, {0, 1e-3, 0}, {0, 0, 1}, {4e5, 4e-4, 0.4}, {3e5, 3e-4, 0.3}}, []int{0, 1, 2, 3}, []int{0, 1, 2, 3}},
		{"equal and dominated points", [][]float64{{1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0.5, 0}}, []int{0, 2}, []int{0, 2}},
		{"one point", [][]float64{{1, 2, 3}}, []int{0}, []int{0}},
	} {
		f, err := pareto.NewFront(c.points)
		if err != nil {
			t.Fatal(err)
		}
		got, err := exact.CCS(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.name, func(t *testing.T) { samePoints(t, got, f.Select(c.want)) })
		t.Run(c.name+", limit", func(t *testing.T) { samePoints(t, exact.LinearLimit(f), f.Select(c.limit)) })
	}
}

// chain is a model of n states in a row: action 0 goes on, action 1 stays; the last ends.
type chain struct {
	envs.Env
	n          int
	stochastic bool
}

func (c *chain) NumStates() int  { return c.n }
func (c *chain) NumActions() int { return 2 }
func (c *chain) StartState() int { return 0 }
func (c *chain) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	if c.stochastic {
		buf = append(buf, envs.Outcome{P: 0.5, Next: s, Reward: []float64{0, -1}})
		return append(buf, envs.Outcome{P: 0.5, Next: s, Reward: []float64{1, -1}})
	}
	if a == 1 {
		return append(buf, envs.Outcome{P: 1, Next: s, Reward: []float64{1, -1}})
	}
	return append(buf, envs.Outcome{P: 1, Next: min(s+1, c.n-1), Reward: []float64{0, -1}, Terminal: s+1 == c.n})
}

func TestTimeLimitIsPartOfTheProblem(t *testing.T) {
	e := &envs.Environment{
		Spec: envs.Spec{ID: "chain", Horizon: 3, Objectives: []envs.Objective{{Name: "reward"}, {Name: "time"}}},
		New:  func() envs.Env { return &chain{n: 2} },
	}
	// Stay as long as wanted, then two steps to the end; or be cut after three steps.
	want, _ := pareto.NewFront([][]float64{{0, -2}, {3, -3}})
	samePoints(t, front(t, e, 1).Points, want)
}

// manyPrizes is a coin with 1100 prizes to choose from on either side: 1210000 combinations.
type manyPrizes struct{ envs.Env }

func (manyPrizes) NumStates() int  { return 3 }
func (manyPrizes) NumActions() int { return 1100 }
func (manyPrizes) StartState() int { return 0 }
func (manyPrizes) Outcomes(s, a int, buf []envs.Outcome) []envs.Outcome {
	reward := []float64{float64(a), -float64(a)}
	if s == 0 {
		return append(buf, envs.Outcome{P: 0.5, Next: 1, Reward: reward}, envs.Outcome{P: 0.5, Next: 2, Reward: reward})
	}
	return append(buf, envs.Outcome{P: 1, Next: s, Reward: reward, Terminal: true})
}

func TestErrors(t *testing.T) {
	of := func(env envs.Env, horizon int) *envs.Environment {
		return &envs.Environment{
			Spec: envs.Spec{ID: "toy", Horizon: horizon, Objectives: []envs.Objective{{Name: "a"}, {Name: "b"}}},
			New:  func() envs.Env { return env },
		}
	}
	for _, c := range []struct {
		name string
		e    *envs.Environment
		g    float64
		want error
		say  string
	}{
		{"too many combinations of chance and choice", of(manyPrizes{}, 2), 0.9, exact.ErrTooLarge, "combinations of what can follow"},
		{"plans longer than the time limit", makeEnv(t, "four-room-v0", map[string]any{"max_episode_steps": 20}), 1, exact.ErrNoFront, "four-room-v0"},
		{"no time limit", of(&chain{n: 2}, 0), 1, exact.ErrEndless, "toy"},
		{"nothing known", makeEnv(t, "minecart-v0", nil), 1, exact.ErrNoFront, "minecart-v0"},
		{"other frame skip", makeEnv(t, "minecart-deterministic-v0", map[string]any{"frame_skip": 1}), 1, exact.ErrNoFront, ""},
		{"discount zero", makeEnv(t, "fruit-tree-v0", nil), 0, nil, "discount 0 is outside (0, 1]"},
		{"discount above one", makeEnv(t, "fruit-tree-v0", nil), 1.5, nil, "discount 1.5"},
		{"discount not a number", makeEnv(t, "fruit-tree-v0", nil), math.NaN(), nil, "discount NaN"},
	} {
		_, err := exact.Front(c.e, c.g)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v", c.name, err)
		}
	}
}

func BenchmarkFront(b *testing.B) {
	for _, id := range []string{"deep-sea-treasure-concave-v0", "deep-sea-treasure-mirrored-v0", "fruit-tree-v0"} {
		b.Run(id, func(b *testing.B) {
			e := makeEnv(b, id, nil)
			points := 0
			for b.Loop() {
				points += front(b, e, 0.99).Points.Len()
			}
			b.ReportMetric(float64(points)/b.Elapsed().Seconds(), "points/s")
		})
	}
}

// Large rewards on the way that cancel: the values from there on are a million times those of the start.
func TestLargeRewardsThatCancel(t *testing.T) {
	e := world(t, `objectives: [a, b]
map: [SpmG]
legend:
  p: {reward: [1234567.1, 0.1]}
  m: {reward: [-1234567.1, 0.2]}
  G: {terminal: true, reward: [0.3, 0.3]}
max_steps: 3
`)
	r := front(t, e, 1)
	if n := r.Points.Len(); n < 2 {
		t.Fatalf("%d points", n)
	}
	if got := r.Points.Rows(); !contains(got, []float64{0.3, 0.6}, 1e-9) {
		t.Errorf("front %v lacks (0.3, 0.6)", got)
	}
	for i, p := range r.Policies {
		got, err := exact.Replay(e, p, 1)
		if err != nil || distance(got, r.Points.Row(i)) > 1e-9 {
			t.Errorf("policy of %v gives %v, %v", r.Points.Row(i), got, err)
		}
	}
}
