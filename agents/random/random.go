package random

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := newTraining(s, problem, rec)
	rec.Columns("policies")
	if saved := rec.Restore(); saved != nil {
		if err := t.restore(saved); err != nil {
			return nil, err
		}
	}
	rounds := (problem.Steps + s.EvalEvery - 1) / s.EvalEvery
	for round := t.Round; round < rounds; round++ {
		if err := problem.Pool.Lockstep(ctx, 1, round, round+1, t.search, t.record); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: t.archive.Members}, nil
}

// training is a run of the algorithm.
type training struct {
	settings *Settings
	problem  *agents.Problem
	rec      agents.Recorder
	sink     func(agents.Episode)
	archive  agents.Archive
	newest   []agents.Member // as measured last
	progress

	env         *envs.Vector[float32]
	obs, final  []float32
	act         envs.Actions[float32]
	reward      []float64
	term, trunc []bool
}

// progress is where the search is.
type progress struct{ Round, Steps, Policies int }

func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) *training {
	spec := &problem.Env.Spec
	t := &training{
		settings: s, problem: problem, rec: rec, sink: rec.EpisodeSink(),
		archive: agents.Archive{Reference: problem.Reference.Point, Limit: s.ArchiveSize},
		env:     envs.NewVector[float32](problem.Env, 1, envs.NoReset),
		obs:     make([]float32, spec.Observation.Len()), final: make([]float32, spec.Observation.Len()),
		reward: make([]float64, spec.M()), term: make([]bool, 1), trunc: make([]bool, 1),
	}
	if spec.Action.Kind == envs.KindDiscrete {
		t.act.Discrete = make([]int32, spec.Action.Len())
	} else {
		t.act.Box = make([]float32, spec.Action.Len())
	}
	return t
}

// search tries policies up to the end of a round and measures those whose returns no other's dominates.
func (t *training) search(ctx context.Context, _, round int) error {
	end := min((round+1)*t.settings.EvalEvery, t.problem.Steps)
	best := agents.Archive{Reference: t.archive.Reference, Limit: t.archive.Limit}
	for t.Steps < end {
		if err := ctx.Err(); err != nil {
			return err
		}
		trial := agents.Member{ID: fmt.Sprintf("p%d", t.Policies), Origin: "random", Policy: t.draw()}
		var whole bool
		if trial.Value.Return, whole = t.play(trial.Policy); whole && best.Insert(trial) && len(best.Members) > 2*best.Limit {
			best.Cut()
		}
	}
	best.Cut()
	t.Round, t.newest = round+1, nil
	for _, trial := range best.Members {
		value, err := t.rec.Evaluate(ctx, trial.Policy)
		if err != nil {
			return err
		}
		trial.Steps, trial.Value = t.Steps, value
		t.newest = append(t.newest, trial)
	}
	return nil
}

// draw makes the next policy.
func (t *training) draw() agents.Policy {
	return ppo.Untrained(&t.problem.Env.Spec, t.settings.Hidden, t.settings.Scale, rand.New(agents.NewRand(t.problem.Seed, "policy", t.Policies)))
}

// play runs an episode and returns its discounted return, and whether the budget reached to its end.
func (t *training) play(policy agents.Policy) (value []float64, whole bool) {
	actor := policy.NewActor(1)
	actor.Reset(0, rand.New(agents.NewRand(t.problem.Seed, "act", t.Policies)))
	t.env.Reset([]uint64{agents.Stream(t.problem.Seed, "episode", t.Policies)}, nil, t.obs)
	t.Policies++
	value = make([]float64, len(t.reward))
	undiscounted := make([]float64, len(t.reward))
	from, discount := t.Steps, 1.0
	for !whole && t.Steps < t.problem.Steps {
		actor.Act(t.obs, t.act)
		t.env.Step(t.act, t.obs, t.reward, t.term, t.trunc, t.final)
		t.Steps++
		for j, r := range t.reward {
			value[j] += discount * r
			undiscounted[j] += r
		}
		discount *= t.problem.Reference.Discount
		whole = t.term[0] || t.trunc[0]
	}
	t.rec.Step(t.Steps - from)
	if whole && t.sink != nil {
		t.sink(agents.Episode{Steps: t.Steps, Length: t.Steps - from, Return: undiscounted, Terminated: t.term[0]})
	}
	return value, whole
}

// record puts what was measured into the archive and on the record.
func (t *training) record(int) error {
	for _, m := range t.newest {
		t.archive.Insert(m)
	}
	t.archive.Cut()
	state, err := t.freeze()
	if err != nil {
		return err
	}
	return t.rec.Record(agents.Evaluation{
		Phase: "search", Steps: t.Steps, Policies: t.newest, Archive: t.archive.Members,
		Columns: []float64{float64(t.Policies)}, StageEnd: t.Steps >= t.problem.Steps,
	}, state)
}
