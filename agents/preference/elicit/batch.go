package elicit

import (
	"slices"

	"github.com/paretolab/paretolab/agents/preference"
)

// maxBatch is the largest number of questions of a batch: its cost grows with 2 to its power.
const maxBatch = 6

// pickBatch chooses pairs one by one. Each is the one of the highest score in expectation over the answers to those before
// it. "Same" is not thought of as an answer.
func (c *scorer) pickBatch(criterion Criterion, pairs []pair, size int) []pair {
	var chosen []pair
	weight := slices.Clone(c.sample.Weight)
	defer func() {
		copy(c.sample.Weight, weight)
		c.reweigh()
	}()
	expected := make([]float64, len(pairs))
	for len(chosen) < size {
		clear(expected)
		for answers := range 1 << len(chosen) {
			p := c.suppose(weight, chosen, answers)
			c.rate(criterion, pairs)
			for k, score := range c.scores {
				expected[k] += p * score
			}
		}
		best := -1
		for k, score := range expected {
			if !slices.Contains(chosen, pairs[k]) && (best < 0 || score > expected[best]) {
				best = k
			}
		}
		chosen = append(chosen, pairs[best])
	}
	return chosen
}

// suppose reweighs the sample by the answers to some pairs, bit k of answers says that the first of pair k is better. It
// returns their probability.
func (c *scorer) suppose(weight []float64, pairs []pair, answers int) float64 {
	total := 0.0
	for u, w := range weight {
		for k, p := range pairs {
			z := c.of(p.i)[u] - c.of(p.j)[u]
			if answers>>k&1 == 0 {
				z = -z
			}
			w *= preference.Logistic(z)
		}
		c.sample.Weight[u] = w
		total += w
	}
	if total == 0 {
		copy(c.sample.Weight, weight) // nobody answers so
	} else {
		for u := range weight {
			c.sample.Weight[u] /= total
		}
	}
	c.reweigh()
	return total
}
