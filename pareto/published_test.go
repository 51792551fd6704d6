package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPublishedHypervolume(t *testing.T) {
	f := Front{2, []float64{1. / 3, 2, 1, 1}}
	for _, c := range []struct {
		name string
		c    Convention
		f    Front
		ref  []float64
		want float64
		err  error
	}{
		{"from 0, rounded", PGMORL, f, nil, 1.3333, nil},
		{"from 0 said", PGMORL, f, []float64{0, 0}, 1.3333, nil},
		{"not rounded", CMORL, f, []float64{0, 0}, 4. / 3, nil},
		{"not rounded either", MORLBaselines, f, []float64{-1, 0}, 4./3 + 2, nil},
		{"no rows", PGMORL, Front{}, nil, 0, nil},
		{"another reference point", PGMORL, f, []float64{0, -1}, 0, ErrRange},
		{"a negative return", PGMORL, Front{2, []float64{1, 1, 2, -1}}, nil, 0, ErrRange},
		{"NaN", PGMORL, Front{2, []float64{1, math.NaN()}}, nil, 0, ErrNaN},
		{"without a reference point", CMORL, f, nil, 0, ErrDimension},
		{"another code base", "", f, []float64{0, 0}, 0, ErrRange},
	} {
		if got, err := PublishedHypervolume(c.c, c.f, c.ref); !errors.Is(err, c.err) || math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, got, err, c.want, c.err)
		}
	}
}

func TestPublishedReference(t *testing.T) {
	for _, c := range []struct {
		c           Convention
		environment string
		m           int
		want        []float64
	}{
		{MORLBaselines, "minecart", 3, []float64{0, 0, -200}},
		{CMORL, "minecart", 3, []float64{-1, -1, -200}},
		{MORLBaselines, "deep-sea-treasure", 2, []float64{0, -25}},
		{CMORL, "lunar-lander", 4, []float64{-101, -1001, -101, -101}},
		{MORLBaselines, "fruit-tree", 6, make([]float64, 6)},
		{CMORL, "fruit-tree", 6, []float64{-1, -1, -1, -1, -1, -1}},
		{CMORL, "hopper", 3, []float64{-100, -100, -100}},
		{MORLBaselines, "humanoid", 2, []float64{-100, -100}},
		{CMORL, "building", 9, make([]float64, 9)},
		{PGMORL, "hopper", 2, make([]float64, 2)},
		{CMORL, "minecart", 2, nil},
		{CMORL, "chess", 2, nil},
		{CMORL, "hopper", -1, nil},
	} {
		if got := PublishedReference(c.c, c.environment, c.m); !slices.Equal(got, c.want) {
			t.Errorf("%s, %s, m %d: %v, want %v", c.c, c.environment, c.m, got, c.want)
		}
	}
}

func TestHypervolumesOfOtherMeasures(t *testing.T) {
	f := Front{2, []float64{math.E, 100 * math.E, 0, 50, 1, 1}}
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
	}{
		{"relative", func() (float64, error) {
			return RelativeHypervolume(Front{1, []float64{3}}, Front{1, []float64{4}}, []float64{0})
		}, 0.25},
		{"relative, of a better set", func() (float64, error) {
			return RelativeHypervolume(Front{1, []float64{5}}, Front{1, []float64{4}}, []float64{0})
		}, -0.25},
		{"relative, of no rows", func() (float64, error) { return RelativeHypervolume(Front{}, Front{1, []float64{4}}, []float64{0}) }, 1},
		{"logarithms", func() (float64, error) { return LogHypervolume(f, []float64{0, 0}, []float64{1, 100}, 1) }, 1},
		{"logarithms from further down", func() (float64, error) { return LogHypervolume(f, []float64{0, 0}, []float64{1, 100}, 0.1) },
			(1 + math.Log(10)) * (1 + math.Log(10))},
		{"logarithms of costs", func() (float64, error) {
			return LogHypervolume(Front{2, []float64{10 - math.E, math.E}}, []float64{10, 0}, []float64{1, 1}, 1, Options{Dir: []Direction{Minimise, Maximise}})
		}, 1},
		{"logarithms of no rows", func() (float64, error) { return LogHypervolume(Front{}, []float64{0}, []float64{1}, 1) }, 0},
		{"logarithms on the reference point", func() (float64, error) { return LogHypervolume(Front{1, []float64{0}}, []float64{0}, []float64{1}, 1) }, 0},
		{"cardinality", func() (float64, error) { n, err := Cardinality(f); return float64(n), err }, 1},
		{"cardinality of copies", func() (float64, error) {
			n, err := Cardinality(Front{1, []float64{1, 1}}, Options{KeepDuplicates: true})
			return float64(n), err
		}, 1},
		{"cardinality ratio", func() (float64, error) { return CardinalityRatio(Front{2, []float64{1, 2, 2, 1}}, f) }, 2},
		{"sparsity in shares", func() (float64, error) { return SparsityNormalized(Front{2, []float64{0, 10, 1, 0}}, []float64{1, 10}) }, 2},
		{"sparsity in shares, no rows", func() (float64, error) { return SparsityNormalized(Front{}, nil) }, 0},
	} {
		if got, err := c.got(); err != nil || !(math.Abs(got-c.want) < 1e-14) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	good := Front{1, []float64{1}}
	for _, c := range []struct {
		name string
		call func() (float64, error)
		want error
	}{
		{"relative to nothing", func() (float64, error) { return RelativeHypervolume(good, Front{}, []float64{0}) }, ErrNotPositive},
		{"scale 0", func() (float64, error) { return LogHypervolume(good, []float64{0}, []float64{0}, 1) }, ErrNotPositive},
		{"δ 0", func() (float64, error) { return LogHypervolume(good, []float64{0}, []float64{1}, 0) }, ErrNotPositive},
		{"δ NaN", func() (float64, error) { return LogHypervolume(good, []float64{0}, []float64{1}, math.NaN()) }, ErrNaN},
		{"short scale", func() (float64, error) { return LogHypervolume(good, []float64{0}, nil, 1) }, ErrDimension},
		{"infinite scale", func() (float64, error) { return SparsityNormalized(good, []float64{math.Inf(1)}) }, ErrInf},
		{"ratio to nothing", func() (float64, error) { return CardinalityRatio(good, Front{}) }, ErrEmpty},
	} {
		if v, err := c.call(); !errors.Is(err, c.want) || v != 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, v, err, c.want)
		}
	}
}

func TestUtilityQuantiles(t *testing.T) {
	f, w := Front{1, []float64{1}}, [][]float64{{4}, {1}, {3}, {2}, {5}}
	got, err := UtilityQuantiles(f, w, []float64{0, 0.05, 0.5, 0.95, 1})
	want := []float64{1, 1.2, 3, 4.8, 5}
	if err != nil || !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-14 }) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for p, want := range map[float64]error{-0.1: ErrRange, 1.1: ErrRange, math.Inf(1): ErrInf} {
		if _, err := UtilityQuantiles(f, w, []float64{p}); !errors.Is(err, want) {
			t.Errorf("quantile %v: error %v, want %v", p, err, want)
		}
	}
	nan := func(_, _ []float64) float64 { return math.NaN() }
	if _, err := ExpectedUtility(f, w, nan); !errors.Is(err, ErrNaN) {
		t.Errorf("a utility of NaN: error %v", err)
	}
}

// TestDominanceMatrixIsTheDefinition on all pairs of rows.
func TestDominanceMatrixIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := someSets(3).Draw(t, "sets")
		got, err := DominanceMatrix(sets)
		if err != nil {
			t.Fatal(err)
		}
		for a, from := range sets {
			for b, to := range sets {
				n := 0
				for i := range to.Len() {
					for k := range from.Len() {
						if Dominates(from.Row(k), to.Row(i)) {
							n++
							break
						}
					}
				}
				if want := float64(n) / float64(max(to.Len(), 1)); got[a][b] != want {
					t.Fatalf("[%d][%d]: %v, want %v", a, b, got[a][b], want)
				}
			}
		}
	})
	if m, err := DominanceMatrix(nil); err != nil || len(m) != 0 {
		t.Errorf("no sets: %v, %v", m, err)
	}
	if _, err := DominanceMatrix([]Front{{1, []float64{1}}, {2, []float64{1, 2}}}); !errors.Is(err, ErrDimension) {
		t.Errorf("different objectives: %v", err)
	}
}
