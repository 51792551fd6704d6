package stats

import (
	"fmt"
	"slices"
)

// Curve is the score of one run over its training: Values[i] was measured after Steps[i] steps.
// Steps ascend strictly.
type Curve struct {
	Steps  []int
	Values []float64
}

// CommonGrid returns the steps at which all curves can be compared: every step of any curve from
// the latest first step to the earliest last one, ascending, once each. ErrTooFew without
// curves or for one without steps; ErrShape for a curve whose steps do not ascend or are not as
// many as its values; ErrNaN and ErrInf for values; ErrExtrapolation if one curve ends before another
// begins. O(n log n).
func CommonGrid(curves []Curve) ([]int, error) {
	first, last, err := common(curves)
	if err != nil {
		return nil, err
	}
	var grid []int
	for _, c := range curves {
		for _, s := range c.Steps {
			if first <= s && s <= last {
				grid = append(grid, s)
			}
		}
	}
	slices.Sort(grid)
	return slices.Compact(grid), nil
}

// Align returns the values of all curves at the steps of grid: row g holds one value per curve,
// the last that it measured at or before grid[g], ready to be the Runs of a [Task]. Values are
// carried forward between measurements, never beyond the last nor before the first: a step
// outside the steps of any curve is ErrExtrapolation. Other errors as [CommonGrid], which gives
// the finest grid; a coarser one may be given in any order.
func Align(curves []Curve, grid []int) ([][]float64, error) {
	first, last, err := common(curves)
	if err != nil {
		return nil, err
	}
	rows := make([][]float64, len(grid))
	for g, step := range grid {
		if step < first || step > last {
			return nil, &InputError{Kind: ErrExtrapolation, Input: "grid", Place: fmt.Sprintf("number %d", g),
				Fault:  fmt.Sprintf("step %d is outside the steps %d to %d that all curves reach", step, first, last),
				Remedy: "take the grid of CommonGrid, or leave the short curves out"}
		}
		rows[g] = make([]float64, len(curves))
		for i, c := range curves {
			at, measured := slices.BinarySearch(c.Steps, step)
			if !measured {
				at--
			}
			rows[g][i] = c.Values[at]
		}
	}
	return rows, nil
}

// common checks the curves and returns the first and the last step that all of them reach.
func common(curves []Curve) (first, last int, err error) {
	if err := checkAtLeast("curves", "curves", len(curves), 1); err != nil {
		return 0, 0, err
	}
	for i, c := range curves {
		input := fmt.Sprintf("curve %d", i)
		if err := checkAtLeast(input, "steps", len(c.Steps), 1); err != nil {
			return 0, 0, err
		}
		if len(c.Values) != len(c.Steps) {
			return 0, 0, &InputError{Kind: ErrShape, Input: input,
				Fault: fmt.Sprintf("values: %d, steps: %d", len(c.Values), len(c.Steps)), Remedy: "give one value per step"}
		}
		if err := checkFinite(input, "value", c.Values); err != nil {
			return 0, 0, err
		}
		for j := 1; j < len(c.Steps); j++ {
			if c.Steps[j] <= c.Steps[j-1] {
				return 0, 0, &InputError{Kind: ErrShape, Input: input, Place: fmt.Sprintf("step %d", j),
					Fault:  fmt.Sprintf("%d does not exceed %d before it", c.Steps[j], c.Steps[j-1]),
					Remedy: "sort the measurements by step and keep one of each"}
			}
		}
		begin, end := c.Steps[0], c.Steps[len(c.Steps)-1]
		if i == 0 {
			first, last = begin, end
		}
		first, last = max(first, begin), min(last, end)
	}
	if first > last {
		return 0, 0, &InputError{Kind: ErrExtrapolation, Input: "curves",
			Fault:  fmt.Sprintf("one begins at step %d, another ends at step %d", first, last),
			Remedy: "leave the short ones out"}
	}
	return first, last, nil
}
