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
}

// TestFrontMarksMisuse: rows that do not fit make a front that every check refuses, for good.
func TestFrontMarksMisuse(t *testing.T) {
	f := Front{2, []float64{1, 2, 3, 4}}
	for _, c := range []struct {
		name string
		f    Front
	}{
		{"another length", f.Append([]float64{1})},
		{"no values", Front{}.Append(nil)},
		{"another length, then a row that would fit", f.Append([]float64{1, 2, 3}).Append([]float64{1, 2})},
		{"a negative index", f.Select([]int{0, -1})},
		{"an index too large", f.Select([]int{2, 0})},
		{"a row of no front", Front{}.Select([]int{0})},
		{"no row of an invalid front", Front{M: -1}.Select(nil)},
	} {
		if err := c.f.Validate(); !errors.Is(err, ErrDimension) || c.f.Len() != 0 || len(c.f.Rows()) != 0 {
			t.Errorf("%s: %+v, %v; want no rows and %v", c.name, c.f, err, ErrDimension)
		}
		if _, err := Hypervolume(c.f, []float64{0, 0}); !errors.Is(err, ErrDimension) {
			t.Errorf("%s: hypervolume %v, want %v", c.name, err, ErrDimension)
		}
		if _, err := NonDominated(c.f); !errors.Is(err, ErrDimension) {
			t.Errorf("%s: non-dominated %v, want %v", c.name, err, ErrDimension)
		}
	}
	for _, i := range []int{-1, 2, math.MinInt, math.MaxInt} {
		if row := f.Row(i); row != nil {
			t.Errorf("row %d: %v", i, row)
		}
	}
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

func TestOptionsMisuse(t *testing.T) {
	f := Front{1, []float64{1}}
	for _, c := range []struct {
		name string
		f    Front
		o    []Options
		want error
	}{
		{"two options", f, []Options{{}, {}}, ErrRange},
		{"two options, no rows", Front{}, []Options{{}, {}}, ErrRange},
		{"an unknown direction", f, []Options{{Dir: []Direction{2}}}, ErrRange},
		{"an unknown direction, no rows", Front{}, []Options{{Dir: []Direction{-1}}}, ErrRange},
		{"too many directions", f, []Options{{Dir: []Direction{0, 0}}}, ErrDimension},
	} {
		if _, err := NonDominated(c.f, c.o...); !errors.Is(err, c.want) {
			t.Errorf("%s: non-dominated %v, want %v", c.name, err, c.want)
		}
		if _, err := Hypervolume(c.f, []float64{0}, c.o...); !errors.Is(err, c.want) {
			t.Errorf("%s: hypervolume %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := NewUnboundedArchive(ArchiveOptions{}, ArchiveOptions{}); !errors.Is(err, ErrRange) {
		t.Errorf("two options of an archive: %v", err)
	}
	if _, err := NewUnboundedArchive(ArchiveOptions{Dir: []Direction{2}}); !errors.Is(err, ErrRange) {
		t.Errorf("an unknown direction of an archive: %v", err)
	}
	if Maximise.String() != "maximise" || Minimise.String() != "minimise" || Direction(2).String() != "Direction(2)" {
		t.Error("names of directions")
	}
}
