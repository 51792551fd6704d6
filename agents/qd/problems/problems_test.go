package problems

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/pareto"
)

// TestSphereValues: by its definition, at the optimum, at the worst corner and outside the box.
func TestSphereValues(t *testing.T) {
	for _, c := range []struct {
		name       string
		x          []float64
		objective  float64
		descriptor [2]float64
	}{
		{"optimum", []float64{2.048, 2.048, 2.048, 2.048}, 100, [2]float64{4.096, 4.096}},
		{"worst corner", []float64{-5.12, -5.12, -5.12, -5.12}, 0, [2]float64{-10.24, -10.24}},
		{"origin", []float64{0, 0}, 100 * (1 - 2.048*2.048/(7.168*7.168)), [2]float64{0, 0}},
		{"outside", []float64{10.24, -5.12}, 100 * (1 - (8.192*8.192+7.168*7.168)/(2*7.168*7.168)), [2]float64{0.5, -5.12}},
	} {
		var d [2]float64
		if f := Sphere(c.x, d[:]); math.Abs(f-c.objective) > 1e-12 || math.Abs(d[0]-c.descriptor[0])+math.Abs(d[1]-c.descriptor[1]) > 1e-12 {
			t.Errorf("%s: %v at %v, want %v at %v", c.name, f, d, c.objective, c.descriptor)
		}
	}
	if r := SphereRange(20); math.Abs(r-51.2) > 1e-12 {
		t.Errorf("descriptors of 20 genes reach %v, want 51.2", r)
	}
}

// TestRastriginValues: each objective is 0 at its own optimum, and nothing in the box is below the bound
// that the reference point is chosen by.
func TestRastriginValues(t *testing.T) {
	const n = 100
	values, d, x := make([]float64, 2), make([]float64, 2), make([]float64, n)
	at := func(v float64) []float64 {
		for i := range x {
			x[i] = v
		}
		Rastrigin(x, values, d)
		return values
	}
	off := -n * (10 + 2.2*2.2 - 10*math.Cos(2*math.Pi*2.2))
	if v := at(0); v[0] != 0 || math.Abs(v[1]-off) > 1e-9 || d[0] != 0 {
		t.Errorf("%v at 0, want 0 and %v", v, off)
	}
	if v := at(2.2); v[1] != 0 || math.Abs(v[0]-off) > 1e-9 || d[1] != 2.2 {
		t.Errorf("%v at 2.2, want %v and 0", v, off)
	}
	for i := range 6001 {
		if v := at(-2 + float64(i)/1000); slices.Min(v) < -3770 {
			t.Fatalf("%v at %v is below the bound", v, x[0])
		}
	}
}

// TestRastriginSearch: the archive holds fronts of what was evaluated, and its scores grow.
func TestRastriginSearch(t *testing.T) {
	s, err := NewRastriginSearch(100, 64, 0.4, 1)
	if err != nil {
		t.Fatal(err)
	}
	score, coverage := 0.0, 0.0
	for range 5 {
		for range 4 {
			if err := s.Round(); err != nil {
				t.Fatal(err)
			}
		}
		moqd, err := s.Fronts.MOQD()
		if err != nil || moqd < score || s.Fronts.Coverage() < coverage {
			t.Fatalf("MOQD score %v after %v, coverage %v after %v (%v)", moqd, score, s.Fronts.Coverage(), coverage, err)
		}
		score, coverage = moqd, s.Fronts.Coverage()
	}
	values, d := make([]float64, 2), make([]float64, 2)
	for i := range s.Fronts.Len() {
		Rastrigin(s.Fronts.Solution(i), values, d)
		if !slices.Equal(values, s.Fronts.Value(i)) || !slices.Equal(d, s.Fronts.Descriptor(i)) {
			t.Fatalf("member %d has %v at %v, its solution gives %v at %v", i, s.Fronts.Value(i), s.Fronts.Descriptor(i), values, d)
		}
		front := s.Fronts.Front(int(s.Fronts.Cell[i]))
		for k := range front.Len() {
			if pareto.Dominates(front.Row(k), values) {
				t.Fatalf("member %d is dominated in its cell", i)
			}
		}
	}
	if coverage != 1 {
		t.Errorf("coverage %v of 64 cells after 2000 solutions", coverage)
	}
}

func TestBadProblems(t *testing.T) {
	if _, err := NewSphereSearch("cma", 20, 1); err == nil || !strings.Contains(err.Error(), `"cma"; give one of gaussian, line, cma-me, cma-mae`) {
		t.Errorf("error %v", err)
	}
	if _, err := NewSphereSearch("line", 0, 1); err == nil {
		t.Error("no genes are taken")
	}
	if _, err := NewRastriginSearch(1, 64, 0.4, 1); err == nil || !strings.Contains(err.Error(), "give at least 2") {
		t.Errorf("error %v", err)
	}
	if _, err := NewRastriginSearch(100, 0, 0.4, 1); err == nil {
		t.Error("no cells are taken")
	}
	if _, err := NewRastriginSearch(100, 64, 1.5, 1); err == nil || !strings.Contains(err.Error(), "1.5") {
		t.Errorf("a share of 1.5: error %v", err)
	}
}
