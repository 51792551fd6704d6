package qd

import (
	"fmt"
	"math"
	"sort"
)

// CellOptions are common to archives that keep one elite per cell.
type CellOptions struct {
	// LearningRate α in (0, 1] makes the threshold that a solution has to exceed follow accepted
	// solutions slowly (CMA-MAE), from MinThreshold on. 0: the threshold is the elite's objective.
	LearningRate float64
	// MinThreshold is what a solution has to exceed in an empty cell, if LearningRate is not 0.
	MinThreshold float64
	// Offset is a lower bound of objectives; the QD score counts from it.
	Offset float64
}

// Cells is an archive with one elite in each of a fixed number of cells.
//
// Sources: Mouret and Clune, 2015, arXiv 1504.04909; Fontaine and Nikolaidis, "Covariance Matrix
// Adaptation MAP-Annealing", 2023, arXiv 2205.10752.
type Cells struct {
	Members
	Options   CellOptions
	Slot      []int32   // member of each cell, −1 if it is empty
	Threshold []float64 // of each cell, with a learning rate; else nil
	Cell      []int32   // cell of each member
	Best      float64   // largest objective that ever entered; −Inf before

	// Of the batch that is being added.
	index   []int32
	touched []int32
	count   []int32 // accepted in each cell; 0 outside add
	sum     []float64
}

func newCells(genes, width, cells int, o CellOptions) (Cells, error) {
	c := Cells{Members: Members{Genes: genes, Width: width}, Options: o, Slot: make([]int32, cells), Best: math.Inf(-1)}
	for i := range c.Slot {
		c.Slot[i] = -1
	}
	switch {
	case genes < 1 || width < 1:
		return c, fmt.Errorf("qd: solutions of %d genes and descriptors of %d numbers; both have at least 1", genes, width)
	case !(o.LearningRate >= 0 && o.LearningRate <= 1):
		return c, fmt.Errorf("qd: learning rate %v of an archive is outside [0, 1]", o.LearningRate)
	case math.IsNaN(o.MinThreshold) || math.IsInf(o.MinThreshold, 0) || math.IsNaN(o.Offset) || math.IsInf(o.Offset, 0):
		return c, fmt.Errorf("qd: smallest threshold %v and offset %v must be finite", o.MinThreshold, o.Offset)
	}
	if o.LearningRate > 0 {
		c.Threshold = make([]float64, cells)
		for i := range c.Threshold {
			c.Threshold[i] = o.MinThreshold
		}
	}
	return c, nil
}

// MeasuresNovelty implements [Archive].
func (c *Cells) MeasuresNovelty() bool { return false }

// add judges a batch whose solutions fall into the cells of c.index.
func (c *Cells) add(b *Batch) {
	if len(c.count) != len(c.Slot) {
		c.count, c.sum = make([]int32, len(c.Slot)), make([]float64, len(c.Slot))
	}
	for i, f := range b.Objective {
		cell := c.index[i]
		slot := c.Slot[cell]
		b.Novelty[i] = 0
		var enters bool
		switch {
		case c.Threshold != nil:
			b.Value[i] = f - c.Threshold[cell]
			enters = f > c.Threshold[cell]
		case slot >= 0:
			b.Value[i] = f - c.Objectives[slot]
			enters = f > c.Objectives[slot]
		default:
			b.Value[i] = f
			enters = true
		}
		switch {
		case !enters:
			b.Status[i] = Rejected
		case slot < 0:
			b.Status[i] = New
		default:
			b.Status[i] = Improved
		}
	}
	// Of the accepted ones in a cell the first best enters.
	for i, status := range b.Status {
		if status == Rejected {
			continue
		}
		cell, f := c.index[i], b.Objective[i]
		slot := c.Slot[cell]
		first := c.count[cell] == 0
		if first {
			c.touched = append(c.touched, cell)
		}
		c.count[cell]++
		c.sum[cell] += f
		c.Best = max(c.Best, f)
		switch {
		case slot < 0:
			c.Slot[cell] = int32(c.Len())
			c.Cell = append(c.Cell, cell)
			c.append(b, i)
		case first || f > c.Objectives[slot]:
			c.replace(int(slot), b, i)
		}
	}
	for _, cell := range c.touched {
		if c.Threshold != nil {
			stay := math.Pow(1-c.Options.LearningRate, float64(c.count[cell]))
			mean := c.sum[cell] / float64(c.count[cell])
			c.Threshold[cell] = stay*c.Threshold[cell] + mean*(1-stay)
		}
		c.count[cell], c.sum[cell] = 0, 0
	}
	c.touched = c.touched[:0]
}

// NumCells is the number of cells, filled or not.
func (c *Cells) NumCells() int { return len(c.Slot) }

// Dimensions is the number of numbers of a descriptor.
func (c *Cells) Dimensions() int { return c.Width }

// Elite returns the member in a cell, −1 if it is empty.
func (c *Cells) Elite(cell int) int { return int(c.Slot[cell]) }

// Stats describes an archive.
type Stats struct {
	Elites   int
	Coverage float64 // share of cells that are filled
	QDScore  float64 // sum over elites of objective − offset
	Offset   float64
	NormQD   float64 // QDScore per cell
	Best     float64 // largest objective that ever entered, which may have lost its place since; −Inf before
	Mean     float64 // of the elites, NaN without any
}

// Stats returns the present statistics.
func (c *Cells) Stats() Stats {
	s := Stats{Elites: c.Len(), Offset: c.Options.Offset, Best: c.Best, Mean: math.NaN()}
	sum := 0.0
	for _, f := range c.Objectives {
		sum += f
		s.QDScore += f - c.Options.Offset
	}
	if s.Elites > 0 {
		s.Mean = sum / float64(s.Elites)
	}
	cells := float64(len(c.Slot))
	s.Coverage, s.NormQD = float64(s.Elites)/cells, s.QDScore/cells
	return s
}

// reproject empties the archive and adds its members again with new descriptors, the best first.
// Thresholds begin anew.
func (c *Cells) reproject(add func(b *Batch) error, describe func(solution, dst []float64)) error {
	old := c.Members
	order := make([]int, old.Len())
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return old.Objectives[order[i]] > old.Objectives[order[j]] })
	fresh, err := newCells(old.Genes, old.Width, len(c.Slot), c.Options)
	if err != nil {
		return err
	}
	before := *c
	*c = fresh
	c.Best = before.Best
	b := Batch{Genes: old.Genes, Width: old.Width}
	b.Resize(1)
	for _, i := range order {
		copy(b.Solutions, old.Solution(i))
		b.ID[0], b.Objective[0] = old.IDs[i], old.Objectives[i]
		describe(old.Solution(i), b.Descriptors)
		if err := add(&b); err != nil {
			*c = before
			return err
		}
	}
	return nil
}
