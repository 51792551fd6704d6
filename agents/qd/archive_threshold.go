package qd

import (
	"fmt"
	"math"
)

// ThresholdArchive is an unstructured archive: a solution enters if its novelty, the mean distance to
// the k nearest members, reaches a threshold. In the empty archive the novelty is the threshold.
//
// Source: Lehman and Stanley, 2011, doi 10.1162/EVCO_a_00025.
type ThresholdArchive struct {
	Members
	K         int
	MinNovel  float64
	LocalBest bool // Value is the number of the k nearest with a lower objective, else the novelty

	near   *Neighbours
	nearer []Neighbour
}

var _ Archive = (*ThresholdArchive)(nil)

// NewThresholdArchive returns an empty archive.
func NewThresholdArchive(genes, width, k int, threshold float64) (*ThresholdArchive, error) {
	if genes < 1 || width < 1 || k < 1 || !(threshold >= 0) || math.IsInf(threshold, 0) {
		return nil, fmt.Errorf("qd: an archive for %d genes, descriptors of %d numbers, %d neighbours, threshold %v; give at least 1 of each and a threshold from 0", genes, width, k, threshold)
	}
	return &ThresholdArchive{Members: Members{Genes: genes, Width: width}, K: k, MinNovel: threshold}, nil
}

// MeasuresNovelty implements [Archive].
func (a *ThresholdArchive) MeasuresNovelty() bool { return true }

// Add implements [Archive].
func (a *ThresholdArchive) Add(b *Batch) error {
	if err := b.check(a.Genes, a.Width); err != nil {
		return err
	}
	if a.near == nil {
		a.near = &Neighbours{}
	}
	a.near.Reset(a.Descriptors, a.Width)
	for i := range b.Objective {
		novelty, local := a.MinNovel, 0
		if a.Len() > 0 {
			a.nearer = a.near.Nearest(b.Descriptor(i), a.K, a.nearer)
			novelty = meanDistance(a.nearer)
			for _, n := range a.nearer {
				if a.Objectives[n.Index] < b.Objective[i] {
					local++
				}
			}
		}
		b.Novelty[i], b.Value[i], b.Status[i] = novelty, novelty, Rejected
		if a.LocalBest {
			b.Value[i] = float64(local)
		}
		if novelty >= a.MinNovel {
			b.Status[i] = New
		}
	}
	for i, status := range b.Status {
		if status == New {
			a.append(b, i)
		}
	}
	return nil
}

// Extent implements [Archive]: that of the members.
func (a *ThresholdArchive) Extent(dst []float64) { extent(a.Descriptors, dst) }

// Reproject implements [Archive]; all members stay.
func (a *ThresholdArchive) Reproject(describe func(solution, dst []float64)) error {
	for i := range a.Len() {
		describe(a.Solution(i), a.Descriptor(i))
	}
	return nil
}
