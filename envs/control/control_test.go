package control_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	"github.com/paretolab/paretolab/envs/envtest"
)

func makeEnv(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Trajectories recorded from MO-Gymnasium 1.3.2. Any file of the same format may stand here.
func TestRecordedTrajectories(t *testing.T) { envtest.RunGolden(t, "testdata/*-v[0-9]*.json") }

// Mean returns of the uniform random policy, recorded from MO-Gymnasium 1.3.2.
func TestRandomPolicyReturns(t *testing.T) { envtest.RunRandomPolicy(t, "testdata/distributions.json") }

// summary describes one random quantity in distributions.json: n draws of the original.
type summary struct {
	N        int
	Mean, SD float64
	Q        map[string]float64 // quantiles
}

// Ore of a single dig at each mine against 20 000 digs of the original: means within 5 standard
// errors of both sides; below each quantile q a share of q, within 5 standard errors.
func TestDigsAreDistributedAsTheOriginals(t *testing.T) {
	b, err := os.ReadFile("testdata/distributions.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Dig struct {
			Mines []struct{ Ore0, Ore1 summary }
		} `json:"minecart_single_dig"`
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Dig.Mines) != 5 {
		t.Fatalf("%d mines recorded", len(data.Dig.Mines))
	}
	// Standing at the mine, with frame_skip 1 so that a step digs once.
	places := []string{"[0.16,0.84]", "[0.5,0.84]", "[0.84,0.84]", "[0.84,0.5]", "[0.84,0.16]"}
	s := envs.NewSingle(makeEnv(t, "minecart-v0", map[string]any{"frame_skip": 1}))
	seed := uint64(1)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	const n = 20_000
	for k, m := range data.Dig.Mines {
		start := []byte(`{"pos":` + places[k] + `,"speed":0,"angle":45,"content":[0,0],"departed":1}`)
		var ores [2][]float64
		for range n {
			if err := s.SetStateJSON(start); err != nil {
				t.Fatal(err)
			}
			tr, err := s.Step([]float64{0})
			if err != nil {
				t.Fatal(err)
			}
			for i := range ores {
				ores[i] = append(ores[i], tr.Observation[5+i]*1.5)
			}
		}
		for i, want := range []summary{m.Ore0, m.Ore1} {
			mean := 0.0
			for _, q := range ores[i] {
				mean += q / n
			}
			both := math.Sqrt(1/float64(want.N) + 1.0/n)
			if math.Abs(mean-want.Mean) > 5*want.SD*both {
				t.Errorf("mine %d, ore %d: mean %v, recorded %v", k, i, mean, want.Mean)
			}
			slices.Sort(ores[i])
			for text, q := range want.Q {
				var p float64
				if err := json.Unmarshal([]byte(text), &p); err != nil {
					t.Fatal(err)
				}
				if q == 0 {
					continue // half of the mass lies there
				}
				at, _ := slices.BinarySearch(ores[i], q)
				if below := float64(at) / n; math.Abs(below-p) > 5*math.Sqrt(p*(1-p))*both {
					t.Errorf("mine %d, ore %d: %v of the digs below %v, recorded %v", k, i, below, q, p)
				}
			}
		}
	}
}

func TestSeededMinecartEpisodesRepeat(t *testing.T) {
	mining := []float64{3, 2, 1, 5, 5, 2, 2, 2, 4, 2, 0, 0} // drive to the first mine and dig
	run := func(seed uint64) []float64 {
		s := envs.NewSingle(makeEnv(t, "minecart-v0", nil))
		if _, err := s.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		for _, a := range mining {
			if _, err := s.Step([]float64{a}); err != nil {
				t.Fatal(err)
			}
		}
		return s.Observation()[5:]
	}
	first := run(1)
	if first[0] == 0 && first[1] == 0 {
		t.Fatal("nothing was dug")
	}
	if !slices.Equal(run(1), first) {
		t.Error("the same seed digs something else")
	}
	if slices.Equal(run(2), first) {
		t.Error("another seed digs the same")
	}
}

func TestRecordedOreBelongsToTheMine(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "minecart-v0", map[string]any{"frame_skip": 1}))
	if err := s.SetStateJSON([]byte(`{"pos":[0.5,0.84],"speed":0,"angle":45,"content":[0,0],"departed":1}`)); err != nil {
		t.Fatal(err)
	}
	s.SetDraws([]envs.Draw{{Values: []float64{3, 0.1, 0.1}}})
	if _, err := s.Step([]float64{0}); err == nil || !strings.Contains(err.Error(), "ore of mine 3, but the cart stands at mine 1") {
		t.Errorf("error %v", err)
	}
}

func TestImpossibleStatesAreRefused(t *testing.T) {
	for _, c := range []struct{ state, say string }{
		{`{"pos":[1.5,0],"speed":0,"angle":45,"content":[0,0],"departed":0}`, "outside the unit square"},
		{`{"pos":[0,0],"speed":-1,"angle":45,"content":[0,0],"departed":0}`, "speed -1"},
		{`{"pos":[0,0],"speed":0,"angle":45,"content":[1,1],"departed":0}`, "more than the capacity"},
		{`{"pos":[0,0],"speed":0,"angle":45,"content":[-1,0],"departed":0}`, "negative"},
		{`{"pos":[0,0],"speed":0,"angle":45,"content":[0,0],"departed":2}`, "neither 0 nor 1"},
		{`{"pos":[0,0],"speed":0,"angle":45,"content":[0,0]}`, `"departed" is missing`},
	} {
		err := envs.NewSingle(makeEnv(t, "minecart-v0", nil)).SetStateJSON([]byte(c.state))
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("state %s: error %v, want %q", c.state, err, c.say)
		}
	}
}

func BenchmarkVector(b *testing.B) {
	for _, id := range []string{"minecart-v0", "minecart-deterministic-v0"} {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id, nil), 64) })
	}
}
