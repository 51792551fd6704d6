package pareto

// Crowding returns the crowding distance of every row (Deb, Pratap, Agarwal & Meyarivan 2002):
// for each objective the rows are sorted, equal values by index; the two ends get +Inf and each
// inner row gets (next - previous)/(largest - smallest); the objectives are added. An objective
// without range adds 0 to its inner rows. One or two rows get +Inf. The larger the distance, the
// lonelier the row, whatever the directions of the objectives.
//
// The rows are taken as they are, dominated ones too. The result is never NaN: an objective with a
// value that is not finite adds 0. O(m·n log n).
func Crowding(f Front) []float64 {
	n := f.Len()
	distance := make([]float64, n)
	if n == 0 {
		return distance
	}
	for j := range f.M {
		value := func(i int) float64 { return f.X[i*f.M+j] }
		order := indices(n)
		orderBy(order, &Options{}, value)
		first, last := order[0], order[n-1]
		distance[first], distance[last] = inf, inf
		// Halves, so that no difference of finite values overflows.
		extent := value(last)/2 - value(first)/2
		if !(extent > 0 && extent < inf) {
			continue
		}
		for k := 1; k < n-1; k++ {
			distance[order[k]] += (value(order[k+1])/2 - value(order[k-1])/2) / extent
		}
	}
	return distance
}
