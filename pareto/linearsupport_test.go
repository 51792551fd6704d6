package pareto

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// solver answers with the row of a front that is the best at a weight, of equally good ones the one with
// the larger first value.
func solver(f Front) func(w []float64) []float64 {
	return func(w []float64) []float64 {
		best := 0
		for i := range f.Len() {
			d := dot(w, f.Row(i)) - dot(w, f.Row(best))
			if d > 1e-12 || d > -1e-12 && f.Row(i)[0] > f.Row(best)[0] {
				best = i
			}
		}
		return f.Row(best)
	}
}

// support runs the search and returns what it asked.
func support(t testing.TB, f Front, epsilon float64) (s *LinearSupport, weights [][]float64, improvements []float64) {
	t.Helper()
	s, err := NewLinearSupport(f.M, epsilon)
	if err != nil {
		t.Fatal(err)
	}
	best := solver(f)
	for w, gain, ok := s.Next(); ok; w, gain, ok = s.Next() {
		weights, improvements = append(weights, w), append(improvements, gain)
		if _, err := s.Add(w, best(w)); err != nil {
			t.Fatal(err)
		}
		if len(weights) > 10_000 {
			t.Fatal("it does not end")
		}
	}
	return s, weights, improvements
}

// discounted are the values of deep-sea-treasure with discount 0.99.
func discounted(floor string) Front {
	f := Front{M: 2}
	for _, p := range deepSea[floor] {
		time, discount := 0.0, 1.0
		for k := range int(-p[1]) {
			if k > 0 {
				discount *= 0.99
			}
			time -= discount
		}
		f = f.Append([]float64{p[0] * discount, time})
	}
	return f
}

// TestLinearSupportOfDeepSea: number and order of weights, and what could be gained, as computed
// with the exact solver for the specification of baselines (section 5).
func TestLinearSupportOfDeepSea(t *testing.T) {
	convex := discounted("convex")
	s, weights, gains := support(t, convex, 0)
	want := []float64{1, 0, 0.462003, 0.588412, 0.273795, 0.639605, 0.211681, 0.681060, 0.390796, 0.495894, 0.525401}
	wantGains := []float64{math.Inf(1), math.Inf(1), 8.81408, 2.051488, 1.589160, 0.612168, 0.446944, 0.276617, 0.218717, 0.187439, 0.070945}
	if len(weights) != 19 || s.Front().Len() != 10 {
		t.Fatalf("convex map: %d questions, %d vectors, want 19 and 10", len(weights), s.Front().Len())
	}
	for i, w := range want {
		if math.Abs(weights[i][0]-w) > 1e-6 || math.Abs(gains[i]-wantGains[i]) > 2e-6 && wantGains[i] < 1e9 {
			t.Errorf("question %d at %v, gain %v, want %v and %v", i, weights[i][0], gains[i], w, wantGains[i])
		}
	}
	concave := discounted("concave")
	s, weights, gains = support(t, concave, 0)
	if len(weights) != 3 || s.Front().Len() != 2 || math.Abs(weights[2][0]-0.137832) > 1e-6 || math.Abs(gains[2]-14.125012) > 1e-6 {
		t.Errorf("concave map: questions %v, gains %v, %d vectors, want three with the last at 0.137832 (14.125012) and 2", weights, gains, s.Front().Len())
	}
}

// TestLinearSupportIsTheCoverageSet of random fronts of any dimension; and nothing that was found at
// last can be improved at any weights.
func TestLinearSupportIsTheCoverageSet(t *testing.T) {
	fronts, most := 12, 25
	if testing.Short() {
		fronts, most = 2, 12
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for m := 1; m <= 5; m++ {
		for range fronts {
			f := Front{M: m}
			for range 1 + rng.IntN(most) {
				row := make([]float64, m)
				for j := range row {
					row[j] = rng.NormFloat64()
				}
				scale := 1 / math.Sqrt(dot(row, row))
				for j := range row {
					row[j] = math.Abs(row[j]) * scale
					if rng.IntN(4) == 0 {
						row[j] = math.Round(row[j]*4) / 4 // ties
					}
				}
				f = f.Append(row)
			}
			idx, err := ConvexCoverageSet(f)
			if err != nil {
				t.Fatal(err)
			}
			s, _, _ := support(t, f, 0)
			got := s.Front()
			for _, i := range idx {
				if !slices.ContainsFunc(got.Rows(), func(x []float64) bool { return slices.Equal(x, f.Row(i)) }) {
					t.Fatalf("%d objectives: %v is missing in %v", m, f.Row(i), got.Rows())
				}
			}
			best := solver(f)
			for range 200 {
				w := make([]float64, m)
				sum := 0.0
				for j := range w {
					w[j] = rng.ExpFloat64()
					sum += w[j]
				}
				top := math.Inf(-1)
				for i := range got.Len() {
					top = max(top, dot(w, got.Row(i)))
				}
				if want := dot(w, best(w)); top < want-1e-8*sum {
					t.Fatalf("%d objectives: at %v the set reaches %v, the front %v", m, w, top, want)
				}
			}
		}
	}
}

// TestLinearSupportCorners of a triangle of unit vectors with its centre: the corners of the plane pieces.
func TestLinearSupportCorners(t *testing.T) {
	s, _, _ := support(t, mustFront(t, [][]float64{{1, 0}, {0, 1}, {0.8, 0.8}}), 0)
	want := [][]float64{{0, 1}, {0.2, 0.8}, {0.8, 0.2}, {1, 0}}
	got := s.Corners()
	if len(got) != len(want) {
		t.Fatalf("corners %v, want %v", got, want)
	}
	for i := range want {
		if !closeTo(got[i], want[i]) {
			t.Errorf("corner %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// TestLinearSupportWithinEpsilon asks less and loses no more.
func TestLinearSupportWithinEpsilon(t *testing.T) {
	f := Front{M: 2}
	for i := range 101 {
		a := math.Pi / 2 * float64(i) / 100
		f = f.Append([]float64{math.Cos(a), math.Sin(a)})
	}
	_, all, _ := support(t, f, 0)
	s, few, _ := support(t, f, 0.01)
	if len(few)*4 > len(all) {
		t.Errorf("%d questions within 0.01, %d for all", len(few), len(all))
	}
	got := s.Front()
	for i := range 101 {
		w := f.Row(i)
		top := math.Inf(-1)
		for k := range got.Len() {
			top = max(top, dot(w, got.Row(k)))
		}
		if top < 1-0.01*(w[0]+w[1]) {
			t.Errorf("at %v the set loses %v", w, 1-top)
		}
	}
}

func TestLinearSupportErrors(t *testing.T) {
	if _, err := NewLinearSupport(0, 0); !errors.Is(err, ErrDimension) {
		t.Errorf("no objectives: %v", err)
	}
	if _, err := NewLinearSupport(17, 0); !errors.Is(err, ErrDimension) {
		t.Errorf("17 objectives: %v", err)
	}
	for _, e := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := NewLinearSupport(2, e); !errors.Is(err, ErrRange) {
			t.Errorf("epsilon %v: %v", e, err)
		}
	}
	s, err := NewLinearSupport(2, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add([]float64{1, 0}, []float64{math.NaN(), 1}); !errors.Is(err, ErrNaN) {
		t.Errorf("NaN: %v", err)
	}
	if _, err := s.Add([]float64{1}, []float64{1, 1}); !errors.Is(err, ErrDimension) {
		t.Errorf("one weight: %v", err)
	}
}
