package exact

import (
	"container/heap"
	"fmt"
	"math"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// ShortestPath returns the undiscounted Pareto front of a problem in which all steps only cost, in one
// objective, such as fuel, and the others are earned at the end: Dijkstra's algorithm over the exact model
// finds the cheapest way to every end. It demands that the model is deterministic, that no step earns
// anything in the cost objective, that the steps before the last earn nothing in the others, that the
// cheapest ways fit into the time limit and that some end is as good as going on to it; else the error is
// ErrNotShortest. Time grows with states × actions × log states.
func ShortestPath(e *envs.Environment, cost int) (Result, error) {
	r, err := shortestPath(e, cost)
	if err != nil {
		return Result{}, fmt.Errorf("shortest path of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func shortestPath(e *envs.Environment, cost int) (Result, error) {
	if cost < 0 || cost >= e.Spec.M() {
		return Result{}, fmt.Errorf("cost is objective %d of %d, counted from 0", cost, e.Spec.M())
	}
	w, err := newWays(e)
	if err != nil {
		return Result{}, err
	}
	open := &frontier{w.found[0]}
	w.found, w.seen[(*open)[0].state] = nil, false
	cheapest := math.Inf(1) // step
	for open.Len() > 0 {
		at := heap.Pop(open).(way)
		if w.seen[at.state] {
			continue
		}
		w.seen[at.state] = true
		n := int32(len(w.found))
		w.found = append(w.found, at)
		for a := range w.model.NumActions() {
			o := w.outcome(int(at.state), a)
			for j, r := range o.Reward {
				switch {
				case j == cost && !(r <= 0):
					return Result{}, fmt.Errorf("%w: a step earns %v of %s", ErrNotShortest, r, e.Spec.Objectives[j].Name)
				case j != cost && r != 0 && !o.Terminal:
					return Result{}, fmt.Errorf("%w: a step that is not the last earns %v of %s", ErrNotShortest, r, e.Spec.Objectives[j].Name)
				}
			}
			cheapest = min(cheapest, -o.Reward[cost])
			if o.Terminal {
				w.ends = append(w.ends, end{n, int32(a), o.Reward})
			} else if !w.seen[o.Next] {
				heap.Push(open, way{state: int32(o.Next), from: n, action: int32(a), steps: at.steps + 1, cost: at.cost - o.Reward[cost]})
			}
		}
	}
	points := pareto.Front{M: e.Spec.M()}
	var policies []Policy
	for _, x := range w.ends {
		plan := w.plan(x)
		if h := e.Spec.Horizon; h > 0 && len(plan) > h {
			return Result{}, fmt.Errorf("%w: the cheapest way to %v takes %d steps, the time limit is %d", ErrNotShortest, x.reward, len(plan), h)
		}
		points, policies = points.Append(x.reward), append(policies, planPolicy(plan))
		points.Row(points.Len() - 1)[cost] -= w.found[x.from].cost
	}
	if h := e.Spec.Horizon; h > 0 {
		cut := make([]float64, points.M)
		cut[cost] = -float64(h) * cheapest
		if err := endsCover(points, cut); err != nil {
			return Result{}, err
		}
	}
	return finish(points, policies, "shortest paths over the exact model", true)
}

// frontier is a heap of ways to go on with, the cheapest first.
type frontier []way

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].cost < f[j].cost }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(way)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
