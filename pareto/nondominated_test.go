package pareto

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNonDominatedOfGeneratedSets(t *testing.T) {
	var file struct {
		Cases []struct {
			shape
			CountKeepDuplicates int    `json:"count_keep_duplicates"`
			CountUnique         int    `json:"count_unique"`
			HashKeepDuplicates  string `json:"sha256_keep_duplicates"`
			HashUnique          string `json:"sha256_unique"`
			IndexUnique         []int  `json:"index_unique"`
		}
	}
	golden(t, "nondominated.json", &file)
	for _, c := range file.Cases {
		t.Run(c.shape.String(), func(t *testing.T) {
			t.Parallel()
			f := c.minimised(t)
			o := directions(t, "min", c.M)
			for _, mode := range []struct {
				duplicates bool
				count      int
				hash       string
			}{
				{true, c.CountKeepDuplicates, c.HashKeepDuplicates},
				{false, c.CountUnique, c.HashUnique},
			} {
				o.KeepDuplicates = mode.duplicates
				got, err := NonDominated(f, o)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != mode.count || maskHash(got, c.N) != mode.hash {
					t.Errorf("keep duplicates %v: %d rows, want %d (or others than expected)", mode.duplicates, len(got), mode.count)
				}
				if !mode.duplicates && c.IndexUnique != nil && !slices.Equal(got, c.IndexUnique) {
					t.Errorf("rows %v, want %v", got, c.IndexUnique)
				}
			}
		})
	}
}

// maskHash is the SHA-256 of n characters, 1 for the rows in idx and 0 for the others.
func maskHash(idx []int, n int) string {
	mask := slices.Repeat([]byte{'0'}, n)
	for _, i := range idx {
		mask[i] = '1'
	}
	h := sha256.Sum256(mask)
	return hex.EncodeToString(h[:])
}

// byDefinition compares all pairs.
func byDefinition(f Front, keepDuplicates bool) []int {
	kept := []int{}
	for i := range f.Len() {
		keep := true
		for k := range f.Len() {
			if Dominates(f.Row(k), f.Row(i)) || !keepDuplicates && k < i && slices.Equal(f.Row(k), f.Row(i)) {
				keep = false
			}
		}
		if keep {
			kept = append(kept, i)
		}
	}
	return kept
}

func TestNonDominatedIsTheDefinition(t *testing.T) {
	var w Workspace // on purpose the same for all
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 40, 9)
		o := Options{KeepDuplicates: rapid.Bool().Draw(t, "keep duplicates")}
		want := byDefinition(f, o.KeepDuplicates)
		if got, err := w.NonDominated(f, o); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
		if f.Len() == 0 || o.KeepDuplicates {
			return
		}
		// Either way for many objectives, whatever NonDominated chooses.
		s := &w.filter
		for _, run := range []func() error{s.compareByCode, s.askTree} {
			s.load(f, &o)
			s.sortByScore()
			s.sortTies()
			s.first, s.open = s.first[:0], s.open[:0]
			for k := range s.order {
				if !s.copyOfPrevious(k) {
					s.open = append(s.open, s.order[k].row)
				}
			}
			if err := run(); err != nil {
				t.Fatal(err)
			}
			if got := s.indices(); !slices.Equal(got, want) {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}

func TestNonDominatedBoundaries(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	for _, c := range []struct {
		name string
		rows [][]float64
		o    Options
		want []int
	}{
		{"no rows", nil, Options{}, []int{}},
		{"one row", [][]float64{{1, 2}}, Options{}, []int{0}},
		{"one objective", [][]float64{{1}, {3}, {2}, {3}}, Options{}, []int{1}},
		{"one objective, all copies", [][]float64{{1}, {3}, {2}, {3}}, Options{KeepDuplicates: true}, []int{1, 3}},
		{"one objective, minimised", [][]float64{{1}, {3}, {1}}, Options{Dir: []Direction{Minimise}}, []int{0}},
		{"copies", [][]float64{{1, 2}, {2, 1}, {1, 2}}, Options{}, []int{0, 1}},
		{"all copies", [][]float64{{1, 2}, {2, 1}, {1, 2}, {0, 0}, {0, 0}}, Options{KeepDuplicates: true}, []int{0, 1, 2}},
		{"zeros of both signs are equal", [][]float64{{0, 1}, {negativeZero, 1}}, Options{}, []int{0}},
		{"zeros of both signs, minimised", [][]float64{{0, 1}, {negativeZero, 1}}, Options{Dir: []Direction{Minimise, Minimise}}, []int{0}},
		{"one objective up, one down", [][]float64{{1, 1}, {2, 2}, {2, 1}}, Options{Dir: []Direction{Maximise, Minimise}}, []int{2}},
		{"sums that overflow", [][]float64{{1e308, 1e308, 0, 1}, {1e308, 1e308, 0, 2}, {-1e308, -1e308, 1, -1e308}}, Options{}, []int{1, 2}},
		{"sums that round alike", [][]float64{{1e20, 1, 0, 0}, {1e20, 0, 0, 0}, {1e20, 0, 0, 1}}, Options{}, []int{0, 2}},
		{"64 objectives", [][]float64{make([]float64, 64), slices.Repeat([]float64{1}, 64)}, Options{}, []int{1}},
	} {
		if got, err := NonDominated(mustFront(t, c.rows), c.o); err != nil || got == nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %#v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestNonDominatedErrors(t *testing.T) {
	for _, c := range []struct {
		name     string
		f        Front
		o        Options
		want     error
		row, col int
	}{
		{"NaN", Front{2, []float64{1, 2, 3, 4, math.NaN(), 1}}, Options{}, ErrNaN, 2, 0},
		{"infinity", Front{2, []float64{1, math.Inf(1)}}, Options{}, ErrInf, 0, 1},
		{"rows cut short", Front{2, []float64{1}}, Options{}, ErrDimension, -1, -1},
		{"directions", Front{2, []float64{1, 2}}, Options{Dir: []Direction{Maximise}}, ErrDimension, -1, -1},
		{"65 objectives", Front{65, make([]float64, 65)}, Options{}, ErrDimension, -1, -1},
	} {
		idx, err := NonDominated(c.f, c.o)
		var at *InputError
		if !errors.Is(err, c.want) || !errors.As(err, &at) || at.Row != c.row || at.Col != c.col || idx != nil {
			t.Errorf("%s: %v, %v; want %v at row %d, objective %d", c.name, idx, err, c.want, c.row, c.col)
		}
	}
}

// TestDirectionsAreSigns: to minimise an objective is to maximise its negative.
func TestDirectionsAreSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 60, 5)
		flipped := Front{f.M, slices.Clone(f.X)}
		o := Options{Dir: make([]Direction, f.M)}
		for j := range o.Dir {
			if rapid.Bool().Draw(t, "minimise") {
				o.Dir[j] = Minimise
				for k := j; k < len(f.X); k += f.M {
					flipped.X[k] = -flipped.X[k]
				}
			}
		}
		for name, run := range map[string]func(Front, Options) ([]int, error){
			"NonDominated":  func(f Front, o Options) ([]int, error) { return NonDominated(f, o) },
			"Rank":          func(f Front, o Options) ([]int, error) { return Rank(f, o) },
			"FilterAgainst": func(f Front, o Options) ([]int, error) { return FilterAgainst(f, f, o) },
		} {
			got, err := run(flipped, o)
			want, err2 := run(f, Options{})
			if err != nil || err2 != nil || !slices.Equal(got, want) {
				t.Fatalf("%s: %v, %v; want %v, %v", name, got, err, want, err2)
			}
		}
	})
}

func TestNonDominatedStopsWhenCancelled(t *testing.T) {
	for _, s := range []shape{{"linear", 100, 2, 1}, {"linear", 3000, 3, 1}, {"linear", 100, 5, 1}, {"linear", 3000, 5, 1}} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := NonDominated(s.rows(t), Options{Ctx: ctx}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: error %v", s, err)
		}
	}
}

// TestFiltersStopAtOnce: a context that ends in the middle ends the work, wherever that is.
func TestFiltersStopAtOnce(t *testing.T) {
	for _, s := range []shape{{"linear", 2500, 3, 1}, {"linear", 2500, 4, 1}, {"linear", 2500, 9, 1}} {
		f := s.rows(t)
		for name, run := range map[string]func(Options) error{
			"NonDominated":  func(o Options) error { _, err := NonDominated(f, o); return err },
			"Rank":          func(o Options) error { _, err := Rank(f, o); return err },
			"FilterAgainst": func(o Options) error { _, err := FilterAgainst(f, f, o); return err },
		} {
			all := &countdown{Context: context.Background(), left: math.MaxInt}
			if err := run(Options{Ctx: all}); err != nil {
				t.Fatal(err)
			}
			asked := math.MaxInt - all.left
			for after := 0; after < asked; after += 1 + asked/10 {
				if err := run(Options{Ctx: &countdown{Context: context.Background(), left: after}}); !errors.Is(err, context.Canceled) {
					t.Errorf("%v, %s: error %v of a context that ends when asked for the %dth of %d times", s, name, err, after+1, asked)
				}
			}
		}
	}
}

// countdown is a context that is cancelled after it has been asked a number of times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

func TestDominanceIsAStrictPartialOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 5).Draw(t, "m")
		vector := rapid.SliceOfN(rapid.SampledFrom([]float64{-1, math.Copysign(0, -1), 0, 1, 2}), m, m)
		a, b, c := vector.Draw(t, "a"), vector.Draw(t, "b"), vector.Draw(t, "c")
		if Dominates(a, a) || StronglyDominates(a, a) {
			t.Fatal("not irreflexive")
		}
		if Dominates(a, b) && Dominates(b, a) {
			t.Fatal("not asymmetric")
		}
		if Dominates(a, b) && Dominates(b, c) && !Dominates(a, c) {
			t.Fatal("not transitive")
		}
		if Dominates(a, b) != (WeaklyDominates(a, b) && !WeaklyDominates(b, a)) {
			t.Fatal("dominance is not the asymmetric part of weak dominance")
		}
		if StronglyDominates(a, b) && !Dominates(a, b) {
			t.Fatal("strong dominance without dominance")
		}
	})
}

func TestDominance(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name                    string
		a, b                    []float64
		weakly, plain, strongly bool
	}{
		{"better everywhere", []float64{2, 3}, []float64{1, 2}, true, true, true},
		{"better somewhere", []float64{2, 2}, []float64{1, 2}, true, true, false},
		{"equal", []float64{1, 2}, []float64{1, 2}, true, false, false},
		{"zeros of both signs", []float64{math.Copysign(0, -1)}, []float64{0}, true, false, false},
		{"incomparable", []float64{2, 1}, []float64{1, 2}, false, false, false},
		{"NaN above", []float64{nan, 3}, []float64{1, 2}, false, false, false},
		{"NaN below", []float64{2, 3}, []float64{1, nan}, false, false, false},
		{"infinities", []float64{math.Inf(1), 0}, []float64{1, math.Inf(-1)}, true, true, true},
		{"no objectives", nil, nil, true, false, false},
		{"different lengths", []float64{1, 2}, []float64{0}, false, false, false},
	} {
		if w, p, s := WeaklyDominates(c.a, c.b), Dominates(c.a, c.b), StronglyDominates(c.a, c.b); w != c.weakly || p != c.plain || s != c.strongly {
			t.Errorf("%s: weakly %v, dominates %v, strongly %v", c.name, w, p, s)
		}
	}
}
