package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/paretolab/paretolab/envs"
)

// TestItemIdentity: the id is the SHA-256 of the canonical JSON of what the result depends on, without the
// momentum that came later and is not used.
func TestItemIdentity(t *testing.T) {
	const canonical = `{"algorithm":"config-search","budget":{"steps":4000},` +
		`"environment":{"id":"config-chain-v0","max_episode_steps":50,"options":{"Map":"open","length":5,"slippery":false,"wind":0.25}},` +
		`"evaluation":{"discount":0.9,"episodes":1,"final_episodes":1,"policy":"deterministic","weights":{"kind":"lattice","n":100}},` +
		`"format":"paretolab-run/1","reference":[0,-25],"revision":3,"seed":0,` +
		`"settings":{"beta":0.9,"centred":false,"hidden":[64,64],"learning_rate":0.001,"limit":"1s","mode":"fast","scales":[0.5],"threshold":0,"update_iter":10}}`
	sum := sha256.Sum256([]byte(canonical))
	if got, want := mustItems(t, mustParse(t, single, Overrides{}))[0].ID, hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("id %s, want %s", got, want)
	}
}

// TestIdentityLaws: what changes the result changes the id, and nothing else does.
func TestIdentityLaws(t *testing.T) {
	id := func(o Overrides) string { return mustItems(t, mustParse(t, single, o))[0].ID }
	usual := id(Overrides{})
	for _, set := range []string{
		"name=other", "description=d", "resources.workers=3", "output.root=elsewhere", "output.checkpoint_every=1h", "output.keep_checkpoints=9",
		"algorithm.label=x", "environment.label=y", "kernel=generic", // said
		"seeds=[0]", "steps=4e3", "evaluation.episodes=1", "evaluation.discount=0.9", "evaluation.weights.n=100", "algorithm.preset=small",
		"algorithm.settings={beta: 0.9, hidden: [64, 64]}", "environment.options.length=5", "environment.max_episode_steps=50",
		"reference.points.config-chain-v0=[0, -25]", "algorithm.settings.momentum=0", "budget.per_environment.config-chain-v0=4000",
	} {
		if got := id(Overrides{Set: []string{set}}); got != usual {
			t.Errorf("%s changes the id", set)
		}
	}
	seen := map[string]string{usual: "nothing"}
	for _, set := range []string{
		"seeds=[1]", "steps=4001", "evaluation.episodes=2", "final_evaluation.episodes=2", "evaluation.discount=0.91", "evaluation.weights.n=99", "evaluation.weights.kind=energy", "evaluation.weights={kind: energy, n: 99}",
		"environment.options.length=6", "environment.options.wind=0.5", "environment.options.Map=walled", "environment.options.slippery=true",
		"environment.max_episode_steps=51", "reference.points.config-chain-v0=[0, -24]",
		"algorithm.settings.beta=0.8", "algorithm.settings.update_iter=11", "algorithm.settings.mode=thorough", "algorithm.settings.limit=2s",
		"algorithm.settings.hidden=[64]", "algorithm.settings.scales=[]", "algorithm.settings.centred=true", "algorithm.settings.learning_rate=2e-3",
		"algorithm.settings.threshold=-1", "algorithm.settings.momentum=0.5",
	} {
		got := id(Overrides{Set: []string{set}})
		if other, taken := seen[got]; taken {
			t.Errorf("%s has the id of %s", set, other)
		}
		seen[got] = set
	}
	// A preset is no more than its settings.
	large := id(Overrides{Set: []string{"algorithm.preset=large", "steps=4000"}})
	if explicit := id(Overrides{Set: []string{"algorithm.settings.update_iter=20"}}); large != explicit || large == usual {
		t.Errorf("preset %s, its settings %s", large, explicit)
	}
	// Neither do order, comments and format matter.
	shuffled := "# comment\nalgorithm: {settings: {}, name: config-search}\nenvironment: {options: {}, id: config-chain-v0}\nname: z\nversion: 1\n"
	if got := mustItems(t, mustParse(t, shuffled, Overrides{}))[0].ID; got != usual {
		t.Errorf("another order changes the id")
	}
}

// TestStoredConfigs: the configuration that an item stores has that item and no other.
func TestStoredConfigs(t *testing.T) {
	for _, text := range []string{single, grid} {
		for _, i := range mustItems(t, mustParse(t, text, Overrides{})) {
			stored, err := ParseConfig("config.yaml", i.Config, "yaml", Overrides{})
			if err != nil {
				t.Fatalf("%v\nin\n%s", err, i.Config)
			}
			if again := mustItems(t, stored); len(again) != 1 || !reflect.DeepEqual(again[0], i) {
				t.Errorf("%s gives\n%+v\nwant\n%+v", i.Config, again, i)
			}
		}
	}
	want := `# One run with everything filled in; ` + "`paretolab run`" + ` on this file repeats it.
version: 1
name: both
description: everything with everything
environment:
  id: config-drift-v0
  label: Drift
  max_episode_steps: 50
algorithm:
  name: config-search
  preset: large
  label: config-search-large
  settings:
    beta: 0.5
    centred: true
    hidden: [8, 8]
    learning_rate: 0.001
    limit: 2m0s
    mode: thorough
    momentum: 0
    scales: [0.5]
    threshold: 0
    update_iter: 40
budget:
  steps: 2000
evaluation:
  episodes: 7
  discount: 0.95
  returns: discounted
  policy: deterministic
  weights:
    kind: lattice
    n: 12
final_evaluation:
  episodes: 33
reference:
  points:
    Drift: [-1, -2, -3.5]
  front: known
kernel: generic
seeds: [4]
`
	items := mustItems(t, mustParse(t, grid, Overrides{}))
	if got := string(items[len(items)-1].Config); got != want {
		t.Errorf("stored configuration:\n%s\nwant\n%s", got, want)
	}
	// Where and by how many a run is made is not stored: equal items have equal files.
	one, two := mustParse(t, single, Overrides{}), mustParse(t, single, Overrides{Set: []string{"output.root=x", "resources.workers=2"}})
	if a, b := mustItems(t, one)[0].Config, mustItems(t, two)[0].Config; string(a) != string(b) {
		t.Errorf("stored configurations differ:\n%s\n%s", a, b)
	}
}

// TestNewEnvironment: options and horizon of the item reach the environment.
func TestNewEnvironment(t *testing.T) {
	i := mustItems(t, mustParse(t, grid, Overrides{}))[0]
	e, err := i.NewEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if e.Spec.Horizon != 20 || e.Spec.ID != chainID || e.Options.Int("length") != 7 {
		t.Errorf("horizon %d, options %v", e.Spec.Horizon, e.Options)
	}
}

// TestSettingsAreNotShared: items can be run side by side.
func TestSettingsAreNotShared(t *testing.T) {
	c := mustParse(t, single+"seeds: [1, 2]\n", Overrides{})
	items := mustItems(t, c)
	a, b := items[0].Settings.(*searchSettings), items[1].Settings.(*searchSettings)
	a.Hidden[0], a.Beta = 1, 0.1
	if b.Hidden[0] != 64 || b.Beta != 0.9 {
		t.Errorf("a change in one item shows in the other: %+v", b)
	}
	items[0].Reference.Point[0] = -7
	if e, _ := envs.Make(chainID, nil); e.Spec.Reference.Point[0] != 0 || mustItems(t, c)[0].Reference.Point[0] != 0 {
		t.Errorf("a change in one item shows elsewhere")
	}
}

// TestConfigByHand: a Config made by Go code needs no file, and what is wrong with it is said.
func TestConfigByHand(t *testing.T) {
	c := &Config{Name: "hand", Environment: EnvironmentChoice{ID: chainID}, Algorithm: AlgorithmChoice{Name: searchID, Settings: map[string]any{"beta": 0.5, "hidden": []int{3}}}}
	i := mustItems(t, c)[0]
	if s := i.Settings.(*searchSettings); s.Beta != 0.5 || !slices.Equal(s.Hidden, []int{3}) || i.Steps != 4000 || i.Evaluation.Weights.N != 100 {
		t.Errorf("%+v", i)
	}
	if stored := mustItems(t, mustParse(t, string(i.Config), Overrides{}))[0]; !reflect.DeepEqual(stored, i) {
		t.Errorf("stored: %+v, want %+v", stored, i)
	}
	c.Name, c.Algorithm.Settings["beta"], c.Reference.Points = "", 2, map[string][]float64{chainID: {1}}
	_, err := c.Items()
	want := `configuration: name is ""; it becomes a folder and has 1 to 100 of a-z, 0-9, '.', '_' and '-', the first a letter or digit
configuration: reference.points.config-chain-v0 has 1 numbers; the environment has 2 objectives (gain, time)
configuration: setting "beta" of algorithm "config-search" is 2, out of range (number in (0,1), default 0.9)`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}

// TestItemsProperty: expansion is a function of the configuration; every item has its own id and
// folder; order of keys and of settings does not matter.
func TestItemsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text, reversed strings.Builder
		text.WriteString("version: 1\nname: p\ngrid:\n  environments:\n")
		reversed.WriteString("grid:\n  environments:\n")
		for i := range rapid.IntRange(1, 3).Draw(t, "environments") {
			length := rapid.IntRange(2, 12).Draw(t, "length")
			fmt.Fprintf(&text, "    - {id: config-chain-v0, label: e%d, options: {length: %d, wind: 0.5}}\n", i, length)
			fmt.Fprintf(&reversed, "    - {options: {wind: 5e-1, length: %d}, label: e%d, id: config-chain-v0}\n", length, i)
		}
		text.WriteString("  algorithms:\n")
		reversed.WriteString("  algorithms:\n")
		for i := range rapid.IntRange(1, 3).Draw(t, "algorithms") {
			beta, iter := float64(i+1)/10, rapid.IntRange(1, 1000).Draw(t, "update_iter")
			fmt.Fprintf(&text, "    - {name: config-search, label: a%d, settings: {beta: %v, update_iter: %d}}\n", i, beta, iter)
			fmt.Fprintf(&reversed, "    - {settings: {update_iter: %d.0, beta: %ve0}, label: a%d, name: config-search}\n", iter, beta, i)
		}
		first := rapid.Uint64Range(0, 1<<40).Draw(t, "first")
		last := first + rapid.Uint64Range(0, 5).Draw(t, "more")
		fmt.Fprintf(&text, "  seeds: %d..%d\n", first, last)
		var seeds []string
		for s := first; s <= last; s++ {
			seeds = append(seeds, fmt.Sprint(s))
		}
		fmt.Fprintf(&reversed, "seeds: [%s]\nname: p\nversion: 1\n", strings.Join(seeds, ", "))

		a, err := ParseConfig("a", []byte(text.String()), "yaml", Overrides{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseConfig("b", []byte(reversed.String()), "yaml", Overrides{})
		if err != nil {
			t.Fatal(err)
		}
		one, err := a.Items()
		if err != nil {
			t.Fatal(err)
		}
		two, _ := a.Items()
		three, _ := b.Items()
		if !reflect.DeepEqual(one, two) || !reflect.DeepEqual(one, three) {
			t.Fatalf("items differ:\n%+v\n%+v\n%+v", one, two, three)
		}
		folders := map[string]bool{}
		for _, i := range one {
			if folders[i.Dir] || filepath.Base(i.Dir) != i.Dir || strings.Trim(i.Dir, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
				t.Fatalf("folder %q is taken or no folder", i.Dir)
			}
			folders[i.Dir] = true
		}
	})
}

func TestFolderName(t *testing.T) {
	for label, want := range map[string]string{
		"C-MORL": "c-morl", "PPO lattice (β=0.9)": "ppo-lattice-0.9", "a__b": "a_b", "../x": "x", "日本": "", "a___b--c": "a_b-c", "con.": "con",
	} {
		if got := folderName(label); got != want {
			t.Errorf("folderName(%q) = %q, want %q", label, got, want)
		}
	}
}

func BenchmarkItems(b *testing.B) {
	c := mustParse(b, single+"seeds: 0..9999\n", Overrides{})
	for b.Loop() {
		mustItems(b, c)
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "items/s")
}
