package preference

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrNoAnswers is returned by learners for data sets without answers.
var ErrNoAnswers = errors.New("no answers to learn from")

// Check returns an error for what no learner can take: no answers, weights that are all zero, or a pair that
// [Dataset.Add] refuses.
func (d *Dataset) Check() error {
	total := 0.0
	for i := range d.Pairs {
		p := &d.Pairs[i]
		if err := p.check(len(d.Objectives), max(1, len(d.Users))); err != nil {
			return fmt.Errorf("pair %d: %w", i+1, err)
		}
		total += p.count()
	}
	if total == 0 {
		return ErrNoAnswers
	}
	return nil
}

// term is c V(s), a value that is part of a row.
type term struct {
	state int32
	c     float64
}

// rows are the answers of a data set with equal questions merged, also those asked the other way
// round: z = w · x + Σ c V(s), and the loss count softplus(z) − first z. Merging changes neither the loss nor its gradient.
type rows struct {
	n, m  int
	x     []float64 // n × m, differences of features
	count []float64 // share of the answers
	first []float64 // share of the answers, times y
	terms [][]term  // nil unless values count; at most four each
}

// newRows merges a data set. With values, rows also differ in the states at both ends of their segments; the
// error says which pair lacks one.
func newRows(d *Dataset, values bool, states int) (*rows, error) {
	r := &rows{m: len(d.Objectives)}
	if err := d.Check(); err != nil {
		return nil, err
	}
	total := 0.0
	at := map[string]int{}
	var key []byte
	x := make([]float64, r.m)
	for i := range d.Pairs {
		p := &d.Pairs[i]
		y, c := p.Y, p.count()
		for j := range x {
			x[j] = p.A.Features[j] - p.B.Features[j]
		}
		var terms []term
		if values {
			var err error
			if terms, err = p.terms(states); err != nil {
				return nil, fmt.Errorf("pair %d: %w", i+1, err)
			}
		}
		if backward(x, terms) {
			for j := range x {
				x[j] = 0 - x[j]
			}
			for k := range terms {
				terms[k].c = -terms[k].c
			}
			y = 1 - y
		}
		key = key[:0]
		for _, v := range x {
			key = appendNumber(key, math.Float64bits(v+0))
		}
		for _, t := range terms {
			key = appendNumber(appendNumber(key, uint64(t.state)), math.Float64bits(t.c))
		}
		k, known := at[string(key)]
		if !known {
			k = r.n
			at[string(key)] = k
			r.n++
			r.x = append(r.x, x...)
			r.count, r.first = append(r.count, 0), append(r.first, 0)
			if values {
				r.terms = append(r.terms, terms)
			}
		}
		r.count[k] += c
		r.first[k] += float64(c * y)
		total += c
	}
	for k := range r.count {
		r.count[k] /= total
		r.first[k] /= total
	}
	r.sort()
	return r, nil
}

// sort brings the rows into an order that does not depend on that of the answers.
func (r *rows) sort() {
	order := make([]int, r.n)
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := slices.Compare(r.x[a*r.m:][:r.m], r.x[b*r.m:][:r.m]); c != 0 || r.terms == nil {
			return c
		}
		return slices.CompareFunc(r.terms[a], r.terms[b], func(s, t term) int {
			if s.state != t.state {
				return int(s.state) - int(t.state)
			}
			return int(s.c - t.c)
		})
	})
	sorted := rows{n: r.n, m: r.m}
	for _, k := range order {
		sorted.x = append(sorted.x, r.x[k*r.m:][:r.m]...)
		sorted.count, sorted.first = append(sorted.count, r.count[k]), append(sorted.first, r.first[k])
		if r.terms != nil {
			sorted.terms = append(sorted.terms, r.terms[k])
		}
	}
	*r = sorted
}

// terms returns the values in V(s_L) − V(s₀) of the first segment less that of the second, by state, without those
// that cancel.
func (p *Pair) terms(states int) ([]term, error) {
	var list []term
	add := func(s int32, c float64) error {
		if s < 0 || int(s) >= states {
			return fmt.Errorf("a segment starts or ends in state %d; regret needs states from 0 to %d", s, states-1)
		}
		for k := range list {
			if list[k].state == s {
				list[k].c += c
				return nil
			}
		}
		list = append(list, term{s, c})
		return nil
	}
	sides := [2]*Segment{&p.A, &p.B}
	for side, sign := range [2]float64{1, -1} {
		s := sides[side]
		if err := add(s.Start, -sign); err != nil {
			return nil, err
		}
		if !s.Ended {
			if err := add(s.End, sign); err != nil {
				return nil, err
			}
		}
	}
	list = slices.DeleteFunc(list, func(t term) bool { return t.c == 0 })
	slices.SortFunc(list, func(a, b term) int { return int(a.state) - int(b.state) })
	return list, nil
}

// backward says that the first number of a row that is not zero is negative: the question is turned round.
func backward(x []float64, terms []term) bool {
	for _, v := range x {
		if v != 0 {
			return v < 0
		}
	}
	return len(terms) > 0 && terms[0].c < 0
}

func appendNumber(b []byte, x uint64) []byte {
	for range 8 {
		b = append(b, byte(x))
		x >>= 8
	}
	return b
}

// logistic returns softplus(z), to an absolute error of rounding, and λ(z), of one exponential.
func logistic(z float64) (softplus, lambda float64) {
	if z >= 0 {
		e := math.Exp(-z)
		return z + math.Log(1+e), 1 / (1 + e)
	}
	e := math.Exp(z)
	return math.Log(1 + e), e / (1 + e)
}

// linearLoss returns the loss of rows whose log-odds are linear, z = x w for x of n × m numbers, and writes its
// gradient by w.
func (r *rows) linearLoss(x, w, gradient []float64) (loss float64) {
	if r.m == 6 {
		return r.linearLoss6(x, w, gradient)
	}
	clear(gradient)
	for k := range r.count {
		row := x[k*r.m:][:r.m]
		z := dot(row, w)
		softplus, lambda := logistic(z)
		loss += r.count[k]*softplus - r.first[k]*z
		g := r.count[k]*lambda - r.first[k]
		for j, v := range row {
			gradient[j] += float64(g * v)
		}
	}
	return loss
}

// linearLoss6 is linearLoss for the six features of boards, in registers.
func (r *rows) linearLoss6(x, w, gradient []float64) (loss float64) {
	w0, w1, w2, w3, w4, w5 := w[0], w[1], w[2], w[3], w[4], w[5]
	var g0, g1, g2, g3, g4, g5 float64
	count, first := r.count, r.first[:len(r.count)]
	for k, c := range count {
		row := x[k*6 : k*6+6 : k*6+6]
		z := (float64(w0*row[0]) + float64(w1*row[1])) + (float64(w2*row[2]) + float64(w3*row[3])) + (float64(w4*row[4]) + float64(w5*row[5]))
		softplus, lambda := logistic(z)
		loss += c*softplus - first[k]*z
		g := c*lambda - first[k]
		g0 += float64(g * row[0])
		g1 += float64(g * row[1])
		g2 += float64(g * row[2])
		g3 += float64(g * row[3])
		g4 += float64(g * row[4])
		g5 += float64(g * row[5])
	}
	gradient[0], gradient[1], gradient[2], gradient[3], gradient[4], gradient[5] = g0, g1, g2, g3, g4, g5
	return loss
}
