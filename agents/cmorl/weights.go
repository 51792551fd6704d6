package cmorl

// WeightGrid returns the preferences of stage 1 in n objectives as the published code builds them:
// every weight but the last runs through min, min+delta, ... up to max while the partial sum stays
// below 1 + delta/2; the last is what is missing to 1. With min 0, max 1 and delta 1/k it is the
// simplex lattice. Other grids are not symmetric: the last objective never gets more than
// 1 - (n-1)·min.
func WeightGrid(n int, low, high, delta float64) [][]float64 {
	var grid [][]float64
	w := make([]float64, n)
	var extend func(i int, sum float64)
	extend = func(i int, sum float64) {
		if i == n-1 {
			w[i] = max(0, 1-sum)
			if w[i] < delta*1e-9 {
				w[i] = 0
			}
			grid = append(grid, append([]float64(nil), w...))
			return
		}
		for k := 0; ; k++ {
			x := low + float64(k)*delta
			if x > high+delta/2 || sum+x >= 1+delta/2 {
				return
			}
			w[i] = x
			extend(i+1, sum+x)
		}
	}
	if n > 0 && delta > 0 {
		extend(0, 0)
	}
	return grid
}
