package elicit

import "math"

// exact rates a pair by a criterion, in float64.
func (c *scorer) exact(criterion Criterion, p pair) float64 {
	switch criterion {
	case Uncertain:
		first, second := c.chances(p)
		return -math.Abs(first-second) / 2
	case EUBO:
		return c.expectedBetter(p)
	case Volume:
		return c.removed(p)
	case InfoGain:
		return c.exactInfoGain(p)
	case EVOI:
		return c.exactEVOI(p)
	}
	panic("elicit: " + string(criterion) + " is no score of pairs")
}

// chances returns Σ π P(first) and Σ π P(second).
func (c *scorer) chances(p pair) (first, second float64) {
	a, b := c.of(p.i), c.of(p.j)
	for k, w := range c.sample.Weight {
		z := a[k] - b[k]
		first += w * c.comparison.first(z)
		second += w * c.comparison.first(-z)
	}
	return first, second
}

// expectedBetter is Σ π max(U_i, U_j).
func (c *scorer) expectedBetter(p pair) float64 {
	a, b := c.sample.Of(p.i), c.sample.Of(p.j)
	sum := 0.0
	for k, w := range c.sample.Weight {
		sum += w * max(a[k], b[k])
	}
	return sum
}

// removed is the smaller one of the masses that the two answers remove.
func (c *scorer) removed(p pair) float64 {
	a, b := c.of(p.i), c.of(p.j)
	first, second := 0.0, 0.0
	for k, w := range c.sample.Weight {
		if z := a[k] - b[k]; z < 0 {
			first -= w * math.Expm1(z)
		} else {
			second -= w * math.Expm1(-z)
		}
	}
	return min(first, second)
}

// exactInfoGain is H(Σ π p) − Σ π H(p).
func (c *scorer) exactInfoGain(p pair) float64 {
	first, second := c.chances(p)
	a, b := c.of(p.i), c.of(p.j)
	entropy := 0.0
	for k, w := range c.sample.Weight {
		entropy += w * c.comparison.entropy(a[k]-b[k])
	}
	return entropy3(first, second) - entropy
}

// exactEVOI is the sum over the answers of max_x Σ π P(answer) U_x, less max_x Σ π U_x.
func (c *scorer) exactEVOI(p pair) float64 {
	score := c.valueOfAnswer(p) + c.valueOfAnswer(pair{p.j, p.i}) - c.mean[c.best]
	if !c.comparison.hasSame() {
		return score
	}
	a, b := c.of(p.i), c.of(p.j)
	for k, w := range c.sample.Weight {
		c.share[k] = w * c.comparison.same(a[k]-b[k])
	}
	return score + c.bestValue()
}

// valueOfAnswer is max_x Σ π P(first) U_x.
func (c *scorer) valueOfAnswer(p pair) float64 {
	a, b := c.of(p.i), c.of(p.j)
	for k, w := range c.sample.Weight {
		c.share[k] = w * c.comparison.first(a[k]-b[k])
	}
	return c.bestValue()
}

// bestValue is max_x Σ_k share_k U_kx.
func (c *scorer) bestValue() float64 {
	s, highest := c.sample, math.Inf(-1)
	if s.rank == 0 {
		for x := range s.Items() {
			if c.may(x) {
				highest = max(highest, dot(c.share, s.Of(x)))
			}
		}
		return highest
	}
	sums := c.sums[:s.rank]
	clear(sums)
	for k, v := range c.share {
		for r, f := range s.factor[k*s.rank : (k+1)*s.rank] {
			sums[r] += v * f
		}
	}
	for x := range s.Items() {
		if c.may(x) {
			highest = max(highest, dot(s.loading[x*s.rank:(x+1)*s.rank], sums))
		}
	}
	return highest
}
