package stats

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestAlign(t *testing.T) {
	curves := []Curve{
		{Steps: []int{0, 10, 20, 30}, Values: []float64{0, 1, 2, 3}},
		{Steps: []int{5, 15, 25}, Values: []float64{50, 51, 52}},
	}
	grid, err := CommonGrid(curves)
	if want := []int{5, 10, 15, 20, 25}; err != nil || !slices.Equal(grid, want) {
		t.Fatalf("grid %v (%v), want %v", grid, err, want)
	}
	got, err := Align(curves, grid)
	want := [][]float64{{0, 50}, {1, 50}, {1, 51}, {2, 51}, {2, 52}}
	if err != nil || !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
	for _, step := range []int{4, 26, math.MinInt, math.MaxInt} {
		if _, err := Align(curves, []int{10, step}); !errors.Is(err, ErrExtrapolation) {
			t.Errorf("step %d: %v", step, err)
		}
	}
}
