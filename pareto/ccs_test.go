package pareto

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestConvexCoverageSetOfGeneratedSets(t *testing.T) {
	var file struct {
		Cases []struct {
			shape
			DivideByScale bool `json:"divide_by_scale"`
			Sense         string
			Members       []int
			Margin        []float64
		}
	}
	golden(t, "ccs.json", &file)
	for _, c := range file.Cases {
		f := c.inSense(t, c.Sense)
		if c.DivideByScale {
			for k := range f.X {
				f.X[k] /= float64(10 * (1 + k%f.M%4))
			}
		}
		o := directions(t, c.Sense, f.M)
		got, err := ConvexCoverageSet(f, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, margin := range c.Margin {
			if math.Abs(margin) >= 1e-8 && slices.Contains(got, i) != slices.Contains(c.Members, i) {
				t.Errorf("%v, row %d: in the set %v, of margin %v", c.shape, i, !slices.Contains(c.Members, i), margin)
			}
			w, m, err := SupportWeight(f, i, o)
			if err != nil || math.Abs(m-margin) > 1e-12 {
				t.Errorf("%v, row %d: margin %v at %v, %v; want %v", c.shape, i, m, w, err, margin)
			}
		}
	}
}

func TestConvexCoverageSetByHand(t *testing.T) {
	for _, c := range []struct {
		name        string
		rows        [][]float64
		ccs, weakly []int
	}{
		{"no rows", nil, []int{}, []int{}},
		{"one row", [][]float64{{1, 2}}, []int{0}, []int{}},
		{"copies", [][]float64{{1, 2}, {1, 2}}, []int{0}, []int{}},
		{"one objective", [][]float64{{1}, {3}, {2}, {3}}, []int{1}, []int{}},
		{"a corner", [][]float64{{0, 2}, {2, 0}, {1.5, 1.5}}, []int{0, 1, 2}, []int{}},
		{"within an edge", [][]float64{{0, 2}, {1, 1}, {2, 0}, {0.5, 1.5}}, []int{0, 2}, []int{1, 3}},
		{"a hollow", [][]float64{{0, 2}, {0.9, 0.9}, {2, 0}}, []int{0, 2}, []int{}},
		{"a hollow beside an edge", [][]float64{{0, 4}, {2, 2}, {3, 0.5}, {4, 0}}, []int{0, 3}, []int{1}},
		{"a dominated vertex of the hull", [][]float64{{0, 2}, {2, 2}, {2, 0}, {0, 0}}, []int{1}, []int{}},
		{"non-dominated, but best only for a negative weight", [][]float64{{0, 0, 0, 1}, {1, 0, 0, 0}, {0.9, 0.05, 0, 0.05}}, []int{0, 1, 2}, []int{}},
		{"within a triangle", [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1. / 3, 1. / 3, 1. / 3}, {0.5, 0.5, 0}, {0.3, 0.3, 0.3}}, []int{0, 1, 2}, []int{3, 4}},
		{"flat in the third objective", [][]float64{{0, 2, 7}, {1, 1, 7}, {2, 0, 7}, {1.5, 1, 7}}, []int{0, 2, 3}, []int{}},
		{"scales far apart", [][]float64{{0, 2e-9, 1e9}, {2e9, 0, 1e9}, {1.5e9, 1.5e-9, 1e9}, {1e9, 0.9e-9, 1.5e9}}, []int{0, 1, 2, 3}, []int{}},
	} {
		f := mustFront(t, c.rows)
		got, err := ConvexCoverageSet(f)
		if err != nil || !slices.Equal(got, c.ccs) {
			t.Errorf("%s: coverage set %v, %v; want %v", c.name, got, err, c.ccs)
		}
		if got, err = WeaklySupported(f); err != nil || !slices.Equal(got, c.weakly) {
			t.Errorf("%s: weakly supported %v, %v; want %v", c.name, got, err, c.weakly)
		}
	}
}

// TestConvexCoverageSetLaws: at its supporting weights a row of the set is the only best one; a row
// behind at all weights is neither in the set nor weakly supported; and at any weights the set offers the
// best utility.
func TestConvexCoverageSetLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(realFront(20, 6), integerFront(20, 2, 5, 4)).Draw(t, "front")
		ccs, err := ConvexCoverageSet(f)
		if err != nil {
			t.Fatal(err)
		}
		weakly, err := WeaklySupported(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Len() == 0 {
			return
		}
		for i := range f.Len() {
			w, margin, err := SupportWeight(f, i)
			if err != nil {
				t.Fatal(err)
			}
			sum, ahead := 0.0, inf
			for _, v := range w {
				if sum += v; v < 0 {
					t.Fatalf("weights %v", w)
				}
			}
			for k := range f.Len() {
				if k != i {
					ahead = min(ahead, dot(w, f.Row(i))-dot(w, f.Row(k)))
				}
			}
			if f.Len() > 1 && math.Abs(ahead-margin) > 1e-12*40 || math.Abs(sum-1) > 1e-12 {
				t.Fatalf("row %d: margin %v at %v, which sum to %v; found %v", i, margin, w, sum, ahead)
			}
			if margin > 1e-7 && !slices.Contains(ccs, i) {
				t.Fatalf("row %d leads by %v but is not in %v", i, margin, ccs)
			}
			if margin < -1e-7 && (slices.Contains(ccs, i) || slices.Contains(weakly, i)) {
				t.Fatalf("row %d is behind by %v but is in %v or %v", i, margin, ccs, weakly)
			}
		}
		weights := shape{"linear", 30, f.M, rapid.Uint64().Draw(t, "seed")}
		for _, w := range weights.rows(t).Rows() {
			all, err := ExpectedUtility(f, [][]float64{w})
			if err != nil {
				t.Fatal(err)
			}
			some, err := ExpectedUtility(f.Select(ccs), [][]float64{w})
			if err != nil || some < all-1e-7*(1+math.Abs(all)) {
				t.Fatalf("at %v the set reaches %v, all rows %v", w, some, all)
			}
		}
	})
}

// TestHullAndProgrammesAgree on two objectives, where either can decide.
func TestHullAndProgrammesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(realFront(30, 2), integerFront(30, 2, 2, 20)).Draw(t, "front")
		keep, err := NonDominated(f)
		if err != nil {
			t.Fatal(err)
		}
		if len(keep) < 2 {
			return
		}
		s, err := scaledFront(f.Select(keep), Options{})
		if err != nil {
			t.Fatal(err)
		}
		signs, err := hullSigns(s, &Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, sign := range signs {
			p, err := newProgramme(s, i, &Options{})
			if err != nil || p.solve(inf, &Options{}, 0) != nil {
				t.Fatalf("row %d: no end", i)
			}
			if m := p.margin(); math.Abs(m) > 1e-9 && (m > 0) != (sign > 0) || math.Abs(m) < 1e-15 && sign != 0 {
				t.Fatalf("row %d of %v: margin %v, hull %d", i, s.Rows(), m, sign)
			}
		}
	})
}

// TestProgrammeIsTheBestOfManyWeights: no weights lead by more than the optimum.
func TestProgrammeIsTheBestOfManyWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(realFront(15, 5), integerFront(15, 2, 4, 3)).Filter(func(f Front) bool { return f.Len() > 1 }).Draw(t, "front")
		i := rapid.IntRange(0, f.Len()-1).Draw(t, "row")
		_, margin, err := SupportWeight(f, i)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range Lattice(f.M, 12) {
			lead := inf
			for k := range f.Len() {
				if k != i {
					lead = min(lead, dot(w, f.Row(i))-dot(w, f.Row(k)))
				}
			}
			if lead > margin+1e-9 {
				t.Fatalf("row %d leads by %v at %v, but the optimum is %v", i, lead, w, margin)
			}
		}
	})
}

// Points of a sphere are all in the set, on a lattice, where the programmes are degenerate.
func TestConvexCoverageSetOfASphere(t *testing.T) {
	for m := 3; m <= 6; m++ {
		rows := Lattice(m, 4)
		for _, row := range rows {
			norm := math.Sqrt(dot(row, row))
			for j := range row {
				row[j] /= norm
			}
		}
		f := mustFront(t, rows)
		if got, err := ConvexCoverageSet(f); err != nil || len(got) != f.Len() {
			t.Errorf("m %d: %d of %d rows, %v", m, len(got), f.Len(), err)
		}
		plane := mustFront(t, Lattice(m, 4)) // only the corners
		if got, err := ConvexCoverageSet(plane); err != nil || len(got) != m {
			t.Errorf("m %d, flat: %v, %v", m, got, err)
		}
		if got, err := WeaklySupported(plane); err != nil || len(got) != plane.Len()-m {
			t.Errorf("m %d, flat: %d weakly supported rows, %v; want %d", m, len(got), err, plane.Len()-m)
		}
	}
}

func TestCornerWeightsAndWinShares(t *testing.T) {
	f := Front{2, []float64{0, 3, 2, 2, 3, 0, 1, 1}}
	corners, err := CornerWeights(f)
	want := [][]float64{{1. / 3, 2. / 3}, {2. / 3, 1. / 3}}
	if err != nil || !slices.EqualFunc(corners, want, func(a, b []float64) bool {
		return relative(a[0], b[0]) < 1e-15 && relative(a[1], b[1]) < 1e-15
	}) {
		t.Errorf("corner weights %v, %v; want %v", corners, err, want)
	}
	share, err := WinShares(f, [][]float64{{0, 1}, {0.5, 0.5}, {0.6, 0.4}, {1, 0}})
	if err != nil || !slices.Equal(share, []float64{0.25, 0.5, 0.25, 0}) {
		t.Errorf("shares %v, %v", share, err)
	}
	tied, err := WinShares(Front{2, []float64{1, 0, 0, 1, 1, 0}}, [][]float64{{1, 0}, {0, 1}})
	if err != nil || !slices.Equal(tied, []float64{0.25, 0.5, 0.25}) {
		t.Errorf("shares of copies %v, %v", tied, err)
	}
}

// TestCornerWeightsAreWhereTheWinnerChanges checks the winners half way between corner weights.
func TestCornerWeightsAreWhereTheWinnerChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(20, 2, 2, 30).Filter(func(f Front) bool { return f.Len() > 0 }).Draw(t, "front")
		o := directions(t, rapid.SampledFrom([]string{"max", "min"}).Draw(t, "sense"), 2)
		corners, err := CornerWeights(f, o)
		if err != nil {
			t.Fatal(err)
		}
		ccs, err := ConvexCoverageSet(f, o)
		if err != nil || len(corners) != len(ccs)-1 {
			t.Fatalf("%d corner weights, %d rows, %v", len(corners), len(ccs), err)
		}
		gain := o.minimisedFront(f)
		for k, v := range gain.X {
			gain.X[k] = -v
		}
		last, winners := 0.0, map[int]bool{}
		for k := range len(corners) + 1 {
			next := 1.0
			if k < len(corners) {
				next = corners[k][0]
			}
			if next <= last {
				t.Fatalf("corner weights %v", corners)
			}
			w := (last + next) / 2
			best := 0
			for i := range gain.Len() {
				if dot([]float64{w, 1 - w}, gain.Row(i)) > dot([]float64{w, 1 - w}, gain.Row(best)) {
					best = i
				}
			}
			winners[best] = true
			last = next
		}
		if len(winners) != len(ccs) {
			t.Fatalf("winners %v between %v, coverage set %v", winners, corners, ccs)
		}
	})
}

func TestConvexCoverageSetErrors(t *testing.T) {
	f := Front{3, []float64{1, 2, 3, 3, 2, 1}}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name string
		call func() error
		want error
	}{
		{"NaN", func() error { _, err := ConvexCoverageSet(Front{2, []float64{1, math.NaN()}}); return err }, ErrNaN},
		{"range beyond float64", func() error { _, err := ConvexCoverageSet(Front{2, []float64{-1.7e308, 1, 1.7e308, 0}}); return err }, ErrInf},
		{"65 objectives", func() error { _, err := ConvexCoverageSet(Front{65, make([]float64, 65)}); return err }, ErrDimension},
		{"cancelled", func() error { _, err := ConvexCoverageSet(f, Options{Ctx: cancelled}); return err }, context.Canceled},
		{"a row too far", func() error { _, _, err := SupportWeight(f, 2); return err }, ErrRange},
		{"support of nothing", func() error { _, _, err := SupportWeight(Front{}, 0); return err }, ErrEmpty},
		{"corners in space", func() error { _, err := CornerWeights(f); return err }, ErrDimension},
		{"shares without weights", func() error { _, err := WinShares(f, nil); return err }, ErrEmpty},
		{"shares of short weights", func() error { _, err := WinShares(f, [][]float64{{1}}); return err }, ErrDimension},
	} {
		if err := c.call(); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}
