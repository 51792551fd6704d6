package robots_test

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
	"github.com/paretolab/paretolab/envs/envtest"
	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/envs/robots"
)

var _ golden.Starter = (*robots.Hopper)(nil)

// ids are the robots of MO-Gymnasium 1.3.2.
var ids = []string{
	"mo-ant-2d-v4", "mo-ant-2obj-v5", "mo-ant-v4", "mo-ant-v5", "mo-halfcheetah-v4", "mo-halfcheetah-v5",
	"mo-hopper-2d-v4", "mo-hopper-2obj-v5", "mo-hopper-v4", "mo-hopper-v5", "mo-humanoid-v4", "mo-humanoid-v5",
	"mo-reacher-v4", "mo-reacher-v5", "mo-swimmer-v4", "mo-swimmer-v5", "mo-walker2d-v4", "mo-walker2d-v5",
}

func makeEnv(t testing.TB, id string, options map[string]any) *envs.Environment {
	t.Helper()
	e, err := envs.Make(id, options)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// recordings returns the paths of recorded episodes.
func recordings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/mo-*.json*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings; error %v", err)
	}
	return files
}

// Episodes recorded from MO-Gymnasium 1.3.2 on MuJoCo 3.12.1, within the tolerances of the files, flags exactly.
func TestRecordedEpisodes(t *testing.T) {
	seen := map[string]bool{}
	for _, path := range recordings(t) {
		f, err := golden.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		seen[f.EnvID] = true
		r, err := f.Verify()
		if err != nil {
			t.Fatal(err)
		}
		for _, reason := range r.Reasons {
			t.Errorf("%s: %.300s", f.EnvID, reason)
		}
		t.Logf("%s: observations within %.1e, rewards %.1e", f.EnvID, r.MaxObsError, r.MaxRewardError)
	}
	for _, id := range ids {
		if !seen[id] {
			t.Errorf("no recording of %s", id)
		}
	}
}

// The same seed gives the same start, bit for bit.
func TestSeedsGiveTheStartOfTheOriginals(t *testing.T) {
	for _, path := range recordings(t) {
		f, err := golden.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		s := envs.NewSingle(makeEnv(t, f.EnvID, nil))
		for _, ep := range f.Episodes {
			obs, err := s.Reset(ep.Seed)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(s.Env().(golden.Starter).RecordedState())
			if err != nil {
				t.Fatal(err)
			}
			var recorded struct {
				Qpos []float64 `json:"qpos"`
				Qvel []float64 `json:"qvel"`
			}
			if err := json.Unmarshal(ep.InitState, &recorded); err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(recorded)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("%s, seed %d: starts at %s, recorded %s", f.EnvID, *ep.Seed, got, want)
			}
			if err := s.Env().(golden.Starter).StartFrom(ep.InitState); err != nil {
				t.Fatal(err)
			}
			if again := s.Observation(); !slices.Equal(obs, again) {
				t.Errorf("%s, seed %d: observes %v after a reset, %v in its state", f.EnvID, *ep.Seed, obs, again)
			}
		}
	}
}

// The single reward is that of Gymnasium's robot.
func TestOriginalRewards(t *testing.T) {
	b, err := os.ReadFile("testdata/original-rewards.json")
	if err != nil {
		t.Fatal(err)
	}
	var original struct {
		Episodes []struct {
			ID      string      `json:"id"`
			Seed    uint64      `json:"seed"`
			Actions [][]float64 `json:"actions"`
			Rewards []float64   `json:"rewards"`
		} `json:"episodes"`
	}
	if err := json.Unmarshal(b, &original); err != nil || len(original.Episodes) == 0 {
		t.Fatalf("%d episodes; error %v", len(original.Episodes), err)
	}
	for _, ep := range original.Episodes {
		s := envs.NewSingle(makeEnv(t, ep.ID, map[string]any{"reward": "original"}))
		if _, err := s.Reset(&ep.Seed); err != nil {
			t.Fatal(err)
		}
		for k, want := range ep.Rewards {
			tr, err := s.Step(ep.Actions[k])
			if err != nil {
				t.Fatal(err)
			}
			if len(tr.Reward) != 1 || math.Abs(tr.Reward[0]-want) > 1e-8*max(1, math.Abs(want)) {
				t.Errorf("%s, step %d: reward %v, original %v", ep.ID, k+1, tr.Reward, want)
				break
			}
		}
	}
}

func TestSpecifications(t *testing.T) {
	for _, c := range []struct {
		class      string // beginning of the id
		objectives string
		obs, act   int
		horizon    int
		reference  []float64
	}{
		{"mo-hopper-v", "x_velocity height energy", 11, 3, 1000, []float64{-100, -100, -100}},
		{"mo-hopper-2", "x_velocity height", 11, 3, 1000, []float64{-100, -100}},
		{"mo-halfcheetah-", "x_velocity energy", 17, 6, 1000, []float64{-100, -100}},
		{"mo-walker2d-", "x_velocity energy", 17, 6, 1000, []float64{-100, -100}},
		{"mo-ant-v4", "x_velocity y_velocity energy", 27, 8, 1000, []float64{-100, -100, -100}},
		{"mo-ant-v5", "x_velocity y_velocity energy", 105, 8, 1000, []float64{-100, -100, -100}},
		{"mo-ant-2d-v4", "x_velocity y_velocity", 27, 8, 1000, []float64{-100, -100}},
		{"mo-ant-2obj-v5", "x_velocity y_velocity", 105, 8, 1000, []float64{-100, -100}},
		{"mo-swimmer-", "x_velocity energy", 8, 2, 1000, []float64{-100, -1000}},
		{"mo-humanoid-v4", "x_velocity energy", 376, 17, 1000, []float64{-100, -100}},
		{"mo-humanoid-v5", "x_velocity energy", 348, 17, 1000, []float64{-100, -100}},
		{"mo-reacher-", "target_1 target_2 target_3 target_4", 6, 1, 50, []float64{-50, -50, -50, -50}},
	} {
		for _, id := range ids {
			if !strings.HasPrefix(id, c.class) {
				continue
			}
			s := makeEnv(t, id, nil).Spec
			if got := strings.Join(s.ObjectiveNames(), " "); got != c.objectives {
				t.Errorf("%s: objectives %s, want %s", id, got, c.objectives)
			}
			if s.Observation.Len() != c.obs || s.Action.Len() != c.act || s.Horizon != c.horizon {
				t.Errorf("%s: %d observed, %d actions, horizon %d", id, s.Observation.Len(), s.Action.Len(), s.Horizon)
			}
			if !slices.Equal(s.Reference.Point, c.reference) || s.Reference.Discount != 0.99 {
				t.Errorf("%s: reference %v", id, s.Reference)
			}
		}
	}
	if limit := makeEnv(t, "mo-humanoid-v5", nil).Spec.Action.High[0]; limit != float64(float32(0.4)) {
		t.Errorf("controls of the humanoid reach to %v", limit)
	}
}

// The laws of package envs, in short episodes, for every robot and with every option.
func TestRobotsKeepTheContract(t *testing.T) {
	const steps = 25
	for _, id := range ids {
		t.Run(id, func(t *testing.T) { envtest.RunBriefly(t, makeEnv(t, id, map[string]any{"max_episode_steps": steps})) })
	}
	for _, options := range []map[string]any{
		{"reward": "original"},
		{"cost_objective": false, "ctrl_cost_weight": 2.0, "healthy_reward": 0.0},
		{"terminate_when_unhealthy": false, "reset_noise_scale": 1.0},
	} {
		t.Run(fmt.Sprint(options), func(t *testing.T) {
			options["max_episode_steps"] = steps
			envtest.RunBriefly(t, makeEnv(t, "mo-hopper-v5", options))
		})
	}
}

// put sets keys of the state of a copy that was just reset.
func put(t *testing.T, s *envs.Single, key string, index int, value float64) error {
	t.Helper()
	text, err := s.StateJSON()
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	state[key].([]any)[index] = value
	if text, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	return s.SetStateJSON(text)
}

// A state that explodes is put back, which the episode survives where the reference is healthy, and is
// counted until the next reset. Flags, counts and observations of a state that was thrown along y, then
// left to itself for a step and pushed for three more, are those of MO-Gymnasium on MuJoCo 3.12.0.
func TestExplodedStates(t *testing.T) {
	for _, c := range []struct {
		id    string
		after [2]int // bad states
		over  bool
		obs   []float64 // the first observed in the end; nil: not compared
	}{
		{"mo-hopper-v5", [2]int{0, 0}, true, nil},
		{"mo-walker2d-v5", [2]int{0, 0}, true, nil},
		{"mo-humanoid-v5", [2]int{0, 0}, false, []float64{1.374768, 0.9998139, -0.008861808, -0.001317143}},
		{"mo-ant-v5", [2]int{0, 1}, false, []float64{0.7740454, 0.9999802, 1.989530e-5, -3.243548e-3}},
		{"mo-swimmer-v5", [2]int{1, 1}, false, []float64{-0.014773, 0.014573, 0.015401, 0.001749}},
	} {
		e := makeEnv(t, c.id, nil)
		s := envs.NewSingle(e)
		seed := uint64(1)
		if _, err := s.Reset(&seed); err != nil {
			t.Fatal(err)
		}
		if err := put(t, s, "qvel", 1, 9e9); err != nil {
			t.Fatal(err)
		}
		count := func() int { return s.Env().(interface{ BadStates() int }).BadStates() }
		action := make([]float64, e.Spec.Action.Len())
		tr, err := s.Step(action)
		if err != nil {
			t.Fatal(err)
		}
		if count() != c.after[0] || tr.Terminated != c.over {
			t.Errorf("%s: %d bad states, terminated %v; want %d, %v", c.id, count(), tr.Terminated, c.after[0], c.over)
		}
		if c.over {
			continue
		}
		for i := range action {
			action[i] = 0.1
		}
		for range 3 {
			if tr, err = s.Step(action); err != nil {
				t.Fatal(err)
			}
		}
		if count() != c.after[1] {
			t.Errorf("%s: %d bad states, want %d", c.id, count(), c.after[1])
		}
		for i, want := range c.obs {
			if math.Abs(tr.Observation[i]-want) > 1e-6 {
				t.Errorf("%s: observation %d is %v, original %v", c.id, i, tr.Observation[i], want)
			}
		}
		if _, err := s.Reset(nil); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != 0 {
			t.Errorf("%s: %d bad states after a reset", c.id, n)
		}
	}
}

func TestImpossibleStatesAreRefused(t *testing.T) {
	for _, c := range []struct {
		id, key string
		index   int
		value   float64
	}{
		{"mo-hopper-v5", "qpos", 1, 2e10},
		{"mo-hopper-v5", "qvel", 5, -2e10},
		{"mo-reacher-v5", "fingertip", 0, 1e11},
	} {
		s := envs.NewSingle(makeEnv(t, c.id, nil))
		if _, err := s.Reset(nil); err != nil {
			t.Fatal(err)
		}
		if err := put(t, s, c.key, c.index, c.value); err == nil || !strings.Contains(err.Error(), c.key) {
			t.Errorf("%s: %s[%d] = %v: error %v", c.id, c.key, c.index, c.value, err)
		}
	}
}

// Any number of workers gives the same steps, bit for bit.
func TestBatchesOnWorkers(t *testing.T) {
	const copies, rounds = 7, 40
	for _, id := range []string{"mo-hopper-v5", "mo-halfcheetah-v5", "mo-ant-v5", "mo-humanoid-v4", "mo-reacher-v4"} {
		var want string
		for _, workers := range []int{1, 2, 7} {
			p := envs.NewParallel[float64](makeEnv(t, id, nil), copies, workers, envs.SameStep)
			d := envs.NewDrill[float64](p, 5)
			for range rounds {
				d.Step()
			}
			state := string(p.AppendState(nil))
			p.Close()
			if want == "" {
				want = state
			}
			if state != want {
				t.Errorf("%s: %d workers lead to another state than 1", id, workers)
			}
		}
	}
}

// Saving and restoring the states of a batch allocates nothing, once there is memory for them.
func TestSavingAllocatesNothing(t *testing.T) {
	for _, id := range ids {
		v := envs.NewVector[float32](makeEnv(t, id, nil), 3, envs.SameStep)
		envs.NewDrill[float32](v, 1).Step()
		saved := v.AppendState(nil)
		var b []byte
		if n := testing.AllocsPerRun(10, func() {
			b = v.AppendState(b[:0])
			if err := v.SetState(saved); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: saving and restoring allocates %v times", id, n)
		}
	}
}

func BenchmarkVector(b *testing.B) {
	for _, id := range ids {
		b.Run(id, func(b *testing.B) { envtest.Benchmark(b, makeEnv(b, id, nil), 8) })
	}
}
