package building_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/building"
	"github.com/paretolab/paretolab/envs/envtest"
	"github.com/paretolab/paretolab/envs/golden"
)

const zones = 23

func makeEnv(t testing.TB, id string) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Trajectories recorded from C-MORL's code. Any file of the same format may stand here.
func TestRecordedTrajectories(t *testing.T) { envtest.RunGolden(t, "testdata/building-*.json") }

// The series of a recording stand in place of draws.
func TestDamagedSeries(t *testing.T) {
	b, err := os.ReadFile("testdata/building-3d.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		damage func(episode map[string]any)
		say    string
	}{
		{"too short", func(e map[string]any) { e["price"] = []float64{0.03} }, "41 values of carbon and 1 of price for 40 steps"},
		{"missing", func(e map[string]any) { delete(e, "carbon") }, "0 values of carbon"},
		{"draws, too", func(e map[string]any) { e["draws"] = []any{} }, "both draws and the series"},
		{"no state", func(e map[string]any) { e["init_state"] = 7 }, "init_state is no object"},
	} {
		var file map[string]any
		if err := json.Unmarshal(b, &file); err != nil {
			t.Fatal(err)
		}
		c.damage(file["episodes"].([]any)[0].(map[string]any))
		damaged, err := json.Marshal(file)
		path := filepath.Join(t.TempDir(), "damaged.json")
		if err == nil {
			err = os.WriteFile(path, damaged, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := golden.Read(path); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
}

func begin(hour int) []byte {
	return fmt.Appendf(nil, `{"start_index":%d,"zone_temp":[20%s]}`, hour, strings.Repeat(",20", zones-1))
}

func TestStartIsUniformAndNoiseNormal(t *testing.T) {
	b, err := os.ReadFile("officelarge.json")
	if err != nil {
		t.Fatal(err)
	}
	var office struct {
		Carbon []float64 `json:"carbon_cycle24"`
		Price  []float64 `json:"price_cycle24"`
	}
	if err := json.Unmarshal(b, &office); err != nil {
		t.Fatal(err)
	}
	const n, sd = 20_000, 0.02
	hours := map[int]int{}
	noise := make([][]float64, 2)
	s := envs.NewSingle(makeEnv(t, "building-3d"))
	for seed := range uint64(n) {
		if _, err := s.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		var state struct {
			Hour          int `json:"start_index"`
			Carbon, Price float64
		}
		if b, err = s.StateJSON(); err == nil {
			err = json.Unmarshal(b, &state)
		}
		if err != nil {
			t.Fatal(err)
		}
		hours[state.Hour]++
		noise[0] = append(noise[0], state.Carbon-office.Carbon[state.Hour%24])
		noise[1] = append(noise[1], state.Price-office.Price[state.Hour%24])
	}
	if len(hours) != 200 || hours[1] == 0 || hours[200] == 0 {
		t.Errorf("episodes begin in %d hours, %d in the first and %d in hour 200", len(hours), hours[1], hours[200])
	}
	for hour, count := range hours {
		if math.Abs(float64(count)-n/200) > 6*math.Sqrt(n/200) {
			t.Errorf("%d of %d episodes begin in hour %d, want about %d", count, n, hour, n/200)
		}
	}
	for i, x := range noise {
		var mean, variance float64
		for _, v := range x {
			mean += v / n
			variance += v * v / n
		}
		if math.Abs(mean) > 5*sd/math.Sqrt(n) || math.Abs(math.Sqrt(variance)-sd) > 5*sd/math.Sqrt(2*n) {
			t.Errorf("series %d: noise of mean %v and standard deviation %v, want 0 and %v", i, mean, math.Sqrt(variance), sd)
		}
	}
}

// A building left alone, from each of the 200 first hours: comfort 8084.7 on average was computed by
// an independent implementation; energy and ramping are then what they can be at most.
func TestBuildingLeftAlone(t *testing.T) {
	idle := make([]float64, zones)
	for _, c := range []struct {
		id      string
		comfort []int // objectives that sum up to comfort
	}{{"building-3d", []int{0}}, {"building-9d", []int{0, 1, 2}}} {
		s := envs.NewSingle(makeEnv(t, c.id))
		total := make([]float64, s.Spec().M())
		for hour := 1; hour <= 200; hour++ {
			if err := s.SetStateJSON(begin(hour)); err != nil {
				t.Fatal(err)
			}
			for k := 1; ; k++ {
				tr, err := s.Step(idle)
				if err != nil {
					t.Fatal(err)
				}
				for j, r := range tr.Reward {
					total[j] += r / 200
				}
				if tr.Terminated || tr.Truncated != (k == 480) {
					t.Fatalf("%s, step %d: terminated %v, truncated %v", c.id, k, tr.Terminated, tr.Truncated)
				}
				if tr.Truncated {
					break
				}
			}
		}
		comfort := 0.0
		for _, j := range c.comfort {
			comfort += total[j]
		}
		if math.Abs(comfort-8084.7) > 0.05 {
			t.Errorf("%s: comfort %v, want 8084.7", c.id, comfort)
		}
		n := len(c.comfort)
		energy, ramping := total[n:2*n], total[2*n:]
		for f, size := range map[int][]float64{1: {23}, 3: {9, 7, 7}}[n] {
			if math.Abs(energy[f]-480*size) > 1e-6 || math.Abs(ramping[f]-478*size) > 1e-6 {
				t.Errorf("%s: energy %v and ramping %v of a floor with %v zones", c.id, energy[f], ramping[f], size)
			}
		}
	}
}

// Ramping compares the two actions before this one, zone by zone in their sums only.
func TestRampingLooksBack(t *testing.T) {
	s := envs.NewSingle(makeEnv(t, "building-9d"))
	if err := s.SetStateJSON(begin(7)); err != nil {
		t.Fatal(err)
	}
	for k, want := range [][]float64{{0, 0, 0}, {0, 0, 0}, {9 - 4.5, 7 - 3.5, 7 - 3.5}, {9 - 4.5, 7 - 3.5, 7 - 3.5}, {9, 7, 7}} {
		heat := []float64{1, -0.5, 1, -1, 0}[k]
		tr, err := s.Step(slices.Repeat([]float64{heat}, zones))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(tr.Reward[6:], want) {
			t.Errorf("step %d: ramping %v, want %v", k, tr.Reward[6:], want)
		}
	}
}

func TestImpossibleStatesAreRefused(t *testing.T) {
	good := string(begin(200))
	for _, c := range []struct{ old, new, say string }{
		{`:200`, `:201`, "start_index 201 is outside 1 to 200"},
		{`:200`, `:0`, "start_index 0"},
		{`[20,`, `[-1,`, "zone_temp[0] is -1, outside [0, 40]"},
		{`,20]`, `]`, "22 entries, not 23"},
		{`{`, `{"steps":-1,`, "steps -1"},
		{`{`, `{"effort":[[0,0,0],[-1,0,0]],`, "effort"},
		{`{`, `{"carbon":"high",`, "carbon"},
		{`{`, `{"wind":1,`, `"wind"`},
		{`"start_index":200,`, ``, `"start_index" is missing`},
	} {
		err := envs.NewSingle(makeEnv(t, "building-3d")).SetStateJSON([]byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s for %s: error %v, want %q", c.new, c.old, err, c.say)
		}
	}
}

// Longer than the weather that is known.
func TestWeatherBeginsAnew(t *testing.T) {
	e, err := envs.Make("building-9d", map[string]any{"max_episode_steps": 1000})
	if err != nil {
		t.Fatal(err)
	}
	envtest.Run(t, e)
}

func BenchmarkVector(b *testing.B) {
	for _, id := range envs.IDs() {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id), 64) })
	}
}
