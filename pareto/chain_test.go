package pareto

import "testing"

// TestRanksApart: the terms of five objectives are the same, bit for bit, whether their ranks are numbered
// apart or in a chain, one row at a time or many at once.
func TestRanksApart(t *testing.T) {
	for _, name := range []string{"linear", "invlinear", "convex", "concave", "invconcave", "ties", "cube", "morl"} {
		for n, seed := 1, uint64(1); n < 1000; n, seed = 2*n+1, seed+1 {
			s := shape{name, n, 5, seed}
			var chained, apart Workspace
			for _, w := range []*Workspace{&chained, &apart} {
				if err := w.begin(s.rows(t), "front", make([]float64, 5), &Options{}); err != nil {
					t.Fatal(err)
				}
				w.sortRows()
				w.job.order = w.order
				w.pack(4)
			}
			j := apart.job
			if j.packed = j.ranks.packApart(&apart.sorter, j.rows, 5, j.ref); !j.packed || !chained.job.packed {
				t.Fatalf("%v: ranks do not fit", s)
			}
			for k, e := range chained.order {
				want := chained.pass(int(e.row), true)
				if got := apart.pass(int(e.row), true); got != want {
					t.Fatalf("%v, term %d: %v, want exactly %v", s, k, got, want)
				}
			}
		}
	}
}

// TestRanksApartFit tells how many rows do.
func TestRanksApartFit(t *testing.T) {
	var k packing
	var s spreadSorter
	for n, want := range map[int]bool{1: true, laneTop - 1: true, laneTop: false} {
		rows := shape{"linear", n, 5, 1}.rows(t).X
		if fit := k.packApart(&s, rows, 5, []float64{1, 1, 1, 1, 1}); fit != want {
			t.Errorf("%d rows: %v, want %v", n, fit, want)
		}
		if want && (!k.apart || lane(k.ref.lo, 0) >= laneTop || lane(k.ref.lo, 3) < uint64(n)/2) {
			t.Errorf("%d rows: reference point %x", n, k.ref.lo)
		}
	}
}
