package experiments

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// TestUndiscountedReturns: fronts, indicators and the final archive are of undiscounted returns, and of the
// front known for discount 1; evaluations.csv keeps both, equal to those of a discounted run.
func TestUndiscountedReturns(t *testing.T) {
	usual := complete(t, testJob(filepath.Join(t.TempDir(), "run"), 1, newClimber()), &testDisk{}).Run
	j := testJob(filepath.Join(t.TempDir(), "run"), 1, newClimber())
	j.item.Evaluation.Returns = "undiscounted"
	r := complete(t, j, &testDisk{}).Run
	if r.Info.Environment.Gamma != 1 {
		t.Errorf("run.json has discount %v", r.Info.Environment.Gamma)
	}
	if !reflect.DeepEqual(r.Evaluations, usual.Evaluations) {
		t.Error("evaluations.csv is another")
	}
	plain := map[string][]float64{}
	for _, e := range r.Evaluations {
		plain[e.Policy] = e.Undiscounted
	}
	for _, f := range r.Fronts {
		for i, id := range f.Policies {
			if !slices.Equal(f.Points[i], plain[id]) {
				t.Fatalf("evaluation %d has %s at %v, undiscounted it has %v", f.Eval, id, f.Points[i], plain[id])
			}
		}
	}
	for _, a := range r.Archive {
		if !slices.Equal(a.Selected, plain[a.Policy]) {
			t.Errorf("archive.csv has %s selected by %v, undiscounted it had %v", a.Policy, a.Selected, plain[a.Policy])
		}
		if a.NonDominated && (len(a.StdErr) != 2 || !(a.StdErr[0] >= 0)) {
			t.Errorf("standard errors %v", a.StdErr)
		}
	}
	last := r.Metrics[len(r.Metrics)-1]
	if last.Hypervolume != r.Result.FinalSelected.Hypervolume || last.Hypervolume == usual.Metrics[len(r.Metrics)-1].Hypervolume {
		t.Errorf("hypervolume %v, selected %v", last.Hypervolume, r.Result.FinalSelected.Hypervolume)
	}
	for j := range 2 {
		if f := r.Fronts[len(r.Fronts)-1]; last.Best[j] != slices.MaxFunc(f.Points, func(a, b []float64) int {
			if a[j] < b[j] {
				return -1
			}
			return 1
		})[j] {
			t.Errorf("best_%d is %v", j, last.Best[j])
		}
	}
}

// coin goes right with probability 0.75 when it acts by chance, and always by its mode.
type coin struct{ linear }

func (c *coin) NewSampler(n int) agents.Actor { return &coinActor{make([]*rand.Rand, n)} }

type coinActor struct{ rng []*rand.Rand }

func (a *coinActor) Reset(i int, rng *rand.Rand) { a.rng[i] = rng }
func (a *coinActor) Act(_ []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		act.Discrete[i] = 0
		if a.rng[i].Float64() < 0.75 {
			act.Discrete[i] = 1
		}
	}
}

// TestSampledPolicies: by chance, 15 steps of which three quarters lead right end at 7.5 on average if the
// walk is long enough; by its mode the policy goes 10 steps right. What has no distribution acts as ever.
func TestSampledPolicies(t *testing.T) {
	env, right := walking(t, 0), &coin{linear{[]float32{0, 0, 1}}}
	by, err := newEvaluator(env, 0.9, 1, "eval", 4000, true).measure(context.Background(), right)
	if err != nil {
		t.Fatal(err)
	}
	if by.Episodes != 4000 || !(by.UndiscountedErr[0] > 0.02 && by.UndiscountedErr[0] < 0.08) || by.Undiscounted[0] < 6 || by.Undiscounted[0] > 7.6 {
		t.Errorf("by chance: %+v", by)
	}
	mode, _ := newEvaluator(env, 0.9, 1, "eval", 4000, false).measure(context.Background(), right)
	if mode.Episodes != 1 || mode.Undiscounted[0] != 10 {
		t.Errorf("by the mode: %+v", mode)
	}
	plain, _ := newEvaluator(env, 0.9, 1, "eval", 3, true).measure(context.Background(), &right.linear)
	if plain.Undiscounted[0] != 10 || plain.UndiscountedErr[0] != 0 {
		t.Errorf("without a distribution: %+v", plain)
	}
}

// TestEpisodes: episodes.csv has the training episodes in the order of their ends, numbered, whatever the
// workers; a run that is not asked for them has no such file, and keeps to what it began with.
func TestEpisodes(t *testing.T) {
	r := complete(t, testJob(filepath.Join(t.TempDir(), "run"), 1, newClimber()), &testDisk{}).Run
	rows, err := r.Episodes()
	if err != nil || len(rows) != 36 { // 6 rounds of 3 tasks with 2 episodes
		t.Fatalf("%d episodes: %v", len(rows), err)
	}
	if want := (EpisodeRow{7, 1, 90, 10, []float64{1, 0.25}, false}); !reflect.DeepEqual(rows[7], want) {
		t.Errorf("episode 7 is %+v, want %+v", rows[7], want)
	}
	for i, e := range rows {
		if e.Episode != i || i > 0 && (e.StepsTrain < rows[i-1].StepsTrain || e.StepsTrain == rows[i-1].StepsTrain && e.EnvIndex <= rows[i-1].EnvIndex) {
			t.Errorf("row %d is %+v", i, e)
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	c := newClimber()
	c.afterRecord = func(n int) {
		if n == 3 {
			cancel()
		}
	}
	without := testJob(dir, 1, c)
	without.output.Episodes = false
	if _, err := execute(ctx, quietly(1, &testDisk{}), []*job{without}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	complete(t, testJob(dir, 1, newClimber()), &testDisk{}) // asks for episodes, but too late
	if _, err := os.Stat(filepath.Join(dir, fileEpisodes)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half of the episodes: %v", err)
	}
}

// TestMemoryBoundsTheRunsUnderWay: no more runs at once than fit into what is free, and none if not even one
// does.
func TestMemoryBoundsTheRunsUnderWay(t *testing.T) {
	for _, c := range []struct{ free, need, want int }{{10_000, 0, 4}, {10_000, 2000, 4}, {7999, 2000, 3}, {2000, 2000, 1}} {
		var said strings.Builder
		r := &runner{opt: RunOptions{Workers: 4, free: func() (int, bool) { return c.free, true }}, progress: newProgress(&said, ProgressLines, false)}
		jobs := make([]*job, 9)
		for i := range jobs {
			jobs[i] = &job{memory: c.need}
		}
		if n, err := r.atOnce(jobs); n != c.want || err != nil {
			t.Errorf("%d MB free, %d each: %d runs, %v", c.free, c.need, n, err)
		}
		if told := strings.Contains(said.String(), "resources.memory_mb"); told != (c.want < 4) {
			t.Errorf("%d MB free, %d each: said %q", c.free, c.need, said.String())
		}
	}
	j := testJob(filepath.Join(t.TempDir(), "run"), 1, newClimber())
	j.memory = 2000
	opt := quietly(1, &testDisk{})
	opt.free = func() (int, bool) { return 1999, true }
	_, err := execute(context.Background(), opt, []*job{j})
	if err == nil || err.Error() != "a run takes 2000 MB (resources.memory_mb), but 1999 MB of memory are free; end other programs, or lower resources.memory_mb" {
		t.Error(err)
	}
}

// TestExtend: a run goes on from its end to a larger budget as another item beside it, with what was
// recorded so far, and ends like one that had the larger budget from the start, since this learner's
// course does not depend on it. Stopped or not, the files are the same.
func TestExtend(t *testing.T) {
	root := t.TempDir()
	config := func(name string, steps int) *Config {
		return mustParse(t, fmt.Sprintf("version: 1\nname: %s\nenvironment: test-walk-v0\nalgorithm: test-climber\nsteps: %d\n"+
			"evaluation: {episodes: 4}\nfinal_evaluation: {episodes: 20}\noutput: {root: %s, episodes: true}\n", name, steps, root), Overrides{})
	}
	ctx := context.Background()
	opt := quietly(2, &testDisk{})
	long, err := Execute(ctx, opt, config("long", 600))
	if err != nil {
		t.Fatal(err)
	}
	first, err := Execute(ctx, opt, config("short", 360))
	if err != nil {
		t.Fatal(err)
	}
	before := deterministic(t, first[0].Dir)
	out, err := Extend(ctx, opt, 600, filepath.Join(root, "short"))
	if err != nil {
		t.Fatal(err)
	}
	r := out[0].Run
	if out[0].Dir != filepath.Join(root, "short-600", filepath.Base(first[0].Dir)) || r.Result.StepsTrain != 600 ||
		r.Info.Parent == nil || *r.Info.Parent != (Parent{first[0].Item.ID, 360}) {
		t.Errorf("extended to %s: %+v, parent %v", out[0].Dir, r.Result, r.Info.Parent)
	}
	if out[0].Item.ID == long[0].Item.ID || out[0].Item.ID == first[0].Item.ID {
		t.Error("an extended run is the item of another")
	}
	sameFiles(t, deterministic(t, first[0].Dir), before)
	got, want := deterministic(t, out[0].Dir), deterministic(t, long[0].Dir)
	for _, name := range []string{fileMetrics, fileEvaluations, fileFronts, fileEpisodes, fileArchive, fileFront} {
		if got[name] != want[name] {
			t.Errorf("%s differs from that of a run with the larger budget", name)
		}
	}
	// The stored configuration is this item; run elsewhere, it says what it lacks.
	stored := mustParse(t, r.Config, Overrides{Out: t.TempDir()})
	if items := mustItems(t, stored); items[0].ID != out[0].Item.ID {
		t.Errorf("stored as item %s, run as %s", items[0].ID, out[0].Item.ID)
	}
	if _, err := Execute(ctx, opt, stored); err == nil || !strings.Contains(err.Error(), "goes on from item "+first[0].Item.ID) {
		t.Errorf("without the parent: %v", err)
	}
	force := opt
	force.Force = true
	stored.Output.Root = root
	if _, err := Execute(ctx, force, stored); err == nil || !strings.Contains(err.Error(), "cannot start over") {
		t.Errorf("with force: %v", err)
	}
	sameFiles(t, deterministic(t, out[0].Dir), got)
	// Killed at any operation, the same command or resume finishes it.
	for k := 1; k < 80; k += 3 {
		os.RemoveAll(filepath.Join(root, "short-600"))
		dying := quietly(1, &testDisk{limit: k, fault: errKilled})
		Extend(ctx, dying, 600, filepath.Join(root, "short"))
		if _, err := Extend(ctx, opt, 600, filepath.Join(root, "short")); err != nil {
			t.Fatalf("killed at operation %d: %v", k, err)
		}
		sameFiles(t, deterministic(t, out[0].Dir), got)
	}
	for _, c := range []struct {
		steps int
		dir   string
		want  string
	}{
		{360, "short", "has a budget of 360 steps already"},
		{900, "nowhere", "no such file"},
	} {
		if _, err := Extend(ctx, opt, c.steps, filepath.Join(root, c.dir)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d steps of %s: %v", c.steps, c.dir, err)
		}
	}
}

// TestExtendKeepsTheKernels: the larger budget is computed as the smaller one was, and what began with other
// kernels is refused or marked.
func TestExtendKeepsTheKernels(t *testing.T) {
	otherKernels(t)
	kern.Select("auto")
	root := t.TempDir()
	c := mustParse(t, "version: 1\nname: short\nenvironment: test-walk-v0\nalgorithm: test-climber\nsteps: 360\nkernel: generic\n"+
		"evaluation: {episodes: 4}\nfinal_evaluation: {episodes: 20}\noutput: {root: "+root+"}\n", Overrides{})
	ctx, opt := context.Background(), quietly(1, &testDisk{})
	first, err := Execute(ctx, opt, c)
	if err != nil {
		t.Fatal(err)
	}
	kern.Select("auto") // as another process begins
	out, err := Extend(ctx, opt, 480, first[0].Dir)
	if err != nil || out[0].Run.Info.Program.Kernel != "generic" {
		t.Fatalf("extended: %+v, %v", out, err)
	}
	changeCheckpoint(t, newestPath(t, first[0].Dir), func(c *checkpoint) { c.Kernel = "simd" })
	var kernel *KernelError
	if _, err := Extend(ctx, opt, 600, first[0].Dir); !errors.As(err, &kernel) || kernel.Before != "simd" || kernel.Class != "generic" {
		t.Errorf("the parent has other kernels: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "short-600")); err == nil {
		t.Error("what is refused was begun")
	}
	opt.AllowKernelChange = true
	out, err = Extend(ctx, opt, 600, first[0].Dir)
	if err != nil || out[0].Run.Info.Program.Kernel != KernelMixed {
		t.Errorf("allowed: %+v, %v", out, err)
	}
}

// TestResumedRunsKeepTheirOutput: what an experiment's configuration says about output and memory holds also
// for runs that only resume begins.
func TestResumedRunsKeepTheirOutput(t *testing.T) {
	c := mustParse(t, "version: 1\nname: a\nenvironment: test-walk-v0\nalgorithm: test-climber\nsteps: 360\n"+
		"resources: {memory_mb: 70}\noutput: {root: "+t.TempDir()+", episodes: true, keep_checkpoints: 3}\n", Overrides{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	Execute(ctx, quietly(1, &testDisk{}), c)
	jobs, err := findJobs([]string{c.Dir()})
	if err != nil || len(jobs) != 1 || !jobs[0].output.Episodes || jobs[0].output.KeepCheckpoints != 3 || jobs[0].memory != 70 {
		t.Errorf("resumed as %+v: %v", jobs[0], err)
	}
}
