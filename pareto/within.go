package pareto

import "errors"

// DefaultWork is the budget of [HypervolumeWithin] unless Options.MaxWork gives another: boxes that take
// from seconds to a minute.
const DefaultWork = 50_000_000

// HypervolumeWithin returns the hypervolume of f above ref if its exact computation takes at most
// Options.MaxWork boxes, [DefaultWork] if that is 0: then lo and hi are equal. Otherwise it returns bounds
// between which the hypervolume certainly lies, as [HypervolumeBracket] finds them with the same budget
// once more: hi - lo ≤ relGap·hi, or ErrBudget with the best bounds so far. It never samples.
//
// The choice depends on the input and the budget alone, neither on the machine nor on Options.Workers. Up
// to three objectives the result is always exact. An ended context gives its error, with the bounds so far
// if the exact computation had been given up, and 0 and 0 otherwise.
//
// Other errors as HypervolumeBracket.
func HypervolumeWithin(f Front, ref []float64, relGap float64, o ...Options) (lo, hi float64, err error) {
	if !(relGap >= 0) {
		return 0, 0, errRange("relative gap", relGap, "give a number such as 0.01, or 0")
	}
	opt, err := option(o)
	if err != nil {
		return 0, 0, err
	}
	if opt.MaxWork <= 0 {
		opt.MaxWork = DefaultWork
	}
	v, err := Hypervolume(f, ref, opt)
	if errors.Is(err, ErrBudget) {
		return HypervolumeBracket(f, ref, relGap, opt)
	}
	return v, v, err
}
