package pareto

import (
	"cmp"
	"math"
	"slices"
)

// Tradeoff is the exchange between one row and another.
type Tradeoff struct {
	From, To int
	Delta    []float64   // y_To - y_From
	Rate     [][]float64 // [j][k]: Δ_j/Δ_k, see Tradeoffs
}

// Tradeoffs returns what is gained and lost by going from a row to each of its k nearest neighbours,
// nearest first: the differences Δ of the objectives and, for each pair, the rate Δ_j/Δ_k, how much of
// objective j changes per unit of objective k. A negative rate is a true trade-off. A rate is 0 if
// objective j does not change, else ±Inf, with the sign of Δ_j, if objective k does not; it is never NaN.
// Nearest is by Euclidean distance after the objectives have been scaled to [0, 1]; equals by index. Copies
// of the row are neighbours too. One row has none.
//
// ErrRange for a row that does not exist and for k below 1; ErrEmpty, ErrDimension, ErrNaN, ErrInf also
// for a range beyond float64. O(n·m + n log n), m² per neighbour.
func Tradeoffs(f Front, row, k int) ([]Tradeoff, error) {
	s, err := scaledFront(f)
	if err != nil {
		return nil, err
	}
	if row < 0 || row >= f.Len() {
		return nil, errRange("row", row, "give the number of a row, from 0")
	}
	if k < 1 {
		return nil, errRange("number of neighbours", k, "give at least 1")
	}
	distance := make([]float64, f.Len())
	order := make([]int, 0, f.Len())
	for i := range distance {
		distance[i] = squaredDistance(s.Row(i), s.Row(row))
		if i != row {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	exchange := make([]Tradeoff, min(k, len(order)))
	for n := range exchange {
		t := Tradeoff{From: row, To: order[n], Delta: make([]float64, f.M), Rate: newRows(f.M, f.M)}
		for j, v := range f.Row(t.To) {
			t.Delta[j] = v - f.Row(row)[j]
		}
		for j, a := range t.Delta {
			for k, b := range t.Delta {
				t.Rate[j][k] = rate(a, b)
			}
		}
		exchange[n] = t
	}
	return exchange, nil
}

// rate returns a/b, 0 if a is 0, and an infinity with the sign of a if b is.
func rate(a, b float64) float64 {
	switch {
	case a == 0:
		return 0
	case b == 0:
		return math.Copysign(inf, a)
	}
	return a / b
}

// Correlation returns the matrix of Pearson's correlations between the objectives over the rows: 1 on the
// diagonal, elsewhere from -1, where one objective is had only at the cost of the other, to 1, where
// two objectives want the same and one could be dropped. 0 with a constant objective, so with fewer than two
// different rows. Copies weigh as often as they occur. The directions only change signs. ErrEmpty,
// ErrDimension, ErrNaN, ErrInf also for a range beyond float64. O(n·m²).
func Correlation(f Front) ([][]float64, error) {
	s, err := scaledFront(f)
	if err != nil {
		return nil, err
	}
	varying, err := varyingObjectives(f)
	if err != nil {
		return nil, err
	}
	for k := range varying { // from the mean
		var total neumaier
		for i := range s.Len() {
			total.add(s.X[i*s.M+k])
		}
		for i := range s.Len() {
			s.X[i*s.M+k] -= total.value() / float64(s.Len())
		}
	}
	product := func(a, b int) float64 {
		var total neumaier
		for i := range s.Len() {
			total.add(float64(s.X[i*s.M+a] * s.X[i*s.M+b]))
		}
		return total.value()
	}
	r := newRows(f.M, f.M)
	for j := range r {
		r[j][j] = 1
	}
	for a, j := range varying {
		for b, k := range varying[:a] {
			c := product(a, b) / math.Sqrt(product(a, a)*product(b, b))
			c = max(-1, min(c, 1))
			r[j][k], r[k][j] = c, c
		}
	}
	return r, nil
}
