package exact

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// step is the first step of an optimal plan: an action, and which of the next state's vectors
// its value was built from (-1: the episode ends).
type step struct {
	action int32
	next   int32 // state
	tail   int32 // index into the next state's vectors, or -1
}

// solve is the dynamic programme described at [Front].
func solve(model envs.Model, m, horizon int, gamma float64) (Result, error) {
	layers, deterministic, err := reachable(model, horizon)
	if err != nil {
		return Result{}, err
	}
	if !deterministic {
		return solveStochastic(model, layers, m, gamma)
	}
	// steps[k][s] holds one entry per vector of Vₖ(s); values only those of the layer below.
	steps := make([]map[int32][]step, len(layers))
	var below map[int32]pareto.Front
	var buf []envs.Outcome
	entries := 0
	row := make([]float64, m)
	for k := len(layers) - 1; k >= 0; k-- {
		values := make(map[int32]pareto.Front, len(layers[k]))
		steps[k] = make(map[int32][]step, len(layers[k]))
		last := k == len(layers)-1
		for _, s := range layers[k] {
			candidates := pareto.Front{M: m}
			var first []step
			for a := range model.NumActions() {
				o := outcome(model, int(s), a, &buf)
				if o.Terminal || last {
					candidates = candidates.Append(o.Reward)
					first = append(first, step{int32(a), int32(o.Next), -1})
					continue
				}
				tails := below[int32(o.Next)]
				for t := range tails.Len() {
					for j, v := range tails.Row(t) {
						// Rounded before the sum, so that every processor gives the same values.
						row[j] = o.Reward[j] + float64(gamma*v)
					}
					candidates = candidates.Append(row)
					first = append(first, step{int32(a), int32(o.Next), int32(t)})
				}
			}
			keep, err := pareto.NonDominated(candidates)
			if err != nil {
				return Result{}, fmt.Errorf("state %d: %w", s, err)
			}
			values[s] = candidates.Select(keep)
			chosen := make([]step, len(keep))
			for i, c := range keep {
				chosen[i] = first[c]
			}
			steps[k][s] = chosen
			if entries += len(keep); entries > maxEntries {
				return Result{}, fmt.Errorf("%w: more than %d value vectors (%d states, %d steps)", ErrTooLarge, maxEntries, model.NumStates(), len(layers))
			}
		}
		below = values
	}
	start := int32(model.StartState())
	points := below[start]
	plans := make([][]int32, points.Len())
	for i := range plans {
		s, t := start, int32(i)
		for k := 0; t >= 0; k++ {
			at := steps[k][s][t]
			plans[i] = append(plans[i], at.action)
			s, t = at.next, at.tail
		}
	}
	return finish(points, plans, "set-valued dynamic programming over the exact model", true)
}

// reachable returns the non-terminal states that k steps can reach, for each k from 0 to before
// the last step, and whether there is one start and every action has one outcome. Without a horizon the model must
// have no cycle, so that the layers run out.
func reachable(model envs.Model, horizon int) (layers [][]int32, deterministic bool, err error) {
	limit := horizon
	if horizon == 0 {
		limit = model.NumStates() + 1
	}
	var buf []envs.Outcome
	seen := make([]int, model.NumStates()) // layer+1 in which a state was last found
	var layer []int32
	starts := envs.Starts(model)
	for _, o := range starts {
		layer = append(layer, int32(o.Next))
	}
	deterministic = len(starts) == 1
	for k := 0; len(layer) > 0 && k < limit; k++ {
		layers = append(layers, layer)
		var next []int32
		for _, s := range layer {
			for a := range model.NumActions() {
				buf = model.Outcomes(int(s), a, buf[:0])
				possible := 0
				for _, o := range buf {
					if o.P == 0 {
						continue
					}
					possible++
					if !o.Terminal && seen[o.Next] != k+1 {
						seen[o.Next] = k + 1
						next = append(next, int32(o.Next))
					}
				}
				if possible == 0 {
					return nil, false, fmt.Errorf("the model has no outcome of action %d in state %d", a, s)
				}
				deterministic = deterministic && possible == 1
			}
		}
		layer = next
	}
	if horizon == 0 && len(layer) > 0 {
		return nil, false, ErrEndless
	}
	return layers, deterministic, nil
}

// outcome returns the one possible outcome of an action of a deterministic model.
func outcome(model envs.Model, s, a int, buf *[]envs.Outcome) envs.Outcome {
	*buf = model.Outcomes(s, a, (*buf)[:0])
	return (*buf)[slices.IndexFunc(*buf, func(o envs.Outcome) bool { return o.P > 0 })]
}
