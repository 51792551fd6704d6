package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// FriedmanTest says whether algorithms differ over tasks.
type FriedmanTest struct {
	MeanRanks  []float64 // of each algorithm over the tasks; 1 is best
	ChiSquared float64   // χ² of Friedman, corrected for ties
	P          float64   // of ChiSquared, with k-1 degrees of freedom
	F          float64   // of Iman and Davenport; +Inf, which JSON cannot hold, if all tasks rank alike
	PF         float64   // of F, with k-1 and (k-1)(N-1) degrees of freedom
}

// Friedman tests whether k algorithms differ over N tasks (Friedman 1937; Demšar 2006). The table
// has one row per task and one column per algorithm, larger scores being better. Within each task
// the algorithms are ranked, 1 for the best, equal scores sharing the mean of their ranks R;
//
//	χ² = 12N/(k(k+1))·(Σ R_j² - k(k+1)²/4) / (1 - Σ(t³-t)/(N(k³-k)))
//	F  = (N-1)χ²/(N(k-1) - χ²)
//
// with the sum over groups of t equal scores. χ² is conservative; prefer F (Iman & Davenport 1980).
// Both are approximations that want N > 10 and k > 5, or so. If all scores of every task are equal,
// χ² and F are 0 and both probabilities 1.
//
// ErrTooFew below 2 tasks or 2 algorithms; ErrShape for a ragged table; ErrNaN and ErrInf.
// O(N·k log k).
func Friedman(table [][]float64) (FriedmanTest, error) {
	if err := validateTable(table, 2); err != nil {
		return FriedmanTest{}, err
	}
	n, k := float64(len(table)), float64(len(table[0]))
	sums, ties := make([]float64, len(table[0])), 0.0
	cost := make([]float64, len(table[0]))
	for _, row := range table {
		for j, v := range row {
			cost[j] = -v
		}
		rank, t := midRanks(cost)
		for j, r := range rank {
			sums[j] += r
		}
		ties += t
	}
	f := FriedmanTest{MeanRanks: sums, P: 1, PF: 1}
	// Σ (R_j - (k+1)/2)² is Σ R_j² - k(k+1)²/4 without its cancellation.
	spread := 0.0
	for j, sum := range sums {
		d := (sum - n*(k+1)/2) / n
		spread += d * d
		f.MeanRanks[j] = sum / n
	}
	untied := 1 - ties/(n*(k*k*k-k))
	if untied <= 0 || spread == 0 {
		return f, nil
	}
	f.ChiSquared = 12 * n / (k * (k + 1)) * spread / untied
	f.P = distuv.ChiSquared{K: k - 1}.Survival(f.ChiSquared)
	rest := n*(k-1) - f.ChiSquared
	// χ² is at most N(k-1); what rounding leaves of a difference of 0 is no information.
	if rest <= 1e-12*n*(k-1) {
		f.F, f.PF = math.Inf(1), 0
		return f, nil
	}
	f.F = (n - 1) * f.ChiSquared / rest
	// The reciprocal of an F variable is one with the degrees of freedom swapped; its lower tail
	// keeps the digits that 1 - CDF loses.
	f.PF = distuv.F{D1: (k - 1) * (n - 1), D2: k - 1}.CDF(1 / f.F)
	return f, nil
}
