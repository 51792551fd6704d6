package pareto

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestAttainmentSurfacesOfGeneratedSets(t *testing.T) {
	var file struct {
		AbsTol float64 `json:"abs_tol"`
		Cases  []struct {
			M, Runs int
			Sets    [][][]float64
			Levels  map[string][][]float64
		}
	}
	golden(t, "eaf.json", &file)
	for _, c := range file.Cases {
		if len(c.Sets) != c.Runs {
			t.Fatalf("%d sets, want %d", len(c.Sets), c.Runs)
		}
		var sets []Front
		for _, rows := range c.Sets {
			sets = append(sets, mustFront(t, rows))
		}
		for level, want := range c.Levels {
			k, err := strconv.Atoi(level)
			if err != nil {
				t.Fatal(err)
			}
			got, err := AttainmentSurface(sets, k, directions(t, "min", c.M))
			if err != nil || got.Len() != len(want) {
				t.Errorf("m %d, %d runs, level %d: %d rows, %v; want %d", c.M, c.Runs, k, got.Len(), err, len(want))
				continue
			}
			for i, row := range want {
				for j, v := range row {
					if !(math.Abs(got.Row(i)[j]-v) <= file.AbsTol) {
						t.Errorf("m %d, %d runs, level %d, row %d: %v, want %v", c.M, c.Runs, k, i, got.Row(i), row)
					}
				}
			}
		}
	}
}

// someSets draws up to five sets of one number of objectives with many ties.
func someSets(maxM int) *rapid.Generator[[]Front] {
	return rapid.Custom(func(t *rapid.T) []Front {
		m := rapid.IntRange(2, maxM).Draw(t, "m")
		return rapid.SliceOfN(integerFront(6, m, m, 5), 1, 5).Draw(t, "sets")
	})
}

// TestAttainmentSurfaceIsTheDefinition compares a surface with the minimal ones of all vectors that can
// be on it: those of which every objective is one of some row.
func TestAttainmentSurfaceIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := someSets(3).Draw(t, "sets")
		k := rapid.IntRange(1, len(sets)).Draw(t, "k")
		got, err := AttainmentSurface(sets, k)
		if err != nil {
			t.Fatal(err)
		}
		grid := Front{M: sets[0].M, X: []float64{}}
		for v := range 343 {
			p := []float64{float64(v%7) - 1, float64(v/7%7) - 1, float64(v/49) - 1}
			if grid.M == 3 || v < 49 {
				grid.X = append(grid.X, p[:grid.M]...)
			}
		}
		counts, err := AttainedCounts(sets, grid)
		if err != nil {
			t.Fatal(err)
		}
		want := Front{M: grid.M}
		for i, n := range counts {
			if n >= k {
				want = want.Append(grid.Row(i))
			}
		}
		idx, err := NonDominated(want)
		if err != nil {
			t.Fatal(err)
		}
		rows := want.Select(idx).Rows()
		slices.SortFunc(rows, func(a, b []float64) int { return slices.Compare(b, a) })
		if !slices.EqualFunc(got.Rows(), rows, slices.Equal[[]float64]) {
			t.Fatalf("%v, want %v", got.Rows(), rows)
		}
	})
}

func TestAttainedCountsByHand(t *testing.T) {
	sets := []Front{{2, []float64{3, 1, 1, 3}}, {2, []float64{2, 2}}, {}}
	counts, err := AttainedCounts(sets, Front{2, []float64{1, 1, 2, 1, 1, 3, 3, 3, 2, 2}})
	if want := []int{2, 2, 1, 0, 1}; err != nil || !slices.Equal(counts, want) {
		t.Errorf("%v, %v; want %v", counts, err, want)
	}
	costs, err := AttainedCounts(sets, Front{2, []float64{3, 2, 1, 1}}, directions(t, "min", 2))
	if want := []int{2, 0}; err != nil || !slices.Equal(costs, want) {
		t.Errorf("minimised: %v, %v; want %v", costs, err, want)
	}
}

// TestAttainmentDifferenceIsTheDefinition: at every point the value of the one rectangle that holds it,
// or 0, is the difference of the shares of the sets that attain it.
func TestAttainmentDifferenceIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someSets(2).Draw(t, "a"), someSets(2).Draw(t, "b")
		o := directions(t, rapid.SampledFrom([]string{"max", "min"}).Draw(t, "sense"), 2)
		got, err := AttainmentDifference(a, b, o)
		if err != nil {
			t.Fatal(err)
		}
		for x := -1.75; x < 7; x += 0.5 {
			for y := -1.75; y < 7; y += 0.5 {
				p := Front{2, []float64{x, y}}
				in, err := AttainedCounts(a, p, o)
				if err != nil {
					t.Fatal(err)
				}
				of, err := AttainedCounts(b, p, o)
				if err != nil {
					t.Fatal(err)
				}
				want := float64(in[0])/float64(len(a)) - float64(of[0])/float64(len(b))
				var found []float64
				for _, r := range got {
					if r.Min[0] < x && x < r.Max[0] && r.Min[1] < y && y < r.Max[1] {
						found = append(found, r.Difference)
					}
				}
				if want == 0 && len(found) > 0 || want != 0 && (len(found) != 1 || found[0] != want) {
					t.Fatalf("at %v, %v: %v, want %v; of %v", x, y, found, want, got)
				}
			}
		}
	})
}

func TestVorobev(t *testing.T) {
	// Three squares of volume 1, 4 and 9: the mean 14/3 is nearest to the second.
	sets := []Front{{2, []float64{1, 1}}, {2, []float64{2, 2}}, {2, []float64{3, 3}}}
	v, err := Vorobev(sets, []float64{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	if v.Level != 2 || v.Threshold != 2./3 || v.Hypervolume != 4 || math.Abs(v.MeanHypervolume-14./3) > 1e-15 ||
		math.Abs(v.Deviation-8./3) > 1e-15 || !slices.Equal(v.Surface.X, []float64{2, 2}) {
		t.Errorf("%+v", v)
	}
	same, err := Vorobev([]Front{sets[1], sets[1]}, []float64{0, 0})
	if err != nil || same.Level != 1 || same.Deviation != 0 {
		t.Errorf("equal sets: %+v, %v", same, err)
	}
}

// TestVorobevIsTheDefinition compares with the volumes of all levels, and with the symmetric differences
// counted in unit cells.
func TestVorobevIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sets := someSets(3).Draw(t, "sets")
		m := sets[0].M
		ref := make([]float64, m)
		for j := range ref {
			ref[j] = -1
		}
		v, err := Vorobev(sets, ref)
		if err != nil {
			t.Fatal(err)
		}
		for k := 1; k <= len(sets); k++ {
			s, err := AttainmentSurface(sets, k)
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Abs(hv(t, s, ref) - v.MeanHypervolume); d < math.Abs(v.Hypervolume-v.MeanHypervolume) {
				t.Fatalf("level %d is nearer to %v: %+v", k, v.MeanHypervolume, v)
			}
		}
		grid := Front{M: m}
		for c := range 216 {
			p := []float64{float64(c % 6), float64(c / 6 % 6), float64(c / 36)}
			if m == 3 || c < 36 {
				grid.X = append(grid.X, p[:m]...)
			}
		}
		cells := 0
		for _, set := range sets {
			in, err := AttainedCounts([]Front{set}, grid)
			if err != nil {
				t.Fatal(err)
			}
			of, err := AttainedCounts([]Front{v.Surface}, grid)
			if err != nil {
				t.Fatal(err)
			}
			for i := range in {
				if in[i] != of[i] {
					cells++
				}
			}
		}
		if want := float64(cells) / float64(len(sets)); math.Abs(v.Deviation-want) > 1e-9 {
			t.Fatalf("deviation %v, want %v", v.Deviation, want)
		}
	})
}

func TestAttainmentErrors(t *testing.T) {
	two, three := Front{2, []float64{1, 2}}, Front{3, []float64{1, 2, 3}}
	four := Front{4, []float64{1, 2, 3, 4}}
	for _, c := range []struct {
		name string
		sets []Front
		k    int
		want error
	}{
		{"no sets", nil, 1, ErrEmpty},
		{"level 0", []Front{two}, 0, ErrRange},
		{"level above the number of sets", []Front{two}, 2, ErrRange},
		{"different objectives", []Front{two, three}, 1, ErrDimension},
		{"four objectives", []Front{four}, 1, ErrDimension},
		{"NaN", []Front{two, {2, []float64{1, math.NaN()}}}, 1, ErrNaN},
	} {
		if f, err := AttainmentSurface(c.sets, c.k); !errors.Is(err, c.want) || f.Len() > 0 {
			t.Errorf("%s: %v, %v; want %v", c.name, f, err, c.want)
		}
	}
	for _, sets := range [][]Front{{{}}, {{M: 2}, {}}} {
		if f, err := AttainmentSurface(sets, 1); err != nil || f.Len() > 0 {
			t.Errorf("sets without rows: %v, %v", f, err)
		}
	}
	if _, err := AttainmentDifference([]Front{three}, []Front{two}); !errors.Is(err, ErrDimension) {
		t.Errorf("difference in three objectives: %v", err)
	}
	if _, err := AttainedCounts([]Front{two}, three); !errors.Is(err, ErrDimension) {
		t.Errorf("points of another length: %v", err)
	}
	if _, err := Vorobev([]Front{two}, []float64{0}); !errors.Is(err, ErrDimension) {
		t.Errorf("a short reference point: %v", err)
	}
}
