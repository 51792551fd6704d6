package experiments

import "fmt"

// At returns the run as it was after so many training steps: the rows up to there, and as final archive the
// last one that was recorded, with the values that training selected by. The run itself stays as it is.
// There is no such run before the first evaluation.
func (r *Run) At(steps int) (*Run, error) {
	past := *r
	past.Metrics, past.Evaluations, past.Fronts, past.Timing, past.Archive, past.Tables = nil, nil, nil, nil, nil, nil
	evals := map[int]bool{}
	for _, x := range r.Metrics {
		if x.StepsTrain <= steps {
			past.Metrics = append(past.Metrics, x)
			evals[x.Eval] = true
		}
	}
	for _, x := range r.Fronts {
		if x.StepsTrain <= steps {
			past.Fronts = append(past.Fronts, x)
		}
	}
	if len(past.Metrics) == 0 || len(past.Fronts) == 0 {
		return nil, fmt.Errorf("%s has no evaluation up to step %d", r.Dir, steps)
	}
	measured := map[string]*EvaluationRow{}
	for i, x := range r.Evaluations {
		if evals[x.Eval] {
			past.Evaluations = append(past.Evaluations, x)
			measured[x.Policy] = &r.Evaluations[i]
		}
	}
	for _, x := range r.Timing {
		if evals[x.Eval] {
			past.Timing = append(past.Timing, x)
		}
	}
	front := past.Fronts[len(past.Fronts)-1]
	for i, id := range front.Policies {
		row := ArchiveRow{Policy: id, Selected: front.Points[i], Value: front.Points[i], NonDominated: true}
		if m := measured[id]; m != nil {
			row.StdErr, row.Episodes, row.Origin, row.StepsTrain = m.StdErr, m.Episodes, m.Origin, m.StepsTrain
		}
		past.Archive = append(past.Archive, row)
	}
	last := past.Metrics[len(past.Metrics)-1]
	past.Result = &Result{
		Status: "complete", StepsTrain: last.StepsTrain, StepsEval: last.StepsEval, Evaluations: len(past.Metrics),
		Final: last.Indicators, FinalSelected: last.Indicators, FrontSize: len(past.Archive), Reference: r.Info.Environment.Reference,
	}
	if r.Result != nil {
		past.Result.KnownFront, past.Result.HypervolumeExact, past.Result.HypervolumeLinear, past.Result.Weights =
			r.Result.KnownFront, r.Result.HypervolumeExact, r.Result.HypervolumeLinear, r.Result.Weights
	}
	return &past, nil
}
