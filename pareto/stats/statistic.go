package stats

import (
	"fmt"
	"slices"
)

// Statistic condenses the scores of an algorithm into one number: [IQM], [Mean], [Median] or
// [OptimalityGap]. The zero value is IQM.
type Statistic struct {
	kind   kind
	target float64 // of the optimality gap
}

type kind int8

const (
	iqm kind = iota
	mean
	median
	optimalityGap
)

// Point estimates over all runs and tasks (Agarwal, Schwarzer, Castro, Courville & Bellemare 2021).
var (
	// IQM is the interquartile mean: the mean of the scores that remain of the N = runs·tasks
	// after floor(N/4) of the lowest and as many of the highest are dropped. Outliers move it less
	// than the mean, and it wastes less of the data than the median.
	IQM = Statistic{kind: iqm}

	// Mean is the mean of all scores. One outstanding task can dominate it.
	Mean = Statistic{kind: mean}

	// Median is the median over tasks of the mean over runs; of an even number of tasks the mean
	// of the middle two. Half of the tasks can be failed without changing it.
	Median = Statistic{kind: median}
)

// OptimalityGap is target - mean(min(score, target)): by how much the scores miss the target,
// where what exceeds it earns nothing. Less is better. The usual target of scores normalised by
// the best known is 1.
func OptimalityGap(target float64) Statistic {
	return Statistic{kind: optimalityGap, target: target}
}

// String returns the name of the statistic as a table would head it.
func (f Statistic) String() string {
	switch f.kind {
	case mean:
		return "mean"
	case median:
		return "median"
	case optimalityGap:
		return fmt.Sprintf("optimality gap to %g", f.target)
	}
	return "IQM"
}

// Of returns the statistic of s. Errors are those of [Scores.Validate], and ErrInf or ErrNaN for
// a target that is not finite. O(N log N) for N = runs·tasks.
func (f Statistic) Of(s Scores) (float64, error) {
	if err := s.validate("scores", 1); err != nil {
		return 0, err
	}
	if err := f.check(); err != nil {
		return 0, err
	}
	return finite(f.String(), f.of(newResample(newPool(s))))
}

// check returns an error for a target that is not finite.
func (f Statistic) check() error {
	return checkFinite("optimality gap", "target", []float64{f.target})
}

// of returns the statistic of a resample in one pass over the pool.
func (f Statistic) of(r *resample) float64 {
	n := len(r.value)
	switch f.kind {
	case mean:
		sum := 0.0
		for i, c := range r.copies {
			sum += float64(c) * r.value[i]
		}
		return sum / float64(n)
	case median:
		clear(r.sums)
		for i, c := range r.copies {
			r.sums[r.task[i]] += float64(c) * r.value[i]
		}
		slices.Sort(r.sums)
		lower, upper := r.sums[(r.tasks-1)/2], r.sums[r.tasks/2]
		return (lower + upper) / 2 / float64(r.runs)
	case optimalityGap:
		sum := 0.0
		for i, c := range r.copies {
			sum += float64(c) * min(r.value[i], f.target)
		}
		return f.target - sum/float64(n)
	}
	// The copies of value i stand at places first to first+c of the sorted resample; those within
	// lo to hi count.
	lo, hi := n/4, n-n/4
	sum, first := 0.0, 0
	for i, c := range r.copies {
		last := first + c
		if inside := min(last, hi) - max(first, lo); inside > 0 {
			sum += float64(inside) * r.value[i]
		}
		first = last
	}
	return sum / float64(hi-lo)
}
