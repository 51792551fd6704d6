package pareto

import (
	"errors"
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

func TestLatticeOfNothing(t *testing.T) {
	for _, c := range [][2]int{{0, 3}, {3, 0}, {-1, 1}, {1, -1}, {40, 1000}} {
		if w := Lattice(c[0], c[1]); len(w) != 0 {
			t.Errorf("m %d, n %d: %d rows", c[0], c[1], len(w))
		}
	}
}

func TestTwoLayerLattice(t *testing.T) {
	w, err := TwoLayerLattice(3, 2, 1)
	want := [][]float64{
		{0, 0, 1}, {0, 0.5, 0.5}, {0, 1, 0}, {0.5, 0, 0.5}, {0.5, 0.5, 0}, {1, 0, 0},
		{1. / 6, 1. / 6, 4. / 6}, {1. / 6, 4. / 6, 1. / 6}, {4. / 6, 1. / 6, 1. / 6},
	}
	if err != nil || len(w) != len(want) {
		t.Fatalf("%v, %v", w, err)
	}
	for i, row := range want {
		for j, v := range row {
			if relative(w[i][j], v) > 1e-15 {
				t.Errorf("row %d: %v, want %v", i, w[i], row)
			}
		}
	}
}

// TestCMORLGrid compares with the numbers of rows that the scripts of C-MORL keep.
func TestCMORLGrid(t *testing.T) {
	for _, c := range []struct {
		m          int
		step       float64
		kept, rows int // of rows
	}{
		{3, 0.1, 62, 66}, {3, 0.05, 217, 231}, {3, 0.01, 5027, 5151}, {4, 0.1, 258, 286},
		{2, 0.1, 11, 11}, {2, 0.01, 101, 101}, {2, 0.005, 201, 201}, {2, 0.001, 1001, 1001},
		{3, 0.5, 6, 6}, {4, 0.5, 10, 10}, {6, 0.5, 21, 21}, {9, 0.5, 45, 45}, {3, 0.2, 21, 21}, {4, 0.2, 56, 56},
	} {
		w, err := CMORLGrid(c.m, c.step)
		n := int(math.Round(1 / c.step))
		if err != nil || len(w) != c.kept || LatticeSize(c.m, n) != c.rows {
			t.Errorf("m %d, step %v: %d of %d rows, %v; want %d of %d", c.m, c.step, len(w), LatticeSize(c.m, n), err, c.kept, c.rows)
		}
		for i, row := range w {
			sum := 0.0
			for _, v := range row {
				if sum += v; v != math.Round(v/c.step)*c.step {
					t.Errorf("m %d, step %v: %v is no multiple", c.m, c.step, v)
				}
			}
			if sum != 1 || i > 0 && slices.Compare(w[i-1], row) >= 0 {
				t.Errorf("m %d, step %v, row %d: %v after %v", c.m, c.step, i, row, w[max(i-1, 0)])
			}
		}
	}
	if w, err := CMORLGrid(2, 0.3); err != nil || len(w) != 0 {
		t.Errorf("a step that does not divide 1: %v, %v", w, err)
	}
}

// TestWeightSets: the right number of rows on the simplex, the same for the same seed only.
func TestWeightSets(t *testing.T) {
	for name, draw := range map[string]func(m, n int, seed uint64) ([][]float64, error){
		"uniform": UniformWeights, "Gaussian": GaussianWeights, "Riesz": RieszWeights,
		"extrema":   func(m, _ int, _ uint64) ([][]float64, error) { return ExtremaWeights(m) },
		"two-layer": func(m, n int, _ uint64) ([][]float64, error) { return TwoLayerLattice(m, 2, 1) },
	} {
		for _, c := range []struct{ m, n int }{{1, 1}, {1, 3}, {2, 1}, {2, 7}, {3, 2}, {3, 3}, {3, 20}, {5, 12}} {
			w, err := draw(c.m, c.n, 1)
			if err != nil {
				t.Fatalf("%s, m %d, n %d: %v", name, c.m, c.n, err)
			}
			want := c.n
			switch name {
			case "extrema":
				want = c.m
			case "two-layer":
				want = LatticeSize(c.m, 2) + c.m
			}
			if len(w) != want {
				t.Errorf("%s, m %d, n %d: %d rows", name, c.m, c.n, len(w))
			}
			for i, row := range w {
				sum := 0.0
				for _, v := range row {
					if sum += v; !(v >= 0) {
						t.Errorf("%s, row %d: %v", name, i, row)
					}
				}
				if len(row) != c.m || math.Abs(sum-1) > 1e-14 {
					t.Errorf("%s, row %d: %v adds up to %v", name, i, row, sum)
				}
			}
			again, _ := draw(c.m, c.n, 1)
			if !slices.EqualFunc(w, again, slices.Equal[[]float64]) {
				t.Errorf("%s, m %d, n %d: two sets of one seed", name, c.m, c.n)
			}
			if name == "extrema" || name == "two-layer" || c.m == 1 || c.n <= c.m {
				continue
			}
			if other, _ := draw(c.m, c.n, 2); slices.EqualFunc(w, other, slices.Equal[[]float64]) {
				t.Errorf("%s, m %d, n %d: another seed gives the same", name, c.m, c.n)
			}
		}
	}
}

// TestUniformWeights: the mean of every weight is 1/m, its variance (m-1)/(m²(m+1)); |normal|/sum of
// two has a smaller one than 1/12.
func TestUniformWeights(t *testing.T) {
	const n = 20000
	moments := func(w [][]float64, j int) (mean, variance float64) {
		for _, row := range w {
			mean += row[j] / n
		}
		for _, row := range w {
			variance += (row[j] - mean) * (row[j] - mean) / n
		}
		return mean, variance
	}
	for m := 2; m <= 5; m++ {
		w, err := UniformWeights(m, n, 3)
		if err != nil {
			t.Fatal(err)
		}
		for j := range m {
			mean, variance := moments(w, j)
			want := float64(m-1) / float64(m*m*(m+1))
			if math.Abs(mean*float64(m)-1) > 0.03 || math.Abs(variance/want-1) > 0.05 {
				t.Errorf("m %d, weight %d: mean %v, variance %v", m, j, mean, variance)
			}
		}
	}
	w, err := GaussianWeights(2, n, 3)
	if err != nil {
		t.Fatal(err)
	}
	if mean, variance := moments(w, 0); math.Abs(mean-0.5) > 0.01 || variance > 0.95/12 {
		t.Errorf("Gaussian: mean %v, variance %v", mean, variance)
	}
}

// TestRieszWeights: in the plane the rows are those of the lattice; with more objectives the closest
// pair is at least as far apart as pymoo 0.6.2 has it, less a tenth.
func TestRieszWeights(t *testing.T) {
	w, err := RieszWeights(2, 11, 42)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(w, slices.Compare[[]float64])
	for i, row := range w {
		if math.Abs(row[0]-float64(i)/10) > 0.002 {
			t.Errorf("row %d: %v", i, row)
		}
	}
	for _, c := range []struct {
		m, n  int
		apart float64
	}{{3, 50, 0.147}, {3, 91, 0.1129}, {4, 100, 0.1863}, {6, 100, 0.3130}} {
		w, err := RieszWeights(c.m, c.n, 42)
		if err != nil {
			t.Fatal(err)
		}
		closest := inf
		for i := range w {
			for _, other := range w[:i] {
				closest = min(closest, math.Sqrt(squaredDistance(w[i], other)))
			}
		}
		if closest < 0.9*c.apart {
			t.Errorf("m %d, n %d: closest pair %v, want %v", c.m, c.n, closest, c.apart)
		}
		for j := range c.m {
			if w[j][j] != 1 {
				t.Errorf("m %d, n %d: row %d is %v", c.m, c.n, j, w[j])
			}
		}
	}
}

func TestWeightErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		call func() ([][]float64, error)
		want error
	}{
		{"uniform, no objectives", func() ([][]float64, error) { return UniformWeights(0, 1, 0) }, ErrRange},
		{"uniform, no weights", func() ([][]float64, error) { return UniformWeights(2, 0, 0) }, ErrRange},
		{"Gaussian, too many", func() ([][]float64, error) { return GaussianWeights(1<<40, 1<<40, 0) }, ErrRange},
		{"Riesz, too many candidates", func() ([][]float64, error) { return RieszWeights(2, math.MaxInt/2, 0) }, ErrRange},
		{"Riesz, negative", func() ([][]float64, error) { return RieszWeights(-1, 5, 0) }, ErrRange},
		{"extrema of nothing", func() ([][]float64, error) { return ExtremaWeights(0) }, ErrRange},
		{"extrema, too many", func() ([][]float64, error) { return ExtremaWeights(1 << 20) }, ErrRange},
		{"two layers, no parts", func() ([][]float64, error) { return TwoLayerLattice(3, 2, 0) }, ErrRange},
		{"two layers, too many", func() ([][]float64, error) { return TwoLayerLattice(40, 1000, 1) }, ErrRange},
		{"grid, NaN", func() ([][]float64, error) { return CMORLGrid(2, math.NaN()) }, ErrNaN},
		{"grid, infinite", func() ([][]float64, error) { return CMORLGrid(2, math.Inf(1)) }, ErrInf},
		{"grid, step 0", func() ([][]float64, error) { return CMORLGrid(2, 0) }, ErrRange},
		{"grid, step 2", func() ([][]float64, error) { return CMORLGrid(2, 2) }, ErrRange},
		{"grid, too many", func() ([][]float64, error) { return CMORLGrid(9, 1e-3) }, ErrRange},
		{"grid, no objectives", func() ([][]float64, error) { return CMORLGrid(0, 0.5) }, ErrRange},
	} {
		if w, err := c.call(); !errors.Is(err, c.want) || w != nil {
			t.Errorf("%s: %d rows, %v; want %v", c.name, len(w), err, c.want)
		}
	}
}
