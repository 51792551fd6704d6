package report

import (
	"strings"
	"testing"

	"github.com/paretolab/paretolab/experiments"
)

// TestPoliciesOfStage1: w0 rises to the end, w1 had its best at a third of stage 1; what stage 2 measured does not
// count. Two seeds, whose medians are between theirs.
func TestPoliciesOfStage1(t *testing.T) {
	var runs []*experiments.Run
	for seed, shift := range []float64{0, 2} {
		r := treasure("C-MORL", uint64(seed))
		for i, steps := range []int{100, 200, 300} {
			for task, v := range [][]float64{{float64(i) + shift, 0}, {0, []float64{1, 0, 0}[i] - shift}} {
				w := []float64{1 - float64(task), float64(task)}
				r.Evaluations = append(r.Evaluations, experiments.EvaluationRow{Origin: []string{"stage1/w0", "stage1/w1"}[task], Weight: w, Value: v, StepsTrain: steps})
			}
		}
		r.Evaluations = append(r.Evaluations, experiments.EvaluationRow{Origin: "stage2/r1/preference", Weight: []float64{1, 0}, Value: []float64{99, 99}, StepsTrain: 400})
		runs = append(runs, r)
	}
	_, files := writeAll(t, runs)
	got := ""
	for name, text := range files {
		if strings.HasSuffix(name, "-stage1.csv") {
			got = text
		}
	}
	want := "label,policy,preference,utility_first,utility_last,last_improvement\n" +
		"C-MORL,w0,\"(1, 0)\",1,3,1\n" + // 0 and 2, then 2 and 4
		"C-MORL,w1,\"(0, 1)\",0,-1,0.3333333333333333\n" // 1 and -1, then 0 and -2
	if got != want {
		t.Errorf("table\n%s\nwant\n%s", got, want)
	}
}
