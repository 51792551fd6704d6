package stats

import (
	"cmp"
	"context"
	"fmt"
)

// Options are the settings of the functions that take them as an optional last argument; more
// than one is ErrRange. The zero value is the default of each.
type Options struct {
	// Resamples is the number B of bootstrap resamples; 0 is 50,000, for the band of a profile
	// 2,000. One number is kept of each, for a profile one per threshold; ErrRange above 2^26.
	Resamples int

	// Confidence is the probability 1-α of an interval, between 0 and 1; 0 is 0.95.
	Confidence float64

	// Seed of the resamples.
	Seed uint64

	// Workers is the number of goroutines; 0 and 1 use the caller's only. The result is the same,
	// bit for bit, for every number.
	Workers int

	// Ctx, if not nil, ends the computation early; the function then returns Ctx.Err().
	Ctx context.Context
}

const (
	defaultResamples        = 50_000
	defaultProfileResamples = 2_000
	defaultConfidence       = 0.95
	maxReplicates           = 1 << 26 // half a gibibyte
)

// option returns the one element of o, with its defaults filled in.
func option(o []Options, resamples int) (Options, error) {
	var opt Options
	switch len(o) {
	case 0:
	case 1:
		opt = o[0]
	default:
		return opt, errOption(fmt.Sprintf("there are %d of them", len(o)), "give one")
	}
	opt.Resamples = cmp.Or(opt.Resamples, resamples)
	opt.Confidence = cmp.Or(opt.Confidence, defaultConfidence)
	if opt.Ctx == nil {
		opt.Ctx = context.Background()
	}
	if opt.Resamples < 0 {
		return opt, errOption(fmt.Sprintf("%d resamples", opt.Resamples), "give a positive number, or 0 for the default")
	}
	if !(opt.Confidence > 0 && opt.Confidence < 1) {
		return opt, errOption(fmt.Sprintf("confidence %v is not between 0 and 1", opt.Confidence), "give 0.95, or 0 for the default")
	}
	return opt, nil
}

func errOption(fault, remedy string) error {
	return &InputError{Kind: ErrRange, Input: "options", Fault: fault, Remedy: remedy}
}
