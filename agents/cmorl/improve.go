package cmorl

import (
	"context"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// improve takes the paths through their updates, side by side. The policies of every boundary go to
// the archive in the order of paths, and the evaluation is recorded.
func (t *training) improve(ctx context.Context, every int, update func(p *path, u int)) error {
	per := t.settings.StepsPerUpdate()
	course := agents.Course{Tasks: len(t.paths), Updates: t.Iterations, Every: every, StepsPerUpdate: per, From: t.Boundary}
	paths := t.paths
	snapshot := func(i int) (pathState, agents.Policy) {
		s := paths[i].snapshot()
		return s, t.policy(s.Learner.Model)
	}
	commit := func(boundary int, measured []agents.Measured[pathState]) error {
		updates := (course.At(boundary) - course.At(boundary-1)) * len(paths)
		t.Updates += updates
		t.Steps += updates * per
		t.Boundary, t.Saved = boundary, nil
		e := agents.Evaluation{Phase: t.phase(), Steps: t.Steps, Updates: t.Updates}
		kept := t.Adherence
		for _, x := range measured {
			task := x.State.Task
			m := agents.Member{
				ID:     fmt.Sprintf("%s.u%d", task.Name, course.At(boundary)),
				Parent: task.Parent, Origin: task.Origin, Steps: t.Steps,
				Weight: task.Goal.Preference, Value: x.Value, Policy: x.Policy,
			}
			t.archive.Insert(m)
			e.Policies = append(e.Policies, m)
			t.Saved = append(t.Saved, x.State)
			kept.add(task.Adherence)
		}
		if t.Round == 0 && t.candidates == nil {
			t.Curves = t.Curves.with(measured)
		}
		if boundary == course.Boundaries() {
			t.archive.Cut()
			switch {
			case t.Round > 0:
			case t.candidates != nil:
				e.Notes = t.notesOnCandidates(measured)
			default:
				e.Notes = t.notesOnStage1()
			}
			if t.Round > 0 && !t.settings.chained() {
				for _, x := range measured {
					t.Constraints = append(t.Constraints, x.State.Task.constraint())
				}
			}
			t.Adherence = kept
			t.Round++
			t.Boundary, t.Saved, t.paths = 0, nil, nil
			e.StageEnd = true
		}
		e.Archive = t.archive.Members
		if t.settings.extends() {
			e.Columns = []float64{
				float64(len(t.History)), float64(t.Paths),
				share(float64(kept.Infeasible), kept.Constrained), share(kept.Violation, kept.Constrained), float64(t.Reselections),
			}
		}
		return t.rec.Record(e, t.freeze().encode)
	}
	sink, before := t.rec.EpisodeSink(), t.Steps-course.At(t.Boundary)*len(paths)*per
	return agents.Improve(ctx, t.problem.Pool, t.rec, course, func(i, u int) {
		paths[i].learner.Report(sink, i, len(paths), before+u*len(paths)*per)
		update(paths[i], u)
	}, snapshot, commit)
}

// phase names stage 1 or the present round of stage 2.
func (t *training) phase() string {
	if t.Round == 0 {
		return "stage1"
	}
	return fmt.Sprintf("stage2/r%d", t.Round)
}

func (t *training) policy(m *ppo.Model) *ppo.Policy {
	return ppo.NewPolicy(m, &t.problem.Env.Spec, &t.settings.Settings)
}

func share(part float64, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return part / float64(whole)
}
