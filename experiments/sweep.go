package experiments

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto/stats"
)

// Sweep searches settings of the algorithm of an experiment before it is run: it tries settings on
// seeds of their own, and the best ones are what then runs on the seeds of the experiment. What was
// tuned and what is reported never share a seed.
type Sweep struct {
	Method    string           `key:"method" range:"random|grid|halving" doc:"random draws every trial; grid tries all combinations; halving draws trials, begins with few seeds and steps, and gives the better ones more (random if absent)"`
	Trials    int              `key:"trials" range:">=2" doc:"settings that random and halving try (20 if absent)"`
	Score     SweepScore       `key:"score" doc:"what a trial is judged by"`
	Seeds     Seeds            `key:"seeds" doc:"seeds of trials, none of which is a seed of the experiment"`
	Reduction int              `key:"reduction" range:"[2,10]" doc:"halving: of so many trials one goes on, with so many times the seeds and steps (3 if absent)"`
	Seed      uint64           `key:"seed" doc:"seed of the drawing of trials"`
	Space     map[string]Range `key:"space" doc:"setting of the algorithm → range of its values"`
}

// SweepScore is what a trial is judged by: a statistic of a final indicator over seeds and environments.
type SweepScore struct {
	Metric    string `key:"metric" doc:"final indicator: hv_ratio if absent, or hypervolume, eum, igd_plus and others; with several environments one that does not depend on their units"`
	Statistic string `key:"statistic" range:"iqm|mean|median" doc:"over all seeds and environments (iqm if absent)"`
}

// maxTrials bounds the combinations of a grid.
const maxTrials = 10_000

// withDefaults fills in what is absent.
func (s Sweep) withDefaults() Sweep {
	if s.Method == "" {
		s.Method = "random"
	}
	if s.Trials == 0 {
		s.Trials = 20
	}
	if s.Reduction == 0 {
		s.Reduction = 3
	}
	if s.Score.Metric == "" {
		s.Score.Metric = "hv_ratio"
	}
	if s.Score.Statistic == "" {
		s.Score.Statistic = "iqm"
	}
	return s
}

// statistics by their names in configurations.
var sweepStatistics = map[string]stats.Statistic{"iqm": stats.IQM, "mean": stats.Mean, "median": stats.Median}

// metric finds the metric of the score.
func (s *Sweep) metric() (metric, bool) {
	i := slices.IndexFunc(metrics, func(m metric) bool { return m.name == s.Score.Metric })
	if i < 0 {
		return metric{}, false
	}
	return metrics[i], true
}

// settings lists the trials: what each adds to the settings of the algorithm. Every setting of every
// trial has a random stream of its own.
func (s *Sweep) settings() []map[string]any {
	keys := slices.Sorted(maps.Keys(s.Space))
	if s.Method == "grid" {
		trials := []map[string]any{{}}
		for _, key := range keys {
			r := s.Space[key]
			var longer []map[string]any
			for _, t := range trials {
				for _, v := range r.values() {
					one := maps.Clone(t)
					one[key] = v
					longer = append(longer, one)
				}
			}
			trials = longer
		}
		return trials
	}
	trials := make([]map[string]any, s.Trials)
	for i := range trials {
		trials[i] = map[string]any{}
		for _, key := range keys {
			r := s.Space[key]
			trials[i][key] = r.draw(rand.New(agents.NewRand(s.Seed, "sweep."+key, i)))
		}
	}
	return trials
}

// checkSweep checks a sweep against the rest of the configuration.
func (x *expansion) checkSweep() {
	c := x.c
	at := c.tree.get("sweep")
	if !c.wrote("sweep") {
		return
	}
	s := c.Sweep.withDefaults()
	if len(x.algorithms) > 1 {
		x.add(at.position(), "a sweep tunes one algorithm, and grid.algorithms has %d; give each a configuration of its own", len(x.algorithms))
	}
	if len(s.Seeds) == 0 {
		x.add(at.position(), "sweep.seeds is missing: seeds of the trials, none of which is a seed of the experiment")
	}
	for _, seed := range s.Seeds {
		if slices.Contains(c.seeds(), seed) {
			x.add(at.part("seeds").position(), "sweep.seeds has %d, which is also a seed of the experiment: results on a seed that settings were chosen by flatter them", seed)
			break
		}
	}
	if m, ok := s.metric(); !ok {
		x.add(at.part("score").part("metric").position(), "sweep.score.metric is %q%s", s.Score.Metric,
			didyoumean.Question(didyoumean.Nearest(s.Score.Metric, ComparisonMetrics()), "there are "+fmt.Sprint(ComparisonMetrics())))
	} else if len(x.environments) > 1 && m.name != "hv_ratio" {
		x.add(at.part("score").part("metric").position(), "sweep.score.metric is %s, whose sizes differ between environments; with %d environments take hv_ratio", m.name, len(x.environments))
	}
	if len(s.Space) == 0 {
		x.add(at.position(), "sweep.space is missing: setting → range of its values, such as learning_rate: {log: [1e-4, 1e-2]}")
	}
	space, size := at.get("space"), 1.0
	for _, key := range slices.Sorted(maps.Keys(s.Space)) {
		r := s.Space[key]
		if s.Method == "grid" {
			n := len(r.values())
			if n == 0 && r.form != "" {
				x.add(space.part(key).position(), "sweep.space.%s has infinitely many values; for a grid say how many to take: points: 5", key)
			}
			size *= float64(n)
		}
		for i := range x.algorithms {
			x.checkRange(&x.algorithms[i], key, &r, space)
		}
	}
	if size > maxTrials {
		x.add(at.position(), "the grid of the sweep has %.0f combinations; at most %d", size, maxTrials)
	}
}

// checkRange decodes the extremes of a range as the algorithm's setting.
func (x *expansion) checkRange(a *algorithmEntry, key string, r *Range, space *node) {
	if !a.ok {
		return
	}
	for i := range x.environments {
		e := &x.environments[i]
		if e.env == nil {
			continue
		}
		for _, v := range r.extremes() {
			settings, _, err := a.definition.New(e.env, a.Preset)
			if err != nil {
				return // said elsewhere
			}
			before := len(x.list)
			decodeSettings(settings, a.Name, map[string]any{key: v}, space, x.problems)
			if len(x.list) > before {
				return
			}
		}
		return
	}
}

// rung is a stage of a sweep: the trials that are left, with their seeds and share of the steps.
type rung struct {
	trials []int
	seeds  Seeds
	share  float64
}

// rungs are the stages of a sweep of so many trials, all but the first without trials, which are known
// when the one before is done. Only halving has more than one.
func (s *Sweep) rungs(trials int) []rung {
	n := 1
	if s.Method == "halving" {
		for left := trials; left >= s.Reduction; left /= s.Reduction {
			n++
		}
	}
	out := make([]rung, n)
	for k := range out {
		less := math.Pow(float64(s.Reduction), float64(k-n+1))
		seeds := max(1, int(math.Ceil(less*float64(len(s.Seeds)))))
		out[k] = rung{seeds: s.Seeds[:min(seeds, len(s.Seeds))], share: less}
	}
	for i := range trials {
		out[0].trials = append(out[0].trials, i)
	}
	return out
}

// trialConfig is the experiment of a stage.
func (c *Config) trialConfig(s *Sweep, k, stages int, r rung, settings []map[string]any) (*Config, error) {
	t := *c
	t.tree, t.Sweep = nil, Sweep{}
	t.Name = c.Name + ".sweep"
	if stages > 1 {
		t.Name += "." + strconv.Itoa(k)
	}
	t.Seeds = r.seeds
	base, environments := c.Algorithm, []EnvironmentChoice{c.Environment}
	if len(c.Grid.Algorithms) > 0 {
		base, environments = c.Grid.Algorithms[0], c.Grid.Environments
	}
	t.Environment, t.Algorithm = EnvironmentChoice{}, AlgorithmChoice{}
	t.Grid = Grid{Environments: environments, Exclude: c.Grid.Exclude}
	for _, i := range r.trials {
		a := base
		a.Label = trialName(i)
		a.Settings = maps.Clone(base.Settings)
		if a.Settings == nil {
			a.Settings = map[string]any{}
		}
		maps.Copy(a.Settings, settings[i])
		t.Grid.Algorithms = append(t.Grid.Algorithms, a)
	}
	if r.share < 1 {
		items, err := t.Items()
		if err != nil {
			return nil, err
		}
		t.Budget = Budget{PerEnvironment: map[string]int{}}
		for _, i := range items {
			t.Budget.PerEnvironment[i.Environment.name()] = int(math.Ceil(r.share * float64(i.Steps)))
		}
	}
	t.Source = t.ResolvedYAML()
	return &t, nil
}

func trialName(i int) string { return fmt.Sprintf("trial-%03d", i) }

// chosen is the configuration with the settings of a trial and without the sweep.
func (c *Config) chosen(settings map[string]any) *Config {
	t := *c
	t.tree, t.Sweep = nil, Sweep{}
	with := func(a AlgorithmChoice) AlgorithmChoice {
		a.Settings = maps.Clone(a.Settings)
		if a.Settings == nil {
			a.Settings = map[string]any{}
		}
		maps.Copy(a.Settings, settings)
		return a
	}
	if len(c.Grid.Algorithms) > 0 {
		t.Grid.Algorithms = []AlgorithmChoice{with(c.Grid.Algorithms[0])}
	} else {
		t.Algorithm = with(c.Algorithm)
	}
	return &t
}

// sweeps reports whether the configuration has a sweep.
func (c *Config) sweeps() bool { return len(c.Sweep.Space) > 0 }

// firstStage is the experiment that a sweep begins with.
func (c *Config) firstStage() (*Config, error) {
	s := c.Sweep.withDefaults()
	settings := s.settings()
	stages := s.rungs(len(settings))
	return c.trialConfig(&s, 0, len(stages), stages[0], settings)
}

// scored is a trial with its score; greater is better.
type scored struct {
	rung, trial int
	score       float64 // -Inf if a run failed or has no value
	low, high   float64 // 95 % bootstrap interval; NaN from fewer than three seeds
	runs        int
}

// tune runs the sweep of a configuration and returns the configuration of the best trial. Complete
// trials are not run again, so that the same call goes on after a stop.
func (c *Config) tune(ctx context.Context, opt RunOptions) (*Config, error) {
	s := c.Sweep.withDefaults()
	settings := s.settings()
	stages := s.rungs(len(settings))
	var all []scored
	for k := range stages {
		r := &stages[k]
		t, err := c.trialConfig(&s, k, len(stages), *r, settings)
		if err != nil {
			return nil, err
		}
		outcomes, err := Execute(ctx, opt, t)
		var failed *FailedError
		switch {
		case ctx.Err() != nil:
			opt.note("the sweep is saved; the same command goes on with it")
			return nil, ctx.Err()
		case errors.As(err, &failed) && len(failed.Failed) < len(outcomes):
		case err != nil:
			return nil, err
		}
		ranking, err := s.judge(k, r.trials, outcomes)
		if err != nil {
			return nil, err
		}
		all = append(all, ranking...)
		if k+1 < len(stages) {
			for _, x := range ranking[:max(1, len(ranking)/s.Reduction)] {
				stages[k+1].trials = append(stages[k+1].trials, x.trial)
			}
			slices.Sort(stages[k+1].trials)
		}
	}
	if err := writeSweep(opt.files(), c, &s, all, settings); err != nil {
		return nil, err
	}
	best := all[len(all)-len(stages[len(stages)-1].trials)]
	opt.note("sweep: %s of %d is best, %s %s: %s", trialName(best.trial), len(settings), s.Score.Metric, best.text(&s), describeSettings(settings[best.trial]))
	return c.chosen(settings[best.trial]), nil
}

// note says something to people.
func (o *RunOptions) note(format string, a ...any) {
	if o.Messages != nil && !o.Quiet {
		fmt.Fprintf(o.Messages, format+"\n", a...)
	}
}

// text is the score with its interval, in the metric's own sense.
func (x *scored) text(s *Sweep) string {
	score, low, high := x.inMetric(s)
	if math.IsNaN(low) {
		return shortFloat(score)
	}
	return fmt.Sprintf("%s [%s, %s]", shortFloat(score), shortFloat(low), shortFloat(high))
}

// inMetric undoes the sign of metrics of which less is better.
func (x *scored) inMetric(s *Sweep) (score, low, high float64) {
	if m, _ := s.metric(); m.smaller {
		return -x.score, -x.high, -x.low
	}
	return x.score, x.low, x.high
}

// judge ranks the trials of a stage, the best first; of equal ones the first.
func (s *Sweep) judge(k int, trials []int, outcomes []*Outcome) ([]scored, error) {
	m, _ := s.metric()
	statistic := sweepStatistics[s.Score.Statistic]
	ranking := make([]scored, len(trials))
	for i, trial := range trials {
		x := &ranking[i]
		*x = scored{rung: k, trial: trial, score: math.Inf(-1), low: math.NaN(), high: math.NaN()}
		var scores stats.Scores
		for _, o := range outcomes {
			if o.Item.Label != trialName(trial) {
				continue
			}
			var v *float64
			if o.Run != nil && o.Run.Result != nil {
				v = m.of(&o.Run.Result.Final)
			}
			if v == nil {
				scores = nil
				break
			}
			value := *v
			if m.smaller {
				value = -value
			}
			x.runs++
			name := o.Item.Environment.name()
			at := slices.IndexFunc(scores, func(t stats.Task) bool { return t.Name == name })
			if at < 0 {
				at = len(scores)
				scores = append(scores, stats.Task{Name: name})
			}
			scores[at].Runs = append(scores[at].Runs, value)
		}
		if scores == nil {
			continue
		}
		if len(scores[0].Runs) < stats.MinRuns {
			var err error
			if x.score, err = statistic.Of(scores); err != nil {
				return nil, err
			}
			continue
		}
		interval, err := stats.BootstrapCI(scores, statistic)
		if err != nil {
			return nil, err
		}
		x.score, x.low, x.high = interval.Value, interval.Lo, interval.Hi
	}
	slices.SortStableFunc(ranking, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	if math.IsInf(ranking[0].score, -1) {
		return nil, fmt.Errorf("no trial of the sweep has a value of %s; choose another sweep.score.metric, hypervolume for instance", s.Score.Metric)
	}
	return ranking, nil
}

// fileSweep lists the trials of a sweep, in the folder of the experiment that it tunes.
const fileSweep = "sweep.csv"

// writeSweep writes the trials, of every stage the best first.
func writeSweep(d disk, c *Config, s *Sweep, all []scored, settings []map[string]any) error {
	keys := slices.Sorted(maps.Keys(s.Space))
	text := append(cells{"stage", "trial", s.Score.Metric, "low", "high", "runs"}, keys...).line()
	for _, x := range all {
		score, low, high := x.inMetric(s)
		var row cells
		row.ints(x.rung)
		row.text(trialName(x.trial))
		for _, v := range []float64{score, low, high} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				row = append(row, "")
			} else {
				row.floats(v)
			}
		}
		row.ints(x.runs)
		for _, key := range keys {
			row.text(fmt.Sprint(settings[x.trial][key]))
		}
		text = append(text, row.line()...)
	}
	if err := d.MkdirAll(c.Dir()); err != nil {
		return diskError("create directory", c.Dir(), err)
	}
	return writeWhole(d, filepath.Join(c.Dir(), fileSweep), text)
}
