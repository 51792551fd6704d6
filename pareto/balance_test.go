package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestUnitsOfObjectivesChangeNoBit: with the objectives in units that are powers of two and have the product 1,
// whose products on the way would be 0 or infinite, every hypervolume stays the same.
func TestUnitsOfObjectivesChangeNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(30, 9).Draw(t, "front")
		ref := make([]float64, f.M)
		unit := make([]int, f.M)
		sum := 0
		for j := range unit[1:] {
			unit[j] = rapid.IntRange(max(-800, -800-sum), min(800, 800-sum)).Draw(t, "unit")
			sum += unit[j]
		}
		unit[f.M-1] = -sum
		scaled := Front{M: f.M, X: slices.Clone(f.X)}
		for k, v := range f.X {
			scaled.X[k] = math.Ldexp(v, unit[k%f.M])
		}
		k := f.Len() / 2
		for _, c := range []struct {
			name    string
			measure func(f Front) ([]float64, error)
		}{
			{"hypervolume", func(f Front) ([]float64, error) {
				v, err := Hypervolume(f, ref)
				return []float64{v}, err
			}},
			{"contributions", func(f Front) ([]float64, error) { return Contributions(f, ref) }},
			{"exclusive", func(f Front) ([]float64, error) {
				if f.Len() == 0 {
					return nil, nil
				}
				v, err := Exclusive(f.Row(k), Front{f.M, f.X[:k*f.M]}, ref)
				return []float64{v}, err
			}},
			{"bracket", func(f Front) ([]float64, error) {
				lo, hi, err := HypervolumeBracket(f, ref, 0.1)
				return []float64{lo, hi}, err
			}},
			{"backward selection", func(f Front) ([]float64, error) {
				rows, v, err := SelectHV(f, ref, k, BackwardGreedy)
				return append(numbers(rows), v), err
			}},
			{"forward selection", func(f Front) ([]float64, error) {
				rows, v, err := SelectHV(f, ref, k, ForwardGreedy)
				return append(numbers(rows), v), err
			}},
			{"samples", func(f Front) ([]float64, error) {
				a, err := HypervolumeApprox(f, ref, ApproxOptions{MaxSamples: 1})
				return []float64{a.Value, a.StdErr, a.Lo, a.Hi}, err
			}},
			{"Karp & Luby", func(f Front) ([]float64, error) {
				v, err := HypervolumeFPRAS(f, ref, 0.9, 0.9, 1)
				return []float64{v}, err
			}},
		} {
			want, err := c.measure(f)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.measure(scaled); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s in units of two to the power of %v: %v, %v; want exactly %v", c.name, unit, got, err, want)
			}
		}
	})
}

func numbers(rows []int) []float64 {
	v := make([]float64, len(rows))
	for i, r := range rows {
		v[i] = float64(r)
	}
	return v
}

// TestHypervolumeOfExtremeSides: whatever the order of multiplication.
func TestHypervolumeOfExtremeSides(t *testing.T) {
	const tiny, small, large, huge = 0x1p-1074, 0x1p-1000, 0x1p1000, math.MaxFloat64
	for _, c := range []struct {
		name string
		f    Front
		ref  []float64
		want float64
	}{
		{"small before large", Front{4, []float64{small, small, large, large}}, make([]float64, 4), 1},
		{"large before small", Front{4, []float64{large, large, small, small}}, make([]float64, 4), 1},
		{"small and large in turn", Front{6, []float64{small, large, small, small, large, large}}, make([]float64, 6), 1},
		{"two rows", Front{4, []float64{2 * small, small, large, large, small, 2 * small, large, large}}, make([]float64, 4), 3},
		{"sides beyond float64", Front{3, []float64{huge, huge, tiny}}, []float64{-huge, -huge / 2, 0}, 3 * 0x1p974},
		{"a side beyond float64", Front{3, []float64{huge, small, 1}}, []float64{-huge, 0, 0}, 2 * huge * small},
		{"steps of a large number", Front{3, []float64{0x1p1000 * (1 + 0x1p-52), 1, 0x1p-948}}, []float64{0x1p1000, 0, 0}, 1},
		{"smallest numbers", Front{3, []float64{3 * tiny, 2, 0x1p1000}}, make([]float64, 3), 3 * 0x1p-73},
		{"each row large where the other one is small",
			Front{13, []float64{1, 1, 1, 1, 1, 1, 1e-310, 1, 1, 1, 1, 1, 1, 1, tiny, 1e308, 1, 1, 0.1, 1, 1, 1, 1, 1, 1, 1}}, make([]float64, 13), tiny * 1e308 * 0.1},
		{"a row that does not count", Front{4, []float64{small, small, large, large, -large, 1, 1, 1}}, make([]float64, 4), 1},
		{"too large for float64", Front{3, []float64{large, large, 1}}, make([]float64, 3), inf},
		{"too small for float64", Front{3, []float64{small, small, 1}}, make([]float64, 3), 0},
	} {
		got, err := Hypervolume(c.f, c.ref)
		if math.IsInf(c.want, 1) {
			if !errors.Is(err, ErrInf) {
				t.Errorf("%s: %v, %v; want %v", c.name, got, err, ErrInf)
			}
			continue
		}
		if err != nil || relative(got, c.want) > 1e-15 {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
		if c.f.Len() == 1 {
			if got, err := Exclusive(c.f.Row(0), Front{}, c.ref); err != nil || relative(got, c.want) > 1e-15 {
				t.Errorf("%s: exclusive %v, %v; want %v", c.name, got, err, c.want)
			}
		}
	}
}

// TestExclusiveOfExtremeSides: only what lies in the box of the row matters.
func TestExclusiveOfExtremeSides(t *testing.T) {
	const small, large = 0x1p-1000, 0x1p1000
	f := Front{4, []float64{large, large, large, 0.25, small / 2, 1, 1, 1}}
	p := []float64{small, small, large, large}
	if got, err := Exclusive(p, f, make([]float64, 4)); err != nil || got != 1 {
		t.Errorf("%v, %v; want 1", got, err)
	}
}
