package pareto

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Settings of RieszWeights (Blank, Deb, Dhebar, Bandaru & Seada 2021).
const (
	rieszCandidates = 20 // random rows per weight that the start is chosen from
	rieszStep       = 0.005
	rieszSteps      = 1000
	rieszPatience   = 30 // steps without improvement that end it
)

// RieszWeights returns n weights spread evenly over the simplex, for any n: they minimise the Riesz
// energy Σ_{i<j} 1/‖w_i - w_j‖^s with s = 2m (Hardin & Saff 2005; Blank, Deb, Dhebar, Bandaru
// & Seada 2021). The start is a farthest-point subset of 20·n uniform rows; then Adam descends along
// the gradient, projected on the plane Σ = 0, until 30 steps bring nothing or 1000 are done. From
// n = m on the first m rows are the unit vectors, which do not move. One weight is the centre.
//
// The result is a good local optimum that depends on the seed; the same seed gives the same rows.
// Each adds up to 1 within rounding. ErrRange if m or n is below 1 or the candidates would exceed a
// gigabyte. O(n²·m) per step: 100 weights take some hundredths of a second, 1000 some seconds.
func RieszWeights(m, n int, seed uint64) ([][]float64, error) {
	if err := checkWeights(m, n); err != nil {
		return nil, err
	}
	if err := checkWeights(m, rieszCandidates*min(n, maxWeights)); err != nil {
		return nil, err
	}
	best := spreadStart(m, n, rand.New(rand.NewPCG(seed, 0)))
	if n == 1 {
		return best, nil
	}
	frozen := 0
	if n >= m {
		frozen = m
	}
	w := newRows(n, m)
	copyRows(w, best)
	gradient, first, second := newRows(n, m), newRows(n, m), newRows(n, m) // the moments of Adam
	least := rieszEnergy(w, gradient)
	for step, idle := 1, 0; step <= rieszSteps && idle < rieszPatience; step++ {
		clearRows(gradient[:frozen])
		onSimplexPlane(gradient)
		const β1, β2, ε = 0.9, 0.999, 1e-8
		bias1, bias2 := 1-math.Pow(β1, float64(step)), 1-math.Pow(β2, float64(step))
		for i := frozen; i < n; i++ {
			for j, g := range gradient[i] {
				first[i][j] = float64(β1*first[i][j]) + float64((1-β1)*g)
				second[i][j] = float64(β2*second[i][j]) + float64((1-β2)*g*g)
				w[i][j] -= rieszStep * (first[i][j] / bias1) / (math.Sqrt(second[i][j]/bias2) + ε)
			}
			toSimplex(w[i])
		}
		idle++
		if energy := rieszEnergy(w, gradient); energy < least {
			least, idle = energy, 0
			copyRows(best, w)
		}
	}
	return best, nil
}

// spreadStart returns n rows, each farthest from those before it among random rows of the simplex: after
// the unit vectors, or after the centre if there are fewer rows than objectives.
func spreadStart(m, n int, random *rand.Rand) [][]float64 {
	chosen := newRows(n, m)
	start := 1
	if n >= m {
		start = m
		for j := range m {
			chosen[j][j] = 1
		}
	} else {
		for j := range m {
			chosen[0][j] = 1 / float64(m)
		}
	}
	candidates := newRows(rieszCandidates*n, m)
	gap := make([]float64, len(candidates)) // squared distance to the nearest chosen row
	for i, c := range candidates {
		uniform(c, random)
		gap[i] = inf
		for _, w := range chosen[:start] {
			gap[i] = min(gap[i], squaredDistance(c, w))
		}
	}
	for k := start; k < n; k++ {
		far := 0
		for i, d := range gap {
			if d > gap[far] {
				far = i
			}
		}
		copy(chosen[k], candidates[far])
		for i, c := range candidates {
			gap[i] = min(gap[i], squaredDistance(c, chosen[k]))
		}
	}
	return chosen
}

// rieszEnergy returns the logarithm of the energy of w and sets gradient to the gradient of the energy
// up to a positive factor: both as multiples of the closest pair's, so that no power overflows. It is
// +Inf if two rows are equal.
func rieszEnergy(w, gradient [][]float64) float64 {
	m := len(w[0])
	closest := inf
	for i := range w {
		for _, b := range w[:i] {
			closest = min(closest, squaredDistance(w[i], b))
		}
	}
	clearRows(gradient)
	if closest == 0 {
		return inf
	}
	sum := 0.0
	for i, a := range w {
		for k, b := range w[:i] {
			ratio := closest / squaredDistance(a, b)
			term := 1.0 // ratio^(s/2), s = 2m
			for range m {
				term *= ratio
			}
			sum += term
			pull := term * ratio // -∂/∂a ‖a-b‖^-s = s (a-b)/‖a-b‖^(s+2)
			for j, v := range a {
				g := float64(pull * (v - b[j]))
				gradient[i][j] -= g
				gradient[k][j] += g
			}
		}
	}
	return math.Log(sum) - float64(float64(m)*math.Log(closest))
}

// onSimplexPlane projects the rows of g on the plane Σ = 0 and divides all by the largest norm.
func onSimplexPlane(g [][]float64) {
	longest := 0.0
	for _, row := range g {
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		for j := range row {
			row[j] -= sum / float64(len(row))
		}
		longest = max(longest, math.Sqrt(dot(row, row)))
	}
	if longest == 0 {
		return
	}
	for _, row := range g {
		for j := range row {
			row[j] /= longest
		}
	}
}

// toSimplex moves w to the nearest point of the simplex: it shifts all weights alike and cuts off
// what is negative (Held, Wolfe & Crowder 1974).
func toSimplex(w []float64) {
	sorted := slices.SortedFunc(slices.Values(w), func(a, b float64) int { return cmp.Compare(b, a) })
	sum, shift := 0.0, 0.0
	for k, v := range sorted {
		sum += v
		if t := (sum - 1) / float64(k+1); v > t {
			shift = t
		}
	}
	for j, v := range w {
		w[j] = max(v-shift, 0)
	}
}

func copyRows(to, from [][]float64) {
	for i, row := range from {
		copy(to[i], row)
	}
}

func clearRows(rows [][]float64) {
	for _, row := range rows {
		clear(row)
	}
}
