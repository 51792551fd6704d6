package envs_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"testing"

	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/arm"
	_ "github.com/paretolab/paretolab/envs/building"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/curling"
	"github.com/paretolab/paretolab/envs/envtest"
	_ "github.com/paretolab/paretolab/envs/grid"
	_ "github.com/paretolab/paretolab/envs/lander"
	_ "github.com/paretolab/paretolab/envs/maze"
	_ "github.com/paretolab/paretolab/envs/robots"
)

// configurations returns the options to try an environment with: the defaults, and each option
// alone at its other values and extremes.
func configurations(t *testing.T, id string) []map[string]any {
	t.Helper()
	d, err := envs.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	all := []map[string]any{{}}
	for _, o := range d.Options {
		var values []any
		switch v := o.Default.(type) {
		case bool:
			values = []any{!v}
		case int:
			if o.Min != 0 || o.Max != 0 {
				values = []any{int(o.Min), int(o.Max)}
			}
		case float64:
			if o.Min != 0 || o.Max != 0 {
				values = []any{o.Min, o.Max}
			}
		case string:
			for _, s := range o.Values {
				values = append(values, s)
			}
		}
		for _, v := range values {
			if v != o.Default {
				all = append(all, map[string]any{o.Name: v})
			}
		}
	}
	return all
}

var robot = regexp.MustCompile(`^mo-(ant|halfcheetah|hopper|humanoid|reacher|swimmer|walker2d)-`)

func TestEveryEnvironmentKeepsTheContract(t *testing.T) {
	ids := envs.IDs()
	if len(ids) < 6 {
		t.Fatalf("only %d environments are registered", len(ids))
	}
	for _, id := range ids {
		if robot.MatchString(id) {
			continue // the tests of package robots check them, in short episodes
		}
		for _, options := range configurations(t, id) {
			name := id
			if len(options) > 0 {
				name += fmt.Sprint(options)[3:]
			}
			t.Run(name, func(t *testing.T) {
				e, err := envs.Make(id, options)
				if err != nil {
					t.Fatal(err)
				}
				envtest.Run(t, e)
			})
		}
	}
}

// The two options of deep-sea-treasure that go together.
func TestFloatStateScaledByTheMap(t *testing.T) {
	e, err := envs.Make("deep-sea-treasure-mirrored-v0", map[string]any{"float_state": true, "float_scale": "map"})
	if err != nil {
		t.Fatal(err)
	}
	envtest.Run(t, e)
	if h := e.Spec.Observation.High; h[0] != 1 || h[1] != 1 {
		t.Errorf("upper bounds %v, want 1", h)
	}
}

// Seeded resets give the first observation of the Python original (env_reset_obs), wherever the
// recording has an environment that is registered here.
func TestSeededResetsAreNumPys(t *testing.T) {
	b, err := os.ReadFile("testdata/numpy-rng.json")
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Cases []struct {
			Seed        uint64               `json:"seed"`
			EnvResetObs map[string][]float64 `json:"env_reset_obs"`
		}
	}
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatal(err)
	}
	for _, c := range data.Cases {
		for id, want := range c.EnvResetObs {
			e, err := envs.Make(id, nil)
			if err != nil {
				t.Logf("%s is not registered: not compared", id)
				continue
			}
			obs, err := envs.NewSingle(e).Reset(&c.Seed)
			if err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if math.Abs(float64(float32(obs[i]))-want[i]) > 1e-6 {
					t.Errorf("%s, seed %d: element %d is %v, want %v", id, c.Seed, i, obs[i], want[i])
				}
			}
		}
	}
}
