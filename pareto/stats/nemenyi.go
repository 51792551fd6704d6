package stats

import (
	"fmt"
	"math"
)

// Quantiles of the studentised range for infinitely many degrees of freedom, divided by √2, for 2
// to 10 algorithms (Demšar 2006, table 5a).
var (
	nemenyi05 = [...]float64{1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164}
	nemenyi10 = [...]float64{1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920}
)

// NemenyiCD returns the critical difference of the Nemenyi test, q·sqrt(k(k+1)/(6N)): two of k
// algorithms whose mean ranks over N tasks differ by at least that much differ at level alpha
// (Nemenyi 1963; Demšar 2006). ErrRange for an alpha other than 0.05 and 0.10 or above 10
// algorithms, for which there is no quantile; ErrTooFew below 2 algorithms or 2 tasks.
func NemenyiCD(algorithms, tasks int, alpha float64) (float64, error) {
	const input = "critical difference"
	q := nemenyi05[:]
	switch alpha {
	case 0.05:
	case 0.10:
		q = nemenyi10[:]
	default:
		return 0, &InputError{Kind: ErrRange, Input: input,
			Fault: fmt.Sprintf("level %v is not in the table", alpha), Remedy: "give 0.05 or 0.10"}
	}
	if err := checkAtLeast(input, "algorithms", algorithms, 2); err != nil {
		return 0, err
	}
	if err := checkAtLeast(input, "tasks", tasks, 2); err != nil {
		return 0, err
	}
	if algorithms-2 >= len(q) {
		return 0, &InputError{Kind: ErrRange, Input: input,
			Fault:  fmt.Sprintf("%d algorithms are not in the table, which ends at %d", algorithms, len(q)+1),
			Remedy: "compare fewer, or use GroupsByWilcoxon"}
	}
	k := float64(algorithms)
	return q[algorithms-2] * math.Sqrt(k*(k+1)/(6*float64(tasks))), nil
}
