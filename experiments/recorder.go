package experiments

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/paretolab/paretolab/agents"
)

// counters are the recorder's part of a checkpoint.
type counters struct {
	Evals       int      `json:"evals"`
	StepsTrain  int      `json:"steps_train"`
	StepsEval   int      `json:"steps_eval"`
	Episodes    int      `json:"episodes"`
	Trained     int      `json:"trained,omitempty"` // training episodes in episodes.csv
	Updates     int      `json:"updates"`
	Phase       string   `json:"phase"`
	Hypervolume float64  `json:"hypervolume"`
	Cardinality int      `json:"cardinality"`
	Seconds     float64  `json:"seconds"` // of all attempts
	SecondsEval float64  `json:"seconds_eval"`
	Notes       []string `json:"notes,omitempty"`
}

// recorder writes what a learner reports into the run directory: rows at once, checkpoints when
// they are due. It implements [agents.Recorder].
type recorder struct {
	item      *Item
	dir       *runDir
	saves     *checkpoints
	every     time.Duration // between checkpoints
	kernel    string
	evaluator *evaluator
	yardstick *yardstick
	progress  *itemProgress
	log       *slog.Logger
	now       func() time.Time

	mu    sync.Mutex
	ended []agents.Episode // training episodes that are not yet part of an evaluation

	timingColumns int // of a timing.csv that was there before; 0: it is new

	m       int      // objectives
	own     []string // columns of the algorithm
	resumed *checkpoint

	counters
	begun     time.Time // of this attempt
	before    counters  // at begun
	last      counters  // at the last row of timing.csv
	lastSaved time.Time
	busy      stopwatch              // evaluations
	cost      recordingCost          // of this attempt
	state     func() ([]byte, error) // of the last Record, nil if it is saved already
	broken    error                  // of a failed write: nothing after it would be consistent
}

var _ agents.Recorder = (*recorder)(nil)

// start sets the clocks and, after a resume, the counters.
func (r *recorder) start(from *checkpoint) {
	r.resumed = from
	if from != nil {
		r.counters = from.counters
	}
	r.before, r.last = r.counters, r.counters
	r.begun = r.now()
	r.lastSaved = r.begun
	r.busy.now = r.now
}

// Columns implements [agents.Recorder].
func (r *recorder) Columns(names ...string) {
	r.own = nil
	for _, name := range names {
		r.own = append(r.own, r.item.Algorithm+"."+name)
	}
}

// Restore implements [agents.Recorder].
func (r *recorder) Restore() []byte {
	if r.resumed == nil {
		return nil
	}
	return r.resumed.learner
}

// Step implements [agents.Recorder].
func (r *recorder) Step(n int) { r.progress.steps.Add(int64(n)) }

// EpisodeSink implements [agents.Recorder].
func (r *recorder) EpisodeSink() func(agents.Episode) {
	if r.dir.files[fileEpisodes] == nil {
		return nil
	}
	return func(e agents.Episode) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.ended = append(r.ended, e)
	}
}

// takeEpisodes returns the rows of the training episodes that ended up to a step, in the order of their
// ends, whatever the order in which workers reported them.
func (r *recorder) takeEpisodes(steps int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.SortFunc(r.ended, func(a, b agents.Episode) int {
		return cmp.Or(cmp.Compare(a.Steps, b.Steps), cmp.Compare(a.Copy, b.Copy))
	})
	var rows []byte
	n := 0
	for ; n < len(r.ended) && r.ended[n].Steps <= steps; n++ {
		e := &r.ended[n]
		row := EpisodeRow{r.Trained, e.Copy, e.Steps, e.Length, e.Return, e.Terminated}
		rows = append(rows, row.cells(r.m).line()...)
		r.Trained++
	}
	r.ended = slices.Delete(r.ended, 0, n)
	return rows
}

// Evaluate implements [agents.Recorder].
func (r *recorder) Evaluate(ctx context.Context, p agents.Policy) (agents.Value, error) {
	r.busy.enter()
	defer r.busy.leave()
	return r.evaluator.measure(ctx, p)
}

// Record implements [agents.Recorder]. After an error the rows of this evaluation may be there in
// part; a resume cuts them off.
func (r *recorder) Record(e agents.Evaluation, state func() ([]byte, error)) error {
	if r.broken == nil {
		begun := r.now()
		r.broken = r.record(e, state)
		r.cost.rows += r.now().Sub(begun)
	}
	if r.broken == nil {
		r.broken = r.dir.lock.beat(r.now())
	}
	if r.broken == nil && (e.StageEnd || r.now().Sub(r.lastSaved) >= r.every) {
		r.broken = r.save()
	}
	return r.broken
}

// recordingCost is the time that training waits for what is recorded of it.
type recordingCost struct {
	rows        time.Duration // indicators and rows of all evaluations
	checkpoints time.Duration
	longest     time.Duration // of a checkpoint
	saved       int           // checkpoints
}

// LogValue implements slog.LogValuer.
func (c recordingCost) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Float64("seconds_rows", milli(c.rows.Seconds())), slog.Float64("seconds_checkpoints", milli(c.checkpoints.Seconds())),
		slog.Float64("longest_checkpoint", milli(c.longest.Seconds())), slog.Int("checkpoints", c.saved))
}

func (r *recorder) record(e agents.Evaluation, state func() ([]byte, error)) error {
	if len(e.Columns) != len(r.own) {
		return fmt.Errorf("algorithm %s declared %d columns and recorded %d numbers", r.item.Algorithm, len(r.own), len(e.Columns))
	}
	x, err := r.yardstick.measure(e.Archive)
	if err != nil {
		return fmt.Errorf("evaluation %d (%s): %w", r.Evals, e.Phase, err)
	}
	eval := r.Evals
	r.Evals++
	r.StepsTrain, r.Updates, r.Phase = e.Steps, e.Updates, e.Phase
	r.Hypervolume, r.Cardinality = x.Hypervolume, x.Cardinality
	var evaluations []byte
	for _, p := range e.Policies {
		r.Episodes += p.Value.Episodes
		r.StepsEval += p.Value.Steps
		row := EvaluationRow{
			Eval: eval, Policy: p.ID, Parent: p.Parent, Origin: p.Origin, StepsTrain: p.Steps, Episodes: p.Value.Episodes,
			Length: p.Value.Length, Value: p.Value.Return, StdErr: p.Value.StdErr, Undiscounted: p.Value.Undiscounted,
			Weight: p.Weight, Seed: r.item.Seed,
		}
		evaluations = append(evaluations, row.cells(r.m).line()...)
	}
	metrics := Metrics{
		Eval: eval, Phase: e.Phase, StepsTrain: r.StepsTrain, StepsEval: r.StepsEval, Episodes: r.Episodes, Updates: r.Updates,
		Indicators: x, Best: r.yardstick.best(e.Archive), Columns: map[string]float64{},
	}
	for i, name := range r.own {
		metrics.Columns[name] = e.Columns[i]
	}
	snapshot, err := frontLine(eval, e, &r.item.Evaluation)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		header cells
		lines  []byte
	}{
		{fileMetrics, metricsHeader(r.m, r.own), metrics.cells(r.m, r.own).line()},
		{fileEvaluations, evaluationsHeader(r.m), evaluations},
		{fileFronts, nil, snapshot},
		{fileTiming, timingHeader(), r.timingLine(eval)},
		{fileEpisodes, episodesHeader(r.m), r.takeEpisodes(e.Steps)},
	} {
		a := r.dir.files[f.name]
		if a == nil {
			continue // episodes, which nobody asked for
		}
		if a.size == 0 && f.header != nil {
			f.lines = append(f.header.line(), f.lines...)
		}
		if len(f.lines) == 0 {
			continue
		}
		if err := a.write(f.lines); err != nil {
			return err
		}
	}
	for _, note := range e.Notes {
		r.Notes = append(r.Notes, note)
		r.log.Warn(note, "eval", eval)
	}
	r.state = state
	r.progress.recorded(e.Phase, x.Hypervolume, x.Cardinality)
	return nil
}

// frontLine is the archive as a line of fronts.jsonl, or nothing where the gap between two lines
// has become larger: 2 from evaluation 1000 on, 4 from 2000, 8 from 4000, ...
func frontLine(eval int, e agents.Evaluation, by *Evaluation) ([]byte, error) {
	gap := 1
	for n := 1000; eval >= n; n *= 2 {
		gap *= 2
	}
	if eval%gap != 0 {
		return nil, nil
	}
	s := FrontSnapshot{Eval: eval, StepsTrain: e.Steps, Points: [][]float64{}, Policies: []string{}}
	for i := range e.Archive {
		value, _ := by.of(&e.Archive[i].Value)
		s.Points = append(s.Points, value)
		s.Policies = append(s.Policies, e.Archive[i].ID)
	}
	b, err := json.Marshal(s)
	return append(b, '\n'), err
}

// timingLine is the row of an evaluation in timing.csv, with the columns that the file has: one that an
// earlier version began lacks the last.
func (r *recorder) timingLine(eval int) []byte {
	row := r.timing(eval).cells()
	if r.timingColumns > 0 {
		row = row[:r.timingColumns]
	}
	return row.line()
}

// timing is the clock at an evaluation. Training goes on while others are evaluated; what counts
// as evaluation is the time in which at least one ran.
func (r *recorder) timing(eval int) *TimingRow {
	r.Seconds = r.before.Seconds + r.now().Sub(r.begun).Seconds()
	r.SecondsEval = r.before.SecondsEval + r.busy.seconds()
	row := &TimingRow{Eval: eval, SecondsTotal: milli(r.Seconds), SecondsEval: milli(r.SecondsEval)}
	row.SecondsTrain = milli(r.Seconds - r.SecondsEval)
	if mb, ok := residentMB(); ok {
		row.ResidentMB = &mb
	}
	if dt := r.Seconds - r.last.Seconds; dt > 0 {
		row.StepsPerSecond = math.Round(float64(r.StepsTrain-r.last.StepsTrain) / dt)
	}
	r.last = r.counters
	return row
}

func milli(s float64) float64 { return math.Round(s*1000) / 1000 }

// save writes a checkpoint as of the last Record, unless that is done.
func (r *recorder) save() error {
	if r.state == nil || r.broken != nil {
		return r.broken
	}
	begun := r.now()
	learner, err := r.state()
	if err != nil {
		return err
	}
	marks, err := r.dir.sync()
	if err != nil {
		return err
	}
	c := &checkpoint{Item: r.item.ID, Kernel: r.kernel, Eval: r.Evals, Steps: r.StepsTrain, Offsets: marks, counters: r.counters, learner: learner}
	if err := r.saves.save(c); err != nil {
		return err
	}
	r.state, r.lastSaved = nil, r.now()
	took := r.lastSaved.Sub(begun)
	r.cost.checkpoints += took
	r.cost.longest = max(r.cost.longest, took)
	r.cost.saved++
	return nil
}

// stopwatch measures the time in which at least one of several things goes on.
type stopwatch struct {
	now   func() time.Time
	mu    sync.Mutex
	n     int
	since time.Time
	total time.Duration
}

func (s *stopwatch) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; s.n == 1 {
		s.since = s.now()
	}
}

func (s *stopwatch) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n--; s.n == 0 {
		s.total += s.now().Sub(s.since)
	}
}

func (s *stopwatch) seconds() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.total
	if s.n > 0 {
		t += s.now().Sub(s.since)
	}
	return t.Seconds()
}
