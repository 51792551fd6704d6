package exact

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"

	"github.com/paretolab/paretolab/pareto"
)

// supportTolerance is the margin, in units of an objective's range, below which the linear
// programmes count two utilities as equal.
const supportTolerance = 1e-9

// CCS returns the convex coverage set of points: those that are the only best one for some linear
// weights w ≥ 0, in their order. Of equal points the first is kept.
//
// For two objectives it walks the upper hull, n log n. For more it solves one linear programme per
// point and returns an error if one of them does not converge.
func CCS(points pareto.Front) (pareto.Front, error) { return supported(points, true) }

// LinearLimit returns the points that maximise some linear weights w ≥ 0, ties included: all that
// learners with linear weights can find, whatever weights they try. Their hypervolume is the best
// that such learners can reach with deterministic policies.
//
// A point whose linear programme does not converge is kept, so that the limit is never too low.
// It panics if points are not finite.
func LinearLimit(points pareto.Front) pareto.Front {
	f, err := supported(points, false)
	if err != nil {
		panic("exact: LinearLimit: " + err.Error())
	}
	return f
}

// supported returns the points whose margin over the best combination of the others is positive
// (strict) or not negative.
func supported(points pareto.Front, strict bool) (pareto.Front, error) {
	keep, err := pareto.NonDominated(points)
	if err != nil {
		return pareto.Front{}, err
	}
	f := points.Select(keep)
	if f.Len() <= 1 || f.M == 1 {
		return f, nil
	}
	scaled := f.Rows()
	for j := range f.M {
		low, high := math.Inf(1), math.Inf(-1)
		for _, y := range scaled {
			low, high = min(low, y[j]), max(high, y[j])
		}
		for _, y := range scaled {
			if y[j] -= low; high > low {
				y[j] /= high - low
			}
		}
	}
	var idx []int
	if f.M == 2 {
		idx = upperHull(scaled, strict)
	} else {
		for i := range scaled {
			margin, err := linearMargin(scaled, i)
			if err != nil && strict {
				return pareto.Front{}, fmt.Errorf("convex coverage set: point %d of %d: %w", i+1, len(scaled), err)
			}
			if err != nil || margin > supportTolerance || !strict && margin >= -supportTolerance {
				idx = append(idx, i)
			}
		}
	}
	return f.Select(idx), nil
}

// upperHull returns the indices, ascending, of the points on the upper right hull of mutually
// non-dominated points in the plane; strict drops those within an edge.
func upperHull(y [][]float64, strict bool) []int {
	order := make([]int, len(y))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(y[i][0], y[j][0]) })
	var hull []int
	for _, c := range order {
		for len(hull) >= 2 {
			a, b := y[hull[len(hull)-2]], y[hull[len(hull)-1]]
			dx, dy := y[c][0]-a[0], y[c][1]-a[1]
			// Twice the area of the triangle a, b, c: positive if b lies above the edge from a to
			// c. Coordinates in [0, 1] carry rounding errors of 1e-16.
			area := (b[1]-a[1])*dx - (b[0]-a[0])*dy
			onEdge := 1e-14 * (math.Abs(dx) + math.Abs(dy))
			if area > onEdge || !strict && area >= -onEdge {
				break
			}
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, c)
	}
	slices.Sort(hull)
	return hull
}

// linearMargin returns the largest margin by which some weights on the simplex prefer row i of y
// to every other row: max over w of min over k of w·(yᵢ − yₖ), negative if none prefers it. It is
// computed as the dual
//
//	−max d  subject to  Σ λₖ yₖ − d·1 − σ = yᵢ,  Σ λₖ = 1,  λ, σ ≥ 0,
//
// in which a combination of the other rows tries to exceed yᵢ in every objective: m+1 rows, so that
// the basis is small however many points there are.
func linearMargin(y [][]float64, i int) (float64, error) {
	m := len(y[i])
	others := slices.Delete(slices.Clone(y), i, i+1)
	// Start from the single row that comes closest: λ = 1 there, d at its worst objective. The
	// programme's variable is d beyond that.
	start, d0 := 0, math.Inf(-1)
	for k, row := range others {
		worst := math.Inf(1)
		for j := range m {
			worst = min(worst, row[j]-y[i][j])
		}
		if worst > d0 {
			start, d0 = k, worst
		}
	}
	n := len(others)
	a := mat.NewDense(m+1, n+1+m, nil) // columns λ, d − d0, σ
	b := make([]float64, m+1)
	basis := make([]int, m+1)
	for j := range m {
		for k, row := range others {
			a.Set(j, k, row[j])
		}
		a.Set(j, n, -1)
		a.Set(j, n+1+j, -1)
		b[j] = y[i][j] + d0
		basis[j] = n + 1 + j
	}
	for k := range others {
		a.Set(m, k, 1)
	}
	b[m], basis[m] = 1, start
	cost := make([]float64, n+1+m)
	cost[n] = -1
	best, _, err := lp.Simplex(cost, a, b, 1e-12, basis)
	if err != nil {
		return 0, err
	}
	return best - d0, nil
}
