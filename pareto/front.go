package pareto

import "fmt"

// Front is a set of n value vectors of M objectives, all maximised unless [Options] say
// otherwise. Despite its name nothing requires its rows to be mutually non-dominated: see
// [NonDominated]. The zero value is an empty front whose first [Front.Append] fixes M.
//
// A front of negative M is invalid. It has no rows, and every function that returns an error
// answers ErrDimension: the mark that [Front.Append] and [Front.Select] leave of a row that does not fit.
type Front struct {
	M int       // number of objectives
	X []float64 // row-major: row i is X[i*M:(i+1)*M]
}

// NewFront copies rows into a front; all must have the length of the first. A ragged row or one
// without values is ErrDimension. Values are not looked at: see [Front.Validate]. No rows give
// the zero Front.
func NewFront(rows [][]float64) (Front, error) {
	if len(rows) == 0 {
		return Front{}, nil
	}
	m := len(rows[0])
	if m == 0 {
		return Front{}, &InputError{Kind: ErrDimension, Input: "front", Row: 0, Col: -1,
			Fault: "it has no values", Remedy: "give one value per objective"}
	}
	x := make([]float64, 0, len(rows)*m)
	for i, row := range rows {
		if len(row) != m {
			return Front{}, &InputError{Kind: ErrDimension, Input: "front", Row: i, Col: -1,
				Fault:  fmt.Sprintf("it has %s where row 0 has %d", count(len(row), "value"), m),
				Remedy: "give every row one value per objective"}
		}
		x = append(x, row...)
	}
	return Front{M: m, X: x}, nil
}

// invalidFront is a front that every check refuses.
func invalidFront() Front { return Front{M: -1} }

// Len returns the number of rows n.
func (f Front) Len() int {
	if f.M <= 0 {
		return 0
	}
	return len(f.X) / f.M
}

// Row returns row i, nil if there is no such row. It shares memory with the front.
func (f Front) Row(i int) []float64 {
	if uint(i) >= uint(f.Len()) {
		return nil
	}
	return f.X[i*f.M : (i+1)*f.M : (i+1)*f.M]
}

// Rows returns a copy of all rows.
func (f Front) Rows() [][]float64 {
	x := append([]float64(nil), f.X...)
	rows := make([][]float64, f.Len())
	for i := range rows {
		rows[i] = x[i*f.M : (i+1)*f.M : (i+1)*f.M]
	}
	return rows
}

// Select returns a new front of the rows idx, in that order; a row may be named more than once. The
// index of no row makes the result invalid, see [Front].
func (f Front) Select(idx []int) Front {
	var x []float64
	if f.Len() > 0 {
		x = make([]float64, 0, len(idx)*f.M)
	}
	for _, i := range idx {
		row := f.Row(i)
		if row == nil {
			return invalidFront()
		}
		x = append(x, row...)
	}
	return Front{M: f.M, X: x}
}

// Append returns the front with a copy of row at its end. Like the built-in append it may write
// behind the end of f.X, so use it as f = f.Append(row). An empty front without M takes the length of
// row. A row of no values, or not of M values, makes the result invalid, see [Front]; and so does any row
// appended to an invalid front.
func (f Front) Append(row []float64) Front {
	if f.M == 0 && len(f.X) == 0 {
		f.M = len(row)
	}
	if len(row) != f.M || f.M == 0 {
		return invalidFront()
	}
	f.X = append(f.X, row...)
	return f
}

// Validate returns nil if every value is finite and X holds whole rows of at least one objective,
// else ErrNaN, ErrInf or ErrDimension with row and column. Every function of this package that
// returns an error makes this check itself. O(n·m).
func (f Front) Validate() error { return f.validate("front") }

// validate is Validate for a front that the user knows as input.
func (f Front) validate(input string) error {
	if f.M == 0 && len(f.X) == 0 {
		return nil
	}
	if f.M < 0 {
		return &InputError{Kind: ErrDimension, Input: input, Row: -1, Col: -1,
			Fault:  fmt.Sprintf("it is invalid, with %d objectives", f.M),
			Remedy: "append rows of one length only, and select rows that exist"}
	}
	if f.M == 0 || len(f.X)%f.M != 0 {
		return &InputError{Kind: ErrDimension, Input: input, Row: -1, Col: -1,
			Fault:  fmt.Sprintf("%d values do not make whole rows of %d objectives", len(f.X), f.M),
			Remedy: "set M to the number of objectives and X to n·M values"}
	}
	k := 0
	for ; k+4 <= len(f.X); k += 4 { // v-v is 0 unless v is NaN or infinite
		if v := f.X[k : k+4 : k+4]; (v[0]-v[0])+(v[1]-v[1])+(v[2]-v[2])+(v[3]-v[3]) != 0 {
			break
		}
	}
	for ; k < len(f.X); k++ {
		if v := f.X[k]; v-v != 0 {
			return notFinite(input, k/f.M, k%f.M, v)
		}
	}
	return nil
}
