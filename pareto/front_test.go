package pareto

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestNewFront(t *testing.T) {
	rows := [][]float64{{1, 2}, {3, 4}, {5, 6}}
	f := mustFront(t, rows)
	rows[0][0] = 9
	if f.M != 2 || f.Len() != 3 || !slices.Equal(f.X, []float64{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%+v", f)
	}
	if !slices.Equal(f.Row(1), []float64{3, 4}) {
		t.Errorf("row 1: %v", f.Row(1))
	}
	back := f.Rows()
	back[2][0] = 9
	if len(back) != 3 || !slices.Equal(back[2], []float64{9, 6}) || f.X[4] != 5 {
		t.Errorf("rows %v of %v", back, f)
	}
	if empty := mustFront(t, nil); empty.Len() != 0 || len(empty.Rows()) != 0 || len(empty.Select(nil).X) != 0 {
		t.Errorf("no rows: %+v", empty)
	}
}

func TestNewFrontErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		rows [][]float64
		row  int
	}{
		{"ragged", [][]float64{{1, 2}, {3, 4}, {5}}, 2},
		{"too long", [][]float64{{1, 2}, {3, 4, 5}}, 1},
		{"no values", [][]float64{{}, {}}, 0},
	} {
		_, err := NewFront(c.rows)
		var at *InputError
		if !errors.Is(err, ErrDimension) || !errors.As(err, &at) || at.Row != c.row {
			t.Errorf("%s: %v, want row %d", c.name, err, c.row)
		}
	}
}

func TestFrontSelectAndAppend(t *testing.T) {
	f := Front{2, []float64{1, 2, 3, 4, 5, 6}}
	s := f.Select([]int{2, 0, 2})
	if !slices.Equal(s.X, []float64{5, 6, 1, 2, 5, 6}) || s.M != 2 {
		t.Errorf("select: %+v", s)
	}
	s.X[0] = 9
	if f.X[4] != 5 {
		t.Error("Select shares memory")
	}
	var g Front
	row := []float64{1, 2, 3}
	g = g.Append(row).Append(row)
	row[0] = 9
	if g.M != 3 || g.Len() != 2 || !slices.Equal(g.X, []float64{1, 2, 3, 1, 2, 3}) {
		t.Errorf("append: %+v", g)
	}
	mustPanic(t, "another length", func() { g.Append([]float64{1}) })
	mustPanic(t, "no values", func() { Front{}.Append(nil) })
}

func TestErrorsNamePlaceAndRemedy(t *testing.T) {
	err := Front{2, []float64{1, 2, 3, math.NaN()}}.Validate()
	for _, part := range []string{"front", "row 1", "objective 1", "NaN", "leave the row out"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if !errors.Is(err, ErrNaN) || errors.Is(err, ErrInf) {
		t.Errorf("%v is not just ErrNaN", err)
	}
}

func TestOptionsPanicOnMisuse(t *testing.T) {
	f := Front{1, []float64{1}}
	mustPanic(t, "two options", func() { NonDominated(f, Options{}, Options{}) })
	mustPanic(t, "an unknown direction", func() { NonDominated(f, Options{Dir: []Direction{2}}) })
	if Maximise.String() != "maximise" || Minimise.String() != "minimise" || Direction(2).String() != "Direction(2)" {
		t.Error("names of directions")
	}
}
