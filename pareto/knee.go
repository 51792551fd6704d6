package pareto

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Knees are scores of the rows of a set by how much they stand out as compromises. Larger is better,
// and scores compare only within one set and method.
type Knees struct {
	Method string    // how the scores were computed
	Score  []float64 // per row
}

// Top returns the k rows with the largest scores, best first, equal ones by index; all rows if k is
// larger than their number.
func (k Knees) Top(n int) []int {
	order := indices(len(k.Score))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(k.Score[b], k.Score[a]) })
	return order[:min(max(n, 0), len(order))]
}

// HyperplaneKnees scores every row by its signed distance, towards the ideal point, from the plane
// through the rows that are best in each objective (Das 1999; Zhang, Tian & Jin 2015), after the
// objectives have been scaled to [0, 1] by ideal and nadir; constant ones are left out. Where these rows
// do not span a plane that has the ideal point on one side, the plane on which the scaled objectives
// add up to 1 takes its place, and Method says so. The extreme rows have score 0, and so have a single
// row and copies of one. It finds the bulge of a front, one per front.
//
// Objectives are maximised unless Options.Dir says otherwise. The rows are taken as they are, but
// dominated ones can move ideal and nadir: filter with [NonDominated] first. Errors: ErrEmpty,
// ErrDimension, ErrNaN, ErrInf also for a range beyond float64. O(n·m + m³).
func HyperplaneKnees(f Front, o ...Options) (Knees, error) {
	s, err := scaledFront(f, o...)
	if err != nil {
		return Knees{}, err
	}
	knees := Knees{Method: "distance from the plane through the extreme rows", Score: make([]float64, f.Len())}
	if s.M == 0 {
		return knees, nil
	}
	opt, err := option(o)
	if err != nil {
		return Knees{}, err
	}
	extremes, err := extremeRows(s, &opt)
	if err != nil {
		return Knees{}, err
	}
	normal, ok := planeThrough(s.Select(extremes))
	if !ok {
		knees.Method = "distance from the plane Σ = 1"
		for j := range normal {
			normal[j] = 1
		}
	}
	norm := math.Sqrt(dot(normal, normal))
	for i := range knees.Score {
		if err := cancelled(opt.Ctx, i); err != nil {
			return Knees{}, err
		}
		knees.Score[i] = (dot(normal, s.Row(i)) - 1) / norm
	}
	return knees, nil
}

// planeThrough returns the vector a with a·p = 1 for every row p, and whether there is just one and the
// point (1, …, 1) lies beyond that plane.
func planeThrough(points Front) (a []float64, ok bool) {
	m := points.M
	ones := make([]float64, m)
	for j := range ones {
		ones[j] = 1
	}
	a = make([]float64, m)
	err := mat.NewVecDense(m, a).SolveVec(mat.NewDense(m, m, slices.Clone(points.X)), mat.NewVecDense(m, ones))
	return a, err == nil && dot(a, ones) > 1+1e-9
}

// MarginalUtilityKnees scores every row by its expected marginal utility (Branke, Deb, Dierolf &
// Osswald 2004): the mean over the weights w of what is lost without the row, the best utility less the
// second best where it is the best and 0 elsewhere. The utility is w·y of the objectives scaled to
// [0, 1] by ideal and nadir; constant ones are left out. Scores are not negative and add up to the mean
// gap between best and second. A copied row has 0, as it can be spared; so has a single row, which has
// no second. It works for any number of objectives, and finds more than one knee; the extreme rows can be
// among them, since users with one wish alone lose much without them.
//
// ErrEmpty also for weights, ErrDimension if a weight row has not one value per objective; otherwise as
// [HyperplaneKnees]. O(|w|·n·m).
func MarginalUtilityKnees(f Front, w [][]float64, o ...Options) (Knees, error) {
	opt, err := option(o)
	if err != nil {
		return Knees{}, err
	}
	s, err := scaledFront(f, opt)
	if err != nil {
		return Knees{}, err
	}
	if err := checkPreferences(w, f.M, true); err != nil {
		return Knees{}, err
	}
	varying, err := varyingObjectives(f)
	if err != nil {
		return Knees{}, err
	}
	knees := Knees{Method: "expected marginal utility", Score: make([]float64, f.Len())}
	if f.Len() < 2 {
		return knees, nil
	}
	kept := make([]float64, s.M)
	for _, weights := range w {
		for k, j := range varying {
			kept[k] = weights[j]
		}
		best, first, second := 0, -inf, -inf
		for i := range f.Len() {
			if err := cancelled(opt.Ctx, i); err != nil {
				return Knees{}, err
			}
			if u := dot(kept, s.Row(i)); u > first {
				best, first, second = i, u, first
			} else if u > second {
				second = u
			}
		}
		knees.Score[best] += (first - second) / float64(len(w))
	}
	for _, v := range knees.Score {
		if _, err := finite("marginal utility", v); err != nil {
			return Knees{}, err
		}
	}
	return knees, nil
}

// bendNeighbours is the number of rows on each side that a bend is measured against.
const bendNeighbours = 4

// BendAngleKnees scores every row of a set of two objectives by how sharply the front bends there
// (Branke, Deb, Dierolf & Osswald 2004): the angle in radians by which the segment to a row on the right
// descends more steeply than that from a row on the left, the largest over the 4 nearest rows on each
// side, after the objectives have been scaled to [0, 1]. It is positive, below π/2, where the front
// bulges towards the ideal point, 0 on a straight line and negative in a hollow. The two ends have -π/2,
// the least there is; so have all rows if they do not differ in both objectives. Local: it
// answers to small irregularities too.
//
// ErrDimension unless there are two objectives; otherwise as [HyperplaneKnees]. The range holds for
// [NonDominated] rows. O(n log n).
func BendAngleKnees(f Front, o ...Options) (Knees, error) {
	opt, err := option(o)
	if err != nil {
		return Knees{}, err
	}
	s, err := scaledFront(f, opt)
	if err != nil {
		return Knees{}, err
	}
	if err := checkPlane(f); err != nil {
		return Knees{}, err
	}
	knees := Knees{Method: "bend angle", Score: make([]float64, f.Len())}
	for i := range knees.Score {
		knees.Score[i] = -math.Pi / 2
	}
	if s.M < 2 {
		return knees, nil
	}
	order := indices(s.Len())
	for j, sign := range []float64{-1, 1} { // ascending by the first objective, equal ones descending by the second
		err := orderBy(order, &opt, func(i int) float64 { return sign * s.X[2*i+1-j] })
		if err != nil {
			return Knees{}, err
		}
	}
	descent := func(left, right int) float64 {
		p, q := s.Row(left), s.Row(right)
		return math.Atan2(p[1]-q[1], q[0]-p[0])
	}
	for k := 1; k < len(order)-1; k++ {
		if err := cancelled(opt.Ctx, k); err != nil {
			return Knees{}, err
		}
		gentlest, steepest := inf, -inf
		for _, left := range order[max(k-bendNeighbours, 0):k] {
			gentlest = min(gentlest, descent(left, order[k]))
		}
		for _, right := range order[k+1 : min(k+1+bendNeighbours, len(order))] {
			steepest = max(steepest, descent(order[k], right))
		}
		knees.Score[order[k]] = steepest - gentlest
	}
	return knees, nil
}

// scaledFront returns f with the objectives that vary scaled so that the worst value is 0 and the best 1,
// all maximised. It has M = 0 and no values if none varies.
func scaledFront(f Front, o ...Options) (Front, error) {
	opt, err := option(o)
	if err != nil {
		return Front{}, err
	}
	varying, err := varyingObjectives(f)
	if err != nil {
		return Front{}, err
	}
	if err := opt.checkDir(f.M); err != nil {
		return Front{}, err
	}
	lo, hi, _ := bounds(f)
	s := Front{M: len(varying), X: make([]float64, 0, f.Len()*len(varying))}
	for i := range f.Len() {
		if err := cancelled(opt.Ctx, i); err != nil {
			return Front{}, err
		}
		for _, j := range varying {
			worst, best := lo[j], hi[j]
			if len(opt.Dir) > 0 && opt.Dir[j] == Minimise {
				worst, best = best, worst
			}
			s.X = append(s.X, (f.Row(i)[j]-worst)/(best-worst))
		}
	}
	return s, nil
}

// varyingObjectives returns the objectives that are not constant.
func varyingObjectives(f Front) ([]int, error) {
	extent, err := Extent(f)
	if err != nil {
		return nil, err
	}
	var varying []int
	for j, r := range extent {
		if r > 0 {
			varying = append(varying, j)
		}
	}
	return varying, nil
}
