package pareto_test

import (
	"errors"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/pareto"
)

// Deep sea treasure: the value of a treasure against the time to reach it.
func ExampleNewFront() {
	f, err := pareto.NewFront([][]float64{{1, -1}, {2, -3}, {124, -19}})
	if err != nil {
		panic(err)
	}
	fmt.Println(f.Len(), "rows of", f.M, "objectives; the last:", f.Row(2))

	_, err = pareto.NewFront([][]float64{{1, -1}, {2}})
	fmt.Println(errors.Is(err, pareto.ErrDimension), err)
	// Output:
	// 3 rows of 2 objectives; the last: [124 -19]
	// true front, row 1 (counting from 0): it has 1 value where row 0 has 2; give every row one value per objective
}

func ExampleNonDominated() {
	f, err := pareto.NewFront([][]float64{{1, -1}, {2, -3}, {1, -5}, {3, -5}, {2, -3}})
	if err != nil {
		panic(err)
	}
	idx, err := pareto.NonDominated(f)
	if err != nil {
		panic(err)
	}
	fmt.Println(idx, f.Select(idx).Rows())
	// Output: [0 1 3] [[1 -1] [2 -3] [3 -5]]
}

// The second objective is a cost here.
func ExampleNonDominated_minimise() {
	f, err := pareto.NewFront([][]float64{{1, 10}, {2, 30}, {1, 50}})
	if err != nil {
		panic(err)
	}
	idx, err := pareto.NonDominated(f, pareto.Options{Dir: []pareto.Direction{pareto.Maximise, pareto.Minimise}})
	if err != nil {
		panic(err)
	}
	fmt.Println(idx)
	// Output: [0 1]
}

func ExampleHypervolume() {
	f, err := pareto.NewFront([][]float64{{1, 3}, {2, 2}, {3, 1}})
	if err != nil {
		panic(err)
	}
	v, err := pareto.Hypervolume(f, []float64{0, 0})
	if err != nil {
		panic(err)
	}
	fmt.Println(v)
	// Output: 6
}

// A workspace for a loop of many measurements.
func ExampleWorkspace() {
	var w pareto.Workspace
	var archive pareto.Front
	for _, value := range [][]float64{{2, 1, 1}, {1, 2, 1}, {1, 1, 2}} {
		archive = archive.Append(value)
		v, err := w.Hypervolume(archive, []float64{0, 0, 0})
		if err != nil {
			panic(err)
		}
		fmt.Println(v)
	}
	// Output:
	// 2
	// 3
	// 4
}

// The mean utility over the preferences (0, 1), (½, ½) and (1, 0).
func ExampleExpectedUtility() {
	f, err := pareto.NewFront([][]float64{{4, 0}, {0, 2}})
	if err != nil {
		panic(err)
	}
	v, err := pareto.ExpectedUtility(f, pareto.Lattice(2, 2))
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.3f\n", v)
	// Output: 2.667
}

func ExampleLattice() {
	for _, w := range pareto.Lattice(3, 2) {
		fmt.Println(w)
	}
	// Output:
	// [0 0 1]
	// [0 0.5 0.5]
	// [0 1 0]
	// [0.5 0 0.5]
	// [0.5 0.5 0]
	// [1 0 0]
}

// An error says what is wrong and where, for people and for programs.
func ExampleInputError() {
	f := pareto.Front{M: 2, X: []float64{1, 2, math.NaN(), 3}}
	err := f.Validate()
	fmt.Println(err)
	var at *pareto.InputError
	if errors.As(err, &at) {
		fmt.Println(at.Error() == err.Error(), errors.Is(at.Unwrap(), pareto.ErrNaN), at.Row, at.Col)
	}
	// Output:
	// front, row 1, objective 0 (counting from 0): the value is NaN; leave the row out or repair what computed it
	// true true 1 0
}

// A row that does not fit marks the front, and the next function to check it says so.
func ExampleFront_Append() {
	f := pareto.Front{}.Append([]float64{1, 2}).Append([]float64{3}).Append([]float64{2, 1})
	_, err := pareto.NonDominated(f)
	fmt.Println(f.Len(), err)
	// Output: 0 front: it is invalid, with -1 objectives; append rows of one length only, and select rows that exist
}
