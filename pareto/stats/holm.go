package stats

import (
	"cmp"
	"fmt"
	"slices"
)

// Holm corrects the p-values of a family of tests (Holm 1979) and returns them in the order given.
// Rejecting those at or below α makes one false rejection or more with a probability of at most α,
// whatever the tests' dependence. The i-th smallest of m, from 0, is multiplied by m-i, raised to
// its predecessor and cut at 1. ErrNaN or ErrRange for what is not a probability. O(m log m).
func Holm(p []float64) ([]float64, error) {
	order := make([]int, len(p))
	for i, v := range p {
		if err := checkProbability("p-values", fmt.Sprintf("number %d", i), v); err != nil {
			return nil, err
		}
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted := make([]float64, len(p))
	largest := 0.0
	for k, i := range order {
		largest = min(1, max(largest, float64(len(p)-k)*p[i]))
		adjusted[i] = largest
	}
	return adjusted, nil
}
