package control_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

// Mean returns of the uniform random policy, recorded from MO-Gymnasium 1.3.2.
func TestRandomPolicyReturns(t *testing.T) { envtest.RunRandomPolicy(t, "testdata/distributions.json") }

// summary describes one random quantity in distributions.json: n draws of the original.
type summary struct {
	N        int
	Mean, SD float64
	Q        map[string]float64 // quantiles
}

// agrees compares a sample with the original's: means within 5 standard errors of both sides; below
// each quantile q a share of q, within 5 standard errors and a slack (of a discrete quantity).
func (want summary) agrees(t *testing.T, what string, sample []float64, slack float64) {
	t.Helper()
	n := float64(len(sample))
	mean := 0.0
	for _, x := range sample {
		mean += x / n
	}
	both := math.Sqrt(1/float64(want.N) + 1/n)
	if math.Abs(mean-want.Mean) > 5*want.SD*both {
		t.Errorf("%s: mean %v, recorded %v", what, mean, want.Mean)
	}
	slices.Sort(sample)
	for text, q := range want.Q {
		p, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := slices.BinarySearch(sample, q)
		if below := float64(at) / n; math.Abs(below-p) > 5*math.Sqrt(p*(1-p))*both+slack {
			t.Errorf("%s: %v of the sample below %v, recorded %v", what, below, q, p)
		}
	}
}

// distributions reads sections of distributions.json into the fields of v.
func distributions(t *testing.T, v any) {
	t.Helper()
	b, err := os.ReadFile("testdata/distributions.json")
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

const draws = 20_000

// Ore of a single dig at each mine against 20 000 digs of the original.
func TestDigsAreDistributedAsTheOriginals(t *testing.T) {
	var data struct {
		Dig struct {
			Mines []struct{ Ore0, Ore1 summary }
		} `json:"minecart_single_dig"`
	}
	distributions(t, &data)
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
	for k, m := range data.Dig.Mines {
		start := []byte(`{"pos":` + places[k] + `,"speed":0,"angle":45,"content":[0,0],"departed":1}`)
		var ores [2][]float64
		for range draws {
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
			for text, q := range want.Q {
				if q == 0 {
					delete(want.Q, text) // half of the mass lies there
				}
			}
			want.agrees(t, fmt.Sprintf("mine %d, ore %d", k, i), ores[i], 0)
		}
	}
}

// starts returns, for each element of what a reset leaves, its values in many episodes.
func starts(t *testing.T, e *envs.Environment, of func(obs []float64) []float64) [][]float64 {
	t.Helper()
	s := envs.NewSingle(e)
	seed := uint64(1)
	var columns [][]float64
	for k := range draws {
		reseed := &seed
		if k > 0 {
			reseed = nil
		}
		obs, err := s.Reset(reseed)
		if err != nil {
			t.Fatal(err)
		}
		row := of(obs)
		if columns == nil {
			columns = make([][]float64, len(row))
		}
		for i, x := range row {
			columns[i] = append(columns[i], x)
		}
	}
	return columns
}

func TestStartsAreDistributedAsTheOriginals(t *testing.T) {
	var data struct {
		Car        summary   `json:"mo-mountaincar-v0_initial_position"`
		Continuous summary   `json:"mo-mountaincarcontinuous-v0_initial_position"`
		CartPole   []summary `json:"CartPole-v1_initial"`
		Pendulum   []summary `json:"Pendulum-v1_initial_theta_thetadot"`
		Acrobot    []summary `json:"Acrobot-v1_initial_state"`
		Penalize   summary   `json:"water_reservoir_initial_level_penalize"`
	}
	distributions(t, &data)
	whole := func(obs []float64) []float64 { return obs }
	for _, c := range []struct {
		id      string
		options map[string]any
		of      func(obs []float64) []float64
		want    []summary
		slack   float64
	}{
		{"mo-mountaincar-v0", nil, func(o []float64) []float64 { return o[:1] }, []summary{data.Car}, 0},
		{"mo-mountaincarcontinuous-v0", nil, func(o []float64) []float64 { return o[:1] }, []summary{data.Continuous}, 0},
		{"CartPole-v1", nil, whole, data.CartPole, 0},
		{"Pendulum-v1", nil, func(o []float64) []float64 { return []float64{math.Atan2(o[1], o[0]), o[2]} }, data.Pendulum, 0},
		{"Acrobot-v1", nil, func(o []float64) []float64 {
			return []float64{math.Atan2(o[1], o[0]), math.Atan2(o[3], o[2]), o[4], o[5]}
		}, data.Acrobot, 0},
		{"water-reservoir-v0", map[string]any{"penalize": true}, whole, []summary{data.Penalize}, 1. / 160},
	} {
		got := starts(t, makeEnv(t, c.id, c.options), c.of)
		if len(got) != len(c.want) {
			t.Fatalf("%s: %d elements, %d recorded", c.id, len(got), len(c.want))
		}
		for i, want := range c.want {
			want.agrees(t, fmt.Sprintf("%s, element %d", c.id, i), got[i], c.slack)
		}
	}
}

// Every level of the ten is as frequent as the others: 5 standard deviations of the count.
func TestWaterReservoirStartsAtTenLevels(t *testing.T) {
	var data struct {
		Levels struct{ Counts map[string]int } `json:"water_reservoir_initial_level"`
	}
	distributions(t, &data)
	counts := map[float64]int{}
	for _, level := range starts(t, makeEnv(t, "water-reservoir-v0", nil), func(o []float64) []float64 { return o })[0] {
		counts[level]++
	}
	if len(counts) != len(data.Levels.Counts) {
		t.Errorf("%d levels, %d recorded", len(counts), len(data.Levels.Counts))
	}
	p := 1 / float64(len(data.Levels.Counts))
	for text := range data.Levels.Counts {
		level, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if n := float64(counts[level]); math.Abs(n-draws*p) > 5*math.Sqrt(draws*p*(1-p)) {
			t.Errorf("level %v: %v times of %d", level, n, draws)
		}
	}
}

func TestWaterReservoirInflowIsDistributedAsTheOriginals(t *testing.T) {
	var data struct {
		Inflow summary `json:"water_reservoir_inflow"`
	}
	distributions(t, &data)
	// From level 100 nothing has to be released, so that the level rises by the inflow.
	s := envs.NewSingle(makeEnv(t, "water-reservoir-v0", map[string]any{"initial_state": 100}))
	var inflows []float64
	for range draws {
		if _, err := s.Reset(nil); err != nil {
			t.Fatal(err)
		}
		tr, err := s.Step([]float64{0})
		if err != nil {
			t.Fatal(err)
		}
		inflows = append(inflows, tr.Observation[0]-100)
	}
	data.Inflow.agrees(t, "inflow", inflows, 0)
}
