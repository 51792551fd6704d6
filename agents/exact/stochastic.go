package exact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// sameValue is the difference, in units of an objective, below which two values are one: sums of
// the same products in another order.
const sameValue = 1e-12

// solveStochastic is the dynamic programme for several outcomes p, r, s′ of an action, or several
// starts. A policy may go on differently after each of them, so that all combinations of their vectors
// are attainable:
//
//	Vₖ(s) = ND ∪ₐ { Σ p r + γ Σ p v(s′) : v(s′) ∈ Vₖ₊₁(s′) }
//
// Points are expected returns; there are no plans, since what to do depends on what happened.
func solveStochastic(model envs.Model, layers [][]int32, m int, gamma float64) (Result, error) {
	var below map[int32]pareto.Front
	var buf []envs.Outcome
	for k := len(layers) - 1; k >= 0; k-- {
		values := make(map[int32]pareto.Front, len(layers[k]))
		entries := 0
		for _, s := range layers[k] {
			candidates := pareto.Front{M: m}
			for a := range model.NumActions() {
				buf = model.Outcomes(int(s), a, buf[:0])
				sums, err := combine(buf, below, m, gamma)
				if err != nil {
					return Result{}, fmt.Errorf("state %d: %w", s, err)
				}
				candidates.X = append(candidates.X, sums.X...)
			}
			var err error
			if values[s], err = undominated(candidates); err != nil {
				return Result{}, fmt.Errorf("state %d: %w", s, err)
			}
			if entries += values[s].Len(); entries > maxStochasticEntries {
				return Result{}, fmt.Errorf("%w: more than %d value vectors with %d steps to go", ErrTooLarge, maxStochasticEntries, len(layers)-k)
			}
		}
		below = values
	}
	points, err := combine(envs.Starts(model), below, m, 1)
	if err != nil {
		return Result{}, fmt.Errorf("starts: %w", err)
	}
	return finish(points, nil, "set-valued dynamic programming over the exact stochastic model", true)
}

// combine returns the values of an action with the given outcomes, those of the layer below known
// (nil: there is none).
func combine(outcomes []envs.Outcome, below map[int32]pareto.Front, m int, gamma float64) (pareto.Front, error) {
	first := make([]float64, m)
	weights := map[int32]float64{} // of each next state
	var next []int32               // in order
	for _, o := range outcomes {
		if o.P == 0 {
			continue
		}
		for j, r := range o.Reward {
			first[j] += float64(o.P * r)
		}
		if o.Terminal || below == nil {
			continue
		}
		s := int32(o.Next)
		if _, known := weights[s]; !known {
			next = append(next, s)
		}
		weights[s] += o.P
	}
	sums := pareto.Front{M: m}.Append(first)
	row := make([]float64, m)
	for _, s := range next {
		tails, factor := below[s], float64(gamma*weights[s])
		if sums.Len()*tails.Len() > maxStochasticEntries {
			return sums, fmt.Errorf("%w: %d combinations of outcomes", ErrTooLarge, sums.Len()*tails.Len())
		}
		products := pareto.Front{M: m}
		for i := range sums.Len() {
			for t := range tails.Len() {
				for j, v := range tails.Row(t) {
					row[j] = sums.Row(i)[j] + float64(factor*v)
				}
				products = products.Append(row)
			}
		}
		var err error
		if sums, err = undominated(products); err != nil {
			return sums, err
		}
	}
	return sums, nil
}

// undominated returns points so that none exceeds another but for rounding, and for every point left
// out one that is at least as good but for rounding.
func undominated(f pareto.Front) (pareto.Front, error) {
	keep, err := pareto.NonDominated(f)
	if err != nil {
		return f, err
	}
	f = f.Select(keep)
	sums := make([]float64, f.Len())
	order := make([]int, f.Len())
	for i := range order {
		order[i] = i
		for _, v := range f.Row(i) {
			sums[i] += v
		}
	}
	// What exceeds a point has a larger sum and comes before it.
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(sums[j], sums[i]) })
	keep = keep[:0]
	for _, i := range order {
		if !slices.ContainsFunc(keep, func(k int) bool { return covers(f.Row(k), f.Row(i)) }) {
			keep = append(keep, i)
		}
	}
	return f.Select(keep), nil
}

// covers says whether p is at least q in every objective but for rounding.
func covers(p, q []float64) bool {
	for j, v := range q {
		if p[j] < v-sameValue {
			return false
		}
	}
	return true
}
