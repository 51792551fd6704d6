package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// runOf is a complete run with one point on its front.
func runOf(label, environment string, seed uint64, ratio float64) *Run {
	hv := 10 * ratio
	exact, distance := 10.0, 1-ratio
	r := &Run{Dir: label + "/" + environment, Info: Info{
		Label: label, Algorithm: strings.Fields(label)[0], Preset: "default", Seed: seed, Steps: 1000,
		Environment: EnvironmentInfo{ID: environment, Gamma: 0.9, Horizon: 50, SpecHash: "1", Reference: []float64{0, 0},
			Objectives: []ObjectiveInfo{{Name: "x"}, {Name: "y"}}},
	}}
	r.Archive = []ArchiveRow{{Policy: "p", Value: []float64{hv, 1}, Episodes: 100, NonDominated: true}}
	r.Result = &Result{StepsTrain: 990, HypervolumeExact: &exact, KnownFront: "exact", Weights: "lattice 100 (101)"}
	r.Result.Final = Indicators{Hypervolume: hv, HVRatio: &ratio, Sparsity: 1 / ratio, Cardinality: 1, IGDPlus: &distance}
	return r
}

func compare(t *testing.T, runs []*Run, o CompareOptions) *Comparison {
	t.Helper()
	o.Resamples = 2000
	c, err := Compare(context.Background(), runs, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCompareTwoVariants with five runs each that do not overlap: the smallest p-value, 2/C(10,5).
func TestCompareTwoVariants(t *testing.T) {
	var runs []*Run
	for seed := range uint64(5) {
		runs = append(runs, runOf("good", "sea", seed, 0.9+0.01*float64(seed)), runOf("poor", "sea", seed, 0.5+0.01*float64(seed)))
	}
	c := compare(t, runs, CompareOptions{})
	e := c.Environments[0]
	if len(c.Environments) != 1 || len(e.Scores) != 2 || e.Scores[0].Variant != "good" || math.Abs(e.Scores[0].IQM.Value-0.92) > 1e-9 {
		t.Fatalf("%+v", e.Scores)
	}
	if i := e.Scores[0].IQM; i.Low >= i.Value || i.High <= i.Value || i.Low < 0.9 || i.High > 0.94 {
		t.Errorf("interval %+v", i)
	}
	p := e.Pairs[0]
	if math.Abs(p.P-2.0/252) > 1e-12 || p.Holm != p.P || p.Improvement.Value != 1 || p.A12 != 1 || math.Abs(p.Difference.Value-0.4) > 1e-9 || p.Verdict != "good is better" {
		t.Errorf("%+v", p)
	}
	if len(e.Fronts) != 2 || e.Fronts[0].A != "good" || e.Fronts[0].Dominated != 0 || e.Fronts[1].Dominated != 1 || math.Abs(e.Fronts[1].EpsilonToB-4) > 1e-9 {
		t.Errorf("%+v", e.Fronts)
	}
	// With a metric of which less is better the winner is the same.
	p = compare(t, runs, CompareOptions{Metric: "igd_plus"}).Environments[0].Pairs[0]
	if p.A12 != 1 || p.Difference.Value >= 0 || p.Verdict != "good is better" {
		t.Errorf("by igd_plus %+v", p)
	}
}

// TestCompareOverEnvironments: ranks over five, Holm over all pairs.
func TestCompareOverEnvironments(t *testing.T) {
	var runs []*Run
	for _, env := range []string{"a", "b", "c", "d", "e"} {
		for seed := range uint64(4) {
			x := 0.01 * float64(seed)
			runs = append(runs, runOf("first", env, seed, 0.9+x), runOf("second", env, seed, 0.7+x), runOf("third", env, seed, 0.5+x))
		}
	}
	c := compare(t, runs, CompareOptions{})
	if c.Ranks == nil || c.Ranks.MeanRanks[0] != 1 || c.Ranks.MeanRanks[2] != 3 || math.Abs(c.Ranks.ChiSquared-10) > 1e-9 {
		t.Errorf("ranks %+v", c.Ranks)
	}
	if len(c.Overall) != 3 || math.Abs(c.Overall[1].IQM.Value-0.715) > 1e-9 {
		t.Errorf("overall %+v", c.Overall)
	}
	// Four runs each give 2/70 at best; times 15 that is never significant.
	if p := c.Environments[2].Pairs[1]; math.Abs(p.Holm-15*2.0/70) > 1e-9 || p.Verdict != "cannot be significant with so few runs" {
		t.Errorf("%+v", p)
	}
}

// TestCompareWithoutAKnownFront takes shares of the union.
func TestCompareWithoutAKnownFront(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		for _, r := range []*Run{runOf("good", "sea", seed, 0.8), runOf("poor", "sea", seed, 0.4)} {
			r.Result.HypervolumeExact, r.Result.Final.HVRatio = nil, nil
			runs = append(runs, r)
		}
	}
	c := compare(t, runs, CompareOptions{})
	e := c.Environments[0]
	if e.Scores[0].IQM.Value != 1 || e.Scores[1].IQM.Value != 0.5 || !strings.Contains(e.Against, "union of the final fronts compared here (1 points") {
		t.Errorf("%+v against %s", e.Scores, e.Against)
	}
}

func TestCompareRefusesWhatDiffers(t *testing.T) {
	for what, change := range map[string]func(r *Run){
		"discount":                                func(r *Run) { r.Info.Environment.Gamma = 0.5 },
		"reference point":                         func(r *Run) { r.Info.Environment.Reference = []float64{-1, 0} },
		"episode length":                          func(r *Run) { r.Info.Environment.Horizon = 51 },
		"options":                                 func(r *Run) { r.Info.Environment.Options = map[string]any{"size": 3} },
		"the environment itself":                  func(r *Run) { r.Info.Environment.SpecHash = "2" },
		"weights of expected utility":             func(r *Run) { r.Result.Weights = "lattice 10 (11)" },
		"episodes of the final evaluation":        func(r *Run) { r.Archive[0].Episodes = 5 },
		"episodes of evaluations during training": func(r *Run) { r.Config = "evaluation: {episodes: 3}" },
		"the front that hv_ratio refers to":       func(r *Run) { r.KnownFront = [][]float64{{9, 1}} },
	} {
		var runs []*Run
		for seed := range uint64(3) {
			runs = append(runs, runOf("a", "sea", seed, 0.5), runOf("b", "sea", seed, 0.6))
		}
		change(runs[3])
		_, err := Compare(context.Background(), runs, CompareOptions{Resamples: 100})
		if !errors.Is(err, ErrDifferent) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		c, err := Compare(context.Background(), runs, CompareOptions{Resamples: 100, Force: true})
		if err != nil || len(c.Notes) == 0 || !strings.Contains(c.Notes[0], what) {
			t.Errorf("%s, forced: %v, notes %v", what, err, c)
		}
	}
}

// TestCompareOfOtherKnownFronts: what does not refer to a known front can be compared all the same, and the
// order of its points means nothing.
func TestCompareOfOtherKnownFronts(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		for i, r := range []*Run{runOf("a", "sea", seed, 0.5), runOf("b", "sea", seed, 0.6)} {
			r.KnownFront = [][][]float64{{{9, 1}, {1, 9}}, {{1, 9}, {9, 1 + 1e-15}}}[i]
			runs = append(runs, r)
		}
	}
	c := compare(t, runs, CompareOptions{References: map[string]pareto.Front{"sea": {M: 2, X: []float64{1, 1}}}})
	if !slices.Contains(c.Notes, "the reference front given for sea is not used: one is known there") {
		t.Errorf("notes %q", c.Notes)
	}
	runs[4].KnownFront = nil
	for metric, refused := range map[string]bool{"hv_ratio": true, "igd_plus": true, "hypervolume": false, "cardinality": false} {
		if _, err := Compare(context.Background(), runs, CompareOptions{Metric: metric, Resamples: 100}); errors.Is(err, ErrDifferent) != refused {
			t.Errorf("%s of different known fronts: %v", metric, err)
		}
	}
}

func TestCompareSaysWhatIsMissing(t *testing.T) {
	two := []*Run{runOf("a", "sea", 0, 0.5), runOf("a", "sea", 1, 0.5), runOf("b", "sea", 0, 0.6), runOf("b", "sea", 1, 0.6)}
	c, err := Compare(context.Background(), two, CompareOptions{})
	if !errors.Is(err, ErrFewRuns) || c == nil || c.Environments[0].Scores[0].IQM != nil || len(c.Environments[0].Scores[0].Values) != 2 || len(c.Environments[0].Pairs) != 0 {
		t.Errorf("two runs each: %v %+v", err, c)
	}
	unfinished := runOf("a", "sea", 2, 0.5)
	unfinished.Result = nil
	if c, _ = Compare(context.Background(), append(two, unfinished), CompareOptions{}); len(c.Notes) == 0 || !strings.Contains(c.Notes[0], "not complete") {
		t.Errorf("an incomplete run: %+v", c)
	}
	if _, err := Compare(context.Background(), []*Run{unfinished}, CompareOptions{}); !errors.Is(err, ErrNoRuns) {
		t.Errorf("nothing complete: %v", err)
	}
	if _, err := Compare(context.Background(), append(two, runOf("a", "sea", 1, 0.7)), CompareOptions{}); !errors.Is(err, ErrDifferent) || !strings.Contains(err.Error(), "seed 1") {
		t.Errorf("one seed twice: %v", err)
	}
	for _, o := range []CompareOptions{{Metric: "hyper"}, {Metric: "sparsity"}, {By: "colour"}, {Confidence: 2}} {
		if _, err := Compare(context.Background(), two, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	longer := runOf("b", "sea", 5, 0.6)
	longer.Info.Steps = 2000
	if c, _ = Compare(context.Background(), append(two, longer), CompareOptions{}); len(c.Notes) == 0 || !strings.Contains(c.Notes[0], "budgets") {
		t.Errorf("unequal budgets: %+v", c.Notes)
	}
}

// TestCompareListsAllDifferences at once, and how many runs have each.
func TestCompareListsAllDifferences(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		a, b := runOf("a", "sea", seed, 0.5), runOf("b", "sea", seed, 0.6)
		b.Info.Environment.Gamma, b.Info.Environment.Horizon = 1, 70
		b.Config = "evaluation: {policy: sampled}"
		runs = append(runs, a, b)
	}
	_, err := Compare(context.Background(), runs, CompareOptions{})
	for _, want := range []string{"discount: 0.9 and 1, and so do 2 more", "episode length: 50 and 70, and so do 2 more", "how evaluated policies act: deterministic and sampled"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
}

// TestCompareGap: of scores 0.9 to 0.94 the mean misses 1 by 0.08; sums stand beside.
func TestCompareGap(t *testing.T) {
	var runs []*Run
	for seed := range uint64(5) {
		runs = append(runs, runOf("good", "sea", seed, 0.9+0.01*float64(seed)))
	}
	s := compare(t, runs, CompareOptions{}).Environments[0].Scores[0]
	if s.Gap == nil || math.Abs(s.Gap.Value-0.08) > 1e-9 || math.Abs(s.Hypervolume-9.2) > 1e-9 || s.Cardinality != 1 || s.EUM != nil {
		t.Errorf("%+v, gap %+v", s, s.Gap)
	}
	if s := compare(t, runs, CompareOptions{Metric: "hypervolume"}).Environments[0].Scores[0]; s.Gap != nil {
		t.Errorf("a gap to 1 of a hypervolume: %+v", s.Gap)
	}
}

// TestCompareAgainstAGivenFront: shares of its hypervolume 20, and of the union the file reproduces the shares.
func TestCompareAgainstAGivenFront(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		for _, r := range []*Run{runOf("good", "sea", seed, 0.8), runOf("poor", "sea", seed, 0.4)} {
			r.Result.HypervolumeExact, r.Result.Final.HVRatio = nil, nil
			runs = append(runs, r)
		}
	}
	given := pareto.Front{M: 2, X: []float64{10, 2, 3, 1}}
	e := compare(t, runs, CompareOptions{References: map[string]pareto.Front{"sea": given}}).Environments[0]
	if math.Abs(e.Scores[0].IQM.Value-0.4) > 1e-12 || !strings.Contains(e.Against, "given (1 points") || e.Union != nil {
		t.Errorf("%+v against %s", e.Scores[0].IQM, e.Against)
	}
	union := compare(t, runs, CompareOptions{}).Environments[0].Union
	if got := string(union.CSV()); got != "x,y\n8,1\n" {
		t.Errorf("the union is %q", got)
	}
	path := filepath.Join(t.TempDir(), "reference_front.csv")
	if err := os.WriteFile(path, union.CSV(), 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := ReadReferenceFront(path, union.Objectives)
	if err != nil {
		t.Fatal(err)
	}
	again := compare(t, runs, CompareOptions{References: map[string]pareto.Front{"sea": back}}).Environments[0]
	if again.Scores[0].Values[0] != 1 || !strings.Contains(again.Against, union.SHA256[:12]) {
		t.Errorf("%+v against %s, want the hash %s", again.Scores[0], again.Against, union.SHA256)
	}
}

// TestCompareManyObjectives: the union of 2,000 points of nine objectives is measured between bounds.
func TestCompareManyObjectives(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	r := runOf("a", "building", 0, 0.5)
	r.Result.HypervolumeExact, r.Result.Final.HVRatio = nil, nil
	r.Info.Environment.Objectives, r.Info.Environment.Reference = make([]ObjectiveInfo, 9), make([]float64, 9)
	r.Archive = nil
	for range 2000 {
		v := make([]float64, 9)
		for j := range v {
			v[j] = rng.Float64()
		}
		r.Archive = append(r.Archive, ArchiveRow{Value: v, NonDominated: true})
	}
	r.Result.Final.Hypervolume = 0.1
	c, _ := Compare(context.Background(), []*Run{r}, CompareOptions{})
	if c == nil || !strings.Contains(strings.Join(c.Notes, "\n"), "lies between") || !(c.Environments[0].Scores[0].Values[0] > 0.1) {
		t.Errorf("%+v", c)
	}
}

// TestCompareEUMNorm on the walk of these tests: what finds the known front scores 1, the random policy, put
// in place of the other variant's utility, 0.
func TestCompareEUMNorm(t *testing.T) {
	env, err := envs.Make(testEnvironment, nil)
	if err != nil {
		t.Fatal(err)
	}
	random, err := measureRandom(context.Background(), env, 0.9, 0)
	if err != nil {
		t.Fatal(err)
	}
	weights := pareto.Lattice(2, 100)
	worst, err := pareto.ExpectedUtility(pareto.Front{M: 2}.Append(random.Return), weights)
	if err != nil {
		t.Fatal(err)
	}
	known := [][]float64{{1, -1}, {20, -10}}
	best, err := pareto.ExpectedUtility(pareto.Front{M: 2, X: []float64{1, -1, 20, -10}}, weights)
	if err != nil {
		t.Fatal(err)
	}
	config := `version: 1
name: norm
environment: {id: test-walk-v0}
algorithm: {name: test-climber}
budget: {steps: 1000}
evaluation: {discount: 0.9, weights: {kind: lattice, n: 100}}
`
	var runs []*Run
	for seed := range uint64(3) {
		for label, eum := range map[string]float64{"best": best, "random": worst} {
			r := runOf(label, "sea", seed, 0.5)
			r.Config, r.KnownFront, r.Result.Final.EUM = config, known, &eum
			runs = append(runs, r)
		}
	}
	e := compare(t, runs, CompareOptions{Metric: "eum_norm"}).Environments[0]
	if e.Scores[0].IQM.Value != 1 || e.Scores[1].IQM.Value != 0 || e.Random == nil || *e.Random != worst || random.Episodes != 100 {
		t.Errorf("%+v %+v, random %v of %d episodes", e.Scores[0].IQM, e.Scores[1].IQM, e.Random, random.Episodes)
	}
}

// TestCompareCutsAtTheShortest: one run stopped at step 20, where the others had their second value.
func TestCompareCutsAtTheShortest(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		for _, label := range []string{"a", "b"} {
			r := runOf(label, "sea", seed, 0.9)
			for i, share := range []float64{0.1, 0.2, 0.3} {
				if label == "b" {
					share *= 2
				}
				hv := 10 * share
				r.Metrics = append(r.Metrics, Metrics{Eval: i, StepsTrain: 10 * (i + 1), Indicators: Indicators{Hypervolume: hv, HVRatio: &share, Cardinality: 1}})
				r.Fronts = append(r.Fronts, FrontSnapshot{Eval: i, StepsTrain: 10 * (i + 1), Points: [][]float64{{hv, 1}}})
			}
			runs = append(runs, r)
		}
	}
	stopped := runs[5]
	stopped.Metrics, stopped.Result, stopped.Archive = stopped.Metrics[:2], nil, nil
	stopped.Failure = &Failure{Error: "diverged\nat once", Step: 25}
	c, err := Compare(context.Background(), runs, CompareOptions{Resamples: 100})
	if !errors.Is(err, ErrFewRuns) || len(c.Excluded) != 1 || !strings.Contains(c.Excluded[0].Reason, "failed at step 25: diverged;") || c.Excluded[0].Steps != 20 {
		t.Errorf("%v, excluded %+v", err, c.Excluded)
	}
	c = compare(t, runs, CompareOptions{IncludeIncomplete: true})
	e := c.Environments[0]
	if math.Abs(e.Scores[0].IQM.Value-0.2) > 1e-12 || math.Abs(e.Scores[1].IQM.Value-0.4) > 1e-12 || e.Pairs[0].P != 0.1 || e.Pairs[0].Verdict != "cannot be significant with so few runs" || e.Scores[1].Steps != 20 || e.Scores[1].Runs != 3 || e.Fronts[0].EpsilonToB != 2 || !strings.Contains(c.Notes[0], "at step 20") {
		t.Errorf("%+v, notes %q", e, c.Notes)
	}
	if n := len(e.Curves); n != 2 || len(e.Curves[0].Steps) != 2 || math.Abs(e.Curves[0].IQM[1].Value-0.2) > 1e-12 {
		t.Errorf("curves %+v", e.Curves)
	}
}

// TestCompareProfiles: of scores 0.2, 0.4, 0.6 all exceed 0.1 and one exceeds 0.5. Attainment: three
// points on a line, of which a quarter of the runs attains the best and three quarters all.
func TestCompareProfiles(t *testing.T) {
	var runs []*Run
	for seed := range uint64(3) {
		runs = append(runs, runOf("a", "sea", seed, 0.2*float64(seed+1)))
	}
	c := compare(t, runs, CompareOptions{})
	p := c.Profiles[0]
	for at, want := range map[int]float64{10: 1, 30: 2. / 3, 50: 1. / 3, 70: 0} {
		if math.Abs(p.Shares[at].Value-want) > 1e-12 {
			t.Errorf("share above %v: %v, want %v", p.Thresholds[at], p.Shares[at].Value, want)
		}
	}
	var got []float64
	for _, a := range c.Environments[0].Attainment {
		got = append(got, float64(a.Level), a.Points[0][0])
	}
	if want := []float64{1, 6, 2, 4, 3, 2}; !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
		t.Errorf("attained %v, want %v", got, want)
	}
}

// TestLearningCurve carries values forward on the steps that all runs share, and no further.
func TestLearningCurve(t *testing.T) {
	var runs []*Run
	for seed, rows := range [][][2]float64{{{10, 1}, {20, 2}, {40, 9}}, {{5, 1}, {15, 4}, {30, 5}}, {{10, 7}, {30, 8}}} {
		r := runOf("a", "sea", uint64(seed), 0.5)
		for _, x := range rows {
			r.Metrics = append(r.Metrics, Metrics{StepsTrain: int(x[0]), Indicators: Indicators{Hypervolume: x[1]}})
		}
		runs = append(runs, r)
	}
	of := func(i *Indicators) *float64 { return &i.Hypervolume }
	l, err := LearningCurve(runs, of)
	if err != nil || !slices.Equal(l.Steps, []int{10, 15, 20, 30}) {
		t.Fatalf("%v: steps %v", err, l.Steps)
	}
	for i, want := range []float64{3, 4, 13. / 3, 5} { // means, as of three nothing is dropped
		if math.Abs(l.IQM[i].Value-want) > 1e-12 {
			t.Errorf("at %d: %v, want %v", l.Steps[i], l.IQM[i].Value, want)
		}
	}
	if l, err := LearningCurve(runs[:2], of); err != nil || l.Steps != nil {
		t.Errorf("of two runs: %v %v", l, err)
	}
}

// TestComparePoolsWhatAllRan: of six environments one lacks a variant; ranks are over the other five.
func TestComparePoolsWhatAllRan(t *testing.T) {
	var runs []*Run
	for _, env := range []string{"a", "b", "c", "d", "e", "f"} {
		for seed := range uint64(3) {
			runs = append(runs, runOf("first", env, seed, 0.9))
			if env != "c" {
				runs = append(runs, runOf("second", env, seed, 0.7))
			}
		}
	}
	c := compare(t, runs, CompareOptions{})
	if c.Ranks == nil || !slices.Equal(c.Ranks.Environments, []string{"a", "b", "d", "e", "f"}) || c.Ranks.MeanRanks[1] != 2 || len(c.Ranks.Groups) != 0 {
		t.Errorf("%+v, notes %v", c.Ranks, c.Notes)
	}
}

// BenchmarkCompare of 600 runs: ten variants on six environments, ten seeds, with evaluations to draw curves of.
func BenchmarkCompare(b *testing.B) {
	var runs []*Run
	for _, env := range []string{"a", "b", "c", "d", "e", "f"} {
		for v := range 10 {
			for seed := range uint64(10) {
				ratio := 0.5 + 0.03*float64(v) + 0.17*float64((7*seed+3*uint64(v))%10)/10
				r := runOf(fmt.Sprint("variant", v), env, seed, ratio)
				for i := range 100 {
					share := ratio * (1 - math.Exp(-float64(i)/20))
					r.Metrics = append(r.Metrics, Metrics{Eval: i, StepsTrain: 100 * (i + 1), Indicators: Indicators{HVRatio: &share}})
				}
				runs = append(runs, r)
			}
		}
	}
	for b.Loop() {
		if _, err := Compare(context.Background(), runs, CompareOptions{Workers: 2}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(runs))/b.Elapsed().Seconds(), "runs/s")
}

// TestCompareNamesMixedRuns: the reader is told of runs that cannot be repeated.
func TestCompareNamesMixedRuns(t *testing.T) {
	mixed := runOf("good", "sea", 3, 0.9)
	mixed.Info.Program.Kernel = KernelMixed
	c, _ := Compare(context.Background(), []*Run{mixed, runOf("poor", "sea", 3, 0.5)}, CompareOptions{})
	if notes := strings.Join(c.Notes, "\n"); strings.Count(notes, "mixed") != 1 || !strings.Contains(notes, "good on sea with seed 3 is mixed: it was begun with one class of numeric kernels") {
		t.Errorf("notes %q", c.Notes)
	}
}
