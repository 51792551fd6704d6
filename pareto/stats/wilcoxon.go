package stats

import (
	"fmt"
	"math"
)

// maxExactDifferences is the largest number of differences of an exact signed-rank test: all
// counts up to 2^50 are exact in float64.
const maxExactDifferences = 50

// Wilcoxon tests whether paired values differ (Wilcoxon's signed-rank test, 1945), two-sided: x[i]
// and y[i] are the scores of two algorithms on the same task, or of two runs with the same seed.
// Pairs of equal values are dropped; the absolute differences of the n others are ranked, and W is
// the smaller of the rank sums of the positive and the negative ones.
//
// P is exact if n <= 50, no pair was equal and no two absolute differences are. Otherwise it comes
// from the normal approximation with the correction of the variance for ties; if all pairs are
// equal it is 1. No P is smaller than 2/2^n: fewer than 6 pairs cannot be significant at 0.05.
//
// ErrShape for different lengths; ErrTooFew below [MinRuns] pairs; ErrNaN and ErrInf, also for a
// difference. O(n log n).
func Wilcoxon(x, y []float64) (Test, error) {
	if err := checkSamples(x, y, MinRuns); err != nil {
		return Test{}, err
	}
	if len(x) != len(y) {
		return Test{}, &InputError{Kind: ErrShape, Input: "x and y",
			Fault: fmt.Sprintf("they have %d and %d values", len(x), len(y)), Remedy: "give pairs"}
	}
	var positive []bool
	var distance []float64
	for i := range x {
		d, err := finite("difference", x[i]-y[i])
		if err != nil {
			return Test{}, err
		}
		if d != 0 {
			positive, distance = append(positive, d > 0), append(distance, math.Abs(d))
		}
	}
	t := Test{N: len(distance), P: 1}
	if t.N == 0 {
		return t, nil
	}
	rank, ties := midRanks(distance)
	n := float64(t.N)
	sum := 0.0
	for i, r := range rank {
		if positive[i] {
			sum += r
		}
	}
	t.Statistic = min(sum, n*(n+1)/2-sum)
	t.Exact = t.N <= maxExactDifferences && t.N == len(x) && ties == 0
	if t.Exact {
		t.P = wilcoxonExact(int(t.Statistic), t.N)
	} else {
		variance := (n*(n+1)*(2*n+1) - ties/2) / 24
		t.P = twoSided((n*(n+1)/4 - t.Statistic) / math.Sqrt(variance))
	}
	return t, nil
}

// wilcoxonExact returns the two-sided p-value of w, the smaller rank sum of n differences. All 2^n
// signs are equally likely; those with rank sum s are the sets of numbers up to n with that sum.
func wilcoxonExact(w, n int) float64 {
	sets := make([]float64, w+1) // by sum
	sets[0] = 1
	for rank := 1; rank <= n; rank++ {
		for sum := w; sum >= rank; sum-- {
			sets[sum] += sets[sum-rank]
		}
	}
	extreme := 0.0
	for _, s := range sets {
		extreme += s
	}
	return min(1, math.Ldexp(2*extreme, -n))
}
