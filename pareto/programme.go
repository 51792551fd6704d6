package pareto

// programme is the linear programme of one row y of a set: over the weights w and the margin t
//
//	maximise t  subject to  w·(y - y_k) ≥ t for all other rows k,  w ≥ 0,  Σ w = 1.
//
// The dual simplex method starts from the optimum under one row's constraint and brings in, step by
// step, the most violated one, of a row or of a weight, for one that has lost its hold. The m+1 equations
// of a vertex are Σ w = 1 and m constraints met with equality. The columns of the inverse of their matrix
// say all that is needed: the first is the vertex (w, t), and the last entries of the others, negated, are
// the multipliers of the dual.
type programme struct {
	gaps    Front // y - y_k
	self    int   // the row y
	basis   []int // constraint of each column: k below the number of rows for row k, n+j for w_j ≥ 0
	inverse Front // row c is column c of the inverse
	reached float64
	normal  []float64 // coefficients of the constraint that comes in
	along   []float64 // what it is of those in the basis
}

const (
	pivotTolerance = 1e-12 // least violation and least pivot that count
	cyclingSteps   = 100   // steps per objective after which Bland's rule is followed, which cannot cycle
	endlessSteps   = 10000 // steps per objective after which rounding must have spoilt it
)

// newProgramme returns the programme of row i of a front of at least two rows. The error is that of the
// context.
func newProgramme(f Front, i int, opt *Options) (*programme, error) {
	m := f.M
	p := &programme{gaps: Front{m, make([]float64, len(f.X))}, self: i, basis: make([]int, m+1),
		inverse: Front{m + 1, make([]float64, (m+1)*(m+1))}, reached: -inf,
		normal: make([]float64, m+1), along: make([]float64, m+1)}
	// Start from the row that alone leaves the least margin: then w is the unit vector of the objective in
	// which y is the furthest ahead of it.
	start, ahead, least := -1, 0, inf
	for k := range f.Len() {
		if err := cancelled(opt.Ctx, k); err != nil {
			return nil, err
		}
		gap := p.gaps.Row(k)
		best := 0
		for j, v := range f.Row(i) {
			gap[j] = v - f.Row(k)[j]
			if gap[j] > gap[best] {
				best = j
			}
		}
		if k != i && gap[best] < least {
			start, ahead, least = k, best, gap[best]
		}
	}
	vertex := p.inverse.Row(0)
	vertex[ahead], vertex[m] = 1, least
	for j, v := range p.gaps.Row(start) {
		column := p.inverse.Row(1 + j)
		if j == ahead {
			p.basis[1+j] = start
			column[m] = -1
			continue
		}
		p.basis[1+j] = f.Len() + j
		column[j], column[ahead], column[m] = 1, -1, v-least
	}
	return p, nil
}

// margin returns the largest margin under the constraints seen so far: an upper bound of the result, and
// the result when all are met.
func (p *programme) margin() float64 { return p.inverse.Row(0)[p.gaps.M] }

// weights returns the weights of the vertex.
func (p *programme) weights() []float64 {
	w := make([]float64, p.gaps.M)
	sum := 0.0
	for j, v := range p.inverse.Row(0)[:len(w)] {
		w[j] = max(v, 0)
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
	return w
}

// lead returns the margin of y at the weights w.
func (p *programme) lead(w []float64) float64 {
	least := inf
	for k := range p.gaps.Len() {
		if k != p.self {
			least = min(least, dot(w, p.gaps.Row(k)))
		}
	}
	return least
}

// solve ends when it has found the optimum or, sooner, that the largest margin is below -decided or that
// some weights reach more than decided. The error is that of the context, or ErrBudget for what the user
// knows as row.
func (p *programme) solve(decided float64, opt *Options, row int) error {
	for step := range endlessSteps * p.gaps.M {
		if err := opt.cancelled(); err != nil {
			return err
		}
		bland := step >= cyclingSteps*p.gaps.M
		in := p.violated(bland)
		if in < 0 || p.margin() < -decided || p.reached > decided {
			return nil
		}
		if !p.exchange(in, bland) {
			break
		}
	}
	return &InputError{Kind: ErrBudget, Input: "front", Row: row, Col: -1,
		Fault: "its linear programme does not end", Remedy: "report the front as a bug"}
}

// violated returns the constraint that the vertex violates most, or with bland the first that it violates,
// or -1. It notes the margin reached if the weights are not negative.
func (p *programme) violated(bland bool) int {
	m, n := p.gaps.M, p.gaps.Len()
	w, t := p.inverse.Row(0)[:m], p.margin()
	found, worst, least := -1, -pivotTolerance, inf
	consider := func(constraint int, slack float64) {
		if slack < worst && (found < 0 || !bland) {
			found, worst = constraint, slack
		}
	}
	for k := range n {
		if k != p.self {
			lead := dot(w, p.gaps.Row(k))
			least = min(least, lead)
			consider(k, lead-t)
		}
	}
	feasible := true
	for j, v := range w {
		feasible = feasible && v >= -pivotTolerance
		consider(n+j, v)
	}
	if feasible {
		p.reached = max(p.reached, least)
	}
	return found
}

// exchange brings the constraint in into the basis for the one whose multiplier is the first to fall to 0
// as that of in rises. It reports whether there is one.
func (p *programme) exchange(in int, bland bool) bool {
	m, n := p.gaps.M, p.gaps.Len()
	clear(p.normal)
	if in < n {
		copy(p.normal, p.gaps.Row(in))
		p.normal[m] = -1
	} else {
		p.normal[in-n] = 1
	}
	out, first := -1, inf
	for c := range p.along {
		column := p.inverse.Row(c)
		p.along[c] = dot(p.normal, column)
		if c == 0 || p.along[c] < pivotTolerance {
			continue
		}
		ratio := max(-column[m], 0) / p.along[c]
		tied := ratio == first && (bland && p.basis[c] < p.basis[out] || !bland && p.along[c] > p.along[out])
		if ratio < first || tied {
			out, first = c, ratio
		}
	}
	if out < 0 {
		return false
	}
	p.basis[out] = in
	pivot := p.inverse.Row(out)
	for r := range pivot {
		pivot[r] /= p.along[out]
	}
	for c, share := range p.along {
		if c == out || share == 0 {
			continue
		}
		column := p.inverse.Row(c)
		for r, v := range pivot {
			column[r] -= float64(share * v)
		}
	}
	return true
}
