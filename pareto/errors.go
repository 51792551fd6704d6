package pareto

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Kinds of invalid input. Test for them with errors.Is; the concrete error is an [*InputError]
// that says where the fault is.
var (
	// ErrNaN marks a coordinate that is not a number.
	ErrNaN = errors.New("pareto: not a number")
	// ErrInf marks an infinite coordinate, or a result too large for float64.
	ErrInf = errors.New("pareto: infinite")
	// ErrDimension marks a wrong number of objectives.
	ErrDimension = errors.New("pareto: wrong number of objectives")
	// ErrEmpty marks an empty set where at least one row is needed.
	ErrEmpty = errors.New("pareto: empty set")
	// ErrNotPositive marks a number that has to be greater than 0.
	ErrNotPositive = errors.New("pareto: not positive")
	// ErrRange marks a parameter outside its range.
	ErrRange = errors.New("pareto: out of range")
	// ErrBudget marks a computation that would have exceeded [Options.MaxWork].
	ErrBudget = errors.New("pareto: work budget spent")
)

// InputError says what is wrong with which input, and where. Rows and columns count from 0.
type InputError struct {
	Kind   error  // one of the Err… values; what errors.Is compares with
	Input  string // what was being read: "front", "reference point", "weights", …
	Row    int    // row of the fault, -1 if it is not in one row
	Col    int    // objective of the fault, -1 if it is not in one objective
	Fault  string // what was found there
	Remedy string // what to do about it
}

// Error names input, place, fault and remedy.
func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString(e.Input)
	if e.Row >= 0 {
		fmt.Fprintf(&b, ", row %d", e.Row)
	}
	if e.Col >= 0 {
		fmt.Fprintf(&b, ", objective %d", e.Col)
	}
	if e.Row >= 0 || e.Col >= 0 {
		b.WriteString(" (counting from 0)")
	}
	b.WriteString(": ")
	b.WriteString(e.Fault)
	if e.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// Unwrap returns the kind of the error.
func (e *InputError) Unwrap() error { return e.Kind }

// checkFinite returns an error for the first value of row that is NaN or infinite.
func checkFinite(input string, row int, values []float64) error {
	for j, v := range values {
		// v-v is 0 for every finite v and NaN otherwise.
		if v-v != 0 {
			return notFinite(input, row, j, v)
		}
	}
	return nil
}

func notFinite(input string, row, col int, v float64) error {
	e := &InputError{Kind: ErrNaN, Input: input, Row: row, Col: col, Fault: "the value is NaN"}
	if math.IsInf(v, 0) {
		e.Kind = ErrInf
		e.Fault = fmt.Sprintf("the value is %v", v)
	}
	e.Remedy = "leave the row out or repair what computed it"
	if row < 0 {
		e.Remedy = "give a finite number"
	}
	return e
}

// checkLength returns an error if an input has got another number of values than one for each of
// m objectives.
func checkLength(input string, row, got, m int) error {
	if got == m {
		return nil
	}
	return &InputError{
		Kind: ErrDimension, Input: input, Row: row, Col: -1,
		Fault:  fmt.Sprintf("it has %s for %s", count(got, "value"), count(m, "objective")),
		Remedy: "give one value per objective",
	}
}

// checkMaxObjectives returns an error if m is above limit.
func checkMaxObjectives(input string, m, limit int) error {
	if m <= limit {
		return nil
	}
	return &InputError{
		Kind: ErrDimension, Input: input, Row: -1, Col: -1,
		Fault:  fmt.Sprintf("it has %d objectives where at most %d are supported", m, limit),
		Remedy: "leave some out",
	}
}

func errEmpty(input string) error {
	return &InputError{Kind: ErrEmpty, Input: input, Row: -1, Col: -1,
		Fault: "it has no rows", Remedy: "give at least one"}
}

func errNotPositive(input string, row, col int, v float64, remedy string) error {
	return &InputError{Kind: ErrNotPositive, Input: input, Row: row, Col: col,
		Fault: fmt.Sprintf("it is %v", v), Remedy: remedy}
}

func errRange(input string, v any, remedy string) error {
	return &InputError{Kind: ErrRange, Input: input, Row: -1, Col: -1,
		Fault: fmt.Sprintf("it is %v", v), Remedy: remedy}
}

// finite returns v, or an error if computing what went beyond the range of float64.
func finite(what string, v float64) (float64, error) {
	if v-v != 0 {
		return 0, &InputError{Kind: ErrInf, Input: what, Row: -1, Col: -1,
			Fault: "it exceeds the range of float64", Remedy: "divide the objectives by a typical value first"}
	}
	return v, nil
}

// count writes n and a noun in the right number.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
