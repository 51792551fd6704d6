package experiments

import (
	"errors"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/pareto"
)

// yardstick is what the fronts of a run are measured against: the reference point, the weights of
// the linear preferences, and the known front where there is one.
type yardstick struct {
	reference []float64
	weights   [][]float64
	known     pareto.Front // empty if unknown
	knownHV   float64
	by        *Evaluation // says which returns count
}

func newYardstick(reference []float64, weights [][]float64, known pareto.Front, by *Evaluation) (*yardstick, error) {
	y := &yardstick{reference: reference, weights: weights, known: known, by: by}
	if known.Len() > 0 {
		var err error
		if y.knownHV, err = pareto.Hypervolume(known, reference); err != nil {
			return nil, fmt.Errorf("hypervolume of the known front: %w", err)
		}
	}
	return y, nil
}

// indicators measures a front of mutually non-dominated rows.
func (y *yardstick) indicators(f pareto.Front) (Indicators, error) {
	x := Indicators{Cardinality: f.Len()}
	if f.Len() == 0 {
		return x, nil
	}
	var first error
	known := func(v float64, err error) *float64 {
		if err != nil {
			if first == nil {
				first = err
			}
			return nil
		}
		return &v
	}
	if hv := known(pareto.Hypervolume(f, y.reference)); hv != nil {
		x.Hypervolume = *hv
	}
	x.Sparsity = pareto.Sparsity(f)
	if len(y.weights) > 0 {
		x.EUM = known(pareto.ExpectedUtility(f, y.weights))
		x.EUMMin = known(pareto.MinUtility(f, y.weights))
	}
	if y.known.Len() > 0 {
		if y.knownHV > 0 {
			ratio := x.Hypervolume / y.knownHV
			x.HVRatio = &ratio
		}
		x.IGDPlus = known(pareto.IGDPlus(f, y.known))
		x.EpsAdd = known(pareto.EpsAdditive(f, y.known))
		if len(y.weights) > 0 {
			x.MUL = known(pareto.MaxUtilityLoss(f, y.known, y.weights))
		}
	}
	return x, first
}

// measure computes the indicators of the archive that a learner reports, after taking out what is
// dominated in it.
func (y *yardstick) measure(members []agents.Member) (Indicators, error) {
	var f pareto.Front
	for i := range members {
		v, _ := y.by.of(&members[i].Value)
		if len(v) != len(y.reference) {
			return Indicators{}, fmt.Errorf("policy %s has a value of %d numbers, the environment has %d objectives", members[i].ID, len(v), len(y.reference))
		}
		f = f.Append(v)
	}
	keep, err := pareto.NonDominated(f)
	var bad *pareto.InputError
	if errors.As(err, &bad) && bad.Row >= 0 {
		return Indicators{}, fmt.Errorf("policy %s has the value %v: training has diverged, a smaller learning rate may help",
			members[bad.Row].ID, f.Row(bad.Row))
	}
	if err != nil {
		return Indicators{}, err
	}
	return y.indicators(f.Select(keep))
}

// best is the largest value of each objective, nil without members.
func (y *yardstick) best(members []agents.Member) []float64 {
	var out []float64
	for i := range members {
		value, _ := y.by.of(&members[i].Value)
		if i == 0 {
			out = append(out, value...)
			continue
		}
		for j, v := range value {
			out[j] = max(out[j], v)
		}
	}
	return out
}
