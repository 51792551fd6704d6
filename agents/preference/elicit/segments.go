package elicit

import (
	"fmt"

	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/pareto"
)

// NewSegments returns segments of behaviour as what questions are about, on the scale of a front: weights of the
// objectives mean the same for both, so that answers about segments say which policy to take ([Elicitor.Assign]).
//
// The segments are whole episodes from the start state s₀. Then their regret is max_y w · y − w · φ(σ), the value
// vectors y of the front being the successor features of its policies at s₀; the first term is the same for
// both segments of a question, so that their utility is w · φ(σ). Values and features must be of one discount, 1 for
// features that are not discounted.
func NewSegments(front *Items, segments []preference.Segment) (*Items, error) {
	var values pareto.Front
	for i := range segments {
		s := &segments[i]
		if len(s.Features) != front.M() {
			return nil, fmt.Errorf("segment %d has %d features for the %d objectives of the front", i+1, len(s.Features), front.M())
		}
		if s.Start != segments[0].Start || !s.Ended {
			return nil, fmt.Errorf("segment %d is no whole episode from the start state of the others", i+1)
		}
		values = values.Append(s.Features)
	}
	t, err := NewItems(values, nil, front.Objectives)
	if err != nil {
		return nil, err
	}
	t.Lowest, t.Extent = front.Lowest, front.Extent
	t.rescale()
	return t, nil
}

// Assign returns the item of another set, on the same scale, that is best in expectation for what is known of the
// user: a policy of a front after questions about segments. It panics where the belief has no parameters.
func (e *Elicitor) Assign(items *Items) int {
	p, ok := e.belief.(*Particles)
	if !ok {
		panic("elicit: policies are assigned for a utility with parameters only")
	}
	best, highest := -1, 0.0
	for i := range items.Len() {
		y, mean := items.Scaled(i), 0.0
		for k, theta := range p.sample.Params {
			mean += p.sample.Weight[k] * p.family.Utility(theta, y)
		}
		if best < 0 || mean > highest {
			best, highest = i, mean
		}
	}
	return best
}
