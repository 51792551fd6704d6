package neural

// The geometry of distributions: how far one is from another, and how that grows with a small change.

// Divergence implements [Head].
func (c *Categorical[T]) Divergence(other Head[T]) float64 {
	q := other.(*Categorical[T])
	sum, from := 0.0, 0
	for i, n := range c.sizes {
		for k := from; k < from+n; k++ {
			if c.p[k] > 0 { // 0·ln 0 is 0
				sum += c.p[k] * (float64(c.row[k]) - c.lse[i] - float64(q.row[k]) + q.lse[i])
			}
		}
		from += n
	}
	return sum
}

// AddFisher implements [Head]: the information of a component is diag p - p p'.
func (c *Categorical[T]) AddFisher(d, v []T, scale float64) {
	from := 0
	for _, n := range c.sizes {
		mean := 0.0
		for k := from; k < from+n; k++ {
			mean += c.p[k] * float64(v[k])
		}
		for k := from; k < from+n; k++ {
			d[k] += T(scale * c.p[k] * (float64(v[k]) - mean))
		}
		from += n
	}
}

// Divergence implements [Head].
func (g *Gaussian[T]) Divergence(other Head[T]) float64 {
	q := other.(*Gaussian[T])
	sum := 0.0
	for k, m := range g.mean {
		z := (float64(m) - float64(q.mean[k])) * q.inverse[k]
		wide := g.std[k] * q.inverse[k]
		sum += q.logStd[k] - g.logStd[k] + 0.5*(wide*wide+z*z-1)
	}
	return sum
}

// AddFisher implements [Head]: the information is 1/σ² for a mean; beside it stands 2 for every ln σ.
func (g *Gaussian[T]) AddFisher(d, v []T, scale float64) {
	for k := range g.mean {
		d[k] += T(scale * float64(v[k]) * g.inverse[k] * g.inverse[k])
	}
}

// LogStdInformation is the Fisher information of a normal distribution by its ln σ.
const LogStdInformation = 2
