package pql

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/envs"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := newTraining(s, problem, rec)
	rec.Columns("states", "vectors", "epsilon")
	if saved := rec.Restore(); saved != nil {
		if err := t.restore(saved); err != nil {
			return nil, err
		}
	}
	for round := t.Steps / s.EvalEvery; t.Steps < problem.Steps; round++ {
		if err := problem.Pool.Lockstep(ctx, 1, round, round+1, t.learn, t.record); err != nil {
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
	table    *table
	archive  agents.Archive
	newest   []agents.Member // as measured last

	env *envs.Vector[float32]
	pcg *rand.PCG
	rng *rand.Rand
	progress

	obs, next, final []float32
	action           []int32
	reward           []float64
	term, trunc      []bool
}

// progress is where learning is.
type progress struct {
	Steps   int
	Here    int     // present state
	Epsilon float64 // of the present episode
	Starts  []int32 // states in which episodes began, the first one first

	Length int       // of the present episode
	Return []float64 // of the present episode
}

func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) *training {
	spec := &problem.Env.Spec
	width, m := spec.Observation.Len(), spec.M()
	t := &training{
		settings: s, problem: problem, rec: rec, sink: rec.EpisodeSink(),
		table:   newTable(tabular.NewStates(width), spec.Action.N[0], m, s, problem.Reference.Point),
		archive: agents.Archive{Reference: problem.Reference.Point},
		env:     envs.NewVector[float32](problem.Env, 1, envs.NoReset),
		pcg:     agents.NewRand(problem.Seed, "explore"),
		obs:     make([]float32, width), next: make([]float32, width), final: make([]float32, width),
		action: make([]int32, 1), reward: make([]float64, m), term: make([]bool, 1), trunc: make([]bool, 1),
	}
	t.rng = rand.New(t.pcg)
	t.Return = make([]float64, m)
	t.env.Reset([]uint64{agents.Stream(problem.Seed, "env")}, nil, t.obs)
	t.begin()
	return t
}

// begin starts an episode in the state of the present observation.
func (t *training) begin() {
	t.Here = t.table.states.Number(t.obs)
	known := false
	for _, s := range t.Starts {
		known = known || int(s) == t.Here
	}
	if !known {
		t.Starts = append(t.Starts, int32(t.Here))
	}
	s := t.settings
	t.Epsilon = s.Epsilon + (s.EpsilonFinal-s.Epsilon)*min(1, float64(t.Steps)/float64(s.EpsilonSteps))
}

// learn takes the steps up to the end of a round and measures the front.
func (t *training) learn(ctx context.Context, _, round int) error {
	end := min((round+1)*t.settings.EvalEvery, t.problem.Steps)
	from := t.Steps
	for t.Steps < end {
		if t.Steps%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := t.step(); err != nil {
			return err
		}
	}
	t.rec.Step(end - from)
	return t.measure(ctx)
}

// step acts once and learns from what happens.
func (t *training) step() error {
	a := t.choose()
	t.action[0] = int32(a)
	t.env.Step(envs.Actions[float32]{Discrete: t.action}, t.next, t.reward, t.term, t.trunc, t.final)
	t.Steps++
	there := t.table.states.Number(t.next)
	if err := t.table.learn(t.Here, a, t.reward, there, t.term[0]); err != nil {
		return err
	}
	t.Here = there
	t.Length++
	for j, r := range t.reward {
		t.Return[j] += r
	}
	if t.term[0] || t.trunc[0] {
		if t.sink != nil {
			t.sink(agents.Episode{Steps: t.Steps, Length: t.Length, Return: slices.Clone(t.Return), Terminated: t.term[0]})
		}
		t.Length = 0
		clear(t.Return)
		t.env.Reset(nil, nil, t.obs)
		t.begin()
	}
	return nil
}

// choose returns a random action with probability ε, else one with the best score.
func (t *training) choose() int {
	actions := t.table.actions
	if t.rng.Float64() < t.Epsilon {
		return t.rng.IntN(actions)
	}
	best, ties, chosen := math.Inf(-1), 0, 0
	for a, score := range t.table.scoresOf(t.Here) {
		switch {
		case score > best:
			best, ties, chosen = score, 1, a
		case score == best:
			if ties++; t.rng.IntN(ties) == 0 {
				chosen = a
			}
		}
	}
	return chosen
}

// measure lets a policy for every return on the front of the start act.
func (t *training) measure(ctx context.Context) error {
	t.newest = nil
	front := t.table.front(int(t.Starts[0]))
	m := t.table.m
	for i := 0; i*m < len(front); i++ {
		policy := t.table.track(t.Starts, front[i*m:(i+1)*m], t.problem.Env.Spec.Horizon)
		value, err := t.rec.Evaluate(ctx, policy)
		if err != nil {
			return err
		}
		t.newest = append(t.newest, agents.Member{
			ID: fmt.Sprintf("s%d.v%d", t.Steps, i), Origin: "track", Steps: t.Steps, Value: value, Policy: policy,
		})
	}
	return nil
}

// record puts what was measured into the archive and on the record.
func (t *training) record(round int) error {
	for _, m := range t.newest {
		t.archive.Insert(m)
	}
	state, err := t.freeze()
	if err != nil {
		return err
	}
	return t.rec.Record(agents.Evaluation{
		Phase: "learn", Steps: t.Steps, Updates: t.Steps, Policies: t.newest, Archive: t.archive.Members,
		Columns:  []float64{float64(t.table.states.Len()), float64(t.table.vectors()), t.Epsilon},
		StageEnd: t.Steps == t.problem.Steps,
	}, state)
}
