package exact

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestResolventsAgree: what circles, elimination and sweeps find solves X = R + γ P X, on chains with chance and without.
func TestResolventsAgree(t *testing.T) {
	const n, m, gamma = 40, 3, 0.97
	rng := rand.New(rand.NewPCG(1, 2))
	for _, sure := range []bool{true, false} {
		first, to := []int32{0}, []branch(nil)
		for range n {
			switch {
			case rng.IntN(6) == 0: // the end
			case sure:
				to = append(to, branch{rng.Int32N(n), 1})
			default:
				p := rng.Float64()
				to = append(to, branch{rng.Int32N(n), p}, branch{rng.Int32N(n), 0.9 * (1 - p)})
			}
			first = append(first, int32(len(to)))
		}
		right := make([]float64, n*m)
		for i := range right {
			right[i] = rng.NormFloat64()
		}
		r := newResolvent(n, m)
		ways := map[string]func([]int32, []branch, float64, []float64){"elimination": r.eliminate, "sweeps": r.sweep, "solve": r.solve}
		if sure {
			ways["circles"] = r.follow
		}
		for name, solve := range ways {
			x := slices.Clone(right)
			solve(first, to, gamma, x)
			for s := range n {
				for j := range m {
					want := right[s*m+j]
					for _, b := range to[first[s]:first[s+1]] {
						want += gamma * b.p * x[int(b.next)*m+j]
					}
					if math.Abs(x[s*m+j]-want) > 1e-10*max(1, math.Abs(want)) {
						t.Fatalf("%s, sure %v: state %d has %v, its equation %v", name, sure, s, x[s*m+j], want)
					}
				}
			}
		}
	}
}
