package stats_test

import (
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/pareto/stats"
)

// Hypervolume ratios of five seeds of two algorithms in two environments.
var (
	cmorl = stats.Scores{
		{Name: "deep-sea", Runs: []float64{0.97, 0.99, 0.95, 0.98, 0.71}},
		{Name: "minecart", Runs: []float64{0.86, 0.81, 0.90, 0.88, 0.84}},
	}
	envelope = stats.Scores{
		{Name: "deep-sea", Runs: []float64{0.93, 0.96, 0.90, 0.97, 0.94}},
		{Name: "minecart", Runs: []float64{0.62, 0.83, 0.55, 0.70, 0.66}},
	}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ExampleStatistic_Of() {
	for _, f := range []stats.Statistic{stats.IQM, stats.Median, stats.Mean, stats.OptimalityGap(1)} {
		fmt.Printf("%v %.3f\n", f, must(f.Of(cmorl)))
	}
	// Output:
	// IQM 0.900
	// median 0.889
	// mean 0.889
	// optimality gap to 1 0.111
}

func ExampleOptimalityGap() {
	normalised := stats.Scores{{Name: "lander", Runs: []float64{0.5, 0.75, 1.5}}}
	fmt.Println(must(stats.OptimalityGap(1).Of(normalised)))
	// Output: 0.25
}

func ExampleScores_Validate() {
	s := stats.Scores{
		{Name: "deep-sea", Runs: []float64{0.97, 0.99, 0.95}},
		{Name: "minecart", Runs: []float64{0.86, 0.81}},
	}
	err := s.Validate()
	fmt.Println(errors.Is(err, stats.ErrShape), err)
	// Output: true scores, task 1 "minecart" (counting from 0): it has 2 runs where task 0 has 3; give one Task per task, and in each one score per run
}

func ExampleBootstrapCI() {
	iv := must(stats.BootstrapCI(cmorl, stats.IQM, stats.Options{Seed: 1}))
	fmt.Printf("IQM %.3f, 95 %% interval %.2f to %.2f, n = %d runs\n", iv.Value, iv.Lo, iv.Hi, len(cmorl[0].Runs))

	// Of one task with few runs every resample is computed.
	iv = must(stats.BootstrapCI(cmorl[:1], stats.Mean))
	fmt.Printf("mean %.3f, %.3f to %.3f, all %d resamples: %t\n", iv.Value, iv.Lo, iv.Hi, iv.Resamples, iv.Exact)

	_, err := stats.BootstrapCI(stats.Scores{{Name: "minecart", Runs: []float64{0.86, 0.81}}}, stats.IQM)
	fmt.Println(errors.Is(err, stats.ErrTooFew), err)
	// Output:
	// IQM 0.900, 95 % interval 0.83 to 0.93, n = 5 runs
	// mean 0.920, 0.814 to 0.982, all 3125 resamples: true
	// true scores: n = 2 runs where at least 3 are needed; add runs
}

func ExampleDifferenceCI() {
	iv := must(stats.DifferenceCI(cmorl, envelope, stats.IQM))
	fmt.Printf("%.3f, %.2f to %.2f\n", iv.Value, iv.Lo, iv.Hi)
	// Output: 0.073, -0.01 to 0.14
}

func ExampleProbImprovement() {
	fmt.Printf("%.2f\n", must(stats.ProbImprovement(cmorl, envelope)))
	// Output: 0.83
}

func ExampleProbImprovementCI() {
	iv := must(stats.ProbImprovementCI(cmorl, envelope))
	fmt.Printf("%.2f, %.2f to %.2f\n", iv.Value, iv.Lo, iv.Hi)
	// Output: 0.83, 0.62 to 1.00
}

func ExampleProfile() {
	thresholds := []float64{0.7, 0.8, 0.9}
	fmt.Println(must(stats.Profile(cmorl, thresholds)))
	fmt.Println(must(stats.Profile(envelope, thresholds)))
	// Output:
	// [1 0.9 0.4]
	// [0.6 0.6 0.4]
}

func ExampleProfileCI() {
	thresholds := []float64{0.7, 0.8, 0.9}
	for i, iv := range must(stats.ProfileCI(cmorl, thresholds)) {
		fmt.Printf("%g: %.1f, %.1f to %.1f\n", thresholds[i], iv.Value, iv.Lo, iv.Hi)
	}
	// Output:
	// 0.7: 1.0, 1.0 to 1.0
	// 0.8: 0.9, 0.7 to 1.0
	// 0.9: 0.4, 0.2 to 0.5
}

func ExampleMannWhitney() {
	t := must(stats.MannWhitney(cmorl[1].Runs, envelope[1].Runs))
	fmt.Printf("U = %g of %d, n = %d, p = %.4f, exact: %t\n", t.Statistic, 5*5, t.N, t.P, t.Exact)
	// Output: U = 24 of 25, n = 10, p = 0.0159, exact: true
}

// With four seeds each, and six pairs of algorithms, nothing can be significant at 0.05.
func ExampleSmallestP() {
	smallest := must(stats.SmallestP(4, 4))
	fmt.Printf("%.4f %t\n", smallest, 6*smallest <= 0.05)
	// Output: 0.0286 false
}

func ExampleWilcoxon() {
	a := []float64{0.91, 0.84, 0.77, 0.98, 0.66, 0.83, 0.90}
	b := []float64{0.88, 0.79, 0.78, 0.91, 0.60, 0.81, 0.82}
	t := must(stats.Wilcoxon(a, b))
	fmt.Printf("W = %g, n = %d pairs, p = %.4f\n", t.Statistic, t.N, t.P)
	// Output: W = 1, n = 7 pairs, p = 0.0312
}

func ExampleA12() {
	fmt.Println(must(stats.A12([]float64{3, 4, 5, 6}, []float64{1, 3, 5, 7})))
	// Output: 0.5625
}

func ExampleCliffsDelta() {
	fmt.Println(must(stats.CliffsDelta([]float64{3, 4, 5, 6}, []float64{1, 3, 5, 7})))
	// Output: 0.125
}

func ExampleHolm() {
	fmt.Printf("%.2f\n", must(stats.Holm([]float64{0.01, 0.04, 0.03, 0.005})))
	// Output: [0.03 0.06 0.06 0.02]
}

// table holds the scores of three algorithms on eight tasks.
var table = [][]float64{
	{0.91, 0.85, 0.60}, {0.77, 0.79, 0.50}, {0.88, 0.86, 0.71}, {0.95, 0.90, 0.62},
	{0.68, 0.71, 0.52}, {0.82, 0.81, 0.63}, {0.90, 0.94, 0.77}, {0.73, 0.65, 0.50},
}

func ExampleFriedman() {
	f := must(stats.Friedman(table))
	fmt.Printf("mean ranks %.3f, χ² = %.2f (p = %.4f), F = %.2f (p = %.1e)\n", f.MeanRanks, f.ChiSquared, f.P, f.F, f.PF)
	// Output: mean ranks [1.375 1.625 3.000], χ² = 12.25 (p = 0.0022), F = 22.87 (p = 3.9e-05)
}

func ExampleNemenyiCD() {
	fmt.Printf("%.3f\n", must(stats.NemenyiCD(3, len(table), 0.05)))
	// Output: 1.171
}

func ExampleGroupsByCD() {
	f := must(stats.Friedman(table))
	cd := must(stats.NemenyiCD(len(f.MeanRanks), len(table), 0.05))
	fmt.Println(must(stats.GroupsByCD(f.MeanRanks, cd)))
	// Output: [[0 1]]
}

func ExampleGroupsByWilcoxon() {
	fmt.Println(must(stats.GroupsByWilcoxon(table, 0.05)))
	// Output: [[0 1]]
}

func ExampleCommonGrid() {
	curves := []stats.Curve{
		{Steps: []int{0, 1000, 2000, 3000}, Values: []float64{0.1, 0.5, 0.6, 0.7}},
		{Steps: []int{500, 1500, 2500}, Values: []float64{0.2, 0.4, 0.8}},
	}
	fmt.Println(must(stats.CommonGrid(curves)))
	// Output: [500 1000 1500 2000 2500]
}

func ExampleAlign() {
	curves := []stats.Curve{
		{Steps: []int{0, 1000, 2000, 3000}, Values: []float64{0.1, 0.5, 0.6, 0.7}},
		{Steps: []int{500, 1500, 2500}, Values: []float64{0.2, 0.4, 0.8}},
	}
	grid := []int{1000, 2000}
	for g, runs := range must(stats.Align(curves, grid)) {
		s := stats.Scores{{Name: "minecart", Runs: runs}}
		fmt.Println(grid[g], runs, must(stats.Mean.Of(s)))
	}

	_, err := stats.Align(curves, []int{3000})
	fmt.Println(errors.Is(err, stats.ErrExtrapolation), err)
	// Output:
	// 1000 [0.5 0.2] 0.35
	// 2000 [0.6 0.4] 0.5
	// true grid, number 0 (counting from 0): step 3000 is outside the steps 500 to 2500 that all curves reach; take the grid of CommonGrid, or leave the short curves out
}
