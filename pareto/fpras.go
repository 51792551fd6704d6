package pareto

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
)

// HypervolumeFPRAS estimates the hypervolume of f above ref with a proved bound: it is within a
// factor of 1 ± epsilon of the truth with a probability of at least 1 - delta (Karp, Luby & Madras
// 1989; Bringmann & Friedrich 2008). Both are between 0 and 1. The same seed gives the same result.
//
// It takes 12·ln(1/δ)/ln 2·n/ε² comparisons of a row with a point, whatever the front: 10⁸ for 200
// rows, ε = 0.01 and δ = 0.05. That is polynomial in n, m and 1/ε, and slow. Options.MaxWork bounds
// the comparisons: ErrBudget if it needs more. Up to 64 objectives. ErrRange for
// epsilon and delta. Other errors as [HypervolumeApprox].
func HypervolumeFPRAS(f Front, ref []float64, epsilon, delta float64, seed uint64, o ...Options) (float64, error) {
	opt, err := option(o)
	if err != nil {
		return 0, err
	}
	for _, p := range []struct {
		name  string
		value float64
	}{{"epsilon", epsilon}, {"delta", delta}} {
		if !(p.value > 0 && p.value < 1) {
			return 0, errRange(p.name, p.value, "give a number between 0 and 1, such as 0.05")
		}
	}
	s, err := newSampler(f, ref, &opt)
	if err != nil || len(s.sides) == 0 {
		return 0, err
	}
	n := len(s.sides) / s.m
	limit := math.Floor(12 * math.Log(1/delta) / math.Ln2 * float64(n) / (epsilon * epsilon))
	if opt.MaxWork > 0 && limit > float64(opt.MaxWork) {
		return 0, &InputError{Kind: ErrBudget, Input: "hypervolume", Row: -1, Col: -1,
			Fault:  fmt.Sprintf("%.3g comparisons where %d are allowed", limit, opt.MaxWork),
			Remedy: "raise epsilon or the work budget"}
	}
	boxes := make([]product, n)
	largest := math.MinInt
	for i := range boxes {
		boxes[i] = one
		for _, side := range s.sides[i*s.m:][:s.m] {
			boxes[i] = boxes[i].times(side)
		}
		if boxes[i].fraction > 0 {
			largest = max(largest, boxes[i].exponent)
		}
	}
	upTo := make([]float64, n) // volumes of the boxes, added up, in units of 2^largest
	volume := 0.0
	for i, b := range boxes {
		volume += math.Ldexp(b.fraction, b.exponent-largest)
		upTo[i] = volume
	}
	s.box.exponent += largest
	random := rand.New(rand.NewPCG(seed, 0))
	point := make([]float64, s.m)
	drawn, rounds := 0.0, 0.0
	for {
		i := min(sort.SearchFloat64s(upTo, volume*random.Float64()), n-1)
		for j, side := range s.sides[i*s.m:][:s.m] {
			point[j] = side * random.Float64()
		}
		for {
			if drawn >= limit {
				return finite("hypervolume", s.box.share(limit*volume/(float64(n)*max(rounds, 1))))
			}
			if err := cancelled(opt.Ctx, int(drawn)); err != nil {
				return 0, err
			}
			drawn++
			k := random.IntN(n)
			if weaklyBelow(point, s.sides[k*s.m:][:s.m]) {
				break
			}
		}
		rounds++
	}
}
