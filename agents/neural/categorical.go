package neural

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Categorical is the head of discrete actions. A network output is a logit z; the choices of a
// component have probabilities softmax z. A multi-discrete action has several components, which are
// independent given the observation and whose logits follow each other in the row.
type Categorical[T Real] struct {
	sizes []int // choices of each component
	row   []T
	p     []float64 // probabilities, as the row
	lse   []float64 // ln Σ exp z of each component, so that ln p = z - lse
}

// NewCategorical returns a head for actions with the given numbers of choices, one per component.
func NewCategorical[T Real](choices ...int) *Categorical[T] {
	if len(choices) == 0 || slices.Min(choices) < 1 {
		panic("neural: a categorical head needs a number of choices, at least 1, for each component")
	}
	c := &Categorical[T]{sizes: slices.Clone(choices), lse: make([]float64, len(choices))}
	n := 0
	for _, k := range choices {
		n += k
	}
	c.p = make([]float64, n)
	return c
}

var _ Head[float32] = (*Categorical[float32])(nil)

// Outputs implements [Head]: one logit per choice.
func (c *Categorical[T]) Outputs() int { return len(c.p) }

// Actions implements [Head].
func (c *Categorical[T]) Actions() int { return len(c.sizes) }

// Set implements [Head].
func (c *Categorical[T]) Set(row []T) {
	c.row = row[:len(c.p)]
	from := 0
	for i, n := range c.sizes {
		c.lse[i] = softmax(c.row[from:from+n], c.p[from:from+n])
		from += n
	}
}

// softmax writes the probabilities of the logits z into p and returns ln Σ exp z.
func softmax[T Real](z []T, p []float64) (lse float64) {
	top := float64(z[0])
	for _, x := range z[1:] {
		top = max(top, float64(x))
	}
	sum := 0.0
	for k, x := range z {
		p[k] = math.Exp(float64(x) - top)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return top + math.Log(sum)
}

// Sample implements [Head].
func (c *Categorical[T]) Sample(action []T, rng *rand.Rand) {
	from := 0
	for i, n := range c.sizes {
		action[i] = T(draw(c.p[from:from+n], rng))
		from += n
	}
}

// draw returns an index with probabilities p.
func draw(p []float64, rng *rand.Rand) int {
	u := rng.Float64()
	for k, q := range p {
		if u -= q; u < 0 {
			return k
		}
	}
	return len(p) - 1 // rounding: the sum was a little below 1
}

// Mode implements [Head].
func (c *Categorical[T]) Mode(action []T) {
	from := 0
	for i, n := range c.sizes {
		z := c.row[from : from+n]
		best := 0
		for k, x := range z {
			if x > z[best] {
				best = k
			}
		}
		action[i] = T(best)
		from += n
	}
}

// LogProb implements [Head].
func (c *Categorical[T]) LogProb(action []T) float64 {
	sum, from := 0.0, 0
	for i, n := range c.sizes {
		sum += float64(c.row[from+int(action[i])]) - c.lse[i]
		from += n
	}
	return sum
}

// Entropy implements [Head].
func (c *Categorical[T]) Entropy() float64 {
	sum, from := 0.0, 0
	for i, n := range c.sizes {
		sum += c.entropy(i, from, from+n)
		from += n
	}
	return sum
}

// entropy is that of component i, whose logits lie in row[from:to].
func (c *Categorical[T]) entropy(i, from, to int) float64 {
	h := 0.0
	for k := from; k < to; k++ {
		if c.p[k] > 0 { // 0·ln 0 is 0
			h -= c.p[k] * (float64(c.row[k]) - c.lse[i])
		}
	}
	return h
}

// AddGradient implements [Head], by ∂ ln p(a)/∂z_k = 1[k=a] - p_k and ∂H/∂z_k = -p_k (ln p_k + H).
func (c *Categorical[T]) AddGradient(d, action []T, dlogp, dentropy float64) {
	from := 0
	for i, n := range c.sizes {
		h := 0.0
		if dentropy != 0 {
			h = c.entropy(i, from, from+n)
		}
		chosen := from + int(action[i])
		for k := from; k < from+n; k++ {
			g := -dlogp * c.p[k]
			if dentropy != 0 && c.p[k] > 0 {
				g -= dentropy * c.p[k] * (float64(c.row[k]) - c.lse[i] + h)
			}
			if k == chosen {
				g += dlogp
			}
			d[k] += T(g)
		}
		from += n
	}
}
