package pareto

import "math"

// GD returns the generational distance from s to the reference set z: the p-mean over the rows of
// s of the Euclidean distance to the nearest row of z, (mean d^p)^(1/p); p is 1 unless given, and
// +Inf takes the largest distance. Smaller is better, from 0, if every row of s is in z, without a bound;
// one row has its own distance. It says how near s is to z, not how much of z it covers, and it can prefer a
// dominated set. The unit is that of the objectives: scale them first if they differ. Their directions
// do not matter. The mean of exponent 1 is that of most code; 2 is meant by some papers.
//
// The 1998 definition is another number: [GDVanVeldhuizen]. The sets are taken as they are; copies
// weigh as often as they occur. Filter with [NonDominated] first, as tables of indicators do.
//
// Errors: ErrEmpty if s or z has no rows, ErrDimension, ErrNaN, ErrInf; ErrNotPositive for p,
// ErrRange for more than one. The nearest rows are found by a k-d tree: |s| log |z| for few
// objectives, up to |s|·|z|·m for many.
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
// it has beyond the row z (Ishibuchi, Masuda, Tanigaki & Nojima 2015). Objectives are maximised.
func GDPlus(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, s, z, excess, p)
}

// IGDPlus is [IGD] with the distance ‖max(z - y, 0)‖ (Ishibuchi, Masuda, Tanigaki & Nojima
// 2015). It is weakly Pareto compliant: a set that dominates another is never the worse one.
// Objectives are maximised.
func IGDPlus(s, z Front, p ...float64) (float64, error) {
	return meanDistance(s, z, z, s, shortfall, p)
}

// GDVanVeldhuizen returns the generational distance as Van Veldhuizen & Lamont (1998) defined it,
// (Σ d²)^½/n over the n rows of s: it shrinks with √n even when the rows stay as far away, so that
// only sets of one size compare. Otherwise as [GD].
func GDVanVeldhuizen(s, z Front) (float64, error) {
	d, err := GD(s, z, 2)
	if err != nil {
		return 0, err
	}
	return d / math.Sqrt(float64(s.Len())), nil
}

// AveragedHausdorff returns the averaged Hausdorff distance Δ_p between s and the reference set z, the
// larger of [GD] and [IGD] with the exponent p, 1 unless given (Schütze, Esquivel, Lara & Coello
// Coello 2012); with p = +Inf the Hausdorff distance. Smaller is better; 0 for equal sets. As IGD
// it can prefer a dominated set. Otherwise as GD.
func AveragedHausdorff(s, z Front, p ...float64) (float64, error) {
	there, err := GD(s, z, p...)
	if err != nil {
		return 0, err
	}
	back, err := IGD(s, z, p...)
	if err != nil {
		return 0, err
	}
	return max(there, back), nil
}

// euclidean is the distance ‖a - b‖².
var euclidean = gauge{
	rows: func(a, rows []float64, least, enough float64) float64 {
		for ; len(rows) >= len(a) && least > enough; rows = rows[len(a):] {
			least = min(least, squaredDistance(a, rows))
		}
		return least
	},
	box: func(a, lo, hi []float64) float64 {
		lo, hi = lo[:len(a)], hi[:len(a)]
		d := 0.0
		for j, v := range a {
			gap := max(lo[j]-v, v-hi[j], 0)
			d += float64(gap * gap)
		}
		return d
	},
}

// squaredDistance returns ‖a - b‖².
func squaredDistance(a, b []float64) float64 {
	b = b[:len(a)]
	d := 0.0
	for j, v := range a {
		gap := v - b[j]
		d += float64(gap * gap) // no fused multiply-add: equal on all machines
	}
	return d
}

// shortfall is the distance ‖max(a - b, 0)‖², what b lacks of a.
var shortfall = gauge{
	rows: func(a, rows []float64, least, enough float64) float64 {
		for ; len(rows) >= len(a) && least > enough; rows = rows[len(a):] {
			least = min(least, lack(a, rows[:len(a)]))
		}
		return least
	},
	box: func(a, _, hi []float64) float64 { return lack(a, hi) },
}

// excess is the distance ‖max(b - a, 0)‖², what a lacks of b.
var excess = gauge{
	rows: func(a, rows []float64, least, enough float64) float64 {
		for ; len(rows) >= len(a) && least > enough; rows = rows[len(a):] {
			least = min(least, lack(rows[:len(a)], a))
		}
		return least
	},
	box: func(a, lo, _ []float64) float64 { return lack(lo, a) },
}

// lack returns ‖max(a - b, 0)‖².
func lack(a, b []float64) float64 {
	b = b[:len(a)]
	d := 0.0
	for j, v := range a {
		gap := v - b[j]
		gap += math.Abs(gap) // twice the gap, or 0, without a branch that no processor can predict
		d += float64(gap * gap)
	}
	return d / 4
}

// meanDistance returns the p-mean over the rows of from of the distance to the nearest row of to, of
// which g gives the square; the two are s and z in either order.
func meanDistance(s, z, from, to Front, g gauge, p []float64) (float64, error) {
	if err := checkPair(s, z); err != nil {
		return 0, err
	}
	power, err := exponent(p)
	if err != nil {
		return 0, err
	}
	tree := newNeighbours(to, g)
	var total neumaier
	largest := 0.0
	for i := range from.Len() {
		nearest := tree.distance(from.Row(i), -1, 0)
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
			return 0, errNotPositive("exponent p", -1, -1, p[0], "give a number above 0, usually 1 or 2")
		}
		return p[0], nil
	}
	return 0, errRange("exponent p", p, "give one number")
}
