package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// Two environments and an algorithm for tests of configurations. Nothing in the first is random.

const (
	chainID  = "config-chain-v0"
	driftID  = "config-drift-v0"
	searchID = "config-search"
)

func init() {
	environment := func(o envs.Options, objectives []envs.Objective, ref envs.Reference, exact bool) *envs.Environment {
		return &envs.Environment{
			Spec: envs.Spec{
				Observation: envs.Box("float32", []float64{0}, []float64{1}), Action: envs.Discrete(2), Objectives: objectives,
				Horizon: 50, Reference: ref, DeterministicStart: exact, DeterministicStep: exact,
				Alternatives: []envs.Reference{{Name: "undiscounted", Discount: 1, Point: ref.Point, Source: "elsewhere"}},
			},
			New: func() envs.Env { panic("no configuration needs a copy") },
		}
	}
	envs.Register(envs.Definition{
		ID: chainID,
		Options: []envs.Option{
			{Name: "length", Default: 5, Min: 2, Max: 100, Doc: "states"},
			{Name: "wind", Default: 0.25, Min: 0, Max: 1, Doc: "force"},
			{Name: "Map", Default: "open", Values: []string{"open", "walled"}, Doc: "layout"},
			{Name: "slippery", Default: false, Doc: "ground"},
		},
		New: func(o envs.Options) (*envs.Environment, error) {
			if o.Int("length") == 13 {
				return nil, errors.New("length 13 does not work with this map")
			}
			return environment(o, []envs.Objective{{Name: "gain"}, {Name: "time"}}, envs.Reference{Discount: 0.9, Point: []float64{0, -25}, Source: "this test"}, true), nil
		},
	})
	envs.Register(envs.Definition{
		ID: driftID,
		New: func(o envs.Options) (*envs.Environment, error) {
			e := environment(o, []envs.Objective{{Name: "x"}, {Name: "y"}, {Name: "z"}}, envs.Reference{Discount: 0.98}, false)
			e.Spec.Reference.Point = nil
			return e, nil
		},
	})
	for _, unit := range []string{"episodes", "answers"} {
		agents.Register(agents.Definition{
			ID: countingID + unit, Revision: 1, Presets: []agents.Preset{{Name: "usual"}},
			New: func(e *envs.Environment, _ string) (agents.Algorithm, int, error) {
				return &counting{unit, 10}, 10 * e.Spec.Horizon, nil
			},
		})
	}
	agents.Register(agents.Definition{
		ID: searchID, Summary: "Searches", Source: "this test", Revision: 3,
		Presets: []agents.Preset{{Name: "small"}, {Name: "large"}},
		New: func(e *envs.Environment, preset string) (agents.Algorithm, int, error) {
			s := &searchSettings{Beta: 0.9, UpdateIter: 20, Mode: "fast", Limit: time.Second, Hidden: []int{64, 64}, Scales: []float64{0.5}}
			s.LearningRate = 1e-3
			if e.Spec.M() <= 2 {
				s.UpdateIter = 10
			}
			if preset == "large" {
				s.UpdateIter *= 2
				return s, 0, nil
			}
			return s, 4000, nil
		},
	})
}

// countingID and unit are algorithms with a budget in episodes and in answers.
const countingID = "config-counting-"

type counting struct {
	unit  string
	Count int `key:"count" doc:"what is counted" range:">=1"`
}

func (c *counting) Check(*envs.Environment, int) error { return nil }
func (c *counting) Train(context.Context, *agents.Problem, agents.Recorder) (*agents.PolicySet, error) {
	return nil, errors.New("not for training")
}
func (c *counting) BudgetUnit() string { return c.unit }
func (c *counting) SetBudget(e *envs.Environment, n int) int {
	c.Count = n
	return n * e.Spec.Horizon
}

type searchSettings struct {
	Beta       float64       `key:"beta" doc:"relaxation" symbol:"β" range:"(0,1)" source:"this test"`
	UpdateIter int           `key:"update_iter" doc:"updates" range:">=1"`
	Mode       string        `key:"mode" doc:"how" range:"fast|thorough|reference-mode"`
	Limit      time.Duration `key:"limit" doc:"time" range:"(0,3600]"`
	Hidden     []int         `key:"hidden" doc:"layers" range:"[1,1024]"`
	Scales     []float64     `key:"scales" doc:"scales" range:"[0,inf)"`
	Centred    bool          `key:"centred" doc:"centring"`
	commonSettings
}

type commonSettings struct {
	LearningRate float64 `key:"learning_rate" doc:"step size" range:"(0,inf)"`
	Threshold    float64 `key:"threshold" doc:"a threshold"`
	Momentum     float64 `key:"momentum" doc:"momentum" range:"[0,1)" later:"true"`
}

func (s *searchSettings) Check(e *envs.Environment, steps int) error {
	if steps < 100 {
		return fmt.Errorf("%d steps are less than one update of 100", steps)
	}
	return nil
}

// MeasureEvery implements agents.Paced.
func (s *searchSettings) MeasureEvery(_ *envs.Environment, steps int) {
	s.UpdateIter = agents.Intervals(steps, 100)
}

func (s *searchSettings) Train(context.Context, *agents.Problem, agents.Recorder) (*agents.PolicySet, error) {
	return nil, errors.New("not for training")
}

// mustParse reads a configuration that has to be right.
func mustParse(t testing.TB, text string, o Overrides) *Config {
	t.Helper()
	c, err := ParseConfig("test.yaml", []byte(text), "yaml", o)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return c
}

func mustItems(t testing.TB, c *Config) []Item {
	t.Helper()
	items, err := c.Items()
	if err != nil {
		t.Fatal(err)
	}
	return items
}

const single = `version: 1
name: single
environment: config-chain-v0
algorithm: config-search
`

const grid = `version: 1
name: both
description: everything with everything
grid:
  environments: [{id: config-chain-v0, options: {length: 7, wind: 0.5}, max_episode_steps: 20}, {id: config-drift-v0, label: Drift}]
  algorithms:
    - config-search
    - {name: config-search, preset: large, settings: {beta: 0.5, hidden: [8, 8], limit: 2m, mode: thorough, centred: true}}
    - {name: config-search, label: "Search β=0.8", settings: {beta: 0.8}}
  seeds: 3..4
  exclude: [{environment: Drift, algorithm: "Search β=0.8"}]
budget: {steps: 600_000, per_environment: {Drift: 2e3}}
evaluation: {episodes: 7, discount: 0.95, weights: {kind: lattice, n: 12}}
final_evaluation: {episodes: 33}
reference: {points: {Drift: [-1, -2, -3.5]}, front: known}
resources: {workers: 3, threads_per_item: 1}
output: {root: out, checkpoint_every: 1m30s, keep_checkpoints: 5, policies: archive}
kernel: generic
`

// TestFormats: YAML, TOML and JSON of the same content are the same configuration.
func TestFormats(t *testing.T) {
	var want []byte
	var ids []string
	for _, name := range []string{"grid.yaml", "grid.toml", "grid.json"} {
		c, err := LoadConfig(filepath.Join("testdata", "config", name), Overrides{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range mustItems(t, c) {
			got = append(got, i.ID)
		}
		if want == nil {
			want, ids = c.ResolvedYAML(), got
		}
		if string(c.ResolvedYAML()) != string(want) {
			t.Errorf("%s resolves to\n%s\nwant\n%s", name, c.ResolvedYAML(), want)
		}
		if !slices.Equal(got, ids) {
			t.Errorf("%s has items %v, want %v", name, got, ids)
		}
		again, err := ParseConfig("resolved.yaml", c.ResolvedYAML(), "yaml", Overrides{})
		if err != nil {
			t.Fatal(err)
		}
		if string(again.ResolvedYAML()) != string(want) {
			t.Errorf("the resolved configuration resolves to\n%s\nwant\n%s", again.ResolvedYAML(), want)
		}
	}
	golden, err := os.ReadFile(filepath.Join("testdata", "config", "grid.resolved.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if string(golden) != string(want) {
		t.Errorf("resolved configuration:\n%s\nwant\n%s", want, golden)
	}
}

// TestDefaults: what is not given has the documented default.
func TestDefaults(t *testing.T) {
	c := mustParse(t, single, Overrides{})
	if !slices.Equal(c.Seeds, Seeds{0}) || c.Resources != (Resources{Workers: 0, ThreadsPerItem: 1}) || c.Kernel != "auto" ||
		c.Output != (Output{Root: "runs", CheckpointEvery: 10 * time.Second, KeepCheckpoints: 2, Policies: "archive"}) || c.Dir() != filepath.Join("runs", "single") {
		t.Errorf("defaults: %+v", c)
	}
	i := mustItems(t, c)[0]
	if i.Steps != 4000 || i.Preset != "small" || i.Label != searchID || i.Dir != "config-search__config-chain-v0__s0" {
		t.Errorf("item: %+v", i)
	}
	if i.Evaluation.Episodes != 1 || i.FinalEpisodes != 1 {
		t.Errorf("%d and %d episodes in a deterministic environment", i.Evaluation.Episodes, i.FinalEpisodes)
	}
	if i.Reference.Discount != 0.9 || !slices.Equal(i.Reference.Point, []float64{0, -25}) || i.Reference.Source != "this test" {
		t.Errorf("reference %+v", i.Reference)
	}
	if got := i.WeightsName(); got != "lattice 100 (101)" || len(i.Weights(2)) != 101 {
		t.Errorf("weights %s", got)
	}
	if s := i.Settings.(*searchSettings); s.UpdateIter != 10 || s.Beta != 0.9 {
		t.Errorf("settings %+v", s)
	}
	if want := map[string]any{"length": 5, "wind": 0.25, "Map": "open", "slippery": false}; !reflect.DeepEqual(i.Environment.Options, want) {
		t.Errorf("options %v", i.Environment.Options)
	}
	c = mustParse(t, "version: 1\nname: a\nenvironment: config-drift-v0\nalgorithm: {name: config-search, preset: large}\nsteps: 500\nreference: {points: {config-drift-v0: [0, 0, 0]}}\n", Overrides{})
	i = mustItems(t, c)[0]
	if i.Evaluation.Episodes != 10 || i.FinalEpisodes != 100 || i.WeightsName() != "lattice 10 (66)" || i.Label != "config-search-large" || i.Environment.MaxEpisodeSteps != 50 {
		t.Errorf("item: %+v", i)
	}
	// Weights of least energy are those that pareto weights prints, 100 if their number is not given.
	c = mustParse(t, single+"evaluation: {weights: {kind: energy}}\n", Overrides{})
	i = mustItems(t, c)[0]
	if want, err := pareto.RieszWeights(2, 100, 0); err != nil || !reflect.DeepEqual(i.Weights(2), want) || i.WeightsName() != "energy 100 (100)" {
		t.Errorf("weights %s: %v", i.WeightsName(), err)
	}
	// A customary alternative keeps its source.
	c = mustParse(t, single+"evaluation: {discount: 1}\n", Overrides{})
	if r := mustItems(t, c)[0].Reference; r.Name != "undiscounted" || r.Source != "elsewhere" {
		t.Errorf("reference %+v", r)
	}
}

// TestLayers: defaults < preset < file < variables < --set < named flags.
func TestLayers(t *testing.T) {
	two, five := 2, 500
	for _, x := range []struct {
		name string
		text string
		o    Overrides
		get  func(c *Config, i Item) any
		want any
	}{
		{"default", "", Overrides{}, func(c *Config, i Item) any { return c.Output.KeepCheckpoints }, 2},
		{"file over default", "output: {keep_checkpoints: 3}", Overrides{}, func(c *Config, i Item) any { return c.Output.KeepCheckpoints }, 3},
		{"variable over file", "output: {keep_checkpoints: 3}", Overrides{Env: []string{"PARETOLAB_OUTPUT_KEEP_CHECKPOINTS=4"}},
			func(c *Config, i Item) any { return c.Output.KeepCheckpoints }, 4},
		{"variable of a key that no file has", "", Overrides{Env: []string{"PARETOLAB_FINAL_EVALUATION_EPISODES=4"}},
			func(c *Config, i Item) any { return i.FinalEpisodes }, 4},
		{"set over variable", "output: {keep_checkpoints: 3}", Overrides{Env: []string{"PARETOLAB_OUTPUT_KEEP_CHECKPOINTS=4"}, Set: []string{"output.keep_checkpoints=5"}},
			func(c *Config, i Item) any { return c.Output.KeepCheckpoints }, 5},
		{"the last set wins", "", Overrides{Set: []string{"output.keep_checkpoints=5", "output.keep_checkpoints=6"}},
			func(c *Config, i Item) any { return c.Output.KeepCheckpoints }, 6},
		{"workers", "resources: {workers: 7}", Overrides{Set: []string{"resources.workers=3"}, Workers: &two},
			func(c *Config, i Item) any { return c.Resources.Workers }, 2},
		{"out", "output: {root: a}", Overrides{Env: []string{"PARETOLAB_OUTPUT_ROOT=b"}, Out: "c: d"},
			func(c *Config, i Item) any { return c.Output.Root }, "c: d"},
		{"steps", "budget: {steps: 1000, per_environment: {config-chain-v0: 2000}}", Overrides{Steps: &five},
			func(c *Config, i Item) any { return i.Steps }, 500},
		{"steps by environment", "budget: {steps: 1000, per_environment: {config-chain-v0: 2000}}", Overrides{},
			func(c *Config, i Item) any { return i.Steps }, 2000},
		{"steps on top", "steps: 6e5", Overrides{}, func(c *Config, i Item) any { return i.Steps }, 600_000},
		{"steps by variable", "budget: {steps: 1000}", Overrides{Env: []string{"PARETOLAB_STEPS=2_000"}}, func(c *Config, i Item) any { return i.Steps }, 2000},
		{"seeds as list", "seeds: [4, 2]", Overrides{Seeds: "0,7..9"}, func(c *Config, i Item) any { return fmt.Sprint(c.Seeds) }, "[0 7 8 9]"},
		{"seeds of the grid", "", Overrides{Set: []string{"grid.seeds=[3]"}}, func(c *Config, i Item) any { return fmt.Sprint(c.Seeds) }, "[3]"},
		{"largest seed", "seeds: [18446744073709551615]", Overrides{}, func(c *Config, i Item) any { return i.Seed }, uint64(1<<64 - 1)},
		{"preset over default", "algorithm: {name: config-search, preset: large}\nsteps: 100", Overrides{}, func(c *Config, i Item) any { return i.SettingsMap["update_iter"] }, 20},
		{"setting over preset", "algorithm: {name: config-search, preset: large, settings: {update_iter: 7}}\nsteps: 100", Overrides{},
			func(c *Config, i Item) any { return i.Settings.(*searchSettings).UpdateIter }, 7},
		{"setting by variable", "", Overrides{Env: []string{"PARETOLAB_ALGORITHM_SETTINGS_UPDATE_ITER=3"}},
			func(c *Config, i Item) any { return i.Settings.(*searchSettings).UpdateIter }, 3},
		{"setting by set, beside that of the file", "algorithm: {name: config-search, settings: {beta: 0.5}}", Overrides{Set: []string{"algorithm.settings.learning_rate=1e-2"}},
			func(c *Config, i Item) any {
				s := i.Settings.(*searchSettings)
				return fmt.Sprint(s.Beta, s.LearningRate)
			}, "0.5 0.01"},
		{"option with a capital", "environment: {id: config-chain-v0, options: {Map: walled}}", Overrides{}, func(c *Config, i Item) any { return i.Environment.Options["Map"] }, "walled"},
		{"option by set", "environment: {id: config-chain-v0, options: {Map: walled}}", Overrides{Set: []string{"environment.options.length=9"}},
			func(c *Config, i Item) any { return fmt.Sprint(i.Environment.Options) }, "map[Map:walled length:9 slippery:false wind:0.25]"},
		{"environment by variable", "", Overrides{Env: []string{"PARETOLAB_ENVIRONMENT={id: config-drift-v0, label: D}", "PARETOLAB_REFERENCE_POINTS={D: [0, 0, 0]}"}},
			func(c *Config, i Item) any { return i.Environment.ID + " " + i.Environment.Label }, "config-drift-v0 D"},
		{"text that looks like a number", "", Overrides{Set: []string{"description=007"}}, func(c *Config, i Item) any { return c.Description }, "007"},
		{"text that is no YAML", "", Overrides{Env: []string{"PARETOLAB_DESCRIPTION=a: b: [c"}}, func(c *Config, i Item) any { return c.Description }, "a: b: [c"},
		{"empty variables count as none", "seeds: [5]", Overrides{Env: []string{"PARETOLAB_SEEDS=", "PARETOLAB_NONSENSE=", "HOME=/x"}},
			func(c *Config, i Item) any { return i.Seed }, uint64(5)},
		{"variables of the tests", "", Overrides{Env: []string{"PARETOLAB_BROWSER=x", "PARETOLAB_REQUIRE_BROWSER=1"}}, func(c *Config, i Item) any { return i.Seed }, uint64(0)},
		{"duration", "", Overrides{Set: []string{"output.checkpoint_every=1h"}}, func(c *Config, i Item) any { return c.Output.CheckpointEvery }, time.Hour},
		{"map by set", "budget: {per_environment: {config-chain-v0: 2000}}", Overrides{Set: []string{"budget.per_environment.config-chain-v0=3000"}},
			func(c *Config, i Item) any { return i.Steps }, 3000},
	} {
		text := single
		for _, key := range []string{"environment", "algorithm"} {
			if strings.HasPrefix(x.text, key+":") { // in place of the line above
				text = strings.Replace(text, key+": config-chain-v0\n", "", 1)
				text = strings.Replace(text, key+": config-search\n", "", 1)
			}
		}
		c, err := ParseConfig("test.yaml", []byte(text+x.text+"\n"), "yaml", x.o)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		if got := x.get(c, mustItems(t, c)[0]); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

// TestSetInGrids: --set reaches into the lists of a grid.
func TestSetInGrids(t *testing.T) {
	c := mustParse(t, grid, Overrides{Set: []string{
		"grid.algorithms.0.settings.beta=0.25", "grid.algorithms.1.label=007", "grid.environments.0.options.length=11",
		"grid.environments.0.label=Chain", "grid.exclude=[]", "reference.points.Drift=[-9, -9, -9]", "grid.seeds=8",
	}})
	items := mustItems(t, c)
	if len(items) != 6 {
		t.Fatalf("%d items, want 6", len(items))
	}
	i := items[0]
	if i.Seed != 8 || i.Settings.(*searchSettings).Beta != 0.25 || i.Environment.Options["length"] != 11 || i.Dir != "config-search__chain__s8" {
		t.Errorf("%+v", i)
	}
	if items[1].Label != "007" || items[3].Reference.Point[0] != -9 {
		t.Errorf("%+v, %+v", items[1], items[3])
	}
}

// TestGrid: the expansion of a grid, in order.
func TestGrid(t *testing.T) {
	c := mustParse(t, grid, Overrides{})
	var got []string
	for _, i := range mustItems(t, c) {
		got = append(got, fmt.Sprintf("%s %d %v", i.Dir, i.Steps, i.Reference.Point))
	}
	want := []string{
		"config-search__config-chain-v0__s3 600000 [0 -25]",
		"config-search__config-chain-v0__s4 600000 [0 -25]",
		"config-search-large__config-chain-v0__s3 600000 [0 -25]",
		"config-search-large__config-chain-v0__s4 600000 [0 -25]",
		"search-0.8__config-chain-v0__s3 600000 [0 -25]",
		"search-0.8__config-chain-v0__s4 600000 [0 -25]",
		"config-search__drift__s3 2000 [-1 -2 -3.5]",
		"config-search__drift__s4 2000 [-1 -2 -3.5]",
		"config-search-large__drift__s3 2000 [-1 -2 -3.5]",
		"config-search-large__drift__s4 2000 [-1 -2 -3.5]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("items\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestBadConfigs: the exact messages of the files in testdata/config/bad.txt. A case is a line
// "== name [format]", the text, a line "--", and the messages.
func TestBadConfigs(t *testing.T) {
	golden := filepath.Join("testdata", "config", "bad.txt")
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, x := range strings.Split(string(data), "\n== ")[1:] {
		head, rest, _ := strings.Cut(x, "\n")
		text, want, ok := strings.Cut("\n"+rest, "\n--\n")
		if !ok {
			t.Fatalf("case %s has no line --", head)
		}
		text, want = strings.TrimPrefix(text, "\n"), strings.TrimSpace(want)
		name, options, _ := strings.Cut(head, " [")
		format := "yaml"
		var o Overrides
		for option := range strings.SplitSeq(strings.TrimSuffix(options, "]"), "; ") {
			key, value, _ := strings.Cut(option, " ")
			switch key {
			case "yaml", "toml", "json":
				format = key
			case "--set":
				o.Set = append(o.Set, value)
			case "--seeds":
				o.Seeds = value
			case "--steps", "--workers":
				n, err := strconv.Atoi(value)
				if err != nil {
					t.Fatal(err)
				}
				if key == "--steps" {
					o.Steps = &n
				} else {
					o.Workers = &n
				}
			case "":
			default:
				o.Env = append(o.Env, option)
			}
		}
		text = strings.NewReplacer(`\t`, "\t", `\xff`, "\xff", `\x00`, "\x00").Replace(text)
		c, err := ParseConfig("c."+format, []byte(text), format, o)
		got := "nothing is wrong"
		if err != nil {
			got = err.Error()
			var problems *ConfigError
			if !errors.As(err, &problems) || c != nil {
				t.Errorf("%s: a %T and a configuration %v", name, err, c)
			}
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
		fmt.Fprintf(&out, "\n== %s\n%s\n--\n%s\n", head, strings.TrimPrefix(strings.Split("\n"+rest, "\n--\n")[0], "\n"), got)
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		head, _, _ := strings.Cut(string(data), "\n== ")
		if err := os.WriteFile(golden, []byte(head+out.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUnreadableFiles: files that cannot be read name themselves and the reason.
func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "none.yaml")
	_, err := LoadConfig(missing, Overrides{})
	var problems *ConfigError
	if !errors.As(err, &problems) || !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), missing+": cannot be read: ") {
		t.Errorf("missing file: %v", err)
	}
	for path, want := range map[string]string{
		"notes.txt": "a configuration is a file .yaml, .yml, .json or .toml",
		"a.yaml":    "is a folder, not a file",
	} {
		os.Mkdir(filepath.Join(dir, "a.yaml"), 0o777)
		_, err := LoadConfig(filepath.Join(dir, path), Overrides{})
		if !errors.As(err, &problems) || err.Error() != filepath.Join(dir, path)+": "+want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestEveryKeyByEveryLayer: the schema's keys can be set by file, variable and flag alike, and no
// two share a variable.
func TestEveryKeyByEveryLayer(t *testing.T) {
	values := map[string]string{ // where the default, or 2, is not what to test with
		"version": "1", "name": "other", "description": "d", "environment.id": chainID, "environment.label": "e",
		"algorithm.name": searchID, "algorithm.preset": "large", "algorithm.label": "l", "seeds": "[5]", "evaluation.discount": "0.5",
		"budget.per_environment": "{config-chain-v0: 300}", "reference.points": "{config-chain-v0: [-1, -1]}", "budget.steps": "500", "output.episodes": "true", "reference.front": "union", "reference.front_points": "[[1, 2]]",
		"resources.threads_per_item": "1", "output.checkpoint_every": "3s", "output.root": "x", "kernel": "avx2",
		"sweep.score.metric": "hypervolume", "parent.item": "0123456789abcdef", "sweep.space": "{update_iter: {int: [2, 30], step: 4}}",
	}
	variables := map[string]string{}
	walkSchema(func(path []string, f *schemaField) {
		name, full := variablePrefix+variableOf(path), strings.Join(path, ".")
		if other, taken := variables[name]; taken {
			t.Errorf("%s and %s share %s", full, other, name)
		}
		variables[name] = full
		if path[0] == "grid" || f.typ.Kind() == reflect.Struct || f.typ == plainMapType {
			return
		}
		value, ok := values[full]
		switch {
		case ok:
		case f.limits.words != nil:
			value = f.limits.words[0]
		default:
			value = "2"
		}
		base := "version: 1\nname: n\nenvironment: {id: config-chain-v0}\nalgorithm: {name: config-search}\nbudget: {steps: 700}\n"
		if unit := path[len(path)-1]; full == "budget.episodes" || full == "budget.answers" {
			base = "version: 1\nname: n\nenvironment: {id: config-chain-v0}\nalgorithm: {name: config-counting-" + unit + "}\n"
		}
		if path[0] == "sweep" {
			base += "sweep: {seeds: 7..9, space: {beta: {uniform: [0.1, 0.9]}}}\n"
		}
		var p problems
		root := parseNode("base.yaml", []byte(base), "yaml", &p)
		inner := root
		for _, part := range path[:len(path)-1] {
			inner = inner.open(part, position{})
		}
		v, err := parseValue(f, value)
		if err != nil {
			t.Fatal(err)
		}
		inner.set(f.key, position{}, v)
		byFile, err := ParseConfig("file.yaml", yamlOf(root), "yaml", Overrides{})
		if err != nil {
			t.Errorf("%s by file: %v in\n%s", full, err, yamlOf(root))
			return
		}
		want := string(byFile.ResolvedYAML())
		for layer, o := range map[string]Overrides{
			"variable": {Env: []string{name + "=" + value}}, "--set": {Set: []string{full + "=" + value}},
		} {
			c, err := ParseConfig("base.yaml", []byte(base), "yaml", o)
			if err != nil {
				t.Errorf("%s by %s: %v", full, layer, err)
			} else if string(c.ResolvedYAML()) != want {
				t.Errorf("%s by %s:\n%s\nwant\n%s", full, layer, c.ResolvedYAML(), want)
			}
		}
		if text, err := Explain(full); err != nil || !strings.Contains(text, name) || !strings.Contains(text, f.doc) {
			t.Errorf("Explain(%s): %q, %v", full, text, err)
		}
	})
}

func TestExplain(t *testing.T) {
	text, err := Explain("evaluation.weights")
	if err != nil {
		t.Fatal(err)
	}
	want := "evaluation.weights: mapping\n  weights of expected utility\n  variable: PARETOLAB_EVALUATION_WEIGHTS\n" +
		"  kind               lattice|energy, default lattice. lattice: all multiples of 1/n on the simplex; energy: n weights spread evenly by least Riesz energy, which paretolab pareto weights M --riesz N prints\n" +
		"  n                  int >= 1. divisions n of the lattice, if absent 100 for 2 objectives, 10 for 3, 2 for more; or number of weights of kind energy, if absent 100\n"
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	for _, path := range []string{"", "steps", "grid.seeds", "grid.algorithms.0.preset", "grid.environments.id"} {
		if _, err := Explain(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	for path, want := range map[string]string{
		"evaluation.episode":      `there is no key "evaluation.episode"; did you mean "episodes"?`,
		"episodes":                `there is no key "episodes"; did you mean "budget.episodes" or "evaluation.episodes" or "final_evaluation.episodes"?`,
		"algorithm.settings.beta": "algorithm.settings.beta depends on the algorithm; `paretolab agents show NAME` explains its settings",
		"name.x":                  "name has no keys of its own",
	} {
		if _, err := Explain(path); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", path, err, want)
		}
	}
}

// TestShippedConfigs: the files in configs are right but for algorithms and environments that this
// package does not import.
func TestShippedConfigs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("configs", "*.yaml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	behaviours, err := filepath.Glob(filepath.Join("configs", "qd", "*.yaml"))
	if err != nil || len(behaviours) < 3 {
		t.Fatalf("%v, %v", behaviours, err)
	}
	files = append(files, behaviours...)
	for _, f := range files {
		_, err := LoadConfig(f, Overrides{})
		var wrong *ConfigError
		if err != nil && !errors.As(err, &wrong) {
			t.Fatal(err)
		}
		if wrong == nil {
			continue
		}
		for _, p := range wrong.Problems {
			if !strings.HasPrefix(p.Message, "unknown environment ") && !strings.HasPrefix(p.Message, "unknown algorithm ") {
				t.Error(p)
			}
		}
	}
	if _, err := Quickstart(Overrides{}); err != nil && !strings.HasPrefix(err.Error(), "quickstart.yaml:") {
		t.Error(err)
	}
}

// FuzzParseConfig: no text makes the reader panic, and what it accepts, it accepts again from what
// it writes.
func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(single), 0, "", "")
	f.Add([]byte(grid), 0, "grid.algorithms.0.settings.beta=0.5", "PARETOLAB_SEEDS=1..3")
	for i, name := range []string{"grid.yaml", "grid.toml", "grid.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", "config", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, i, "evaluation={episodes: 3}", "PARETOLAB_X=1")
	}
	f.Add([]byte("a: &a [*a, *a]\nb: [[[{}]]]\n? [x]\n: 1\n<<: 3"), 0, "grid.x", "PARETOLAB_GRID=[")
	f.Add([]byte("[a.b]\nc=[{d.e=1}]\n[[a.f]]\n[a.f.g]\nx=inf"), 1, "=", "PARETOLAB_")
	f.Add([]byte(`{"name": "\ud83d", "x": [1e999, -0, {}]}`), 2, "name=\xff", "PARETOLAB_NAME=\x01")
	f.Fuzz(func(t *testing.T, data []byte, format int, set, env string) {
		name := []string{"yaml", "toml", "json"}[uint(format)%3]
		c, err := ParseConfig("f", data, name, Overrides{Set: []string{set}, Env: []string{env}})
		if err != nil {
			return
		}
		items := mustItems(t, c)
		again, err := ParseConfig("again", c.ResolvedYAML(), "yaml", Overrides{})
		if err != nil {
			t.Fatalf("%v\nin\n%s", err, c.ResolvedYAML())
		}
		for i, x := range mustItems(t, again) {
			if i < 100 && x.ID != items[i].ID {
				t.Fatalf("item %d is %s after reading the resolved configuration, %s before", i, x.ID, items[i].ID)
			}
		}
	})
}
