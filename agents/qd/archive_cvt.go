package qd

import (
	"fmt"
	"math"
)

// CVTArchive divides the space of descriptors into the cells of given centroids, with one elite in each:
// a descriptor belongs to the nearest one, of equally near ones to the first.
//
// Source: Vassiliades, Chatzilygeroudis and Mouret, 2018, arXiv 1610.05729.
type CVTArchive struct {
	Cells
	Centroids []float64 // row-major

	near   *Neighbours
	nearer []Neighbour
}

var _ Archive = (*CVTArchive)(nil)

// NewCVTArchive returns an empty archive for solutions of so many genes, with centroids of width
// numbers each.
func NewCVTArchive(genes, width int, centroids []float64, o CellOptions) (*CVTArchive, error) {
	if width < 1 || len(centroids) == 0 || len(centroids)%width != 0 || len(centroids)/width > maxCells {
		return nil, fmt.Errorf("qd: %d numbers are no centroids of width %d; give as many for each, for 1 to %d centroids", len(centroids), width, maxCells)
	}
	for i, x := range centroids {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("qd: centroid %d has %v, not a finite number", i/width, x)
		}
	}
	c, err := newCells(genes, width, len(centroids)/width, o)
	if err != nil {
		return nil, err
	}
	return &CVTArchive{Cells: c, Centroids: centroids}, nil
}

// CellOf returns the cell of a finite descriptor.
func (a *CVTArchive) CellOf(descriptor []float64) int {
	if a.near == nil {
		a.near = NewNeighbours(a.Centroids, a.Width)
	}
	a.nearer = a.near.Nearest(descriptor, 1, a.nearer)
	return int(a.nearer[0].Index)
}

// Add implements [Archive].
func (a *CVTArchive) Add(b *Batch) error {
	if err := b.check(a.Genes, a.Width); err != nil {
		return err
	}
	a.index = resize(a.index, b.Len())
	for i := range a.index {
		a.index[i] = int32(a.CellOf(b.Descriptor(i)))
	}
	a.add(b)
	return nil
}

// Extent implements [Archive]: that of the centroids.
func (a *CVTArchive) Extent(dst []float64) { extent(a.Centroids, dst) }

// extent writes the range of each column of row-major points; 0 without points.
func extent(points, dst []float64) {
	width := len(dst)
	for j := range dst {
		low, high := math.Inf(1), math.Inf(-1)
		for i := j; i < len(points); i += width {
			low, high = min(low, points[i]), max(high, points[i])
		}
		dst[j] = max(high-low, 0)
	}
}

// Reproject implements [Archive].
func (a *CVTArchive) Reproject(describe func(solution, dst []float64)) error {
	return a.reproject(a.Add, describe)
}

// Centroids returns n centroids of a centroidal Voronoi tessellation of the box between low and high,
// row-major: Lloyd's algorithm from a k-means++ start on so many uniform samples, at most 100 rounds.
func Centroids(n, samples int, low, high []float64, rng *Random) ([]float64, error) {
	width := len(low)
	if width == 0 || len(high) != width || n < 1 || samples < n {
		return nil, fmt.Errorf("qd: %d centroids from %d samples in %d dimensions; give at least as many samples as centroids", n, samples, width)
	}
	points := make([]float64, samples*width)
	for i := range points {
		if l, h := low[i%width], high[i%width]; !(l < h) || math.IsInf(h-l, 0) {
			return nil, fmt.Errorf("qd: descriptors from %v to %v; give finite bounds, the smaller first", l, h)
		}
		points[i] = low[i%width] + (high[i%width]-low[i%width])*rng.Float64()
	}
	row := func(x []float64, i int) []float64 { return x[i*width:][:width] }

	// k-means++: every further centroid with a probability proportional to the squared distance.
	centroids := append(make([]float64, 0, n*width), row(points, rng.IntN(samples))...)
	nearest := make([]float64, samples)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for len(centroids) < n*width {
		last := centroids[len(centroids)-width:]
		total := 0.0
		for i := range nearest {
			nearest[i] = min(nearest[i], squared(row(points, i), last))
			total += nearest[i]
		}
		at, chosen := rng.Float64()*total, samples-1
		for i, d := range nearest {
			if at -= d; at < 0 {
				chosen = i
				break
			}
		}
		centroids = append(centroids, row(points, chosen)...)
	}

	owner := make([]int32, samples)
	sums, counts := make([]float64, n*width), make([]int, n)
	var near []Neighbour
	for round := range 100 {
		tree := NewNeighbours(centroids, width)
		moved := false
		clear(sums)
		clear(counts)
		for i := range owner {
			near = tree.Nearest(row(points, i), 1, near)
			k := near[0].Index
			moved = moved || round == 0 || k != owner[i]
			owner[i] = k
			counts[k]++
			for j, x := range row(points, i) {
				sums[int(k)*width+j] += x
			}
		}
		if !moved {
			break
		}
		for k, c := range counts {
			for j := range width {
				if c > 0 {
					centroids[k*width+j] = sums[k*width+j] / float64(c)
				}
			}
		}
	}
	return centroids, nil
}
