package pareto

import "math"

// LogHypervolume returns the hypervolume of f after every objective has been replaced by the logarithm
// of its distance from the reference point, ln((y_j - ref_j)/scale_j), above the reference point ln δ.
// It is a change of measure that gives every factor of an objective the same weight, for many
// objectives of different scale, where one large value decides an ordinary hypervolume. Larger is
// better; a set that dominates another is never the worse one.
//
// Only rows more than δ·scale_j better than ref in every objective count; others, dominated rows and
// copies change nothing, and no row that counts gives 0. For one row the value is
// Π ln((y_j - ref_j)/(δ·scale_j)). scale and δ belong to the result as ref does. Objectives are
// maximised unless Options.Dir says otherwise.
//
// ErrNotPositive for scale or δ; ErrDimension, ErrNaN, ErrInf also for scale; otherwise errors and cost
// as [Hypervolume].
func LogHypervolume(f Front, ref, scale []float64, delta float64, o ...Options) (float64, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	if err := f.validate("front"); err != nil {
		return 0, err
	}
	m := f.M
	if m == 0 { // the front is empty
		m = len(ref)
	}
	if err := checkLength("reference point", -1, len(ref), m); err != nil {
		return 0, err
	}
	if err := checkFinite("reference point", -1, ref); err != nil {
		return 0, err
	}
	if err := checkScale(scale, m); err != nil {
		return 0, err
	}
	if err := checkFinite("delta", -1, []float64{delta}); err != nil {
		return 0, err
	}
	if delta <= 0 {
		return 0, errNotPositive("delta", -1, -1, delta, "give a share of the scale below which a gain counts for nothing")
	}
	if err := opt.checkDir(m); err != nil {
		return 0, err
	}
	logs := Front{M: m}
	log := make([]float64, m)
rows:
	for i := range f.Len() {
		if err := cancelled(opt.Ctx, i); err != nil {
			return 0, err
		}
		for j, v := range f.Row(i) {
			gain := opt.minimised(j, ref[j]) - opt.minimised(j, v)
			if gain <= 0 {
				continue rows
			}
			// A difference of logarithms, so that no quotient overflows or vanishes.
			log[j] = math.Log(gain) - math.Log(scale[j])
		}
		logs.X = append(logs.X, log...)
	}
	floor := make([]float64, m)
	for j := range floor {
		floor[j] = math.Log(delta)
	}
	opt.Dir = nil // the logarithms are maximised
	return Hypervolume(logs, floor, opt)
}

// checkScale returns an error unless scale holds a positive number for each of m objectives.
func checkScale(scale []float64, m int) error {
	if err := checkLength("scale", -1, len(scale), m); err != nil {
		return err
	}
	if err := checkFinite("scale", -1, scale); err != nil {
		return err
	}
	for j, v := range scale {
		if v <= 0 {
			return errNotPositive("scale", -1, j, v, "give a typical range of the objective")
		}
	}
	return nil
}
