package stats

import (
	"math/rand/v2"
	"slices"
)

// A12 returns the probability that a value of x exceeds one of y, a tie counting ½: U/(n_x·n_y)
// with the U of [MannWhitney] (Vargha & Delaney 2000). 0 to 1; ½ is no difference, and 0.56, 0.64
// and 0.71 are what its authors call a small, medium and large one. ErrTooFew if a sample is empty;
// ErrNaN and ErrInf. O(n log n).
func A12(x, y []float64) (float64, error) {
	if err := checkSamples(x, y, 1); err != nil {
		return 0, err
	}
	d := newDuel(x, y)
	return d.a12(), nil
}

// CliffsDelta returns the probability that a value of x exceeds one of y minus that of the
// opposite, 2·A12 - 1 (Cliff 1993). -1 to 1; 0 is no difference. Errors and cost as [A12].
func CliffsDelta(x, y []float64) (float64, error) {
	a, err := A12(x, y)
	if err != nil {
		return 0, err
	}
	return 2*a - 1, nil
}

// checkSamples checks two samples of at least least values.
func checkSamples(x, y []float64, least int) error {
	for _, s := range []struct {
		name   string
		values []float64
	}{{"x", x}, {"y", y}} {
		if err := checkFinite(s.name, "value", s.values); err != nil {
			return err
		}
		if err := checkAtLeast(s.name, "values", len(s.values), least); err != nil {
			return err
		}
	}
	return nil
}

// duel compares two samples by levels, the distinct values of both in ascending order: all that
// counts is how many of x and of y stand on each.
type duel struct {
	levelX, levelY []int // of each value
	x, y           []int // values on each level, or how often a resample drew them
}

func newDuel(x, y []float64) duel {
	levels := slices.Concat(x, y)
	slices.Sort(levels)
	levels = slices.Compact(levels)
	find := func(values []float64) (level, number []int) {
		level, number = make([]int, len(values)), make([]int, len(levels))
		for i, v := range values {
			level[i], _ = slices.BinarySearch(levels, v)
			number[level[i]]++
		}
		return level, number
	}
	var d duel
	d.levelX, d.x = find(x)
	d.levelY, d.y = find(y)
	return d
}

// draw resamples both sides with replacement.
func (d *duel) draw(rng *rand.Rand) {
	drawLevels(rng, d.levelX, d.x)
	drawLevels(rng, d.levelY, d.y)
}

func drawLevels(rng *rand.Rand, level, number []int) {
	clear(number)
	for range level {
		number[level[rng.IntN(len(level))]]++
	}
}

// u returns the number of pairs in which x wins, ties counting ½.
func (d *duel) u() float64 {
	twice, below := 0, 0
	for l, nx := range d.x {
		twice += nx * (2*below + d.y[l])
		below += d.y[l]
	}
	return float64(twice) / 2
}

func (d *duel) a12() float64 {
	return d.u() / (float64(len(d.levelX)) * float64(len(d.levelY)))
}
