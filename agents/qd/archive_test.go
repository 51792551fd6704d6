package qd

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// batch is one of the golden sequences. Solutions are not recorded: they get one gene, the objective.
type goldenBatch struct {
	Objective []float64
	Measures  [][]float64
	Index     []int32
	Status    []int
	Value     []float64
	Novelty   []float64
	Size      int
	Num       int     `json:"num_elites"`
	Coverage  float64 `json:"coverage"`
	QD        float64 `json:"qd_score"`
	Max       float64 `json:"obj_max"`
	Mean      float64 `json:"obj_mean"`
}

func (g *goldenBatch) batch() *Batch {
	b := &Batch{Genes: 1, Width: len(g.Measures[0])}
	b.Resize(len(g.Measures))
	for i, m := range g.Measures {
		copy(b.Descriptor(i), m)
		b.Objective[i], b.Solutions[i] = 0, 0
		if g.Objective != nil {
			b.Objective[i], b.Solutions[i] = g.Objective[i], g.Objective[i]
		}
	}
	return b
}

func (g *goldenBatch) statuses(t *testing.T, what string, b *Batch) {
	t.Helper()
	for i, want := range g.Status {
		if int(b.Status[i]) != want {
			t.Errorf("%s: status %d is %d, want %d", what, i, b.Status[i], want)
			return
		}
	}
}

func TestGridArchiveGolden(t *testing.T) {
	file := readGolden[struct {
		Config struct {
			Dims    []int
			Lo, Hi  []float64
			LR, Off float64
			TMin    infinite
		}
		Batches []goldenBatch
		Final   struct {
			Index                []int
			Objective, Threshold []float64
		}
	}](t, "archive-grid.json")
	for n, c := range file.Cases {
		o := CellOptions{Offset: c.Config.Off}
		if !math.IsInf(float64(c.Config.TMin), -1) {
			o.LearningRate, o.MinThreshold = c.Config.LR, float64(c.Config.TMin)
		}
		a, err := NewGridArchive(1, c.Config.Dims, c.Config.Lo, c.Config.Hi, o)
		if err != nil {
			t.Fatal(err)
		}
		for k := range c.Batches {
			g := &c.Batches[k]
			what := fmt.Sprintf("case %d, batch %d", n, k)
			b := g.batch()
			if err := a.Add(b); err != nil {
				t.Fatal(err)
			}
			g.statuses(t, what, b)
			same(t, what+": value", b.Value, g.Value, file.tolerance)
			for i := range g.Index {
				if cell := a.CellOf(b.Descriptor(i)); int32(cell) != g.Index[i] {
					t.Errorf("%s: cell %d, want %d", what, cell, g.Index[i])
				}
			}
			s := a.Stats()
			same(t, what+": statistics", []float64{float64(s.Elites), s.Coverage, s.QDScore, s.Best, s.Mean},
				[]float64{float64(g.Num), g.Coverage, g.QD, g.Max, g.Mean}, 1e-10)
		}
		for i, cell := range c.Final.Index {
			m := a.Elite(cell)
			if m < 0 || a.Objective(m) != c.Final.Objective[i] || a.Solution(m)[0] != c.Final.Objective[i] || int(a.Cell[m]) != cell {
				t.Errorf("case %d: cell %d has member %d", n, cell, m)
			}
			if a.Threshold != nil {
				same(t, "threshold", a.Threshold[cell:cell+1], c.Final.Threshold[i:i+1], file.tolerance)
			}
		}
	}
}

func TestCVTArchiveGolden(t *testing.T) {
	file := readGolden[struct {
		Centroids [][]float64
		Batches   []goldenBatch
	}](t, "archive-cvt.json")
	for n, c := range file.Cases {
		var centroids []float64
		for _, x := range c.Centroids {
			centroids = append(centroids, x...)
		}
		a, err := NewCVTArchive(1, len(c.Centroids[0]), centroids, CellOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for k := range c.Batches {
			g := &c.Batches[k]
			what := fmt.Sprintf("case %d, batch %d", n, k)
			b := g.batch()
			if err := a.Add(b); err != nil {
				t.Fatal(err)
			}
			g.statuses(t, what, b)
			same(t, what+": value", b.Value, g.Value, file.tolerance)
			for i := range g.Index {
				if cell := a.CellOf(b.Descriptor(i)); int32(cell) != g.Index[i] {
					t.Errorf("%s: cell %d, want %d", what, cell, g.Index[i])
				}
			}
			s := a.Stats()
			same(t, what+": statistics", []float64{float64(s.Elites), s.QDScore}, []float64{float64(g.Num), g.QD}, 1e-10)
		}
	}
}

func TestThresholdArchiveGolden(t *testing.T) {
	file := readGolden[struct {
		K         int
		Threshold float64
		Batches   []goldenBatch
	}](t, "archive-proximity.json")
	for n, c := range file.Cases {
		a, err := NewThresholdArchive(1, len(c.Batches[0].Measures[0]), c.K, c.Threshold)
		if err != nil {
			t.Fatal(err)
		}
		for k := range c.Batches {
			g := &c.Batches[k]
			what := fmt.Sprintf("case %d, batch %d", n, k)
			b := g.batch()
			if err := a.Add(b); err != nil {
				t.Fatal(err)
			}
			g.statuses(t, what, b)
			same(t, what+": novelty", b.Novelty, g.Novelty, file.tolerance)
			if a.Len() != g.Size {
				t.Errorf("%s: %d members, want %d", what, a.Len(), g.Size)
			}
		}
	}
}

// random fills a batch with solutions in [−1.2, 1.2]², whose descriptor they are.
func random(b *Batch, n int, rng *Random) {
	b.Genes, b.Width = 2, 2
	b.Resize(n)
	for i := range n {
		for j := range 2 {
			b.Solution(i)[j] = 2.4*rng.Float64() - 1.2
		}
		copy(b.Descriptor(i), b.Solution(i))
		b.Objective[i] = math.Floor(20 * rng.Float64())
	}
}

func archives(t testing.TB) map[string]Archive {
	t.Helper()
	low, high := []float64{-1, -1}, []float64{1, 1}
	centroids, err := Centroids(30, 1000, low, high, NewRandom(1, "centroids"))
	if err != nil {
		t.Fatal(err)
	}
	grid, err1 := NewGridArchive(2, []int{7, 5}, low, high, CellOptions{})
	annealed, err2 := NewGridArchive(2, []int{7, 5}, low, high, CellOptions{LearningRate: 0.1, MinThreshold: -1})
	cvt, err3 := NewCVTArchive(2, 2, centroids, CellOptions{})
	novel, err4 := NewThresholdArchive(2, 2, 5, 0.1)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return map[string]Archive{"grid": grid, "annealed": annealed, "cvt": cvt, "threshold": novel}
}

// TestPlainGridNeverGetsWorse, and adding solutions one by one is the sequential definition.
func TestPlainGridNeverGetsWorse(t *testing.T) {
	a := archives(t)["grid"].(*GridArchive)
	rng := NewRandom(1, "test")
	best := map[int]float64{}
	var b Batch
	before := a.Stats()
	for range 500 {
		random(&b, 1, rng)
		if err := a.Add(&b); err != nil {
			t.Fatal(err)
		}
		cell := a.CellOf(b.Descriptor(0))
		old, filled := best[cell]
		want := Rejected
		if !filled {
			want = New
		} else if b.Objective[0] > old {
			want = Improved
		}
		if b.Status[0] != want {
			t.Fatalf("status %d, want %d", b.Status[0], want)
		}
		if want != Rejected {
			best[cell] = b.Objective[0]
		}
		s := a.Stats()
		if s.Coverage < before.Coverage || s.QDScore < before.QDScore {
			t.Fatalf("statistics fall from %+v to %+v", before, s)
		}
		before = s
	}
	for cell, f := range best {
		if got := a.Objective(a.Elite(cell)); got != f {
			t.Errorf("cell %d has %v, want %v", cell, got, f)
		}
	}
}

// TestReproject mirrors the descriptors and mirrors them back.
func TestReproject(t *testing.T) {
	for name, a := range archives(t) {
		var b Batch
		random(&b, 200, NewRandom(2, "test"))
		if err := a.Add(&b); err != nil {
			t.Fatal(err)
		}
		n := a.Len()
		sum := func() (s float64) {
			for i := range a.Len() {
				s += a.Objective(i)
			}
			return s
		}
		before := sum()
		if err := a.Reproject(func(solution, dst []float64) { dst[0], dst[1] = solution[1], -solution[0] }); err != nil {
			t.Fatal(err)
		}
		for i := range a.Len() {
			if s, d := a.Solution(i), a.Descriptor(i); d[0] != s[1] || d[1] != -s[0] {
				t.Fatalf("%s: solution %v has descriptor %v", name, s, d)
			}
		}
		if err := a.Reproject(func(solution, dst []float64) { copy(dst, solution) }); err != nil {
			t.Fatal(err)
		}
		if name == "threshold" && (a.Len() != n || sum() != before) {
			t.Errorf("%s: %d members of %d", name, a.Len(), n)
		}
		if a.Len() > n {
			t.Errorf("%s: %d members from %d", name, a.Len(), n)
		}
		if err := a.Reproject(func(_, dst []float64) { dst[0] = math.NaN() }); err == nil && name != "threshold" {
			t.Errorf("%s: a descriptor that is not a number is taken", name)
		}
	}
}

// TestSavedArchiveGoesOn: a copy through gob takes the same decisions.
func TestSavedArchiveGoesOn(t *testing.T) {
	for name, a := range archives(t) {
		rng := NewRandom(3, "test")
		var first, b1, b2 Batch
		random(&first, 300, rng)
		if err := a.Add(&first); err != nil {
			t.Fatal(err)
		}
		var saved bytes.Buffer
		if err := gob.NewEncoder(&saved).Encode(a); err != nil {
			t.Fatal(err)
		}
		fresh := reflect.New(reflect.TypeOf(a).Elem()).Interface().(Archive)
		if err := gob.NewDecoder(&saved).Decode(fresh); err != nil {
			t.Fatal(err)
		}
		random(&b1, 300, NewRandom(4, "test"))
		random(&b2, 300, NewRandom(4, "test"))
		if err := a.Add(&b1); err != nil {
			t.Fatal(err)
		}
		if err := fresh.Add(&b2); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(b1, b2) || a.Len() != fresh.Len() {
			t.Errorf("%s: a saved copy decides otherwise", name)
		}
	}
}

func TestAddAllocatesNothing(t *testing.T) {
	for name, a := range archives(t) {
		if name == "threshold" {
			continue // grows for ever
		}
		var b Batch
		random(&b, 100, NewRandom(5, "test"))
		if n := testing.AllocsPerRun(50, func() {
			if err := a.Add(&b); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: adding allocates %v times", name, n)
		}
	}
}

func TestBadArchives(t *testing.T) {
	one := []float64{0}
	for _, c := range []struct {
		name string
		err  error
		say  string
	}{
		{"reversed", second(NewGridArchive(1, []int{2}, []float64{1}, one, CellOptions{})), "the smaller first"},
		{"infinite", second(NewGridArchive(1, []int{2}, one, []float64{math.Inf(1)}, CellOptions{})), "finite"},
		{"NaN bound", second(NewGridArchive(1, []int{2}, one, []float64{math.NaN()}, CellOptions{})), "finite"},
		{"no cells", second(NewGridArchive(1, []int{0}, one, []float64{1}, CellOptions{})), "at least 1"},
		{"huge", second(NewGridArchive(1, []int{1 << 20, 1 << 20}, []float64{0, 0}, []float64{1, 1}, CellOptions{})), "at most"},
		{"no dimensions", second(NewGridArchive(1, nil, nil, nil, CellOptions{})), "as many"},
		{"no genes", second(NewGridArchive(0, []int{2}, one, []float64{1}, CellOptions{})), "at least 1"},
		{"learning rate", second(NewGridArchive(1, []int{2}, one, []float64{1}, CellOptions{LearningRate: 2})), "[0, 1]"},
		{"threshold", second(NewGridArchive(1, []int{2}, one, []float64{1}, CellOptions{MinThreshold: math.Inf(-1)})), "finite"},
		{"no centroids", second(NewCVTArchive(1, 2, nil, CellOptions{})), "no centroids"},
		{"centroid", second(NewCVTArchive(1, 1, []float64{math.NaN()}, CellOptions{})), "centroid 0"},
		{"few samples", second(Centroids(5, 4, one, []float64{1}, NewRandom(1, "c"))), "at least as many samples"},
		{"neighbours", second(NewThresholdArchive(1, 1, 0, 1)), "at least 1"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.say) {
			t.Errorf("%s: error %v, want %q", c.name, c.err, c.say)
		}
	}
	for name, a := range archives(t) {
		var b Batch
		random(&b, 3, NewRandom(6, "test"))
		b.Descriptors[2] = math.NaN()
		if err := a.Add(&b); err == nil || a.Len() != 0 {
			t.Errorf("%s: a descriptor that is not a number: error %v, %d members", name, err, a.Len())
		}
		b.Descriptors[2], b.Objective[1] = 0, math.Inf(1)
		if err := a.Add(&b); err == nil {
			t.Errorf("%s: an infinite objective is taken", name)
		}
		b = Batch{Genes: 3, Width: 2}
		b.Resize(1)
		if err := a.Add(&b); err == nil || !strings.Contains(err.Error(), "3 genes") {
			t.Errorf("%s: solutions of another size: error %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
