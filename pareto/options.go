package pareto

import (
	"context"
	"fmt"
)

// Direction says whether more or less of an objective is better.
type Direction int8

// More is better by default, as for the returns of a policy.
const (
	Maximise Direction = iota
	Minimise
)

// String returns "maximise" or "minimise".
func (d Direction) String() string {
	switch d {
	case Maximise:
		return "maximise"
	case Minimise:
		return "minimise"
	}
	return fmt.Sprintf("Direction(%d)", int8(d))
}

// Options are the settings of the functions that take them as an optional last argument. The
// zero value is the default of each. More than one argument is ErrRange.
type Options struct {
	// Dir holds one direction per objective; nil maximises all. A wrong length is ErrDimension, a
	// value that is not one of the constants ErrRange.
	Dir []Direction

	// KeepDuplicates makes NonDominated keep every copy of a non-dominated vector. By default
	// only the copy with the smallest index is kept.
	KeepDuplicates bool

	// CountDominated makes Contributions take dominated rows into account, as the literal
	// definition says. By default they are ignored.
	CountDominated bool

	// MaxFronts, if positive, makes Rank tell only so many fronts apart: all rows behind them get
	// the rank MaxFronts.
	MaxFronts int

	// StopAfter, if positive, makes Rank tell only as many fronts apart as hold so many rows
	// together: all rows behind them get the number of those fronts as their rank.
	StopAfter int

	// Ctx, if not nil, ends a long computation early; the function then returns Ctx.Err(), within 50 ms
	// for up to a million rows of few objectives.
	Ctx context.Context

	// MaxWork, if positive, bounds the boxes that exact hypervolumes and contributions of four or
	// more objectives may measure; beyond it the result is ErrBudget. 0 is no bound. The count does
	// not depend on the machine or on Workers. A million boxes take a fraction of a second, if few
	// rows cut into each.
	MaxWork int64

	// Workers is the number of goroutines of one hypervolume of four or more objectives, or of
	// contributions, that is large enough to gain from them; 0 and 1 use the caller's only, and
	// there are never more than 256. The result is the same, bit for bit, for every number.
	Workers int
}

// option returns the one element of o, or the defaults; an error if there are more, if it is not valid, or
// if its context has ended.
func option(o []Options) (Options, error) {
	if len(o) == 0 {
		return Options{}, nil
	}
	if len(o) > 1 {
		return Options{}, errTooMany(len(o))
	}
	if err := checkDirections(o[0].Dir); err != nil {
		return Options{}, err
	}
	return o[0], o[0].cancelled()
}

func errTooMany(n int) error {
	return &InputError{Kind: ErrRange, Input: "options", Row: -1, Col: -1,
		Fault: fmt.Sprintf("there are %d", n), Remedy: "give one"}
}

// checkDirections returns an error if a direction is not one of the constants.
func checkDirections(dir []Direction) error {
	for j, d := range dir {
		if d != Maximise && d != Minimise {
			return &InputError{Kind: ErrRange, Input: "directions", Row: -1, Col: j,
				Fault: fmt.Sprintf("it is %v", d), Remedy: "give Maximise or Minimise"}
		}
	}
	return nil
}

// checkDir returns an error if the directions do not fit m objectives.
func (o *Options) checkDir(m int) error {
	if len(o.Dir) == 0 {
		return nil
	}
	return checkLength("directions", -1, len(o.Dir), m)
}

// cancelled returns the error of the context, nil without one.
func (o *Options) cancelled() error {
	if o.Ctx == nil {
		return nil
	}
	return o.Ctx.Err()
}

// minimised returns v, a value of objective j, with its sign flipped if the objective is
// maximised: the algorithms minimise. The flip is exact. Zeros come out as +0.
func (o *Options) minimised(j int, v float64) float64 {
	if len(o.Dir) > 0 && o.Dir[j] == Minimise {
		return v + 0
	}
	return 0 - v
}
