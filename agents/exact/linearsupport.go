package exact

import (
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

// LinearSupport finds the value vectors that are best for some linear weights w ≥ 0, Σ w = 1, with a
// function that returns a best one for given weights, by optimistic linear support
// ([pareto.LinearSupport]): where most can be gained it asks first, and it ends when nothing can. It returns
// the vectors, those that linear weights need and perhaps some that later ones made superfluous, each
// with the weights that it was found for.
func LinearSupport(m int, best func(w []float64) []float64) (found pareto.Front, weights [][]float64, err error) {
	s, err := pareto.NewLinearSupport(m, 0)
	if err != nil {
		return found, nil, err
	}
	found.M = m
	for w, _, ok := s.Next(); ok; w, _, ok = s.Next() {
		v := best(w)
		improved, err := s.Add(w, v)
		if err != nil {
			return found, nil, fmt.Errorf("value at weights %v: %w", w, err)
		}
		if improved {
			found, weights = found.Append(v), append(weights, w)
		}
	}
	return found, weights, nil
}
