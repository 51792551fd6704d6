package pareto

import (
	"cmp"
	"math"
)

// ExtremeRows returns, for each objective, the row that is best in it; of equals the one best in the
// next objective, the last being followed by the first, and so on, then the one with the smallest index.
// No other row dominates it. A row can be best in several objectives. Objectives are maximised unless
// Options.Dir says otherwise. ErrEmpty, ErrDimension, ErrNaN, ErrInf. O(n·m), m² more per tie.
func ExtremeRows(f Front, o ...Options) ([]int, error) {
	opt, err := option(o)
	if err != nil {
		return nil, err
	}
	if err := checkSet(f, "front"); err != nil {
		return nil, err
	}
	if err := opt.checkDir(f.M); err != nil {
		return nil, err
	}
	maximised := opt.minimisedFront(f)
	for k, v := range maximised.X {
		maximised.X[k] = -v
	}
	return extremeRows(maximised, &opt)
}

// extremeRows is ExtremeRows for a valid front that is maximised and not empty. The error is that of the
// context.
func extremeRows(f Front, opt *Options) ([]int, error) {
	extremes := make([]int, f.M)
	for j := range extremes {
		for i := 1; i < f.Len(); i++ {
			if err := cancelled(opt.Ctx, i); err != nil {
				return nil, err
			}
			a, b := f.Row(i), f.Row(extremes[j])
			for k := range f.M {
				at := (j + k) % f.M
				if c := cmp.Compare(a[at], b[at]); c != 0 {
					if c > 0 {
						extremes[j] = i
					}
					break
				}
			}
		}
	}
	return extremes, nil
}

// NearestToIdeal returns the row nearest to the ideal point and its distance, by the norm of exponent p
// after the objectives have been scaled to [0, 1] by ideal and nadir: p = 2 the Euclidean distance, p =
// +Inf the largest shortfall of any objective, 2 unless given (Yu 1973; Zeleny 1973, compromise
// programming). Of equals the one with the smallest index. Constant objectives do not count; a single
// row is at distance 0. Objectives are maximised: flip the sign of those that are not. ErrEmpty, ErrDimension,
// ErrNaN, ErrInf also for a range beyond float64; ErrNotPositive for p, ErrRange for more than one.
// O(n·m).
func NearestToIdeal(f Front, p ...float64) (row int, distance float64, err error) {
	power := 2.0
	if len(p) > 0 {
		if power, err = exponent(p); err != nil {
			return 0, 0, err
		}
	}
	distances, err := idealDistances(f, power)
	if err != nil {
		return 0, 0, err
	}
	distance = inf
	for i, d := range distances {
		if d < distance {
			row, distance = i, d
		}
	}
	return row, distance, nil
}

// IdealDistances returns the distance of every row from the ideal point, as [NearestToIdeal] measures it.
func IdealDistances(f Front, p ...float64) ([]float64, error) {
	power := 2.0
	if len(p) > 0 {
		var err error
		if power, err = exponent(p); err != nil {
			return nil, err
		}
	}
	return idealDistances(f, power)
}

func idealDistances(f Front, power float64) ([]float64, error) {
	s, err := scaledFront(f)
	if err != nil {
		return nil, err
	}
	distances := make([]float64, f.Len())
	for i := range distances {
		distances[i] = shortOfIdeal(s.Row(i), power)
	}
	return distances, nil
}

// Achievements returns how far every row v reaches a reference point r of aspirations: the smallest of
// (v_j - r_j)/range_j over the objectives plus 1e-4 times their sum, the range being that of objective j
// over the rows (Wierzbicki 1980, augmented so that of rows with the same weakest objective the one that is better
// in the others is ahead). Positive where all aspirations are exceeded. The row with the largest is the one that
// answers r best; no row dominates it. r may be anywhere, also where nothing reaches it. Constant objectives do not
// count; if all are, every row has 0. Objectives are maximised: flip the sign of those that are not. ErrEmpty,
// ErrDimension, ErrNaN, ErrInf also for a range or a result beyond float64. O(n·m).
func Achievements(f Front, r []float64) ([]float64, error) {
	varying, err := varyingObjectives(f)
	if err != nil {
		return nil, err
	}
	if err := checkLength("reference point", -1, len(r), f.M); err != nil {
		return nil, err
	}
	if err := checkFinite("reference point", -1, r); err != nil {
		return nil, err
	}
	extent, err := Extent(f)
	if err != nil {
		return nil, err
	}
	achieved := make([]float64, f.Len())
	if len(varying) == 0 {
		return achieved, nil
	}
	for i := range achieved {
		least, sum := inf, 0.0
		for _, j := range varying {
			reach := (f.Row(i)[j] - r[j]) / extent[j]
			least = min(least, reach)
			sum += reach
		}
		if achieved[i], err = finite("achievement", least+1e-4*sum); err != nil {
			return nil, err
		}
	}
	return achieved, nil
}

// shortOfIdeal returns the distance of a scaled row from (1, …, 1).
func shortOfIdeal(y []float64, power float64) float64 {
	worst, sum := 0.0, 0.0
	for _, v := range y {
		worst = max(worst, 1-v)
	}
	if worst == 0 || math.IsInf(power, 1) {
		return worst
	}
	for _, v := range y {
		short := (1 - v) / worst // relative to the largest, so that no power vanishes
		if power == 2 {
			sum += float64(short * short)
		} else {
			sum += math.Pow(short, power)
		}
	}
	return worst * math.Pow(sum, 1/power)
}

// Representatives chooses k rows so that no row is far from the nearest of them, by the greedy
// k-centre algorithm (Gonzalez 1985): first the row nearest to the ideal point, then again and again the
// row farthest from those chosen. The distance is the largest difference in any objective, scaled to
// [0, 1]; radius is the largest distance of a row to its representative, the ε of this ε-cover, at
// most twice that of the best k rows. Of equals the row with the smallest index is taken. Fewer than k
// rows are chosen if they already cover all with radius 0, so that none is a copy.
//
// Directions do not matter but for the first choice; objectives are maximised unless Options.Dir says
// otherwise. ErrRange for k below 1; ErrEmpty, ErrDimension, ErrNaN, ErrInf also for a range beyond
// float64. O(k·n·m).
func Representatives(f Front, k int, o ...Options) (rows []int, radius float64, err error) {
	if k < 1 {
		return nil, 0, errRange("number of representatives", k, "give at least 1")
	}
	opt, err := option(o)
	if err != nil {
		return nil, 0, err
	}
	s, err := scaledFront(f, opt)
	if err != nil {
		return nil, 0, err
	}
	next, nearest := 0, inf
	gap := make([]float64, f.Len())
	for i := range gap {
		if err := cancelled(opt.Ctx, i); err != nil {
			return nil, 0, err
		}
		gap[i] = inf
		if d := shortOfIdeal(s.Row(i), 2); d < nearest {
			next, nearest = i, d
		}
	}
	for radius = inf; len(rows) < k && radius > 0; {
		rows = append(rows, next)
		centre := s.Row(next)
		radius = 0
		for i := range gap {
			if err := cancelled(opt.Ctx, i); err != nil {
				return nil, 0, err
			}
			d := 0.0
			for j, v := range s.Row(i) {
				d = max(d, math.Abs(v-centre[j]))
			}
			if gap[i] = min(gap[i], d); gap[i] > radius {
				next, radius = i, gap[i]
			}
		}
	}
	return rows, radius, nil
}
