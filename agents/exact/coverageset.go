package exact

import (
	"fmt"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// CoverageSet returns the convex coverage set of e for a discount gamma in (0, 1]: the values that
// are the only best ones for some linear weights w ≥ 0. It is what mixtures of policies, and
// learners with linear weights, need, and much smaller than the Pareto front of a stochastic
// problem.
//
// With a deterministic model, or a documented front only, it is found among the points of [Front] by
// linear programs ([CCS]). With a stochastic model it is found by optimistic linear support
// ([LinearSupport]) over value iteration on the model ([Scalarised]).
func CoverageSet(e *envs.Environment, gamma float64) (Result, error) {
	r, err := coverageSet(e, gamma)
	if err != nil {
		return Result{}, fmt.Errorf("convex coverage set of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func coverageSet(e *envs.Environment, gamma float64) (Result, error) {
	if err := checkDiscount(gamma); err != nil {
		return Result{}, err
	}
	model, ok := e.Model()
	if !ok || e.Spec.DeterministicStart && e.Spec.DeterministicStep {
		r, err := front(e, gamma, 0)
		if err != nil {
			return Result{}, err
		}
		idx, err := pareto.ConvexCoverageSet(r.Points)
		if err != nil {
			return Result{}, err
		}
		var policies []Policy
		if r.Policies != nil {
			for _, i := range idx {
				policies = append(policies, r.Policies[i])
			}
		}
		r.Points, r.Policies = r.Points.Select(idx), policies
		return r, nil
	}
	layers, err := reachable(model, e.Spec.Horizon)
	if err != nil {
		return Result{}, err
	}
	x := newExpectation(model, layers, e.Spec.M(), gamma)
	points, weights, err := LinearSupport(e.Spec.M(), x.value)
	if err != nil {
		return Result{}, err
	}
	idx, err := pareto.ConvexCoverageSet(points)
	if err != nil {
		return Result{}, err
	}
	slices.Sort(idx)
	policies := make([]Policy, len(idx))
	for i, k := range idx {
		_, policies[i] = x.policy(weights[k])
	}
	return finish(points.Select(idx), policies, "optimistic linear support over value iteration on the exact stochastic model", true)
}
