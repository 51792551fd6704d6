package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

// behaviours is a small search of behaviours, of which seed and environment have a run each.
const behaviours = `
version: 1
name: archive
grid:
  environments: [{id: deep-sea-treasure-v0, label: sea}]
  algorithms: [{name: mome, settings: {population: 50, batch: 50}}]
  seeds: [0, 1]
budget: {episodes: 150}
`

// begun is C-MORL that begins with the archives of that search, below the directory DIR.
const begun = `
version: 1
name: begun
environment: {id: deep-sea-treasure-v0, label: sea}
algorithm: {name: cmorl, settings: {candidates: "DIR/archive/mome__{environment}__s{seed}", clone_updates: 1, hidden: [16, 16], epochs: 2}}
budget: {steps: 15_000}
`

func configOf(t *testing.T, text, out string, set ...string) *experiments.Config {
	t.Helper()
	c, err := experiments.ParseConfig("test.yaml", []byte(strings.ReplaceAll(text, "DIR", out)), "yaml", experiments.Overrides{Out: out, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// searched runs the search below a directory.
func searched(t *testing.T, dir string) {
	t.Helper()
	if _, err := configOf(t, behaviours, dir).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func itemsOf(t *testing.T, c *experiments.Config) []experiments.Item {
	t.Helper()
	all, err := c.Items()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// stop cancels a run when it has begun.
type stop struct {
	slog.Handler
	cancel context.CancelFunc
}

func (s stop) Enabled(context.Context, slog.Level) bool { return true }
func (s stop) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s stop) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "start" {
		s.cancel()
	}
	return nil
}

// TestCandidatesComeFromTheRunOfTheSeed: the first policies are copies of archived ones; a run that is stopped at its beginning ends with the same files, from any directory.
func TestCandidatesComeFromTheRunOfTheSeed(t *testing.T) {
	dir := t.TempDir()
	searched(t, dir)
	outcomes, err := configOf(t, begun, dir, "seeds=[1]").Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	run := outcomes[0].Run
	if !strings.Contains(run.Config, filepath.Join(dir, "archive", "mome__sea__s1")) || !strings.Contains(run.Config, "candidates_sha256: ") {
		t.Errorf("the stored configuration is\n%s", run.Config)
	}
	if first := run.Metrics[0]; first.Phase != "stage1" || first.Cardinality < 2 {
		t.Errorf("the first row is %+v", first)
	}
	want := deterministic(t, run.Dir)
	whole, err := experiments.LoadPolicySet(run.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(whole.Members, func(m agents.Member) bool { return strings.HasPrefix(m.Origin, "candidate/i") }) {
		t.Errorf("no candidate among %d policies", len(whole.Members))
	}

	other := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	options := experiments.RunOptions{Log: stop{slog.DiscardHandler, cancel}}
	// The same search at another place is the same run.
	searched(t, other)
	if _, err := experiments.Execute(ctx, options, configOf(t, begun, other, "seeds=[1]")); !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	t.Chdir(other)
	outcomes, err = experiments.Resume(context.Background(), experiments.RunOptions{Workers: 3}, "begun")
	if err != nil {
		t.Fatal(err)
	}
	if outcomes[0].Item.ID != run.Info.Item {
		t.Errorf("item %s, at the other place %s", run.Info.Item, outcomes[0].Item.ID)
	}
	for name, text := range deterministic(t, outcomes[0].Dir) {
		if name != "config.yaml" && name != "result.json" && text != want[name] {
			t.Errorf("%s differs after a stop", name)
		}
	}
	// A complete run stands without the one that it began with.
	if err := os.RemoveAll(filepath.Join(other, "archive")); err != nil {
		t.Fatal(err)
	}
	if _, err := experiments.LoadPolicySet(outcomes[0].Dir); err != nil {
		t.Error(err)
	}
}

// TestIdentityOfCandidates: the archive is part of what a run is, its place is not; and a run without one is
// the run that it was before there were candidates.
func TestIdentityOfCandidates(t *testing.T) {
	dir := t.TempDir()
	searched(t, dir)
	here := itemsOf(t, configOf(t, begun, dir))[0]
	elsewhere := filepath.Join(t.TempDir(), "moved")
	if err := os.CopyFS(elsewhere, os.DirFS(filepath.Join(dir, "archive", "mome__sea__s0"))); err != nil {
		t.Fatal(err)
	}
	if moved := itemsOf(t, configOf(t, begun, dir, "algorithm.settings.candidates="+elsewhere))[0]; moved.ID != here.ID {
		t.Errorf("a copy of the archive makes it item %s, not %s", moved.ID, here.ID)
	}
	second := filepath.Join(dir, "archive", "mome__sea__s1")
	if other := itemsOf(t, configOf(t, begun, dir, "algorithm.settings.candidates="+second))[0]; other.ID == here.ID {
		t.Error("another archive makes it the same item")
	}
	// Recorded with the program before it knew of candidates.
	for id, text := range map[string]string{
		"4ebc2a4f362b4757": "{environment: deep-sea-treasure-v0, algorithm: cmorl, steps: 600_000, version: 1, name: quickstart}",
	} {
		if got := itemsOf(t, configOf(t, text, dir))[0]; got.ID != id {
			t.Errorf("%s is item %s, was %s", text, got.ID, id)
		}
	}
}

func TestCandidatesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	searched(t, dir)
	run := func(text string) {
		t.Helper()
		if _, err := configOf(t, text, dir).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	run("{version: 1, name: other, environment: deep-sea-treasure-concave-v0, algorithm: {name: mome, settings: {population: 20, batch: 20}}, budget: {episodes: 40}}")
	run("{version: 1, name: small, environment: {id: deep-sea-treasure-v0, options: {float_state: true}}, algorithm: {name: mome, settings: {population: 20, batch: 20}}, budget: {episodes: 40}}")
	run("{version: 1, name: bare, environment: deep-sea-treasure-v0, algorithm: random-search, budget: {episodes: 200}}")
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	if err := os.CopyFS(at("half"), os.DirFS(at("archive", "mome__sea__s0"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(at("half", "result.json")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, place string
		want        []string
	}{
		{"missing", at("nowhere"), []string{"nowhere", "no such file", "map-elites", "first"}},
		{"no run", at("archive"), []string{"no run directory", "map-elites"}},
		{"incomplete", at("half"), []string{"is not complete", "paretolab resume"}},
		{"of another environment", at("other", "mome__deep-sea-treasure-concave-v0__s0"), []string{"searched deep-sea-treasure-concave-v0", "this one is of deep-sea-treasure-v0", "same environment"}},
		{"of other options", at("small", "mome__deep-sea-treasure-v0__s0"), []string{"float_state:true", "float_state:false", "same options"}},
		{"without an archive", at("bare", "random-search__deep-sea-treasure-v0__s0"), []string{"random-search", "no archive", "mome"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := configOf(t, begun, dir, "algorithm.settings.candidates="+c.place).Items()
			var wrong *experiments.ConfigError
			if !errors.As(err, &wrong) {
				t.Fatalf("%v is no error of the configuration", err)
			}
			for _, w := range append(c.want, "candidates", "cmorl") {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%v: does not say %q", err, w)
				}
			}
		})
	}
	// The archive changed between planning and running.
	c := configOf(t, begun, dir, "algorithm.settings.candidates_sha256=abcd")
	_, err := c.Run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "abcd") || !strings.Contains(err.Error(), "candidates_sha256") || !strings.Contains(err.Error(), "put the one") {
		t.Errorf("an archive that is not the one: %v", err)
	}
	// A file of it is damaged.
	table := at("archive", "mome__sea__s0", "behaviours.csv")
	b, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(table, append(b, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := configOf(t, begun, dir, "name=damaged").Run(context.Background()); !errors.Is(err, experiments.ErrCorrupt) {
		t.Errorf("a damaged table: %v", err)
	}
}
