package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bulging is a front with its knee in row 2, on scales far apart.
var bulging = Front{2, []float64{0, 1000, 0.5, 950, 0.8, 800, 0.95, 500, 1, 0}}

func TestKnees(t *testing.T) {
	w := Lattice(2, 20)
	for _, c := range []struct {
		name string
		got  func() (Knees, error)
	}{
		{"hyperplane", func() (Knees, error) { return HyperplaneKnees(bulging) }},
		{"marginal utility", func() (Knees, error) { return MarginalUtilityKnees(bulging, w) }},
		{"bend angle", func() (Knees, error) { return BendAngleKnees(bulging) }},
	} {
		knees, err := c.got()
		if err != nil || knees.Method == "" || len(knees.Score) != 5 {
			t.Errorf("%s: %+v, %v", c.name, knees, err)
			continue
		}
		if top := knees.Top(1); !slices.Equal(top, []int{2}) {
			t.Errorf("%s: row %v of scores %v", c.name, top, knees.Score)
		}
	}
}

func TestKneesByHand(t *testing.T) {
	flipped := directions(t, "min", 2)
	costs := new(Options).minimisedFront(bulging)
	hollow := Front{3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.2, 0.2}}
	straight := Front{2, []float64{0, 2, 1, 1, 2, 0}}
	square := Front{2, []float64{0, 1, 1, 1, 1, 0}} // the corner is best in everything
	for _, c := range []struct {
		name string
		got  func() (Knees, error)
		want []float64
	}{
		{"hyperplane", func() (Knees, error) { return HyperplaneKnees(bulging) },
			[]float64{0, 0.45 / math.Sqrt2, 0.6 / math.Sqrt2, 0.45 / math.Sqrt2, 0}},
		{"hyperplane, minimised", func() (Knees, error) { return HyperplaneKnees(costs, flipped) },
			[]float64{0, 0.45 / math.Sqrt2, 0.6 / math.Sqrt2, 0.45 / math.Sqrt2, 0}},
		{"hyperplane, a hollow", func() (Knees, error) { return HyperplaneKnees(hollow) }, []float64{0, 0, 0, -0.4 / math.Sqrt(3)}},
		{"hyperplane, one extreme row", func() (Knees, error) { return HyperplaneKnees(square) }, []float64{0, 1 / math.Sqrt2, 0}},
		{"hyperplane, one row", func() (Knees, error) { return HyperplaneKnees(Front{2, []float64{3, 4}}) }, []float64{0}},
		{"hyperplane, a constant objective", func() (Knees, error) { return HyperplaneKnees(Front{3, []float64{0, 7, 2, 1, 7, 1, 2, 7, 0}}) }, []float64{0, 0, 0}},
		{"marginal utility", func() (Knees, error) {
			return MarginalUtilityKnees(straight, [][]float64{{0, 1}, {0.5, 0.5}, {1, 0}, {1, 0}})
		},
			[]float64{0.125, 0, 0.25}},
		{"marginal utility, a copy", func() (Knees, error) {
			return MarginalUtilityKnees(Front{2, []float64{0, 1, 1, 0, 0, 1}}, [][]float64{{0, 1}, {1, 0}})
		}, []float64{0, 0.5, 0}},
		{"marginal utility, one row", func() (Knees, error) { return MarginalUtilityKnees(Front{2, []float64{0, 1}}, [][]float64{{0, 1}}) }, []float64{0}},
		{"bend angle, straight", func() (Knees, error) { return BendAngleKnees(straight) }, []float64{-math.Pi / 2, 0, -math.Pi / 2}},
		{"bend angle", func() (Knees, error) { return BendAngleKnees(Front{2, []float64{3, 0, 2, 2, 0, 3}}) },
			[]float64{-math.Pi / 2, math.Atan(2) - math.Atan(0.5), -math.Pi / 2}},
		{"bend angle, one row", func() (Knees, error) { return BendAngleKnees(Front{2, []float64{3, 0}}) }, []float64{-math.Pi / 2}},
	} {
		knees, err := c.got()
		if err != nil || !slices.EqualFunc(knees.Score, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-14 }) {
			t.Errorf("%s: %v, %v; want %v", c.name, knees.Score, err, c.want)
		}
	}
	if got := (Knees{Score: []float64{1, 3, 2, 3}}).Top(3); !slices.Equal(got, []int{1, 3, 2}) {
		t.Errorf("top 3: %v", got)
	}
	for _, n := range []int{-1, 0, 9} {
		if got := (Knees{Score: []float64{1, 3}}).Top(n); len(got) != min(max(n, 0), 2) {
			t.Errorf("top %d: %v", n, got)
		}
	}
}

// TestKneesLaws: the scale and the direction of an objective do not matter, and marginal utilities add up
// to the mean gap between the best and the second.
func TestKneesLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(20, 5).Filter(func(f Front) bool { return f.Len() > 1 }).Draw(t, "front")
		w := Lattice(f.M, 5)
		scale := rapid.SampledFrom([]float64{0.25, 1, 64}).Draw(t, "scale")
		other := f.Select(nil)
		for k, v := range f.X {
			if k%f.M == 1 {
				v *= -scale
			}
			other.X = append(other.X, v)
		}
		o := Options{Dir: make([]Direction, f.M)}
		o.Dir[1] = Minimise
		for name, score := range map[string]func(f Front, o Options) (Knees, error){
			"hyperplane":       func(f Front, o Options) (Knees, error) { return HyperplaneKnees(f, o) },
			"marginal utility": func(f Front, o Options) (Knees, error) { return MarginalUtilityKnees(f, w, o) },
		} {
			a, err := score(f, Options{})
			if err != nil {
				t.Fatal(err)
			}
			b, err := score(other, o)
			if err != nil {
				t.Fatal(err)
			}
			if a.Method != b.Method {
				continue // the extreme rows are nearly dependent
			}
			for i, v := range a.Score {
				if math.Abs(v-b.Score[i]) > 1e-6 {
					t.Fatalf("%s: row %d has %v, scaled %v", name, i, v, b.Score[i])
				}
			}
		}
		knees, err := MarginalUtilityKnees(f, w)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scaledFront(f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if s.M < f.M {
			return
		}
		sum, want := 0.0, 0.0
		for _, v := range knees.Score {
			sum += v
		}
		for _, weights := range w {
			var u []float64
			for i := range s.Len() {
				u = append(u, dot(weights, s.Row(i)))
			}
			slices.Sort(u)
			want += (u[len(u)-1] - u[len(u)-2]) / float64(len(w))
		}
		if math.Abs(sum-want) > 1e-12 {
			t.Fatalf("scores add up to %v, want %v", sum, want)
		}
	})
}

func TestCompromises(t *testing.T) {
	f := Front{2, []float64{0, 4, 3, 3, 4, 0, 0, 2, 4, -0.5}}
	if rows, err := ExtremeRows(f); err != nil || !slices.Equal(rows, []int{2, 0}) {
		t.Errorf("extreme rows %v, %v", rows, err)
	}
	if rows, err := ExtremeRows(f, directions(t, "min", 2)); err != nil || !slices.Equal(rows, []int{3, 4}) {
		t.Errorf("extreme rows, minimised: %v, %v", rows, err)
	}
	square := Front{2, []float64{0, 10, 5, 9, 8, 6, 10, 0}}
	for _, c := range []struct {
		name string
		p    []float64
		row  int
		want float64
	}{
		{"Euclidean", nil, 2, math.Hypot(0.2, 0.4)},
		{"p = 1", []float64{1}, 1, 0.6},
		{"largest", []float64{math.Inf(1)}, 2, 0.4},
	} {
		row, d, err := NearestToIdeal(square, c.p...)
		if err != nil || row != c.row || math.Abs(d-c.want) > 1e-15 {
			t.Errorf("nearest to the ideal point, %s: row %d at %v, %v; want %d at %v", c.name, row, d, err, c.row, c.want)
		}
	}
	if row, d, err := NearestToIdeal(Front{2, []float64{5, 5, 5, 5}}); err != nil || row != 0 || d != 0 {
		t.Errorf("nearest of copies: %d, %v, %v", row, d, err)
	}
	// By hand: the ranges are 10 and 10; row 1 lacks 0.1 in the first objective and has 0.3 more in the second.
	for _, c := range []struct {
		name string
		r    []float64
		want []float64
	}{
		{"inside", []float64{6, 6}, []float64{-0.6 + 1e-4*-0.2, -0.1 + 1e-4*0.2, 1e-4 * 0.2, -0.6 + 1e-4*-0.2}},
		{"beyond reach", []float64{16, 10}, []float64{-1.6 + 1e-4*-1.6, -1.1 + 1e-4*-1.2, -0.8 + 1e-4*-1.2, -1 + 1e-4*-1.6}},
	} {
		got, err := Achievements(square, c.r)
		if err != nil || len(got) != 4 {
			t.Fatal(got, err)
		}
		for i, v := range got {
			if math.Abs(v-c.want[i]) > 1e-15 {
				t.Errorf("achievement, %s: row %d has %v, want %v", c.name, i, v, c.want[i])
			}
		}
	}
	if got, err := Achievements(Front{2, []float64{1, 5, 2, 5}}, []float64{0, 9}); err != nil || math.Abs(got[1]-2*(1+1e-4)) > 1e-15 {
		t.Errorf("achievement with a constant objective: %v, %v", got, err)
	}
	rows, radius, err := Representatives(Front{1, []float64{0, 1, 9, 10, 10}}, 2)
	if err != nil || !slices.Equal(rows, []int{3, 0}) || math.Abs(radius-0.1) > 1e-15 {
		t.Errorf("representatives %v, %v, %v", rows, radius, err)
	}
}

// TestRepresentativesCover: the radius is that of the definition, falls with k, and is at most twice that
// of the best choice.
func TestRepresentativesCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(9, 1, 3, 9).Filter(func(f Front) bool { return f.Len() > 0 }).Draw(t, "front")
		s, err := scaledFront(f, Options{})
		if err != nil {
			t.Fatal(err)
		}
		cover := func(rows []int) float64 {
			radius := 0.0
			for i := range f.Len() {
				least := inf
				for _, k := range rows {
					d := 0.0
					for j, v := range s.Row(i) {
						d = max(d, math.Abs(v-s.Row(k)[j]))
					}
					least = min(least, d)
				}
				radius = max(radius, least)
			}
			return radius
		}
		last := inf
		for k := 1; k <= f.Len(); k++ {
			rows, radius, err := Representatives(f, k)
			if err != nil {
				t.Fatal(err)
			}
			if radius != cover(rows) || radius > last || len(rows) > k || len(rows) < k && radius > 0 {
				t.Fatalf("k %d: rows %v, radius %v, want %v", k, rows, radius, cover(rows))
			}
			last = radius
			best := inf
			for subset := range 1 << f.Len() {
				var chosen []int
				for i := range f.Len() {
					if subset>>i&1 == 1 {
						chosen = append(chosen, i)
					}
				}
				if len(chosen) == k {
					best = min(best, cover(chosen))
				}
			}
			if radius > 2*best+1e-12 {
				t.Fatalf("k %d: radius %v, best %v", k, radius, best)
			}
		}
	})
}

func TestTradeoffsAndCorrelation(t *testing.T) {
	f := Front{3, []float64{0, 4, 7, 1, 3, 7, 4, 0, 7, 0, 4, 7}}
	got, err := Tradeoffs(f, 0, 2)
	if err != nil || len(got) != 2 || got[0].To != 3 || got[1].To != 1 || got[1].From != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if want := [][]float64{{1, -1, inf}, {-1, 1, -inf}, {0, 0, 0}}; !slices.Equal(got[1].Delta, []float64{1, -1, 0}) ||
		!slices.EqualFunc(got[1].Rate, want, slices.Equal[[]float64]) {
		t.Errorf("%+v, want rates %v", got[1], want)
	}
	if got, err := Tradeoffs(Front{2, []float64{1, 2}}, 0, 3); err != nil || len(got) != 0 {
		t.Errorf("of one row: %v, %v", got, err)
	}
	for _, c := range []struct {
		name string
		f    Front
		want [][]float64
	}{
		{"opposed", f, [][]float64{{1, -1, 0}, {-1, 1, 0}, {0, 0, 1}}},
		{"one row", Front{2, []float64{3, 4}}, [][]float64{{1, 0}, {0, 1}}},
		{"by hand", Front{2, []float64{0, 0, 2, 1, 4, 5}}, [][]float64{{1, 10 / math.Sqrt(8*14)}, {10 / math.Sqrt(8*14), 1}}},
	} {
		got, err := Correlation(c.f)
		if err != nil || !slices.EqualFunc(got, c.want, func(a, b []float64) bool {
			return slices.EqualFunc(a, b, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 })
		}) {
			t.Errorf("correlation, %s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestKneeErrors(t *testing.T) {
	f, w := bulging, [][]float64{{0.5, 0.5}}
	space := Front{3, []float64{1, 2, 3, 3, 2, 1}}
	for _, c := range []struct {
		name string
		call func() error
		want error
	}{
		{"hyperplane, no rows", func() error { _, err := HyperplaneKnees(Front{}); return err }, ErrEmpty},
		{"hyperplane, wide", func() error { _, err := HyperplaneKnees(Front{1, []float64{-1.7e308, 1.7e308}}); return err }, ErrInf},
		{"hyperplane, directions", func() error { _, err := HyperplaneKnees(f, Options{Dir: []Direction{0}}); return err }, ErrDimension},
		{"marginal utility, no weights", func() error { _, err := MarginalUtilityKnees(f, nil); return err }, ErrEmpty},
		{"marginal utility, short weights", func() error { _, err := MarginalUtilityKnees(f, [][]float64{{1}}); return err }, ErrDimension},
		{"marginal utility, NaN", func() error { _, err := MarginalUtilityKnees(Front{2, []float64{1, math.NaN()}}, w); return err }, ErrNaN},
		{"bend angle in space", func() error { _, err := BendAngleKnees(space); return err }, ErrDimension},
		{"extreme rows of none", func() error { _, err := ExtremeRows(Front{}); return err }, ErrEmpty},
		{"achievement, short reference", func() error { _, err := Achievements(f, []float64{1}); return err }, ErrDimension},
		{"achievement, NaN", func() error { _, err := Achievements(f, []float64{math.NaN(), 1}); return err }, ErrNaN},
		{"nearest, p = 0", func() error { _, _, err := NearestToIdeal(f, 0); return err }, ErrNotPositive},
		{"no representatives", func() error { _, _, err := Representatives(f, 0); return err }, ErrRange},
		{"representatives of none", func() error { _, _, err := Representatives(Front{}, 1); return err }, ErrEmpty},
		{"trade-offs of a row too far", func() error { _, err := Tradeoffs(f, 5, 1); return err }, ErrRange},
		{"no trade-offs", func() error { _, err := Tradeoffs(f, 0, 0); return err }, ErrRange},
		{"correlation of none", func() error { _, err := Correlation(Front{}); return err }, ErrEmpty},
	} {
		if err := c.call(); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}
