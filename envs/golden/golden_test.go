package golden_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/golden"
)

// drift is a toy with everything that trajectory files can hold: a composite observation, a
// continuous action, draws, a state.
type drift struct {
	state struct {
		X    float64 `json:"x"`
		Gust float64 `json:"gust"`
	}
}

func (d *drift) Reset(rng *envs.RNG) { d.state.X, d.state.Gust = rng.Float64(), 0 }
func (d *drift) Step(rng *envs.RNG, a envs.Action, reward []float64) bool {
	d.state.Gust = rng.Normal(0, 0.1)
	d.state.X += a.Box[0] + d.state.Gust
	reward[0], reward[1] = d.state.X, -math.Abs(a.Box[0])
	return d.state.X > 2
}
func (d *drift) Observe(obs []float64) {
	obs[0], obs[1] = math.Floor(d.state.X), d.state.X
}
func (d *drift) State() any { return &d.state }

func init() {
	envs.Register(envs.Definition{
		ID:      "drift-v0",
		Options: []envs.Option{{Name: "limit", Alias: "original_limit", Default: 9, Min: 1, Max: 99}},
		New: func(o envs.Options) (*envs.Environment, error) {
			obs := envs.Box("float64", []float64{-9, -9}, []float64{9, 9})
			obs.Fields = []envs.Field{{Name: "cell", Len: 1}, {Name: "x", Offset: 1, Len: 1}}
			return &envs.Environment{New: func() envs.Env { return &drift{} }, Spec: envs.Spec{
				Observation: obs, Action: envs.Box("float32", []float64{-1}, []float64{1}),
				Objectives: []envs.Objective{{Name: "x"}, {Name: "effort"}}, Horizon: o.Int("limit"),
			}}, nil
		},
	})
}

// recording is two episodes: one that ends after two steps, one cut by the time limit of 3.
const recording = `{
 "schema": "golden-v1", "env_id": "drift-v0", "kwargs": {"original_limit": 5}, "max_episode_steps": 3,
 "observation_space": {"type": "dict", "fields": {"cell": {"type": "discrete", "n": 9}, "x": {"type": "box", "dtype": "float32"}}},
 "action_space": {"type": "box"}, "reward_space": {"type": "box", "dtype": "float32"}, "reward_dim": 2,
 "tolerance": {"obs_abs": 0, "reward_abs": 0}, "notes": "made by hand",
 "episodes": [
  {"name": "ends", "init_state": {"x": 0.5, "gust": 0}, "init_obs": {"cell": 0, "x": 0.5},
   "actions": [[1], [1]], "obs": [{"cell": 1, "x": 1.75}, {"cell": 2, "x": 2.5}],
   "rewards": [[1.75, -1], [2.5, -1]], "terminated": [0, 1], "truncated": [0, 0],
   "states": [{"x": 1.75, "gust": 0.25}, {"x": 2.5, "gust": -0.25}],
   "draws": [[["normal", 0.25]], [["normal", -0.25]]]},
  {"name": "cut", "init_state": {"x": 0, "gust": 0}, "init_obs": {"cell": 0, "x": 0},
   "actions": [[0.5]], "repeat_action": 1, "obs": [{"cell": 0, "x": 0.5}, null, {"cell": 1, "x": 1.6}],
   "rewards": [[0.5, -0.5], [1, -0.5], [1.6, -0.5]], "terminated": [0, 0, 0], "truncated": [0, 0, 1],
   "draws": [[["normal", 0]], [["normal", 0]], [["normal", 0.1]]]}
 ]}`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drift-v0.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func verify(t *testing.T, text string) (golden.Report, error) {
	t.Helper()
	f, err := golden.Read(write(t, text))
	if err != nil {
		return golden.Report{}, err
	}
	return f.Verify()
}

func TestAFaithfulRecordingPasses(t *testing.T) {
	r, err := verify(t, recording)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Pass || r.Environment != "drift-v0" || r.Episodes != 2 || r.Steps != 5 ||
		r.MaxObsError != 0 || r.MaxRewardError != 0 || r.FlagMismatches != 0 {
		t.Errorf("%+v", r)
	}
}

// Each case changes one place of the recording: the comparison must see it.
func TestADeviationIsReported(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		say            string
		check          func(r golden.Report) bool
	}{
		{"observation", `{"cell": 1, "x": 1.75}`, `{"cell": 1, "x": 1.5}`, "episode ends, step 1: observation[1] is 1.75, recorded 1.5",
			func(r golden.Report) bool { return r.MaxObsError == 0.25 && r.MaxRewardError == 0 }},
		{"first observation", `"init_obs": {"cell": 0, "x": 0}`, `"init_obs": {"cell": 3, "x": 0}`, "episode cut, step 0: observation[0] is 0, recorded 3",
			func(r golden.Report) bool { return r.MaxObsError == 3 }},
		{"reward", `[2.5, -1]`, `[2, -1]`, "step 2: reward x is 2.5, recorded 2",
			func(r golden.Report) bool { return r.MaxRewardError == 0.5 }},
		{"an infinite reward", `[2.5, -1]`, `["inf", -1]`, "recorded +Inf",
			func(r golden.Report) bool { return math.IsInf(float64(r.MaxRewardError), 1) }},
		{"terminated", `"terminated": [0, 0, 0]`, `"terminated": [0, 0, 1]`, "step 3: terminated is false, recorded true",
			func(r golden.Report) bool { return r.FlagMismatches == 1 }},
		{"truncated", `"truncated": [0, 0, 1]`, `"truncated": [0, 0, 0]`, "step 3: truncated is true, recorded false",
			func(r golden.Report) bool { return r.FlagMismatches == 1 }},
		{"both flags", `"terminated": [0, 1], "truncated": [0, 0]`, `"terminated": [0, 0], "truncated": [0, 1]`, "terminated is true",
			func(r golden.Report) bool { return r.FlagMismatches == 2 }},
		{"a shorter time limit", `"max_episode_steps": 3`, `"max_episode_steps": 2`, "the episode is already over, after 2 of 3 steps",
			func(r golden.Report) bool { return r.Steps == 4 }},
		{"the environment's own time limit", `"max_episode_steps": 3`, `"max_episode_steps": null`, "truncated is false, recorded true",
			func(r golden.Report) bool { return r.FlagMismatches == 1 }},
		{"state", `"gust": -0.25}`, `"gust": -0.125}`, "state is", func(r golden.Report) bool { return r.MaxStateError == 0.125 }},
		{"state with another key", `{"x": 2.5, "gust": -0.25}`, `{"x": 2.5}`, "another form", nil},
		{"initial state with another key", `"init_state": {"x": 0, "gust": 0}`, `"init_state": {"x": 0}`, `"gust" is missing`,
			func(r golden.Report) bool { return r.Steps == 2 }},
		{"reset draws of another environment", `{"name": "cut",`, `{"name": "cut", "reset_draws": {},`, "drift-v0 begins from its init_state",
			func(r golden.Report) bool { return r.Steps == 2 }},
		{"a draw of another kind", `["normal", 0.1]`, `["uniform01", 0.1]`, "uniform01", nil},
		{"a draw left over", `[["normal", 0.25]]`, `[["normal", 0.25], ["normal", 1]]`, "left over", nil},
		{"a draw missing", `[["normal", 0.25]]`, `[]`, "missing", nil},
		{"an action outside its space", `"actions": [[1], [1]]`, `"actions": [[1], [5]]`, "element 0 is 5, outside [-1, 1]", nil},
		{"a part of the observation missing", `{"cell": 2, "x": 2.5}`, `{"cell": 2}`, "1 parts recorded", nil},
		{"another part", `{"cell": 2, "x": 2.5}`, `{"cell": 2, "y": 2.5}`, `part "x"`, nil},
		{"a flat observation of other length", `{"cell": 2, "x": 2.5}`, `[1, 2, 3]`, "3 numbers recorded, the environment has 2", nil},
	} {
		if strings.Count(recording, c.old) != 1 {
			t.Fatalf("%s: %q is there %d times", c.name, c.old, strings.Count(recording, c.old))
		}
		r, err := verify(t, strings.Replace(recording, c.old, c.new, 1))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Pass || !strings.Contains(strings.Join(r.Reasons, "\n"), c.say) || c.check != nil && !c.check(r) {
			t.Errorf("%s: want %q in %+v", c.name, c.say, r)
		}
	}
}

func TestRoundingAndTolerance(t *testing.T) {
	// 1.6 is recorded as a float32 holds it.
	asFloat32 := strings.NewReplacer(`"x": 1.6}`, `"x": 1.600000023841858}`, `[1.6, -0.5]`, `[1.600000023841858, -0.5]`).Replace(recording)
	if r, err := verify(t, asFloat32); err != nil || !r.Pass {
		t.Errorf("float32 values: %+v, error %v", r, err)
	}
	asFloat64 := strings.Replace(asFloat32, `"dtype": "float32"}}}`, `"dtype": "float64"}}}`, 1)
	if r, err := verify(t, asFloat64); err != nil || r.Pass || r.MaxObsError > 1e-7 || r.MaxRewardError != 0 {
		t.Errorf("the same declared as float64: %+v, error %v", r, err)
	}
	within := strings.Replace(asFloat64, `"obs_abs": 0`, `"obs_abs": 1e-7`, 1)
	if r, err := verify(t, within); err != nil || !r.Pass || r.MaxObsError == 0 {
		t.Errorf("the same within a tolerance: %+v, error %v", r, err)
	}
	undeclared := strings.Replace(asFloat32, `"reward_space": {"type": "box", "dtype": "float32"},`, ``, 1)
	if r, err := verify(t, undeclared); err != nil || !r.Pass {
		t.Errorf("rewards without declaration: %+v, error %v", r, err)
	}
}

// Tolerances may be relative where values are large, and wider from a step on.
func TestRelativeTolerance(t *testing.T) {
	for _, c := range []struct {
		name, tolerance string
		reward          string // in place of 2.5 in the second step
		pass            bool
		largest         golden.Number
	}{
		{"within", `"obs": 0, "reward": 0.25`, "2", true, 0.25},
		{"beyond", `"obs": 0, "reward": 0.24`, "2", false, 0.25},
		{"absolute below 1", `"obs": 0, "reward": 2`, "0.5", true, 2},
		{"infinite", `"obs": 0, "reward": 2`, `"inf"`, false, golden.Number(math.Inf(1))},
		{"wider later", `"obs": 0, "reward": 0, "until_step": 1, "obs_after": 0, "reward_after": 0.25`, "2", true, 0.25},
		{"not yet wider", `"obs": 0, "reward": 0, "until_step": 2, "obs_after": 0, "reward_after": 0.25`, "2", false, 0.25},
	} {
		text := strings.NewReplacer(`"obs_abs": 0, "reward_abs": 0`, `"relative_to": "max(1,|value|)", `+c.tolerance, `[2.5, -1]`, "["+c.reward+", -1]").Replace(recording)
		r, err := verify(t, text)
		if err != nil || r.Pass != c.pass || r.MaxRewardError != c.largest {
			t.Errorf("%s: %+v, error %v", c.name, r, err)
		}
	}
}

func TestPackedFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "drift-v0.json.gz")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(recording)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		content []byte
		good    bool
	}{{packed.Bytes(), true}, {packed.Bytes()[:100], false}, {packed.Bytes()[:5], false}, {[]byte(recording), true}} {
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := golden.Read(path); (err == nil) != c.good || err != nil && !strings.Contains(err.Error(), "drift-v0.json.gz") {
			t.Errorf("%d bytes: error %v", len(c.content), err)
		}
	}
}

// Recordings with relative tolerances are made without a time limit: they may go on beyond it.
func TestRecordingsWithoutTimeLimit(t *testing.T) {
	relative := strings.Replace(recording, `"obs_abs": 0, "reward_abs": 0`, `"relative_to": "max(1,|value|)", "obs": 0, "reward": 0`, 1)
	for _, c := range []struct {
		old, new string
		pass     bool
	}{
		{"", "", true},
		{`"truncated": [0, 0, 1]`, `"truncated": [0, 0, 0]`, true},
		{`"max_episode_steps": 3`, `"max_episode_steps": 2`, false}, // truncated in step 3
	} {
		if r, err := verify(t, strings.Replace(relative, c.old, c.new, 1)); err != nil || r.Pass != c.pass {
			t.Errorf("%s: %+v, error %v", c.new, r, err)
		}
	}
}

func TestFilesThatCannotBeCompared(t *testing.T) {
	for _, c := range []struct{ name, old, new, say string }{
		{"schema", `"golden-v1"`, `"golden-rng-v1"`, `schema is "golden-rng-v1"`},
		{"unknown environment", `"drift-v0"`, `"drfit-v0"`, `did you mean "drift-v0"`},
		{"unknown option", `"original_limit"`, `"speed"`, `no option "speed"`},
		{"option out of range", `{"original_limit": 5}`, `{"original_limit": 500}`, "500 is outside 1..99"},
		{"objectives", `"reward_dim": 2`, `"reward_dim": 3`, "3 objectives"},
		{"rewards", `[2.5, -1]`, `[2.5]`, "episode 0 (\"ends\"): step 2: 1 rewards of 2 objectives"},
		{"lengths", `"terminated": [0, 1]`, `"terminated": [0]`, "1 terminated of 2 steps"},
		{"draws", `[["normal", 0.25]], `, ``, "1 draws of 2 steps"},
		{"initial state", `"init_state": {"x": 0, "gust": 0}, `, ``, "init_state is missing"},
		{"repeated action", `"actions": [[0.5]]`, `"actions": [[0.5], [0.5]]`, "2 actions with repeat_action"},
		{"time limit", `"max_episode_steps": 3`, `"max_episode_steps": 0`, "max_episode_steps is 0"},
		{"tolerance", `"obs_abs": 0`, `"obs_abs": -1`, "tolerances"},
		{"way of being relative", `"obs_abs": 0`, `"relative_to": "value"`, `relative to "value"; known is max(1,|value|)`},
		{"flag", `"terminated": [0, 1]`, `"terminated": [0, 2]`, "2 is neither 0 nor 1"},
		{"a word for a number", `[2.5, -1]`, `["big", -1]`, `"big" is no number`},
		{"type", `"reward_dim": 2`, `"reward_dim": "two"`, "line 4"},
		{"element type", `"dtype": "float32"}}}`, `"dtype": "bfloat16"}}}`, `dtype "bfloat16"`},
		{"torn file", `"rewards": [[1.75, -1], [2.5, -1]]`, `"rewards": [[1.75, -1`, "not a trajectory file: line"},
	} {
		if !strings.Contains(recording, c.old) {
			t.Fatalf("%s: %q is not there", c.name, c.old)
		}
		_, err := verify(t, strings.Replace(recording, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.Contains(err.Error(), "drift-v0.json") {
			t.Errorf("%s: error %v, want %q", c.name, err, c.say)
		}
	}
	if _, err := golden.Read(write(t, " \n")); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("empty file: %v", err)
	}
	if _, err := golden.Read(filepath.Join(t.TempDir(), "none.json")); !os.IsNotExist(err) {
		t.Errorf("missing file: %v", err)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		value float64
		text  string
	}{{1.5, "1.5"}, {math.Inf(1), `"inf"`}, {math.Inf(-1), `"-inf"`}, {math.NaN(), `"nan"`}, {0, "0"}} {
		b, err := json.Marshal(golden.Number(c.value))
		if err != nil || string(b) != c.text {
			t.Errorf("%v becomes %s, error %v", c.value, b, err)
		}
		var back golden.Number
		if err := json.Unmarshal(b, &back); err != nil || float64(back) != c.value && !math.IsNaN(c.value) {
			t.Errorf("%s becomes %v, error %v", b, back, err)
		}
	}
	for _, bad := range []string{`"infinity"`, `null`, `true`, `[1]`} {
		var n golden.Number
		if err := n.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s is read as %v", bad, n)
		}
	}
}
