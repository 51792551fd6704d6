package experiments

import (
	"context"
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

var (
	// ErrDifferent means that runs cannot be compared, since their numbers mean different things.
	ErrDifferent = errors.New("runs differ in what they measure")
	// ErrFewRuns means that there are too few runs for a test.
	ErrFewRuns = errors.New("too few runs")
)

// CompareOptions say how runs are compared. The zero value is the default of each.
type CompareOptions struct {
	By         string  // what tells variants apart: "label" (default), "algorithm" or "preset"
	Metric     string  // one of ComparisonMetrics, "" is hv_ratio
	Confidence float64 // of intervals; 0 is 0.95
	Resamples  int     // of the bootstrap; 0 is 50,000, and 2,000 for profiles and curves
	Seed       uint64  // of the bootstrap
	MinRuns    int     // runs of a variant from which intervals and tests are made; 0 is 3, the least

	// References are fronts, by environment, to measure against where no front is known; elsewhere the
	// union of the final fronts of all runs compared takes its place.
	References map[string]pareto.Front

	// IncludeIncomplete compares all runs on an environment as they were when the shortest ended: by the
	// values that training selected by, since only complete runs were measured again.
	IncludeIncomplete bool

	Force   bool // compare runs that differ in what they measure, with a note
	Workers int
}

// Comparison is what runs of several variants say about their differences.
type Comparison struct {
	Metric       string                  `json:"metric"`
	Better       string                  `json:"better"` // "larger" or "smaller"
	Confidence   float64                 `json:"confidence"`
	Environments []EnvironmentComparison `json:"environments"`
	Pooled       []string                `json:"pooled,omitempty"`   // environments that all variants ran on; overall, profiles and ranks are over these
	Overall      []Score                 `json:"overall,omitempty"`  // of metrics that are shares
	Profiles     []Profile               `json:"profiles,omitempty"` // of metrics that are shares
	Ranks        *Ranks                  `json:"ranks,omitempty"`    // from five environments on
	Excluded     []Excluded              `json:"excluded,omitempty"`
	Notes        []string                `json:"notes,omitempty"` // what a reader must know
}

// Excluded is a run that is not compared.
type Excluded struct {
	Dir     string `json:"dir"`
	Variant string `json:"variant"`
	Steps   int    `json:"steps_train"` // as far as it got
	Reason  string `json:"reason"`
}

// EnvironmentComparison is the part on one environment.
type EnvironmentComparison struct {
	Environment string     `json:"environment"`
	Reference   []float64  `json:"reference_point"`
	Discount    float64    `json:"discount"`
	Episodes    int        `json:"episodes"`                  // of the final evaluation of a policy
	Against     string     `json:"against,omitempty"`         // front that scores are a share of
	Union       *Union     `json:"reference_front,omitempty"` // that front, where it was made here
	Random      *float64   `json:"eum_random,omitempty"`      // expected utility of the random policy, where scores need it
	Scores      []Score    `json:"scores"`                    // by variant
	Pairs       []Pair     `json:"pairs,omitempty"`
	Fronts      []Fronts   `json:"fronts,omitempty"`
	Attainment  []Attained `json:"attainment,omitempty"` // of two and three objectives
	Curves      []Learning `json:"curves,omitempty"`     // from three runs on
}

// Union is the front of all runs compared, as a file that later comparisons can be made against.
type Union struct {
	Objectives []string    `json:"objectives"`
	Points     [][]float64 `json:"points"`
	SHA256     string      `json:"sha256"` // of CSV
}

// Score sums up the runs of a variant.
type Score struct {
	Variant     string    `json:"variant"`
	Runs        int       `json:"runs"`
	Seeds       []uint64  `json:"seeds,omitempty"`
	Values      []float64 `json:"values,omitempty"` // by seed
	IQM         *Estimate `json:"iqm"`              // nil below the least number of runs
	Median      *Estimate `json:"median"`
	Mean        *Estimate `json:"mean"`
	Gap         *Estimate `json:"optimality_gap,omitempty"` // to 1, of metrics that are shares
	Hypervolume float64   `json:"hypervolume"`              // means over the runs, from here on
	EUM         *float64  `json:"eum"`
	Cardinality float64   `json:"cardinality"`
	Sparsity    float64   `json:"sparsity"`
	Steps       float64   `json:"steps_train"`
	StepsEval   float64   `json:"steps_eval"`
	Seconds     float64   `json:"seconds"` // by the clock
}

// Estimate is a number with the ends of its bootstrap interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Pair compares two variants on an environment.
type Pair struct {
	A           string    `json:"a"`
	B           string    `json:"b"`
	RunsA       int       `json:"runs_a"`
	RunsB       int       `json:"runs_b"`
	Improvement *Estimate `json:"probability_of_improvement"` // that a run of A is better than one of B
	A12         float64   `json:"a12"`
	Difference  *Estimate `json:"iqm_difference"` // of A less B
	P           float64   `json:"p"`              // Mann-Whitney, two-sided
	Holm        float64   `json:"p_holm"`         // corrected over all pairs and environments
	SmallestP   float64   `json:"smallest_p"`     // that so many runs can give
	Verdict     string    `json:"verdict"`
}

// Fronts compares the final fronts of two variants, of all runs together.
type Fronts struct {
	A            string  `json:"a"`
	B            string  `json:"b"`
	Dominated    float64 `json:"dominated"`    // share of the points of A that B dominates
	Covered      float64 `json:"covered"`      // share of the points of A that B weakly dominates
	EpsilonToB   float64 `json:"eps_add_to_b"` // by how much A must rise to cover B
	EpsilonFromB float64 `json:"eps_add_to_a"` // by how much B must rise to cover A
}

// Attained is what at least so many runs of a variant attain.
type Attained struct {
	Variant string      `json:"variant"`
	Level   int         `json:"level"` // runs, of Runs
	Runs    int         `json:"runs"`
	Points  [][]float64 `json:"points"` // corners of the attainment surface
}

// Profile is the share of a variant's runs, on all environments together, that score above a threshold.
type Profile struct {
	Variant    string     `json:"variant"`
	Thresholds []float64  `json:"thresholds"`
	Shares     []Estimate `json:"shares"`
}

// Learning is the interquartile mean of a variant's runs over training.
type Learning struct {
	Variant string     `json:"variant"`
	Steps   []int      `json:"steps_train"`
	IQM     []Estimate `json:"iqm"`
}

// Ranks compares variants over environments.
type Ranks struct {
	Variants           []string  `json:"variants"`
	Environments       []string  `json:"environments"`
	MeanRanks          []float64 `json:"mean_ranks"` // 1 is best
	ChiSquared         float64   `json:"chi_squared"`
	P                  float64   `json:"p"`
	F                  *float64  `json:"iman_davenport_f"` // nil: all environments rank alike
	PF                 float64   `json:"p_f"`
	CriticalDifference float64   `json:"critical_difference"` // of mean ranks, Nemenyi at 0.05; 0 beyond ten variants
	Groups             [][]int   `json:"groups"`              // of variants that are not told apart
}

// Compare compares complete runs of several variants on equal terms: per environment point estimates
// with stratified bootstrap intervals, pairwise tests, corrected by Holm over all pairs and
// environments, what their fronts are to each other, and their learning on common steps; over several
// environments performance profiles, over five or more ranks. Runs that are incomplete are listed and
// left out, unless the options cut all runs at the shortest.
//
// ErrDifferent names what means different things in runs on an environment. With fewer runs than
// MinRuns the comparison has values but no tests, and comes with an ErrFewRuns.
func Compare(ctx context.Context, runs []*Run, o CompareOptions) (*Comparison, error) {
	c, err := newComparer(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := c.sort(runs); err != nil {
		return nil, err
	}
	for _, e := range c.environments {
		if err := c.compareOn(e); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := c.correct(); err != nil {
		return nil, err
	}
	if err := c.overall(); err != nil {
		return nil, err
	}
	if c.few != "" {
		return &c.result, fmt.Errorf("%w: %s; intervals and tests need at least %d of each variant", ErrFewRuns, c.few, c.options.MinRuns)
	}
	return &c.result, nil
}
