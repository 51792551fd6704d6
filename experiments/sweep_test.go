package experiments

import (
	"context"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sweepConfig tunes the step size of the test's hill climber.
func sweepConfig(t *testing.T, root, method string) *Config {
	t.Helper()
	c, err := ParseConfig("sweep.yaml", []byte(`version: 1
name: tuned
environment: test-walk-v0
algorithm: test-climber
seeds: [0, 1]
sweep:
  `+method+`
  seeds: 100..102
  score: {metric: hypervolume}
  space: {sigma: {log: [0.01, 1], points: 3}, tasks: {choice: [2, 3]}}
`), "yaml", Overrides{Out: root})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// sweepTable reads sweep.csv.
func sweepTable(t *testing.T, c *Config) *table {
	t.Helper()
	tab, err := reader(os.ReadFile).table(filepath.Join(c.Dir(), fileSweep))
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func execSweep(t *testing.T, c *Config) []*Outcome {
	t.Helper()
	outcomes, err := Execute(context.Background(), RunOptions{}, c)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// TestASweepRunsWhatScoredBest: all trials run on the seeds of the sweep alone; the settings of the one with
// the largest IQM of the final hypervolume, computed here from its runs, run on the seeds of the
// experiment; the same call again finds everything done.
func TestASweepRunsWhatScoredBest(t *testing.T) {
	c := sweepConfig(t, t.TempDir(), "method: grid")
	outcomes := execSweep(t, c)
	if len(outcomes) != 2 || outcomes[0].Item.Seed != 0 || outcomes[1].Item.Seed != 1 || outcomes[0].Item.Label != testAlgorithm {
		t.Fatalf("%d outcomes, the first %+v", len(outcomes), outcomes[0].Item)
	}
	best, arg := math.Inf(-1), map[string]any{}
	trials, err := FindRuns(filepath.Join(filepath.Dir(c.Dir()), "tuned.sweep"))
	if err != nil || len(trials) != 6*3 {
		t.Fatalf("%d runs of trials, want 18: %v", len(trials), err)
	}
	for i, settings := range (&c.Sweep).settings() {
		var scores []float64
		for _, dir := range trials {
			if strings.HasPrefix(filepath.Base(dir), trialName(i)+"__") {
				r, err := LoadRun(dir)
				if err != nil {
					t.Fatal(err)
				}
				if r.Info.Seed < 100 || r.Info.Seed > 102 {
					t.Errorf("a trial ran on seed %d", r.Info.Seed)
				}
				scores = append(scores, r.Result.Final.Hypervolume)
			}
		}
		if len(scores) != 3 {
			t.Fatalf("%s has %d runs", trialName(i), len(scores))
		}
		if m := (scores[0] + scores[1] + scores[2]) / 3; m > best { // the IQM of three is their mean
			best, arg = m, settings
		}
	}
	for key, want := range arg {
		if got := outcomes[0].Item.SettingsMap[key]; got != want {
			t.Errorf("%s is %v in the experiment, %v in the best trial", key, got, want)
		}
	}
	tab := sweepTable(t, c)
	if len(tab.rows) != 6 || !slices.Equal(tab.header, []string{"stage", "trial", "hypervolume", "low", "high", "runs", "sigma", "tasks"}) {
		t.Fatalf("%s has %d rows under %v", fileSweep, len(tab.rows), tab.header)
	}
	err = tab.each(func(r *tableRow) {
		if v := r.float("hypervolume"); v < r.float("low") || v > r.float("high") || r.i == 0 && math.Abs(v-best) > 1e-12*best || v > best+1e-9 {
			t.Errorf("row %d has the score %v; the best is %v", r.i, v, best)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range execSweep(t, sweepConfig(t, c.Output.Root, "method: grid")) {
		if !o.Skipped {
			t.Errorf("%s was run again", o.Dir)
		}
	}
}

// TestHalving: of nine trials three go on and then one, with a third of the steps and seeds, then all.
func TestHalving(t *testing.T) {
	c := sweepConfig(t, t.TempDir(), "method: halving\n  trials: 9")
	execSweep(t, c)
	var rows [][3]int
	err := sweepTable(t, c).each(func(r *tableRow) { rows = append(rows, [3]int{r.int("stage"), 1, r.int("runs")}) })
	if err != nil {
		t.Fatal(err)
	}
	counts := map[[3]int]int{}
	for _, r := range rows {
		counts[r]++
	}
	if want := map[[3]int]int{{0, 1, 1}: 9, {1, 1, 1}: 3, {2, 1, 3}: 1}; !maps.Equal(counts, want) {
		t.Errorf("stage, runs → trials: %v, want %v", counts, want)
	}
	for stage, steps := range []int{67, 200, 600} {
		dirs, err := FindRuns(filepath.Join(c.Output.Root, "tuned.sweep."+string(rune('0'+stage))))
		if err != nil || len(dirs) == 0 {
			t.Fatalf("stage %d: %v", stage, err)
		}
		info, err := reader(os.ReadFile).info(dirs[0])
		if err != nil || info.Steps != steps {
			t.Errorf("stage %d trains %d steps, want %d: %v", stage, info.Steps, steps, err)
		}
	}
}

// TestTrialsAreDrawnIndependently: another key shifts no other's values, and all lie in their ranges.
func TestTrialsAreDrawnIndependently(t *testing.T) {
	s := Sweep{Method: "random", Trials: 200, Space: map[string]Range{
		"a": {form: "log", low: 1e-4, high: 1e-2}, "b": {form: "int", low: 3, high: 9, step: 3},
	}}
	both := s.settings()
	delete(s.Space, "b")
	below := 0
	for i, alone := range s.settings() {
		a := both[i]["a"].(float64)
		if a != alone["a"] || a < 1e-4 || a >= 1e-2 {
			t.Fatalf("trial %d: a is %v with b, %v without", i, a, alone["a"])
		}
		if a < 1e-3 {
			below++
		}
		if b := both[i]["b"].(int); b%3 != 0 || b < 3 || b > 9 {
			t.Fatalf("trial %d: b is %d", i, b)
		}
	}
	if below < 75 || below > 125 { // half of the draws, five standard deviations around 100
		t.Errorf("%d of 200 draws lie below the middle in the logarithm", below)
	}
}

// TestAStoppedSweepGoesOn: it says how, and ends with the same table.
func TestAStoppedSweepGoesOn(t *testing.T) {
	whole := sweepConfig(t, t.TempDir(), "trials: 4")
	execSweep(t, whole)
	c := sweepConfig(t, t.TempDir(), "trials: 4")
	ctx, cancel := context.WithCancel(context.Background())
	var said strings.Builder
	cancel()
	if _, err := Execute(ctx, RunOptions{Messages: &said, Progress: ProgressOff}, c); err == nil || !strings.Contains(said.String(), "the same command goes on") {
		t.Errorf("stopped: %v, said %q", err, said.String())
	}
	execSweep(t, c)
	a, err1 := os.ReadFile(filepath.Join(whole.Dir(), fileSweep))
	b, err2 := os.ReadFile(filepath.Join(c.Dir(), fileSweep))
	if err1 != nil || err2 != nil || string(a) != string(b) {
		t.Errorf("%v %v:\n%s\nafter a stop:\n%s", err1, err2, a, b)
	}
}
