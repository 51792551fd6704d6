package qd

import (
	"encoding/gob"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/pareto"
)

// division says to which cell a descriptor belongs.
type division interface {
	NumCells() int
	Dimensions() int // of descriptors
	CellOf(descriptor []float64) int
	Extent(dst []float64)
}

// FrontArchive keeps in every cell of a division of descriptors a front of value vectors in the place of
// one elite: solutions none of which is better than another in all objectives (MOME). A cell that is
// full drops the member with the smallest crowding distance, of several the last; the ends of every
// objective stay.
//
// Add judges the solutions of a batch one after the other. Status is New in an empty cell, Improved in a
// front that was there; Value is the hypervolume that the front of the cell gains, so that emitters that
// follow the improvement of an archive follow it. A member that leaves gives its index to the last one.
//
// Source: Pierrot, Richard, Beguir and Cully, "Multi-Objective Quality Diversity Optimization", 2022,
// arXiv 2202.03057, whose code keeps the first of a full cell in storage order instead.
type FrontArchive struct {
	Members
	Space     division
	M         int       // objectives
	Capacity  int       // of a cell
	Reference []float64 // point from which hypervolumes are measured
	Crowded   bool      // parents are drawn by crowding distance within their cell, else uniformly
	Values    []float64 // row-major, M numbers of each member
	Cell      []int32   // of each member
	Fronts    [][]int32 // members of each cell, in order of insertion
	Filled    []int32   // cells that are not empty, in order of filling

	workspace *pareto.Workspace
	rows      []float64
}

var _ Archive = (*FrontArchive)(nil)

// NewFrontArchive returns an empty archive for solutions of so many genes over the cells of an empty
// *[GridArchive] or *[CVTArchive]. reference has one number per objective.
func NewFrontArchive(genes int, space Archive, reference []float64, capacity int) (*FrontArchive, error) {
	cells, ok := space.(division)
	if !ok || space.Len() > 0 {
		return nil, fmt.Errorf("qd: fronts need the cells of an empty grid or CVT archive, not a %T with %d members", space, space.Len())
	}
	switch {
	case genes < 1:
		return nil, fmt.Errorf("qd: solutions of %d genes; they have at least 1", genes)
	case len(reference) == 0:
		return nil, fmt.Errorf("qd: fronts without a reference point; give one number per objective")
	case capacity < 1:
		return nil, fmt.Errorf("qd: cells for %d members; give at least 1", capacity)
	}
	for j, x := range reference {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("qd: objective %d of the reference point is %v, not a finite number", j, x)
		}
	}
	return &FrontArchive{
		Members: Members{Genes: genes, Width: cells.Dimensions()}, Space: cells, M: len(reference), Capacity: capacity,
		Reference: slices.Clone(reference), Fronts: make([][]int32, cells.NumCells()),
	}, nil
}

// Value returns the value vector of member i; do not modify it.
func (a *FrontArchive) Value(i int) []float64 { return a.Values[i*a.M:][:a.M] }

// Front returns the value vectors in a cell, in order of insertion.
func (a *FrontArchive) Front(cell int) pareto.Front {
	f := pareto.Front{M: a.M}
	for _, i := range a.Fronts[cell] {
		f.X = append(f.X, a.Value(int(i))...)
	}
	return f
}

// Add implements [Archive]. Batches need value vectors.
func (a *FrontArchive) Add(b *Batch) error {
	if err := b.check(a.Genes, a.Width); err != nil {
		return err
	}
	if b.M != a.M {
		return fmt.Errorf("qd: solutions with %d values; the fronts have %d objectives, so give as many", b.M, a.M)
	}
	for i, x := range b.Values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("qd: solution %d has %v in its values, not a finite number; leave it out of the batch", i/b.M, x)
		}
	}
	for i := range b.Objective {
		if err := a.offer(b, i); err != nil {
			return err
		}
	}
	return nil
}

// offer judges solution i of a batch.
func (a *FrontArchive) offer(b *Batch, i int) error {
	v := b.Values[i*b.M:][:b.M]
	cell := a.Space.CellOf(b.Descriptor(i))
	front := a.front(cell)
	gain, err := a.memory().Exclusive(v, front, a.Reference)
	if err != nil {
		return fmt.Errorf("qd: %w", err)
	}
	b.Novelty[i], b.Value[i], b.Status[i] = 0, gain, Rejected
	for k := range front.Len() {
		if pareto.WeaklyDominates(front.Row(k), v) {
			return nil
		}
	}
	b.Status[i] = Improved
	if len(a.Fronts[cell]) == 0 {
		b.Status[i] = New
		a.Filled = append(a.Filled, int32(cell))
	}
	for k := front.Len() - 1; k >= 0; k-- { // those that it dominates leave
		if pareto.Dominates(v, front.Row(k)) {
			a.remove(cell, k)
		}
	}
	a.Fronts[cell] = append(a.Fronts[cell], int32(a.Len()))
	a.append(b, i)
	a.Values = append(a.Values, v...)
	a.Cell = append(a.Cell, int32(cell))
	if n := len(a.Fronts[cell]); n > a.Capacity {
		least, crowding := 0, pareto.Crowding(a.front(cell))
		for k, d := range crowding {
			if d <= crowding[least] {
				least = k
			}
		}
		if least == n-1 {
			b.Status[i] = Rejected
		}
		a.remove(cell, least)
	}
	return nil
}

// memory is that of hypervolumes.
func (a *FrontArchive) memory() *pareto.Workspace {
	if a.workspace == nil {
		a.workspace = &pareto.Workspace{}
	}
	return a.workspace
}

// front is [FrontArchive.Front] in reused memory.
func (a *FrontArchive) front(cell int) pareto.Front {
	a.rows = a.rows[:0]
	for _, i := range a.Fronts[cell] {
		a.rows = append(a.rows, a.Value(int(i))...)
	}
	return pareto.Front{M: a.M, X: a.rows}
}

// remove takes member k of a cell out. The last member of the archive gets its index.
func (a *FrontArchive) remove(cell, k int) {
	gone, last := int(a.Fronts[cell][k]), a.Len()-1
	a.Fronts[cell] = slices.Delete(a.Fronts[cell], k, k+1)
	if gone != last {
		moved := a.Fronts[a.Cell[last]]
		moved[slices.Index(moved, int32(last))] = int32(gone)
		copy(a.Solution(gone), a.Solution(last))
		copy(a.Descriptor(gone), a.Descriptor(last))
		copy(a.Value(gone), a.Value(last))
		a.IDs[gone], a.Objectives[gone], a.Cell[gone] = a.IDs[last], a.Objectives[last], a.Cell[last]
	}
	a.Solutions, a.Descriptors = a.Solutions[:last*a.Genes], a.Descriptors[:last*a.Width]
	a.Values, a.IDs, a.Objectives, a.Cell = a.Values[:last*a.M], a.IDs[:last], a.Objectives[:last], a.Cell[:last]
}

// draw draws a cell that is not empty, each with the same probability, and a member of it: uniformly,
// or with a probability that grows with the crowding distance, where the ends count as twice the largest
// finite one.
func (a *FrontArchive) draw(rng *Random) int {
	front := a.Fronts[a.Filled[rng.IntN(len(a.Filled))]]
	if !a.Crowded || len(front) < 3 {
		return int(front[rng.IntN(len(front))])
	}
	weights := pareto.Crowding(a.front(int(a.Cell[front[0]])))
	largest := 0.0
	for _, d := range weights {
		if !math.IsInf(d, 1) {
			largest = max(largest, d)
		}
	}
	if largest == 0 {
		largest = 1
	}
	total := 0.0
	for k, d := range weights {
		weights[k] = min(d, 2*largest)
		total += weights[k]
	}
	at := rng.Float64() * total
	for k, d := range weights {
		if at -= d; at < 0 {
			return int(front[k])
		}
	}
	return int(front[len(front)-1])
}

// Extent implements [Archive].
func (a *FrontArchive) Extent(dst []float64) { a.Space.Extent(dst) }

// MeasuresNovelty implements [Archive].
func (a *FrontArchive) MeasuresNovelty() bool { return false }

// Reproject implements [Archive]: members are added again in their order.
func (a *FrontArchive) Reproject(describe func(solution, dst []float64)) error {
	old := a.clone()
	fresh := &FrontArchive{
		Members: Members{Genes: a.Genes, Width: a.Width}, Space: a.Space, M: a.M, Capacity: a.Capacity,
		Reference: a.Reference, Crowded: a.Crowded, Fronts: make([][]int32, len(a.Fronts)),
	}
	b := Batch{Genes: a.Genes, Width: a.Width, M: a.M}
	b.Resize(1)
	for i := range old.Len() {
		copy(b.Solutions, old.Solution(i))
		copy(b.Values, old.Value(i))
		b.ID[0], b.Objective[0] = old.IDs[i], old.Objectives[i]
		describe(old.Solution(i), b.Descriptors)
		if err := fresh.Add(&b); err != nil {
			return err
		}
	}
	*a = *fresh
	return nil
}

// clone returns a copy that further additions do not change.
func (a *FrontArchive) clone() *FrontArchive {
	c := *a
	c.Members = a.Members.clone()
	c.Values, c.Cell, c.Filled = slices.Clone(a.Values), slices.Clone(a.Cell), slices.Clone(a.Filled)
	c.Fronts = make([][]int32, len(a.Fronts))
	for i, f := range a.Fronts {
		c.Fronts[i] = slices.Clone(f)
	}
	c.workspace, c.rows = nil, nil
	return &c
}

func init() { gob.Register(&FrontArchive{}) }
