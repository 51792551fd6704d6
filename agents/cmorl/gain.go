package cmorl

import (
	"math"
	"math/rand/v2"
)

// candidates is how many random preferences a path's is chosen from.
const candidates = 128

// gapFiller chooses preferences at which the archive may be far from the best utility. The best utility is
// convex in the preference. So if those pursued so far are solved, the rest of a preference ω beyond a
// multiple a of a pursued one bounds it:
//
//	V(ω) <= a V(ω_i) + (ω - a ω_i)·ideal,  a the largest with ω - a ω_i >= 0
//
// where ideal holds the largest value of each objective. (Optimistic linear support, Roijers 2016, has the
// tightest such bound over all pursued preferences together, by linear programming.)
type gapFiller struct {
	values  [][]float64 // of the archive
	ideal   []float64
	ranges  []float64
	pursued [][]float64
	reached []float64 // utility of the archive at each of them
}

func newGapFiller(values [][]float64, ranges []float64, pursued [][]float64) *gapFiller {
	f := &gapFiller{values: values, ranges: ranges, ideal: make([]float64, len(ranges))}
	for j := range f.ideal {
		f.ideal[j] = math.Inf(-1)
		for _, g := range values {
			f.ideal[j] = max(f.ideal[j], g[j])
		}
	}
	for _, w := range pursued {
		f.add(w)
	}
	return f
}

// add takes a preference as solved by the archive.
func (f *gapFiller) add(w []float64) {
	f.pursued = append(f.pursued, w)
	f.reached = append(f.reached, f.utility(w))
}

// utility is that of the best value vector of the archive.
func (f *gapFiller) utility(w []float64) float64 {
	best := math.Inf(-1)
	for _, g := range f.values {
		best = max(best, dot(w, g))
	}
	return best
}

// gap is how much the bound at w lies above the archive, relative to the range of the utility.
func (f *gapFiller) gap(w []float64) float64 {
	bound := dot(w, f.ideal)
	for i, p := range f.pursued {
		a := math.Inf(1)
		for j, x := range p {
			if x > 0 {
				a = min(a, w[j]/x)
			}
		}
		bound = min(bound, dot(w, f.ideal)-a*(dot(p, f.ideal)-f.reached[i]))
	}
	if scale := dot(w, f.ranges); scale > 0 {
		return (bound - f.utility(w)) / scale
	}
	return 0
}

// next returns the preference with the largest gap among random ones, which counts as solved from now on.
func (f *gapFiller) next(rng *rand.Rand) []float64 {
	var best []float64
	largest := math.Inf(-1)
	for range candidates {
		w := simplex(len(f.ideal), rng)
		if gap := f.gap(w); gap > largest {
			best, largest = w, gap
		}
	}
	f.add(best)
	return best
}

func dot(x, y []float64) (sum float64) {
	for j, v := range x {
		sum += v * y[j]
	}
	return sum
}
