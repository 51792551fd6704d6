package pareto

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// inBatches measures a front of four objectives in batches, whatever its size.
func inBatches(t rapid.TB, w *Workspace, f Front, ref []float64, workers int) float64 {
	t.Helper()
	if err := w.begin(f, "front", ref, &Options{}); err != nil {
		t.Fatal(err)
	}
	w.sortRows()
	w.job.order = w.order
	w.job.rows, w.job.ref = w.rows, w.ref[:4]
	v := w.measureInBatches(workers)
	if err := w.end(); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestHypervolumeInBatches: on integers every hypervolume is exact.
func TestHypervolumeInBatches(t *testing.T) {
	var w Workspace
	rapid.Check(t, func(t *rapid.T) {
		n, largest := rapid.IntRange(0, 3*batchRows).Draw(t, "rows"), rapid.Uint64Range(1, 1000).Draw(t, "largest")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		f := Front{M: 4, X: make([]float64, 4*n)}
		for k := range f.X {
			f.X[k] = float64(r.Uint64N(largest + 1))
		}
		ref := make([]float64, 4)
		want := hv(t, f, ref)
		for _, workers := range []int{1, 3} {
			if got := inBatches(t, &w, f, ref, workers); got != want {
				t.Fatalf("%d rows, %d workers: %v, want exactly %v", f.Len(), workers, got, want)
			}
		}
	})
}

func TestHypervolumeOfManyRowsOfFourObjectives(t *testing.T) {
	ref := make([]float64, 4)
	var w Workspace
	few := shape{"linear", 2000, 4, 1}.rows(t)
	if got, want := inBatches(t, &w, few, ref, 2), hv(t, few, ref); relative(got, want) > 1e-14 {
		t.Errorf("in batches: %v, want %v", got, want)
	}
	for _, s := range []shape{{"ties", 11_000, 4, 2}, {"morl", 11_000, 4, 3}} {
		f := s.rows(t)
		want := hv(t, f, ref)
		if got := hv(t, f, ref, Options{Workers: 7}); got != want {
			t.Errorf("%v, seven workers: %v, want exactly %v", s, got, want)
		}
		if got := testing.AllocsPerRun(1, func() { w.Hypervolume(f, ref) }); got != 0 {
			t.Errorf("%v: %v allocations a call", s, got)
		}
	}
}
