package curling_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
	_ "github.com/paretolab/paretolab/envs/curling"
	"github.com/paretolab/paretolab/envs/envtest"
)

func curling(t testing.TB, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make("curling-v0", options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLaws(t *testing.T) {
	envtest.Run(t, curling(t, nil))
	envtest.Run(t, curling(t, map[string]any{"reward": "sum", "effort": true, "time": true, "max_episode_steps": 100}))
}

// Episodes of a second implementation of the model.
func TestGolden(t *testing.T) { envtest.RunGolden(t, "testdata/curling.json") }

func set(t *testing.T, s *envs.Single, x, y, vx float64, steps int) {
	t.Helper()
	state, err := json.Marshal(map[string]any{
		"ball": map[string]float64{"x": x, "y": y}, "angles": []float64{1.2, 0}, "speeds": []float64{0, 0},
		"velocity": map[string]float64{"x": vx, "y": 0}, "spin": 0, "steps": steps,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetStateJSON(state); err != nil {
		t.Fatal(err)
	}
}

// TestReward: a ball at rest 0.1 from the centres pays 1 − 0.1/0.4 and 1 − 0.1/0.2 in the last step.
func TestReward(t *testing.T) {
	s := envs.NewSingle(curling(t, nil))
	for _, c := range []struct {
		y     float64
		steps int
		want  [2]float64
	}{{.9, 499, [2]float64{.75, 0}}, {-.9, 499, [2]float64{0, .5}}, {-.9, 498, [2]float64{}}, {0, 499, [2]float64{}}} {
		set(t, s, .8, c.y, 0, c.steps)
		tr, err := s.Step([]float64{0, 0})
		if err != nil {
			t.Fatal(err)
		}
		for j := range c.want {
			if math.Abs(tr.Reward[j]-c.want[j]) > 1e-9 {
				t.Errorf("y %v: area %d pays %v, want %v", c.y, j+1, tr.Reward[j], c.want[j])
			}
		}
	}
}

// TestFreeBall: a free ball loses the factor 1/(1 + 1.1/60) of its speed in a step.
func TestFreeBall(t *testing.T) {
	s := envs.NewSingle(curling(t, nil))
	set(t, s, 0, .5, 2, 0)
	x, v := 0.0, 2.0
	for range 10 {
		v /= 1 + 1.1/60
		x += v / 60
		tr, err := s.Step([]float64{0, 0})
		if err != nil || math.Abs(tr.Observation[0]-x) > 1e-12 {
			t.Fatalf("ball at %v, want %v (error %v)", tr.Observation[0], x, err)
		}
	}
}

func TestBadState(t *testing.T) {
	s := envs.NewSingle(curling(t, nil))
	for _, bad := range []string{
		`{"ball":{"x":5,"y":0},"angles":[0,0],"speeds":[0,0],"velocity":{"x":0,"y":0},"spin":0,"steps":0}`,
		`{"ball":{"x":0,"y":0},"angles":[2,0],"speeds":[0,0],"velocity":{"x":0,"y":0},"spin":0,"steps":0}`,
	} {
		if err := s.SetStateJSON([]byte(bad)); err == nil || !strings.Contains(err.Error(), "between") {
			t.Errorf("%s: error %v", bad, err)
		}
	}
	if _, err := s.Reset(nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Step([]float64{math.NaN(), 0}); err == nil {
		t.Error("NaN is an action")
	}
}

// TestView: the ball is white, links are grey, the goals are not drawn.
func TestView(t *testing.T) {
	s := envs.NewSingle(curling(t, nil))
	if _, err := s.Reset(nil); err != nil {
		t.Fatal(err)
	}
	view := make([]float32, 64*64)
	s.Env().(behaviour.Viewer).View(64, view)
	at := func(x, y float64) float32 { return view[int(y/3*64)*64+int(x/3*64)] }
	if at(1, 1.7) != 1 || at(1.5, .5) != 0.5 || at(2.3, 2.3) != 0 {
		t.Errorf("ball %v, link %v, goal %v", at(1, 1.7), at(1.5, .5), at(2.3, 2.3))
	}
}

func BenchmarkCurling(b *testing.B) { envtest.Benchmark(b, curling(b, nil), 16) }
