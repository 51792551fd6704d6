package exact

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/pareto"
)

// Errors of this package, for errors.Is.
var (
	ErrNoFront  = errors.New("no front is known: the environment has neither an exact model nor a documented front")
	ErrNoModel  = errors.New("the environment has no exact model")
	ErrEndless  = errors.New("episodes need not end: the model has a cycle and the environment no time limit")
	ErrTooLarge = errors.New("the front needs too much memory or time")
)

// resolution is the difference, relative to the largest value of an objective, below which two values
// are one.
const resolution = 1e-9

// Result is a front with the policies that attain it.
type Result struct {
	// Points are the value vectors: expected discounted returns from the start, in ascending
	// lexicographic order. A vector that another exceeds or equals up to rounding, 1e-9 of the largest
	// value of each objective, is left out.
	Points pareto.Front
	// Policies holds for each point a policy that attains it. Nil if the front is documented without.
	Policies []Policy
	// Method says how the front was obtained, in words for a table.
	Method string
	// Exact is true for the complete true front and false for a set that is merely attainable.
	Exact bool
}

// Front returns the Pareto front of e for a discount gamma in (0, 1], over all deterministic policies,
// those included that remember through which states they came, with episodes truncated after
// [envs.Spec.Horizon] steps.
//
// With Vₖ(s) the set of value vectors attainable from state s after k steps, and outcomes with reward r and
// next state s′ of probability p,
//
//	Vₖ(s) = ND ∪ₐ { Σ p r + γ Σ p v(s′) : v(s′) ∈ Vₖ₊₁(s′) },   V = {0} after the last step
//
// where ND keeps the non-dominated vectors (White, "Multi-objective infinite-horizon discounted
// Markov decision processes", Journal of Mathematical Analysis and Applications 89, 1982). Only
// states that k steps can reach are visited, and values are rounded to 40 significant bits in every
// step, so that one value is not kept twice for its rounding errors; the points are then evaluated
// without. Time and memory grow with horizon × states × vectors per state. With a stochastic model a policy
// may go on differently after each next state, so that the vectors of the next states are combined in every
// way: a few states with a choice behind chance can be too many (ErrTooLarge). [CoverageSet] then still
// answers, and [FrontWithin].
//
// A front that the environment documents for the discount ([envs.KnownFront]) is returned without
// search, as the lower bound that it is.
func Front(e *envs.Environment, gamma float64) (Result, error) { return FrontWithin(e, gamma, 0) }

// FrontWithin is [Front] with a tolerance in units of the objectives: for every point of the true front
// the result has one that is worse by no more than the tolerance in any objective. Its points are true
// values of policies. This keeps the sets small by rounding the values of all steps to a grid (as
// Papadimitriou & Yannakakis, "On the approximability of trade-offs and optimal access of web sources",
// FOCS 2000). The result is exact for tolerance 0 alone.
func FrontWithin(e *envs.Environment, gamma, tolerance float64) (Result, error) {
	r, err := front(e, gamma, tolerance)
	if err != nil {
		return Result{}, fmt.Errorf("front of %s: %w", e.Spec.ID, err)
	}
	return r, nil
}

func front(e *envs.Environment, gamma, tolerance float64) (Result, error) {
	if err := checkDiscount(gamma); err != nil {
		return Result{}, err
	}
	if !(tolerance >= 0 && tolerance <= math.MaxFloat64) {
		return Result{}, fmt.Errorf("tolerance %v is not a finite number from 0", tolerance)
	}
	r, err := documented(e, gamma)
	model, ok := e.Model()
	if err == nil || !ok {
		return r, err
	}
	layers, err := reachable(model, e.Spec.Horizon)
	if err != nil {
		return Result{}, err
	}
	p := newProgram(model, e.Spec.M(), gamma, tolerance, layers)
	rounded, policies, err := p.solve(layers)
	if err != nil {
		return Result{}, err
	}
	method := "set-valued dynamic programming over the exact model"
	if !e.Spec.DeterministicStart || !e.Spec.DeterministicStep {
		method = "set-valued dynamic programming over the exact stochastic model"
	}
	if tolerance > 0 {
		method += fmt.Sprintf(", complete to within %v", tolerance)
	}
	points, err := values(e, policies, gamma)
	if err != nil {
		return Result{}, err
	}
	// Each of a few roundings in a step puts values off by at most 2⁻⁴¹ of themselves.
	slack := max(tolerance, float64(len(layers)+1)*0x1p-38*p.largest)
	for i, v := range points.X {
		if math.Abs(v-rounded.X[i]) > slack {
			return Result{}, fmt.Errorf("the policy of %v is worth %v", rounded.Row(i/rounded.M), points.Row(i/points.M))
		}
	}
	return finish(points, policies, method, tolerance == 0)
}

// documented returns the front that an environment documents, but for plans that are longer than its
// time limit.
func documented(e *envs.Environment, gamma float64) (Result, error) {
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
	var keep []int
	var policies []Policy
	for i, plan := range p.FrontPlans() {
		if e.Spec.Horizon == 0 || len(plan) <= e.Spec.Horizon {
			keep, policies = append(keep, i), append(policies, planPolicy(plan))
		}
	}
	if len(keep) == 0 {
		return Result{}, ErrNoFront
	}
	return finish(points.Select(keep), policies, source, false)
}

func checkDiscount(gamma float64) error {
	if !(gamma > 0 && gamma <= 1) {
		return fmt.Errorf("discount %v is outside (0, 1]", gamma)
	}
	return nil
}

// values returns what policies that share their nodes are worth under the exact model.
func values(e *envs.Environment, policies []Policy, gamma float64) (pareto.Front, error) {
	points := pareto.Front{M: e.Spec.M()}
	if len(policies) == 0 {
		return points, nil
	}
	starts := make([][]Edge, len(policies))
	for i := range policies {
		starts[i] = policies[i].Start
	}
	returns, err := evaluate(e, policies[0].Nodes, starts, gamma)
	for _, r := range returns {
		points = points.Append(r.Mean)
	}
	return points, err
}

// finish sorts the points, with their policies, and leaves out those that exceed some other point by no more
// than rounding.
func finish(points pareto.Front, policies []Policy, method string, exact bool) (Result, error) {
	keep, err := pareto.NonDominated(points)
	if err != nil {
		return Result{}, err
	}
	keep = distinct(points, keep)
	slices.SortStableFunc(keep, func(i, j int) int { return slices.CompareFunc(points.Row(i), points.Row(j), cmp.Compare[float64]) })
	r := Result{Points: points.Select(keep), Method: method, Exact: exact}
	if policies != nil {
		r.Policies = make([]Policy, len(keep))
		for i, k := range keep {
			r.Policies[i] = policies[k]
		}
	}
	return r, nil
}

// distinct returns which of the rows to keep so that none exceeds another by rounding only, and every
// one left out is exceeded by one kept, but for rounding.
func distinct(points pareto.Front, rows []int) []int {
	slack := make([]float64, points.M)
	sums := make(map[int]float64, len(rows))
	for _, i := range rows {
		for j, v := range points.Row(i) {
			slack[j] = max(slack[j], resolution*math.Abs(v))
		}
	}
	for _, i := range rows {
		for j, v := range points.Row(i) {
			if slack[j] > 0 {
				sums[i] += v / slack[j]
			}
		}
	}
	// What exceeds a point has a larger sum and comes before it.
	order := slices.Clone(rows)
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(sums[j], sums[i]) })
	var keep []int
	for _, i := range order {
		if !slices.ContainsFunc(keep, func(k int) bool { return covers(points.Row(k), points.Row(i), slack) }) {
			keep = append(keep, i)
		}
	}
	return keep
}

// covers says whether p is at least q in every objective but for a slack.
func covers(p, q, slack []float64) bool {
	for j, v := range q {
		if p[j] < v-slack[j] {
			return false
		}
	}
	return true
}
