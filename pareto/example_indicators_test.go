package pareto_test

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/pareto"
)

// must returns v, and gives up on an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The distances of two rows from a known front of three, in all the ways there are to average them.
func ExampleIGDPlus() {
	s := must(pareto.NewFront([][]float64{{1, 3}, {3, 1}}))
	z := must(pareto.NewFront([][]float64{{2, 4}, {4, 2}, {3, 3}}))
	fmt.Printf("IGD+ %.3f, GD+ %.3f\n", must(pareto.IGDPlus(s, z)), must(pareto.GDPlus(s, z)))
	fmt.Printf("IGD  %.3f, GD  %.3f\n", must(pareto.IGD(s, z)), must(pareto.GD(s, z)))
	fmt.Printf("averaged Hausdorff %.3f, GD of 1998 %.3f\n", must(pareto.AveragedHausdorff(s, z)), must(pareto.GDVanVeldhuizen(s, z)))
	// Output:
	// IGD+ 1.609, GD+ 1.414
	// IGD  1.609, GD  1.414
	// averaged Hausdorff 1.609, GD of 1998 1.000
}

// How much has to be added to every objective, and by what they have to be multiplied.
func ExampleEpsAdditive() {
	s := must(pareto.NewFront([][]float64{{1, 3}, {3, 1}}))
	z := must(pareto.NewFront([][]float64{{2, 4}, {4, 2}, {3, 3}}))
	fmt.Println(must(pareto.EpsAdditive(s, z)), must(pareto.EpsMultiplicative(s, z)))
	// Output: 2 3
}

// What users with linear preferences get, and what they lose against a known front.
func ExampleMaxUtilityLoss() {
	f := must(pareto.NewFront([][]float64{{4, 0}, {0, 2}}))
	z := must(pareto.NewFront([][]float64{{4, 0}, {3, 3}, {0, 4}}))
	w := pareto.Lattice(2, 10)
	fmt.Println("least", must(pareto.MinUtility(f, w)), "quantiles", must(pareto.UtilityQuantiles(f, w, []float64{0.05, 0.5, 0.95})))
	fmt.Println("loss, largest", must(pareto.MaxUtilityLoss(f, z, w)))
	fmt.Printf("loss, mean %.2f, largest in shares of the range %.2f\n",
		must(pareto.MeanUtilityLoss(f, z, w)), must(pareto.MaxUtilityLossNormalized(f, z, w)))
	// Output:
	// least 1.4 quantiles [1.5 2 3.8]
	// loss, largest 2
	// loss, mean 0.93, largest in shares of the range 0.89
}

// A user for whom the weaker objective decides.
func ExampleUtility() {
	f := must(pareto.NewFront([][]float64{{4, 0}, {3, 3}, {0, 4}}))
	weaker := func(w, y []float64) float64 { return min(w[0]*y[0], w[1]*y[1]) }
	fmt.Println(must(pareto.ExpectedUtility(f, [][]float64{{1, 1}, {1, 0.5}}, weaker)))
	// Output: 2.25
}

func ExampleHVRatio() {
	s := must(pareto.NewFront([][]float64{{1, 3}, {3, 1}}))
	z := must(pareto.NewFront([][]float64{{1, 3}, {2, 2}, {3, 1}}))
	ref := []float64{0, 0}
	fmt.Printf("%.3f of the known front, %.3f missing\n", must(pareto.HVRatio(s, z, ref)), must(pareto.RelativeHypervolume(s, z, ref)))
	// Output: 0.833 of the known front, 0.167 missing
}

// An objective in thousands beside one in units: each counts by its factor.
func ExampleLogHypervolume() {
	f := must(pareto.NewFront([][]float64{{1000, 4}, {4000, 1}}))
	fmt.Printf("%.3f\n", must(pareto.LogHypervolume(f, []float64{0, 0}, []float64{1000, 1}, 0.5)))
	// Output: 2.402
}

// The same front as two code bases print it.
func ExamplePublishedHypervolume() {
	f := must(pareto.NewFront([][]float64{{1. / 3, 2}, {1, 1}}))
	fmt.Println(must(pareto.PublishedHypervolume(pareto.PGMORL, f, nil)))
	fmt.Printf("%.6f\n", must(pareto.PublishedHypervolume(pareto.CMORL, f, pareto.PublishedReference(pareto.CMORL, "hopper", 2))))
	// Output:
	// 1.3333
	// 10301.333333
}

// How far users stay behind the ideal point (4, 4): for three of them, and for all.
func ExampleR2() {
	f := must(pareto.NewFront([][]float64{{4, 0}, {2, 3}}))
	ideal, w := []float64{4, 4}, pareto.Lattice(2, 2)
	fmt.Printf("Chebyshev %.3f, sums %.3f\n", must(pareto.R2(f, ideal, w)), must(pareto.R2Sum(f, ideal, w)))
	fmt.Printf("all weights %.3f\n", must(pareto.R2Exact(f, ideal)))
	// Output:
	// Chebyshev 0.667, sums 0.833
	// all weights 0.833
}

// How evenly a set is spread, and over what part of a known front.
func ExampleSpread() {
	s := must(pareto.NewFront([][]float64{{0, 4}, {1, 3}, {3, 0}}))
	z := must(pareto.NewFront([][]float64{{0, 4}, {2, 2}, {4, 0}}))
	fmt.Printf("spacing %.3f, divided by n %.3f\n", must(pareto.Spacing(s)), must(pareto.SpacingPopulation(s)))
	fmt.Printf("spread %.3f, generalised %.3f\n", must(pareto.Spread(s, z)), must(pareto.GeneralizedSpread(s, z)))
	// Output:
	// spacing 1.732, divided by n 1.414
	// spread 0.530, generalised 0.528
}

// The density of a set, in units and in shares of its range, and the number of rows to read beside it.
func ExampleSparsity() {
	f := must(pareto.NewFront([][]float64{{0, 30}, {1, 20}, {2, 0}, {1, 10}}))
	idx := must(pareto.NonDominated(f))
	s := f.Select(idx)
	fmt.Printf("%d rows, sparsity %v, in shares %v\n", must(pareto.Cardinality(f)), pareto.Sparsity(s),
		must(pareto.SparsityNormalized(s, must(pareto.Extent(s)))))
	fmt.Println(must(pareto.CardinalityRatio(s, f)))
	// Output:
	// 3 rows, sparsity 251, in shares 0.5277777777777778
	// 1
}

func ExampleIdeal() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {20, 0}, {10, 5}}))
	fmt.Println("from", must(pareto.Nadir(f)), "to", must(pareto.Ideal(f)), "range", must(pareto.Extent(f)))
	fmt.Println("reference point", must(pareto.RefFromNadir(f, pareto.NadirFactor)))
	// Output:
	// from [0 0] to [20 10] range [20 10]
	// reference point [-2 -1]
}

// Which share of the rows of each algorithm another one dominates.
func ExampleDominanceMatrix() {
	a := must(pareto.NewFront([][]float64{{1, 3}, {3, 2}}))
	b := must(pareto.NewFront([][]float64{{0, 3}, {2, 2}, {4, 0}}))
	for _, row := range must(pareto.DominanceMatrix([]pareto.Front{a, b})) {
		fmt.Printf("%.2f\n", row)
	}
	// Output:
	// [0.00 0.67]
	// [0.00 0.00]
}

// Rows of two layers reach the interior of the simplex with few weights.
func ExampleTwoLayerLattice() {
	w := must(pareto.TwoLayerLattice(9, 2, 1))
	fmt.Println(len(w), "rows, one lattice that reaches the interior:", pareto.LatticeSize(9, 9))
	// Output: 54 rows, one lattice that reaches the interior: 24310
}

// Weights for any number of users.
func ExampleRieszWeights() {
	fmt.Println(len(must(pareto.UniformWeights(3, 50, 42))), "uniform")
	fmt.Println(len(must(pareto.GaussianWeights(3, 50, 42))), "near the centre")
	fmt.Println(len(must(pareto.RieszWeights(3, 50, 42))), "evenly spread, first", must(pareto.ExtremaWeights(3)))
	// Output:
	// 50 uniform
	// 50 near the centre
	// 50 evenly spread, first [[1 0 0] [0 1 0] [0 0 1]]
}

// Comparing a floating-point sum with 1 loses four of 66 rows.
func ExampleCMORLGrid() {
	fmt.Println(len(must(pareto.CMORLGrid(3, 0.1))), "of", pareto.LatticeSize(3, 10))
	// Output: 62 of 66
}

// Which policies users with linear preferences need, for whom each is, and how many want it.
func ExampleConvexCoverageSet() {
	f := must(pareto.NewFront([][]float64{{0, 4}, {2, 3}, {3, 2.5}, {4, 2}, {5, 0}, {2, 1}}))
	fmt.Println("needed", must(pareto.ConvexCoverageSet(f)), "as good as others", must(pareto.WeaklySupported(f)))
	w, margin, err := pareto.SupportWeight(f, 3)
	fmt.Printf("row 3 leads by %.3f at %.3f, %v\n", margin, w, err)
	fmt.Printf("the best row changes at %.3f\n", must(pareto.CornerWeights(f)))
	fmt.Printf("shares %.3f\n", must(pareto.WinShares(f, pareto.Lattice(2, 99))))
	// Output:
	// needed [0 3 4] as good as others [1 2]
	// row 3 leads by 0.333 at [0.556 0.444], <nil>
	// the best row changes at [[0.333 0.667] [0.667 0.333]]
	// shares [0.333 0.003 0.003 0.328 0.335 0.000]
}

// What two of three runs attain, how many attain a point, and how far the runs differ.
func ExampleAttainmentSurface() {
	runs := []pareto.Front{
		must(pareto.NewFront([][]float64{{1, 3}, {3, 1}})),
		must(pareto.NewFront([][]float64{{2, 2}})),
		must(pareto.NewFront([][]float64{{1, 2}, {2, 1}})),
	}
	fmt.Println("median", must(pareto.AttainmentSurface(runs, 2)).Rows())
	points := must(pareto.NewFront([][]float64{{1, 1}, {2, 2}, {3, 3}}))
	fmt.Println("attained", must(pareto.AttainedCounts(runs, points)))
	v := must(pareto.Vorobev(runs, []float64{0, 0}))
	fmt.Printf("mean set %v, hypervolume %v, deviation %.3f\n", v.Surface.Rows(), v.Hypervolume, v.Deviation)
	// Output:
	// median [[2 1] [1 2]]
	// attained [3 1 0]
	// mean set [[2 1] [1 2]], hypervolume 3, deviation 1.000
}

// Where one algorithm reaches more often than another, and where less.
func ExampleAttainmentDifference() {
	first := []pareto.Front{must(pareto.NewFront([][]float64{{1, 2}}))}
	second := []pareto.Front{must(pareto.NewFront([][]float64{{2, 1}}))}
	for _, r := range must(pareto.AttainmentDifference(first, second)) {
		fmt.Println(r.Min, r.Max, r.Difference)
	}
	// Output:
	// [1 -Inf] [2 1] -1
	// [-Inf 1] [1 2] 1
}

// Three answers to the question for the best compromise.
func ExampleHyperplaneKnees() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {5, 9}, {8, 6}, {10, 0}}))
	for _, knees := range []pareto.Knees{
		must(pareto.HyperplaneKnees(f)),
		must(pareto.MarginalUtilityKnees(f, pareto.Lattice(2, 20))),
		must(pareto.BendAngleKnees(f)),
	} {
		fmt.Println(knees.Method, knees.Top(1))
	}
	row, distance, err := pareto.NearestToIdeal(f)
	fmt.Printf("nearest to the ideal point: row %d at %.3f, %v\n", row, distance, err)
	fmt.Println("best in each objective:", must(pareto.ExtremeRows(f)))
	// Output:
	// distance from the plane through the extreme rows [1]
	// expected marginal utility [3]
	// bend angle [1]
	// nearest to the ideal point: row 2 at 0.447, <nil>
	// best in each objective: [3 0]
}

// Somebody aspires to 6 in both objectives; the rows are asked how far they reach that.
func ExampleAchievements() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {5, 9}, {8, 6}, {10, 0}}))
	fmt.Printf("reach: %.4f\n", must(pareto.Achievements(f, []float64{6, 6})))
	fmt.Printf("distance from the ideal point: %.3f\n", must(pareto.IdealDistances(f)))
	// Output:
	// reach: [-0.6000 -0.1000 0.0000 -0.6000]
	// distance from the ideal point: [1.000 0.510 0.447 1.000]
}

// Three rows that stand for a front.
func ExampleRepresentatives() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {1, 9.5}, {5, 9}, {8, 6}, {9, 5}, {10, 0}}))
	rows, radius, err := pareto.Representatives(f, 3)
	fmt.Printf("%v, all others within %.2f, %v\n", rows, radius, err)
	// Output: [3 0 5], all others within 0.30, <nil>
}

// What it costs to go from a row to its neighbour, and which objectives oppose each other.
func ExampleTradeoffs() {
	f := must(pareto.NewFront([][]float64{{0, 10}, {4, 8}, {10, 0}}))
	t := must(pareto.Tradeoffs(f, 0, 1))[0]
	fmt.Println("to row", t.To, "by", t.Delta, "the second per unit of the first:", t.Rate[1][0])
	fmt.Printf("correlation %.3f\n", must(pareto.Correlation(f))[0][1])
	// Output:
	// to row 1 by [4 -2] the second per unit of the first: -0.5
	// correlation -0.976
}

// The coverage set of a problem that can only be asked for the best value at given weights, here of a
// list of four.
func ExampleLinearSupport() {
	values := [][]float64{{10, 0}, {8, 5}, {4, 6}, {0, 9}}
	best := func(w []float64) (v []float64) {
		most := math.Inf(-1)
		for _, x := range values {
			if u := w[0]*x[0] + w[1]*x[1]; u > most {
				most, v = u, x
			}
		}
		return v
	}
	s := must(pareto.NewLinearSupport(2, 0))
	for w, gain, ok := s.Next(); ok; w, gain, ok = s.Next() {
		v := best(w)
		improved := must(s.Add(w, v))
		fmt.Printf("at %.3f up to %.3f more: %v %v\n", w, gain, v, improved)
	}
	fmt.Println("coverage set", s.Front().Rows())
	fmt.Printf("corner weights %.3f\n", s.Corners())
	// Output:
	// at [1.000 0.000] up to +Inf more: [10 0] true
	// at [0.000 1.000] up to +Inf more: [0 9] true
	// at [0.474 0.526] up to 4.737 more: [8 5] true
	// at [0.333 0.667] up to 1.185 more: [8 5] false
	// at [0.714 0.286] up to 0.914 more: [10 0] false
	// coverage set [[10 0] [0 9] [8 5]]
	// corner weights [[0.000 1.000] [0.333 0.667] [0.714 0.286] [1.000 0.000]]
}
