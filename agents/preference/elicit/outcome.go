package elicit

import "math"

// outcome is one piece of a table of the answers to pairs: the probability of "first", and the entropy of
// the answer, as straight lines over the place in the table.
type outcome struct {
	first, firstSlope     float64
	entropy, entropySlope float64
}

// The table goes from the difference z = −tableRange to tableRange, beyond which answers are certain to 13 digits, in
// steps of 1/tableSteps. Interpolated values are wrong by at most the largest second derivative times step²/8: 8e-6
// for the entropy.
const (
	tableRange  = 32
	tableSteps  = 64
	tableMiddle = tableRange * tableSteps
	tableSize   = 2 * tableMiddle
)

// outcomes is the table of a way of comparing.
type outcomes [tableSize + 1]outcome

func newOutcomes(c comparison) *outcomes {
	t := new(outcomes)
	line := func(i int, f func(z float64) float64) (base, slope float64) {
		from, to := f(float64(i-tableMiddle)/tableSteps), f(float64(i+1-tableMiddle)/tableSteps)
		return from - (to-from)*float64(i), to - from
	}
	for i := range t {
		o := &t[i]
		o.first, o.firstSlope = line(i, c.first)
		o.entropy, o.entropySlope = line(i, c.entropy)
	}
	return t
}

// at returns the place in the table of a difference, counted in steps from its middle, and the piece there.
func (t *outcomes) at(difference float64) (*outcome, float64) {
	place := difference + tableMiddle
	if place < 0 {
		place = 0
	} else if place > tableSize {
		place = tableSize
	}
	return &t[int(place)], place
}

// entropy3 is the entropy of three outcomes, of which the last has the rest of the probability.
func entropy3(first, second float64) float64 {
	return plogp(first) + plogp(second) + plogp(max(0, 1-first-second))
}

// plogp is −p ln p, 0 at 0.
func plogp(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return -p * math.Log(p)
}
