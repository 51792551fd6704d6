package pgmorl

import (
	"math"
	"slices"
)

// node is a policy at the end of a stretch of training: where training with a preference has led.
type node struct {
	Weight  []float64 // preference it was trained with, of length 1
	Value   []float64 // measured from the reference point
	Before  int       // the node it was trained from; -1: none
	Changed []float64 // Value less that of Before
	After   []int     // nodes trained from it
}

// history is all training so far: trees, whose roots are the untrained policies of the warm-up.
type history []node

// add appends a node and returns its index.
func (h *history) add(weight, value []float64, before int) int {
	n := node{Weight: direction(weight), Value: value, Before: before, Changed: make([]float64, len(value))}
	i := len(*h)
	if before >= 0 {
		b := &(*h)[before]
		for j := range value {
			n.Changed[j] = value[j] - b.Value[j]
		}
		b.After = append(slices.Clip(b.After), i)
	}
	*h = append(*h, n)
	return i
}

// tried reports whether training went on from node i with about this preference.
func (h history) tried(i int, weight []float64) bool {
	w := direction(weight)
	return slices.ContainsFunc(h[i].After, func(k int) bool { return distance(h[k].Weight, w) < 1e-3 })
}

// experience is one stretch of training near a policy.
type experience struct {
	weight  []float64 // preference, adds up to 1
	change  []float64 // of the value
	closely float64   // how much it counts: 1 where it began at the policy, less farther off
}

// near returns what training has changed near node i: within a tenth of its value in every objective,
// or as far as it takes to have seen more than three different preferences.
func (h history) near(i int) []experience {
	const widest = 16
	for window, sigma := 0.1, 0.03; ; window, sigma = 2*window, 2*sigma {
		found := h.within(i, window, sigma)
		if different(found) > 3 || window > widest {
			return found
		}
	}
}

func (h history) within(i int, window, sigma float64) []experience {
	here := h[i].Value
	var found []experience
	for _, n := range h {
		far, close := 0.0, true
		for j, v := range here {
			d := math.Abs(n.Value[j] - v)
			close = close && d < math.Abs(v)*window
			far += d * d / (v * v)
		}
		if !close {
			continue
		}
		for _, k := range n.After {
			found = append(found, experience{preference(h[k].Weight), h[k].Changed, math.Exp(-far / (2 * sigma * sigma))})
		}
	}
	return found
}

// different counts the preferences that are at least 1e-5 apart.
func different(found []experience) int {
	var seen [][]float64
	for _, e := range found {
		if !slices.ContainsFunc(seen, func(w []float64) bool { return distance(w, e.weight) < 1e-5 }) {
			seen = append(seen, e.weight)
		}
	}
	return len(seen)
}

// direction scales a vector to length 1.
func direction(w []float64) []float64 { return scaled(w, 1/length(w)) }

// preference scales weights to add up to 1.
func preference(w []float64) []float64 {
	sum := 0.0
	for _, x := range w {
		sum += x
	}
	return scaled(w, 1/sum)
}

func scaled(w []float64, by float64) []float64 {
	out := make([]float64, len(w))
	for j, x := range w {
		out[j] = x * by
	}
	return out
}

func length(w []float64) float64 {
	sum := 0.0
	for _, x := range w {
		sum += x * x
	}
	return math.Sqrt(sum)
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for j := range a {
		sum += (a[j] - b[j]) * (a[j] - b[j])
	}
	return math.Sqrt(sum)
}

// angle between two vectors, in radians.
func angle(a, b []float64) float64 {
	dot := 0.0
	for j := range a {
		dot += a[j] * b[j]
	}
	return math.Acos(min(max(dot/(length(a)*length(b)), -1), 1))
}
