package cli

import (
	"strings"
	"testing"
)

// TestBenchQDGoals: the rows and goals of the specification, §15, in its order.
func TestBenchQDGoals(t *testing.T) {
	want := []struct {
		name, unit string
		goal       float64
	}{
		{"gaussian-20", "evaluations/s", 3e6}, {"line-20", "evaluations/s", 2e6}, {"cma-me-20", "evaluations/s", 5e5},
		{"cma-mae-20", "evaluations/s", 5e5}, {"gaussian-100", "evaluations/s", 6e5}, {"cma-me-100", "evaluations/s", 1e5},
		{"cvt-20", "evaluations/s", 1e6}, {"neighbours-1000x2", "queries/s", 3e5}, {"neighbours-6000x2", "queries/s", 3e5},
		{"neighbours-6000x10", "queries/s", 4e4}, {"arm", "evaluations/s", 3e3}, {"arm-views", "evaluations/s", 2e3},
		{"maze", "steps/s", 1e6}, {"curling", "evaluations/s", 2e3},
	}
	if len(searchTasks) != len(want) {
		t.Fatalf("%d parts, want %d", len(searchTasks), len(want))
	}
	for i, w := range want {
		if got := &searchTasks[i]; got.name != w.name || unitsOf[got.unit]+"/s" != w.unit || got.goal != w.goal {
			t.Errorf("%s with %v %s/s, want %v", got.name, got.goal, unitsOf[got.unit], w)
		}
	}
}

// TestBenchQD: rates with their goals; a query allocates nothing, an episode what it returns and nothing a
// step.
func TestBenchQD(t *testing.T) {
	var found []struct {
		Name, Unit, CPU, Go string
		Value, Min, Max     float64
		Goal                *goalInfo
		Workers             int
	}
	jsonOf(t, &found, "bench", "qd", "neighbours-1000x2", "arm", "--count", "1", "--workers", "2")
	want := []struct {
		name, unit string
		goal       float64
		workers    int
	}{
		{"neighbours-1000x2/rate", "queries/s", 3e5, 1}, {"neighbours-1000x2/allocations", "allocations/query", 0, 1},
		{"arm/rate", "evaluations/s", 3e3, 1}, {"arm/allocations", "allocations/evaluation", 0, 1}, {"arm/gain", "ratio", 0, 2},
	}
	if len(found) != len(want) {
		t.Fatalf("%d figures, want %d: %v", len(found), len(want), found)
	}
	values := map[string]float64{}
	for i, f := range found {
		w := want[i]
		values[w.name] = f.Value
		if f.Name != "qd/"+w.name || f.Unit != w.unit || f.Workers != w.workers || f.CPU == "" || f.Go == "" || !(f.Min <= f.Value && f.Value <= f.Max) {
			t.Errorf("figure %+v, want %v", f, w)
		}
		if (f.Goal != nil) != (w.goal > 0) || f.Goal != nil && (f.Goal.Bound != w.goal || f.Goal.Unit != w.unit || f.Goal.Met != (f.Value >= w.goal)) {
			t.Errorf("%s has goal %v, want %v", f.Name, f.Goal, w.goal)
		}
		if strings.HasSuffix(w.name, "rate") && !(f.Value > 0) {
			t.Errorf("%s is %v", f.Name, f.Value)
		}
	}
	if values["neighbours-1000x2/allocations"] > 0.01 || values["arm/allocations"] > 4 {
		t.Errorf("allocations: %v a query, %v an episode of the arm", values["neighbours-1000x2/allocations"], values["arm/allocations"])
	}
	for args, say := range map[string]string{
		"amr":                 `did you mean "arm"?`,
		"nothing":             "give gaussian-20, line-20",
		"arm --count 0":       "--count is 0",
		"arm --workers 10000": "--workers is 10000; give 1 to 1024",
	} {
		if code, _, errs := invoke(append([]string{"bench", "qd"}, strings.Fields(args)...)...); code != exitUsage || !strings.Contains(errs, say) {
			t.Errorf("%s: exit code %d: %s", args, code, errs)
		}
	}
}
