package pgmorl

import (
	"math"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/cmorl"
)

// individual is a policy that can be trained further.
type individual struct {
	member agents.Member
	node   int // in the history
}

// population keeps, for every direction of objective space, the policies that are farthest from the
// reference point.
type population struct {
	reference  []float64
	directions [][]float64 // of length 1; nil with two objectives, where sectors have equal angles
	buffers    int
	size       int // of a buffer
	members    []individual
}

func newPopulation(s *Settings, reference []float64) population {
	p := population{reference: reference, buffers: s.Buffers, size: s.BufferSize}
	if len(reference) > 2 {
		for _, w := range cmorl.WeightGrid(len(reference), 0, 1, 1/float64(s.Buffers-1)) {
			p.directions = append(p.directions, direction(w))
		}
	}
	return p
}

// buffer returns the buffer of a value vector that is measured from the reference point, -1 if it does
// not exceed that in every objective.
func (p *population) buffer(f []float64) int {
	if slices.Min(f) < 1e-7 {
		return -1
	}
	if p.directions == nil {
		theta := math.Acos(min(f[1]/length(f), 1))
		return min(int(theta/(math.Pi/2/float64(p.buffers))), p.buffers-1)
	}
	best, at := math.Inf(-1), -1
	for i, d := range p.directions {
		dot := 0.0
		for j := range d {
			dot += d[j] * f[j]
		}
		if dot > best {
			best, at = dot, i
		}
	}
	return at
}

// update adds offspring: every buffer keeps those that are farthest out, of equal ones the older. The
// members are ordered by buffer, in a buffer the farthest first.
func (p *population) update(offspring []individual) {
	type entry struct {
		individual
		far float64
	}
	n := max(p.buffers, len(p.directions))
	buffers := make([][]entry, n)
	for _, x := range append(slices.Clip(p.members), offspring...) {
		f := above(x.member.Value.Return, p.reference)
		b := p.buffer(f)
		if b < 0 {
			continue
		}
		e := entry{x, length(f)}
		at := slices.IndexFunc(buffers[b], func(o entry) bool { return o.far < e.far })
		if at < 0 {
			at = len(buffers[b])
		}
		buffers[b] = slices.Insert(buffers[b], at, e)
		buffers[b] = buffers[b][:min(len(buffers[b]), p.size)]
	}
	p.members = nil
	for _, b := range buffers {
		for _, e := range b {
			p.members = append(p.members, e.individual)
		}
	}
}

// above is a value vector measured from the reference point.
func above(value, reference []float64) []float64 {
	f := make([]float64, len(value))
	for j := range f {
		f[j] = value[j] - reference[j]
	}
	return f
}
