package pareto

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestContributionsOfGeneratedFronts(t *testing.T) {
	var file struct {
		Cases []struct {
			shape
			Sense         string
			Ref           []float64
			Contributions []float64
			Sum, Max      float64
			ArgMax        int
			Source        string
			RelTol        float64 `json:"rel_tol"`
			AbsTolTimesHV float64 `json:"abs_tol_times_hv"`
		}
	}
	golden(t, "contributions.json", &file)
	for _, c := range file.Cases {
		f, o := c.inSense(t, c.Sense), directions(t, c.Sense, c.M)
		got, err := Contributions(f, c.Ref, o)
		if err != nil {
			t.Errorf("%v: %v", c.shape, err)
			continue
		}
		if c.Contributions == nil {
			sum, best := 0.0, 0
			for i, v := range got {
				sum += v
				if v > got[best] {
					best = i
				}
			}
			if relative(sum, c.Sum) > c.RelTol || best != c.ArgMax || relative(got[best], c.Max) > c.RelTol {
				t.Errorf("%v: sum %v, most %v of row %d; want %v, %v of row %d (%s)", c.shape, sum, got[best], best, c.Sum, c.Max, c.ArgMax, c.Source)
			}
			continue
		}
		small := c.AbsTolTimesHV * hv(t, f, c.Ref, o)
		for i, want := range c.Contributions {
			if math.Abs(got[i]-want) > small && relative(got[i], want) > c.RelTol {
				t.Errorf("%v, row %d: %v, want %v (%s)", c.shape, i, got[i], want, c.Source)
			}
		}
	}
}

func TestContributionsOfEdgeCases(t *testing.T) {
	var file struct {
		Cases []struct {
			Name          string
			Points        [][]float64
			Ref           []float64
			Sense         string
			Contributions []float64
		}
	}
	golden(t, "hv_embedded.json", &file)
	for _, c := range file.Cases {
		got, err := Contributions(mustFront(t, c.Points), c.Ref, directions(t, c.Sense, len(c.Ref)))
		if err != nil || len(got) != len(c.Contributions) {
			t.Errorf("%s: %v, %v", c.Name, got, err)
			continue
		}
		for i, want := range c.Contributions {
			if relative(got[i], want) > 1e-12 {
				t.Errorf("%s, row %d: %v, want %v", c.Name, i, got[i], want)
			}
		}
	}
}

func contributions(t rapid.TB, f Front, ref []float64, o ...Options) []float64 {
	t.Helper()
	c, err := Contributions(f, ref, o...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// without returns f less row i.
func without(f Front, i int) Front {
	return Front{M: f.M, X: slices.Delete(slices.Clone(f.X), i*f.M, (i+1)*f.M)}
}

// TestContributionsAreWhatIsLost: on integers every hypervolume is exact, and so is their
// difference.
func TestContributionsAreWhatIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := integerFront(24, 1, 9, 6).Draw(t, "front")
		ref := make([]float64, f.M)
		v := hv(t, f, ref)
		got := contributions(t, f, ref, Options{CountDominated: true})
		for i := range f.Len() {
			if want := v - hv(t, without(f, i), ref); got[i] != want {
				t.Fatalf("row %d, dominated rows counted: %v, want exactly %v", i, got[i], want)
			}
		}
		kept, err := NonDominated(f, Options{KeepDuplicates: true})
		if err != nil {
			t.Fatal(err)
		}
		want, s := make([]float64, f.Len()), f.Select(kept)
		for k, i := range kept {
			want[i] = v - hv(t, without(s, k), ref)
		}
		if got := contributions(t, f, ref); !slices.Equal(got, want) {
			t.Fatalf("dominated rows ignored: %v, want exactly %v", got, want)
		}
	})
}

func TestContributionsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := realFront(40, 9).Draw(t, "front")
		ref := make([]float64, f.M)
		v := hv(t, f, ref)
		for _, counted := range []bool{false, true} {
			o := Options{CountDominated: counted}
			got := contributions(t, f, ref, o)
			sum := 0.0
			for i, c := range got {
				sum += c
				loss := v - hv(t, without(f, i), ref)
				if c < 0 || counted && math.Abs(c-loss) > 1e-12*v {
					t.Fatalf("row %d: %v, the hypervolume loses %v of %v", i, c, loss, v)
				}
			}
			if !counted && sum > v*(1+1e-12) {
				t.Fatalf("contributions add up to %v of %v", sum, v)
			}
			o.Workers = 3
			if again := contributions(t, f, ref, o); !slices.Equal(again, got) {
				t.Fatalf("three workers: %v, want exactly %v", again, got)
			}
			if f.Len() > 0 {
				row, least, err := LeastContributor(f, ref, o)
				if err != nil || least != slices.Min(got) || row != slices.Index(got, least) {
					t.Fatalf("least contributor %d with %v, %v; contributions %v", row, least, err, got)
				}
			}
		}
	})
}

// TestContributionsOfSpaceAreThoseOfBoxes compares the sweep for three objectives with the boxes for
// four, the fourth being the same for all rows.
func TestContributionsOfSpaceAreThoseOfBoxes(t *testing.T) {
	for _, s := range []shape{{"linear", 900, 3, 1}, {"cube", 900, 3, 1}, {"ties", 900, 3, 1}, {"morl", 900, 3, 1}} {
		f := s.rows(t)
		wide := Front{M: 4}
		for i := range f.Len() {
			wide = wide.Append(append([]float64{1}, f.Row(i)...))
		}
		for _, counted := range []bool{false, true} {
			o := Options{CountDominated: counted}
			got, want := contributions(t, f, make([]float64, 3), o), contributions(t, wide, make([]float64, 4), o)
			for i := range got {
				if relative(got[i], want[i]) > 1e-9 {
					t.Errorf("%v, row %d, dominated rows counted %v: %v, want %v", s, i, counted, got[i], want[i])
				}
			}
		}
	}
}

func TestContributionsErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		f    Front
		ref  []float64
		o    Options
		want error
	}{
		{"NaN in a row", Front{2, []float64{1, nan}}, []float64{0, 0}, Options{}, ErrNaN},
		{"NaN in the reference", Front{2, []float64{1, 2}}, []float64{0, nan}, Options{}, ErrNaN},
		{"short reference", Front{2, []float64{1, 2}}, []float64{0}, Options{}, ErrDimension},
		{"17 objectives", Front{17, make([]float64, 17)}, make([]float64, 17), Options{}, ErrDimension},
		{"an area beyond float64", Front{2, []float64{1e200, 1e200}}, []float64{0, 0}, Options{}, ErrInf},
		{"a small budget", shape{"linear", 60, 6, 1}.rows(t), make([]float64, 6), Options{MaxWork: 100}, ErrBudget},
	} {
		if got, err := Contributions(c.f, c.ref, c.o); got != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if _, _, err := LeastContributor(Front{}, []float64{0}); !errors.Is(err, ErrEmpty) {
		t.Errorf("least contributor of no rows: error %v", err)
	}
}

func TestContributionsAllocateNothing(t *testing.T) {
	var w Workspace
	for _, s := range []shape{{"linear", 600, 2, 1}, {"cube", 600, 3, 1}, {"linear", 60, 4, 1}, {"morl", 30, 6, 1}} {
		f, ref := s.rows(t), make([]float64, s.M)
		for range 3 {
			w.Contributions(f, ref)
		}
		if got := testing.AllocsPerRun(5, func() { w.Contributions(f, ref, Options{CountDominated: true}) }); got != 0 {
			t.Errorf("%v: %v allocations a call", s, got)
		}
	}
}

// FuzzContributions: whatever the input, an error or finite contributions that are not negative, and
// the functions that ask similar questions answer as soundly.
func FuzzContributions(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, m byte, exotic bool) {
		front, ref := fuzzedFront(data, 1+int(m-1)%17, exotic)
		budget := Options{MaxWork: 20_000}
		before := bitsOf(front.X)
		c, err := Contributions(front, ref, budget)
		if err == nil && len(c) != front.Len() || err != nil && c != nil {
			t.Fatalf("%v, %v of %d rows", c, err, front.Len())
		}
		for i, v := range c {
			if !(v >= 0 && v <= math.MaxFloat64) {
				t.Fatalf("row %d: %v", i, v)
			}
		}
		lo, hi, _ := HypervolumeBracket(front, ref, 0.01, budget)
		if !(0 <= lo && lo <= hi && hi <= math.MaxFloat64) {
			t.Fatalf("bracket [%v, %v]", lo, hi)
		}
		if front.Len() > 0 {
			if v, err := Exclusive(front.Row(0), front, ref, budget); v != 0 {
				t.Fatalf("a row that is there adds %v, %v", v, err)
			}
		}
		for method := BackwardGreedy; method <= ExactPlane; method++ {
			k := front.Len() / 2
			if rows, _, err := SelectHV(front, ref, k, method, budget); err == nil && len(rows) != k {
				t.Fatalf("%v: rows %v, not %d", method, rows, k)
			}
		}
		if a, err := HypervolumeApprox(front, ref, ApproxOptions{MaxSamples: 1}); err == nil && !(0 <= a.Lo && a.Lo <= a.Hi && a.Hi <= math.MaxFloat64) {
			t.Fatalf("%+v", a)
		}
		if v, err := HypervolumeFPRAS(front, ref, 0.9, 0.9, 1); err == nil && !(v >= 0 && v <= math.MaxFloat64) {
			t.Fatalf("estimate %v", v)
		}
		if !slices.Equal(bitsOf(front.X), before) {
			t.Fatal("the input was changed")
		}
	})
}
