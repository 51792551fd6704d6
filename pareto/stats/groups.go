package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// GroupsByCD returns the bars of a critical-difference diagram (Demšar 2006): the maximal groups
// of algorithms whose mean ranks differ by less than cd, usually that of [NemenyiCD]. A group
// lists algorithms, by their place in meanRanks, best first; groups are ordered by their best and
// may overlap. An algorithm that differs from all others is in none. ErrRange if cd is not
// positive; ErrNaN and ErrInf. O(k²).
func GroupsByCD(meanRanks []float64, cd float64) ([][]int, error) {
	if err := checkFinite("mean ranks", "algorithm", meanRanks); err != nil {
		return nil, err
	}
	if !(cd > 0) {
		e := &InputError{Kind: ErrRange, Input: "critical difference",
			Fault: fmt.Sprintf("%v is not positive", cd), Remedy: "take that of NemenyiCD"}
		if math.IsNaN(cd) {
			e.Kind = ErrNaN
		}
		return nil, e
	}
	return groups(meanRanks, func(a, b int) bool { return meanRanks[b]-meanRanks[a] >= cd }), nil
}

// GroupsByWilcoxon returns the bars of a critical-difference diagram like [GroupsByCD], but from
// pairwise [Wilcoxon] tests over the tasks with the correction of [Holm] over all pairs, as
// Benavoli, Corani & Mangili (2016) recommend: unlike mean ranks, the verdict on a pair does not
// depend on who else is compared, but for the correction. Two algorithms are separated if the
// corrected p-value is at most alpha. A group is a run of neighbours in the order of the
// mean ranks of [Friedman] no two of which are separated, so that a bar never covers an algorithm
// that differs.
//
// The table is that of Friedman, with [MinRuns] tasks or more. ErrRange unless alpha is between 0
// and 1; other errors as Friedman and Wilcoxon.
func GroupsByWilcoxon(table [][]float64, alpha float64) ([][]int, error) {
	if err := checkProbability("level", "", alpha); err != nil {
		return nil, err
	}
	if err := validateTable(table, MinRuns); err != nil {
		return nil, err
	}
	f, err := Friedman(table)
	if err != nil {
		return nil, err
	}
	k := len(f.MeanRanks)
	column := make([][]float64, k)
	for j := range column {
		for _, row := range table {
			column[j] = append(column[j], row[j])
		}
	}
	var p []float64
	for a := range k {
		for b := a + 1; b < k; b++ {
			t, err := Wilcoxon(column[a], column[b])
			if err != nil {
				return nil, fmt.Errorf("algorithms %d and %d: %w", a, b, err)
			}
			p = append(p, t.P)
		}
	}
	if p, err = Holm(p); err != nil {
		return nil, err
	}
	separated := make([]bool, k*k)
	for a := range k {
		for b := a + 1; b < k; b++ {
			separated[a*k+b] = p[0] <= alpha
			separated[b*k+a] = separated[a*k+b]
			p = p[1:]
		}
	}
	return groups(f.MeanRanks, func(a, b int) bool { return separated[a*k+b] }), nil
}

// groups returns the maximal runs of two or more algorithms, in the order of their mean ranks, no
// two of which are separated. separated is asked with the better one first.
func groups(meanRanks []float64, separated func(a, b int) bool) [][]int {
	order := make([]int, len(meanRanks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(meanRanks[a], meanRanks[b]) })
	var found [][]int
	// The run order[first:end] is grown to the right, then shrunk from the left until the next fits.
	first := 0
	for end := 1; end <= len(order); end++ {
		fits := first
		if end < len(order) {
			for i := end - 1; i >= first; i-- {
				if separated(order[i], order[end]) {
					fits = i + 1
					break
				}
			}
		}
		if (fits > first || end == len(order)) && end-first > 1 {
			found = append(found, slices.Clone(order[first:end]))
		}
		first = fits
	}
	return found
}
