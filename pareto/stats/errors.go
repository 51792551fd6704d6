package stats

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Kinds of invalid input. Test for them with errors.Is; the concrete error is an [*InputError]
// that says where the fault is.
var (
	// ErrNaN marks a number that is none.
	ErrNaN = errors.New("stats: not a number")
	// ErrInf marks an infinite number, or a result too large for float64.
	ErrInf = errors.New("stats: infinite")
	// ErrTooFew marks fewer runs, tasks or algorithms than the question needs.
	ErrTooFew = errors.New("stats: too few")
	// ErrShape marks inputs that do not fit together: their lengths, their tasks, or their order.
	ErrShape = errors.New("stats: wrong shape")
	// ErrRange marks a setting or a probability outside its range.
	ErrRange = errors.New("stats: out of range")
	// ErrExtrapolation marks a step that not all curves reach.
	ErrExtrapolation = errors.New("stats: beyond the data")
)

// MinRuns is the smallest number of runs of which an interval or a test is given.
const MinRuns = 3

// InputError says what is wrong with which input, and where.
type InputError struct {
	Kind   error  // one of the Err… values; what errors.Is compares with
	Input  string // what was being read: "scores", "x", "options", …
	Place  string // where in it the fault is, counting from 0; empty if it is not in one place
	Fault  string // what was found there
	Remedy string // what to do about it
}

// Error names input, place, fault and remedy.
func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString(e.Input)
	if e.Place != "" {
		fmt.Fprintf(&b, ", %s (counting from 0)", e.Place)
	}
	fmt.Fprintf(&b, ": %s; %s", e.Fault, e.Remedy)
	return b.String()
}

// Unwrap returns the kind of the error.
func (e *InputError) Unwrap() error { return e.Kind }

// checkFinite returns an error for the first of values that is NaN or infinite. The place of
// value i is the noun and i.
func checkFinite(input, noun string, values []float64) error {
	for i, v := range values {
		if v-v == 0 { // neither NaN nor infinite
			continue
		}
		e := &InputError{Kind: ErrNaN, Input: input, Place: fmt.Sprintf("%s %d", noun, i),
			Fault: "it is NaN", Remedy: "leave the run out and say so, or repair what computed it"}
		if math.IsInf(v, 0) {
			e.Kind = ErrInf
			e.Fault = fmt.Sprintf("it is %v", v)
		}
		return e
	}
	return nil
}

// checkProbability returns an error if v is not between 0 and 1. place says where in the input it
// stands, and may be empty.
func checkProbability(input, place string, v float64) error {
	if 0 <= v && v <= 1 {
		return nil
	}
	e := &InputError{Kind: ErrRange, Input: input, Place: place,
		Fault: fmt.Sprintf("%v is not between 0 and 1", v), Remedy: "give a probability"}
	if math.IsNaN(v) {
		e.Kind = ErrNaN
	}
	return e
}

// checkAtLeast returns an error if n things are fewer than least.
func checkAtLeast(input, things string, n, least int) error {
	if n >= least {
		return nil
	}
	return &InputError{Kind: ErrTooFew, Input: input,
		Fault:  fmt.Sprintf("n = %d %s where at least %d are needed", n, things, least),
		Remedy: fmt.Sprintf("add %s", things)}
}

// finite returns v, or an error if computing what went beyond the range of float64.
func finite(what string, v float64) (float64, error) {
	if v-v != 0 {
		return 0, &InputError{Kind: ErrInf, Input: what, Fault: "it exceeds the range of float64",
			Remedy: "divide the scores by a typical value first"}
	}
	return v, nil
}
