package pareto

import (
	"math"
	"slices"
)

// ReferenceArchive keeps the best vector for each of a set of preferences: the one of largest utility
// w·y, or, given a utopian point z, of smallest weighted Chebyshev distance max_j w_j·(z_j - y_j). A
// member can be best for several; of equally good ones the first inserted is. With w·y the members
// are a convex coverage set with respect to the weights.
//
// An insertion costs m per weight.
type ReferenceArchive struct {
	members
	weights [][]float64
	utopia  []float64 // minimised; nil for w·y
	best    []int     // per weight: a member
	loss    []float64 // per weight: that of best
	open    []int     // weights that the current vector is to be best for
	lost    []float64 // per weight: the loss of the current vector
}

// NewReferenceArchive returns an empty archive for these weights, each a row of one number ≥ 0 per
// objective; utopia is nil for w·y. Errors for weights and utopia: ErrEmpty, ErrDimension, ErrNaN, ErrInf,
// ErrRange for a negative weight; otherwise as [NewUnboundedArchive].
func NewReferenceArchive(weights [][]float64, utopia []float64, o ...ArchiveOptions) (*ReferenceArchive, error) {
	if len(weights) == 0 {
		return nil, errEmpty("weights")
	}
	for i, row := range weights {
		if err := checkLength("weights", i, len(row), max(1, len(weights[0]))); err != nil {
			return nil, err
		}
	}
	w, err := NewFront(weights)
	if err != nil {
		return nil, err
	}
	if err := w.validate("weights"); err != nil {
		return nil, err
	}
	for i, row := range weights {
		if j := slices.IndexFunc(row, func(v float64) bool { return v < 0 }); j >= 0 {
			return nil, &InputError{Kind: ErrRange, Input: "weights", Row: i, Col: j,
				Fault: "the value is negative", Remedy: "give 0 or more"}
		}
	}
	a := &ReferenceArchive{weights: w.Rows()}
	if err := a.init(o); err != nil {
		return nil, err
	}
	a.m = w.M
	a.opt.KeepDuplicates, a.opt.Tolerance = false, 0
	if utopia != nil {
		if err := checkFinite("utopian point", -1, utopia); err != nil {
			return nil, err
		}
		if err := checkLength("utopian point", -1, len(utopia), a.m); err != nil {
			return nil, err
		}
		if err := a.sense.checkDir(a.m); err != nil {
			return nil, err
		}
		for j, v := range utopia {
			a.utopia = append(a.utopia, a.sense.minimised(j, v))
		}
	}
	return a, nil
}

// Best returns the member that is best for weight w, or -1 if there is none.
func (a *ReferenceArchive) Best(w int) int {
	if w < 0 || w >= len(a.best) {
		return -1
	}
	return a.best[w]
}

// Insert implements [Archive].
func (a *ReferenceArchive) Insert(p []float64, payload any) (Result, error) {
	if err := a.accept(p); err != nil {
		return Result{}, err
	}
	if a.rejects(a.offered) {
		return Result{}, nil
	}
	// Losses before anything changes: weights for which p is better, or of which the best one goes.
	a.open = a.open[:0]
	a.lost = resize(a.lost, len(a.weights))
	for w := range a.weights {
		a.lost[w] = a.lossOf(w, a.offered)
		if a.Len() == 0 || a.lost[w] < a.loss[w] || slices.Contains(a.beaten, a.best[w]) {
			a.open = append(a.open, w)
		}
	}
	if len(a.open) == 0 {
		return Result{}, nil
	}
	gone := slices.Clone(a.beaten)
	a.add(p, a.offered, payload)
	a.best, a.loss = resize(a.best, len(a.weights)), resize(a.loss, len(a.weights))
	for _, w := range a.open {
		a.best[w], a.loss[w] = a.Len()-1, a.lost[w]
		for i := a.Len() - 2; i >= 0; i-- {
			if l := a.lossOf(w, a.key(i)); l <= a.loss[w] && !slices.Contains(gone, i) {
				a.best[w], a.loss[w] = i, l
			}
		}
	}
	// Members that are best for nothing go too.
	needed := make([]bool, a.Len())
	for _, i := range a.best {
		needed[i] = true
	}
	gone = gone[:0]
	place := make([]int, a.Len())
	for i, n := range needed {
		place[i] = i - len(gone)
		if !n {
			gone = append(gone, i)
		}
	}
	for w, i := range a.best {
		a.best[w] = place[i]
	}
	r := Result{Added: needed[len(needed)-1], Removed: a.remove(gone)}
	if !r.Added {
		r.Removed = r.Removed[:len(r.Removed)-1]
	}
	return r, nil
}

// lossOf returns what weight w loses by a vector, minimised. Rounding is monotone, so that a
// dominated vector never loses less.
func (a *ReferenceArchive) lossOf(w int, p []float64) float64 {
	const limit = math.MaxFloat64 / maxObjectives // no sum of so many overflows
	loss := 0.0
	if a.utopia != nil {
		loss = -inf
	}
	for j, v := range a.weights[w] {
		if a.utopia != nil {
			loss = max(loss, min(max(v*(p[j]/2-a.utopia[j]/2), -limit), limit)) // halves do not overflow
		} else {
			loss += min(max(v*p[j], -limit), limit)
		}
	}
	return loss
}
