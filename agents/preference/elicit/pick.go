package elicit

import (
	"math"
	"math/rand/v2"
	"slices"
)

// pick returns the pair of the highest score, of equal ones the first, and the score.
func (c *scorer) pick(criterion Criterion, pairs []pair) (pair, float64) {
	c.rate(criterion, pairs)
	var ranked [finalists]int // places in pairs, best first
	n := 0
	for at, score := range c.scores {
		k := n
		for k > 0 && score > c.scores[ranked[k-1]] {
			k--
		}
		if k == finalists {
			continue
		}
		n = min(n+1, finalists)
		copy(ranked[k+1:n], ranked[k:n-1])
		ranked[k] = at
	}
	last := 1
	for last < n && c.scores[ranked[last]] >= c.scores[ranked[0]]-2*screening {
		last++
	}
	slices.Sort(ranked[:last])
	var best pair
	highest := math.Inf(-1)
	for _, at := range ranked[:last] {
		if score := c.exact(criterion, pairs[at]); score > highest+1e-12 {
			best, highest = pairs[at], score
		}
	}
	return best, highest
}

// bestOf returns the item that user k of the sample likes best, without one of them; −1 for none.
func (c *scorer) bestOf(k, without int) int {
	best := -1
	for i := range c.sample.Items() {
		if i != without && c.may(i) && (best < 0 || c.sample.Of(i)[k] > c.sample.Of(best)[k]) {
			best = i
		}
	}
	return best
}

// drawUser draws a user by weight.
func (c *scorer) drawUser(random *rand.Rand) int {
	at, last := random.Float64(), len(c.sample.Weight)-1
	for k, w := range c.sample.Weight {
		if at -= w; at < 0 {
			return k
		}
	}
	return last
}

// duel proposes a pair by a criterion that compares two items, each the best in some sense. It reports false for other
// criteria.
func (c *scorer) duel(criterion Criterion, question int, random *rand.Rand) (pair, bool) {
	a, b := c.best, -1
	switch criterion {
	case Thompson:
		a = c.bestOf(c.drawUser(random), -1)
		b = c.bestOf(c.drawUser(random), a)
	case Optimistic:
		highest := math.Inf(-1)
		for i := range c.sample.Items() {
			if q := c.quantile(i, 0.9); i != a && q > highest && c.may(i) {
				b, highest = i, q
			}
		}
	case SELM:
		b = c.optimist(0.1/math.Sqrt(float64(question)), a)
	default:
		return pair{}, false
	}
	return pair{min(a, b), max(a, b)}, true
}

// optimist returns the item of the highest mean, without one of them, when the weights are multiplied by
// e^(α max_x U_x).
func (c *scorer) optimist(alpha float64, without int) int {
	s := c.sample
	tilted, total := c.share[:s.Len()], 0.0
	for k := range tilted {
		tilted[k] = s.Weight[k] * math.Exp(alpha*s.Of(c.bestOf(k, -1))[k])
		total += tilted[k]
	}
	best, highest := -1, math.Inf(-1)
	for i := range s.Items() {
		if v := dot(tilted, s.Of(i)) / total; i != without && v > highest && c.may(i) {
			best, highest = i, v
		}
	}
	return best
}

// quantile returns the smallest utility of item i that users of weight p do not exceed.
func (c *scorer) quantile(i int, p float64) float64 {
	return weightedQuantile(c.sample.Of(i), c.sample.Weight, p, &c.order)
}

// weightedQuantile returns the smallest of some values whose own weight and that of those below it come to p.
func weightedQuantile(values, weight []float64, p float64, order *[]int) float64 {
	*order = resize(*order, len(values))
	for k := range *order {
		(*order)[k] = k
	}
	slices.SortFunc(*order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	sum := 0.0
	for _, k := range *order {
		if sum += weight[k]; sum >= p-1e-12 {
			return values[k]
		}
	}
	return values[(*order)[len(values)-1]]
}
