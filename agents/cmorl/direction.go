package cmorl

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// chained reports whether the paths of a selected policy follow each other, each from the result of the one
// before, as in the published code, and not side by side from the policy.
func (s *Settings) chained() bool { return s.Mode == "reference-ipo" }

// pathsPerPolicy is how many paths leave a selected policy side by side.
func (s *Settings) pathsPerPolicy(n int) int {
	if s.chained() {
		return 1
	}
	return n
}

// objective returns what path number k of stage 2 maximises, or -1 for a preference. Mixed
// directions give the first two of every n paths to objectives, in rotation, and the others to
// preferences; with two objectives that is the paper's one path per objective.
func (s *Settings) objective(k, n int) int {
	directions := s.Directions
	switch s.Mode {
	case "free-objective", "ipo-literal", "reference-ipo":
		directions = "objective"
	case "warm-sum":
		directions = "preference"
	}
	switch directions {
	case "objective":
		return k % n
	case "preference", "gain", "hypervolume":
		return -1
	}
	if k%n >= 2 {
		return -1
	}
	return (k/n*2 + k%n) % n
}

// unconstrained reports whether thresholds are only watched: free-objective is stage 2 by plain PPO
// on one objective, warm-sum by plain PPO on a weighted sum, from the same starts. Without these
// ablations nobody could tell what the constraint contributes.
func (s *Settings) unconstrained() bool { return s.Mode == "free-objective" || s.Mode == "warm-sum" }

// simplex draws a preference uniformly.
func simplex(n int, rng *rand.Rand) []float64 {
	w := make([]float64, n)
	sum := 0.0
	for j := range w {
		w[j] = rng.ExpFloat64()
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
	return w
}

// slacks returns s_j of every objective for a path that starts at value g, given the ranges of the
// archive. Random ones reach points that no fixed fraction does: a front with gaps has no feasible
// neighbour within a tenth. By spacing, thresholds lie where the nearest neighbours of the start are; values
// are those of the archive.
func (s *Settings) slacks(values [][]float64, ranges, g []float64, rng *rand.Rand) []float64 {
	slack, form := make([]float64, len(g)), s.Slack
	if s.Mode == "ipo-literal" {
		form = "beta"
	}
	if form == "spacing" {
		spacing(slack, values, ranges, g)
	}
	for j := range slack {
		r := ranges[j]
		if r == 0 {
			r = 0.01 * max(1, math.Abs(g[j]))
		}
		switch form {
		case "beta":
			slack[j] = (1 - s.Beta) * max(math.Abs(g[j]), 0.01*r)
		case "range":
			slack[j] = s.Alpha * r
		case "spacing":
			slack[j] = max(slack[j], 0.02*r)
		default:
			slack[j] = r * (0.02 + 0.5*rng.Float64())
		}
	}
	return slack
}

// spacing writes into slack the largest distance in each objective from g to its n nearest neighbours among
// the values, n the number of objectives; distances are relative to the ranges, ties go to the earlier one.
func spacing(slack []float64, values [][]float64, ranges, g []float64) {
	distance := func(x []float64) float64 {
		sum := 0.0
		for j, r := range ranges {
			if r > 0 {
				sum += (x[j] - g[j]) * (x[j] - g[j]) / (r * r)
			}
		}
		return sum
	}
	nearest := slices.Clone(values)
	slices.SortStableFunc(nearest, func(x, y []float64) int { return cmp.Compare(distance(x), distance(y)) })
	for _, x := range nearest[:min(len(nearest), 1+len(g))] { // the first is g itself
		for j := range slack {
			slack[j] = max(slack[j], math.Abs(x[j]-g[j]))
		}
	}
}
