package experiments

import (
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/pareto"
)

// Weights are the linear preferences over which expected utility is the mean.
type Weights struct {
	Kind string `key:"kind" range:"lattice|energy" default:"lattice" doc:"lattice: all multiples of 1/n on the simplex; energy: n weights spread evenly by least Riesz energy, which paretolab pareto weights M --riesz N prints"`
	N    int    `key:"n" range:">=1" doc:"divisions n of the lattice, if absent 100 for 2 objectives, 10 for 3, 2 for more; or number of weights of kind energy, if absent 100"`
}

// Weights of kind energy.
const (
	weightsLattice = "lattice"
	weightsEnergy  = "energy"

	energyWeights    = 100 // usual number
	maxEnergyWeights = 1000
)

// filled returns the weights with kind and n for m objectives.
func (w Weights) filled(m int) Weights {
	if w.Kind == "" {
		w.Kind = weightsLattice
	}
	switch {
	case w.N > 0:
	case w.Kind == weightsEnergy:
		w.N = energyWeights
	case m <= 2:
		w.N = 100
	case m == 3:
		w.N = 10
	default:
		w.N = 2 // steps of 0.01, 0.1 and 0.5 as published for C-MORL
	}
	return w
}

// check returns what is wrong with the weights for m objectives, "" if nothing is.
func (w Weights) check(m int) string {
	switch w = w.filled(m); {
	case w.Kind == weightsEnergy && w.N > maxEnergyWeights:
		return fmt.Sprintf("is %d, which is more than %d weights of kind energy", w.N, maxEnergyWeights)
	case w.Kind == weightsLattice && pareto.LatticeSize(m, w.N) > maxWeightRows:
		return fmt.Sprintf("is %d, which gives more than %d weights", w.N, maxWeightRows)
	}
	return ""
}

// Rows returns the weights for m objectives, one row each, and an error if the kind is unknown or they are too many.
func (w Weights) Rows(m int) ([][]float64, error) {
	w = w.filled(m)
	if problem := w.check(m); problem != "" {
		return nil, errors.New("the number of weights " + problem)
	}
	switch w.Kind {
	case weightsEnergy:
		return pareto.RieszWeights(m, w.N, 0)
	case weightsLattice:
		return pareto.Lattice(m, w.N), nil
	}
	return nil, fmt.Errorf("the kind of weights is %q; there are %s and %s", w.Kind, weightsLattice, weightsEnergy)
}

// Name of the weights for m objectives with their number, for instance "lattice 100 (101)".
func (w Weights) Name(m int) string {
	w = w.filled(m)
	rows := w.N
	if w.Kind == weightsLattice {
		rows = pareto.LatticeSize(m, w.N)
	}
	return fmt.Sprintf("%s %d (%d)", w.Kind, w.N, rows)
}
