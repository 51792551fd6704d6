package qd

import (
	"fmt"
	"math"
)

// GridArchive divides the space of descriptors into boxes of equal size, with one elite in each.
type GridArchive struct {
	Cells
	Dims      []int // cells along each dimension
	Low, High []float64
}

var _ Archive = (*GridArchive)(nil)

// maxCells bounds the memory of an archive.
const maxCells = 1 << 26

// NewGridArchive returns an empty archive for solutions of so many genes, with dims[j] cells between
// low[j] and high[j] along dimension j of descriptors.
func NewGridArchive(genes int, dims []int, low, high []float64, o CellOptions) (*GridArchive, error) {
	if len(dims) == 0 || len(low) != len(dims) || len(high) != len(dims) {
		return nil, fmt.Errorf("qd: a grid with %d dimensions, %d lower and %d upper bounds; give as many of each", len(dims), len(low), len(high))
	}
	cells := 1
	for j, n := range dims {
		if n < 1 || n > maxCells || cells*n > maxCells {
			return nil, fmt.Errorf("qd: dimension %d of a grid has %d cells; give at least 1, and %d in all at most", j, n, maxCells)
		}
		cells *= n
		if !(low[j] < high[j]) || math.IsInf(high[j]-low[j], 0) {
			return nil, fmt.Errorf("qd: dimension %d of a grid goes from %v to %v; give finite bounds, the smaller first", j, low[j], high[j])
		}
	}
	c, err := newCells(genes, len(dims), cells, o)
	if err != nil {
		return nil, err
	}
	return &GridArchive{Cells: c, Dims: dims, Low: low, High: high}, nil
}

// CellOf returns the cell of a finite descriptor, the last dimension running fastest; what lies outside
// the bounds belongs to the outermost cells.
func (g *GridArchive) CellOf(descriptor []float64) int {
	cell := 0
	for j, n := range g.Dims {
		i := (float64(n)*(descriptor[j]-g.Low[j]) + 1e-6) / (g.High[j] - g.Low[j])
		cell = cell*n + int(min(max(i, 0), float64(n-1)))
	}
	return cell
}

// Add implements [Archive].
func (g *GridArchive) Add(b *Batch) error {
	if err := b.check(g.Genes, g.Width); err != nil {
		return err
	}
	g.index = resize(g.index, b.Len())
	for i := range g.index {
		g.index[i] = int32(g.CellOf(b.Descriptor(i)))
	}
	g.add(b)
	return nil
}

// Extent implements [Archive].
func (g *GridArchive) Extent(dst []float64) {
	for j := range g.Low {
		dst[j] = g.High[j] - g.Low[j]
	}
}

// Reproject implements [Archive].
func (g *GridArchive) Reproject(describe func(solution, dst []float64)) error {
	return g.reproject(g.Add, describe)
}
