package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// scoresOf writes the runs of algorithms a, b and c on tasks t1 and t2, the same on both.
func scoresOf(runs map[string][]float64) string {
	text := "task,algorithm,score\n"
	for _, task := range []string{"t1", "t2"} {
		for _, name := range []string{"a", "b", "c"} {
			for _, v := range runs[name] {
				text += fmt.Sprintf("%s,%s,%v\n", task, name, v)
			}
		}
	}
	return text
}

var threeAlgorithms = map[string][]float64{"a": {0.9, 0.8, 1.1}, "b": {0.5, 0.6, 0.7}, "c": {0.1, 0.2, 0.3}}

// readStats runs the command on a table and reads its JSON.
func readStats(t *testing.T, table string, flags ...string) *statsInfo {
	t.Helper()
	code, out, errs := pipe(table, slices.Concat([]string{"pareto", "stats", "--json", "--resamples", "500"}, flags)...)
	info := new(statsInfo)
	if err := json.Unmarshal([]byte(out), info); code != exitOK || err != nil {
		t.Fatalf("exit code %d, %v, %q, %s", code, err, out, errs)
	}
	return info
}

// within says whether two numbers agree to rounding.
func within(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Max(1, math.Abs(want)) }

// TestParetoStatsByHand: three algorithms whose runs do not overlap. The interquartile mean of six
// scores drops one at each end; three runs against three give p = 2/C(6,3) at best, which Holm
// multiplies by six tests; ranks that are alike on both tasks give χ² = 4 with p = e^-2, and an
// infinite F; the critical difference is the quantile 2.343 of Nemenyi times sqrt(3·4/(6·2)) = 1.
func TestParetoStatsByHand(t *testing.T) {
	x := readStats(t, scoresOf(threeAlgorithms))
	if fmt.Sprint(x.Tasks) != "[t1 t2]" || len(x.Algorithms) != 3 || len(x.Pairs) != 3 || len(x.Tests) != 6 {
		t.Fatalf("%+v", x)
	}
	a := x.Algorithms[0]
	if a.Algorithm != "a" || a.Runs != 3 || !within(a.IQM.Value, 0.925) || !within(a.Mean.Value, 2.8/3) || !within(a.Median.Value, 2.8/3) ||
		!within(a.OptimalityGap.Value, 0.1) {
		t.Errorf("%+v", a)
	}
	if lo, hi := *a.Mean.Lo, *a.Mean.Hi; !(0.8 <= lo && lo < 2.8/3 && 2.8/3 < hi && hi <= 1.1) {
		t.Errorf("mean within [%v, %v]", lo, hi)
	}
	for _, pair := range x.Pairs {
		if p := pair.Improvement; p.Value != 1 || *p.Lo != 1 || *p.Hi != 1 {
			t.Errorf("%+v", pair)
		}
	}
	for _, test := range x.Tests {
		if test.A12 != 1 || *test.U != 9 || !within(*test.P, 0.1) || !within(*test.PHolm, 0.6) || !test.Exact {
			t.Errorf("%+v: p %v, %v", test, *test.P, *test.PHolm)
		}
	}
	f := x.Friedman
	if fmt.Sprint(f.MeanRanks, f.Groups) != "[1 2 3] [[a b c]]" || !within(f.ChiSquared, 4) || !within(f.P, math.Exp(-2)) || f.F != nil || f.PF != 0 ||
		math.Abs(*f.CriticalDifference-2.343) > 1e-3 {
		t.Errorf("%+v, %v", f, *f.CriticalDifference)
	}
}

// TestParetoStatsOfCosts: what is best turns round, and the estimates keep their sign.
func TestParetoStatsOfCosts(t *testing.T) {
	x := readStats(t, scoresOf(threeAlgorithms), "--lower-is-better", "--target", "0.5")
	a, b := x.Algorithms[0], x.Algorithms[1]
	if !within(a.IQM.Value, 0.925) || !within(a.OptimalityGap.Value, 2.8/3-0.5) || !within(b.OptimalityGap.Value, 0.1) || *a.Mean.Lo > *a.Mean.Hi {
		t.Errorf("%+v, %+v", a, b)
	}
	if x.Pairs[0].Improvement.Value != 0 || x.Tests[0].A12 != 0 || fmt.Sprint(x.Friedman.MeanRanks) != "[3 2 1]" {
		t.Errorf("%+v", x)
	}
}

// TestParetoStatsOfOneTask: all 27 resamples of the runs 0, 3 and 6 are taken. In order their means
// are 0, three times 1, …, three times 5, and 6, so that the quantiles 0.025 and 0.975, at the places
// 0.65 and 25.35 of 0 to 26, are 0.65 and 5.35.
func TestParetoStatsOfOneTask(t *testing.T) {
	x := readStats(t, "agent,ret\nq,0\nq,3\nq,6\n", "--algorithm", "agent", "--score", "ret", "--seed", "9")
	a := x.Algorithms[0]
	if fmt.Sprint(x.Tasks) != "[all]" || !within(a.Mean.Value, 3) || !within(*a.Mean.Lo, 0.65) || !within(*a.Mean.Hi, 5.35) {
		t.Errorf("%+v: %v to %v", x, *a.Mean.Lo, *a.Mean.Hi)
	}
	if x.Pairs == nil || x.Tests == nil || x.Friedman != nil {
		t.Errorf("%+v", x)
	}
}

// TestParetoStatsOfFewRuns: estimates without intervals and tests, and a word about it.
func TestParetoStatsOfFewRuns(t *testing.T) {
	table := "algorithm,score\na,1\na,2\nb,1\nb,3\nb,4\n"
	x := readStats(t, table)
	if a := x.Algorithms[0]; a.Runs != 2 || a.Mean.Value != 1.5 || a.Mean.Lo != nil || x.Algorithms[1].Mean.Lo == nil {
		t.Errorf("%+v", x.Algorithms)
	}
	if test := x.Tests[0]; test.P != nil || test.PHolm != nil || !within(test.A12, 1.5/6) {
		t.Errorf("%+v", test)
	}
	code, out, errs := pipe(table, "pareto", "stats", "--resamples", "100")
	if code != exitOK || !strings.Contains(errs, "a has 2 runs of each task; intervals and tests need 3") || strings.Contains(errs, "b has") || !strings.Contains(out, "0.25") {
		t.Errorf("exit code %d, %s%s", code, errs, out)
	}
}

// TestParetoStatsSeed: the same seed gives the same page, another seed another.
func TestParetoStatsSeed(t *testing.T) {
	page := func(seed string) string {
		code, out, errs := pipe(scoresOf(threeAlgorithms), "pareto", "stats", "--resamples", "100", "--seed", seed)
		if code != exitOK || errs != "" || !strings.Contains(out, "F infinite") || !strings.Contains(out, "do not differ: a, b, c") {
			t.Fatalf("exit code %d, %s%s", code, errs, out)
		}
		return out
	}
	if one := page("1"); one != page("1") || one == page("2") {
		t.Error("the seed does not decide the intervals")
	}
}

// TestParetoStatsRefuses: bad tables are exit code 2 with place and remedy.
func TestParetoStatsRefuses(t *testing.T) {
	many := "algorithm,score\n"
	for i := range maxAlgorithms + 1 {
		many += fmt.Sprintf("a%d,1\n", i)
	}
	for _, c := range []struct{ name, text, flags, want string }{
		{"empty", "", "", "standard input: empty"},
		{"header only", "algorithm,score\n", "", "standard input: no scores"},
		{"unknown score", "algorithm,scores\na,1\n", "", `standard input:1: no column "score" for --score; did you mean "scores"?`},
		{"unknown task", "algorithm,score\na,1\n", "--task env", `no column "env" for --task (columns: algorithm, score)`},
		{"text", "algorithm,score\na,x\n", "", `standard input:2: score is "x"`},
		{"NaN", "algorithm,score\na,1\na,nan\n", "", "standard input:3: score is nan"},
		{"ragged", "algorithm,score\na\n", "", "standard input:2: wrong number of fields"},
		{"quotation mark", "algorithm,score\n\"a,1\n", "", "quotation"},
		{"missing task", "algorithm,task,score\na,s,1\na,t,1\nb,t,1\n", "", "b has no run of task s"},
		{"missing last task", "algorithm,task,score\na,s,1\na,t,1\nb,s,1\n", "", "b has no run of task t"},
		{"unequal runs", "algorithm,task,score\na,s,1\na,t,1\na,t,1\n", "", "a has 2 runs of task t, but 1 of s"},
		{"many algorithms", many, "", "more than 50 algorithms"},
		{"no resamples", "algorithm,score\na,1\n", "--resamples 0", "--resamples is 0"},
		{"many resamples", "algorithm,score\na,1\na,1\na,1\na,1\na,1\na,1\na,1\n", "--resamples 999999999", "resamples"},
		{"infinite target", "algorithm,score\na,1\n", "--target inf", "target"},
	} {
		code, out, errs := pipe(c.text, slices.Concat([]string{"pareto", "stats"}, strings.Fields(c.flags))...)
		if code != exitUsage || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%s: exit code %d, %q, %s", c.name, code, out, errs)
		}
	}
}
