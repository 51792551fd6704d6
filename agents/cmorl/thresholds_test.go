package cmorl

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents/agentstest"
)

// TestConstraintOfATask: a threshold lies a slack below the return at which the path began, in all objectives but
// the one that is maximised. A free path has none, nor has one in which no episode has ended.
func TestConstraintOfATask(t *testing.T) {
	nan := math.NaN()
	base, slack := []float64{3, -4, 10}, []float64{1, 0.5, 2}
	for _, x := range []struct {
		name string
		goal subproblem
		want []float64
	}{
		{"objective 2", subproblem{Objective: 1, Base: base, Slack: slack}, []float64{2, nan, 8}},
		{"preference", subproblem{Objective: -1, Base: base, Slack: slack}, []float64{2, -4.5, 8}},
		{"free", subproblem{Objective: 1, Base: base, Slack: slack, Free: true}, nil},
		{"no episode", subproblem{Objective: 1, Slack: slack}, nil},
	} {
		task := task{Name: "s2.r1.p0", Parent: "s1.w0.u5", Origin: "stage2/r1/obj1", Goal: x.goal, Adherence: Adherence{Constrained: 9, Infeasible: 2}}
		got := task.constraint()
		if fmt.Sprint(got.Threshold) != fmt.Sprint(x.want) || got.Path != task.Name || got.Parent != task.Parent || got.Constrained != 9 || got.Infeasible != 2 {
			t.Errorf("%s: %+v, want thresholds %v", x.name, got, x.want)
		}
	}
}

// TestThresholdsOfARun: a row for each path of stage 2, whose policies are those of the evaluations.
func TestThresholdsOfARun(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 30_000, 2)
	rec := &agentstest.Memory{Problem: p}
	set, err := s.Train(context.Background(), p, rec)
	if err != nil {
		t.Fatal(err)
	}
	parents := map[string]string{}
	for _, r := range rec.Records {
		for _, m := range r.Policies {
			if path, _, _ := strings.Cut(m.ID, ".u"); strings.HasPrefix(path, "s2") {
				parents[path] = m.Parent
			}
		}
	}
	if len(set.Tables) != 1 || set.Tables[0].Check() != nil || set.Tables[0].Len() != len(parents) || len(parents) == 0 {
		t.Fatalf("%d tables for %d paths", len(set.Tables), len(parents))
	}
	table := &set.Tables[0]
	thresholds, names := table.Series("threshold_")
	if len(names) != 6 {
		t.Errorf("thresholds of %v", names)
	}
	for i, path := range table.Text("path") {
		if parent, known := parents[path]; !known || parent != table.Text("parent")[i] {
			t.Errorf("%s begins at %s, the evaluations say %s", path, table.Text("parent")[i], parent)
		}
		var l int
		if n, _ := fmt.Sscanf(table.Text("origin")[i][strings.LastIndexByte(table.Text("origin")[i], '/')+1:], "obj%d", &l); n == 1 && !math.IsNaN(thresholds[l][i]) {
			t.Errorf("%s maximises objective %d, which has the threshold %v", path, l, thresholds[l][i])
		}
		if updates, infeasible := table.Numbers("updates")[i], table.Numbers("infeasible")[i]; !(infeasible >= 0 && infeasible <= updates) {
			t.Errorf("%s: %v of %v updates began infeasible", path, infeasible, updates)
		}
	}
}
