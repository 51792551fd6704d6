package elicit

import (
	"math"
	"slices"

	"github.com/paretolab/paretolab/internal/kern"
)

// crowd is what questions of more than two items are rated from: for each item and user, relative to the better one of
// two items that every question holds, z = β (U − U_better) and e^z.
type crowd struct {
	difference, power []float64 // N×K
	total, weighted   []float64 // Σ e^z and Σ z e^z over the items of the question, for each user
}

// furthest is how much better an item counts as at most, so that powers stay finite.
const furthest = 600

// extend adds items to a question, one by one, each that which makes it score best, until it has size items. The answer
// is the best one, P(x) = softmax(β U_x).
func (c *scorer) extend(criterion Criterion, items []int, size int) []int {
	c.gather(items[0], items[1])
	for len(items) < size {
		chosen, highest := -1, math.Inf(-1)
		for i := range c.sample.Items() {
			if !c.may(i) {
				continue
			}
			if slices.Contains(items, i) {
				continue
			}
			if score := c.rateChoice(criterion, append(items, i)); score > highest+screening/100 {
				chosen, highest = i, score
			}
		}
		items = append(items, chosen)
		c.include(chosen)
	}
	return items
}

// gather begins a question with two items.
func (c *scorer) gather(a, b int) {
	n, k := c.sample.Items(), c.sample.Len()
	g := &c.crowd
	g.difference, g.power = resize(g.difference, n*k), resize(g.power, n*k)
	g.total, g.weighted = resize(g.total, k), resize(g.weighted, k)
	clear(g.total)
	clear(g.weighted)
	first, second := c.of(a), c.of(b)
	for i := range n {
		for u, v := range c.of(i) {
			z := min(v-max(first[u], second[u]), furthest)
			g.difference[i*k+u], g.power[i*k+u] = z, math.Exp(z)
		}
	}
	c.include(a)
	c.include(b)
}

// include adds an item to the question.
func (c *scorer) include(i int) {
	k, g := c.sample.Len(), &c.crowd
	for u := range k {
		e := g.power[i*k+u]
		g.total[u] += e
		g.weighted[u] += g.difference[i*k+u] * e
	}
}

// rateChoice rates a question whose last item is not included yet.
func (c *scorer) rateChoice(criterion Criterion, items []int) float64 {
	if criterion == EUBO {
		return c.expectedBest(items)
	}
	k, g, w := c.sample.Len(), &c.crowd, c.workers[0]
	last := items[len(items)-1]
	entropy := 0.0
	for u, weight := range c.sample.Weight {
		e := g.power[last*k+u]
		total := g.total[u] + e
		entropy += weight * (math.Log(total) - (g.weighted[u]+g.difference[last*k+u]*e)/total)
		c.share[u] = weight / total
	}
	if criterion == InfoGain {
		score := -entropy
		for _, i := range items {
			score += plogp(dot(c.share, g.power[i*k:(i+1)*k]))
		}
		return score
	}
	for o, i := range items {
		share := w.share[o*k : (o+1)*k]
		for u, p := range g.power[i*k : (i+1)*k] {
			share[u] = float32(c.share[u] * p)
		}
	}
	kern.Gemm(len(items), c.columns, k, w.share, k, 1, c.factor, c.columns, w.first, c.columns, nil, 0)
	score := -c.mean[c.best]
	for o := range items {
		highest := math.Inf(-1)
		for x := range c.mean {
			highest = max(highest, c.valueOf(w.first[o*c.columns:], x))
		}
		score += highest
	}
	return score
}

// expectedBest is Σ π max U over the items of a question.
func (c *scorer) expectedBest(items []int) float64 {
	k, sum := c.sample.Len(), 0.0
	for u, w := range c.sample.Weight {
		highest := math.Inf(-1)
		for _, i := range items {
			highest = max(highest, c.sample.Utility[i*k+u])
		}
		sum += w * highest
	}
	return sum
}
