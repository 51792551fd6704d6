package pgmorl

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

// makeProblem returns a task and its settings: the preset with smaller networks, fewer epochs and
// shorter generations, for speed.
func makeProblem(t testing.TB, id string, steps, workers int) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	s := a.(*Settings)
	s.Hidden, s.Epochs, s.Rollout, s.Minibatch, s.GenerationUpdates, s.Tasks = []int{16, 16}, 3, 32, 64, 3, 4
	return &agents.Problem{Env: e, Steps: steps, Seed: 5, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, s
}

func TestLaws(t *testing.T) {
	for id, steps := range map[string]int{"deep-sea-treasure-v0": 40_000, "resource-gathering-v0": 30_000} {
		t.Run(id, func(t *testing.T) {
			agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) { return makeProblem(t, id, steps, workers) })
		})
	}
}

// TestFitRecoversAHyperbola from exact values: where the data determine it, the curve is that of the
// data, whatever its parameters.
func TestFitRecoversAHyperbola(t *testing.T) {
	for _, want := range []hyperbola{{3, 8, 0.5, 1}, {0.5, 15, 0.3, -2}, {40, 5, 0.6, 10}, {0, 1, 1, 4}} {
		var data []observation
		for x := 0.0; x <= 1.001; x += 0.05 {
			data = append(data, observation{x, want.at(x), 1})
		}
		got := fit(data)
		for x := 0.0; x <= 1; x += 0.01 {
			if d := math.Abs(got.at(x) - want.at(x)); d > 2e-3*(1+want[0]) {
				t.Errorf("%v at %.2f: fitted %v has %v, want %v", want, x, got, got.at(x), want.at(x))
				break
			}
		}
	}
}

// TestFitIsRobust: one value that is far off moves the curve less than least squares would.
func TestFitIsRobust(t *testing.T) {
	var data []observation
	for x := 0.0; x <= 1.001; x += 0.05 {
		data = append(data, observation{x, 10, 1})
	}
	data = append(data, observation{0.5, 10_000, 1})
	if mean := (21*10 + 10_000) / 22.0; fit(data).at(0.5) > mean/4 {
		t.Errorf("at 0.5 the fit is %v, the mean %v", fit(data).at(0.5), mean)
	}
	if far := append(data[:21:21], observation{0.5, 10_000, 1e-9}); math.Abs(fit(far).at(0.5)-10) > 0.1 {
		t.Errorf("an experience without weight moves the fit to %v", fit(far).at(0.5))
	}
	if p := fit(nil); p.at(0.3) != 0 {
		t.Errorf("without experience %v is predicted, want no change", p.at(0.3))
	}
}

// TestGradientOfTheHyperbola against differences.
func TestGradientOfTheHyperbola(t *testing.T) {
	p := hyperbola{2, 7, 0.4, -1}
	for _, x := range []float64{0, 0.3, 0.41, 1} {
		g := p.gradient(x)
		for i := range p {
			up, down := p, p
			up[i] += 1e-6
			down[i] -= 1e-6
			if want := (up.at(x) - down.at(x)) / 2e-6; math.Abs(g[i]-want) > 1e-6 {
				t.Errorf("derivative %d at %v: %v, want %v", i, x, g[i], want)
			}
		}
	}
}

// TestExperienceNearAPolicy by hand.
func TestExperienceNearAPolicy(t *testing.T) {
	var h history
	root := h.add([]float64{1, 0}, []float64{100, 100}, -1)
	for _, w := range [][]float64{{1, 0}, {3, 1}, {1, 1}, {0, 1}} {
		h.add(w, []float64{100 + 10*w[0], 100 + 10*w[1]}, root)
	}
	far := h.add([]float64{1, 0}, []float64{300, 100}, -1)
	h.add([]float64{1, 0}, []float64{310, 100}, far)
	found := h.near(root)
	if len(found) != 4 {
		t.Fatalf("%d experiences near the root, want its own four", len(found))
	}
	if e := found[1]; math.Abs(e.weight[0]-0.75)+math.Abs(e.weight[1]-0.25) > 1e-12 || !slices.Equal(e.change, []float64{30, 10}) || e.closely != 1 {
		t.Errorf("%+v", e)
	}
	if !h.tried(root, []float64{6, 2}) || h.tried(root, []float64{2, 6}) {
		t.Error("tried preferences are told apart wrongly")
	}
	// Its own one experience is too little: the window grows to 0.2, 0.4, 0.8 of (300, 100), to within
	// which (100, 100) and (130, 110) lie.
	if found := h.near(far); len(found) != 5 {
		t.Errorf("%d experiences near the far policy, want 5", len(found))
	}
}

// TestBuffersKeepTheFarthest in each direction.
func TestBuffersKeepTheFarthest(t *testing.T) {
	p := newPopulation(&Settings{Buffers: 2, BufferSize: 2}, []float64{0, -10})
	add := func(values ...[]float64) {
		var batch []individual
		for _, v := range values {
			batch = append(batch, individual{member: agents.Member{ID: fmt.Sprint(v), Value: agents.Value{Return: v}}})
		}
		p.update(batch)
	}
	// From the reference: (1, 9) (1, 8) (1, 7) lean to objective 2, (9, 1) to objective 1; (0, 5) and
	// (5, -1) do not exceed it.
	add([]float64{1, -3}, []float64{9, -9}, []float64{0, -5}, []float64{5, -11})
	add([]float64{1, -1}, []float64{1, -2})
	var ids []string
	for _, x := range p.members {
		ids = append(ids, x.member.ID)
	}
	if want := []string{"[1 -1]", "[1 -2]", "[9 -9]"}; !slices.Equal(ids, want) {
		t.Errorf("population %v, want %v", ids, want)
	}
	three := newPopulation(&Settings{Buffers: 3, BufferSize: 1}, make([]float64, 3))
	if len(three.directions) != 6 {
		t.Errorf("%d directions, want the 6 of a lattice with 3 along each edge", len(three.directions))
	}
	if a, b := three.buffer([]float64{5, 0.1, 0.1}), three.buffer([]float64{0.1, 5, 0.1}); a == b || a < 0 || b < 0 {
		t.Errorf("buffers %d and %d of two directions", a, b)
	}
}

// TestPreferencesAround: within 45 degrees, in the quadrant.
func TestPreferencesAround(t *testing.T) {
	s := &Settings{Candidates: 7, WeightDelta: 0.5}
	if w := preferencesAround([]float64{1, 1}, s, nil); len(w) != 7 || math.Abs(w[0][0]-1) > 1e-9 || math.Abs(w[3][0]-0.5) > 1e-9 || math.Abs(w[6][1]-1) > 1e-9 {
		t.Errorf("around the diagonal: %v", w)
	}
	if w := preferencesAround([]float64{0, 1}, s, nil); len(w) != 4 {
		t.Errorf("around an axis: %v, want 4", w)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	centre := []float64{0, 0, 1}
	w := preferencesAround(centre, s, rng)
	for _, x := range w {
		if angle(x, centre) > math.Pi/4 || math.Abs(x[0]+x[1]+x[2]-1) > 1e-9 {
			t.Errorf("%v is not within 45 degrees", x)
		}
	}
	// Lattice of step 1/4: of the neighbours of a corner, those with at least 3/4 or (1/4, 1/4, 1/2).
	if len(w) != 4 || !slices.Equal(w[0], centre) {
		t.Errorf("around a corner: %v", w)
	}
}

// TestTasksAddMostToTheFront: two policies, of which what was learned says that the first gains in
// objective 1 and the second in objective 2; a gap in the middle of the front attracts neither.
func TestTasksAddMostToTheFront(t *testing.T) {
	p := newPopulation(&Settings{Buffers: 10, BufferSize: 1}, []float64{0, 0})
	var h history
	policy := func(v []float64, gain float64) {
		i := h.add([]float64{1, 1}, v, -1)
		for _, w := range [][]float64{{1, 0}, {2, 1}, {1, 2}, {0, 1}} {
			pw := preference(w)
			h.add(w, []float64{v[0] + gain*pw[0], v[1] + gain*pw[1]}, i)
		}
		p.update([]individual{{agents.Member{ID: fmt.Sprint(v), Value: agents.Value{Return: v}}, i}})
	}
	policy([]float64{100, 10}, 1)
	policy([]float64{10, 100}, 20)
	front := pareto.Front{M: 2, X: []float64{100, 10, 10, 100}}
	s := &Settings{Tasks: 2, Candidates: 5, Selection: "prediction"}
	tasks, err := chooseTasks(s, &p, h, front, nil)
	if err != nil || len(tasks) != 2 {
		t.Fatal(tasks, err)
	}
	// A gain of 20·w for the second policy: 20·w₁ is worth most, since it adds 100 for each.
	if tasks[0].member.ID != "[10 100]" {
		t.Errorf("first task trains %s, want [10 100], which gains most", tasks[0].member.ID)
	}
	if w := tasks[0].weight; w[0] < w[1] {
		t.Errorf("its preference is %v, want more weight on objective 1", w)
	}
	s.Selection = "random"
	if tasks, err := chooseTasks(s, &p, h, front, rand.New(rand.NewPCG(1, 2))); err != nil || len(tasks) != 2 {
		t.Errorf("random selection: %v %v", tasks, err)
	}
}

// TestFindsTheFrontOfDeepSea: the convex front, of which a lattice of six preferences alone has fewer
// points.
func TestFindsTheFrontOfDeepSea(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 250_000, 2)
	s.Rollout, s.GenerationUpdates, s.Tasks, s.LearningRate = 64, 5, 6, 1e-3
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	f := pareto.Front{M: 2}
	for _, m := range set.Members {
		f.X = append(f.X, m.Value.Return...)
	}
	hv, err := pareto.Hypervolume(f, p.Reference.Point)
	if err != nil {
		t.Fatal(err)
	}
	const exact = 360.4009464 // of the ten treasures with discount 0.99, above (0, -25)
	t.Logf("hypervolume %.2f of %d policies", hv, len(set.Members))
	if hv < 0.97*exact {
		t.Errorf("hypervolume %.2f of %d policies, want at least %.2f", hv, len(set.Members), 0.97*exact)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		id     string
		change func(*Settings)
		steps  int
		want   string
	}{
		{"fruit-tree-v0", func(*Settings) {}, 100_000, "6 objectives"},
		{"CartPole-v1", func(*Settings) {}, 100_000, "1 objectives"},
		{"deep-sea-treasure-v0", func(*Settings) {}, 1000, "1000 steps are too few"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Tasks = 0 }, 100_000, "tasks is 0"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Candidates = 1 }, 100_000, "candidates is 1"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.WeightDelta = 0 }, 100_000, "weight_delta is 0"},
		{"deep-sea-treasure-v0", func(s *Settings) { *s = Settings{} }, 100_000, "envs (0)"},
	} {
		p, s := makeProblem(t, c.id, c.steps, 1)
		c.change(s)
		if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.id, err, c.want)
		}
	}
}
