package stats

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// Values of scipy.stats 1.17.1 where the golden file has none: ties, large samples.
func TestMannWhitneyLikeSciPy(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []float64
		want Test
	}{
		{"ties", []float64{1, 2, 2, 3, 5, 5, 8}, []float64{2, 4, 5, 6, 7, 9},
			Test{12, 0.21950194029990822, 13, false}},
		{"continuity correction beyond the mean", []float64{1, 1, 2, 1}, []float64{1, 3, 1, 1, 1},
			Test{10, 1, 9, false}},
		{"101 × 100 pairs are too many", upTo(101, func(i float64) float64 { return i }), upTo(100, func(i float64) float64 { return i + 20.5 }),
			Test{3240, 1.1415244115114265e-05, 201, false}},
		{"100 × 100 pairs are not", upTo(100, func(i float64) float64 { return i }), upTo(100, func(i float64) float64 { return i + 20.5 }),
			Test{3160, 5.206861771961773e-06, 200, true}},
		{"10 × 1000", upTo(10, func(i float64) float64 { return i }), upTo(1000, func(i float64) float64 { return i/100 + 2.003 }),
			Test{2800, 0.014962358109171814, 1010, true}},
		{"all equal", []float64{1, 1, 1}, []float64{1, 1, 1}, Test{4.5, 1, 6, false}},
	} {
		got, err := MannWhitney(c.x, c.y)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name, got.P, c.want.P, 1e-9)
		got.P = c.want.P
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Against all C(nx+ny, nx) ways to hand out the ranks.
func TestMannWhitneyIsTheDefinition(t *testing.T) {
	for nx := 1; nx <= 6; nx++ {
		for ny := 1; ny <= 6; ny++ {
			count := make([]float64, nx*ny+1)
			total := 0.0
			for set := range 1 << (nx + ny) {
				if bits.OnesCount(uint(set)) != nx {
					continue
				}
				u := 0
				for i := range nx + ny {
					if set>>i&1 == 1 {
						u += bits.OnesCount(uint(^set & (1<<i - 1)))
					}
				}
				count[u]++
				total++
			}
			for u := range count {
				lower, upper := 0.0, 0.0
				for v, c := range count {
					if v <= u {
						lower += c
					}
					if v >= u {
						upper += c
					}
				}
				near(t, fmt.Sprintf("%d × %d, U %d", nx, ny, u), mannWhitneyExact(float64(u), nx, ny),
					min(1, 2*min(lower, upper)/total), 1e-14)
			}
			smallest, err := SmallestP(nx, ny)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "smallest p", smallest, mannWhitneyExact(0, nx, ny), 1e-14)
		}
	}
}

func TestMannWhitneyIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := scores(MinRuns).Draw(t, "x")[0].Runs, scores(MinRuns).Draw(t, "y")[0].Runs
		a, err := MannWhitney(x, y)
		if err != nil {
			t.Fatal(err)
		}
		b, err := MannWhitney(y, x)
		if err != nil {
			t.Fatal(err)
		}
		if a.P != b.P || a.Statistic+b.Statistic != float64(len(x)*len(y)) || a.P < 0 || a.P > 1 {
			t.Fatalf("%+v and %+v", a, b)
		}
		smallest, err := SmallestP(len(x), len(y))
		if err != nil || a.Exact && a.P < smallest*(1-1e-12) {
			t.Fatalf("p %v is below the smallest %v", a.P, smallest)
		}
	})
}

func TestSmallestP(t *testing.T) {
	for _, c := range []struct {
		nx, ny int
		want   float64
	}{{3, 3, 0.1}, {4, 4, 2. / 70}, {5, 5, 2. / 252}, {10, 10, 2. / 184756}, {1, 1, 1}, {1, 9, 0.2}, {math.MaxInt, math.MaxInt, 0}} {
		got, err := SmallestP(c.nx, c.ny)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint(c.nx, " and ", c.ny), got, c.want, 1e-12)
	}
}
