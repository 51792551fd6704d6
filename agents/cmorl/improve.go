package cmorl

import (
	"context"
	"fmt"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// improve takes the paths through their updates, side by side. After every few updates a path is
// measured. When all have reached the same boundary, the policies of that moment go to the archive
// in the order of paths, and the evaluation is recorded; so neither depends on the number of
// workers.
func (t *training) improve(ctx context.Context, every int, update func(p *path, u int)) error {
	type measured struct {
		value agents.Value
		path  pathState
	}
	paths := t.paths
	per := t.settings.StepsPerUpdate()
	boundaries := (t.Iterations + every - 1) / every
	at := func(boundary int) int { return min(boundary*every, t.Iterations) }
	results := make([][2]measured, len(paths)) // a path is at most one boundary ahead

	work := func(ctx context.Context, i, b int) error {
		for u := at(b); u < at(b+1); u++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			update(paths[i], u)
			t.rec.Step(per)
		}
		s := paths[i].snapshot()
		value, err := t.rec.Evaluate(ctx, t.policy(s.Learner.Model))
		results[i][b%2] = measured{value, s}
		return err
	}

	commit := func(b int) error {
		updates := (at(b+1) - at(b)) * len(paths)
		t.Updates += updates
		t.Steps += updates * per
		t.Boundary, t.Saved = b+1, nil
		e := agents.Evaluation{Phase: t.phase(), Steps: t.Steps, Updates: t.Updates}
		kept := t.Adherence
		for i := range paths {
			value, p := results[i][b%2].value, results[i][b%2].path
			m := agents.Member{
				ID:     fmt.Sprintf("%s.u%d", p.Task.Name, at(b+1)),
				Parent: p.Task.Parent, Origin: p.Task.Origin, Steps: t.Steps,
				Weight: p.Task.Goal.Preference, Value: value, Policy: t.policy(p.Learner.Model),
			}
			t.archive.insert(m)
			e.Policies = append(e.Policies, m)
			t.Saved = append(t.Saved, p)
			kept.add(p.Task.Adherence)
		}
		if b+1 == boundaries {
			t.archive.cut()
			t.Adherence = kept
			t.Round++
			t.Boundary, t.Saved, t.paths = 0, nil, nil
			e.StageEnd = true
		}
		e.Archive = t.archive.members
		if t.settings.extends() {
			e.Columns = []float64{float64(len(t.History)), float64(t.Paths), share(float64(kept.Infeasible), kept.Constrained), share(kept.Violation, kept.Constrained), float64(t.Reselections)}
		}
		return t.rec.Record(e, t.freeze().encode)
	}
	return t.problem.Pool.Lockstep(ctx, len(paths), t.Boundary, boundaries, work, commit)
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
