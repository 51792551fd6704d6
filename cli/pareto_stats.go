package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto/stats"
)

const (
	// maxAlgorithms bounds the pairs that are compared.
	maxAlgorithms = 50
	// significance is the level of the critical difference.
	significance = 0.05
)

// statsInfo is the --json form of a comparison, a contract with scripts.
type statsInfo struct {
	Score         string          `json:"score"` // name of its column
	LowerIsBetter bool            `json:"lower_is_better"`
	Target        float64         `json:"target"` // of the optimality gap
	Resamples     int             `json:"resamples"`
	Seed          uint64          `json:"seed"`
	Tasks         []string        `json:"tasks"`
	Algorithms    []estimatesInfo `json:"algorithms"`
	Pairs         []pairInfo      `json:"pairs"`
	Tests         []testInfo      `json:"tests"`
	Friedman      *friedmanInfo   `json:"friedman"` // null below 2 tasks or 3 algorithms
}

type estimatesInfo struct {
	Algorithm     string       `json:"algorithm"`
	Runs          int          `json:"runs"` // of each task
	IQM           intervalInfo `json:"iqm"`
	Median        intervalInfo `json:"median"`
	Mean          intervalInfo `json:"mean"`
	OptimalityGap intervalInfo `json:"optimality_gap"`
}

// intervalInfo is an estimate with its 95 % interval, null with too few runs.
type intervalInfo struct {
	Value float64  `json:"value"`
	Lo    *float64 `json:"lo"`
	Hi    *float64 `json:"hi"`
}

// pairInfo is how likely a run of X is better than one of Y.
type pairInfo struct {
	X           string       `json:"x"`
	Y           string       `json:"y"`
	Improvement intervalInfo `json:"probability_of_improvement"`
}

// testInfo compares the runs of X and Y on one task. P-values are null with too few runs.
type testInfo struct {
	Task  string   `json:"task"`
	X     string   `json:"x"`
	Y     string   `json:"y"`
	A12   float64  `json:"a12"`
	U     *float64 `json:"u"` // pairs of runs in which X is better, ties counting ½
	P     *float64 `json:"p"`
	PHolm *float64 `json:"p_holm"` // corrected over all tests
	Exact bool     `json:"exact"`
}

type friedmanInfo struct {
	MeanRanks          []float64  `json:"mean_ranks"` // in the order of the algorithms; 1 is best
	ChiSquared         float64    `json:"chi_squared"`
	P                  float64    `json:"p"`
	F                  *float64   `json:"f"` // null if infinite: all tasks rank alike
	PF                 float64    `json:"p_f"`
	CriticalDifference *float64   `json:"critical_difference"` // null above 10 algorithms
	Groups             [][]string `json:"groups"`              // that do not differ, best first
}

func (a *app) paretoStatsCommand() *cobra.Command {
	var columns scoreColumns
	var lower bool
	var target float64
	opt := stats.Options{Workers: runtime.GOMAXPROCS(0)}
	c := &cobra.Command{
		Use:   "stats [FILE]",
		Short: "Compare algorithms by the scores of their runs",
		Long: `Compare algorithms by the scores of their runs. FILE is a CSV table with a header and one run per row;
flags name the columns of the algorithm, the task and the score. Without a column task all runs are
of one task. Every algorithm has runs of every task, as many of each. Without FILE, or with -,
standard input is read.

For each algorithm: the interquartile mean (IQM), the median over tasks of the mean over runs, the
mean, and the optimality gap, the mean shortfall from --target. For each pair: the probability that
a run of the first is better than one of the second on the same task, and for each task the
Mann-Whitney test, its p-value corrected by Holm over all tests, and the effect size A12. With two
tasks and three algorithms or more: the Friedman test of the means over runs and the critical
difference of Nemenyi at level 0.05.

Intervals are 95 % stratified bootstrap intervals. They and the tests need 3 runs.

With --json: {"score": …, "lower_is_better": …, "target": …, "resamples": n, "seed": n, "tasks": […],
"algorithms": [{"algorithm": …, "runs": n, "iqm": {"value": …, "lo": …, "hi": …}, "median": {…},
"mean": {…}, "optimality_gap": {…}}],
"pairs": [{"x": …, "y": …, "probability_of_improvement": {…}}],
"tests": [{"task": …, "x": …, "y": …, "a12": …, "u": …, "p": …, "p_holm": …, "exact": …}],
"friedman": {"mean_ranks": […], "chi_squared": …, "p": …, "f": …, "p_f": …,
"critical_difference": …, "groups": [[names]]}}; what is not defined is null.`,
		Example: `  paretolab pareto stats scores.csv
  paretolab pareto stats scores.csv --algorithm agent --task environment --score hv_ratio --json
  paretolab pareto stats costs.csv --score seconds --lower-is-better --target 10 --seed 1`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if opt.Resamples < 1 {
				return usagef("--resamples is %d; give at least 1", opt.Resamples)
			}
			if lower && !c.Flags().Changed("target") {
				target = 0
			}
			columns.taskNeeded = c.Flags().Changed("task")
			path := "-"
			if len(args) > 0 {
				path = args[0]
			}
			table, err := a.readScores(path, columns)
			if err != nil {
				return err
			}
			info := &statsInfo{Score: columns.score, LowerIsBetter: lower, Target: target,
				Resamples: opt.Resamples, Seed: opt.Seed, Tasks: table.tasks}
			opt.Ctx = c.Context()
			n := len(table.algorithms)
			progress := a.stepping("comparing", n+n*(n-1)/2)
			err = info.compare(table, opt, progress.add)
			progress.end()
			if err != nil {
				return statsFault(a, opt.Ctx, table.path, err)
			}
			info.sayLimits(a)
			return a.printAnswer(info, info.page())
		},
	}
	f := c.Flags()
	f.StringVar(&columns.algorithm, "algorithm", "algorithm", "`COLUMN` of the algorithm")
	f.StringVar(&columns.task, "task", "task", "`COLUMN` of the task")
	f.StringVar(&columns.score, "score", "score", "`COLUMN` of the score")
	f.BoolVar(&lower, "lower-is-better", false, "scores are costs")
	f.Float64Var(&target, "target", 1, "score of the optimality gap (0 with --lower-is-better)")
	f.IntVar(&opt.Resamples, "resamples", 50_000, "bootstrap resamples")
	f.Uint64Var(&opt.Seed, "seed", 0, "of the resamples")
	return c
}

// statsFault is the exit code of what package stats refused to compute.
func statsFault(a *app, ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return a.stopped()
	}
	return usagef("%s: %w", path, err)
}

// compare fills in all results, and calls done after each algorithm and each pair.
func (x *statsInfo) compare(table *scoreTable, opt stats.Options, done func()) error {
	scores := make([]stats.Scores, len(table.algorithms))
	for i := range scores {
		scores[i] = table.scores(i, x.LowerIsBetter)
		info, err := x.estimates(table.algorithms[i], scores[i], opt)
		if err != nil {
			return err
		}
		x.Algorithms = append(x.Algorithms, info)
		done()
	}
	x.Pairs, x.Tests = []pairInfo{}, []testInfo{}
	for i := range scores {
		for j := i + 1; j < len(scores); j++ {
			if err := x.comparePair(table.algorithms[i], table.algorithms[j], scores[i], scores[j], opt); err != nil {
				return err
			}
			done()
		}
	}
	if err := correct(x.Tests); err != nil {
		return err
	}
	if len(table.tasks) < 2 || len(scores) < 3 {
		return nil
	}
	return x.rankAlgorithms(table.algorithms, scores)
}

// estimates returns the point estimates of an algorithm in the sign of the user.
func (x *statsInfo) estimates(name string, s stats.Scores, opt stats.Options) (estimatesInfo, error) {
	info := estimatesInfo{Algorithm: name, Runs: len(s[0].Runs)}
	target := x.Target
	if x.LowerIsBetter {
		target = -target
	}
	for _, e := range []struct {
		statistic stats.Statistic
		to        *intervalInfo
		signed    bool
	}{
		{stats.IQM, &info.IQM, true}, {stats.Median, &info.Median, true}, {stats.Mean, &info.Mean, true},
		{stats.OptimalityGap(target), &info.OptimalityGap, false},
	} {
		v, err := stats.BootstrapCI(s, e.statistic, opt)
		if err = e.to.set(v, err, func() (float64, error) { return e.statistic.Of(s) }); err != nil {
			return info, err
		}
		if x.LowerIsBetter && e.signed {
			e.to.negate()
		}
	}
	return info, nil
}

// set takes an interval, or the estimate alone if there are too few runs for it.
func (x *intervalInfo) set(v stats.Interval, err error, estimate func() (float64, error)) error {
	if errors.Is(err, stats.ErrTooFew) {
		x.Value, err = estimate()
		return err
	}
	*x = intervalInfo{v.Value, &v.Lo, &v.Hi}
	return err
}

// negate turns the interval of negated scores into that of the scores.
func (x *intervalInfo) negate() {
	x.Value = 0 - x.Value // never -0
	if x.Lo != nil {
		lo, hi := 0-*x.Hi, 0-*x.Lo
		x.Lo, x.Hi = &lo, &hi
	}
}

// comparePair compares two algorithms over all tasks and on each.
func (x *statsInfo) comparePair(nameX, nameY string, sx, sy stats.Scores, opt stats.Options) error {
	pair := pairInfo{X: nameX, Y: nameY}
	v, err := stats.ProbImprovementCI(sx, sy, opt)
	err = pair.Improvement.set(v, err, func() (float64, error) { return stats.ProbImprovement(sx, sy) })
	if err != nil {
		return err
	}
	x.Pairs = append(x.Pairs, pair)
	for k, task := range sx {
		test := testInfo{Task: task.Name, X: nameX, Y: nameY}
		if test.A12, err = stats.A12(task.Runs, sy[k].Runs); err != nil {
			return err
		}
		u, err := stats.MannWhitney(task.Runs, sy[k].Runs)
		switch {
		case err == nil:
			test.U, test.P, test.Exact = &u.Statistic, &u.P, u.Exact
		case !errors.Is(err, stats.ErrTooFew):
			return err
		}
		x.Tests = append(x.Tests, test)
	}
	return nil
}

// correct sets the p-values of Holm over the tests that have one.
func correct(tests []testInfo) error {
	var p []float64
	for _, t := range tests {
		if t.P != nil {
			p = append(p, *t.P)
		}
	}
	corrected, err := stats.Holm(p)
	if err != nil {
		return err
	}
	for i := range tests {
		if tests[i].P != nil {
			tests[i].PHolm, corrected = &corrected[0], corrected[1:]
		}
	}
	return nil
}

// rankAlgorithms tests whether the algorithms differ over the tasks, by their means over runs.
func (x *statsInfo) rankAlgorithms(names []string, scores []stats.Scores) error {
	means := make([][]float64, len(x.Tasks))
	for k := range means {
		for _, s := range scores {
			mean, err := stats.Mean.Of(s[k : k+1])
			if err != nil {
				return err
			}
			means[k] = append(means[k], mean)
		}
	}
	test, err := stats.Friedman(means)
	if err != nil {
		return err
	}
	x.Friedman = &friedmanInfo{MeanRanks: test.MeanRanks, ChiSquared: test.ChiSquared, P: test.P, F: number(test.F), PF: test.PF}
	cd, err := stats.NemenyiCD(len(names), len(x.Tasks), significance)
	if errors.Is(err, stats.ErrRange) { // more algorithms than there are quantiles for
		return nil
	}
	if err != nil {
		return err
	}
	x.Friedman.CriticalDifference = &cd
	groups, err := stats.GroupsByCD(test.MeanRanks, cd)
	x.Friedman.Groups = [][]string{}
	for _, group := range groups {
		var members []string
		for _, i := range group {
			members = append(members, names[i])
		}
		x.Friedman.Groups = append(x.Friedman.Groups, members)
	}
	return err
}

// sayLimits tells people what the number of runs does not allow.
func (x *statsInfo) sayLimits(a *app) {
	if a.quiet {
		return
	}
	for _, alg := range x.Algorithms {
		if alg.Runs < stats.MinRuns {
			fmt.Fprintf(a.err, "%s has %s of each task; intervals and tests need %d\n", alg.Algorithm, plural(alg.Runs, "run"), stats.MinRuns)
		}
	}
}

// text writes an estimate with its interval.
func (x intervalInfo) text() string {
	if x.Lo == nil {
		return fmt.Sprintf("%.4g", x.Value)
	}
	return fmt.Sprintf("%.4g [%.4g, %.4g]", x.Value, *x.Lo, *x.Hi)
}

// optional writes a number that may be missing.
func optional(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *v)
}

// page is the table for people.
func (x *statsInfo) page() *bytes.Buffer {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "algorithm\truns\tIQM\tmedian\tmean\toptimality gap")
	for _, alg := range x.Algorithms {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", alg.Algorithm, alg.Runs, alg.IQM.text(), alg.Median.text(), alg.Mean.text(), alg.OptimalityGap.text())
	}
	w.Flush() // a bytes.Buffer takes all
	if len(x.Pairs) > 0 {
		fmt.Fprint(w, "\npair\tprobability of improvement\n")
		for _, p := range x.Pairs {
			fmt.Fprintf(w, "%s > %s\t%s\n", p.X, p.Y, p.Improvement.text())
		}
		w.Flush()
		fmt.Fprint(w, "\ntask\tpair\tA12\tU\tp\tp (Holm)\n")
		for _, t := range x.Tests {
			fmt.Fprintf(w, "%s\t%s > %s\t%.4g\t%s\t%s\t%s\n", t.Task, t.X, t.Y, t.A12, optional(t.U), optional(t.P), optional(t.PHolm))
		}
		w.Flush()
	}
	if f := x.Friedman; f != nil {
		fmt.Fprint(w, "\nalgorithm\tmean rank\n")
		for i, alg := range x.Algorithms {
			fmt.Fprintf(w, "%s\t%.4g\n", alg.Algorithm, f.MeanRanks[i])
		}
		w.Flush()
		statistic := "infinite"
		if f.F != nil {
			statistic = optional(f.F)
		}
		fmt.Fprintf(&page, "\nFriedman: chi-squared %.4g, p %.4g; F %s, p %.4g\n", f.ChiSquared, f.P, statistic, f.PF)
		if f.CriticalDifference != nil {
			fmt.Fprintf(&page, "critical difference of mean ranks at level %v: %.4g\n", significance, *f.CriticalDifference)
		}
		for _, group := range f.Groups {
			fmt.Fprintf(&page, "do not differ: %s\n", strings.Join(group, ", "))
		}
	}
	return &page
}

// scores are those of an algorithm, negated if lower is better.
func (t *scoreTable) scores(algorithm int, lower bool) stats.Scores {
	s := make(stats.Scores, len(t.tasks))
	for k, name := range t.tasks {
		runs := slices.Clone(t.runs[algorithm][k])
		if lower {
			flip(runs)
		}
		s[k] = stats.Task{Name: name, Runs: runs}
	}
	return s
}
