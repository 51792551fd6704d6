package elicit

import (
	"errors"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/pareto"
)

// Objective is what a value of an item means to a user.
type Objective struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
}

// Items are the policies among which a user chooses, N of them with m objectives, all maximised. They do not
// change.
type Items struct {
	Names      []string
	Objectives []Objective
	Values     pareto.Front // as measured
	StdErr     [][]float64  // standard error of each value; nil if they are not known
	Lowest     []float64    // of each objective over the front: 0 on the scale
	Extent     []float64    // highest minus lowest; 0 if all are equal
	scaled     []float64    // (value - lowest) / extent, N×m; 0 where the extent is 0
}

// NewItems checks a front and scales it. Items without a name are called by their number from 1, and objectives
// likewise. It returns an error that names what is wrong: no item, a value that is not finite, a number
// of names that does not fit.
func NewItems(values pareto.Front, names []string, objectives []Objective) (*Items, error) {
	if err := values.Validate(); err != nil {
		return nil, err
	}
	n, m := values.Len(), values.M
	if n == 0 {
		return nil, errors.New("the front is empty; there is nothing to choose from")
	}
	if names == nil {
		for i := range n {
			names = append(names, fmt.Sprint(i+1))
		}
	}
	if objectives == nil {
		for j := range m {
			objectives = append(objectives, Objective{Name: fmt.Sprintf("objective %d", j+1)})
		}
	}
	if len(names) != n {
		return nil, fmt.Errorf("%d names for the %d policies of the front; give one for each", len(names), n)
	}
	if len(objectives) != m {
		return nil, fmt.Errorf("%d objectives are named where the front has %d; name each", len(objectives), m)
	}
	t := &Items{Names: names, Objectives: objectives, Values: values, scaled: make([]float64, n*m)}
	highest, err := pareto.Ideal(values)
	if err != nil {
		return nil, err
	}
	if t.Lowest, err = pareto.Nadir(values); err != nil {
		return nil, err
	}
	if t.Extent, err = pareto.Extent(values); err != nil {
		return nil, fmt.Errorf("values from %v to %v lie too far apart to compare: %w", t.Lowest, highest, err)
	}
	t.rescale()
	return t, nil
}

// rescale follows a change of the scale.
func (t *Items) rescale() {
	m := t.M()
	for i, v := range t.Values.X {
		t.scaled[i] = 0
		if e := t.Extent[i%m]; e > 0 {
			t.scaled[i] = (v - t.Lowest[i%m]) / e
		}
	}
}

// SetStdErr sets the standard errors of the values, one row for each item; they are part of no identity. It returns an error if
// their number does not fit or one is negative or not finite.
func (t *Items) SetStdErr(rows [][]float64) error {
	if len(rows) != t.Len() {
		return fmt.Errorf("standard errors of %d policies, the front has %d", len(rows), t.Len())
	}
	for i, row := range rows {
		if len(row) != t.M() {
			return fmt.Errorf("policy %s has %d standard errors for %d objectives", t.Names[i], len(row), t.M())
		}
		for _, v := range row {
			if !(v >= 0 && v <= math.MaxFloat64) {
				return fmt.Errorf("policy %s has the standard error %v", t.Names[i], v)
			}
		}
	}
	t.StdErr = rows
	return nil
}

// Len returns the number of items N.
func (t *Items) Len() int { return t.Values.Len() }

// M returns the number of objectives.
func (t *Items) M() int { return t.Values.M }

// Scaled returns the values of item i on the scale from 0 to 1 over the front. It shares memory.
func (t *Items) Scaled(i int) []float64 {
	m := t.M()
	return t.scaled[i*m : (i+1)*m : (i+1)*m]
}
