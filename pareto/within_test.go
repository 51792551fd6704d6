package pareto

import (
	"context"
	"errors"
	"testing"
)

// TestWithin: exact within the budget, else certain bounds of the wanted width, else ErrBudget and bounds.
func TestWithin(t *testing.T) {
	f, ref := shape{"linear", 80, 9, 1}.rows(t), make([]float64, 9)
	want, err := Hypervolume(f, ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		budget int64
		gap    float64
		exact  bool
		want   error
	}{
		{"the default budget", 0, 0.1, true, nil},
		{"a large budget", 10_000_000, 0.1, true, nil},
		{"bounds", 20_000, 0.95, false, nil},
		{"spent", 300, 0.001, false, ErrBudget},
	} {
		var first [2]float64
		for _, workers := range []int{1, 3} {
			lo, hi, err := HypervolumeWithin(f, ref, c.gap, Options{MaxWork: c.budget, Workers: workers})
			if !errors.Is(err, c.want) || (lo == hi) != c.exact || lo > want*(1+1e-12) || hi < want*(1-1e-12) || err == nil && hi-lo > c.gap*hi {
				t.Errorf("%s: [%v, %v], %v; want %v inside, exact %v, %v", c.name, lo, hi, err, want, c.exact, c.want)
			}
			if workers > 1 && first != [2]float64{lo, hi} {
				t.Errorf("%s: %v, %v with more workers, %v with one", c.name, lo, hi, first)
			}
			first = [2]float64{lo, hi}
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		ref  []float64
		gap  float64
		o    Options
		want error
	}{
		{"negative gap", ref, -1, Options{}, ErrRange},
		{"short reference", ref[:3], 0, Options{}, ErrDimension},
		{"ended context", ref, 0, Options{Ctx: cancelled}, context.Canceled},
	} {
		if lo, hi, err := HypervolumeWithin(f, c.ref, c.gap, c.o); !errors.Is(err, c.want) || lo != 0 || hi != 0 {
			t.Errorf("%s: %v, %v, %v; want %v", c.name, lo, hi, err, c.want)
		}
	}
	if lo, hi, err := HypervolumeWithin(Front{M: 9}, ref, 0); lo != 0 || hi != 0 || err != nil {
		t.Errorf("no rows: %v, %v, %v", lo, hi, err)
	}
}
