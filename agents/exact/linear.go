package exact

import (
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// CCS returns the convex coverage set of points: those that are the only best one for some linear
// weights w ≥ 0, in their order. Of equal points the first is kept. Errors and cost as
// [pareto.ConvexCoverageSet].
func CCS(points pareto.Front) (pareto.Front, error) {
	idx, err := pareto.ConvexCoverageSet(points)
	return points.Select(idx), err
}

// LinearLimit returns the points that maximise some linear weights w ≥ 0, ties included: all that
// learners with linear weights can find, whatever weights they try. Their hypervolume is the best
// that such learners can reach with deterministic policies. It panics if points, or their range, are not
// finite.
func LinearLimit(points pareto.Front) pareto.Front {
	idx, err := pareto.ConvexCoverageSet(points)
	if err != nil {
		panic("exact: LinearLimit: " + err.Error())
	}
	ties, err := pareto.WeaklySupported(points)
	if err != nil {
		panic("exact: LinearLimit: " + err.Error())
	}
	idx = append(idx, ties...)
	slices.Sort(idx)
	return points.Select(idx)
}
