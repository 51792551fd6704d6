package pareto

import (
	"fmt"
	"math"
)

// GD returns the generational distance from s to the reference set z: the p-mean over the rows of
// s of the Euclidean distance to the nearest row of z, (mean d^p)^(1/p); p is 1 unless given, and
// +Inf takes the largest distance. Smaller is better; 0 if every row of s is in z. It says how
// near s is to z, not how much of z it covers, and it can prefer a dominated set.
//
// The 1998 definition of Van Veldhuizen & Lamont, (Σ d²)^½/n, is another number. The sets are
// taken as they are: filter them with [NonDominated] first, as tables of indicators do.
//
// Errors: ErrEmpty if s or z has no rows, ErrDimension, ErrNaN, ErrInf, ErrNotPositive for p.
// O(|s|·|z|·m).
func GD(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, s, z, euclidean, p)
}

// IGD returns the inverted generational distance (Coello Coello & Reyes Sierra 2004): as [GD],
// with the mean over the rows of z of the distance to the nearest row of s. It says how well s
// covers z. It can prefer a dominated set; [IGDPlus] cannot.
func IGD(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, z, s, euclidean, p)
}

// GDPlus is [GD] with the distance ‖max(z - y, 0)‖: only what a row y of s lacks counts, not what
// it has beyond the row z. Objectives are maximised.
func GDPlus(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, s, z, excess, p)
}

// IGDPlus is [IGD] with the distance ‖max(z - y, 0)‖ (Ishibuchi, Masuda, Tanigaki & Nojima
// 2015). It is weakly Pareto compliant: a set that dominates another is never the worse one.
// Objectives are maximised.
func IGDPlus(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, z, s, shortfall, p)
}

// squaredDistance returns a distance from a to b, squared, or any value from limit up if that is not
// below limit.
type squaredDistance func(a, b []float64, limit float64) float64

// euclidean returns ‖a - b‖².
func euclidean(a, b []float64, limit float64) float64 {
	b = b[:len(a)]
	d := 0.0
	for j, v := range a {
		gap := v - b[j]
		d += float64(gap * gap)
		if d >= limit {
			break
		}
	}
	return d
}

// shortfall returns ‖max(a - b, 0)‖², what b lacks of a.
func shortfall(a, b []float64, limit float64) float64 {
	b = b[:len(a)]
	d := 0.0
	for j, v := range a {
		if gap := v - b[j]; gap > 0 {
			d += float64(gap * gap)
			if d >= limit {
				break
			}
		}
	}
	return d
}

// excess returns ‖max(b - a, 0)‖², what a lacks of b.
func excess(a, b []float64, limit float64) float64 { return shortfall(b, a, limit) }

// meanDistance returns the p-mean over the rows of from of the distance to the nearest row of to;
// the two are s and z in either order.
func meanDistance(s, z, from, to Front, squared squaredDistance, p []float64) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	power, err := exponent(p)
	if err != nil {
		return 0, err
	}
	var total neumaier
	largest := 0.0
	for i := range from.Len() {
		a := from.Row(i)
		nearest := inf
		for x := to.X; len(x) >= len(a) && nearest > 0; x = x[len(a):] {
			nearest = min(nearest, squared(a, x[:len(a)], nearest))
		}
		largest = max(largest, nearest)
		switch power {
		case 1:
			total.add(math.Sqrt(nearest))
		case 2:
			total.add(nearest)
		default:
			total.add(math.Pow(nearest, power/2))
		}
	}
	mean := total.value() / float64(from.Len())
	switch {
	case math.IsInf(power, 1):
		mean = math.Sqrt(largest)
	case power == 2:
		mean = math.Sqrt(mean)
	case power != 1:
		mean = math.Pow(mean, 1/power)
	}
	return finite("distance", mean)
}

// exponent returns the one element of p, which must be positive, or 1.
func exponent(p []float64) (float64, error) {
	switch len(p) {
	case 0:
		return 1, nil
	case 1:
		if math.IsNaN(p[0]) {
			return 0, notFinite("exponent p", -1, -1, p[0])
		}
		if p[0] <= 0 {
			return 0, &InputError{Kind: ErrNotPositive, Input: "exponent p", Row: -1, Col: -1,
				Fault: fmt.Sprintf("it is %v", p[0]), Remedy: "give a number above 0, usually 1 or 2"}
		}
		return p[0], nil
	}
	panic("pareto: more than one exponent")
}
