package pareto

import "math"

// The sides of boxes, distances from the reference point, are multiplied in whatever order is quickest:
// 1e-300·1e-300·1e300·1e300 would be 1 in one order, 0 or infinite in others. No product of up to
// sixteen ordinary sides leaves the range of float64. If there are others, balance multiplies the
// objectives by powers of two, which changes no other bit.

const (
	shortSide, longSide = 0x1p-60, 0x1p60 // of ordinary sides

	// tooLarge makes a value infinite that could be the end of a side that is too long.
	tooLarge = 0x1p965

	// balancedExponent is the base-two logarithm of what the longest sides of all objectives may be
	// together.
	balancedExponent = 950
)

// balance scales the loaded rows and the reference point if there are sides that are not ordinary: the
// longest of each objective comes to lie as far above 1 as the shortest below. Where the sides of the
// objectives differ so much that a product could still be too large, all come nearer to 1 in
// proportion, so that what gets lost is below 1e-250 of the box between ideal and reference point. Up to
// two objectives have no products on the way.
func (w *Workspace) balance() {
	m := w.job.m
	w.exponent = 0
	if !w.extreme || m <= 2 || len(w.rows) == 0 {
		return
	}
	var top, spread [maxHypervolumeObjectives]int
	total := 0
	for j, r := range w.ref[:m] {
		longest, shortest := 0.0, math.MaxFloat64
		for i := j; i < len(w.rows); i += m {
			side := r - w.rows[i]
			longest, shortest = max(longest, side), min(shortest, side)
		}
		top[j] = math.Ilogb(min(longest, math.MaxFloat64)) + 1
		spread[j] = top[j] - math.Ilogb(shortest)
		total += spread[j]
	}
	total = max(total, 2*balancedExponent)
	for j := range m {
		shift := spread[j]*balancedExponent/total - top[j]
		w.ref[j] = math.Ldexp(w.ref[j], shift)
		better := math.Nextafter(w.ref[j], -inf) // every row stays so
		for i := j; i < len(w.rows); i += m {
			w.rows[i] = min(math.Ldexp(w.rows[i], shift), better)
		}
		w.exponent -= shift
	}
}

// balanceWith is balance for the box of the point p, which it scales too. What the rows cover beyond the
// box is cut off.
func (w *Workspace) balanceWith(p []float64) {
	if !w.extreme {
		w.exponent = 0
		return
	}
	for k, v := range w.rows {
		w.rows[k] = max(v, p[k%len(p)])
	}
	n := len(w.rows)
	w.rows = append(w.rows, p...)
	w.balance()
	copy(p, w.rows[n:])
	w.rows = w.rows[:n]
}

// restored returns a volume in the units of the input.
func (w *Workspace) restored(volume float64) float64 {
	if w.exponent == 0 {
		return volume
	}
	return math.Ldexp(volume, w.exponent)
}
