package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/plots"
	"github.com/paretolab/paretolab/plots/report"
)

func (a *app) runCommand() *cobra.Command {
	var over experiments.Overrides
	var opt experiments.RunOptions
	var limits limitFlags
	var steps, workers int
	var dryRun, yes bool
	c := &cobra.Command{
		Use:   "run [CONFIG...]",
		Short: "Train what config files describe; without one, the quickstart",
		Long: `run trains every item of the config files (algorithm × environment × seed), measures the result
on fresh seeds and writes a run directory for each, figures and a report.

Complete items are skipped and incomplete ones continued, so that the same command finishes what
was interrupted. Without a config file it runs the quickstart: C-MORL on two maps of
deep-sea-treasure.

Ctrl-C finishes the update under way, saves, and says how to go on (exit code 130); so do SIGTERM (143),
SIGHUP and SIGUSR1 (75). A second Ctrl-C or SIGTERM leaves at once; then the last checkpoint counts.`,
		Example: `  paretolab run
  paretolab run experiments/configs/quickstart.yaml --seeds 0..4
  paretolab run my.yaml --out results --set algorithm.settings.beta=0.95 --dry-run
  paretolab run my.yaml --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT --max-time 3h50m`,
		ValidArgsFunction: completeConfig,
		RunE: func(c *cobra.Command, args []string) error {
			over.Env = os.Environ()
			if c.Flags().Changed("steps") {
				over.Steps = &steps
			}
			if c.Flags().Changed("workers") {
				if workers < 0 {
					return usagef("--workers is %d; it is a number of workers, or 0 for one per core", workers)
				}
				over.Workers = &workers
			}
			configs, err := a.loadConfigs(args, over)
			if err != nil {
				return err
			}
			if err := limits.apply(&opt); err != nil {
				return err
			}
			if dryRun {
				return a.printPlan(opt.Shard, configs)
			}
			if err := manyItems(configs, yes); err != nil {
				return err
			}
			return a.execute(c.Context(), limits.maxTime, opt, func(ctx context.Context, opt experiments.RunOptions) ([]*experiments.Outcome, error) {
				return experiments.Execute(ctx, opt, configs...)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&over.Out, "out", "", "directory of the experiments (default: output.root of the config, normally runs)")
	flags.StringVar(&over.Seeds, "seeds", "", "seeds instead of those of the config: 0..4 or 1,3,8")
	flags.IntVar(&steps, "steps", 0, "training steps instead of those of the config")
	flags.StringArrayVar(&over.Set, "set", nil, "one setting instead of that of the config: path=value; may be repeated")
	flags.IntVar(&workers, "workers", 0, "what computes at the same time (default: one worker per core)")
	flags.BoolVar(&dryRun, "dry-run", false, "list the items and which of them exist; run nothing")
	flags.BoolVar(&yes, "yes", false, "run also more than 10000 items")
	flags.BoolVar(&opt.FailFast, "fail-fast", false, "stop everything when one item fails")
	flags.BoolVar(&opt.Force, "force", false, "start over: remove what earlier runs of these items wrote")
	allowKernelChange(c, &opt)
	limits.register(c)
	c.MarkFlagDirname("out")
	return c
}

// allowKernelChange registers the flag of this name.
func allowKernelChange(c *cobra.Command, opt *experiments.RunOptions) {
	c.Flags().BoolVar(&opt.AllowKernelChange, "allow-kernel-change", false, "continue also what was begun with another class of numeric kernels, and mark it as mixed")
}

// manyItems refuses more items than anybody starts by intention, unless they say so.
func manyItems(configs []*experiments.Config, yes bool) error {
	const most = 10_000
	n := 0
	for _, c := range configs {
		items, err := c.Items()
		if err != nil {
			return withCode(exitUsage, err)
		}
		n += len(items)
	}
	if n > most && !yes {
		return usagef("these are %s runs; look at them with --dry-run, and add --yes to run more than %s", grouped(n), grouped(most))
	}
	return nil
}

// limitFlags bound what one call does of an experiment.
type limitFlags struct {
	shard   string
	maxTime time.Duration
}

func (l *limitFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&l.shard, "shard", "", "run only part i of n, counted from 0: i/n; parts are dealt by item ids, so that n calls do all")
	f.DurationVar(&l.maxTime, "max-time", 0, "stop after so long (3h50m), save, and exit with code 75; 0 is no limit")
}

func (l *limitFlags) apply(opt *experiments.RunOptions) (err error) {
	if l.maxTime < 0 {
		return usagef("--max-time is %v; give a duration such as 90s, 45m or 8h", l.maxTime)
	}
	if l.shard != "" {
		if opt.Shard, err = experiments.ParseShard(l.shard); err != nil {
			return usagef("--shard: %w", err)
		}
	}
	return nil
}

func (a *app) resumeCommand() *cobra.Command {
	var opt experiments.RunOptions
	var limits limitFlags
	var steps int
	c := &cobra.Command{
		Use:   "resume DIR...",
		Short: "Finish what is incomplete below directories",
		Long: `resume finishes the runs below the given directories that were interrupted, and those of their
experiments that were never begun. A resumed run ends with the same files, bit for bit, as one
that was never interrupted.

With --steps, runs are trained on to a larger budget instead, from their newest checkpoints. An
extended run is another item, in the experiment NAME-STEPS beside the first one, which stays as it
is; its run.json names its parent.`,
		Example: `  paretolab resume runs/quickstart
  paretolab resume runs --workers 4
  paretolab resume runs/quickstart --steps 2000000`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("resume needs a DIR: a run directory, an experiment or a directory of them; see `paretolab resume --help`")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			if opt.Workers < 0 {
				return usagef("--workers is %d; it is a number of workers, or 0 for one per core", opt.Workers)
			}
			for _, dir := range args {
				if info, err := os.Stat(dir); err != nil {
					return usagef("there is no directory %s; give a run directory or one that holds some", dir)
				} else if !info.IsDir() {
					return usagef("%s is a file; give a run directory or one that holds some", dir)
				}
			}
			if err := limits.apply(&opt); err != nil {
				return err
			}
			if c.Flags().Changed("steps") && steps < 1 {
				return usagef("--steps is %d; it is the number of training steps that the runs get in all", steps)
			}
			return a.execute(c.Context(), limits.maxTime, opt, func(ctx context.Context, opt experiments.RunOptions) ([]*experiments.Outcome, error) {
				if steps > 0 {
					return experiments.Extend(ctx, opt, steps, args...)
				}
				return experiments.Resume(ctx, opt, args...)
			})
		},
	}
	c.Flags().IntVar(&opt.Workers, "workers", 0, "what computes at the same time (default: one worker per core)")
	c.Flags().BoolVar(&opt.FailFast, "fail-fast", false, "stop everything when one item fails")
	c.Flags().IntVar(&steps, "steps", 0, "train on to so many steps in all, from the newest checkpoints, as other runs")
	allowKernelChange(c, &opt)
	limits.register(c)
	return c
}

// loadConfigs reads config files, or the quickstart without any. What is not in this folder is looked for
// in that of --config-dir.
func (a *app) loadConfigs(paths []string, over experiments.Overrides) ([]*experiments.Config, error) {
	if len(paths) == 0 {
		c, err := experiments.Quickstart(over)
		return []*experiments.Config{c}, withCode(exitUsage, err)
	}
	var configs []*experiments.Config
	var faults []error
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil && a.configs != "" && filepath.IsLocal(path) {
			if _, err := os.Stat(filepath.Join(a.configs, path)); err == nil {
				path = filepath.Join(a.configs, path)
			}
		}
		c, err := experiments.LoadConfig(path, over)
		if err != nil {
			faults = append(faults, err)
		}
		configs = append(configs, c)
	}
	return configs, withCode(exitUsage, errors.Join(faults...))
}

// execute runs items, draws what they found and prints the summary. A reader that closes standard
// output early, or standard error, loses text, never a run. After maxTime, unless it is 0, what runs
// is saved and stopped.
func (a *app) execute(ctx context.Context, maxTime time.Duration, opt experiments.RunOptions, run func(context.Context, experiments.RunOptions) ([]*experiments.Outcome, error)) error {
	opt.Messages, opt.Progress, opt.Quiet, opt.Log = a.err, a.progress, a.quiet, a.logHandler()
	limited := ctx
	if maxTime > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, maxTime, errMaxTime)
		defer cancel()
	}
	outcomes, err := run(limited, opt)
	if len(outcomes) == 0 && err == nil {
		fmt.Fprintf(a.err, "no item of these falls into shard %v; there is nothing to do\n", opt.Shard)
		if a.json {
			return a.printJSON([]runSummary{})
		}
		return nil
	}
	if len(outcomes) == 0 {
		return a.runError(limited, outcomes, err)
	}
	results, drawing := a.present(ctx, outcomes)
	if a.json {
		if e := a.printJSON(summaries(outcomes, results)); e != nil {
			return e
		}
	} else if !a.quiet {
		if e := printSummary(a.out, outcomes, results); e != nil {
			return e
		}
	}
	if err == nil {
		err = drawing
	}
	return a.runError(limited, outcomes, err)
}

// errMaxTime ends a call whose --max-time is over.
var errMaxTime = errors.New("--max-time is over")

// runError turns what ended a call into a message and an exit code.
func (a *app) runError(ctx context.Context, outcomes []*experiments.Outcome, err error) error {
	var conflict *experiments.ConflictError
	var config *experiments.ConfigError
	var failed *experiments.FailedError
	var notLonger *experiments.NotLongerError
	var kernel *experiments.KernelError
	var disk *experiments.DiskError
	resume := func(dirs []string) string { return "paretolab resume " + shellWords(dirs) }
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.As(err, &disk):
		if dirs := experimentDirs(outcomes, func(o *experiments.Outcome) bool { return o.Err != nil }); len(dirs) > 0 {
			fmt.Fprintln(a.err, "resume with: "+resume(dirs))
		}
		if context.Cause(ctx) == errMaxTime {
			return &exitError{code: exitStopped}
		}
		return a.stopped()
	case errors.As(err, &conflict), errors.As(err, &config), errors.As(err, &notLonger), len(outcomes) == 0 && errors.As(err, &kernel):
		return withCode(exitUsage, err)
	case errors.As(err, &failed):
		code := exitItemsFailed
		switch {
		case errors.As(err, &disk):
			code = exitIO
		case !slices.ContainsFunc(failed.Failed, func(o *experiments.Outcome) bool { return !isDataError(o.Err) }):
			code = exitData
		case !slices.ContainsFunc(failed.Failed, func(o *experiments.Outcome) bool { return !errors.As(o.Err, &kernel) }):
			code = exitUsage
		}
		// Why each failed has been said when it did.
		dirs := experimentDirs(failed.Failed, func(*experiments.Outcome) bool { return true })
		return withCode(code, fmt.Errorf("%d of %d runs failed, as said above; what was saved is intact\nafter removing the cause, continue with: %s",
			len(failed.Failed), failed.Items, resume(dirs)))
	case errors.As(err, &disk):
		return withCode(exitIO, err)
	case errors.Is(err, experiments.ErrNoRuns):
		return withCode(exitNothing, err)
	case isDataError(err):
		return withCode(exitData, err)
	}
	return err
}

func isDataError(err error) bool {
	return errors.Is(err, experiments.ErrCorrupt) || errors.Is(err, experiments.ErrNewerFormat)
}

// stopped ends a command with the exit code of the signal that ended the context.
func (a *app) stopped() error { return &exitError{code: a.stopCode()} }

func (a *app) stopCode() int {
	switch a.stop {
	case syscall.SIGTERM:
		return exitTerminated
	case syscall.SIGHUP, schedulerSignal:
		return exitStopped
	}
	return exitInterrupted
}

// experimentDirs lists the directories of the experiments of some outcomes, each once.
func experimentDirs(outcomes []*experiments.Outcome, of func(*experiments.Outcome) bool) []string {
	var dirs []string
	for _, o := range outcomes {
		if dir := filepath.Dir(o.Dir); of(o) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// shellWords writes paths so that they can be pasted into a shell.
func shellWords(paths []string) string {
	var out []string
	for _, p := range paths {
		if strings.Trim(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:\\") != "" {
			p = "'" + strings.ReplaceAll(p, "'", `'\''`) + "'"
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}

// presentation is what was made of the runs of one experiment.
type presentation struct {
	dir     string
	figures []string
	report  string // its page
}

// present draws figures and writes the report of every experiment with a complete run, earlier
// runs of the same experiment included.
func (a *app) present(ctx context.Context, outcomes []*experiments.Outcome) ([]presentation, error) {
	var out []presentation
	done := func(o *experiments.Outcome) bool { return o.Err == nil && o.Run != nil && o.Run.Result != nil }
	for _, dir := range experimentDirs(outcomes, done) {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		found, err := experiments.FindRuns(dir)
		if err != nil {
			return out, err
		}
		var runs []*experiments.Run
		for _, path := range found {
			r, err := experiments.LoadRun(path)
			if err != nil {
				fmt.Fprintf(a.err, "paretolab: left out of figures and report: %v\n", err)
				continue
			}
			runs = append(runs, r)
		}
		p := presentation{dir: dir}
		if p.figures, err = plots.Write(runs, filepath.Join(dir, "figures"), plots.Style{}); err != nil {
			return append(out, p), fmt.Errorf("the runs are complete, but their figures are not: %w", err)
		}
		files, err := report.WriteContext(ctx, runs, filepath.Join(dir, "report"), report.Options{})
		if err != nil {
			return append(out, p), fmt.Errorf("the runs are complete, but their report is not: %w", err)
		}
		p.report = files[0]
		out = append(out, p)
	}
	return out, nil
}

// runSummary is a run in the output of run and resume. The names are a contract with scripts;
// what is not known is null.
type runSummary struct {
	RunDir            string    `json:"run_dir"`
	Status            string    `json:"status"` // complete, failed or stopped
	Experiment        string    `json:"experiment"`
	Environment       string    `json:"environment"`
	Algorithm         string    `json:"algorithm"`
	Label             string    `json:"label"`
	Seed              uint64    `json:"seed"`
	FrontSize         *int      `json:"front_size"`
	ReferencePoint    []float64 `json:"reference_point"`
	Discount          float64   `json:"discount"`
	Hypervolume       *float64  `json:"hypervolume"`
	HypervolumeExact  *float64  `json:"hypervolume_exact"`
	HypervolumeRatio  *float64  `json:"hv_ratio"`
	HypervolumeStage1 *float64  `json:"hypervolume_stage1"`
	HypervolumeLinear *float64  `json:"hypervolume_linear"`
	ExpectedUtility   *float64  `json:"expected_utility"`
	Sparsity          *float64  `json:"sparsity"`
	Steps             int       `json:"steps"`
	StepsEval         int       `json:"steps_eval"`
	WallSeconds       float64   `json:"wall_seconds"`
	Front             string    `json:"front"`
	Figures           []string  `json:"figures"`
	Report            string    `json:"report"`
	Error             string    `json:"error,omitempty"`
}

func summaries(outcomes []*experiments.Outcome, made []presentation) []runSummary {
	list := make([]runSummary, len(outcomes))
	for i, o := range outcomes {
		list[i] = summarise(o)
		for _, p := range made {
			if p.dir == filepath.Dir(o.Dir) {
				list[i].Figures, list[i].Report = p.figures, p.report
			}
		}
	}
	return list
}

func summarise(o *experiments.Outcome) runSummary {
	s := runSummary{
		RunDir: o.Dir, Status: "complete", Experiment: o.Item.Experiment, Environment: o.Item.Environment.ID, Algorithm: o.Item.Algorithm,
		Label: o.Item.Label, Seed: o.Item.Seed, ReferencePoint: o.Item.Reference.Point, Discount: o.Item.Fronts().Discount, Figures: []string{},
	}
	switch {
	case o.Stopped:
		s.Status = "stopped"
	case o.Err != nil:
		s.Status, s.Error = "failed", o.Err.Error()
	}
	r := o.Run
	if r == nil {
		return s
	}
	s.WallSeconds = r.WallSeconds()
	if n := len(r.Metrics); n > 0 {
		s.Steps, s.StepsEval = r.Metrics[n-1].StepsTrain, r.Metrics[n-1].StepsEval
	}
	if stage1 := r.EndOfPhase("stage1"); stage1 != nil {
		s.HypervolumeStage1 = &stage1.Hypervolume
	}
	if x := r.Result; x != nil {
		s.FrontSize, s.Hypervolume, s.Sparsity = &x.FrontSize, &x.Final.Hypervolume, &x.Final.Sparsity
		s.HypervolumeExact, s.HypervolumeRatio, s.HypervolumeLinear = x.HypervolumeExact, x.Final.HVRatio, x.HypervolumeLinear
		s.ExpectedUtility, s.Steps, s.StepsEval = x.Final.EUM, x.StepsTrain, x.StepsEval
		s.Front = filepath.Join(o.Dir, "front.csv")
	}
	return s
}

// printSummary tells people what was found and where it is.
func printSummary(out io.Writer, outcomes []*experiments.Outcome, made []presentation) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	number := func(v *float64, digits int) string {
		if v == nil {
			return "not known"
		}
		return plots.Number(*v, digits)
	}
	complete := 0
	for _, o := range outcomes {
		s := summarise(o)
		if s.Status != "complete" {
			continue
		}
		complete++
		point := make([]string, len(s.ReferencePoint))
		for j, v := range s.ReferencePoint {
			point[j] = plots.Number(v, 6)
		}
		fmt.Fprintf(w, "%s on %s, seed %d\n", s.Label, s.Environment, s.Seed)
		fmt.Fprintf(w, "  front\t%s\n", counted(*s.FrontSize, "policy", "policies"))
		fmt.Fprintf(w, "  hypervolume\t%s\treference point (%s), discount %s\n", number(s.Hypervolume, 8), strings.Join(point, ", "), plots.Number(s.Discount, 6))
		if s.HypervolumeExact != nil && s.HypervolumeRatio != nil {
			fmt.Fprintf(w, "  share of the known front's\t%.4f\tof %s; %s\n", *s.HypervolumeRatio, number(s.HypervolumeExact, 8), o.Run.Result.KnownFront)
		}
		if s.HypervolumeStage1 != nil {
			fmt.Fprintf(w, "  after stage 1\t%s\n", number(s.HypervolumeStage1, 8))
		}
		if s.HypervolumeLinear != nil {
			fmt.Fprintf(w, "  limit of linear weights\t%s\n", number(s.HypervolumeLinear, 8))
		}
		fmt.Fprintf(w, "  expected utility\t%s\tweights: %s\n", number(s.ExpectedUtility, 6), o.Run.Result.Weights)
		fmt.Fprintf(w, "  sparsity\t%s\n", number(s.Sparsity, 6))
		fmt.Fprintf(w, "  environment steps\t%s\ttraining; %s evaluation\n", grouped(s.Steps), grouped(s.StepsEval))
		fmt.Fprintf(w, "  wall time\t%.1f s\n", s.WallSeconds)
		if err := w.Flush(); err != nil {
			return err
		}
		for _, note := range o.Run.Result.Notes {
			fmt.Fprintf(w, "  note: %s\n", note)
		}
		fmt.Fprintf(w, "  run directory  %s\n  front          %s\n\n", s.RunDir, s.Front)
	}
	if complete == 0 {
		return nil
	}
	for _, p := range made {
		fmt.Fprintf(w, "figures  %s\n", filepath.Join(p.dir, "figures"))
		for _, f := range p.figures {
			fmt.Fprintf(w, "  %s\n", filepath.Base(f))
		}
		fmt.Fprintf(w, "report   %s\n\nnext: open the report, or draw the figures at the width of a page:\n  paretolab plot all %s --width 174mm --out %s\n",
			p.report, shellWords([]string{p.dir}), shellWords([]string{filepath.Join(p.dir, "figures-page")}))
	}
	return w.Flush()
}

// counted writes a count with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// grouped writes a count with a comma between groups of three digits.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// printPlan lists the items of configurations and which of them exist.
func (a *app) printPlan(shard experiments.Shard, configs []*experiments.Config) error {
	plan, err := experiments.Plan(shard, configs...)
	if err != nil {
		return a.runError(context.Background(), nil, err)
	}
	if a.json {
		type planned struct {
			Item        string `json:"item"`
			RunDir      string `json:"run_dir"`
			State       string `json:"state"`
			Environment string `json:"environment"`
			Algorithm   string `json:"algorithm"`
			Seed        uint64 `json:"seed"`
			Steps       int    `json:"steps"`
		}
		list := make([]planned, len(plan))
		for i, p := range plan {
			list[i] = planned{p.Item.ID, p.Dir, p.State, p.Item.Environment.ID, p.Item.Algorithm, p.Item.Seed, p.Item.Steps}
		}
		return a.printJSON(list)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "item\tstate\tsteps\tdirectory")
	steps := 0
	for _, p := range plan {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.Item.ID, p.State, grouped(p.Item.Steps), p.Dir)
		if p.State != "complete" {
			steps += p.Item.Steps
		}
	}
	fmt.Fprintf(w, "\n%d items, %s training steps to go\n", len(plan), grouped(steps))
	return w.Flush()
}
