package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// attempt is one go at running an item: from wherever the last one stopped to the result.
type attempt struct {
	*runner
	*job
	show *itemProgress

	saves  *checkpoints
	dir    *runDir
	log    *slog.Logger
	env    *envs.Environment
	known  *knownFront
	kernel string // class of numeric kernels of the whole run
	rec    *recorder
}

// run reports whether there was nothing to do.
func (a *attempt) run(ctx context.Context) (skipped bool, err error) {
	if a.opt.Force && a.item.Parent != (Parent{}) {
		return false, fmt.Errorf("this run goes on from item %s and cannot start over; `paretolab resume DIR --steps %d`, with the folder of that run, begins it again", a.item.Parent.Item, a.item.Steps)
	}
	if !a.opt.Force {
		if done, err := a.complete(); done || err != nil {
			return done, err
		}
	}
	if a.dir, err = lockRunDir(a.opt.disk, a.job.dir); err != nil {
		return false, err
	}
	defer a.dir.release()
	if a.opt.Force {
		if err := a.dir.empty(); err != nil {
			return false, err
		}
	}
	// Another process may have finished it while this one waited for its turn.
	if done, err := a.complete(); done || err != nil {
		return done, err
	}
	err = a.train(ctx)
	var kernel *KernelError // nothing was attempted
	if err != nil && !errors.Is(err, ctx.Err()) && !errors.As(err, &kernel) {
		a.fail(err)
	}
	return false, err
}

// complete reports whether the directory holds the finished run of this item. Another item there
// is a *ConflictError.
func (a *attempt) complete() (bool, error) {
	info, err := reader(os.ReadFile).info(a.job.dir)
	if isNothing(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if info.Item != a.item.ID {
		return false, &ConflictError{a.job.dir, info.Item, a.item.ID}
	}
	result, err := reader(os.ReadFile).result(filepath.Join(a.job.dir, fileResult))
	if err != nil || result == nil {
		return false, err
	}
	if err := VerifyRun(a.job.dir); err != nil {
		a.progress.say("note: %v", err)
	}
	return true, nil
}

// isNothing reports whether an error means that there is no run.
func isNothing(err error) bool {
	return errors.Is(err, ErrNoRuns) || errors.Is(err, fs.ErrNotExist)
}

// train runs the learner and writes the result.
func (a *attempt) train(ctx context.Context) error {
	if err := a.dir.prepare(); err != nil {
		return err
	}
	log, err := openLog(a.dir)
	if err != nil {
		return err
	}
	defer log.Close()
	var handler slog.Handler = slog.NewJSONHandler(log, nil)
	if a.opt.Log != nil {
		handler = slog.NewMultiHandler(handler, a.opt.Log.WithAttrs([]slog.Attr{slog.String("run", a.name())}))
	}
	a.log = slog.New(handler).With("attempt", a.dir.lock.Attempt)
	from, err := a.resumePoint()
	if err != nil {
		return err
	}
	if err := a.begin(ctx); err != nil {
		return err
	}
	if err := a.inform(); err != nil {
		return err
	}
	if err := a.record(from); err != nil {
		return err
	}
	problem := &agents.Problem{Env: a.env, Steps: a.item.Steps, Seed: a.item.Seed, Reference: a.item.Reference, Pool: a.pool}
	if problem.Candidates, err = a.item.loadCandidates(); err != nil {
		return err
	}
	set, err := learn(ctx, a.item.Settings, problem, a.rec)
	if err == nil && a.item.Parent != (Parent{}) && a.rec.StepsTrain <= a.item.Parent.Steps {
		err = fmt.Errorf("algorithm %s shares out its whole budget when it begins and cannot go on from its end; run it anew with --steps %d", a.item.Algorithm, a.item.Steps)
	}
	// What was recorded last can be saved also now: on a stop, and before the final evaluation.
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		if err := a.rec.save(); err != nil {
			return err
		}
	}
	if err != nil {
		if errors.Is(err, ctx.Err()) {
			a.log.Info("stopped", "eval", a.rec.Evals, "steps", a.rec.StepsTrain)
		}
		return err
	}
	a.show.enter("final evaluation")
	if err := a.finish(ctx, set); err != nil {
		return err
	}
	a.log.Info("complete", "steps", a.rec.StepsTrain, "seconds", a.rec.Seconds, "recording", a.rec.cost)
	return nil
}

// begin makes the environment and writes what does not change during the run. With run.json, which
// comes last, the run exists.
func (a *attempt) begin(ctx context.Context) error {
	if err := a.dir.disk.Remove(a.dir.in(fileFailure)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diskError("remove", a.dir.in(fileFailure), err)
	}
	var err error
	if a.env, err = a.item.NewEnvironment(); err != nil {
		return err
	}
	err = a.pool.Run(ctx, 1, func(context.Context, int) (err error) {
		a.known, err = a.runner.known.frontOf(a.item, a.env)
		return err
	})
	if err != nil {
		return err
	}
	if err := a.dir.write(fileConfig, a.item.Config); err != nil {
		return err
	}
	if a.known.points.Len() > 0 {
		text := cells(a.env.Spec.ObjectiveNames()).line()
		for i := range a.known.points.Len() {
			var c cells
			c.floats(a.known.points.Row(i)...)
			text = append(text, c.line()...)
		}
		if err := a.dir.write(fileKnownFront, text); err != nil {
			return err
		}
	}
	if _, err := reader(os.ReadFile).info(a.dir.path); !isNothing(err) {
		return err
	}
	if _, err := os.Stat(a.dir.in(fileEpisodes)); a.output.Episodes && errors.Is(err, fs.ErrNotExist) {
		if err := writeWhole(a.dir.disk, a.dir.in(fileEpisodes)); err != nil {
			return err
		}
	}
	host, _ := os.Hostname()
	info := Info{
		Format: Format, Item: a.item.ID, Experiment: a.item.Experiment, Label: a.item.Label, Program: ThisProgram(),
		Algorithm: a.item.Algorithm, Preset: a.item.Preset, Revision: a.item.Revision,
		Environment: environmentInfo(a.env, a.item.Environment.Label, a.item.Fronts()), Seed: a.item.Seed, Steps: a.item.Steps,
		ConfigSHA256: sha256Hex(a.item.Config), Streams: streams, Host: host, Started: a.opt.now().UTC().Truncate(time.Second),
	}
	if a.item.Parent != (Parent{}) {
		info.Parent = &a.item.Parent
	}
	b, err := marshal(info)
	if err != nil {
		return err
	}
	return writeWhole(a.dir.disk, a.dir.in(fileRun), b)
}

// streams names the derivation of random streams, see [agents.Stream].
const streams = "splitmix64-pcg/1"

// resumePoint finds the checkpoint to go on from, nil for the start.
func (a *attempt) resumePoint() (*checkpoint, error) {
	a.saves = &checkpoints{disk: a.dir.disk, dir: a.dir.in(dirCheckpoints), keep: a.output.KeepCheckpoints}
	c, skipped, err := a.saves.newest(a.item.ID, a.dir.path)
	if err != nil {
		return nil, err
	}
	if a.kernel, err = c.kernelAfter(a.dir.path, a.opt.AllowKernelChange); err != nil {
		return nil, err
	}
	if a.kernel == KernelMixed {
		a.log.Warn("other kernels", "before", c.Kernel, "now", ThisProgram().Kernel)
		a.progress.say("note: %s: kernels changed on the way; the run is marked as %s", a.name(), KernelMixed)
	}
	for _, why := range skipped {
		a.log.Warn("checkpoint not usable", "error", why.Error())
		a.progress.say("note: %s: checkpoint not usable: %v", a.name(), why)
	}
	switch {
	case c == nil && a.item.Parent != (Parent{}):
		return nil, errors.Join(append(skipped, corrupt(a.dir.in(dirCheckpoints), 0, "this run goes on from item %s, of which there is no usable checkpoint here; "+
			"`paretolab resume DIR --steps %d`, with the folder of that run, begins it again", a.item.Parent.Item, a.item.Steps))...)
	case c != nil:
		a.log.Info("continue", "eval", c.Eval, "steps", c.Steps)
		a.show.begin(c.Steps)
		a.show.recorded(c.counters.Phase, c.counters.Hypervolume, c.counters.Cardinality)
	default:
		if len(skipped) > 0 {
			a.progress.say("note: %s: no checkpoint is usable, it starts over", a.name())
		}
		a.log.Info("start")
		a.show.begin(0)
	}
	return c, nil
}

// inform brings run.json up to date with what may have changed since it was written: the kernels, and
// parts of the configuration that are no part of the item.
func (a *attempt) inform() error {
	info, err := reader(os.ReadFile).info(a.dir.path)
	if err != nil {
		return err
	}
	config := sha256Hex(a.item.Config)
	if info.Program.Kernel == a.kernel && info.ConfigSHA256 == config {
		return nil
	}
	info.Program.Kernel, info.ConfigSHA256 = a.kernel, config
	b, err := marshal(info)
	if err != nil {
		return err
	}
	return writeWhole(a.dir.disk, a.dir.in(fileRun), b)
}

// record opens the files that grow and the recorder on them.
func (a *attempt) record(from *checkpoint) error {
	var offsets map[string]mark
	if from != nil {
		offsets = from.Offsets
	}
	if err := a.dir.open(offsets); err != nil {
		return err
	}
	m := a.env.Spec.M()
	y, err := newYardstick(a.item.Reference.Point, a.item.Weights(m), a.known.points, &a.item.Evaluation)
	if err != nil {
		return err
	}
	a.rec = &recorder{
		item: a.item, dir: a.dir, saves: a.saves, every: a.output.CheckpointEvery, kernel: a.kernel,
		evaluator: a.newEvaluator("eval", a.item.Evaluation.Episodes),
		yardstick: y, progress: a.show, log: a.log, now: a.opt.now, m: m,
	}
	a.rec.start(from)
	if from != nil && from.Offsets[fileTiming].Bytes > 0 {
		t, err := reader(os.ReadFile).table(a.dir.in(fileTiming))
		if err != nil {
			return err
		}
		a.rec.timingColumns = min(len(t.header), len(timingHeader()))
	}
	return nil
}

// newEvaluator measures policies as the item says, on episodes of a named stream.
func (a *attempt) newEvaluator(stream string, episodes int) *evaluator {
	return newEvaluator(a.env, a.item.Reference.Discount, a.item.Seed, stream, episodes, a.item.Evaluation.Policy == "sampled")
}

// PanicError is a panic of a learner.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("panic: %v (a bug; failure.json in the run directory has the details)", e.Value)
}

// learn trains. A panic becomes an error.
func learn(ctx context.Context, alg agents.Algorithm, p *agents.Problem, rec agents.Recorder) (set *agents.PolicySet, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{r, debug.Stack()}
		}
	}()
	if set, err = alg.Train(ctx, p, rec); err == nil && set == nil {
		err = errors.New("the learner returned no policy set")
	}
	return set, err
}

// fail leaves failure.json, unless the result is there already. That this may fail itself, as on a
// full disk, changes nothing.
func (a *attempt) fail(err error) {
	if _, err := os.Stat(a.dir.in(fileResult)); err == nil {
		return
	}
	host, _ := os.Hostname()
	f := Failure{Error: err.Error(), Attempt: a.dir.lock.Attempt, Time: a.opt.now().UTC().Truncate(time.Second), Host: host}
	var crash *PanicError
	if errors.As(err, &crash) {
		f.Stack = string(crash.Stack)
	}
	if a.rec != nil {
		f.Step = a.rec.StepsTrain
	}
	if a.log != nil {
		a.log.Error("failed", "error", err.Error())
	}
	if b, err := marshal(f); err == nil {
		writeWhole(a.dir.disk, a.dir.in(fileFailure), b)
	}
}

// openLog opens log.jsonl to go on behind its last whole line.
func openLog(d *runDir) (io.WriteCloser, error) {
	path := d.in(fileLog)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := d.disk.Create(path)
		return f, diskError("create", path, err)
	}
	if err != nil {
		return nil, err
	}
	if whole := len(wholeLines(text)); whole < len(text) {
		if err := d.disk.Truncate(path, int64(whole)); err != nil {
			return nil, diskError("truncate", path, err)
		}
	}
	f, err := d.disk.Append(path)
	return f, diskError("open", path, err)
}
