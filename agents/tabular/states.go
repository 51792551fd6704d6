package tabular

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/paretolab/paretolab/envs"
)

// States numbers observations in the order in which they are first met.
type States struct {
	Width int       // numbers of an observation
	Rows  []float32 // of all states, in order

	index map[string]int32
	key   []byte
}

// NewStates returns an empty numbering of observations with so many numbers.
func NewStates(width int) *States {
	return &States{Width: width, index: map[string]int32{}, key: make([]byte, 4*width)}
}

// RestoreStates numbers the rows again that another numbering had.
func RestoreStates(width int, rows []float32) (*States, error) {
	if width < 1 || len(rows)%width != 0 {
		return nil, fmt.Errorf("tabular: %d numbers are no observations of %d", len(rows), width)
	}
	s := NewStates(width)
	for i := 0; i < len(rows); i += width {
		if n := s.Number(rows[i : i+width]); n != i/width {
			return nil, fmt.Errorf("tabular: observation %d is the same as observation %d", i/width, n)
		}
	}
	return s, nil
}

// Len is the number of states met.
func (s *States) Len() int { return len(s.index) }

// Row returns the observation of state i.
func (s *States) Row(i int) []float32 { return s.Rows[i*s.Width : (i+1)*s.Width] }

// Number returns the number of an observation, a new one if it was never met.
func (s *States) Number(obs []float32) int {
	s.write(obs)
	if i, ok := s.index[string(s.key)]; ok {
		return int(i)
	}
	i := len(s.index)
	s.index[string(s.key)] = int32(i)
	s.Rows = append(s.Rows, obs...)
	return i
}

// Find returns the number of an observation, -1 if it was never met. It may not run at the same time
// as another call.
func (s *States) Find(obs []float32) int {
	s.write(obs)
	if i, ok := s.index[string(s.key)]; ok {
		return int(i)
	}
	return -1
}

func (s *States) write(obs []float32) {
	for j, x := range obs {
		binary.LittleEndian.PutUint32(s.key[4*j:], math.Float32bits(x+0)) // -0 is 0
	}
}

// Check reports an environment that tables cannot learn: actions that are not one choice of a few,
// observations that are not drawn from a finite set.
func Check(e *envs.Environment) error {
	if a := &e.Spec.Action; a.Kind != envs.KindDiscrete || a.Len() != 1 {
		return fmt.Errorf("%s has actions that are not one choice of a few; a table needs such, cmorl does not", e.Spec.ID)
	}
	if _, finite := e.Model(); finite {
		return nil
	}
	if o := &e.Spec.Observation; o.Kind == envs.KindBox && !strings.Contains(o.DType, "int") {
		return fmt.Errorf("%s has continuous observations; a table needs finitely many, cmorl does not", e.Spec.ID)
	}
	return nil
}
