package qd

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Status says what became of a solution that was added to an archive.
type Status uint8

// The statuses, from the worst to the best.
const (
	Rejected Status = iota
	Improved        // took the place of a worse one
	New             // took an empty place
)

// Batch is a list of n solutions on their way from emitters through evaluation to an archive. Lists of
// vectors are row-major.
type Batch struct {
	Genes     int       // numbers of a solution
	Width     int       // numbers of a descriptor
	Solutions []float64 // n × Genes
	ID        []int     // n, names of the solutions; 0: none
	// What evaluation found.
	Objective   []float64 // n
	Descriptors []float64 // n × Width
	M           int       // numbers of a value vector; 0: there is only the objective
	Values      []float64 // n × M
	// What the archive says.
	Status  []Status
	Value   []float64 // by how much a solution exceeds what was needed to enter
	Novelty []float64 // of archives that measure it, else 0
}

// Resize makes room for n solutions and reuses storage.
func (b *Batch) Resize(n int) {
	b.Solutions = resize(b.Solutions, n*b.Genes)
	b.ID = resize(b.ID, n)
	b.Objective = resize(b.Objective, n)
	b.Descriptors = resize(b.Descriptors, n*b.Width)
	b.Values = resize(b.Values, n*b.M)
	b.Status = resize(b.Status, n)
	b.Value = resize(b.Value, n)
	b.Novelty = resize(b.Novelty, n)
}

func resize[T any](x []T, n int) []T { return slices.Grow(x[:0], n)[:n] }

// Len is the number of solutions.
func (b *Batch) Len() int { return len(b.Objective) }

// Solution returns solution i.
func (b *Batch) Solution(i int) []float64 { return b.Solutions[i*b.Genes:][:b.Genes] }

// Descriptor returns the descriptor of solution i.
func (b *Batch) Descriptor(i int) []float64 { return b.Descriptors[i*b.Width:][:b.Width] }

// Slice returns the solutions from..to-1, with shared storage.
func (b *Batch) Slice(from, to int) Batch {
	return Batch{
		Genes: b.Genes, Width: b.Width,
		Solutions: b.Solutions[from*b.Genes : to*b.Genes], ID: b.ID[from:to], Objective: b.Objective[from:to],
		Descriptors: b.Descriptors[from*b.Width : to*b.Width], M: b.M, Values: b.Values[from*b.M : to*b.M],
		Status: b.Status[from:to], Value: b.Value[from:to], Novelty: b.Novelty[from:to],
	}
}

// check returns an error unless the batch has these widths, room for all its solutions, and finite numbers.
func (b *Batch) check(genes, width int) error {
	n := b.Len()
	switch {
	case b.Genes != genes || b.Width != width:
		return fmt.Errorf("qd: solutions of %d genes with descriptors of %d numbers; the archive takes %d genes and %d numbers, so make one like the other", b.Genes, b.Width, genes, width)
	case len(b.Solutions) != n*genes || len(b.Descriptors) != n*width || len(b.Values) != n*b.M ||
		len(b.ID) != n || len(b.Status) != n || len(b.Value) != n || len(b.Novelty) != n:
		return fmt.Errorf("qd: a batch of %d objectives with %d numbers of solutions and %d of descriptors; Resize makes room for all of them", n, len(b.Solutions), len(b.Descriptors))
	}
	for i, f := range b.Objective {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("qd: solution %d has objective %v, not a finite number; leave it out of the batch", i, f)
		}
	}
	for i, x := range b.Descriptors {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("qd: solution %d has %v in its descriptor, not a finite number; leave it out of the batch", i/width, x)
		}
	}
	return nil
}

// Archive keeps solutions that differ in their behaviour.
type Archive interface {
	// Add offers a batch, all of it judged against the archive before, and writes Status, Value and
	// Novelty. A descriptor or an objective that is not finite is an error, and then nothing changes.
	Add(b *Batch) error
	// Len is the number of members. Members are in order of insertion; one that takes the place of
	// another inherits its index. A [FrontArchive] gives the index of a member that leaves to the last.
	Len() int
	Solution(i int) []float64
	Objective(i int) float64
	Descriptor(i int) []float64
	// Extent writes the range of each number of descriptors.
	Extent(dst []float64)
	// MeasuresNovelty reports whether Add writes the novelty of solutions.
	MeasuresNovelty() bool
	// Reproject replaces every descriptor, after the space of behaviours has changed: describe writes
	// that of a solution.
	Reproject(describe func(solution, dst []float64)) error
}

// Sample draws n members with replacement, as parents are drawn: all with the same probability, but those of a
// [FrontArchive] from a cell that is drawn first. An archive without members is an error.
func Sample(a Archive, rng *Random, n int) ([]int, error) {
	if a.Len() == 0 {
		return nil, errors.New("qd: the archive is empty, so that no members can be drawn; add solutions first")
	}
	members := make([]int, max(n, 0))
	for i := range members {
		members[i] = draw(a, rng)
	}
	return members, nil
}

// draw returns a member of an archive that has some.
func draw(a Archive, rng *Random) int {
	if own, ok := a.(interface{ draw(*Random) int }); ok {
		return own.draw(rng)
	}
	return rng.IntN(a.Len())
}

// Members are the solutions of an archive.
type Members struct {
	Genes, Width int
	Solutions    []float64 // row-major
	IDs          []int
	Objectives   []float64
	Descriptors  []float64 // row-major
}

// Len is the number of members.
func (m *Members) Len() int { return len(m.Objectives) }

// Solution returns the solution of member i; do not modify it.
func (m *Members) Solution(i int) []float64 { return m.Solutions[i*m.Genes:][:m.Genes] }

// Objective returns the objective of member i.
func (m *Members) Objective(i int) float64 { return m.Objectives[i] }

// Descriptor returns the descriptor of member i; do not modify it.
func (m *Members) Descriptor(i int) []float64 { return m.Descriptors[i*m.Width:][:m.Width] }

func (m *Members) append(b *Batch, i int) {
	m.Solutions = append(m.Solutions, b.Solution(i)...)
	m.IDs = append(m.IDs, b.ID[i])
	m.Objectives = append(m.Objectives, b.Objective[i])
	m.Descriptors = append(m.Descriptors, b.Descriptor(i)...)
}

func (m *Members) replace(member int, b *Batch, i int) {
	copy(m.Solution(member), b.Solution(i))
	m.IDs[member] = b.ID[i]
	m.Objectives[member] = b.Objective[i]
	copy(m.Descriptor(member), b.Descriptor(i))
}
