package pareto

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// archives makes one of each kind for m objectives, of a capacity where they have one.
func archives(t rapid.TB, m, capacity int, o ArchiveOptions) map[string]Archive {
	t.Helper()
	archive := func(a Archive, err error) Archive {
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	epsilon := slices.Repeat([]float64{0.1}, m)
	made := map[string]Archive{}
	for name, a := range map[string]func() (Archive, error){
		"unbounded": func() (Archive, error) { return NewUnboundedArchive(o) },
		"crowding":  func() (Archive, error) { return NewCrowdingArchive(capacity, o) },
		"distance":  func() (Archive, error) { return NewDistanceArchive(capacity, o) },
		"grid":      func() (Archive, error) { return NewGridArchive(capacity, 3, o) },
		"hypervolume": func() (Archive, error) {
			return NewHypervolumeArchive(capacity, slices.Repeat([]float64{0.5}, m), o)
		},
		"epsilon":    func() (Archive, error) { return NewEpsilonArchive(epsilon, o) },
		"multilevel": func() (Archive, error) { return NewMultilevelArchive(capacity, epsilon, o) },
		"utility":    func() (Archive, error) { return NewReferenceArchive(Lattice(m, 4), nil, o) },
		"chebyshev":  func() (Archive, error) { return NewReferenceArchive(Lattice(m, 4), make([]float64, m), o) },
	} {
		made[name] = archive(a())
	}
	return made
}

// bounded says which archives have the capacity.
func bounded(name string) bool {
	switch name {
	case "crowding", "distance", "grid", "multilevel", "hypervolume":
		return true
	}
	return false
}

// checkInvariant fails unless the members are mutually non-dominated, distinct, and not too many.
func checkInvariant(t rapid.TB, name string, a Archive, capacity int, o ArchiveOptions) {
	t.Helper()
	f := a.Points()
	kept, err := NonDominated(f, Options{Dir: o.Dir, KeepDuplicates: o.KeepDuplicates})
	if err != nil || len(kept) != a.Len() || f.Len() != a.Len() {
		t.Fatalf("%s: %d of %d members are non-dominated and distinct (%v)", name, len(kept), a.Len(), err)
	}
	if bounded(name) && a.Len() > capacity {
		t.Fatalf("%s: %d members, above the capacity of %d", name, a.Len(), capacity)
	}
}

// TestArchiveInvariants: after every insertion, with payloads that name the row offered, what is in
// the archive and what was reported removed account for every row that was added.
func TestArchiveInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 30, 5)
		if f.Len() == 0 {
			return
		}
		capacity := rapid.IntRange(1, 12).Draw(t, "capacity")
		o := ArchiveOptions{KeepDuplicates: rapid.Bool().Draw(t, "duplicates")}
		if rapid.Bool().Draw(t, "minimised") {
			o.Dir = slices.Repeat([]Direction{Minimise}, f.M)
		}
		for name, a := range archives(t, f.M, capacity, o) {
			inside := []int{}
			options := o
			switch name {
			case "epsilon", "multilevel", "utility", "chebyshev":
				options.KeepDuplicates = false
			}
			for i := range f.Len() {
				r, err := a.Insert(f.Row(i), i)
				if err != nil {
					t.Fatal(err)
				}
				if r.Added {
					inside = append(inside, i)
				}
				for _, gone := range r.Removed {
					k := slices.Index(inside, gone.Payload.(int))
					if k < 0 || !slices.Equal(gone.Point, f.Row(gone.Payload.(int))) {
						t.Fatalf("%s: %v was removed, which was not there", name, gone)
					}
					inside = slices.Delete(inside, k, k+1)
				}
				checkInvariant(t, name, a, capacity, options)
				if a.Len() != len(inside) {
					t.Fatalf("%s: %d members, by the reports %v", name, a.Len(), inside)
				}
				for k, row := range inside {
					if a.Payload(k) != row || !slices.Equal(a.Points().Row(k), f.Row(row)) {
						t.Fatalf("%s: member %d is %v, want row %d", name, k, a.Payload(k), row)
					}
				}
			}
		}
	})
}

// TestArchivesOfManyRows is the invariant on streams that make indices grow and archives overflow.
func TestArchivesOfManyRows(t *testing.T) {
	n := 10000
	if testing.Short() {
		n = 1000
	}
	for _, s := range []shape{{"cube", n, 3, 7}, {"linear", n / 10, 4, 7}, {"morl", n / 10, 3, 7}} {
		f := s.rows(t)
		for name, a := range archives(t, s.M, 50, ArchiveOptions{}) {
			for i := range s.N {
				r, err := a.Insert(f.Row(i), i)
				if err != nil {
					t.Fatal(err)
				}
				if r.Added && (bounded(name) || i < 300) || i%(s.N/50) == 0 {
					checkInvariant(t, name, a, 50, ArchiveOptions{})
				}
			}
			checkInvariant(t, name, a, 50, ArchiveOptions{})
		}
	}
}

func TestUnboundedArchiveIsTheFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 60, 6)
		o := ArchiveOptions{KeepDuplicates: rapid.Bool().Draw(t, "duplicates")}
		a, err := NewUnboundedArchive(o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Len() {
			if _, err := a.Insert(f.Row(i), i); err != nil {
				t.Fatal(err)
			}
		}
		want := byDefinition(f, o.KeepDuplicates)
		got := []int{}
		for i := range a.Len() {
			got = append(got, a.Payload(i).(int))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// TestEpsilonArchiveCovers: for every row ever offered a member is at most ε worse.
func TestEpsilonArchiveCovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 40, 4)
		if f.Len() == 0 {
			return
		}
		made := archives(t, f.M, rapid.IntRange(1, 8).Draw(t, "capacity"), ArchiveOptions{})
		for _, name := range []string{"epsilon", "multilevel"} {
			a := made[name].(interface {
				Archive
				Epsilon() []float64
			})
			for i := range f.Len() {
				if _, err := a.Insert(f.Row(i), nil); err != nil {
					t.Fatal(err)
				}
				members, epsilon := a.Points(), a.Epsilon()
				for k := range i + 1 {
					covered := false
					for l := range members.Len() {
						within := true
						for j, v := range f.Row(k) {
							slack := epsilon[j] * (1 + 1e-9) // of the division by ε
							within = within && members.Row(l)[j] >= v-slack
						}
						covered = covered || within
					}
					if !covered {
						t.Fatalf("%s: no member within %v of row %d, %v", name, epsilon, k, f.Row(k))
					}
				}
			}
		}
	})
}

// TestHypervolumeArchiveNeverLoses: the hypervolume never falls, and is that of the members.
func TestHypervolumeArchiveNeverLoses(t *testing.T) {
	for _, s := range []shape{{"cube", 3000, 3, 3}, {"linear", 2000, 2, 3}, {"morl", 300, 4, 3}} {
		f := s.rows(t)
		a, err := NewHypervolumeArchive(20, make([]float64, s.M))
		if err != nil {
			t.Fatal(err)
		}
		exact := 0.0
		for i := range s.N {
			before := a.Hypervolume()
			if _, err := a.Insert(f.Row(i), nil); err != nil {
				t.Fatal(err)
			}
			last := exact
			if exact, err = Hypervolume(a.Points(), make([]float64, s.M)); err != nil {
				t.Fatal(err)
			}
			if exact < last*(1-1e-13) || a.Hypervolume() < before*(1-1e-13) || relative(a.Hypervolume(), exact) > 1e-9 {
				t.Fatalf("%v, row %d: hypervolume %v after %v, of the members %v after %v", s, i, a.Hypervolume(), before, exact, last)
			}
		}
	}
}

// TestReferenceArchiveIsTheBestOfAll: for every weight the best member is as good as the best row
// offered.
func TestReferenceArchiveIsTheBestOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawnFront(t, 40, 4)
		if f.Len() == 0 {
			return
		}
		weights := Lattice(f.M, 4)
		a, err := NewReferenceArchive(weights, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Len() {
			if _, err := a.Insert(f.Row(i), i); err != nil {
				t.Fatal(err)
			}
		}
		for w, weight := range weights {
			utility := func(y []float64) (u float64) {
				for j, v := range y {
					u += float64(weight[j] * v)
				}
				return u
			}
			best := math.Inf(-1)
			for i := range f.Len() {
				best = max(best, utility(f.Row(i)))
			}
			if got := utility(a.Points().Row(a.Best(w))); got != best {
				t.Fatalf("weight %v: %v, want %v", weight, got, best)
			}
		}
	})
}

func TestArchivesByHand(t *testing.T) {
	front := [][]float64{{0, 10}, {4, 6}, {5, 5}, {10, 0}}
	for _, c := range []struct {
		name string
		make func() (Archive, error)
		rows [][]float64
		want []int
	}{
		{"crowding drops the most crowded", func() (Archive, error) { return NewCrowdingArchive(3) }, front, []int{0, 2, 3}},
		{"crowding keeps the first of equals", func() (Archive, error) { return NewCrowdingArchive(1) }, front, []int{0}},
		{"distance drops the one with the nearer second", func() (Archive, error) { return NewDistanceArchive(3) },
			[][]float64{{0, 10}, {4, 6}, {5, 5}, {9, 0}}, []int{0, 2, 3}},
		{"grid drops the newest of the fullest cell", func() (Archive, error) { return NewGridArchive(3, 1) },
			[][]float64{{0, 10}, {6, 3}, {10, 0}, {7, 2}}, []int{0, 1, 2}},
		{"hypervolume drops the least contributor", func() (Archive, error) { return NewHypervolumeArchive(3, []float64{-2, -1}) },
			front, []int{0, 2, 3}},
		{"ε keeps the nearer to the corner", func() (Archive, error) { return NewEpsilonArchive([]float64{5, 5}) },
			[][]float64{{4, 1}, {3, 3}, {1, 4}, {7, -3}}, []int{1, 3}},
		{"multilevel doubles to 2", func() (Archive, error) { return NewMultilevelArchive(2, []float64{1, 1}) }, front[:3], []int{0, 2}},
		{"multilevel doubles to 16", func() (Archive, error) { return NewMultilevelArchive(2, []float64{1, 1}) }, front, []int{2}},
		{"best utility", func() (Archive, error) { return NewReferenceArchive([][]float64{{1, 0}, {0.5, 0.5}, {0, 1}}, nil) },
			[][]float64{{4, 4}, {0, 10}, {10, 0}, {5.5, 5.5}, {3, 7}}, []int{1, 2, 3}},
		{"best Chebyshev", func() (Archive, error) { return NewReferenceArchive([][]float64{{0.5, 0.5}}, []float64{10, 10}) },
			front, []int{2}},
		{"tolerance", func() (Archive, error) { return NewUnboundedArchive(ArchiveOptions{Tolerance: 0.1}) },
			[][]float64{{1, 1}, {1.05, 0.5}, {1.2, 0.5}, {1.05, 1}}, []int{2, 3}},
		{"tolerance of what is alike", func() (Archive, error) { return NewUnboundedArchive(ArchiveOptions{Tolerance: 0.1}) },
			[][]float64{{1, 1}, {1.05, 0.95}}, []int{0, 1}},
	} {
		a, err := c.make()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i, row := range c.rows {
			if _, err := a.Insert(row, i); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		got := []int{}
		for i := range a.Len() {
			got = append(got, a.Payload(i).(int))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: rows %v, want %v", c.name, got, c.want)
		}
	}
}

// TestCrowdingArchiveInBatches: of all non-dominated rows those with the largest crowding distances
// stay, computed once.
func TestCrowdingArchiveInBatches(t *testing.T) {
	f := shape{"cube", 200, 3, 5}.rows(t)
	a, err := NewCrowdingArchive(10)
	if err != nil {
		t.Fatal(err)
	}
	payloads := make([]any, f.Len())
	for i := range payloads {
		payloads[i] = i
	}
	half := f.Len() / 2
	first, removed, err := a.InsertAll(Front{f.M, f.X[:half*f.M]}, payloads[:half])
	if err != nil || len(removed) != 0 {
		t.Fatal(removed, err)
	}
	check := func(candidates []int) {
		t.Helper()
		kept, err := NonDominated(f.Select(candidates))
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range kept {
			kept[i] = candidates[k]
		}
		d := Crowding(f.Select(kept))
		order := make([]int, len(kept))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(i, k int) int {
			if d[i] > d[k] {
				return -1
			}
			if d[i] < d[k] {
				return 1
			}
			return 0
		})
		var want []int
		for _, i := range order[:min(len(order), 10)] {
			want = append(want, kept[i])
		}
		slices.Sort(want)
		got := []int{}
		for i := range a.Len() {
			got = append(got, a.Payload(i).(int))
		}
		if !slices.Equal(got, want) {
			t.Errorf("rows %v, want %v", got, want)
		}
	}
	before := []int{}
	for i := range half {
		before = append(before, i)
	}
	check(before)
	members := []int{}
	for i, in := range first {
		if in {
			members = append(members, i)
		}
	}
	second, removed, err := a.InsertAll(Front{f.M, f.X[half*f.M:]}, payloads[half:])
	if err != nil {
		t.Fatal(err)
	}
	added := 0
	for _, in := range second {
		if in {
			added++
		}
	}
	if len(members)-len(removed)+added != a.Len() {
		t.Errorf("%d members, %d removed, %d added: %d", len(members), len(removed), added, a.Len())
	}
	candidates := slices.Clone(members)
	for i := half; i < f.Len(); i++ {
		candidates = append(candidates, i)
	}
	check(candidates)
}

func TestArchivesAreSavedAndLoaded(t *testing.T) {
	f := shape{"linear", 300, 3, 5}.rows(t)
	f.X[0], f.X[1], f.X[2] = 0.1+0.2, math.Copysign(0, -1), 1e-310
	fresh := archives(t, f.M, 20, ArchiveOptions{})
	for name, a := range archives(t, f.M, 20, ArchiveOptions{}) {
		for i := range f.Len() {
			if _, err := a.Insert(f.Row(i), i); err != nil {
				t.Fatal(err)
			}
		}
		var file bytes.Buffer
		if err := SaveArchive(&file, a, func(payload any) (string, error) { return fmt.Sprint(payload), nil }); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		saved := file.String()
		b := fresh[name]
		err := LoadArchive(&file, b, func(key string) (any, error) {
			var i int
			_, err := fmt.Sscan(key, &i)
			return i, err
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !slices.Equal(bitsOf(a.Points().X), bitsOf(b.Points().X)) {
			t.Errorf("%s: other values after loading", name)
		}
		for i := range a.Len() {
			if a.Payload(i) != b.Payload(i) {
				t.Errorf("%s: payload %d is %v, want %v", name, i, b.Payload(i), a.Payload(i))
			}
		}
		if err := LoadArchive(strings.NewReader(saved), b, nil); err == nil {
			t.Errorf("%s: loaded into an archive with members", name)
		}
		if name == "multilevel" {
			if got, want := b.(*MultilevelArchive).Epsilon(), a.(*MultilevelArchive).Epsilon(); !slices.Equal(got, want) {
				t.Errorf("widths %v after loading, want %v", got, want)
			}
		}
	}
}

func TestLoadArchiveErrors(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":             "",
		"no JSON":             "a,b\n1,2\n",
		"a row missing":       `{"objectives":2,"rows":2}` + "\n" + `{"values":[1,2]}`,
		"a value missing":     `{"objectives":2,"rows":1}` + "\n" + `{"values":[1]}`,
		"dominated rows":      `{"objectives":1,"rows":2}` + "\n" + `{"values":[1]}` + "\n" + `{"values":[2]}`,
		"a value not written": `{"objectives":1,"rows":1}` + "\n" + `{"values":["NaN"]}`,
	} {
		a, err := NewUnboundedArchive()
		if err != nil {
			t.Fatal(err)
		}
		if err := LoadArchive(strings.NewReader(text), a, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestArchiveErrors(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		make func() (Archive, error)
		want error
	}{
		"capacity":      {func() (Archive, error) { return NewCrowdingArchive(0) }, ErrRange},
		"reference":     {func() (Archive, error) { return NewHypervolumeArchive(1, []float64{nan}) }, ErrNaN},
		"no reference":  {func() (Archive, error) { return NewHypervolumeArchive(1, nil) }, ErrDimension},
		"grid depth":    {func() (Archive, error) { return NewGridArchive(1, -1) }, ErrRange},
		"tolerance":     {func() (Archive, error) { return NewUnboundedArchive(ArchiveOptions{Tolerance: -1}) }, ErrRange},
		"no tolerance":  {func() (Archive, error) { return NewUnboundedArchive(ArchiveOptions{Tolerance: nan}) }, ErrNaN},
		"width":         {func() (Archive, error) { return NewEpsilonArchive([]float64{1, 0}) }, ErrNotPositive},
		"no widths":     {func() (Archive, error) { return NewMultilevelArchive(1, nil) }, ErrDimension},
		"no weights":    {func() (Archive, error) { return NewReferenceArchive(nil, nil) }, ErrEmpty},
		"a weight":      {func() (Archive, error) { return NewReferenceArchive([][]float64{{1, -1}}, nil) }, ErrRange},
		"ragged":        {func() (Archive, error) { return NewReferenceArchive([][]float64{{1, 1}, {1}}, nil) }, ErrDimension},
		"utopian point": {func() (Archive, error) { return NewReferenceArchive([][]float64{{1, 1}}, []float64{1}) }, ErrDimension},
	} {
		if _, err := c.make(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for name, a := range archives(t, 2, 3, ArchiveOptions{}) {
		if _, err := a.Insert([]float64{1, 2}, "first"); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			p    []float64
			want error
		}{{[]float64{nan, 1}, ErrNaN}, {[]float64{math.Inf(1), 1}, ErrInf}, {[]float64{3}, ErrDimension}, {nil, ErrDimension}} {
			if r, err := a.Insert(c.p, nil); !errors.Is(err, c.want) || r.Added || a.Len() != 1 {
				t.Errorf("%s: %v, %v for %v", name, r, err, c.p)
			}
		}
		if a.Payload(0) != "first" || a.Payload(1) != nil || a.Payload(-1) != nil {
			t.Errorf("%s: payloads %v, %v", name, a.Payload(0), a.Payload(1))
		}
	}
}

// FuzzArchive: whatever is inserted, an error for what is not a vector, and members that are mutually
// non-dominated.
func FuzzArchive(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, m byte, exotic bool) {
		front, _ := fuzzedFront(data, 1+int(m-1)%5, exotic)
		capacity := 1 + len(data)%5
		for name, a := range archives(t, front.M, capacity, ArchiveOptions{}) {
			for i := range front.Len() {
				p := front.Row(i)
				invalid := checkFinite("vector", -1, p)
				r, err := a.Insert(p, i)
				if invalid != nil && err == nil || err != nil && r.Added {
					t.Fatalf("%s: %v, %v for %v", name, r, err, p)
				}
				if _, boxed := a.(interface{ Epsilon() []float64 }); err != nil && invalid == nil && !((boxed || name == "hypervolume") && errors.Is(err, ErrInf)) {
					t.Fatalf("%s: error %v for %v", name, err, p)
				}
				checkInvariant(t, name, a, capacity, ArchiveOptions{})
			}
		}
	})
}
