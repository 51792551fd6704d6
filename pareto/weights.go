package pareto

import (
	"fmt"
	"math"
	"math/bits"
)

// Lattice returns the weights of the simplex lattice of Das & Dennis (1998): every vector of m
// non-negative integers that add up to n, divided by n. The rows come in lexicographic order,
// the first weight ascending: (0, …, 0, 1) first, (1, 0, …, 0) last. Their number is
// [LatticeSize].
//
// Each weight is the float64 nearest to k/n. The integers add up to n; the rounded weights
// of a row add up to 1 only within m rounding errors, so do not select rows by comparing their
// sum with 1: that can lose some. With n = 1 the rows are the unit vectors.
//
// It panics unless m and n are positive and the size fits an int. O(m) per row.
func Lattice(m, n int) [][]float64 {
	size := LatticeSize(m, n)
	if size > math.MaxInt/m {
		panic(fmt.Sprintf("pareto: lattice of %d objectives and %d parts is too large", m, n))
	}
	x := make([]float64, size*m)
	rows := make([][]float64, size)
	part := make([]int, m)
	part[m-1] = n
	for i := range rows {
		row := x[i*m : (i+1)*m : (i+1)*m]
		for j, k := range part {
			row[j] = float64(k) / float64(n)
		}
		rows[i] = row
		// The next composition of n: the last part that is not 0 gives one to its left neighbour
		// and what is left of it to the final part.
		j := m - 1
		for j > 0 && part[j] == 0 {
			j--
		}
		if j == 0 {
			break
		}
		rest := part[j] - 1
		part[j] = 0
		part[j-1]++
		part[m-1] = rest
	}
	return rows
}

// LatticeSize returns the number of rows of [Lattice], the binomial coefficient C(m+n-1, n), or
// math.MaxInt if that is too large. It panics unless m and n are positive.
func LatticeSize(m, n int) int {
	if m < 1 || n < 1 {
		panic(fmt.Sprintf("pareto: lattice of %d objectives and %d parts", m, n))
	}
	size := uint64(1)
	// C(m+n-1, k) for k = 1, 2, …; the smaller of n and m-1 factors suffices.
	top, factors := uint64(m)+uint64(n)-1, uint64(min(n, m-1))
	for k := uint64(1); k <= factors; k++ {
		hi, lo := bits.Mul64(size, top-factors+k)
		if hi >= k {
			return math.MaxInt
		}
		size, _ = bits.Div64(hi, lo, k)
		if size > math.MaxInt {
			return math.MaxInt
		}
	}
	return int(size)
}
