package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/internal/kern"
)

// RunOptions say how items are run. They change nothing about the results.
type RunOptions struct {
	// Workers bounds what computes at the same time, over all items; 0 takes the number from the
	// configuration, and where that is 0 too, the number of cores.
	Workers int
	// FailFast stops all items when one fails; those stopped can be resumed.
	FailFast bool
	// Force removes what is in the run directories and starts over.
	Force bool
	// AllowKernelChange lets runs go on that were begun with another class of numeric kernels, and marks
	// them as [KernelMixed]; without it they fail with a *[KernelError].
	AllowKernelChange bool
	// Shard is the part of the items that is run; its zero value is all of them.
	Shard Shard

	Messages io.Writer // progress and notes for people; nil: none
	Progress string    // one of ProgressAuto, ...; "" is ProgressAuto
	Quiet    bool      // of the messages, failures only

	// Log gets the records of the log.jsonl of every run, with the name of the run; nil: nobody.
	Log slog.Handler

	disk disk               // nil: the real one
	free func() (int, bool) // memory in megabytes, where it is known; nil: that of this computer
	now  func() time.Time   // nil: the real clock
}

// Outcome is what became of one item.
type Outcome struct {
	Item *Item
	Dir  string
	// Run is the directory read back; nil if nothing was begun there.
	Run     *Run
	Skipped bool // it was complete before
	Stopped bool // on request, before its end; it can be resumed
	Err     error
}

// FailedError means that some items failed, while the others went on.
type FailedError struct {
	Failed []*Outcome
	Items  int // in all
}

func (e *FailedError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d runs failed:", len(e.Failed), e.Items)
	for _, o := range e.Failed {
		fmt.Fprintf(&b, "\n  %s: %v", o.Dir, o.Err)
	}
	return b.String()
}

// Unwrap returns what the items failed of.
func (e *FailedError) Unwrap() []error {
	var all []error
	for _, o := range e.Failed {
		all = append(all, o.Err)
	}
	return all
}

// job is an item with the place where it runs.
type job struct {
	item   *Item
	dir    string
	output Output
	memory int    // megabytes that it takes, 0: not counted
	kernel string // as Config.Kernel
}

// jobs expands a configuration.
func jobs(c *Config) ([]*job, error) {
	items, err := c.Items()
	if err != nil {
		return nil, err
	}
	out := make([]*job, len(items))
	for i := range items {
		out[i] = &job{&items[i], filepath.Join(c.Dir(), items[i].Dir), c.Output, c.Resources.MemoryMB, c.Kernel}
	}
	return out, nil
}

// Planned is an item as [Plan] finds it.
type Planned struct {
	Item  *Item
	Dir   string
	State string // "complete", "incomplete", "new", or "other": the directory holds another item
}

// Plan lists the items of a shard of configurations and says which exist already; of a sweep, those of its
// first stage. It writes nothing.
func Plan(shard Shard, configs ...*Config) ([]Planned, error) {
	var out []Planned
	for _, c := range configs {
		if c.sweeps() {
			var err error
			if c, err = c.firstStage(); err != nil {
				return nil, err
			}
		}
		js, err := jobs(c)
		if err != nil {
			return nil, err
		}
		for _, j := range shard.of(js) {
			p := Planned{j.item, j.dir, "new"}
			info, err := reader(os.ReadFile).info(j.dir)
			switch {
			case isNothing(err):
			case err != nil:
				return nil, err
			case info.Item != j.item.ID:
				p.State = "other"
			default:
				p.State = "incomplete"
				if r, err := reader(os.ReadFile).result(filepath.Join(j.dir, fileResult)); err != nil {
					return nil, err
				} else if r != nil {
					p.State = "complete"
				}
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// Run runs the experiment as the program does without further flags, and without a display: see [Execute].
// What was complete before is not run again; when ctx is cancelled, what runs is saved, and another Run goes
// on from there.
func (c *Config) Run(ctx context.Context) ([]*Outcome, error) {
	return Execute(ctx, RunOptions{}, c)
}

// Execute runs the items of configurations: complete ones are skipped, incomplete ones continued.
// Items run side by side as far as there are workers. The failure of one does not stop the others.
//
// There is one outcome per item, in the order of the configurations. The error is a
// *[FailedError] if items failed, the context's error if it was cancelled (what ran is then saved
// and can be resumed), or says why nothing was begun.
//
// A configuration with a sweep is tuned first; what is run, and has outcomes, is the best of its trials.
func Execute(ctx context.Context, opt RunOptions, configs ...*Config) ([]*Outcome, error) {
	configs = slices.Clone(configs)
	for i, c := range configs {
		if c.sweeps() {
			best, err := c.tune(ctx, opt)
			if err != nil {
				return nil, err
			}
			configs[i] = best
		}
	}
	var all []*job
	begin := make([]func() error, len(configs))
	for i, c := range configs {
		js, err := jobs(c)
		if err != nil {
			return nil, err
		}
		all = append(all, js...)
		begin[i] = func() error { return writeExperiment(opt.files(), c.Dir(), c.Source, c.ResolvedYAML(), js) }
		if opt.Workers == 0 {
			opt.Workers = c.Resources.Workers
		}
	}
	var conflicts []error
	there := map[string]*job{}
	for _, j := range all {
		if there[j.dir] != nil {
			return nil, fmt.Errorf("two runs would be written to %s; give the configurations different names, the variants different labels", j.dir)
		}
		there[j.dir] = j
		info, err := reader(os.ReadFile).info(j.dir)
		switch {
		case opt.Force || isNothing(err):
		case err != nil:
			return nil, err
		case info.Item != j.item.ID:
			conflicts = append(conflicts, &ConflictError{j.dir, info.Item, j.item.ID})
		}
	}
	if len(conflicts) > 0 {
		return nil, errors.Join(conflicts...)
	}
	for _, write := range begin {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return execute(ctx, opt, opt.Shard.of(all))
}

// Resume finishes what is incomplete in and below dirs: interrupted runs, and items of experiments
// that were never begun. Complete runs are part of the outcomes, as skipped. ErrNoRuns means that
// there is none of all that. Otherwise as [Execute].
func Resume(ctx context.Context, opt RunOptions, dirs ...string) ([]*Outcome, error) {
	opt.Force = false
	all, err := findJobs(dirs)
	if err != nil {
		return nil, err
	}
	return execute(ctx, opt, opt.Shard.of(all))
}

// findJobs collects the items of all manifests in and below dirs, and the runs without one.
func findJobs(dirs []string) ([]*job, error) {
	var all []*job
	known, machines := map[string]bool{}, map[string]*Config{}
	add := func(dir, item, config string) error {
		place, err := filepath.Abs(dir)
		if err != nil || known[place] {
			return err
		}
		known[place] = true
		j, err := storedJob(dir, item, config)
		if err != nil {
			return err
		}
		m, ok := machines[filepath.Dir(place)]
		if !ok {
			m = machineOf(filepath.Dir(place))
			machines[filepath.Dir(place)] = m
		}
		j.output, j.memory = m.Output, m.Resources.MemoryMB
		all = append(all, j)
		return nil
	}
	manifest := func(dir, only string) error {
		lines, err := readManifest(dir)
		for _, l := range lines {
			if err == nil && (only == "" || only == l.Dir) {
				err = add(filepath.Join(dir, l.Dir), l.Item, l.Config)
			}
		}
		return err
	}
	experiments, err := findFiles(fileManifest, dirs)
	if err != nil {
		return nil, err
	}
	for _, dir := range experiments {
		if err := manifest(dir, ""); err != nil {
			return nil, err
		}
	}
	for _, dir := range dirs { // of which each may itself be a run of an experiment
		if err := manifest(filepath.Dir(filepath.Clean(dir)), filepath.Base(dir)); err != nil {
			return nil, err
		}
	}
	runs, err := FindRuns(dirs...)
	if err != nil {
		return nil, err
	}
	for _, dir := range runs {
		info, err := reader(os.ReadFile).info(dir)
		if err != nil {
			return nil, err
		}
		config, err := os.ReadFile(filepath.Join(dir, fileConfig))
		if err != nil {
			return nil, err
		}
		if err := add(dir, info.Item, string(config)); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w in or below %s: nothing to resume; `paretolab run` begins", ErrNoRuns, strings.Join(dirs, ", "))
	}
	return all, nil
}

// storedJob makes the item again from the configuration that it was stored with.
func storedJob(dir, item, config string) (*job, error) {
	stored, c, err := storedItem(dir, config)
	if err != nil {
		return nil, err
	}
	if stored.ID != item {
		return nil, fmt.Errorf("%s: this program makes item %s of it, the run is item %s: it was begun by another version of the "+
			"program, whose results differ; finish it with that version, or start over with `paretolab run --force`: %w",
			filepath.Join(dir, fileConfig), stored.ID, item, ErrCorrupt)
	}
	return &job{stored, dir, c.Output, c.Resources.MemoryMB, c.Kernel}, nil
}

// machineOf reads what the last configuration of an experiment says about output and resources, which is no
// part of its items; the defaults where it cannot be read.
func machineOf(experiment string) *Config {
	path := filepath.Join(experiment, fileResolved)
	text, err := os.ReadFile(path)
	if err != nil {
		text = nil
	}
	p := &problems{}
	root := parseNode(path, text, "yaml", p)
	if root == nil || len(p.list) > 0 {
		root = &node{kind: mapNode}
	}
	c := &Config{}
	c.read(resolveLayers([]*node{root}, Overrides{}, p), root)
	return c
}

// storedItem is the one item of the configuration that a run was stored with.
func storedItem(dir, config string) (*Item, *Config, error) {
	path := filepath.Join(dir, fileConfig)
	c, err := parseConfig(path, []byte(config), "yaml", Overrides{}, true)
	if err != nil {
		return nil, nil, err
	}
	items, err := c.Items()
	if err != nil {
		return nil, nil, err
	}
	if len(items) != 1 {
		return nil, nil, corrupt(path, 0, "it describes %d items, a run is one", len(items))
	}
	return &items[0], c, nil
}

// selectKernels makes the program compute with the kernels that the runs ask for. There is one
// choice for all that runs at the same time.
func selectKernels(all []*job) error {
	if len(all) == 0 {
		return nil
	}
	for _, j := range all[1:] {
		if j.kernel != all[0].kernel {
			return fmt.Errorf("%s is configured for kernels %q, %s for %q; run them one after the other", all[0].dir, all[0].kernel, j.dir, j.kernel)
		}
	}
	if all[0].kernel == "" {
		return nil
	}
	if err := kern.Select(all[0].kernel); err != nil {
		return configError(all[0].dir, nil, "kernel: %v", err)
	}
	return nil
}

func (o *RunOptions) files() disk {
	if o.disk == nil {
		return osDisk{}
	}
	return o.disk
}

// runner runs the items of one call.
type runner struct {
	opt      RunOptions
	pool     *agents.Pool
	known    knownFronts
	progress *progress
}

func execute(ctx context.Context, opt RunOptions, all []*job) ([]*Outcome, error) {
	if err := selectKernels(all); err != nil {
		return nil, err
	}
	opt.disk = opt.files()
	if opt.now == nil {
		opt.now = time.Now
	}
	if opt.Workers <= 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	r := &runner{opt: opt, pool: agents.NewPool(opt.Workers), progress: newProgress(opt.Messages, opt.Progress, opt.Quiet)}
	shown := make([]*itemProgress, len(all))
	for i, j := range all {
		shown[i] = r.progress.add(j.name(), j.item.Steps)
	}
	r.progress.start()
	defer r.progress.stop()

	asked := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	outcomes := make([]*Outcome, len(all))
	queue := make(chan int, len(all))
	for i := range all {
		queue <- i
	}
	close(queue)
	atOnce, err := r.atOnce(all)
	if err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := range queue {
				outcomes[i] = r.run(ctx, all[i], shown[i])
				if o := outcomes[i]; o.Err != nil && !o.Stopped && opt.FailFast {
					cancel()
				}
			}
		})
	}
	wg.Wait()
	var failures []*Outcome
	for _, o := range outcomes {
		if o.Err != nil && !o.Stopped {
			failures = append(failures, o)
		}
	}
	switch {
	case len(failures) > 0:
		return outcomes, &FailedError{failures, len(all)}
	case asked.Err() != nil && slices.ContainsFunc(outcomes, func(o *Outcome) bool { return o.Stopped }):
		return outcomes, asked.Err()
	}
	return outcomes, nil
}

// atOnce is how many runs may be under way at the same time: one per worker, unless they need more memory
// than is free.
func (r *runner) atOnce(all []*job) (int, error) {
	n, need := min(r.opt.Workers, len(all)), 0
	for _, j := range all {
		need = max(need, j.memory)
	}
	free := availableMB
	if r.opt.free != nil {
		free = r.opt.free
	}
	available, known := free()
	if need == 0 || !known {
		return n, nil
	}
	fit := available / need
	if fit == 0 && len(all) > 0 {
		return 0, fmt.Errorf("a run takes %d MB (resources.memory_mb), but %d MB of memory are free; end other programs, or lower resources.memory_mb", need, available)
	}
	if fit < n {
		r.progress.say("note: %d runs at once instead of %d: %d MB are free, and each takes %d MB (resources.memory_mb)", fit, n, available, need)
	}
	return min(n, fit), nil
}

// name is how people are told of the item.
func (j *job) name() string {
	return fmt.Sprintf("%s %s s%d", j.item.Label, j.item.Environment.ID, j.item.Seed)
}

// run runs one item to its end, if nothing prevents that, and says what became of it.
func (r *runner) run(ctx context.Context, j *job, show *itemProgress) *Outcome {
	o := &Outcome{Item: j.item, Dir: j.dir}
	if ctx.Err() != nil {
		o.Stopped, o.Err = true, ctx.Err()
	} else {
		a := &attempt{runner: r, job: j, show: show}
		o.Skipped, o.Err = a.run(ctx)
		o.Stopped = o.Err != nil && ctx.Err() != nil && errors.Is(o.Err, ctx.Err())
	}
	loaded, err := LoadRun(j.dir)
	if err == nil {
		o.Run = loaded
	} else if o.Err == nil {
		o.Err = err
	}
	switch {
	case o.Stopped:
		show.end(stopped, stoppedAt(o.Run))
	case o.Err != nil:
		show.end(failed, o.Err.Error())
	case o.Skipped:
		show.end(finished, "was complete before")
	default:
		show.end(finished, describe(o.Run))
	}
	return o
}

// stoppedAt says how far an item came.
func stoppedAt(r *Run) string {
	if r == nil || len(r.Metrics) == 0 {
		return "not begun"
	}
	return fmt.Sprintf("saved at %s steps", siSteps(int64(r.Metrics[len(r.Metrics)-1].StepsTrain)))
}

// describe is the final indicator of a complete run.
func describe(r *Run) string {
	x := r.Result.Final
	s := "HV " + shortFloat(x.Hypervolume)
	if x.HVRatio != nil {
		s += fmt.Sprintf(" (%.4f of the known front's)", *x.HVRatio)
	}
	return s + fmt.Sprintf(", front %d, %s steps, %.1f s", r.Result.FrontSize, siSteps(int64(r.Result.StepsTrain)), r.WallSeconds())
}
