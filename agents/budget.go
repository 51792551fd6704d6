package agents

import "github.com/paretolab/paretolab/envs"

// Budgeted is implemented by algorithms whose budget is counted in something else than training steps.
type Budgeted interface {
	// BudgetUnit names what is counted: "episodes" or "answers".
	BudgetUnit() string
	// SetBudget sets a budget of n of them and returns the training steps that they take at most.
	SetBudget(e *envs.Environment, n int) (steps int)
}

// Paced is implemented by algorithms that can be told how often to measure their policies.
type Paced interface {
	// MeasureEvery sets the training steps of the whole run between two measurements, as nearly as the
	// algorithm can; it measures at the end in any case.
	MeasureEvery(e *envs.Environment, steps int)
}

// Intervals is the whole number of intervals nearest to a number of steps, at least one.
func Intervals(steps, interval int) int {
	interval = max(1, interval)
	return max(1, (steps+interval/2)/interval)
}
