package qd

import (
	"encoding/gob"
	"fmt"
	"math"
)

// Polynomial varies members by the operators of genetic algorithms on real numbers: a share of a batch
// by crossover, in which genes come from a second member, the rest by polynomial mutation.
//
// Sources: Deb and Agrawal, "Simulated binary crossover for continuous search space", 1995 (the
// polynomial distribution); the shares of the MOME code, QDax.
type Polynomial struct {
	Batch   int
	Eta     float64 // η ≥ 0: the larger, the nearer to the parent
	Share   float64 // probability of a gene to be varied
	Crossed float64 // share of the batch that comes from crossover
	Bounds  Bounds  // finite, since steps are shares of their distance
	RNG     *Random
}

var _ Emitter = (*Polynomial)(nil)

// Len implements [Emitter].
func (e *Polynomial) Len() int { return e.Batch }

// Ask implements [Emitter]. While there are no members it proposes uniformly random solutions.
func (e *Polynomial) Ask(a Archive, solutions []float64) {
	low, high := e.Bounds.Low, e.Bounds.High
	genes := len(low)
	crossed := int(math.Round(e.Crossed * float64(e.Batch)))
	for i := range e.Batch {
		x := solutions[i*genes:][:genes]
		if a.Len() == 0 {
			for j := range x {
				x[j] = low[j] + (high[j]-low[j])*e.RNG.Float64()
			}
			continue
		}
		copy(x, parent(a, e.RNG))
		if i < crossed {
			other := parent(a, e.RNG)
			for j := range x {
				if e.RNG.Float64() < e.Share {
					x[j] = other[j]
				}
			}
			continue
		}
		for j := range x {
			if e.RNG.Float64() < e.Share {
				x[j] += (high[j] - low[j]) * e.step((x[j]-low[j])/(high[j]-low[j]))
			}
		}
		clip(x, low, high)
	}
}

// step is a random step, as a share of the distance of the bounds, of a gene at the share at of it, which
// does not leave them.
func (e *Polynomial) step(at float64) float64 {
	u, power := e.RNG.Float64(), e.Eta+1
	if u < 0.5 {
		return math.Pow(2*u+(1-2*u)*math.Pow(1-at, power), 1/power) - 1
	}
	return 1 - math.Pow(2*(1-u)+(2*u-1)*math.Pow(at, power), 1/power)
}

// Tell implements [Emitter].
func (e *Polynomial) Tell(Archive, *Batch) {}

// Check implements [Emitter].
func (e *Polynomial) Check(_ Archive, genes int) error {
	if e.Bounds.Low == nil {
		return fmt.Errorf("qd: polynomial mutation without bounds; its steps are shares of their distance")
	}
	for _, v := range []float64{e.Share, e.Crossed} {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("qd: shares %v and %v of polynomial mutation must lie in [0, 1]", e.Share, e.Crossed)
		}
	}
	return checkEmitter(e.Batch, e.Bounds.Low, genes, &e.Bounds, e.Eta)
}

func init() { gob.Register(&Polynomial{}) }
