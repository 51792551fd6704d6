package experiments

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

// runOf is a complete run with one point on its front.
func runOf(label, environment string, seed uint64, ratio float64) *Run {
	hv := 10 * ratio
	exact := 10.0
	r := &Run{Dir: label + "/" + environment, Info: Info{
		Label: label, Algorithm: strings.Fields(label)[0], Preset: "default", Seed: seed, Steps: 1000,
		Environment: EnvironmentInfo{ID: environment, Gamma: 0.9, Horizon: 50, SpecHash: "1", Reference: []float64{0, 0},
			Objectives: []ObjectiveInfo{{Name: "x"}, {Name: "y"}}},
	}}
	r.Archive = []ArchiveRow{{Policy: "p", Value: []float64{hv, 1}, Episodes: 100, NonDominated: true}}
	r.Result = &Result{StepsTrain: 990, HypervolumeExact: &exact, KnownFront: "exact", Weights: "lattice 100 (101)"}
	r.Result.Final = Indicators{Hypervolume: hv, HVRatio: &ratio, Sparsity: 1 / ratio, Cardinality: 1}
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
	p = compare(t, runs, CompareOptions{Metric: "sparsity"}).Environments[0].Pairs[0]
	if p.A12 != 1 || p.Difference.Value >= 0 || p.Verdict != "good is better" {
		t.Errorf("by sparsity %+v", p)
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
		"discount":                         func(r *Run) { r.Info.Environment.Gamma = 0.5 },
		"reference point":                  func(r *Run) { r.Info.Environment.Reference = []float64{-1, 0} },
		"episode length":                   func(r *Run) { r.Info.Environment.Horizon = 51 },
		"options":                          func(r *Run) { r.Info.Environment.Options = map[string]any{"size": 3} },
		"the environment itself":           func(r *Run) { r.Info.Environment.SpecHash = "2" },
		"weights of expected utility":      func(r *Run) { r.Result.Weights = "lattice 10 (11)" },
		"episodes of the final evaluation": func(r *Run) { r.Archive[0].Episodes = 5 },
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
	for _, o := range []CompareOptions{{Metric: "hyper"}, {By: "colour"}, {Confidence: 2}} {
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
