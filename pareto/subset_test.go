package pareto

import (
	"errors"
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// greedy is SelectHV by the definition of its methods, for rows that all count.
func greedy(t rapid.TB, f Front, ref []float64, k int, method SelectMethod) []int {
	var chosen []int
	if method == BackwardGreedy {
		for i := range f.Len() {
			chosen = append(chosen, i)
		}
		for len(chosen) > k {
			all := hv(t, f.Select(chosen), ref)
			least, loss := 0, math.Inf(1)
			for c := range chosen {
				if v := all - hv(t, f.Select(slices.Delete(slices.Clone(chosen), c, c+1)), ref); v <= loss {
					least, loss = c, v
				}
			}
			chosen = slices.Delete(chosen, least, least+1)
		}
		return chosen
	}
	for len(chosen) < k {
		before := 0.0
		if len(chosen) > 0 {
			before = hv(t, f.Select(chosen), ref)
		}
		most, gain := -1, -1.0
		for i := range f.Len() {
			if slices.Contains(chosen, i) {
				continue
			}
			if v := hv(t, f.Select(append(slices.Clone(chosen), i)), ref) - before; v > gain {
				most, gain = i, v
			}
		}
		chosen = append(chosen, most)
	}
	slices.Sort(chosen)
	return chosen
}

// largestOf is the largest hypervolume of k rows of f.
func largestOf(t rapid.TB, f Front, ref []float64, k int) float64 {
	best := 0.0
	for set := range uint(1) << f.Len() {
		if bits.OnesCount(set) == k {
			s := Front{M: f.M}
			for i := range f.Len() {
				if set>>i&1 == 1 {
					s = s.Append(f.Row(i))
				}
			}
			best = max(best, hv(t, s, ref))
		}
	}
	return best
}

// positiveFront is an integerFront whose rows all count above 0.
func positiveFront(maxRows, minM, maxM int) *rapid.Generator[Front] {
	return rapid.Custom(func(t *rapid.T) Front {
		f := integerFront(maxRows, minM, maxM, 7).Draw(t, "front")
		for i := range f.X {
			f.X[i] = max(f.X[i], 1)
		}
		return f
	})
}

func TestSelectHVIsGreedy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := positiveFront(10, 1, 9).Draw(t, "front")
		k := rapid.IntRange(0, f.Len()).Draw(t, "k")
		ref := make([]float64, f.M)
		for _, method := range []SelectMethod{BackwardGreedy, ForwardGreedy} {
			rows, v, err := SelectHV(f, ref, k, method)
			if want := greedy(t, f, ref, k, method); err != nil || !slices.Equal(rows, want) {
				t.Fatalf("%v: rows %v, %v; want %v", method, rows, err, want)
			}
			if want := hv(t, f.Select(rows), ref); v != want {
				t.Fatalf("%v: hypervolume %v, want %v", method, v, want)
			}
		}
	})
}

func TestSelectHVAgainstAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := positiveFront(9, 2, 4).Draw(t, "front")
		k := rapid.IntRange(0, f.Len()).Draw(t, "k")
		ref := make([]float64, f.M)
		best := largestOf(t, f, ref, k)
		if _, v, err := SelectHV(f, ref, k, ForwardGreedy); err != nil || v < (1-1/math.E)*best {
			t.Fatalf("forward: %v, %v; the best is %v", v, err, best)
		}
		if f.M > 2 {
			return
		}
		if rows, v, err := SelectHV(f, ref, k, ExactPlane); err != nil || v != best || len(rows) != k {
			t.Fatalf("exact: %v of rows %v, %v; the best is %v", v, rows, err, best)
		}
	})
}

func TestSelectHVBoundaries(t *testing.T) {
	f := Front{2, []float64{0, 5, 1, 3, 5, 0, 3, 1, 2, 2}} // rows 1, 3 and 4 count
	ref := []float64{0, 0}
	for _, c := range []struct {
		name   string
		k      int
		method SelectMethod
		want   []int
		hv     float64
	}{
		{"none", 0, BackwardGreedy, []int{}, 0},
		{"all that count", 3, ForwardGreedy, []int{1, 3, 4}, 6},
		{"more than count", 4, BackwardGreedy, []int{0, 1, 3, 4}, 6},
		{"more than there are", 9, ExactPlane, []int{0, 1, 2, 3, 4}, 6},
		{"the best one", 1, ExactPlane, []int{4}, 4},
	} {
		if rows, v, err := SelectHV(f, ref, c.k, c.method); err != nil || !slices.Equal(rows, c.want) || v != c.hv {
			t.Errorf("%s: %v, %v, %v; want %v, %v", c.name, rows, v, err, c.want, c.hv)
		}
	}
	if rows, v, err := SelectHV(Front{}, ref, 3, ForwardGreedy); err != nil || len(rows) != 0 || v != 0 {
		t.Errorf("no rows: %v, %v, %v", rows, v, err)
	}
	if _, _, err := SelectHV(f, ref, -1, ForwardGreedy); !errors.Is(err, ErrRange) {
		t.Errorf("-1 rows: error %v", err)
	}
	if _, _, err := SelectHV(f, ref, 1, 7); !errors.Is(err, ErrRange) {
		t.Errorf("unknown method: error %v", err)
	}
	if _, _, err := SelectHV(Front{3, []float64{1, 1, 1}}, make([]float64, 3), 1, ExactPlane); !errors.Is(err, ErrDimension) {
		t.Errorf("exact for three objectives: error %v", err)
	}
}

// TestSelectHVOfManyRows: the lazy methods agree with each other on the scale, and the exact one is
// at least as good.
func TestSelectHVOfManyRows(t *testing.T) {
	f, ref := shape{"concave", 400, 2, 1}.rows(t), []float64{0, 0}
	_, best, err := SelectHV(f, ref, 20, ExactPlane)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []SelectMethod{BackwardGreedy, ForwardGreedy} {
		_, v, err := SelectHV(f, ref, 20, method)
		if err != nil || v > best || v < 0.99*best {
			t.Errorf("%v: %v, %v; the best is %v", method, v, err, best)
		}
	}
}
