package cli

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
	"github.com/paretolab/paretolab/pareto/stats"
)

func (a *app) benchParetoCommand() *cobra.Command {
	return a.benchCallsCommand("pareto", "Speed of indicators, filters and statistics of fronts",
		"Measure what fronts are filtered and compared by. Fronts are of points drawn evenly from a simplex, no one of which\n"+
			"dominates another; cubes are of points drawn evenly from [0, 1]. Beside public code: pareto/BENCHMARKS.md. Measured are",
		"  paretolab bench pareto\n  paretolab bench pareto hypervolume-3x1000 filter-3x10000 --count 9 --json", paretoTasks())
}

func paretoTasks() []callTask {
	var tasks []callTask
	add := func(name, doc, unit string, units int, begin func() (func() error, error)) {
		tasks = append(tasks, callTask{name, doc, unit, units, begin})
	}
	for _, c := range []struct{ m, n int }{{2, 10_000}, {3, 1000}, {4, 200}, {6, 50}} {
		add(fmt.Sprintf("hypervolume-%dx%d", c.m, c.n), fmt.Sprintf("exact hypervolume, %d objectives, front of %d points", c.m, c.n), "points", c.n, func() (func() error, error) {
			f, ref := simplexFront(c.m, c.n), make([]float64, c.m)
			var w pareto.Workspace
			return func() error { _, err := w.Hypervolume(f, ref); return err }, nil
		})
	}
	add("contributions-3x1000", "what each point adds to the hypervolume", "points", 1000, func() (func() error, error) {
		f := simplexFront(3, 1000)
		return func() error { _, err := pareto.Contributions(f, make([]float64, 3)); return err }, nil
	})
	for _, c := range []struct{ m, n int }{{2, 10_000}, {3, 10_000}, {6, 10_000}} {
		add(fmt.Sprintf("filter-%dx%d", c.m, c.n), fmt.Sprintf("non-dominated points of a cube of %d", c.n), "points", c.n, func() (func() error, error) {
			f := cubePoints(c.m, c.n)
			return func() error { _, err := pareto.NonDominated(f); return err }, nil
		})
	}
	add("rank-3x10000", "ranks of non-dominance of the points of a cube", "points", 10_000, func() (func() error, error) {
		f := cubePoints(3, 10_000)
		return func() error { _, err := pareto.Rank(f); return err }, nil
	})
	add("igd-plus-3x1000", "IGD+ of a front of 1000 points against another", "points", 1000, func() (func() error, error) {
		f, z := simplexFront(3, 1000), simplexFront(3, 1001)
		return func() error { _, err := pareto.IGDPlus(f, z); return err }, nil
	})
	add("epsilon-3x1000", "additive epsilon of the same", "points", 1000, func() (func() error, error) {
		f, z := simplexFront(3, 1000), simplexFront(3, 1001)
		return func() error { _, err := pareto.EpsAdditive(f, z); return err }, nil
	})
	weights := pareto.Lattice(3, 12)
	add("utility-3x1000", fmt.Sprintf("expected utility of 1000 points over %d weights", len(weights)), "points", 1000, func() (func() error, error) {
		f := simplexFront(3, 1000)
		return func() error { _, err := pareto.ExpectedUtility(f, weights); return err }, nil
	})
	add("attainment-2x10x100", "median attainment surface of 10 fronts of 100 points", "points", 1000, func() (func() error, error) {
		var fronts []pareto.Front
		for k := range 10 {
			fronts = append(fronts, simplexFront(2, 100+k))
		}
		return func() error { _, err := pareto.AttainmentSurface(fronts, 5); return err }, nil
	})
	const resamples = 50_000
	add("bootstrap-6x10", fmt.Sprintf("interval of the IQM of 10 runs on 6 tasks, %d resamples", resamples), "resamples", resamples, func() (func() error, error) {
		rng := rand.New(rand.NewPCG(6, 10))
		scores := make([]stats.Task, 6)
		for i := range scores {
			scores[i].Name = fmt.Sprint(i)
			for range 10 {
				scores[i].Runs = append(scores[i].Runs, rng.Float64())
			}
		}
		return func() error {
			_, err := stats.BootstrapCI(scores, stats.IQM, stats.Options{Resamples: resamples, Workers: 1})
			return err
		}, nil
	})
	return tasks
}

// simplexFront draws n points evenly from the simplex of m objectives.
func simplexFront(m, n int) pareto.Front {
	rng, f := rand.New(rand.NewPCG(uint64(m), uint64(n))), pareto.Front{M: m}
	for range n {
		p, sum := make([]float64, m), 0.0
		for j := range p {
			p[j] = -math.Log(1 - rng.Float64())
			sum += p[j]
		}
		for j := range p {
			p[j] /= sum
		}
		f = f.Append(p)
	}
	return f
}

// cubePoints draws n points evenly from [0, 1]^m.
func cubePoints(m, n int) pareto.Front {
	rng, f := rand.New(rand.NewPCG(uint64(m), uint64(n))), pareto.Front{M: m}
	for range n * m {
		f.X = append(f.X, rng.Float64())
	}
	return f
}
