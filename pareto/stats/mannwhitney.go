package stats

import "math"

// Test is the result of a two-sided rank test.
type Test struct {
	Statistic float64 // U of x for MannWhitney, the smaller rank sum W for Wilcoxon
	P         float64 // probability of a statistic at least as extreme if there is no difference
	N         int     // values that took part: n_x + n_y, or the pairs that differ
	Exact     bool    // whether P is exact instead of by the normal approximation
}

// maxExactPairs is the largest n_x·n_y of an exact Mann–Whitney test: at most some 30 ms.
const maxExactPairs = 10_000

// MannWhitney tests whether the values of one of two independent samples tend to be larger (Mann &
// Whitney 1947; Wilcoxon's rank-sum test), two-sided. U is the number of pairs in which x wins,
// ties counting ½.
//
// P is exact if no two values are equal and n_x·n_y <= 10,000. Otherwise it comes from the normal
// approximation with the correction of the variance for ties and a continuity correction of ½; if
// all values are equal it is 1. See [SmallestP] for what few values can show at best.
//
// ErrTooFew below [MinRuns] values in a sample; ErrNaN and ErrInf. O(n log n), exact O(n_x²·n_y²).
func MannWhitney(x, y []float64) (Test, error) {
	if err := checkSamples(x, y, MinRuns); err != nil {
		return Test{}, err
	}
	d := newDuel(x, y)
	t := Test{Statistic: d.u(), N: len(x) + len(y)}
	// Without ties every value has a level to itself.
	t.Exact = len(d.x) == t.N && len(x) <= maxExactPairs/len(y)
	if t.Exact {
		t.P = mannWhitneyExact(t.Statistic, len(x), len(y))
	} else {
		t.P = mannWhitneyNormal(&d)
	}
	return t, nil
}

// mannWhitneyExact returns the two-sided p-value of u without ties. All C(nx+ny, nx) orders of the
// values are equally likely, and those with U = u are as many as there are partitions of u into at
// most nx parts of at most ny. They are counted by allowing one larger part at a time: a
// partition with a part of that size is one of u minus it, with a part less. Nothing is
// subtracted, so nothing cancels.
func mannWhitneyExact(u float64, nx, ny int) float64 {
	parts, largest := min(nx, ny), max(nx, ny)
	// The distribution is symmetric; the smaller tail is enough.
	tail := int(min(u, float64(nx*ny)-u))
	count := make([][]float64, parts+1) // by number of parts and sum
	cells := make([]float64, (parts+1)*(tail+1))
	for i := range count {
		count[i], cells = cells[:tail+1], cells[tail+1:]
		count[i][0] = 1
	}
	for size := 1; size <= largest; size++ {
		for i := 1; i <= parts; i++ {
			for sum := size; sum <= min(tail, i*size); sum++ {
				count[i][sum] += count[i-1][sum-size]
			}
		}
	}
	extreme := 0.0
	for _, c := range count[parts] {
		extreme += c
	}
	return min(1, 2*extreme/binomial(nx+ny, parts))
}

// mannWhitneyNormal returns the two-sided p-value by the normal approximation (Lehmann 1975, §1.4).
func mannWhitneyNormal(d *duel) float64 {
	nx, ny := float64(len(d.levelX)), float64(len(d.levelY))
	n := nx + ny
	ties := 0.0
	for l := range d.x {
		ties += tieTerm(d.x[l] + d.y[l])
	}
	variance := nx * ny / 12 * (n + 1 - ties/(n*(n-1)))
	if variance <= 0 {
		return 1
	}
	z := (math.Abs(d.u()-nx*ny/2) - 0.5) / math.Sqrt(variance)
	return min(1, twoSided(z))
}

// SmallestP returns the smallest two-sided p-value that [MannWhitney] can give for samples of nx
// and ny values: 2/C(nx+ny, nx), when every value of one exceeds every value of the other. For n
// values each: n = 3: 0.1, 4: 0.029, 5: 0.0079, 10: 1.1e-5. If it exceeds the level divided by the
// number of tests that [Holm] is given, no outcome of that test alone can be significant. ErrTooFew
// if a sample is empty.
func SmallestP(nx, ny int) (float64, error) {
	if err := checkAtLeast("x", "values", nx, 1); err != nil {
		return 0, err
	}
	if err := checkAtLeast("y", "values", ny, 1); err != nil {
		return 0, err
	}
	// In float64, where the sum of two huge numbers does not overflow.
	p, a, b := 2.0, float64(min(nx, ny)), float64(max(nx, ny))
	for i := 1.0; i <= a && p > 0; i++ {
		p *= i / (b + i)
	}
	return p, nil
}

// binomial returns n over k.
func binomial(n, k int) float64 {
	c := 1.0
	for i := 1; i <= k; i++ {
		c = c * float64(n-k+i) / float64(i)
	}
	return c
}

// tieTerm is t³-t, what t equal values contribute to the corrections for ties.
func tieTerm(t int) float64 {
	f := float64(t)
	return f*f*f - f
}

// twoSided returns the probability that a standard normal variable lies farther from 0 than z,
// accurate also far out.
func twoSided(z float64) float64 { return math.Erfc(z / math.Sqrt2) }
