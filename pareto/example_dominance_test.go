package pareto_test

import (
	"bytes"
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

func ExampleDominates() {
	fmt.Println(pareto.Dominates([]float64{2, 3}, []float64{2, 1}), pareto.Dominates([]float64{2, 3}, []float64{2, 3}))
	fmt.Println(pareto.WeaklyDominates([]float64{2, 3}, []float64{2, 3}), pareto.StronglyDominates([]float64{2, 3}, []float64{2, 1}))
	// Output:
	// true false
	// true false
}

func ExampleRank() {
	f := must(pareto.NewFront([][]float64{{1, 3}, {2, 2}, {1, 2}, {0, 0}, {2, 2}}))
	fmt.Println(must(pareto.Rank(f)))
	fmt.Println(must(pareto.Rank(f, pareto.Options{StopAfter: 3}))) // one front is enough
	// Output:
	// [0 0 1 2 0]
	// [0 0 1 1 0]
}

func ExampleFilterAgainst() {
	ours := must(pareto.NewFront([][]float64{{1, 3}, {2, 2}, {3, 0}}))
	theirs := must(pareto.NewFront([][]float64{{1, 3}, {2, 3}, {3, -1}}))
	fmt.Println("not dominated:", must(pareto.FilterAgainst(ours, theirs)))
	fmt.Println("(2, 1) is dominated:", must(pareto.DominatedBy([]float64{2, 1}, ours)))
	// Output:
	// not dominated: [2]
	// (2, 1) is dominated: true
}

func ExampleCoverage() {
	a := must(pareto.NewFront([][]float64{{1, 3}, {3, 1}}))
	b := must(pareto.NewFront([][]float64{{1, 3}, {2, 2}, {0, 0}, {3, 0}}))
	fmt.Println(must(pareto.Coverage(a, b)), must(pareto.Coverage(b, a)))
	// Output: 0.75 0.5
}

func ExampleCrowding() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {4, 6}, {5, 5}, {10, 0}}))
	fmt.Printf("%.1f\n", pareto.Crowding(f))
	// Output: [+Inf 1.0 1.2 +Inf]
}

// Policies found one after the other, of which the three loneliest are kept.
func ExampleCrowdingArchive() {
	archive := must(pareto.NewCrowdingArchive(3))
	for i, value := range [][]float64{{0, 10}, {4, 6}, {5, 5}, {4, 5}, {10, 0}} {
		r := must(archive.Insert(value, fmt.Sprint("policy ", i)))
		fmt.Println(value, "added:", r.Added, "removed:", len(r.Removed))
	}
	for i := range archive.Len() {
		fmt.Println(archive.Points().Row(i), archive.Payload(i))
	}
	// Output:
	// [0 10] added: true removed: 0
	// [4 6] added: true removed: 0
	// [5 5] added: true removed: 0
	// [4 5] added: false removed: 0
	// [10 0] added: true removed: 1
	// [0 10] policy 0
	// [5 5] policy 2
	// [10 0] policy 4
}

// A generation at a time: the distances are computed once, after all have been offered.
func ExampleCrowdingArchive_InsertAll() {
	archive := must(pareto.NewCrowdingArchive(3))
	added, removed, err := archive.InsertAll(must(pareto.NewFront([][]float64{{0, 10}, {4, 6}, {5, 5}, {10, 0}})), nil)
	fmt.Println(added, removed, err)
	// Output: [true false true true] [] <nil>
}

func ExampleUnboundedArchive() {
	archive := must(pareto.NewUnboundedArchive())
	for _, value := range [][]float64{{1, 1}, {0, 3}, {2, 2}} {
		must(archive.Insert(value, nil))
	}
	fmt.Println(archive.Points().Rows())
	// Output: [[0 3] [2 2]]
}

// Differences below ten minutes and a tenth of a litre do not matter.
func ExampleEpsilonArchive() {
	archive := must(pareto.NewEpsilonArchive([]float64{10, 0.1}, pareto.ArchiveOptions{
		Dir: []pareto.Direction{pareto.Minimise, pareto.Minimise}}))
	for _, trip := range [][]float64{{61, 5.42}, {63, 5.41}, {66, 5.35}, {75, 5.02}} {
		r := must(archive.Insert(trip, nil))
		fmt.Println(trip, r.Added)
	}
	fmt.Println(archive.Points().Rows(), archive.Epsilon())
	// Output:
	// [61 5.42] true
	// [63 5.41] false
	// [66 5.35] true
	// [75 5.02] true
	// [[66 5.35] [75 5.02]] [10 0.1]
}

func ExampleMultilevelArchive() {
	archive := must(pareto.NewMultilevelArchive(2, []float64{1, 1}))
	for _, value := range [][]float64{{0, 10}, {4, 6}, {5, 5}} {
		must(archive.Insert(value, nil))
	}
	fmt.Println(archive.Points().Rows(), "within", archive.Epsilon())
	// Output: [[0 10] [5 5]] within [2 2]
}

func ExampleGridArchive() {
	archive := must(pareto.NewGridArchive(3, 1)) // two by two cells
	for _, value := range [][]float64{{0, 10}, {6, 3}, {10, 0}, {7, 2}} {
		must(archive.Insert(value, nil))
	}
	fmt.Println(archive.Points().Rows())
	// Output: [[0 10] [6 3] [10 0]]
}

func ExampleDistanceArchive() {
	archive := must(pareto.NewDistanceArchive(3))
	for _, value := range [][]float64{{0, 10}, {4, 6}, {5, 5}, {9, 0}} {
		must(archive.Insert(value, nil))
	}
	fmt.Println(archive.Points().Rows())
	// Output: [[0 10] [5 5] [9 0]]
}

// The best policy for each of three users.
func ExampleReferenceArchive() {
	users := [][]float64{{1, 0}, {0.5, 0.5}, {0, 1}}
	archive := must(pareto.NewReferenceArchive(users, nil))
	for _, value := range [][]float64{{4, 4}, {0, 10}, {10, 0}, {6, 6}, {3, 7}} {
		must(archive.Insert(value, nil))
	}
	for w, user := range users {
		fmt.Println(user, archive.Points().Row(archive.Best(w)))
	}
	// Output:
	// [1 0] [10 0]
	// [0.5 0.5] [6 6]
	// [0 1] [0 10]
}

func ExampleSaveArchive() {
	archive := must(pareto.NewUnboundedArchive())
	must(archive.Insert([]float64{1, 3}, "a.policy"))
	must(archive.Insert([]float64{2, 0.1}, "b.policy"))
	var file bytes.Buffer
	if err := pareto.SaveArchive(&file, archive, func(payload any) (string, error) { return payload.(string), nil }); err != nil {
		panic(err)
	}
	fmt.Print(file.String())

	loaded := must(pareto.NewUnboundedArchive())
	if err := pareto.LoadArchive(&file, loaded, nil); err != nil {
		panic(err)
	}
	fmt.Println(loaded.Points().Rows(), loaded.Payload(1))
	// Output:
	// {"objectives":2,"rows":2}
	// {"values":[1,3],"key":"a.policy"}
	// {"values":[2,0.1],"key":"b.policy"}
	// [[1 3] [2 0.1]] b.policy
}

func ExampleHypervolumeArchive() {
	archive := must(pareto.NewHypervolumeArchive(3, []float64{-2, -1}))
	for _, value := range [][]float64{{0, 10}, {4, 6}, {5, 5}, {10, 0}} {
		must(archive.Insert(value, nil))
	}
	fmt.Println(archive.Points().Rows(), archive.Hypervolume())
	// Output: [[0 10] [5 5] [10 0]] 57
}
