package stats

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestGroups(t *testing.T) {
	for _, c := range []struct {
		name  string
		ranks []float64
		cd    float64
		want  [][]int
	}{
		// Demšar 2006, section 3.2.4, at levels 0.05 and 0.10.
		{"Demšar, 0.05", []float64{3.143, 2.000, 2.893, 1.964}, 1.25, [][]int{{3, 1, 2, 0}}},
		{"Demšar, 0.10", []float64{3.143, 2.000, 2.893, 1.964}, 1.12, [][]int{{3, 1, 2}, {2, 0}}},
		{"overlapping", []float64{1, 2, 3, 4}, 1.5, [][]int{{0, 1}, {1, 2}, {2, 3}}},
		{"two groups", []float64{4, 1.2, 3.9, 1}, 1, [][]int{{3, 1}, {2, 0}}},
		{"no groups", []float64{1, 2, 3}, 1, nil},
		{"one alone", []float64{1, 3, 3.1}, 1, [][]int{{1, 2}}},
		{"nobody", nil, 1, nil},
	} {
		got, err := GroupsByCD(c.ranks, c.cd)
		if err != nil || !slices.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: got %v (%v), want %v", c.name, got, err, c.want)
		}
	}
}

// Groups are exactly the maximal runs of neighbours without a separated pair.
func TestGroupsAreMaximal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(0, 7).Draw(t, "k")
		ranks := upTo(k, func(i float64) float64 { return i })
		apart := rapid.SliceOfN(rapid.Bool(), k*k, k*k).Draw(t, "separated")
		fits := func(first, end int) bool {
			for a := first; a < end; a++ {
				for b := a + 1; b < end; b++ {
					if apart[a*k+b] {
						return false
					}
				}
			}
			return true
		}
		var want [][]int
		for first := range k {
			for end := first + 2; end <= k; end++ {
				if fits(first, end) && (first == 0 || !fits(first-1, end)) && (end == k || !fits(first, end+1)) {
					var group []int
					for i := first; i < end; i++ {
						group = append(group, i)
					}
					want = append(want, group)
				}
			}
		}
		if got := groups(ranks, func(a, b int) bool { return apart[a*k+b] }); !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestGroupsByWilcoxon(t *testing.T) {
	// Algorithm 1 wins by 1 or more on all of 12 tasks; 0 and 2 take turns.
	var table [][]float64
	for i := range 12 {
		d := float64(i+1) / 100
		if i%2 == 1 {
			d = -d
		}
		table = append(table, []float64{d, 1.5 + 3*d, -d * 0.9})
	}
	got, err := GroupsByWilcoxon(table, 0.05)
	if want := [][]int{{0, 2}}; err != nil || len(got) != 1 || !slices.Equal(slices.Sorted(slices.Values(got[0])), want[0]) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}
