package preference

import (
	"fmt"
	"math"
)

// NoState is the start or end of a segment whose state is not known.
const NoState = -1

// Step is one action of a segment, taken in a state of the environment's model.
type Step struct{ State, Action int32 }

// Segment is a stretch of behaviour that somebody compares with another: what learners need to know of it.
// A value vector of a policy is a segment too, with nothing but features ([Item]).
type Segment struct {
	// Features is φ(σ), the sum of the reward vectors inside the segment, not discounted: one number per
	// objective.
	Features []float64
	// Start and End are the states of the model before the first and after the last step, or [NoState].
	Start, End int32
	// Ended says that the decision process is over at the end, where nothing more is to be gained.
	Ended bool
	// Steps are the transitions in order, without those that are waited out after the end of the episode;
	// nil if they are not known.
	Steps []Step
	// Padding is the number of steps that are waited out after the end of the episode.
	Padding int
}

// Item is the segment of a vector x: that of a policy's values, say. It is not copied.
func Item(x []float64) Segment { return Segment{Features: x, Start: NoState, End: NoState} }

// largest is the largest amount of a feature, so that products of many of them are finite.
const largest = 1e30

// check returns an error if the features are not m numbers within [largest].
func (s *Segment) check(m int) error {
	if len(s.Features) != m {
		return fmt.Errorf("%d features, expected %d", len(s.Features), m)
	}
	for j, x := range s.Features {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("feature %d is %v, not a finite number", j+1, x)
		}
		if math.Abs(x) > largest {
			return fmt.Errorf("feature %d is %v; give numbers from %v to %v, in another unit if need be", j+1, x, -largest, largest)
		}
	}
	return nil
}
