package qd

import (
	"encoding/gob"
	"fmt"
	"math"
)

// Emitter proposes solutions for an archive and learns from what became of them.
type Emitter interface {
	// Len is the number of solutions of a batch.
	Len() int
	// Ask writes Len solutions, row-major.
	Ask(a Archive, solutions []float64)
	// Tell hands back the evaluated batch after it was added to the archive.
	Tell(a Archive, b *Batch)
	// Check returns an error if the emitter does not fit the archive or its solutions.
	Check(a Archive, genes int) error
}

// parent draws the solution of a member of an archive that has some.
func parent(a Archive, rng *Random) []float64 { return a.Solution(draw(a, rng)) }

// Bounds of genes; the zero value has none.
type Bounds struct{ Low, High []float64 }

// UniformBounds are the same for each of so many genes.
func UniformBounds(genes int, low, high float64) Bounds {
	b := Bounds{make([]float64, genes), make([]float64, genes)}
	for i := range genes {
		b.Low[i], b.High[i] = low, high
	}
	return b
}

func (b *Bounds) check(genes int) error {
	if b.Low == nil && b.High == nil {
		return nil
	}
	if len(b.Low) != genes || len(b.High) != genes {
		return fmt.Errorf("qd: %d lower and %d upper bounds for %d genes; give one of each per gene", len(b.Low), len(b.High), genes)
	}
	for i := range b.Low {
		if !(b.Low[i] <= b.High[i]) {
			return fmt.Errorf("qd: gene %d has bounds %v and %v; give the smaller first", i, b.Low[i], b.High[i])
		}
	}
	return nil
}

// Gaussian mutates elites: a uniformly chosen member, or Start while there is none, plus noise N(0, σ²)
// in every gene.
//
// Source: Mouret and Clune, 2015, arXiv 1504.04909.
type Gaussian struct {
	Batch  int
	Sigma  float64
	Start  []float64
	Bounds Bounds
	RNG    *Random
}

var _ Emitter = (*Gaussian)(nil)

// Len implements [Emitter].
func (e *Gaussian) Len() int { return e.Batch }

// Ask implements [Emitter].
func (e *Gaussian) Ask(a Archive, solutions []float64) {
	genes, members := len(e.Start), a.Len()
	for i := range e.Batch {
		x := solutions[i*genes:][:genes]
		from := e.Start
		if members > 0 {
			from = parent(a, e.RNG)
		}
		for j, v := range from {
			x[j] = v + e.Sigma*e.RNG.NormFloat64()
		}
		clip(x, e.Bounds.Low, e.Bounds.High)
	}
}

// Tell implements [Emitter].
func (e *Gaussian) Tell(Archive, *Batch) {}

// Check implements [Emitter].
func (e *Gaussian) Check(_ Archive, genes int) error {
	return checkEmitter(e.Batch, e.Start, genes, &e.Bounds, e.Sigma)
}

func checkEmitter(batch int, start []float64, genes int, bounds *Bounds, sigmas ...float64) error {
	if batch < 1 {
		return fmt.Errorf("qd: an emitter with a batch of %d; give at least 1", batch)
	}
	if len(start) != genes {
		return fmt.Errorf("qd: an emitter begins with %d genes; solutions have %d, so give it as many", len(start), genes)
	}
	for _, s := range sigmas {
		if !(s >= 0) || math.IsInf(s, 0) {
			return fmt.Errorf("qd: an emitter with standard deviation %v; give a finite number from 0", s)
		}
	}
	return bounds.check(genes)
}

// IsoLine moves elites along the line to another: a + iso·N(0, I) + line·N(0, 1)·(b − a) for uniformly
// chosen members a, b. While there are none, it mutates Start by Iso.
//
// Source: Vassiliades and Mouret, 2018, arXiv 1804.03906, with iso 0.01 and line 0.2.
type IsoLine struct {
	Batch     int
	Iso, Line float64
	Start     []float64
	Bounds    Bounds
	RNG       *Random
}

var _ Emitter = (*IsoLine)(nil)

// Len implements [Emitter].
func (e *IsoLine) Len() int { return e.Batch }

// Ask implements [Emitter].
func (e *IsoLine) Ask(a Archive, solutions []float64) {
	genes, members := len(e.Start), a.Len()
	for i := range e.Batch {
		x := solutions[i*genes:][:genes]
		first, second := e.Start, e.Start
		if members > 0 {
			first, second = parent(a, e.RNG), parent(a, e.RNG)
		}
		along := e.Line * e.RNG.NormFloat64()
		for j, v := range first {
			x[j] = v + e.Iso*e.RNG.NormFloat64() + along*(second[j]-v)
		}
		clip(x, e.Bounds.Low, e.Bounds.High)
	}
}

// Tell implements [Emitter].
func (e *IsoLine) Tell(Archive, *Batch) {}

// Check implements [Emitter].
func (e *IsoLine) Check(_ Archive, genes int) error {
	return checkEmitter(e.Batch, e.Start, genes, &e.Bounds, e.Iso, e.Line)
}

func init() {
	gob.Register(&Gaussian{})
	gob.Register(&IsoLine{})
	gob.Register(&CMAEmitter{})
	gob.Register(&GridArchive{})
	gob.Register(&CVTArchive{})
	gob.Register(&ThresholdArchive{})
}
