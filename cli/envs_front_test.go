package cli

import (
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
)

// replayed is what --replay adds to the JSON of a front.
type replayed struct {
	Points [][]float64
	Plans  [][]int
	Replay struct {
		Method   string
		Pass     bool
		Episodes int
		Points   []struct {
			Value, Simulated []float64
			HalfWidth        []float64 `json:"half_width"`
			Difference       float64
			Same             bool
			Inside           *bool
		}
	}
}

func TestEnvsFrontReplay(t *testing.T) {
	for _, c := range []struct {
		args     string
		method   string
		episodes int
	}{
		{"deep-sea-treasure-concave-v0", "one episode", 0},
		{"deep-sea-treasure-v0 --gamma 0.9 --kind ccs", "one episode", 0},
		{"minecart-deterministic-v0", "one episode", 0},
		{"four-room-v0 --gamma 0.95", "one episode", 0},
		{"resource-gathering-v0 --gamma 0.9 --episodes 500", "expectation", 500},
		{"breakable-bottles-v0 --gamma 0.95 --kind ccs --episodes 500 --seed 3", "expectation", 500},
		{"breakable-bottles-v0 --gamma 0.95 --tolerance 0.5", "expectation", 0},
		{"fishwood-v0 --gamma 1 --episodes 20", "expectation", 20},
		{"../experiments/configs/worlds/ice.yaml --episodes 500", "expectation", 500},
	} {
		var f replayed
		jsonOf(t, &f, append([]string{"envs", "front", "--replay"}, strings.Fields(c.args)...)...)
		if !f.Replay.Pass || !strings.Contains(f.Replay.Method, c.method) || f.Replay.Episodes != c.episodes || len(f.Replay.Points) != len(f.Points) {
			t.Errorf("%s: %+v", c.args, f.Replay)
		}
		for i, p := range f.Replay.Points {
			if !p.Same || (p.Inside != nil) != (c.episodes > 0) {
				t.Errorf("%s, point %d: %+v", c.args, i, p)
			}
			for j, v := range p.Value {
				if math.Abs(v-f.Points[i][j]) > p.Difference {
					t.Errorf("%s: value %v of point %v, largest difference %v", c.args, p.Value, f.Points[i], p.Difference)
				}
			}
		}
	}
	code, page, _ := invoke("envs", "front", "resource-gathering-v0", "--replay", "--episodes", "100")
	for _, want := range []string{"replay", "same", "mean of episodes ± bound", "3 of 3 policies attain their point", "3 of 3 points inside"} {
		if code != exitOK || !strings.Contains(page, want) {
			t.Errorf("exit code %d, %q is missing in\n%s", code, want, page)
		}
	}
}

// A policy that does not attain its point, in expectation or in simulation, is seen.
func TestReplaySeesWrongPoints(t *testing.T) {
	for _, id := range []string{"deep-sea-treasure-v0", "resource-gathering-v0"} {
		e, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		o := frontOptions{gamma: 0.99, kind: "pareto", replay: true, episodes: 400}
		info, err := computeFront(e, &o)
		if err != nil {
			t.Fatal(err)
		}
		info.Points[1][1] += 0.5
		r, err := replayFront(e, &o, &info)
		if err != nil {
			t.Fatal(err)
		}
		if r.Pass || r.Points[1].Same || !r.Points[0].Same || math.Abs(r.Points[1].Difference-0.5) > 1e-9 {
			t.Errorf("%s: %+v", id, r)
		}
		if inside := r.Points[1].Inside; inside != nil && *inside {
			t.Errorf("%s: simulated %v ± %v agrees with %v", id, r.Points[1].Simulated, r.Points[1].HalfWidth, info.Points[1])
		}
		if s := r.summary(); !strings.Contains(s, "of "+map[string]string{"deep-sea-treasure-v0": "10", "resource-gathering-v0": "3"}[id]) {
			t.Errorf("%s: summary %q", id, s)
		}
	}
	// A policy for another problem cannot go on.
	e, err := envs.Make("deep-sea-treasure-v0", nil)
	if err != nil {
		t.Fatal(err)
	}
	info := frontInfo{Points: [][]float64{{0, 0}}, policies: []exact.Policy{{}}}
	if _, err := replayFront(e, &frontOptions{gamma: 1}, &info); err == nil || !strings.Contains(err.Error(), "does not say how to go on") {
		t.Errorf("error %v", err)
	}
}
