package exact

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// ErrNotShortest is returned where the shortest way to every end need not give the front.
var ErrNotShortest = errors.New("the shortest ways to the ends need not give the front")

// BreadthFirst returns the Pareto front of a problem in which sooner is better, as that of deep-sea
// treasure: breadth-first search over the exact model finds the fewest steps to every end. It demands that
// the model is deterministic, that all steps but the last earn the same, c, that to reach an end with reward
// R one step later is never better, c ≤ (1 − γ) R, and that some end is as good as going on to the time
// limit; else the error is ErrNotShortest. Time and memory grow with states × actions.
func BreadthFirst(e *envs.Environment, gamma float64) (Result, error) {
	r, err := breadthFirst(e, gamma)
	if err != nil {
		return Result{}, fmt.Errorf("breadth-first search of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func breadthFirst(e *envs.Environment, gamma float64) (Result, error) {
	if err := checkDiscount(gamma); err != nil {
		return Result{}, err
	}
	w, err := newWays(e)
	if err != nil {
		return Result{}, err
	}
	var usual []float64 // c
	for n := 0; n < len(w.found); n++ {
		at := w.found[n]
		if e.Spec.Horizon > 0 && at.steps == e.Spec.Horizon {
			break
		}
		for a := range w.model.NumActions() {
			o := w.outcome(int(at.state), a)
			if o.Terminal {
				w.ends = append(w.ends, end{int32(n), int32(a), o.Reward})
				continue
			}
			if usual == nil {
				usual = slices.Clone(o.Reward)
			}
			if !slices.Equal(o.Reward, usual) {
				return Result{}, fmt.Errorf("%w: steps that are not the last earn %v and %v", ErrNotShortest, usual, o.Reward)
			}
			if !w.seen[o.Next] {
				w.seen[o.Next] = true
				w.found = append(w.found, way{state: int32(o.Next), from: int32(n), action: int32(a), steps: at.steps + 1})
			}
		}
	}
	points := pareto.Front{M: e.Spec.M()}
	var policies []Policy
	row := make([]float64, points.M)
	for _, x := range w.ends {
		plan := w.plan(x)
		discount, sum := powers(gamma, len(plan)-1)
		for j, r := range x.reward {
			row[j] = float64(discount * r)
			if usual != nil {
				if usual[j] > (1-gamma)*r {
					return Result{}, fmt.Errorf("%w: %v at the end of an episode is better later, after steps that earn %v", ErrNotShortest, x.reward, usual)
				}
				row[j] += float64(sum * usual[j])
			}
		}
		points, policies = points.Append(row), append(policies, planPolicy(plan))
	}
	if usual != nil {
		_, sum := powers(gamma, e.Spec.Horizon)
		if e.Spec.Horizon == 0 {
			sum = 1 / (1 - gamma)
		}
		cut := make([]float64, points.M)
		for j, c := range usual {
			if c != 0 {
				cut[j] = float64(sum * c)
			}
		}
		if err := endsCover(points, cut); err != nil {
			return Result{}, err
		}
	}
	return finish(points, policies, "breadth-first search over the exact model", true)
}

// powers returns γⁿ and Σ γᵗ over t < n.
func powers(gamma float64, n int) (last, sum float64) {
	last = math.Pow(gamma, float64(n))
	if gamma == 1 {
		return last, float64(n)
	}
	return last, (1 - last) / (1 - gamma)
}

// endsCover says whether some point is at least as good as an episode that the time limit cuts.
func endsCover(points pareto.Front, cut []float64) error {
	for i := range points.Len() {
		if pareto.WeaklyDominates(points.Row(i), cut) {
			return nil
		}
	}
	return fmt.Errorf("%w: no end is as good as an episode cut by the time limit, %v", ErrNotShortest, cut)
}

// ways are the states of a deterministic model that a search has found.
type ways struct {
	model envs.Model
	found []way
	seen  []bool
	ends  []end
	buf   []envs.Outcome
}

// way is the last step to a state.
type way struct {
	state  int32
	from   int32 // index of the way to the state before, −1 at the start
	action int32
	steps  int
	cost   float64
}

// end is a step that ends the episode.
type end struct {
	from, action int32
	reward       []float64
}

// newWays begins a search, if the model of e is deterministic.
func newWays(e *envs.Environment) (*ways, error) {
	model, ok := e.Model()
	switch {
	case !ok:
		return nil, ErrNoModel
	case !e.Spec.DeterministicStart || !e.Spec.DeterministicStep:
		return nil, fmt.Errorf("%w: the environment is stochastic", ErrNotShortest)
	}
	w := &ways{model: model, seen: make([]bool, model.NumStates())}
	start := envs.Starts(model)[0].Next
	w.found = []way{{state: int32(start), from: -1}}
	w.seen[start] = true
	return w, nil
}

// outcome returns the one possible outcome of an action.
func (w *ways) outcome(s, a int) envs.Outcome {
	w.buf = w.model.Outcomes(s, a, w.buf[:0])
	return w.buf[slices.IndexFunc(w.buf, func(o envs.Outcome) bool { return o.P > 0 })]
}

// plan returns the actions that lead to an end.
func (w *ways) plan(x end) []int32 {
	plan := []int32{x.action}
	for n := x.from; w.found[n].from >= 0; n = w.found[n].from {
		plan = append(plan, w.found[n].action)
	}
	slices.Reverse(plan)
	return plan
}
