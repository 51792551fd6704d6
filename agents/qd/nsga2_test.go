package qd

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

func points(t *testing.T, rows [][]float64) pareto.Front {
	t.Helper()
	f, err := pareto.NewFront(rows)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNSGA2Golden(t *testing.T) {
	file := readGolden[struct {
		Values   [][]float64
		Fronts   [][]int
		Crowding []infinite
	}](t, "nsga2.json")
	for n, c := range file.Cases {
		all := points(t, c.Values)
		fronts, err := nonDominatedFronts(all)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(fronts) != fmt.Sprint(c.Fronts) {
			t.Errorf("case %d: fronts %v, want %v", n, fronts, c.Fronts)
		}
		want := make([]float64, len(c.Values))
		got := make([]float64, len(c.Values))
		for _, front := range fronts {
			for k, d := range pareto.Crowding(all.Select(front)) {
				got[front[k]] = d
			}
		}
		for i, d := range c.Crowding {
			want[i] = float64(d)
		}
		same(t, fmt.Sprintf("case %d: crowding", n), got, want, file.tolerance)
	}
}

// TestSelectNSGA2: two of the first front are its ends, the third is in the wider gap.
func TestSelectNSGA2(t *testing.T) {
	all := points(t, [][]float64{{0, 0}, {0, 10}, {1, 9}, {2, 8}, {6, 4}, {10, 0}})
	chosen, err := SelectNSGA2(all, 3)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(chosen)
	if !slices.Equal(chosen, []int{1, 4, 5}) {
		t.Errorf("chosen %v", chosen)
	}
	if six, err := SelectNSGA2(all, 6); err != nil || len(six) != 6 || six[5] != 0 {
		t.Errorf("all of them: %v, error %v", six, err)
	}
}
