package cli

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// crooked breaks a law for each of its faults; the fault "specification" lacks a summary.
type crooked struct {
	fault string
	state struct {
		Steps int32 `json:"steps"`
	}
}

func (c *crooked) Reset(*envs.RNG) { c.state.Steps = 0 }
func (c *crooked) Step(_ *envs.RNG, _ envs.Action, reward []float64) bool {
	c.state.Steps++
	reward[0] = 0
	if c.fault == "reward" {
		reward[0] = math.NaN()
	}
	return c.state.Steps == 3
}
func (c *crooked) Observe(obs []float64) { obs[0] = float64(c.state.Steps) }
func (c *crooked) State() any            { return &c.state }

func init() {
	envs.Register(envs.Definition{
		ID:      "crooked-v0",
		Options: []envs.Option{{Name: "fault", Default: "reward", Values: []string{"reward", "specification"}, Doc: "the law to break"}},
		New: func(o envs.Options) (*envs.Environment, error) {
			fault := o.String("fault")
			spec := envs.Spec{
				Summary: "Three steps with a fault", Observation: envs.Box("int32", []float64{0}, []float64{3}),
				Action: envs.Box("float32", []float64{-1, 0}, []float64{1, math.Inf(1)}), Objectives: []envs.Objective{{Name: "nothing"}},
				Reference: envs.Reference{Discount: 1, Point: []float64{-1}}, DeterministicStart: true, DeterministicStep: true,
			}
			if fault == "specification" {
				spec.Summary = ""
			}
			return &envs.Environment{Spec: spec, New: func() envs.Env { return &crooked{fault: fault} }}, nil
		},
	})
}

// jsonOf runs a command with --json and decodes the one document that it must print.
func jsonOf(t *testing.T, into any, args ...string) {
	t.Helper()
	code, out, errs := invoke(append(args, "--json")...)
	if code != exitOK || errs != "" {
		t.Fatalf("%v: exit code %d: %s", args, code, errs)
	}
	if err := json.Unmarshal([]byte(out), into); err != nil {
		t.Fatalf("%v: %v in\n%s", args, err, out)
	}
}

func TestEnvsList(t *testing.T) {
	for _, c := range []struct {
		flags string
		has   []string // among others
		not   []string
	}{
		{"", []string{"deep-sea-treasure-v0", "fruit-tree-v0", "minecart-v0"}, nil},
		{"--objectives 2", []string{"deep-sea-treasure-concave-v0"}, []string{"fruit-tree-v0", "minecart-v0"}},
		{"--known-front", []string{"fruit-tree-v0", "minecart-deterministic-v0"}, []string{"minecart-v0"}},
		{"--actions discrete", []string{"minecart-v0"}, []string{"crooked-v0"}},
		{"--actions continuous", []string{"crooked-v0"}, []string{"minecart-v0"}},
		{"--objectives 3 --actions discrete --known-front", []string{"minecart-deterministic-v0"}, []string{"minecart-v0", "fruit-tree-v0"}},
	} {
		var ids []string
		args := append([]string{"envs", "list"}, strings.Fields(c.flags)...)
		jsonOf(t, &ids, args...)
		_, table, _ := invoke(args...)
		for _, id := range c.has {
			if !slices.Contains(ids, id) || !strings.Contains(table, "\n"+id+" ") {
				t.Errorf("list %s lacks %s: %v\n%s", c.flags, id, ids, table)
			}
		}
		for _, id := range c.not {
			if slices.Contains(ids, id) || strings.Contains(table, "\n"+id+" ") {
				t.Errorf("list %s has %s: %v\n%s", c.flags, id, ids, table)
			}
		}
	}
}

// TestEnvsShow: the whole specification, as text and as the fields of the contract.
func TestEnvsShow(t *testing.T) {
	code, page, _ := invoke("envs", "show", "minecart-v0", "--param", "frame_skip=2")
	for _, line := range []string{
		"objectives (maximised)     ore1, per step 0 to 1.5", "fuel, per step -0.11 to -0.01", "3 accelerate", "1000 steps, then truncated",
		"0.98, (-1, -1, -200)", "morl-baselines: 0.98, (0, 0, -200)", "random                     steps", "frame_skip = 2, 1 to 100", "MO-Gymnasium",
	} {
		if code != exitOK || !strings.Contains(page, line) {
			t.Errorf("exit code %d, no %q in\n%s", code, line, page)
		}
	}
	var tree struct {
		ID          string
		Observation struct {
			Type, DType string
			Shape       []int
			High        []float64
		} `json:"observation_space"`
		Action struct {
			Type  string
			N     int
			Names []string
		} `json:"action_space"`
		Objectives     []struct{ Name, Sense string }
		Horizon        *int
		Discount       float64
		ReferencePoint []float64 `json:"reference_point"`
		ExactFront     bool      `json:"exact_front"`
		Options        []struct{ Value any }
	}
	jsonOf(t, &tree, "envs", "show", "fruit-tree-v0", "--param", "depth=7")
	if tree.ID != "fruit-tree-v0" || tree.Observation.Type != "box" || tree.Observation.DType != "int32" || !slices.Equal(tree.Observation.High, []float64{127, 127}) ||
		tree.Action.Type != "discrete" || tree.Action.N != 2 || tree.Action.Names[1] != "right" || tree.Horizon != nil || tree.Discount != 0.99 ||
		len(tree.ReferencePoint) != 6 || !tree.ExactFront || tree.Options[0].Value != 7.0 {
		t.Errorf("%+v", tree)
	}
	for i, name := range []string{"protein", "carbs", "fats", "vitamins", "minerals", "water"} {
		if o := tree.Objectives[i]; o.Name != name || o.Sense != "max" {
			t.Errorf("objective %d is %+v, want %s", i, o, name)
		}
	}
	jsonOf(t, &tree, "envs", "show", "fruit-tree-v0", "--param", "max_episode_steps=4")
	if tree.Horizon == nil || *tree.Horizon != 4 {
		t.Errorf("max_episode_steps=4 gives the horizon %v", tree.Horizon)
	}
	// An infinite bound and a continuous action.
	code, page, _ = invoke("envs", "show", "crooked-v0")
	if code != exitOK || !strings.Contains(page, "action (float32)           [0]: -1 to 1\n") || !strings.Contains(page, "[1]: 0 to +Inf") {
		t.Errorf("exit code %d\n%s", code, page)
	}
	if code, page, _ = invoke("envs", "show", "crooked-v0", "--json"); code != exitOK || !strings.Contains(page, `"inf"`) {
		t.Errorf("exit code %d\n%s", code, page)
	}
}

// TestEnvsFront: hypervolumes of the true fronts, computed independently of this code from the closed
// forms of the maps, and from the leaves.
func TestEnvsFront(t *testing.T) {
	for _, c := range []struct {
		args        string
		points      int
		hypervolume float64
	}{
		{"deep-sea-treasure-v0 --gamma 1", 10, 401.8},
		{"deep-sea-treasure-v0", 10, 360.40094637581787},
		{"deep-sea-treasure-v0 --gamma 1 --kind ccs", 9, 401.8 - 0.7*3}, // without (20.3, -14), which lies on an edge
		{"deep-sea-treasure-concave-v0 --gamma 1", 10, 1155},
		{"deep-sea-treasure-concave-v0 --gamma 0.99", 10, 1101.3844295193692},
		{"deep-sea-treasure-concave-v0 --gamma 1 --kind ccs", 2, 762},
		{"deep-sea-treasure-concave-v0 --gamma 1 --param max_episode_steps=3", 2, 1*24 + 1*22},
		{"deep-sea-treasure-mirrored-v0 --gamma 1", 10, 1155},
		{"fruit-tree-v0", 64, 46034.80169795932},
	} {
		var front struct {
			Method         string
			Exact          bool
			Objectives     []string
			Points         [][]float64
			Hypervolume    float64
			ReferencePoint []float64 `json:"reference_point"`
			Plans          [][]int
		}
		args := append([]string{"envs", "front"}, strings.Fields(c.args)...)
		jsonOf(t, &front, args...)
		if len(front.Points) != c.points || math.Abs(front.Hypervolume-c.hypervolume) > 1e-9*c.hypervolume || !front.Exact || front.Method == "" ||
			len(front.Objectives) != len(front.ReferencePoint) || len(front.Plans) != c.points {
			t.Errorf("front %s: %+v, want %d points and hypervolume %v", c.args, front, c.points, c.hypervolume)
		}
	}
	code, page, _ := invoke("envs", "front", "deep-sea-treasure-v0", "--gamma", "1")
	if code != exitOK || !strings.Contains(page, "     treasure  time  steps\n   1       0.7    -1      1\n") || !strings.Contains(page, "hypervolume 401.8 for reference point (0, -25)") {
		t.Errorf("exit code %d\n%s", code, page)
	}
	var bound struct{ Exact bool }
	if jsonOf(t, &bound, "envs", "front", "minecart-deterministic-v0"); bound.Exact {
		t.Error("the ten known drives of the minecart are called the exact front")
	}
}

// recordings are files of MO-Gymnasium trajectories.
func recordings(t *testing.T) []string {
	t.Helper()
	grid, err := filepath.Glob("../envs/grid/testdata/*-v0*.json")
	cart, cerr := filepath.Glob("../envs/control/testdata/minecart*.json")
	if err := errors.Join(err, cerr); err != nil || len(grid) < 7 || len(cart) < 4 {
		t.Fatalf("%v, %v, %v", grid, cart, err)
	}
	return append(grid, cart...)
}

// flat is a recorded observation; that of breakable-bottles has named parts.
type flat []float32

func (f *flat) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]float32)(f))
	}
	var parts struct {
		Location  float32
		Carrying  float32   `json:"bottles_carrying"`
		Delivered float32   `json:"bottles_delivered"`
		Dropped   []float32 `json:"bottles_dropped"`
	}
	err := json.Unmarshal(b, &parts)
	*f = append(flat{parts.Location, parts.Carrying, parts.Delivered}, parts.Dropped...)
	return err
}

// TestEnvsTrace: from the reset on, with a seed and the recorded actions, a trace is the recording,
// wherever nothing is random and the recorded episode begins at the start.
func TestEnvsTrace(t *testing.T) {
	traced := 0
	for _, path := range recordings(t) {
		var file struct {
			ID       string         `json:"env_id"`
			Options  map[string]any `json:"kwargs"`
			Episodes []struct {
				Seed       json.Number
				InitState  json.RawMessage `json:"init_state"`
				InitObs    flat            `json:"init_obs"`
				Actions    []json.Number
				Obs        []flat
				Rewards    [][]float32
				Terminated []int
				Truncated  []int
			}
		}
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &file)
		}
		if err != nil {
			t.Fatal(err)
		}
		if file.ID == "minecart-v0" {
			continue
		}
		args := []string{"envs", "trace", file.ID, "--actions", "-"}
		for name, v := range file.Options {
			b, _ := json.Marshal(v)
			args = append(args, "--param", name+"="+string(b))
		}
		for k, e := range file.Episodes {
			if string(e.InitState) != string(file.Episodes[0].InitState) {
				continue
			}
			var in strings.Builder
			for _, a := range e.Actions {
				in.WriteString(a.String() + "\n")
			}
			code, out, errs := pipe(in.String(), append(args, "--seed", e.Seed.String())...)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if code != exitOK || len(lines) != 1+len(e.Actions) {
				t.Fatalf("%s, episode %d: exit code %d, %d lines: %s", path, k, code, len(lines), errs)
			}
			want := e.InitObs
			for i, line := range lines {
				var step struct {
					Obs, Reward           []float32
					Terminated, Truncated *bool
				}
				if err := json.Unmarshal([]byte(line), &step); err != nil {
					t.Fatal(err)
				}
				if i > 0 {
					want = e.Obs[i-1]
					if *step.Terminated != (e.Terminated[i-1] == 1) || *step.Truncated != (e.Truncated[i-1] == 1) || !near(step.Reward, e.Rewards[i-1]) {
						t.Fatalf("%s, episode %d, step %d: %s, want %v", path, k, i, line, e.Rewards[i-1])
					}
				}
				if !near(step.Obs, want) {
					t.Fatalf("%s, episode %d, step %d: %s, want %v", path, k, i, line, want)
				}
			}
			traced++
		}
	}
	if traced < 50 {
		t.Errorf("only %d episodes are traced", traced)
	}
}

func near(got, want []float32) bool {
	return slices.EqualFunc(got, want, func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-5 })
}

func TestEnvsTraceSeeds(t *testing.T) {
	const drive = "3\n2\n1\n5\n5\n2\n2\n2\n4\n2\n0\n" // to the first mine, and dig
	trace := func(seed string) string {
		code, out, errs := pipe(drive, "envs", "trace", "minecart-v0", "--actions", "-", "--seed", seed)
		if code != exitOK {
			t.Fatalf("exit code %d: %s", code, errs)
		}
		return out
	}
	first := trace("1")
	if trace("1") != first {
		t.Error("the same seed digs something else")
	}
	if trace("2") == first {
		t.Error("another seed digs the same")
	}
}

func TestEnvsVerify(t *testing.T) {
	paths := recordings(t)
	var reports []map[string]any
	jsonOf(t, &reports, append([]string{"envs", "verify"}, paths...)...)
	for i, r := range reports {
		for _, field := range []string{"file", "environment", "episodes", "steps", "max_obs_error", "max_reward_error", "flag_mismatches", "pass"} {
			if r[field] == nil {
				t.Errorf("report %d has no %s", i, field)
			}
		}
		if r["file"] != paths[i] || r["pass"] != true || r["flag_mismatches"] != 0.0 {
			t.Errorf("%v", r)
		}
	}
	if len(reports) != len(paths) {
		t.Errorf("%d reports of %d files", len(reports), len(paths))
	}
}

// Each case changes a good recording; a good one is compared beside it all the same.
func TestEnvsVerifyRefuses(t *testing.T) {
	const source = "../envs/grid/testdata/deep-sea-treasure-v0.float-state.json"
	good, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, old, new string
		code           int
		say            string // on standard output if the check failed, else on standard error
	}{
		{"reward", `0.699999988079071`, `0.8`, exitFailed, "reward treasure is 0.7, recorded 0.8"},
		{"observation", `[0.10000000149011612,0.0]`, `[0.5,0.0]`, exitFailed, "observation[0] is 0.10000000149011612, recorded 0.5"},
		{"flag", `"terminated":[0,1]`, `"terminated":[0,0]`, exitFailed, "terminated is true, recorded false"},
		{"action outside the space", `"actions":[0,1]`, `"actions":[0,9]`, exitFailed, "9 is not an integer from 0 to 3"},
		{"impossible state", `"init_state":{"pos":[0,0]}`, `"init_state":{"pos":[0,-1]}`, exitFailed, "pos [0 -1] lies outside the map"},
		{"shape of an observation", `"init_obs":[0.0,0.0]`, `"init_obs":[0.0]`, exitFailed, "1 numbers recorded, the environment has 2"},
		{"torn", `"episodes":`, "", exitUsage, "not a trajectory file: line"},
		{"environment", `"deep-sea-treasure-v0"`, `"deep-sea-treasure-v9"`, exitUsage, `unknown environment "deep-sea-treasure-v9"; did you mean`},
		{"option", `"float_state"`, `"float"`, exitUsage, `no option "float"`},
		{"schema", `"golden-v1"`, `"golden-v2"`, exitUsage, `schema is "golden-v2"`},
		{"objectives", `"reward_dim":2`, `"reward_dim":3`, exitUsage, "2 rewards of 3 objectives"},
		{"list too short", `"actions":[0,1]`, `"actions":[0]`, exitUsage, "1 actions of 2 steps"},
		{"key missing", `"init_state"`, `"state_at_first"`, exitUsage, "init_state is missing"},
		{"text for a number", `"reward_dim":2`, `"reward_dim":"two"`, exitUsage, "line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			compact := strings.NewReplacer(": ", ":", ", ", ",").Replace(string(good))
			if !strings.Contains(compact, c.old) {
				t.Fatalf("no %s in the recording", c.old)
			}
			path := filepath.Join(t.TempDir(), "changed.json")
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(compact, c.old, c.new)), 0o666); err != nil {
				t.Fatal(err)
			}
			code, out, errs := invoke("envs", "verify", path, source)
			said := errs
			if c.code == exitFailed {
				said = out
			}
			if code != c.code || !strings.Contains(said, c.say) || !strings.Contains(errs, path) {
				t.Errorf("exit code %d, want %d with %q\n%s\n%s", code, c.code, c.say, out, errs)
			}
			if !strings.Contains(out, "pass  "+source) {
				t.Errorf("the good file beside it is not compared:\n%s", out)
			}
			if code, out, _ := invoke("envs", "verify", path, "--json"); code != c.code || (out == "") != (c.code == exitUsage) {
				t.Errorf("--json: exit code %d and %q", code, out)
			}
		})
	}
}

func TestEnvsCheck(t *testing.T) {
	var result struct {
		Environment string
		Pass        bool
		Laws        []struct {
			Law, Says, Detail string
			Pass              bool
		}
	}
	jsonOf(t, &result, "envs", "check", "fruit-tree-v0", "--param", "depth=5")
	if result.Environment != "fruit-tree-v0" || !result.Pass || len(result.Laws) < 10 || !result.Laws[0].Pass {
		t.Errorf("%+v", result)
	}
	code, out, errs := invoke("envs", "check", "crooked-v0")
	if code != exitFailed || !strings.Contains(out, "FAIL  rewards") || !strings.Contains(out, "pass  observations") || !strings.Contains(errs, "nothing is not written") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
	code, out, errs = invoke("envs", "check", "crooked-v0", "--param", "fault=specification")
	if code != exitFailed || strings.Contains(out, "pass") || !strings.Contains(errs, "no summary") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
	code, out, _ = invoke("envs", "check", "crooked-v0", "--json")
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != exitFailed || result.Pass {
		t.Errorf("exit code %d, %+v, error %v", code, result, err)
	}
}

// TestEnvsBadInput: exit code 2, or 4 where nothing matches, a message with value, place and remedy,
// and nothing on standard output.
func TestEnvsBadInput(t *testing.T) {
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "actions.txt")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const sea = "deep-sea-treasure-v0"
	trace := func(actions string) []string { return []string{"trace", sea, "--actions", file(actions)} }
	for _, c := range []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"unknown command", []string{"lsit"}, exitUsage, `unknown command "lsit"`},
		{"list: no such number", []string{"list", "--objectives", "0"}, exitUsage, "--objectives is 0; it is at least 1"},
		{"list: no such kind", []string{"list", "--actions", "some"}, exitUsage, `--actions is "some"; it is discrete or continuous`},
		{"list: nothing matches", []string{"list", "--objectives", "77"}, exitNothing, "no environment matches"},
		{"list: an argument", []string{"list", sea}, exitUsage, sea},
		{"show: no id", []string{"show"}, exitUsage, "takes one environment id"},
		{"show: two ids", []string{"show", sea, sea}, exitUsage, "takes one environment id"},
		{"show: mistyped", []string{"show", "deep-see-treasure-v0"}, exitUsage, `unknown environment "deep-see-treasure-v0"; did you mean "deep-sea-treasure-v0"`},
		{"show: nothing like it", []string{"show", "chess"}, exitUsage, "`paretolab envs list` prints all"},
		{"param: mistyped", []string{"show", sea, "--param", "flaot_state=true"}, exitUsage, `no option "flaot_state"; did you mean "float_state"`},
		{"param: no value", []string{"show", sea, "--param", "float_state"}, exitUsage, "not of the form name=value"},
		{"param: twice", []string{"show", sea, "--param", "float_state=true", "--param", "float_state=false"}, exitUsage, "given twice"},
		{"param: out of range", []string{"check", "fruit-tree-v0", "--param", "depth=12"}, exitUsage, "option depth: 12 is outside 5..7"},
		{"param: type", []string{"front", "fruit-tree-v0", "--param", "depth=deep"}, exitUsage, `option depth: "deep" is not an integer`},
		{"param: no time", []string{"front", sea, "--param", "max_episode_steps=0"}, exitUsage, "max_episode_steps: 0 is outside 1.."},
		{"front: gamma 0", []string{"front", sea, "--gamma", "0"}, exitUsage, "--gamma is 0; a discount is above 0 and at most 1"},
		{"front: gamma above 1", []string{"front", sea, "--gamma", "1.01"}, exitUsage, "--gamma is 1.01"},
		{"front: gamma no number", []string{"front", sea, "--gamma", "NaN"}, exitUsage, "--gamma is NaN"},
		{"front: gamma a word", []string{"front", sea, "--gamma", "low"}, exitUsage, `"low"`},
		{"front: kind", []string{"front", sea, "--kind", "css"}, exitUsage, `--kind is "css"; it is pareto or ccs; did you mean "ccs"`},
		{"show: a part of names", []string{"show", "bottles"}, exitUsage, `did you mean "breakable-bottles-v0"?`},
		{"param: no number", []string{"show", "breakable-bottles-v0", "--param", "time_penalty=NaN"}, exitUsage, "option time_penalty: NaN is not a finite number"},
		{"param: a map", []string{"show", sea, "--param", "dst_map=0 1/0"}, exitUsage, "dst_map: row 2 has 1 cells, the first has 2"},
		{"front: too large", []string{"front", "fishwood-v0", "--param", "max_episode_steps=50"}, exitFailed, "--tolerance 0.01 gives it to within that in every objective, --kind ccs the convex coverage set"},
		{"front: tolerance", []string{"front", sea, "--tolerance", "-1"}, exitUsage, "--tolerance is -1; it is a finite number from 0"},
		{"front: tolerance of a coverage set", []string{"front", sea, "--tolerance", "1", "--kind", "ccs"}, exitUsage, "--tolerance is for --kind pareto"},
		{"front: episodes of nothing", []string{"front", sea, "--episodes", "9"}, exitUsage, "--episodes goes with --replay"},
		{"front: no episodes", []string{"front", sea, "--replay", "--episodes", "0"}, exitUsage, "--episodes is 0; it is from 1"},
		{"front: seed of nothing", []string{"front", sea, "--replay", "--seed", "1"}, exitUsage, "--seed goes with --replay --episodes"},
		{"front: no policies", []string{"front", "breakable-bottles-v0", "--param", "unbreakable_bottles=true", "--replay"}, exitNothing, "documented without policies"},
		{"front: unknown", []string{"front", "minecart-v0"}, exitNothing, "no front is known"},
		{"front: known for other options", []string{"front", "minecart-deterministic-v0", "--param", "frame_skip=1"}, exitNothing, "no front is known"},
		{"trace: no file given", []string{"trace", sea}, exitUsage, "--actions FILE is missing"},
		{"trace: no such file", []string{"trace", sea, "--actions", filepath.Join(t.TempDir(), "none.txt")}, exitUsage, "none.txt"},
		{"trace: a folder", []string{"trace", sea, "--actions", t.TempDir()}, exitUsage, "directory"},
		{"trace: empty file", trace("\n \n"), exitUsage, "actions.txt: no actions; write one per line, each an integer from 0 to 3"},
		{"trace: empty standard input", []string{"trace", sea, "--actions", "-"}, exitUsage, "standard input: no actions"},
		{"trace: action out of range", trace("1\n\n4\n"), exitUsage, "actions.txt:3: action 4: 4 is not an integer from 0 to 3"},
		{"trace: fraction", trace("0.5\n"), exitUsage, "actions.txt:1: action 0.5: 0.5 is not an integer"},
		{"trace: word", trace("1\nleft\n"), exitUsage, `actions.txt:2: "left" is no number; an action of deep-sea-treasure-v0 is an integer from 0 to 3`},
		{"trace: two numbers", trace("1,1\n"), exitUsage, "2 numbers where the space has 1"},
		{"trace: not finite", trace("nan\n"), exitUsage, "NaN is not an integer"},
		{"trace: continuous action", []string{"trace", "crooked-v0", "--actions", file("0.5, 2\n-2,0\n")}, exitUsage, "actions.txt:2: action -2,0: element 0 is -2, outside [-1, 1]"},
		{"trace: negative seed", []string{"trace", sea, "--seed", "-1", "--actions", "-"}, exitUsage, "-1"},
		{"verify: no file given", []string{"verify"}, exitUsage, "takes at least one trajectory file"},
		{"verify: no such file", []string{"verify", "none.json"}, exitUsage, "none.json"},
		{"verify: empty file", []string{"verify", file("")}, exitUsage, "actions.txt: empty; a trajectory file is a JSON object"},
		{"verify: another kind of file", []string{"verify", file("[1, 2]")}, exitUsage, "actions.txt: not a trajectory file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, flags := range [][]string{nil, {"--json"}} {
				code, out, errs := invoke(slices.Concat([]string{"envs"}, c.args, flags)...)
				if c.code == exitNothing && c.args[0] == "list" && flags != nil {
					out = "" // an empty array says it, too
				}
				if code != c.code || !strings.Contains(errs, c.say) || out != "" {
					t.Errorf("%v: exit code %d, want %d with %q\n%s\n%s", flags, code, c.code, c.say, out, errs)
				}
			}
		})
	}
	// An action after the end: what happened until then is printed.
	code, out, errs := invoke(append([]string{"envs"}, trace("1\n0\n")...)...)
	if code != exitUsage || strings.Count(out, "\n") != 2 || !strings.Contains(errs, "actions.txt:2: the episode ended with step 1") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
}

// TestEnvsCheckSeveral: a row, or an object, for each id in the order given; one that fails fails all.
func TestEnvsCheckSeveral(t *testing.T) {
	type result struct {
		Environment    string
		Pass           bool
		Passed, Failed int
		Laws           []struct{ Law string }
	}
	code, table, errs := invoke("envs", "check", "deep-sea-treasure-v0", "crooked-v0")
	if code != exitFailed || !strings.Contains(table, "pass  deep-sea-treasure-v0 ") || !strings.Contains(table, "FAIL  crooked-v0 ") ||
		!strings.Contains(errs, "crooked-v0 breaks ") || !strings.Contains(errs, "1 of 2 environments fail") {
		t.Errorf("exit code %d\n%s\n%s", code, table, errs)
	}
	code, out, _ := invoke("envs", "check", "deep-sea-treasure-v0", "crooked-v0", "--json")
	var results []result
	if err := json.Unmarshal([]byte(out), &results); err != nil || code != exitFailed || len(results) != 2 {
		t.Fatalf("exit code %d, error %v in\n%s", code, err, out)
	}
	for i, want := range []string{"deep-sea-treasure-v0", "crooked-v0"} {
		r := results[i]
		if r.Environment != want || r.Pass != (r.Failed == 0) || r.Pass != (i == 0) || r.Passed+r.Failed != len(r.Laws) {
			t.Errorf("%+v", r)
		}
	}
}

// samples are random actions of an environment, one per line, up to the end of the episode that
// begins with the seed, 60 at most.
func samples(t *testing.T, id string, seed uint64) string {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	var rng envs.RNG
	rng.Seed(seed)
	s := envs.NewSingle(e)
	if _, err := s.Reset(&seed); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	action := make([]float64, e.Spec.Action.Len())
	for range 60 {
		e.Spec.Action.Sample(&rng, action)
		for i, x := range action {
			if i > 0 {
				lines.WriteByte(',')
			}
			lines.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
		}
		lines.WriteByte('\n')
		step, err := s.Step(action)
		if err != nil {
			t.Fatal(err)
		}
		if step.Terminated || step.Truncated {
			break
		}
	}
	return lines.String()
}

// TestEnvsTraceRecord: what a trace of any environment records, verify reproduces to the last bit.
func TestEnvsTraceRecord(t *testing.T) {
	for _, id := range envs.IDs() {
		if id == "crooked-v0" {
			continue // its rewards are no numbers
		}
		t.Run(id, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "episode.json")
			actions := samples(t, id, 7)
			code, out, errs := pipe(actions, "envs", "trace", id, "--seed", "7", "--actions", "-", "--record", path)
			steps := strings.Count(actions, "\n")
			if code != exitOK || strings.Count(out, "\n") != 1+steps {
				t.Fatalf("exit code %d of %d steps: %s", code, steps, errs)
			}
			var reports []struct {
				Pass        bool
				Steps       int
				Observation float64 `json:"max_obs_error"`
				Reward      float64 `json:"max_reward_error"`
				State       float64 `json:"max_state_error"`
			}
			jsonOf(t, &reports, "envs", "verify", path)
			if r := reports[0]; !r.Pass || r.Steps != steps || r.Observation != 0 || r.Reward != 0 || r.State != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestEnvsTraceRecordHead: options, time limit, spaces and flags are written as the originals' files
// have them.
func TestEnvsTraceRecordHead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sea.json")
	code, _, errs := pipe("3\n1\n", "envs", "trace", "deep-sea-treasure-v0", "--param", "float_state=true",
		"--param", "max_episode_steps=2", "--seed", "5", "--actions", "-", "--record", path)
	text, err := os.ReadFile(path)
	if code != exitOK || err != nil {
		t.Fatalf("exit code %d: %s, %v", code, errs, err)
	}
	for _, part := range []string{
		`"schema":"golden-v1"`, `"env_id":"deep-sea-treasure-v0","kwargs":{"float_state":true},"max_episode_steps":2`,
		`"action_space":{"n":4,"start":0,"type":"discrete"}`, `"reward_dim":2,"tolerance":{"obs_abs":0,"reward_abs":0}`,
		`"seed":5,"init_state":{"pos":[0,0]},"init_obs":[0,0],"actions":[3,1]`, `"terminated":[0,0],"truncated":[0,1]`,
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("no %s in\n%s", part, text)
		}
	}
	if code, out, errs := invoke("envs", "verify", path); code != exitOK {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
	if code, out, errs := pipe("0\n", "envs", "trace", "deep-sea-treasure-v0", "--actions", "-", "--record", "-"); code != exitUsage || out != "" || !strings.Contains(errs, "name a file") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errs)
	}
}

// TestEnvsTraceClips: environments that clip take any finite action, the others none outside the box.
func TestEnvsTraceClips(t *testing.T) {
	for _, c := range []struct {
		id, action string
		say        string // "": the action is taken
	}{
		{"Pendulum-v1", "7.5", ""},
		{"MountainCarContinuous-v0", "-3", ""},
		{"mo-mountaincarcontinuous-v0", "3", ""},
		{"mo-lunar-lander-continuous-v3", "-4,2", ""},
		{"water-reservoir-v0", "-1", ""},
		{"Pendulum-v1", "nan", "standard input:1: action nan: element 0 is NaN, not a finite number"},
		{"Pendulum-v1", "inf", "element 0 is +Inf, not a finite number"},
		{"Pendulum-v1", "1,1", "2 numbers where the space has 1"},
		{"building-3d", strings.TrimSuffix(strings.Repeat("1.5,", 23), ","), "element 0 is 1.5, outside [-1, 1]"},
		{"crooked-v0", "2,0", "element 0 is 2, outside [-1, 1]"},
	} {
		code, out, errs := pipe(c.action+"\n", "envs", "trace", c.id, "--actions", "-")
		if c.say == "" && (code != exitOK || strings.Count(out, "\n") != 2) {
			t.Errorf("%s, action %s: exit code %d: %s", c.id, c.action, code, errs)
		}
		if c.say != "" && (code != exitUsage || out != "" || !strings.Contains(errs, c.say)) {
			t.Errorf("%s, action %s: exit code %d, want %q: %s%s", c.id, c.action, code, c.say, out, errs)
		}
	}
}
