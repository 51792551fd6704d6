package exact

import (
	"fmt"

	"github.com/paretolab/paretolab/envs"
)

// reachable returns the non-terminal states that k steps can reach, for each k from 0 to before
// the last step. Without a horizon the model must have no cycle, so that the layers run out.
func reachable(model envs.Model, horizon int) (layers [][]int32, err error) {
	limit := horizon
	if horizon == 0 {
		limit = model.NumStates() + 1
	}
	var buf []envs.Outcome
	seen := make([]int, model.NumStates()) // layer+1 in which a state was last found
	var layer []int32
	for _, o := range envs.Starts(model) {
		layer = append(layer, int32(o.Next))
	}
	for k := 0; len(layer) > 0 && k < limit; k++ {
		layers = append(layers, layer)
		var next []int32
		for _, s := range layer {
			for a := range model.NumActions() {
				buf = model.Outcomes(int(s), a, buf[:0])
				possible := false
				for _, o := range buf {
					if o.P == 0 {
						continue
					}
					possible = true
					if !o.Terminal && seen[o.Next] != k+1 {
						seen[o.Next] = k + 1
						next = append(next, int32(o.Next))
					}
				}
				if !possible {
					return nil, fmt.Errorf("the model has no outcome of action %d in state %d", a, s)
				}
			}
		}
		layer = next
	}
	if horizon == 0 && len(layer) > 0 {
		return nil, ErrEndless
	}
	return layers, nil
}

// branch is a next state with its probability.
type branch struct {
	next int32
	p    float64
}

// expected sums up the outcomes of an action: the reward that it is expected to yield, and the states
// from which the episode goes on, each once, in the order of the outcomes.
func expected(outcomes []envs.Outcome, m int, to []branch) (reward []float64, _ []branch) {
	reward = make([]float64, m)
	to = to[:0]
next:
	for _, o := range outcomes {
		if o.P == 0 {
			continue
		}
		for j, r := range o.Reward {
			reward[j] += float64(o.P * r)
		}
		if o.Terminal {
			continue
		}
		for i := range to {
			if to[i].next == int32(o.Next) {
				to[i].p += o.P
				continue next
			}
		}
		to = append(to, branch{int32(o.Next), o.P})
	}
	return reward, to
}
