package stats

import (
	"cmp"
	"fmt"
	"slices"
)

// Scores are the scores of one algorithm: a matrix of runs × tasks, stored by task. Every task has
// the same number of runs, at least one.
type Scores []Task

// Task holds the scores of all runs on one task.
type Task struct {
	Name string    // by which two Scores are matched and errors speak of it
	Runs []float64 // one score per run
}

// Validate returns nil if there is at least one task and one run, every task has as many runs as
// the first, and every score is finite; else ErrTooFew, ErrShape, ErrNaN or ErrInf. Every function
// of this package makes this check itself. O(runs·tasks).
func (s Scores) Validate() error { return s.validate("scores", 1) }

// validate is Validate for scores that the user knows as input, with at least minRuns runs.
func (s Scores) validate(input string, minRuns int) error {
	if err := checkAtLeast(input, "tasks", len(s), 1); err != nil {
		return err
	}
	for i, t := range s {
		place := fmt.Sprintf("task %d", i)
		if t.Name != "" {
			place += fmt.Sprintf(" %q", t.Name)
		}
		if len(t.Runs) != len(s[0].Runs) {
			return &InputError{Kind: ErrShape, Input: input, Place: place,
				Fault:  fmt.Sprintf("it has %d runs where task 0 has %d", len(t.Runs), len(s[0].Runs)),
				Remedy: "give one Task per task, and in each one score per run"}
		}
		if err := checkFinite(input, place+", run", t.Runs); err != nil {
			return err
		}
	}
	return checkAtLeast(input, "runs", len(s[0].Runs), minRuns)
}

// validatePair checks the scores of two algorithms on the same tasks.
func validatePair(x, y Scores, minRuns int) error {
	if err := x.validate("scores x", minRuns); err != nil {
		return err
	}
	if err := y.validate("scores y", minRuns); err != nil {
		return err
	}
	const remedy = "give both the same tasks in the same order"
	if len(x) != len(y) {
		return &InputError{Kind: ErrShape, Input: "scores y",
			Fault: fmt.Sprintf("it has %d tasks where scores x have %d", len(y), len(x)), Remedy: remedy}
	}
	for i := range y {
		if x[i].Name != y[i].Name {
			return &InputError{Kind: ErrShape, Input: "scores y", Place: fmt.Sprintf("task %d", i),
				Fault: fmt.Sprintf("it is %q where scores x have %q", y[i].Name, x[i].Name), Remedy: remedy}
		}
	}
	return nil
}

// validateTable checks scores of one row per task and one column per algorithm.
func validateTable(table [][]float64, minTasks int) error {
	const input = "table of tasks × algorithms"
	if err := checkAtLeast(input, "tasks", len(table), minTasks); err != nil {
		return err
	}
	for i, row := range table {
		if len(row) != len(table[0]) {
			return &InputError{Kind: ErrShape, Input: input, Place: fmt.Sprintf("task %d", i),
				Fault:  fmt.Sprintf("it has %d algorithms where task 0 has %d", len(row), len(table[0])),
				Remedy: "give one row per task, in it one score per algorithm"}
		}
		if err := checkFinite(input, fmt.Sprintf("task %d, algorithm", i), row); err != nil {
			return err
		}
	}
	return checkAtLeast(input, "algorithms", len(table[0]), 2)
}

// pool holds all scores in ascending order. A resample is then a number of copies of each, and
// every statistic of it one pass over the pool: no resample has to be sorted.
type pool struct {
	tasks, runs int
	value       []float64 // ascending
	task        []int     // task of each value
	place       []int     // where in value the score of task t, run i is: place[t*runs+i]
}

// newPool expects valid scores.
func newPool(s Scores) *pool {
	p := &pool{tasks: len(s), runs: len(s[0].Runs)}
	n := p.tasks * p.runs
	order := make([]int, n)
	for k := range order {
		order[k] = k
	}
	score := func(k int) float64 { return s[k/p.runs].Runs[k%p.runs] }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score(a), score(b)) })

	p.value, p.task, p.place = make([]float64, n), make([]int, n), make([]int, n)
	for i, k := range order {
		p.value[i], p.task[i], p.place[k] = score(k), k/p.runs, i
	}
	return p
}
