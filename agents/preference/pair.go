package preference

import (
	"fmt"
)

// Pair is one answered question: which of two segments is better?
type Pair struct {
	A, B Segment
	// Y is the label: 1 if A is preferred, 0 if B is, ½ if they are the same; between, a probability of A.
	Y float64
	// User is the index of who answered, in [Dataset.Users].
	User int
	// Weight is how many answers the pair stands for. Zero means one.
	Weight float64
}

// Weights lie between these, so that shares of sums of them are finite.
const (
	lightest = 1e-9
	heaviest = 1e9
)

// count is the weight of a pair, one if none is given.
func (p *Pair) count() float64 {
	if p.Weight == 0 {
		return 1
	}
	return p.Weight
}

// Swap returns the pair with its segments exchanged, which says the same.
func (p Pair) Swap() Pair {
	p.A, p.B, p.Y = p.B, p.A, 1-p.Y
	return p
}

// check returns an error that names what is wrong with a pair of segments of m features and one of so many
// users.
func (p *Pair) check(m, users int) error {
	if err := p.A.check(m); err != nil {
		return fmt.Errorf("first segment: %w", err)
	}
	if err := p.B.check(m); err != nil {
		return fmt.Errorf("second segment: %w", err)
	}
	if !(p.Y >= 0 && p.Y <= 1) {
		return fmt.Errorf("label %v lies outside [0, 1]; give 1 if the first segment is preferred, 0 if the second is, 0.5 if they are the same", p.Y)
	}
	if p.User < 0 || p.User >= users {
		return fmt.Errorf("user %d is unknown; there are %d, counted from 0", p.User, users)
	}
	if c := p.count(); !(c >= lightest && c <= heaviest) {
		return fmt.Errorf("weight %v; give a number of answers from %v to %v", p.Weight, lightest, heaviest)
	}
	return nil
}
