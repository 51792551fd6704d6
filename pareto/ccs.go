package pareto

import (
	"math"
	"slices"
)

// supportTolerance is the margin, in units of an objective's range, up to which the linear programmes
// count two utilities as equal.
const supportTolerance = 1e-9

// hullTolerance is that of the hull in the plane: coordinates in [0, 1] carry errors of 1e-16.
const hullTolerance = 1e-14

// ConvexCoverageSet returns the indices, ascending, of the rows that are the only best row for some
// weights w ≥ 0 under the utility w·y: all that users with linear preferences need (Roijers, Vamplew,
// Whiteson & Dazeley 2013). Of equal rows the one with the smallest index is kept. A row that at every
// weight is at best as good as others, one within an edge or a face of the hull, is left out:
// [WeaklySupported] finds it. An empty front gives no index; one row is a coverage set.
//
// Objectives are maximised unless Options.Dir says otherwise; their scale does not matter. Errors: ErrNaN,
// ErrInf also for a range beyond float64, ErrDimension also above 64 objectives, Options.Ctx; ErrBudget,
// with the row, if a linear programme does not end, of which no case is known.
//
// After a filter by [NonDominated]: two objectives take the upper right hull by a monotone chain (Andrew
// 1979), n log n. For more, each row has a linear programme, solved by a dual simplex method that
// generates the constraint of the most violated row in every step: usually a few times m steps of
// O(n·m + m²) for each row, and fewer for most, since it ends when the sign of the result is known. A hull in
// m dimensions would need rows in general position and time exponential in m. A row counts as the only
// best one if it leads by more than 1e-9 of the range of the objectives (1e-14 in the plane).
func ConvexCoverageSet(f Front, o ...Options) ([]int, error) { return supported(f, o, 1) }

// WeaklySupported returns the indices, ascending, of the non-dominated rows that are best for some
// weights w ≥ 0, but for none alone: those within edges and faces of the hull. With
// [ConvexCoverageSet] they are all the rows that maximising w·y can find, whatever the weights. Of
// equal rows only the one with the smallest index is looked at. Otherwise as ConvexCoverageSet.
func WeaklySupported(f Front, o ...Options) ([]int, error) { return supported(f, o, 0) }

// supported returns the rows whose best margin over the others has the given sign.
func supported(f Front, o []Options, sign int) ([]int, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	opt.KeepDuplicates = false
	keep, err := NonDominated(f, opt)
	if err != nil || len(keep) == 0 {
		return keep, err
	}
	s, err := scaledFront(f.Select(keep), opt)
	if err != nil {
		return nil, err
	}
	signs := make([]int, len(keep))
	switch {
	case len(keep) == 1:
		signs[0] = 1
	case s.M == 2:
		if signs, err = hullSigns(s, &opt); err != nil {
			return nil, err
		}
	default:
		for i := range signs {
			p, err := newProgramme(s, i, &opt)
			if err != nil {
				return nil, err
			}
			if err := p.solve(supportTolerance, &opt, keep[i]); err != nil {
				return nil, err
			}
			switch {
			case p.reached > supportTolerance:
				signs[i] = 1
			case p.margin() < -supportTolerance:
				signs[i] = -1
			}
		}
	}
	idx := []int{}
	for k, i := range keep {
		if err := cancelled(opt.Ctx, k); err != nil {
			return nil, err
		}
		if signs[k] == sign {
			idx = append(idx, i)
		}
	}
	return idx, nil
}

// hullSigns returns, for mutually non-dominated rows of the plane, 1 for a vertex of the upper right hull,
// 0 for a row within an edge and -1 for one below. The error is that of the context.
func hullSigns(s Front, opt *Options) ([]int, error) {
	signs := make([]int, s.Len())
	hull := []int{} // vertices and rows within edges
	order, err := byFirst(s, opt)
	if err != nil {
		return nil, err
	}
	for k, c := range order {
		if err := cancelled(opt.Ctx, k); err != nil {
			return nil, err
		}
		for len(hull) > 1 && bulge(s, hull[len(hull)-2], hull[len(hull)-1], c) < -hullTolerance {
			signs[hull[len(hull)-1]] = -1
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, c)
	}
	vertex := 0
	for k, i := range hull {
		if err := cancelled(opt.Ctx, k); err != nil {
			return nil, err
		}
		if k == 0 || k == len(hull)-1 || bulge(s, hull[vertex], i, hull[k+1]) > hullTolerance {
			signs[i] = 1
			vertex = k
		}
	}
	return signs, nil
}

// byFirst returns the rows in the order of the first objective ascending. The error is that of the context.
func byFirst(f Front, opt *Options) ([]int, error) {
	order := indices(f.Len())
	return order, orderBy(order, opt, func(i int) float64 { return f.X[i*f.M] })
}

// bulge returns the margin by which the row b between a and c is better than both for the weights that
// make these equally good.
func bulge(f Front, a, b, c int) float64 {
	p, q, r := f.Row(a), f.Row(b), f.Row(c)
	dx, dy := r[0]-p[0], p[1]-r[1]
	return (float64(dy*(q[0]-p[0])) - float64(dx*(p[1]-q[1]))) / (dx + dy)
}

// SupportWeight returns the weights w, not negative with sum 1, for which row i of f leads the most: the
// margin min_k w·(y_i - y_k) over all other rows k is the largest there is. Row i is the only best one at
// w if the margin is positive; if it is negative row i is not the best for any weights, and w is
// where it comes closest. A copied or dominated row has a margin of 0 or less. A single row has margin
// 0 at equal weights.
//
// The margin is in the units of the objectives as they are: scale them first if they differ by orders of
// magnitude. Objectives are maximised unless Options.Dir says otherwise; w then weighs the gain in every
// objective, in its direction. ErrRange for a row that does not exist; otherwise errors as
// [ConvexCoverageSet]. A few times m steps of O(n·m + m²).
func SupportWeight(f Front, i int, o ...Options) (w []float64, margin float64, err error) {
	opt, err := option(o)
	if err != nil {
		return nil, 0, err
	}
	if err := checkSet(f, "front"); err != nil {
		return nil, 0, err
	}
	if err := checkMaxObjectives("front", f.M, maxObjectives); err != nil {
		return nil, 0, err
	}
	if err := opt.checkDir(f.M); err != nil {
		return nil, 0, err
	}
	if i < 0 || i >= f.Len() {
		return nil, 0, errRange("row", i, "give the number of a row, from 0")
	}
	extent, err := Extent(f)
	if err != nil {
		return nil, 0, err
	}
	// From row i on, and by one power of two for all objectives: the programme is well scaled, and nothing
	// is rounded that it would not round itself.
	_, exponent := math.Frexp(slices.Max(extent))
	s := opt.minimisedFront(f)
	y := slices.Clone(s.Row(i))
	for k, v := range s.X {
		if err := cancelled(opt.Ctx, k); err != nil {
			return nil, 0, err
		}
		s.X[k] = math.Ldexp(y[k%f.M]-v, -exponent)
	}
	if f.Len() == 1 {
		w = make([]float64, f.M)
		for j := range w {
			w[j] = 1 / float64(f.M)
		}
		return w, 0, nil
	}
	p, err := newProgramme(s, i, &opt)
	if err != nil {
		return nil, 0, err
	}
	if err := p.solve(inf, &opt, i); err != nil {
		return nil, 0, err
	}
	w = p.weights()
	return w, math.Ldexp(p.lead(w), exponent), nil
}

// CornerWeights returns the weights at which the best row of a front of two objectives changes, in
// the order of the first weight ascending: the corner weights of optimistic linear support, the
// intersections of neighbouring segments of max_y w·y (Roijers, Whiteson & Oliehoek 2015), without (0, 1)
// and (1, 0). Between two of them one row of the [ConvexCoverageSet] is the best; there is one
// fewer than it has rows.
//
// ErrDimension unless there are two objectives; otherwise errors as ConvexCoverageSet. An empty front has
// none. n log n.
func CornerWeights(f Front, o ...Options) ([][]float64, error) {
	if f.Len() > 0 {
		if err := checkPlane(f); err != nil {
			return nil, err
		}
	}
	idx, err := ConvexCoverageSet(f, o...)
	if err != nil || len(idx) == 0 {
		return nil, err
	}
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	s := opt.minimisedFront(f.Select(idx))
	order, err := byFirst(s, &opt)
	if err != nil {
		return nil, err
	}
	slices.Reverse(order) // the more weight on the first objective, the better is the best row in it
	corners := newRows(len(order)-1, 2)
	for k, w := range corners {
		p, q := s.Row(order[k]), s.Row(order[k+1])
		gain, loss := p[0]-q[0], q[1]-p[1] // of going on to q
		w[0], w[1] = crossing(gain, loss), crossing(loss, gain)
	}
	return corners, nil
}

// WinShares returns, for each row, the share of the weights w at which it is the best row under w·y; where
// several are equally good, copies for instance, they divide the weight between them. The shares add up to
// 1. A row with a share of 0 is not needed by any of these users.
//
// Objectives are maximised. Errors: ErrEmpty if f or w has no rows; ErrDimension if a weight row has
// not one value per objective; ErrNaN, ErrInf. O(|w|·n·m).
func WinShares(f Front, w [][]float64) ([]float64, error) {
	best, err := bestUtilities(f, w, nil)
	if err != nil {
		return nil, err
	}
	share := make([]float64, f.Len())
	var winners []int
	for i, weights := range w {
		winners = winners[:0]
		for k := range share {
			if dot(weights, f.Row(k)) == best[i] {
				winners = append(winners, k)
			}
		}
		for _, k := range winners {
			share[k] += 1 / float64(len(winners)*len(w))
		}
	}
	return share, nil
}
