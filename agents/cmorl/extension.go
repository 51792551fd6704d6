package cmorl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// extension is where a path begins and the preference that it pursues.
type extension struct {
	start      int // in the archive
	preference []float64
}

// trials is how many random extensions that of a path is chosen from.
const trials = 32

// extensions chooses a number of paths by the hypervolume that they promise. Extensions are drawn at
// random: a member of the archive, and a direction u, |u| = 1, in which no objective is lost, in units
// of the objectives' ranges. A path is predicted to lead to G + reach·range∘u. The one whose end adds most
// volume to the front is taken, and its end joins the front, so that the next one goes elsewhere (as PGMORL
// chooses its tasks, Xu et al., ICML 2020). Its preference is ω ∝ u/range. The constraints of the sub-problem
// are what keeps the other objectives where the prediction has them.
func extensions(a *agents.Archive, ranges []float64, reach float64, paths int, rng *rand.Rand) ([]extension, error) {
	front := a.Front()
	ranges = slices.Clone(ranges)
	for j, r := range ranges {
		if r == 0 {
			ranges[j] = 0.01 * max(1, math.Abs(a.Members[0].Value.Return[j]))
		}
	}
	var chosen []extension
	var work pareto.Workspace
	end := make([]float64, front.M)
	for range paths {
		var best extension
		var bestEnd []float64
		gain := math.Inf(-1)
		for range trials {
			start := rng.IntN(len(a.Members))
			u := sphere(front.M, rng)
			for j, g := range a.Members[start].Value.Return {
				end[j] = g + reach*ranges[j]*u[j]
			}
			v, err := work.Exclusive(end, front, a.Reference)
			if err != nil {
				return nil, fmt.Errorf("cmorl: directions by predicted gain: %w", err)
			}
			if v > gain {
				gain, bestEnd = v, append(bestEnd[:0], end...)
				best = extension{start, scaled(u, ranges)}
			}
		}
		chosen = append(chosen, best)
		front.X = append(front.X, bestEnd...)
	}
	return chosen, nil
}

// sphere draws a direction without negative components, uniformly.
func sphere(n int, rng *rand.Rand) []float64 {
	u := make([]float64, n)
	sum := 0.0
	for j := range u {
		u[j] = math.Abs(rng.NormFloat64())
		sum += u[j] * u[j]
	}
	for j := range u {
		u[j] /= math.Sqrt(sum)
	}
	return u
}

// scaled is the preference ω ∝ u/range, Σ ω = 1.
func scaled(u, ranges []float64) []float64 {
	w := make([]float64, len(u))
	sum := 0.0
	for j := range w {
		w[j] = u[j] / ranges[j]
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
	return w
}
