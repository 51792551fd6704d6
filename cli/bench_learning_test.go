package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// The expected numbers are those of one step of NumPy's
// 0.95*s + 0.04*np.roll(s, 1) + 0.1*u[np.arange(11) % 3] for s = 0, 0.1, ..., 1 and u = clip([0.5, -2, 0.25], -1, 1).
func TestSynthIsTheTaskOfThePeers(t *testing.T) {
	s := &synth{}
	for i := range s.X {
		s.X[i] = float64(i) / 10
	}
	reward := make([]float64, 2)
	if s.Step(nil, envs.Action{Box: []float64{0.5, -2, 0.25}}, reward) {
		t.Error("the task ended")
	}
	want := [11]float64{0.09, -0.005, 0.219, 0.343, 0.292, 0.516, 0.64, 0.589, 0.813, 0.937, 0.886}
	for i := range want {
		if math.Abs(s.X[i]-want[i]) > 1e-12 {
			t.Errorf("state %d is %v, want %v", i, s.X[i], want[i])
		}
	}
	if math.Abs(reward[0]-0.09) > 1e-12 || math.Abs(reward[1]-(1-0.25-1-0.0625)) > 1e-12 {
		t.Errorf("rewards %v", reward)
	}
}

// Networks 11-64-64-3 and 11-64-64-2, heads padded to 16 columns: 5824 weights each, forward and for their
// gradient, and 64·64 + 3·64 or 2·64 for the gradient by the hidden layers; ten epochs.
func TestOperationsOfAStep(t *testing.T) {
	s := ppo.Defaults()
	want := 2 * ((1+10)*(5824+5824) + 10*(5824+4096+192) + 10*(5824+4096+128))
	if got := flopPerStep(synthEnvironment(), &s); got != float64(want) {
		t.Errorf("%v operations per step, want %d", got, want)
	}
}

func TestBenchLearningJSON(t *testing.T) {
	for _, c := range []struct {
		args string
		name string
		more string // a field beside those of all areas
	}{
		{"ppo --kernel generic --count 1 --iterations 1 --steps 16 --epochs 1 --minibatch 128", "ppo/synth-128/rate", "split"},
		{"ppo --kernel generic --count 1 --iterations 1 --steps 16 --epochs 1 --minibatch 64 --policies 2", "ppo/synth-64/rate", "steps"},
		{"rollout --kernel generic --count 1 --copies 4 --steps 8", "rollout/synth-4/rate", "split"},
		{"rollout CartPole-v1 --kernel generic --count 1 --copies 4 --steps 8", "rollout/CartPole-v1-4/rate", "cpu_s"},
	} {
		before := kern.Path()
		code, out, errs := invoke(append([]string{"bench"}, append(strings.Fields(c.args), "--json")...)...)
		if code != exitOK || errs != "" {
			t.Fatalf("%s: exit code %d: %s", c.args, code, errs)
		}
		var all []map[string]any
		if err := json.Unmarshal([]byte(out), &all); err != nil {
			t.Fatalf("%s: %v in\n%s", c.args, err, out)
		}
		first := all[0]
		for _, field := range []string{"value", "unit", "min", "max", "kernel", "cpu", "go", c.more} {
			if first[field] == nil {
				t.Errorf("%s: no field %s in %v", c.args, field, first)
			}
		}
		if first["name"] != c.name || first["kernel"] != "generic" || !(first["value"].(float64) > 0) {
			t.Errorf("%s: %v", c.args, first)
		}
		if kern.Path() != before {
			t.Errorf("%s left the kernels at %s", c.args, kern.Path())
		}
	}
}

// The last line is what programs read that run others in turn.
func TestBenchPPOEndsWithItsTotals(t *testing.T) {
	code, out, errs := invoke(strings.Fields("bench ppo --task synth --kernel generic --count 2 --iterations 1 --steps 16 --epochs 1 --minibatch 64,128")...)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var totals struct {
		Steps     int     `json:"steps"`
		Wall      float64 `json:"wall_s"`
		Processor float64 `json:"cpu_s"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &totals); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if totals.Steps != 2*2*8*16 || totals.Wall <= 0 || totals.Processor <= 0 {
		t.Errorf("totals %+v", totals)
	}
}

// Policies side by side come after the speeds of one.
func TestBenchPPOPolicies(t *testing.T) {
	args := strings.Fields("bench ppo --kernel generic --count 2 --iterations 1 --steps 16 --epochs 1 --minibatch 64,128 --policies 3")
	code, out, errs := invoke(append(args, "--json")...)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var all []struct {
		Name, Unit       string
		Value            float64
		Steps, Minibatch int
	}
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 6 {
		t.Fatalf("%v in\n%s", err, out)
	}
	cores := min(3, runtime.GOMAXPROCS(0))
	for i, minibatch := range []int{64, 128} {
		m, name := all[2+2*i], fmt.Sprintf("ppo/synth-%d-policies-3-cores-%d/gain", minibatch, cores)
		if m.Name != name || m.Unit != "ratio" || m.Value <= 0 || m.Steps != 2*2*3*8*16 || m.Minibatch != minibatch {
			t.Errorf("%+v, want %s", m, name)
		}
		if m = all[3+2*i]; !strings.HasSuffix(m.Name, "/cost") || m.Value <= 0 {
			t.Errorf("%+v, want a cost", m)
		}
	}
	code, out, errs = invoke(args...)
	if want := fmt.Sprintf("synth-64-policies-3-cores-%d, generic: side by side ", cores); code != exitOK || !strings.Contains(out, want) {
		t.Errorf("exit code %d, %s\n%s\nwant %q", code, errs, out, want)
	}
}

func TestBenchLearningRefuses(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"ppo --kernel sse", exitUsage, `--kernel: unknown kernel path "sse": use auto, generic, avx2 or avx512`},
		{"ppo --count 0", exitUsage, "--count is 0; it is at least 1"},
		{"ppo --minibatch 4096", exitUsage, "minibatch is 4096, but a rollout has 2048 samples"},
		{"ppo --task hopper", exitUsage, `--task is "hopper"; synth is the only one`},
		{"ppo --policies -1", exitUsage, "--policies is -1; it is 0 to 256"},
		{"ppo --width 1000000", exitUsage, "hidden layer 0 has width 1000000; give 1 to 4096"},
		{"rollout --steps 1000000000", exitUsage, "a rollout has more than 16777216 samples (envs 8 × rollout 1000000000)"},
		{"rollout nothing-v0", exitUsage, `unknown environment "nothing-v0"`},
		{"rollout --copies 8,0", exitUsage, "--copies is 0; it is at least 1"},
	} {
		code, _, errs := invoke(append([]string{"bench"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(errs, c.say) {
			t.Errorf("%s: exit code %d, %q; want %d, %q", c.args, code, errs, c.code, c.say)
		}
	}
}
