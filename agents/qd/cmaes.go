package qd

import (
	"fmt"
	"math"

	"github.com/paretolab/paretolab/internal/kern"
)

// CMAES is the covariance matrix adaptation evolution strategy: a normal distribution that moves to where
// solutions are better. Ask it for solutions and tell it their order.
//
// Source: Hansen, "The CMA Evolution Strategy: A Tutorial", 2016, arXiv 1604.00772.
type CMAES struct {
	N, Lambda int
	Low, High []float64 // bounds of solutions; nil: none
	Diagonal  bool      // sep-CMA-ES: C is diagonal, and learned faster (Ros and Hansen, 2008)

	Generation int
	Mean       []float64
	Sigma0     float64
	Sigma      float64
	PSigma, PC []float64 // evolution paths p_σ and p_c
	C          []float64 // n × n, or the diagonal
	// B and D are C = Bᵀ·diag(D²)·B, with eigenvectors as rows, of some generation, not always the present one. Decomposed is the
	// first generation that they serve, plus 1; 0: none yet.
	B, D       []float64
	Decomposed int
	// Values of the last generations, for the stopping rule: the best and the worst of each.
	History []float64

	params Params // of the default number of parents
	// Scratch.
	z, y, t []float64
	steps   []float64 // lambda × n
}

// Params are the constants of an update.
type Params struct {
	Weights            []float64 // of the solutions, from the best; those after the parents' are not positive
	Parents            int       // μ
	MuEff              float64
	C1, CMu            float64
	CSigma, DSigma, CC float64
	Chi                float64 // E‖N(0, I)‖
	weightSum          float64
}

// NewParams returns the constants for n dimensions, λ solutions and μ parents. With negative weights
// the others get some (active CMA-ES); then μ is λ/2.
func NewParams(n, lambda, parents int, negative, diagonal bool) Params {
	p := Params{Parents: parents, Weights: make([]float64, parents, max(lambda, parents))}
	p.set(n, lambda, negative, diagonal)
	return p
}

// set computes the constants for p.Parents and reuses storage.
func (p *Params) set(n, lambda int, negative, diagonal bool) {
	count, top := p.Parents, math.Log(float64(p.Parents)+0.5)
	if negative {
		count, top = lambda, math.Log((float64(lambda)+1)/2)
	}
	p.Weights = resize(p.Weights, count)
	positive, squares, below, belowSquares := 0.0, 0.0, 0.0, 0.0
	for i := range p.Weights {
		w := top - math.Log(float64(i+1))
		p.Weights[i] = w
		if i < p.Parents {
			positive += w
			squares += w * w
		} else {
			below += w
			belowSquares += w * w
		}
	}
	N := float64(n)
	p.MuEff = positive * positive / squares
	p.C1 = 2 / ((N+1.3)*(N+1.3) + p.MuEff)
	p.CMu = min(1-p.C1-1e-8, 2*(p.MuEff-2+1/p.MuEff)/((N+2)*(N+2)+p.MuEff))
	if diagonal {
		faster := (N + 2) / 3
		p.C1 = min(p.C1*faster, 1)
		p.CMu = min(p.CMu*faster, 1-p.C1)
	}
	p.CMu = max(p.CMu, 0)
	sumPositive, sumNegative := 0.0, 0.0
	for _, w := range p.Weights {
		if w >= 0 {
			sumPositive += w
		} else {
			sumNegative -= w
		}
	}
	scale := 0.0
	if negative && sumNegative > 0 {
		muEffBelow := below * below / belowSquares
		scale = min(1+p.C1/p.CMu, 1+2*muEffBelow/(p.MuEff+2), (1-p.C1-p.CMu)/(N*p.CMu)) / sumNegative
	}
	p.weightSum = 0
	for i, w := range p.Weights {
		if w >= 0 {
			p.Weights[i] = w / sumPositive
		} else {
			p.Weights[i] = w * scale
		}
		p.weightSum += p.Weights[i]
	}
	p.CSigma = (p.MuEff + 2) / (N + p.MuEff + 5)
	p.DSigma = 1 + 2*max(0, math.Sqrt((p.MuEff-1)/(N+1))-1) + p.CSigma
	p.CC = (4 + p.MuEff/N) / (N + 4 + 2*p.MuEff/N)
	p.Chi = math.Sqrt(N) * (1 - 1/(4*N) + 1/(21*N*N))
}

// Lambda is the usual number of solutions of a generation in n dimensions.
func Lambda(n int) int { return 4 + int(math.Floor(3*math.Log(float64(n)))) }

// NewCMAES returns the strategy that begins with the normal distribution of standard deviation sigma
// around mean; lambda 0 is the usual number of solutions.
func NewCMAES(mean []float64, sigma float64, lambda int, diagonal bool) (*CMAES, error) {
	n := len(mean)
	if lambda == 0 && n > 0 {
		lambda = Lambda(n)
	}
	switch {
	case n == 0:
		return nil, fmt.Errorf("qd: CMA-ES without dimensions")
	case lambda < 2:
		return nil, fmt.Errorf("qd: CMA-ES with %d solutions a generation; give at least 2", lambda)
	case !(sigma > 0) || math.IsInf(sigma, 0):
		return nil, fmt.Errorf("qd: CMA-ES with standard deviation %v; give a positive number", sigma)
	}
	for j, x := range mean {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("qd: CMA-ES begins at %v in dimension %d, not a finite number", x, j)
		}
	}
	c := &CMAES{N: n, Lambda: lambda, Diagonal: diagonal, Sigma0: sigma}
	c.Mean, c.PSigma, c.PC = make([]float64, n), make([]float64, n), make([]float64, n)
	c.C, c.D = make([]float64, n*c.columns()), make([]float64, n)
	if !diagonal {
		c.B = make([]float64, n*n)
	}
	c.Restart(mean)
	return c, nil
}

// columns is the number of entries of C in a row.
func (c *CMAES) columns() int {
	if c.Diagonal {
		return 1
	}
	return c.N
}

// Restart begins anew around a mean.
func (c *CMAES) Restart(mean []float64) {
	copy(c.Mean, mean)
	c.Sigma, c.Generation, c.Decomposed = c.Sigma0, 0, 0
	c.History = c.History[:0]
	clear(c.PSigma)
	clear(c.PC)
	clear(c.C)
	for i := range c.N {
		c.C[i*c.columns()+i%c.columns()] = 1
	}
}

// prepare makes scratch and constants, which are not saved.
func (c *CMAES) prepare() {
	if c.z != nil {
		return
	}
	c.z, c.y, c.t = make([]float64, c.N), make([]float64, c.N), make([]float64, max(3*c.N, 2*c.Lambda))
	c.steps = make([]float64, c.Lambda*c.N)
	c.params = NewParams(c.N, c.Lambda, c.Lambda/2, true, c.Diagonal)
}

// decompose brings B and D up to date, as often as is worth it.
func (c *CMAES) decompose() {
	c.prepare()
	interval := 1
	if !c.Diagonal {
		interval = max(1, int(1/(10*float64(c.N)*(c.params.C1+c.params.CMu))))
	}
	due := c.Generation - c.Generation%interval + 1
	if c.Decomposed == due {
		return
	}
	c.Decomposed = due
	if c.Diagonal {
		for i, v := range c.C {
			c.D[i] = math.Sqrt(max(v, 1e-16))
		}
		return
	}
	copy(c.B, c.C)
	if !symmetricEigen(c.B, c.N, c.D, c.t) {
		// Not a finite matrix: begin anew with the identity.
		c.Restart(c.Mean)
		copy(c.B, c.C)
		for i := range c.D {
			c.D[i] = 1
		}
		return
	}
	for i, v := range c.D {
		c.D[i] = math.Sqrt(max(v, 1e-16))
	}
}

// Ask writes a solution: drawn up to 100 times until it is within the bounds, then clipped to them.
func (c *CMAES) Ask(rng *Random, x []float64) {
	c.decompose()
	for range 100 {
		copy(x, c.Mean)
		for i, d := range c.D {
			c.z[i] = c.Sigma * d * rng.NormFloat64()
		}
		if c.Diagonal {
			kern.Axpy64(1, c.z, x)
		} else {
			kern.AddRows64(c.z, c.B, c.N, x)
		}
		inside := true
		for i := range c.Low {
			inside = inside && x[i] >= c.Low[i] && x[i] <= c.High[i]
		}
		if inside {
			return
		}
	}
	clip(x, c.Low, c.High)
}

// clip brings x into bounds; nil are none.
func clip(x, low, high []float64) {
	if low == nil {
		return
	}
	for i := range x {
		x[i] = min(max(x[i], low[i]), high[i])
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	b = b[:len(a)]
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// Tell takes Lambda solutions, row-major, and their order, the best first. values, if not nil, are what
// the solutions are worth, in any sense that falls with the order: the stopping rule looks at them.
func (c *CMAES) Tell(x []float64, order []int, values []float64) {
	c.prepare()
	if values != nil {
		c.History = append(c.History, values[order[0]], values[order[len(order)-1]])
	}
	c.update(&c.params, x, order)
}

// TellParents takes the best q solutions alone, as CMA-ME does with those that entered the archive, and
// weighs them without negative weights. p is scratch. With q = 0 nothing changes.
func (c *CMAES) TellParents(x []float64, order []int, q int, p *Params) {
	if q == 0 {
		return
	}
	c.prepare()
	p.Parents = q
	p.set(c.N, q, false, c.Diagonal)
	c.update(p, x, order[:q])
}

// update moves the distribution by the solutions that have a weight.
func (c *CMAES) update(p *Params, x []float64, order []int) {
	c.decompose()
	n := c.N
	for k, w := range p.Weights {
		y := c.steps[k*n:][:n]
		for j := range y {
			y[j] = (x[order[k]*n+j] - c.Mean[j]) / c.Sigma
		}
		if k == 0 {
			clear(c.y)
		}
		if k < p.Parents {
			for j := range y {
				c.y[j] += w * y[j]
			}
		}
	}
	for j := range c.Mean {
		c.Mean[j] += c.Sigma * c.y[j]
	}
	c.whiten(c.y)
	keep, add := 1-p.CSigma, math.Sqrt(p.CSigma*(2-p.CSigma)*p.MuEff)
	length := 0.0
	for j := range c.PSigma {
		c.PSigma[j] = keep*c.PSigma[j] + add*c.z[j]
		length += c.PSigma[j] * c.PSigma[j]
	}
	length = math.Sqrt(length)
	c.Generation++
	grown := math.Sqrt(1 - math.Pow(keep, 2*float64(c.Generation+1)))
	h := 0.0
	if length/grown < (1.4+2/(float64(n)+1))*p.Chi {
		h = 1
	}
	keep, add = 1-p.CC, h*math.Sqrt(p.CC*(2-p.CC)*p.MuEff)
	for j := range c.PC {
		c.PC[j] = keep*c.PC[j] + add*c.y[j]
	}
	c.adapt(p, h)
	c.Sigma = min(c.Sigma*math.Exp(p.CSigma/p.DSigma*(length/p.Chi-1)), 1e32)
}

// whiten writes C^(−1/2)·y to c.z, as of the last decomposition.
func (c *CMAES) whiten(y []float64) {
	if c.Diagonal {
		for i := range y {
			c.z[i] = y[i] / c.D[i]
		}
		return
	}
	clear(c.z)
	for i, d := range c.D {
		row := c.B[i*c.N:][:c.N]
		kern.Axpy64(kern.Dot64(row, y)/d, row, c.z)
	}
}

// adapt updates C by the path and by the steps.
func (c *CMAES) adapt(p *Params, h float64) {
	n := c.N
	stay := 1 + p.C1*(1-h)*p.CC*(2-p.CC) - p.C1 - p.CMu*p.weightSum
	if c.Diagonal {
		for i := range c.C {
			c.C[i] = stay*c.C[i] + p.C1*c.PC[i]*c.PC[i]
		}
	} else {
		for i := range n {
			row, a := c.C[i*n:][:i+1], p.C1*c.PC[i]
			for j := range row {
				row[j] = stay*row[j] + a*c.PC[j]
			}
		}
	}
	weights, factors := c.t[:len(p.Weights)], c.t[c.Lambda:][:len(p.Weights)]
	for k, w := range p.Weights {
		if w < 0 {
			c.whiten(c.steps[k*n:][:n])
			w *= float64(n) / (dot(c.z, c.z) + 1e-8)
		}
		weights[k] = w * p.CMu
	}
	if c.Diagonal {
		for k, w := range weights {
			for i, y := range c.steps[k*n:][:n] {
				c.C[i] += w * y * y
			}
		}
		return
	}
	for i := range n {
		for k, w := range weights {
			factors[k] = w * c.steps[k*n+i]
		}
		kern.AddRows64(factors, c.steps, n, c.C[i*n:][:i+1])
	}
	for i := range n {
		for j := range i {
			c.C[j*n+i] = c.C[i*n+j]
		}
	}
}

// Stopped reports whether the search has come to its end: values or the distribution do not change any
// more, or the matrix has degenerated.
func (c *CMAES) Stopped() bool {
	c.decompose()
	const small = 1e-12
	if window := 2 * (10 + int(math.Ceil(30*float64(c.N)/float64(c.Lambda)))); len(c.History) >= window {
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range c.History[len(c.History)-window:] {
			low, high = min(low, v), max(high, v)
		}
		if high-low < small {
			return true
		}
		// Older values are not needed.
		c.History = c.History[:copy(c.History, c.History[len(c.History)-window:])]
	}
	columns := c.columns()
	shrunk := true
	for i := range c.N {
		v := c.C[i*columns+i%columns]
		shrunk = shrunk && c.Sigma*v < small*c.Sigma0 && c.Sigma*math.Abs(c.PC[i]) < small*c.Sigma0
		if c.Mean[i] == c.Mean[i]+0.2*c.Sigma*math.Sqrt(v) {
			return true
		}
	}
	least, most := math.Inf(1), 0.0
	for _, d := range c.D {
		least, most = min(least, d), max(most, d)
	}
	if shrunk || c.Sigma*most > 1e4 || most > 1e14*least {
		return true
	}
	axis := c.Generation % c.N
	if c.Diagonal {
		return c.Mean[axis] == c.Mean[axis]+0.1*c.Sigma*c.D[axis]
	}
	for i := range c.N {
		if c.Mean[i] != c.Mean[i]+0.1*c.Sigma*c.D[axis]*c.B[axis*c.N+i] {
			return false
		}
	}
	return true
}
