package grid_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

func TestMazeOfOnesOwn(t *testing.T) {
	e := makeEnv(t, "four-room-v0", map[string]any{"maze": "_.1.G/XX2XX/_...3"})
	envtest.Run(t, e)
	if e.Spec.DeterministicStart {
		t.Error("two starts, but DeterministicStart")
	}
	s, begun := envs.NewSingle(e), map[float64]int{}
	for seed := range uint64(100) {
		obs, err := s.Reset(&seed)
		if err != nil {
			t.Fatal(err)
		}
		begun[obs[0]]++
	}
	if begun[0] < 30 || begun[2] < 30 || begun[0]+begun[2] != 100 {
		t.Errorf("episodes begin in rows %v", begun)
	}
	// Right to item 1, down to item 2 (flags in the order of columns, then rows), up, right to the goal.
	if err := s.SetStateJSON([]byte(`{"pos":[0,0],"collected":[0,0,0]}`)); err != nil {
		t.Fatal(err)
	}
	for k, want := range []struct{ action, row, column, first, second, third, reward float64 }{
		{2, 0, 1, 0, 0, 0, 0}, {3, 0, 1, 0, 0, 0, 0}, {2, 0, 2, 1, 0, 0, 1}, {3, 1, 2, 1, 1, 0, 1}, {1, 0, 2, 1, 1, 0, 0}, {2, 0, 3, 1, 1, 0, 0}, {2, 0, 4, 1, 1, 0, 3},
	} {
		tr, err := s.Step([]float64{want.action})
		if err != nil {
			t.Fatal(err)
		}
		total := tr.Reward[0] + tr.Reward[1] + tr.Reward[2]
		if !slices.Equal(tr.Observation, []float64{want.row, want.column, want.first, want.second, want.third}) || total != want.reward || tr.Terminated != (k == 6) {
			t.Fatalf("step %d: %+v, want %+v", k, tr, want)
		}
	}
}

func TestMalformedMazes(t *testing.T) {
	for _, c := range []struct{ maze, say string }{
		{"", "no start"},
		{"_G/.", "row 2 has 1 cells, row 1 has 2"},
		{"..G", "no start"},
		{"_..", "0 goals"},
		{"_GG", "2 goals"},
		{"_G/.4", "row 2, column 2 is '4'"},
		{"_G" + strings.Repeat("1", 65), "65 items; at most 64"},
	} {
		if _, err := envs.Make("four-room-v0", map[string]any{"maze": c.maze}); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%q: error %v, want %q", c.maze, err, c.say)
		}
	}
}
