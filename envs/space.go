package envs

import (
	"fmt"
	"math"
)

// Kind tells what the elements of a [Space] are.
type Kind string

const (
	KindBox      Kind = "box"      // real or integer vector between bounds
	KindDiscrete Kind = "discrete" // one index, or several (multi-discrete)
)

// Space describes observations or actions: flat vectors in declared order. A composite
// observation (the originals' dictionaries) is flat too; Fields then names its parts.
type Space struct {
	Kind  Kind      `json:"type"`
	DType string    `json:"dtype,omitempty"` // the original's element type: int32, float32, float64
	Low   []float64 `json:"-"`               // box: smallest value of each element, may be -Inf
	High  []float64 `json:"-"`               // box: largest value of each element, may be +Inf
	N     []int     `json:"n,omitempty"`     // discrete: number of values of each element, counted from 0
	Names []string  `json:"names,omitempty"` // meaning of each element, or of each action of a single discrete space
	// Fields names the parts of a composite observation in order; empty for a plain one.
	Fields []Field `json:"fields,omitempty"`
}

// Field is one part of a composite observation: Len elements from Offset on.
type Field struct {
	Name   string `json:"name"`
	Offset int    `json:"offset"`
	Len    int    `json:"len"`
}

// Box returns a box space with the given bounds (equal lengths, low <= high).
func Box(dtype string, low, high []float64) Space {
	if len(low) != len(high) {
		panic(fmt.Sprintf("envs: box with %d lower and %d upper bounds", len(low), len(high)))
	}
	return Space{Kind: KindBox, DType: dtype, Low: low, High: high}
}

// Discrete returns the space {0, ..., n-1}; names, if given, are the meanings of the n values.
func Discrete(n int, names ...string) Space {
	return Space{Kind: KindDiscrete, DType: "int64", N: []int{n}, Names: names}
}

// Len is the number of elements of the flat vector.
func (s Space) Len() int {
	if s.Kind == KindDiscrete {
		return len(s.N)
	}
	return len(s.Low)
}

// Check returns nil if x lies in the space, or an error that names the element, its value and
// the range. NaN lies in no space.
func (s Space) Check(x []float64) error {
	if len(x) != s.Len() {
		return fmt.Errorf("%d numbers where the space has %d", len(x), s.Len())
	}
	for i, v := range x {
		switch s.Kind {
		case KindDiscrete:
			if v != math.Trunc(v) || v < 0 || v >= float64(s.N[i]) {
				return fmt.Errorf("%v is not an integer from 0 to %d", v, s.N[i]-1)
			}
		default:
			if !(v >= s.Low[i] && v <= s.High[i]) {
				return fmt.Errorf("element %d is %v, outside [%v, %v]", i, v, s.Low[i], s.High[i])
			}
		}
	}
	return nil
}

// Sample writes a random element of the space to x, as the original spaces do: uniform where both
// bounds are finite; an exponential number of mean 1 beyond the one that is; a standard normal number
// where neither is.
func (s *Space) Sample(rng *RNG, x []float64) {
	if s.Kind == KindDiscrete {
		for i, n := range s.N {
			x[i] = float64(rng.Integers(0, int64(n)))
		}
		return
	}
	for i := range s.Low {
		low, high := s.Low[i], s.High[i]
		switch below, above := math.IsInf(low, 0), math.IsInf(high, 0); {
		case below && above:
			x[i] = rng.StandardNormal()
		case below:
			x[i] = high + math.Log1p(-rng.Float64())
		case above:
			x[i] = low - math.Log1p(-rng.Float64())
		default:
			x[i] = rng.Uniform(low, high)
		}
	}
}
