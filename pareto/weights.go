package pareto

import (
	"iter"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// maxWeights bounds a weight set, in words of eight bytes: a gigabyte.
const maxWeights = 1 << 27

// Lattice returns the weights of the simplex lattice of Das & Dennis (1998): every vector of m
// non-negative integers that add up to n, divided by n. The rows come in lexicographic order,
// the first weight ascending: (0, …, 0, 1) first, (1, 0, …, 0) last. Their number is
// [LatticeSize]; there is none if m or n is below 1, or if they would exceed a gigabyte.
//
// Each weight is the float64 nearest to k/n. The integers add up to n; the rounded weights
// of a row add up to 1 only within m rounding errors, so do not select rows by comparing their
// sum with 1: that can lose some ([CMORLGrid]). With n = 1 the rows are the unit vectors. O(m) per
// row.
func Lattice(m, n int) [][]float64 {
	size := LatticeSize(m, n)
	if checkWeights(m, size) != nil {
		return nil
	}
	rows := newRows(size, m)
	i := 0
	for part := range compositions(m, n) {
		for j, k := range part {
			rows[i][j] = float64(k) / float64(n)
		}
		i++
	}
	return rows
}

// compositions yields the vectors of m non-negative integers that add up to n, in lexicographic
// order; all in the same slice.
func compositions(m, n int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		part := make([]int, m)
		part[m-1] = n
		for yield(part) {
			// The next: the last part that is not 0 gives one to its left neighbour and what is left
			// of it to the final part.
			j := m - 1
			for j > 0 && part[j] == 0 {
				j--
			}
			if j == 0 {
				return
			}
			rest := part[j] - 1
			part[j] = 0
			part[j-1]++
			part[m-1] = rest
		}
	}
}

// LatticeSize returns the number of rows of the lattice of m weights in n parts, the binomial
// coefficient C(m+n-1, n); math.MaxInt if that is too large and 0 if m or n is below 1.
func LatticeSize(m, n int) int {
	if m < 1 || n < 1 {
		return 0
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

// TwoLayerLattice returns [Lattice](m, outer) followed by Lattice(m, inner) shrunk by half towards
// the centre, w/2 + 1/(2m) (Li, Deb, Zhang & Kwong 2015). From five objectives on a lattice that
// reaches the interior has too many rows; two coarse ones reach it with few. A row that both
// contain occurs twice.
//
// ErrRange if m, outer or inner is below 1 or the rows would exceed a gigabyte. O(m) per row.
func TwoLayerLattice(m, outer, inner int) ([][]float64, error) {
	for _, n := range []int{outer, inner} {
		if n < 1 {
			return nil, errRange("parts of a lattice", n, "give at least 1")
		}
		if err := checkWeights(m, LatticeSize(m, n)); err != nil {
			return nil, err
		}
	}
	within := Lattice(m, inner)
	for _, w := range within {
		for j, v := range w {
			w[j] = v/2 + 1/float64(2*m)
		}
	}
	return append(Lattice(m, outer), within...), nil
}

// ExtremaWeights returns the m unit vectors, in order: the preferences for one objective alone.
// ErrRange if m is below 1 or they would exceed a gigabyte.
func ExtremaWeights(m int) ([][]float64, error) {
	if err := checkWeights(m, m); err != nil {
		return nil, err
	}
	rows := newRows(m, m)
	for j, w := range rows {
		w[j] = 1
	}
	return rows, nil
}

// UniformWeights returns n weights drawn uniformly from the simplex, as the spacings of m-1 sorted
// uniform numbers, which is the Dirichlet distribution with parameters 1 (Devroye 1986, ch. V). Each
// row adds up to 1 within rounding. The same seed gives the same rows, and the first rows of a larger
// set are those of a smaller one.
//
// ErrRange if m or n is below 1 or the rows would exceed a gigabyte. O(m log m) per row.
func UniformWeights(m, n int, seed uint64) ([][]float64, error) {
	if err := checkWeights(m, n); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	rows := newRows(n, m)
	for _, w := range rows {
		uniform(w, random)
	}
	return rows, nil
}

// uniform fills w with a uniform point of the simplex.
func uniform(w []float64, random *rand.Rand) {
	last := len(w) - 1
	for j := range last {
		w[j] = random.Float64()
	}
	slices.Sort(w[:last])
	w[last] = 1
	for j := last; j > 0; j-- {
		w[j] -= w[j-1]
	}
}

// GaussianWeights returns n weights |g|/Σ|g| of m normal numbers g each, as some public code
// draws its preferences. They are not uniform: the centre of the simplex gets more than its share.
// Otherwise as [UniformWeights].
func GaussianWeights(m, n int, seed uint64) ([][]float64, error) {
	if err := checkWeights(m, n); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	rows := newRows(n, m)
	for _, w := range rows {
		sum := 0.0
		for sum == 0 {
			for j := range w {
				w[j] = math.Abs(random.NormFloat64())
				sum += w[j]
			}
		}
		for j := range w {
			w[j] /= sum
		}
	}
	return rows, nil
}

// CMORLGrid returns the weights that the scripts of C-MORL (Liu, Xu & Zhao 2025) average over: the
// vectors of multiples k·step of which the floating-point sum, from left to right, is exactly 1. For
// some steps that loses rows of [Lattice]: of 66 with m = 3 and step 0.1 it keeps 62, of 5151
// with step 0.01 5027. Use it to reproduce published values only. The order is that of Lattice;
// there is no row if no sum is 1.
//
// The scripts take step 0.01 for two objectives, 0.1 for three of continuous control and for the
// building with three, 0.5 for minecart, lunar lander, fruit tree and the building with nine: 6, 10, 21
// and 45 rows.
//
// ErrNaN and ErrInf for step; ErrRange if m is below 1, step is not above 0 or above 1, or the
// lattice would exceed a gigabyte. O(m) per row of the lattice.
func CMORLGrid(m int, step float64) ([][]float64, error) {
	if err := checkFinite("step", -1, []float64{step}); err != nil {
		return nil, err
	}
	if step < 1./maxWeights || step > 1 {
		return nil, errRange("step", step, "give 1 divided by a whole number")
	}
	// Only integers that add up to n can have the sum 1: rounding errors are far smaller than a step.
	n := int(math.Round(1 / step))
	if err := checkWeights(m, LatticeSize(m, n)); err != nil {
		return nil, err
	}
	var rows [][]float64
	for part := range compositions(m, n) {
		w := make([]float64, m)
		sum := 0.0
		for j, k := range part {
			w[j] = float64(k) * step
			sum += w[j]
		}
		if sum == 1 {
			rows = append(rows, w)
		}
	}
	return rows, nil
}

// checkWeights returns an error if n rows of m weights are too few or too many.
func checkWeights(m, n int) error {
	if m < 1 {
		return errRange("number of objectives", m, "give at least 1")
	}
	if n < 1 {
		return errRange("number of weights", n, "give at least 1")
	}
	if n > maxWeights/(min(m, maxWeights)+3) { // a row is a slice of three words
		return errRange("number of weights", n, "give fewer: they would exceed a gigabyte")
	}
	return nil
}

// newRows returns n rows of m zeros in one piece of memory.
func newRows(n, m int) [][]float64 {
	x := make([]float64, n*m)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = x[i*m : (i+1)*m : (i+1)*m]
	}
	return rows
}
