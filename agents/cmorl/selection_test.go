package cmorl

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

func archiveOf(limit int, reference []float64, values ...[]float64) *agents.Archive {
	a := &agents.Archive{Reference: reference, Limit: limit}
	for i, v := range values {
		a.Insert(agents.Member{ID: fmt.Sprint(i), Value: agents.Value{Return: v}})
	}
	return a
}

// TestSelection: check 2. The sparsest regions come first, no value vector twice although another
// policy has it now, fewer than asked for when fewer are left, and when all were visited the history
// is forgotten.
func TestSelection(t *testing.T) {
	a := archiveOf(9, []float64{0, 0}, []float64{0, 10}, []float64{1, 9}, []float64{2, 8}, []float64{6, 4}, []float64{10, 0})
	var h history
	for i, want := range []struct {
		members []int
		forgot  bool
	}{{[]int{0, 4}, false}, {[]int{3, 2}, false}, {[]int{1}, false}, {[]int{0, 4}, true}} {
		got, forgot := h.choose(a, a.ByCrowding(), 2)
		if !slices.Equal(got, want.members) || forgot != want.forgot {
			t.Errorf("selection %d: %v forgot %v, want %v %v", i, got, forgot, want.members, want.forgot)
		}
		a = archiveOf(9, a.Reference, a.Front().Rows()...) // other policies of the same values
	}
	if got, _ := h.choose(archiveOf(9, []float64{0, 0}), nil, 2); got != nil {
		t.Errorf("chose %v of an empty archive", got)
	}
}

// TestSelectionByCrowding: check 2, with ties, an objective without range and duplicates in one
// objective. Distances by hand from the definition; equal distances go to the lower index.
func TestSelectionByCrowding(t *testing.T) {
	for _, c := range []struct {
		name   string
		values [][]float64
		want   []int
	}{
		// distances ∞ 1 1 1 ∞ (in each objective 2/4)
		{"ties", [][]float64{{0, 4}, {1, 3}, {2, 2}, {3, 1}, {4, 0}}, []int{0, 4, 1, 2, 3}},
		// objective 3 adds nothing to inner members; its ends are 0 and 3 by index. 1: 1/4+1/4, 2: 1+1
		{"zero range", [][]float64{{0, 4, 5}, {0.5, 3.5, 5}, {1, 3, 5}, {4, 0, 5}}, []int{0, 3, 2, 1}},
		// objective 1 is 0 0 2 2 4, objective 2 is 4 3 1 2 0, objective 3 is 0 1 1 0 2; the archive's
		// order is ascending in objective 1, so that indices are as listed.
		// Objective 3 sorted by value, then index: 0 3 1 2 4. Inner: 1: 2/4+2/4+1/2, 2: 2/4+2/4+1/2,
		// 3: 2/4+2/4+1/2 from neighbours 0 and 1 (1-0)/2.
		{"duplicates", [][]float64{{0, 4, 0}, {0, 3, 1}, {2, 1, 1}, {2, 2, 0}, {4, 0, 2}}, []int{0, 4, 1, 2, 3}},
	} {
		a := archiveOf(9, make([]float64, len(c.values[0])), c.values...)
		if got := a.ByCrowding(); !slices.Equal(got, c.want) {
			t.Errorf("%s: order %v, want %v", c.name, got, c.want)
		}
	}
}

// TestWeightGrids: check 1, the ten tasks of the published scripts, and the grids of expected
// utility.
func TestWeightGrids(t *testing.T) {
	for _, c := range []struct {
		task             string
		n                int
		low, high, delta float64
		want             int
	}{
		{"minecart", 3, 0, 1, 0.5, 6}, {"lunar lander", 4, 0, 1, 1, 4}, {"fruit tree", 6, 0, 1, 1, 6},
		{"hopper-2d", 2, 0, 1, 0.2, 6}, {"hopper-3d", 3, 0.2, 0.8, 0.3, 6}, {"ant-2d", 2, 0, 1, 0.5, 3},
		{"ant-3d", 3, 0.2, 0.8, 0.3, 6}, {"humanoid", 2, 0, 1, 0.2, 6}, {"building-3d", 3, 0, 1, 0.5, 6}, {"building-9d", 9, 0, 1, 1, 9},
	} {
		grid := WeightGrid(c.n, c.low, c.high, c.delta)
		if len(grid) != c.want {
			t.Errorf("%s: %d weights, want %d", c.task, len(grid), c.want)
		}
		for _, w := range grid {
			sum := 0.0
			for _, x := range w {
				sum += x
				if x < 0 {
					t.Errorf("%s: negative weight in %v", c.task, w)
				}
			}
			if sum < 1-1e-9 || sum > 1+1e-9 {
				t.Errorf("%s: %v sums to %v", c.task, w, sum)
			}
		}
	}
	want := [][]float64{{.2, .2, .6}, {.2, .5, .3}, {.2, .8, 0}, {.5, .2, .3}, {.5, .5, 0}, {.8, .2, 0}}
	for i, w := range WeightGrid(3, 0.2, 0.8, 0.3) {
		for j := range w {
			if d := w[j] - want[i][j]; d > 1e-9 || d < -1e-9 {
				t.Errorf("weight %d is %v, want %v", i, w, want[i])
			}
		}
	}
	for _, c := range []struct{ n, k, want int }{{2, 100, 101}, {3, 10, 66}, {3, 2, 6}, {4, 2, 10}, {6, 2, 21}, {9, 2, 45}} {
		if got := len(pareto.Lattice(c.n, c.k)); got != c.want {
			t.Errorf("lattice of %d objectives and %d divisions has %d weights, want %d", c.n, c.k, got, c.want)
		}
	}
}
