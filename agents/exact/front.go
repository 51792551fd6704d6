package exact

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// Errors of [Front], for errors.Is.
var (
	ErrNoFront  = errors.New("no front is known: the environment has neither an exact model nor a documented front")
	ErrEndless  = errors.New("episodes need not end: the model has a cycle and the environment no time limit")
	ErrTooLarge = errors.New("the front needs too much memory")
)

// maxEntries bounds the value vectors kept by the dynamic programme, about a gigabyte.
const maxEntries = 1 << 26

// maxStochasticEntries bounds the value vectors of one layer of a stochastic model, and the
// combinations of the vectors of an action's outcomes.
const maxStochasticEntries = 1 << 14

// Result is a front with the plans that attain it.
type Result struct {
	// Points are the value vectors: discounted returns from the start state, mutually
	// non-dominated, in ascending lexicographic order.
	Points pareto.Front
	// Plans holds for each point the actions that attain it, one per step. The last step ends the
	// episode or is truncated. Nil if the front is documented without plans, and for a stochastic
	// model, where what to do depends on what happened.
	Plans [][]int32
	// Method says how the front was obtained, in words for a table.
	Method string
	// Exact is true for the complete true front and false for a set that is merely attainable.
	Exact bool
}

// Front returns the Pareto front of e for a discount gamma in (0, 1], over all policies,
// non-stationary ones included, with episodes truncated after [envs.Spec.Horizon] steps.
//
// With Vₖ(s) the set of value vectors attainable from state s after k steps,
//
//	Vₖ(s) = ND ∪ₐ { r(s,a) + γ v : v ∈ Vₖ₊₁(s′) },   V = {0} after the last step
//
// where ND keeps the non-dominated vectors (White, "Multi-objective infinite-horizon discounted
// Markov decision processes", Journal of Mathematical Analysis and Applications 89, 1982). Only
// states that k steps can reach are visited. Time and memory grow with horizon × states × vectors
// per state. With a stochastic model the vectors of an action's outcomes are combined in every way,
// so that more than a handful of states with a choice behind chance can be too many (ErrTooLarge):
// [CoverageSet] then still answers.
func Front(e *envs.Environment, gamma float64) (Result, error) {
	r, err := front(e, gamma)
	if err != nil {
		return Result{}, fmt.Errorf("front of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func front(e *envs.Environment, gamma float64) (Result, error) {
	if err := checkDiscount(gamma); err != nil {
		return Result{}, err
	}
	if m, ok := e.Model(); ok {
		return solve(m, e.Spec.M(), e.Spec.Horizon, gamma)
	}
	env := e.New()
	k, ok := env.(envs.KnownFront)
	if !ok {
		return Result{}, ErrNoFront
	}
	rows, source, ok := k.KnownFront(gamma)
	if !ok || len(rows) == 0 {
		return Result{}, ErrNoFront
	}
	points, err := pareto.NewFront(rows)
	if err != nil {
		return Result{}, err
	}
	p, ok := env.(envs.FrontPlans)
	if !ok || p.FrontPlans() == nil {
		return finish(points, nil, source, false)
	}
	// A shorter time limit cuts some of the plans.
	var keep []int
	var plans [][]int32
	for i, plan := range p.FrontPlans() {
		if e.Spec.Horizon == 0 || len(plan) <= e.Spec.Horizon {
			keep, plans = append(keep, i), append(plans, plan)
		}
	}
	if len(keep) == 0 {
		return Result{}, ErrNoFront
	}
	return finish(points.Select(keep), plans, source, false)
}

func checkDiscount(gamma float64) error {
	if !(gamma > 0 && gamma <= 1) {
		return fmt.Errorf("discount %v is outside (0, 1]", gamma)
	}
	return nil
}

// finish drops dominated points and sorts the others, with their plans.
func finish(points pareto.Front, plans [][]int32, method string, exact bool) (Result, error) {
	keep, err := pareto.NonDominated(points)
	if err != nil {
		return Result{}, err
	}
	slices.SortStableFunc(keep, func(i, j int) int { return slices.CompareFunc(points.Row(i), points.Row(j), cmp.Compare[float64]) })
	r := Result{Points: points.Select(keep), Method: method, Exact: exact}
	if plans != nil {
		r.Plans = make([][]int32, len(keep))
		for i, k := range keep {
			r.Plans[i] = plans[k]
		}
	}
	return r, nil
}
