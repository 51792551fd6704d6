package agents

import "context"

// Course is how far a number of tasks train side by side.
type Course struct {
	Tasks          int
	Updates        int // of every task, in all
	Every          int // updates between two measurements; the last is at the end
	StepsPerUpdate int
	From           int // boundaries that were committed before
}

// At is the number of updates of a task at a boundary.
func (c Course) At(boundary int) int { return min(boundary*c.Every, c.Updates) }

// Boundaries is the number of measurements of a task.
func (c Course) Boundaries() int { return (c.Updates + c.Every - 1) / c.Every }

// Measured is a task at a boundary: its state, its policy and the value of that.
type Measured[S any] struct {
	State  S
	Policy Policy
	Value  Value
}

// Improve takes tasks through their updates, side by side. After every few updates a task is
// measured. When all have reached the same boundary, commit gets what was measured, in the order of
// tasks; so nothing that it does depends on the number of workers. boundary is what Course.From has
// to be to go on from there.
func Improve[S any](ctx context.Context, pool *Pool, rec Recorder, c Course,
	update func(task, u int), snapshot func(task int) (S, Policy), commit func(boundary int, tasks []Measured[S]) error,
) error {
	results := [2][]Measured[S]{make([]Measured[S], c.Tasks), make([]Measured[S], c.Tasks)} // a task is at most one boundary ahead
	work := func(ctx context.Context, i, b int) error {
		for u := c.At(b); u < c.At(b+1); u++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			update(i, u)
			rec.Step(c.StepsPerUpdate)
		}
		state, policy := snapshot(i)
		value, err := rec.Evaluate(ctx, policy)
		results[b%2][i] = Measured[S]{state, policy, value}
		return err
	}
	return pool.Lockstep(ctx, c.Tasks, c.From, c.Boundaries(), work, func(b int) error { return commit(b+1, results[b%2]) })
}
