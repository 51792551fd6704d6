package pareto

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLattice(t *testing.T) {
	var file struct {
		Cases []struct {
			M, Partitions, Count int
			First, Second, Last  []float64
		}
	}
	golden(t, "weights.json", &file)
	for _, c := range file.Cases {
		w := Lattice(c.M, c.Partitions)
		if len(w) != c.Count || LatticeSize(c.M, c.Partitions) != c.Count {
			t.Errorf("m %d, n %d: %d rows, size %d; want %d", c.M, c.Partitions, len(w), LatticeSize(c.M, c.Partitions), c.Count)
			continue
		}
		if !slices.Equal(w[0], c.First) || !slices.Equal(w[1], c.Second) || !slices.Equal(w[len(w)-1], c.Last) {
			t.Errorf("m %d, n %d: %v, %v, …, %v; want %v, %v, …, %v", c.M, c.Partitions, w[0], w[1], w[len(w)-1], c.First, c.Second, c.Last)
		}
	}
}

func TestLatticeIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 6).Draw(t, "m"), rapid.IntRange(1, 9).Draw(t, "n")
		w := Lattice(m, n)
		if len(w) != LatticeSize(m, n) {
			t.Fatalf("%d rows, want %d", len(w), LatticeSize(m, n))
		}
		for i, row := range w {
			parts := 0
			for _, v := range row {
				k := math.Round(v * float64(n))
				if v != k/float64(n) || v < 0 {
					t.Fatalf("row %d: %v is no multiple of 1/%d", i, v, n)
				}
				parts += int(k)
			}
			if parts != n {
				t.Fatalf("row %d: %d parts of %d", i, parts, n)
			}
			if i > 0 && slices.Compare(w[i-1], row) >= 0 {
				t.Fatalf("row %d does not follow row %d", i, i-1)
			}
		}
	})
}

func TestLatticeSizeSaturates(t *testing.T) {
	for _, c := range []struct{ m, n, want int }{
		{3, 10, 66}, {3, 100, 5151}, {9, 2, 45}, {1, 7, 1}, {64, 1, 64}, {17, 16, 601080390},
		{40, 1000, math.MaxInt}, {1 << 30, 1 << 30, math.MaxInt},
	} {
		if got := LatticeSize(c.m, c.n); got != c.want {
			t.Errorf("m %d, n %d: %d, want %d", c.m, c.n, got, c.want)
		}
	}
}

func TestLatticePanics(t *testing.T) {
	mustPanic(t, "no objectives", func() { Lattice(0, 3) })
	mustPanic(t, "no parts", func() { Lattice(3, 0) })
}

func mustPanic(t *testing.T, name string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", name)
		}
	}()
	f()
}
