package pareto

import "fmt"

// DominanceMatrix compares several sets with each other, for reports: entry [a][b] is the share of the
// rows of set b that some row of set a dominates, from 0 to 1, and 0 if b has no rows. With one row
// per set it says which row dominates which. The diagonal is the share of a set's rows that it dominates
// itself, 0 after [NonDominated]. Copies count as often as they occur; a copy is not dominated by its
// original, as opposed to coverage by weak dominance.
//
// Objectives are maximised unless Options.Dir says otherwise. No sets give no rows. Errors: ErrDimension
// if sets differ in their objectives, ErrNaN, ErrInf, Options.Ctx. O(m) per pair of rows.
func DominanceMatrix(sets []Front, o ...Options) ([][]float64, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	m, err := checkSets(sets, &opt)
	if err != nil {
		return nil, err
	}
	flipped := make([]Front, len(sets))
	for s, set := range sets {
		flipped[s] = opt.minimisedFront(set)
	}
	matrix := newRows(len(sets), len(sets))
	for a, from := range flipped {
		for b, to := range flipped {
			dominated := 0
			for i := range to.Len() {
				if err := opt.cancelled(); err != nil {
					return nil, err
				}
				if anyBelow(from.X, to.X[i*m:(i+1)*m]) {
					dominated++
				}
			}
			if dominated > 0 {
				matrix[a][b] = float64(dominated) / float64(to.Len())
			}
		}
	}
	return matrix, nil
}

// anyBelow reports whether one of the rows dominates p, minimised.
func anyBelow(rows, p []float64) bool {
	for ; len(rows) >= len(p); rows = rows[len(p):] {
		if weaklyBelow(rows[:len(p)], p) && !weaklyBelow(p, rows) {
			return true
		}
	}
	return false
}

// checkSets returns the number of objectives that all sets have, 0 if none has rows, or an error.
func checkSets(sets []Front, opt *Options) (int, error) {
	m := 0
	for s, set := range sets {
		input := fmt.Sprintf("set %d", s)
		if err := set.validate(input); err != nil {
			return 0, err
		}
		if set.Len() == 0 {
			continue
		}
		if m == 0 {
			m = set.M
		}
		if set.M != m {
			return 0, &InputError{Kind: ErrDimension, Input: input, Row: -1, Col: -1,
				Fault:  fmt.Sprintf("%s where sets before have %d", count(set.M, "objective"), m),
				Remedy: "compare sets of the same environment"}
		}
	}
	if m == 0 {
		return 0, nil
	}
	return m, opt.checkDir(m)
}

// minimisedFront returns a copy of f with the sign of the maximised objectives flipped.
func (o *Options) minimisedFront(f Front) Front {
	flipped := Front{M: f.M, X: make([]float64, len(f.X))}
	for k, v := range f.X {
		flipped.X[k] = o.minimised(k%f.M, v)
	}
	return flipped
}
