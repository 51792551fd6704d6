package pareto

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRankOfGeneratedSets(t *testing.T) {
	var file struct {
		Cases []struct {
			shape
			Fronts     int
			FrontSizes []int  `json:"front_sizes"`
			Hash       string `json:"sha256_ranks"`
			Rank       []int
		}
	}
	golden(t, "ranks.json", &file)
	for _, c := range file.Cases {
		t.Run(c.shape.String(), func(t *testing.T) {
			t.Parallel()
			got, err := Rank(c.minimised(t), directions(t, "min", c.M))
			if err != nil {
				t.Fatal(err)
			}
			sizes := make([]int, slices.Max(got)+1)
			text := make([]string, len(got))
			for i, r := range got {
				sizes[r]++
				text[i] = strconv.Itoa(r)
			}
			hash := sha256.Sum256([]byte(strings.Join(text, ",")))
			if len(sizes) != c.Fronts || c.FrontSizes != nil && !slices.Equal(sizes, c.FrontSizes) ||
				hex.EncodeToString(hash[:]) != c.Hash || c.Rank != nil && !slices.Equal(got, c.Rank) {
				t.Errorf("fronts of %v rows, want %v (or others than expected)", sizes, c.FrontSizes)
			}
		})
	}
}

// ranksByDefinition removes one front after another.
func ranksByDefinition(f Front) []int {
	ranks := make([]int, f.Len())
	left := make([]int, f.Len())
	for i := range left {
		left[i] = i
	}
	for rank := 0; len(left) > 0; rank++ {
		var behind []int
		for _, i := range byDefinition(f.Select(left), true) {
			ranks[left[i]] = rank
			left[i] = -1
		}
		for _, i := range left {
			if i >= 0 {
				behind = append(behind, i)
			}
		}
		left = behind
	}
	return ranks
}

// drawnFront is a front of integers with many ties and copies, of reals, or of a generated shape.
func drawnFront(t *rapid.T, n, m int) Front {
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return integerFront(n, 1, m, 6).Draw(t, "front")
	case 1:
		return realFront(n, m).Draw(t, "front")
	}
	return shape{
		Shape: rapid.SampledFrom([]string{"ties", "cube", "linear", "morl"}).Draw(t, "shape"),
		N:     rapid.IntRange(1, 4*n).Draw(t, "n"),
		M:     rapid.IntRange(2, m).Draw(t, "m"),
		Seed:  rapid.Uint64().Draw(t, "seed"),
	}.rows(t)
}

func TestRankIsTheDefinition(t *testing.T) {
	var w Workspace // on purpose the same for all
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 40, 9)
		want := ranksByDefinition(f)
		if got, err := w.Rank(f); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
		if f.Len() == 0 {
			return
		}
		// Either way for many objectives, whatever Rank chooses.
		s := &w.ranker
		for _, run := range []func() error{s.rankByCode, s.rankByTree} {
			s.begin(f, &Options{})
			minimise(s.rows, f.X, s.sign[:f.M])
			s.rank = resize(s.rank, f.Len())
			s.limits(&Options{})
			s.sortByScore()
			s.sortTies()
			if err := run(); err != nil || !slices.Equal(s.rank, want) {
				t.Fatalf("%v, %v; want %v", s.rank, err, want)
			}
		}
	})
}

func TestRankWithLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 40, 6)
		o := Options{MaxFronts: rapid.IntRange(0, 8).Draw(t, "fronts"), StopAfter: rapid.IntRange(0, 30).Draw(t, "rows")}
		want := ranksByDefinition(f)
		fronts := len(want)
		if o.MaxFronts > 0 {
			fronts = o.MaxFronts
		}
		if o.StopAfter > 0 {
			sorted := slices.Sorted(slices.Values(want))
			if o.StopAfter < len(sorted) {
				fronts = min(fronts, sorted[o.StopAfter-1]+1)
			}
		}
		for i, r := range want {
			want[i] = min(r, fronts)
		}
		if got, err := Rank(f, o); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v; want %v", got, err, want)
		}
	})
}

func TestRankBoundaries(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	for _, c := range []struct {
		name string
		rows [][]float64
		o    Options
		want []int
	}{
		{"no rows", nil, Options{}, []int{}},
		{"one row", [][]float64{{1, 2}}, Options{}, []int{0}},
		{"one objective", [][]float64{{1}, {3}, {2}, {3}}, Options{}, []int{2, 0, 1, 0}},
		{"one objective, minimised", [][]float64{{1}, {3}, {1}}, Options{Dir: []Direction{Minimise}}, []int{0, 1, 0}},
		{"copies share a rank", [][]float64{{1, 2}, {0, 0}, {1, 2}, {0, 0}}, Options{}, []int{0, 1, 0, 1}},
		{"zeros of both signs are equal", [][]float64{{0, 1}, {negativeZero, 1}}, Options{}, []int{0, 0}},
		{"sums that overflow", [][]float64{{1e308, 1e308, 0, 1}, {1e308, 1e308, 0, 2}, {-1e308, -1e308, 1, -1e308}}, Options{}, []int{1, 0, 0}},
		{"fronts behind the limit", [][]float64{{1}, {2}, {3}, {4}}, Options{MaxFronts: 2}, []int{2, 2, 1, 0}},
		{"enough rows", [][]float64{{1}, {2}, {3}, {4}, {4}}, Options{StopAfter: 3}, []int{2, 2, 1, 0, 0}},
	} {
		if got, err := Rank(mustFront(t, c.rows), c.o); err != nil || got == nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %#v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

func TestRankErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Front
		o    Options
		want error
	}{
		{"NaN", Front{2, []float64{1, math.NaN()}}, Options{}, ErrNaN},
		{"infinity", Front{2, []float64{1, math.Inf(1)}}, Options{}, ErrInf},
		{"directions", Front{2, []float64{1, 2}}, Options{Dir: []Direction{Maximise}}, ErrDimension},
		{"65 objectives", Front{65, make([]float64, 65)}, Options{}, ErrDimension},
	} {
		if ranks, err := Rank(c.f, c.o); !errors.Is(err, c.want) || ranks != nil {
			t.Errorf("%s: %v, %v; want %v", c.name, ranks, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Rank(shape{"cube", 100, 4, 1}.rows(t), Options{Ctx: ctx}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestLongCurve is where a staircase would hold every row.
func TestLongCurve(t *testing.T) {
	half := 5000
	n := 2 * half
	f := Front{3, make([]float64, 3*n)}
	for i := range n {
		z := i
		if i >= half { // a second front behind the first
			z = i - 2*n
		}
		copy(f.Row(i), []float64{float64(i % half), float64(-(i % half)), float64(z)})
	}
	ranks, err := Rank(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range ranks {
		if want := i / half; r != want {
			t.Fatalf("row %d: rank %d, want %d", i, r, want)
		}
	}
	kept, err := NonDominated(f)
	if err != nil || len(kept) != half || kept[half-1] != half-1 {
		t.Errorf("%d rows kept, %v; want the first %d", len(kept), err, half)
	}
	if ranks, err = Rank(f, Options{MaxFronts: 1}); err != nil || slices.Max(ranks) != 1 {
		t.Fatalf("highest rank %d, %v; want 1", slices.Max(ranks), err)
	}
}

// TestLargeSets compares with the definition on samples of sets large enough for every algorithm.
func TestLargeSets(t *testing.T) {
	for _, s := range []shape{
		{"cube", 30000, 2, 1}, {"ties", 5000, 2, 1}, {"linear", 5000, 3, 1}, {"ties", 5000, 3, 1},
		{"linear", 3000, 4, 1}, {"cube", 25000, 4, 1}, {"ties", 3000, 5, 1}, {"morl", 3000, 6, 1},
		{"cube", 3000, 9, 1}, {"cube", 25000, 9, 1}, {"cube", 2000, 20, 1},
	} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			f := s.rows(t)
			kept, err := NonDominated(f, Options{KeepDuplicates: true})
			if err != nil {
				t.Fatal(err)
			}
			ranks, err := Rank(f)
			if err != nil {
				t.Fatal(err)
			}
			for i := 0; i < s.N; i += s.N / 50 {
				want := 0 // one more than the highest rank of a dominator
				for k := range s.N {
					if Dominates(f.Row(k), f.Row(i)) {
						want = max(want, ranks[k]+1)
					}
				}
				_, found := slices.BinarySearch(kept, i)
				if ranks[i] != want || found != (want == 0) {
					t.Errorf("row %d: rank %d, kept %v; want rank %d", i, ranks[i], found, want)
				}
			}
		})
	}
}

func TestFiltersAllocateNothing(t *testing.T) {
	for _, s := range []shape{
		{"linear", 100, 1, 1}, {"linear", 1000, 2, 1}, {"cube", 1000, 3, 1}, {"linear", 1000, 3, 1},
		{"linear", 2000, 4, 1}, {"cube", 1000, 4, 1}, {"cube", 1000, 9, 1}, {"ties", 1000, 4, 1},
	} {
		if s.M == 1 {
			s.Shape = "cube"
		}
		f, o := s.rows(t), Options{Dir: make([]Direction, s.M)}
		var w Workspace
		for name, call := range map[string]func() ([]int, error){
			"NonDominated": func() ([]int, error) { return w.NonDominated(f, o) },
			"Rank":         func() ([]int, error) { return w.Rank(f, o) },
		} {
			for range 3 { // until every buffer has its size
				if _, err := call(); err != nil {
					t.Fatal(err)
				}
			}
			if allocs := testing.AllocsPerRun(3, func() { call() }); allocs != 0 {
				t.Errorf("%v: %s allocates %v times a call", s, name, allocs)
			}
		}
	}
}

func BenchmarkRank(b *testing.B) {
	for _, s := range []shape{
		{"cube", 10000, 2, 1}, {"cube", 10000, 3, 1}, {"cube", 10000, 4, 1}, {"linear", 10000, 4, 1}, {"cube", 30000, 4, 1}, {"cube", 10000, 9, 1},
	} {
		b.Run(fmt.Sprintf("%s/m=%d/n=%d", s.Shape, s.M, s.N), func(b *testing.B) {
			f, o := s.minimised(b), directions(b, "min", s.M)
			var w Workspace
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Rank(f, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.N)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}
