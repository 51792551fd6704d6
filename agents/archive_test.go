package agents

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestArchive(t *testing.T) {
	for _, c := range []struct {
		name   string
		limit  int
		values [][]float64
		want   []string
	}{
		{"ascending in objective 1", 9, [][]float64{{3, 1}, {1, 3}, {2, 2}}, []string{"1", "2", "0"}},
		{"dominated ones go", 9, [][]float64{{1, 1}, {2, 2}, {1, 2}, {2, 1}}, []string{"1"}},
		{"of equal ones the first stays", 9, [][]float64{{1, 2}, {2, 1}, {1, 2}}, []string{"0", "1"}},
		{"below the reference", 9, [][]float64{{-0.1, 5}, {0, 5}}, []string{"1"}},
		{"NaN stays out", 9, [][]float64{{math.NaN(), 5}, {0, 5}}, []string{"1"}},
		// crowding: ends infinite, 1: (4+4)/10... the inner ones are at 1, 2, 6 of 0..10
		{"cut keeps the ends and the sparsest", 3, [][]float64{{0, 10}, {1, 9}, {2, 8}, {6, 4}, {10, 0}}, []string{"0", "3", "4"}},
	} {
		a := &Archive{Reference: []float64{0, 0}, Limit: c.limit}
		for i, v := range c.values {
			a.Insert(Member{ID: fmt.Sprint(i), Value: Value{Return: v}})
		}
		a.Cut()
		if got := ids(a); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func ids(a *Archive) (names []string) {
	for _, m := range a.Members {
		names = append(names, m.ID)
	}
	return names
}

// TestArchiveSnapshots: what was handed out stays as it was.
func TestArchiveSnapshots(t *testing.T) {
	a := &Archive{Reference: []float64{0, 0}}
	a.Insert(Member{ID: "a", Value: Value{Return: []float64{1, 1}}})
	before := a.Members
	a.Insert(Member{ID: "b", Value: Value{Return: []float64{2, 2}}})
	if len(before) != 1 || before[0].ID != "a" || a.Members[0].ID != "b" {
		t.Errorf("before %v, after %v", before, a.Members)
	}
	if r := a.Ranges(); !slices.Equal(r, []float64{0, 0}) {
		t.Errorf("ranges %v of one member", r)
	}
}
