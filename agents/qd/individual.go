package qd

import (
	"math"
	"slices"
)

// Individual is a policy that has been tried once. What is exported does not change any more after that.
type Individual struct {
	ID       int // unique in a run, from 1 in order of birth
	Parent   int // 0: none
	Ancestor int // the first of its line
	Genome   []float64
	// What its episode gave.
	Return     []float64 // of each objective, undiscounted
	Fitness    float64   // the reward r that is searched for
	Area       int       // first objective that pays it, −1 if none does
	Descriptor []float64 // ground truth
	Views      []byte    // of the episode, one after the other, grey from 0 to 254; nil: not looked at
	Steps      int
	Terminated bool // by the environment, not by its limit of time
	Born       int  // evaluations of the run before it
	Emitted    bool // by an emitter that improves rewards, not for exploration

	// What the present encoder makes of the views.
	latent   []float64
	surprise float64
}

// best returns the indices of the n largest scores, the largest first; ties in order.
func best(score []float64, n int) []int {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case score[i] > score[j]:
			return -1
		case score[i] < score[j]:
			return 1
		}
		return 0
	})
	return order[:min(n, len(order))]
}

// pick returns the individuals with the given indices.
func pick[T any](all []T, index []int) []T {
	chosen := make([]T, len(index))
	for k, i := range index {
		chosen[k] = all[i]
	}
	return chosen
}

// distance is the Euclidean distance.
func distance(a, b []float64) float64 { return math.Sqrt(squared(a, b)) }
