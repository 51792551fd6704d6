package pareto_test

import (
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

// Five policies with two returns each, and a point worse than all of them. The fourth is dominated.
var (
	policies = pareto.Front{M: 2, X: []float64{1, 7, 3, 6, 5, 4, 4, 3, 7, 1}}
	worst    = []float64{0, 0}
)

func ExampleContributions() {
	c, err := pareto.Contributions(policies, worst)
	fmt.Println(c, err)
	c, err = pareto.Contributions(policies, worst, pareto.Options{CountDominated: true})
	fmt.Println(c, err)
	// Output:
	// [1 4 6 0 2] <nil>
	// [1 4 4 0 2] <nil>
}

func ExampleLeastContributor() {
	row, c, err := pareto.LeastContributor(policies, worst)
	fmt.Println(row, c, err)
	// Output:
	// 3 0 <nil>
}

func ExampleExclusive() {
	gain, err := pareto.Exclusive([]float64{6, 5}, policies, worst)
	fmt.Println(gain, err)
	// Output:
	// 6 <nil>
}

func ExampleSelectHV() {
	for _, method := range []pareto.SelectMethod{pareto.BackwardGreedy, pareto.ForwardGreedy, pareto.ExactPlane} {
		rows, hv, err := pareto.SelectHV(policies, worst, 2, method)
		fmt.Println(method, rows, hv, err)
	}
	// Output:
	// backward [1 2] 26 <nil>
	// forward [1 2] 26 <nil>
	// exact [1 2] 26 <nil>
}

func ExampleHypervolumeBracket() {
	lo, hi, err := pareto.HypervolumeBracket(policies, worst, 0.1)
	fmt.Println(lo <= 29 && 29 <= hi, hi-lo <= 0.1*hi, err)
	// Output:
	// true true <nil>
}

func ExampleHypervolumeApprox() {
	a, err := pareto.HypervolumeApprox(policies, worst, pareto.ApproxOptions{RelErr: 0.005, Seed: 1})
	fmt.Printf("%.0f, interval narrow enough: %v, %v\n", a.Value, a.Hi-a.Value <= 0.005*a.Value, err)
	// Output:
	// 29, interval narrow enough: true, <nil>
}

func ExampleHypervolumeFPRAS() {
	v, err := pareto.HypervolumeFPRAS(policies, worst, 0.05, 0.1, 1)
	fmt.Println(0.95*29 <= v && v <= 1.05*29, err)
	// Output:
	// true <nil>
}

func ExampleHypervolumeWithin() {
	lo, hi, err := pareto.HypervolumeWithin(policies, worst, 0.01)
	fmt.Println(lo, hi, lo == hi, err)
	// Output:
	// 29 29 true <nil>
}
