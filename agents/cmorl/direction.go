package cmorl

import (
	"math"
	"math/rand/v2"
)

// objective returns what path number k of stage 2 maximises, or -1 for a preference. Mixed
// directions give the first two of every n paths to objectives, in rotation, and the others to
// preferences; with two objectives that is the paper's one path per objective.
func (s *Settings) objective(k, n int) int {
	directions := s.Directions
	switch s.Mode {
	case "free-objective":
		directions = "objective"
	case "warm-sum":
		directions = "preference"
	}
	switch directions {
	case "objective":
		return k % n
	case "preference":
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
// neighbour within a tenth.
func (s *Settings) slacks(ranges, g []float64, rng *rand.Rand) []float64 {
	slack := make([]float64, len(g))
	for j := range slack {
		r := ranges[j]
		if r == 0 {
			r = 0.01 * max(1, math.Abs(g[j]))
		}
		switch s.Slack {
		case "beta":
			slack[j] = (1 - s.Beta) * max(math.Abs(g[j]), 0.01*r)
		case "range":
			slack[j] = s.Alpha * r
		default:
			slack[j] = r * (0.02 + 0.5*rng.Float64())
		}
	}
	return slack
}
