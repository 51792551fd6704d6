package pareto

import "math"

var inf = math.Inf(1)

// neumaier is a sum that adds with Neumaier's compensation (1974): the error does not grow with the
// number of terms.
type neumaier struct {
	total, lost float64
}

func (s *neumaier) add(v float64) {
	t := s.total + v
	if math.Abs(s.total) >= math.Abs(v) {
		s.lost += (s.total - t) + v
	} else {
		s.lost += (v - t) + s.total
	}
	s.total = t
}

// value returns the sum; it is not finite if a partial sum was not.
func (s *neumaier) value() float64 { return s.total + s.lost }
