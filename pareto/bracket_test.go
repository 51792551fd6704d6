package pareto

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestBracketContainsTheHypervolume at every stop, and narrows.
func TestBracketContainsTheHypervolume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(60, 9).Draw(t, "front")
		ref := make([]float64, f.M)
		want := hv(t, f, ref)
		slack := 1e-12 * want
		lastLo, lastHi := 0.0, math.Inf(1)
		for _, budget := range []int64{1, 2, 4, 8, 16, 64, 256} {
			lo, hi, err := HypervolumeBracket(f, ref, 0, Options{MaxWork: budget})
			if err != nil && !errors.Is(err, ErrBudget) {
				t.Fatal(err)
			}
			if lo > want+slack || hi < want-slack || lo < lastLo-slack || hi > lastHi*(1+1e-12) {
				t.Fatalf("budget %d: [%v, %v] after [%v, %v], want %v inside", budget, lo, hi, lastLo, lastHi, want)
			}
			lastLo, lastHi = lo, hi
		}
		for _, gap := range []float64{0.5, 0.1, 0.01} {
			lo, hi, err := HypervolumeBracket(f, ref, gap)
			if err != nil || lo > want+slack || hi < want-slack || hi-lo > gap*hi {
				t.Fatalf("gap %v: [%v, %v], %v, want %v inside", gap, lo, hi, err, want)
			}
		}
		lo, hi, err := HypervolumeBracket(f, ref, 0)
		if err != nil || lo != hi || relative(lo, want) > 1e-12 {
			t.Fatalf("no gap: [%v, %v], %v, want %v", lo, hi, err, want)
		}
	})
}

func TestBracketErrors(t *testing.T) {
	f, ref := shape{"linear", 80, 9, 1}.rows(t), make([]float64, 9)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		ref  []float64
		gap  float64
		o    Options
		want error
	}{
		{"negative gap", ref, -1, Options{}, ErrRange},
		{"gap NaN", ref, math.NaN(), Options{}, ErrRange},
		{"short reference", ref[:3], 0, Options{}, ErrDimension},
		{"cancelled", ref, 0, Options{Ctx: ctx}, context.Canceled},
	} {
		if lo, hi, err := HypervolumeBracket(f, c.ref, c.gap, c.o); !errors.Is(err, c.want) || lo != 0 || hi != 0 {
			t.Errorf("%s: %v, %v, %v; want %v", c.name, lo, hi, err, c.want)
		}
	}
	lo, hi, err := HypervolumeBracket(f, ref, 0, Options{MaxWork: 300})
	if !errors.Is(err, ErrBudget) || !(lo > 0 && lo < hi) {
		t.Errorf("a small budget: %v, %v, %v; want bounds and %v", lo, hi, err, ErrBudget)
	}
}
