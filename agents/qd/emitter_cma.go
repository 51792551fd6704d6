package qd

import (
	"fmt"
	"slices"
)

// Ranking is by what a CMA-ES emitter orders its solutions, the best first.
type Ranking string

// The rankings.
const (
	ByImprovement Ranking = "improvement" // status, then value: CMA-ME
	ByValue       Ranking = "value"       // value alone: CMA-MAE
	ByObjective   Ranking = "objective"
	ByDirection   Ranking = "direction" // status, then projection on a random direction of the space of descriptors
	ByNovelty     Ranking = "novelty"   // of archives that measure it
)

// CMAEmitter searches with CMA-ES for solutions that an archive takes.
//
// Sources: Fontaine, Togelius, Nikolaidis and Hoover, "Covariance Matrix Adaptation for the Rapid
// Illumination of Behavior Space", 2020, arXiv 1912.02400 (CMA-ME); Fontaine and Nikolaidis, 2023,
// arXiv 2205.10752 (CMA-MAE).
type CMAEmitter struct {
	Rank Ranking
	// Filter makes the solutions that entered the archive the parents (CMA-ME), else the better half is.
	Filter bool
	// Patient restarts when the strategy stops only, else also when no solution of a batch entered.
	Patient   bool
	ES        *CMAES
	RNG       *Random
	Direction []float64 // of ByDirection; empty: to be drawn
	Restarts  int

	order  []int
	score  []float64
	params Params
}

var _ Emitter = (*CMAEmitter)(nil)

// Len implements [Emitter].
func (e *CMAEmitter) Len() int { return e.ES.Lambda }

// Ask implements [Emitter].
func (e *CMAEmitter) Ask(_ Archive, solutions []float64) {
	for i := range e.ES.Lambda {
		e.ES.Ask(e.RNG, solutions[i*e.ES.N:][:e.ES.N])
	}
}

// Tell implements [Emitter].
func (e *CMAEmitter) Tell(a Archive, b *Batch) {
	added := 0
	for _, s := range b.Status {
		if s != Rejected {
			added++
		}
	}
	e.rank(a, b)
	parents := added
	if !e.Filter {
		parents = e.ES.Lambda / 2
	}
	e.ES.TellParents(b.Solutions, e.order, parents, &e.params)
	if added == 0 && !e.Patient || e.ES.Stopped() {
		e.Restarts++
		e.Direction = e.Direction[:0]
		if a.Len() > 0 {
			e.ES.Restart(parent(a, e.RNG))
		} else {
			e.ES.Restart(e.ES.Mean)
		}
	}
}

// rank writes the order of the batch.
func (e *CMAEmitter) rank(a Archive, b *Batch) {
	n := b.Len()
	e.order, e.score = resize(e.order, n), resize(e.score, n)
	for i := range e.order {
		e.order[i] = i
	}
	staged := false // by status first
	switch e.Rank {
	case ByImprovement:
		staged = true
		copy(e.score, b.Value)
	case ByValue:
		copy(e.score, b.Value)
	case ByObjective:
		copy(e.score, b.Objective)
	case ByNovelty:
		copy(e.score, b.Novelty)
	case ByDirection:
		staged = true
		if len(e.Direction) == 0 {
			e.draw(a, b.Width)
		}
		for i := range e.score {
			e.score[i] = dot(e.Direction, b.Descriptor(i))
		}
	}
	slices.SortStableFunc(e.order, func(i, j int) int {
		if staged && b.Status[i] != b.Status[j] {
			return int(b.Status[j]) - int(b.Status[i])
		}
		switch {
		case e.score[i] > e.score[j]:
			return -1
		case e.score[i] < e.score[j]:
			return 1
		}
		return 0
	})
}

// draw chooses a direction in which every dimension counts by its range.
func (e *CMAEmitter) draw(a Archive, width int) {
	e.Direction = resize(e.Direction, width)
	a.Extent(e.Direction)
	for j, r := range e.Direction {
		x := e.RNG.NormFloat64()
		if r > 0 {
			x /= r
		}
		e.Direction[j] = x
	}
}

// Check implements [Emitter].
func (e *CMAEmitter) Check(a Archive, genes int) error {
	switch {
	case e.ES == nil || e.RNG == nil:
		return fmt.Errorf("qd: a CMA-ES emitter needs a strategy and random numbers")
	case e.ES.N != genes:
		return fmt.Errorf("qd: a CMA-ES emitter of %d genes; solutions have %d, so give it as many", e.ES.N, genes)
	case !slices.Contains([]Ranking{ByImprovement, ByValue, ByObjective, ByDirection, ByNovelty}, e.Rank):
		return fmt.Errorf("qd: a CMA-ES emitter ranks by %q; give improvement, value, objective, direction or novelty", e.Rank)
	case e.Rank == ByNovelty && !a.MeasuresNovelty():
		return fmt.Errorf("qd: a CMA-ES emitter ranks by novelty, which its archive does not measure; give it a threshold archive")
	}
	return (&Bounds{e.ES.Low, e.ES.High}).check(genes)
}
