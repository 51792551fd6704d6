package stats

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestBadInput(t *testing.T) {
	nan, inf, huge := math.NaN(), math.Inf(1), math.MaxFloat64
	good := Scores{{Name: "a", Runs: []float64{1, 2, 3}}, {Name: "b", Runs: []float64{1, 2, 3}}}
	three := []float64{1, 2, 3}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		do   func() error
		kind error
		text string // all of the error
	}{
		{"NaN score", func() error {
			_, err := IQM.Of(Scores{{Name: "minecart", Runs: []float64{1, nan}}})
			return err
		}, ErrNaN, `scores, task 0 "minecart", run 1 (counting from 0): it is NaN; leave the run out and say so, or repair what computed it`},
		{"infinite score", func() error { _, err := Profile(one(1, inf), nil); return err }, ErrInf, ""},
		{"no tasks", func() error { return Scores{}.Validate() }, ErrTooFew, ""},
		{"no runs", func() error { return Scores{{Name: "a"}}.Validate() }, ErrTooFew, ""},
		{"ragged", func() error {
			_, err := Mean.Of(Scores{{Name: "a", Runs: three}, {Name: "b", Runs: three[:2]}})
			return err
		}, ErrShape, `scores, task 1 "b" (counting from 0): it has 2 runs where task 0 has 3; give one Task per task, and in each one score per run`},
		{"two runs", func() error { _, err := BootstrapCI(one(1, 2), IQM); return err },
			ErrTooFew, "scores: n = 2 runs where at least 3 are needed; add runs"},
		{"two runs of y", func() error { _, err := ProbImprovementCI(one(1, 2, 3), one(1, 2)); return err }, ErrTooFew, ""},
		{"other tasks", func() error {
			_, err := DifferenceCI(good, Scores{{Name: "a", Runs: three}, {Name: "c", Runs: three}}, IQM)
			return err
		}, ErrShape, `scores y, task 1 (counting from 0): it is "c" where scores x have "b"; give both the same tasks in the same order`},
		{"fewer tasks", func() error { _, err := ProbImprovement(good, good[:1]); return err }, ErrShape, ""},
		{"target", func() error { _, err := OptimalityGap(nan).Of(good); return err }, ErrNaN, ""},
		{"target of an interval", func() error { _, err := BootstrapCI(good, OptimalityGap(inf)); return err }, ErrInf, ""},
		{"threshold", func() error { _, err := ProfileCI(good, []float64{0, nan}); return err }, ErrNaN, ""},
		{"overflow", func() error { _, err := Mean.Of(one(huge, huge)); return err }, ErrInf, ""},
		{"overflow of an interval", func() error { _, err := BootstrapCI(one(huge, -huge, huge), Mean); return err }, ErrInf, ""},
		{"overflow of a difference", func() error { _, err := Wilcoxon([]float64{huge, 1, 2}, []float64{-huge, 0, 0}); return err }, ErrInf, ""},
		{"two options", func() error { _, err := BootstrapCI(good, IQM, Options{}, Options{}); return err }, ErrRange, ""},
		{"resamples", func() error { _, err := BootstrapCI(good, IQM, Options{Resamples: -1}); return err }, ErrRange, ""},
		{"too many resamples", func() error { _, err := BootstrapCI(good, IQM, Options{Resamples: math.MaxInt}); return err }, ErrRange, ""},
		{"too many thresholds", func() error { _, err := ProfileCI(one(1, 2, 3, 4, 5, 6), make([]float64, 2000)); return err }, ErrRange, ""},
		{"confidence", func() error { _, err := BootstrapCI(good, IQM, Options{Confidence: nan}); return err }, ErrRange, ""},
		{"certainty", func() error { _, err := BootstrapCI(good, IQM, Options{Confidence: 1}); return err }, ErrRange, ""},
		{"cancelled", func() error { _, err := BootstrapCI(good, IQM, Options{Ctx: cancelled}); return err }, context.Canceled, ""},
		{"empty sample", func() error { _, err := A12(nil, three); return err }, ErrTooFew, ""},
		{"NaN value", func() error { _, err := CliffsDelta(three, []float64{nan}); return err }, ErrNaN, ""},
		{"two values", func() error { _, err := MannWhitney(three, three[:2]); return err },
			ErrTooFew, "y: n = 2 values where at least 3 are needed; add values"},
		{"no pairs", func() error { _, err := Wilcoxon(three, []float64{1, 2, 3, 4}); return err }, ErrShape, ""},
		{"p-value", func() error { _, err := Holm([]float64{0.5, 1.5}); return err }, ErrRange, ""},
		{"NaN p-value", func() error { _, err := Holm([]float64{nan}); return err }, ErrNaN, ""},
		{"no values", func() error { _, err := SmallestP(0, 3); return err }, ErrTooFew, ""},
		{"one task", func() error { _, err := Friedman([][]float64{{1, 2}}); return err }, ErrTooFew, ""},
		{"one algorithm", func() error { _, err := Friedman([][]float64{{1}, {2}}); return err }, ErrTooFew, ""},
		{"ragged table", func() error { _, err := Friedman([][]float64{{1, 2}, {2}}); return err }, ErrShape, ""},
		{"NaN in a table", func() error { _, err := GroupsByWilcoxon([][]float64{{1, 2}, {2, 3}, {nan, 1}}, 0.05); return err }, ErrNaN, ""},
		{"11 algorithms", func() error { _, err := NemenyiCD(11, 5, 0.05); return err }, ErrRange, ""},
		{"level", func() error { _, err := NemenyiCD(3, 5, 0.01); return err }, ErrRange, ""},
		{"critical difference", func() error { _, err := GroupsByCD(three, -1); return err }, ErrRange, ""},
		{"NaN critical difference", func() error { _, err := GroupsByCD(three, nan); return err }, ErrNaN, ""},
		{"no curves", func() error { _, err := CommonGrid(nil); return err }, ErrTooFew, ""},
		{"no steps", func() error { _, err := CommonGrid([]Curve{{}}); return err }, ErrTooFew, ""},
		{"steps without values", func() error { _, err := Align([]Curve{{Steps: []int{1}}}, nil); return err }, ErrShape, ""},
		{"steps back", func() error { _, err := CommonGrid([]Curve{{[]int{2, 2}, []float64{1, 1}}}); return err }, ErrShape, ""},
		{"disjoint curves", func() error {
			_, err := CommonGrid([]Curve{{[]int{1}, []float64{1}}, {[]int{2}, []float64{1}}})
			return err
		}, ErrExtrapolation, "curves: one begins at step 2, another ends at step 1; leave the short ones out"},
	} {
		err := c.do()
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.kind)
		}
		if c.text != "" && err != nil && err.Error() != c.text {
			t.Errorf("%s: got\n%v\nwant\n%v", c.name, err, c.text)
		}
	}
}

// Whatever the input, there is a result or an error, and no result is NaN.
func TestNothingPanics(t *testing.T) {
	anything := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, math.NaN(), math.Inf(1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}))
	values := rapid.SliceOfN(anything, 0, 8)
	ints := rapid.SliceOfN(rapid.IntRange(-3, 9), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		drawScores := func() Scores {
			var s Scores
			for range rapid.IntRange(0, 3).Draw(t, "tasks") {
				s = append(s, Task{Runs: values.Draw(t, "runs")})
			}
			return s
		}
		x, y := drawScores(), drawScores()
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		table := [][]float64{values.Draw(t, "row"), values.Draw(t, "row"), values.Draw(t, "row")}
		v := anything.Draw(t, "v")
		o := Options{Resamples: rapid.IntRange(-1, 300).Draw(t, "B"), Confidence: anything.Draw(t, "confidence"), Workers: rapid.IntRange(-1, 3).Draw(t, "workers")}
		curves := []Curve{{ints.Draw(t, "steps"), a}, {ints.Draw(t, "steps"), b}}

		check := func(err error, results ...float64) {
			for _, r := range results {
				if err == nil && math.IsNaN(r) {
					t.Fatal("a result is NaN")
				}
			}
		}
		for _, f := range []Statistic{{}, {kind: 99}, Mean, Median, OptimalityGap(v)} {
			r, err := f.Of(x)
			check(err, r)
			iv, err := BootstrapCI(x, f, o)
			check(err, iv.Value, iv.Lo, iv.Hi)
			iv, err = DifferenceCI(x, y, f, o)
			check(err, iv.Value, iv.Lo, iv.Hi)
		}
		r, err := ProbImprovement(x, y)
		check(err, r)
		iv, err := ProbImprovementCI(x, y, o)
		check(err, iv.Value, iv.Lo, iv.Hi)
		rs, err := Profile(x, a)
		check(err, rs...)
		_, err = ProfileCI(x, a, o)
		check(err)
		test, err := MannWhitney(a, b)
		check(err, test.P)
		test, err = Wilcoxon(a, b)
		check(err, test.P)
		r, err = CliffsDelta(a, b)
		check(err, r)
		rs, err = Holm(a)
		check(err, rs...)
		f, err := Friedman(table)
		check(err, f.ChiSquared, f.P, f.F, f.PF)
		_, err = GroupsByCD(a, v)
		check(err)
		_, err = GroupsByWilcoxon(table, v)
		check(err)
		r, err = NemenyiCD(len(a), len(b), 0.05)
		check(err, r)
		r, err = SmallestP(len(a), len(b))
		check(err, r)
		_, err = CommonGrid(curves)
		check(err)
		_, err = Align(curves, ints.Draw(t, "grid"))
		check(err)
	})
}
