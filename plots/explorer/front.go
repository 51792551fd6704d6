package explorer

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// front is a set of policies of a run with their values, by the values of its final evaluation or as the archive was at
// an evaluation during training.
type front struct {
	run          *run
	at           string // "final" or "last" or the number of an evaluation
	eval         int    // −1 of the final one
	steps        int
	info         *experiments.Info
	values       pareto.Front
	stderr       [][]float64 // nil if unknown, as are all lists below
	selected     [][]float64
	policies     []string
	origins      []string
	nondominated []bool
	episodes     []int
	policySteps  []int
	skipped      int // rows with values that are not finite
}

// frontOf reads a front. at is as in requests, "" for the final one of a complete run and the last one otherwise.
func (x *index) frontOf(r *run, at string) (*front, error) {
	row := r.present()
	if at == "" {
		if at = "last"; row.Status == statusComplete {
			at = "final"
		}
	}
	switch at {
	case "final":
		if row.Status != statusComplete {
			return nil, notFound("ask for the last one with at=last", "%s is %s and has no final front yet", row.title(), row.Status)
		}
	case "last":
	default:
		if n, err := strconv.Atoi(at); err != nil || n < 0 {
			return nil, badInput("it is final, last or the number of an evaluation", "at is %q", at)
		}
	}
	stamp := r.files.Stamp("archive.csv", "result.json")
	if at != "final" {
		stamp = r.files.Stamp("fronts.jsonl", "evaluations.csv")
	}
	return cached(x.cache, r.id+"/front/"+at, stamp, func() (*front, int64, error) {
		info, err := r.files.Info()
		if err != nil {
			return nil, 0, err
		}
		f := &front{run: r, at: at, eval: -1, info: info}
		if at == "final" {
			err = f.readFinal()
		} else {
			err = f.readSnapshot(x)
		}
		if err == nil && f.values.Len() > maxFrontPoints {
			err = &fault{http.StatusRequestEntityTooLarge, "too_large", "the front has " + strconv.Itoa(f.values.Len()) + " points; at most " + strconv.Itoa(maxFrontPoints) + " are shown", ""}
		}
		if f.values.Len() == 0 {
			f.values.M = len(info.Environment.Objectives)
		}
		return f, int64(f.values.Len() * (f.values.M*8*4 + 128)), err
	})
}

// readFinal takes the archive as it was measured again.
func (f *front) readFinal() error {
	rows, err := f.run.files.Archive()
	if err != nil {
		return err
	}
	result, err := f.run.files.Result()
	if err != nil {
		return err
	}
	if result != nil {
		f.steps = result.StepsTrain
	}
	for i := range rows {
		a := &rows[i]
		if !f.accept(a.Value) {
			continue
		}
		f.values = f.values.Append(a.Value)
		f.stderr, f.selected = append(f.stderr, a.StdErr), append(f.selected, a.Selected)
		f.policies, f.origins = append(f.policies, a.Policy), append(f.origins, a.Origin)
		f.nondominated, f.episodes, f.policySteps = append(f.nondominated, a.NonDominated), append(f.episodes, a.Episodes), append(f.policySteps, a.StepsTrain)
	}
	return nil
}

// readSnapshot takes the archive at an evaluation. What is known of its policies stands in evaluations.csv.
func (f *front) readSnapshot(x *index) error {
	file, err := x.fronts(f.run)
	if err != nil {
		return err
	}
	eval := -1
	if f.at != "last" {
		eval, _ = strconv.Atoi(f.at) // was checked
	}
	s, err := file.at(f.run.files, eval)
	switch {
	case err != nil:
		return err
	case s == nil && eval >= 0:
		return notFound("evals_with_front of the run lists those that are", "the front at evaluation %d is not recorded", eval)
	case s == nil:
		return nil
	}
	f.eval, f.steps = s.Eval, s.StepsTrain
	evaluations, err := x.evaluations(f.run)
	if err != nil {
		return err
	}
	for i, p := range s.Points {
		if !f.accept(p) {
			continue
		}
		f.values = f.values.Append(p)
		policy, origin := "", ""
		var stderr []float64
		episodes, steps := 0, 0
		if i < len(s.Policies) {
			policy = s.Policies[i]
			if e := evaluations[policy]; e != nil {
				stderr, origin, episodes, steps = e.StdErr, e.Origin, e.Episodes, e.StepsTrain
			}
		}
		f.policies, f.origins, f.stderr = append(f.policies, policy), append(f.origins, origin), append(f.stderr, stderr)
		f.episodes, f.policySteps = append(f.episodes, episodes), append(f.policySteps, steps)
	}
	f.nondominated = make([]bool, f.values.Len())
	keep, err := pareto.NonDominated(f.values, pareto.Options{KeepDuplicates: true})
	for _, i := range keep {
		f.nondominated[i] = true
	}
	return err
}

// accept reports whether a row can be shown, and counts it otherwise.
func (f *front) accept(v []float64) bool {
	ok := len(v) == len(f.info.Environment.Objectives) && len(v) > 0 && !slices.ContainsFunc(v, func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) })
	if !ok {
		f.skipped++
	}
	return ok
}

// evaluations returns the first measurement of every policy of a run.
func (x *index) evaluations(r *run) (map[string]*experiments.EvaluationRow, error) {
	return cached(x.cache, r.id+"/evaluations", r.files.Stamp("evaluations.csv"), func() (map[string]*experiments.EvaluationRow, int64, error) {
		rows, err := r.files.Evaluations()
		first := make(map[string]*experiments.EvaluationRow, len(rows))
		bytes := 0
		for i := range rows {
			if _, ok := first[rows[i].Policy]; !ok {
				first[rows[i].Policy] = &rows[i]
			}
			bytes += 256 + 32*len(rows[i].Value)
		}
		return first, int64(bytes), err
	})
}

// names are those of the objectives.
func (f *front) names() []string {
	names := []string{}
	for _, o := range f.info.Environment.Objectives {
		names = append(names, o.Name)
	}
	return names
}

// row is the index of a policy, −1 if the front does not have it.
func (f *front) row(policy string) int { return slices.Index(f.policies, policy) }
