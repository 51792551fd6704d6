package cmorl

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"maps"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := &training{
		settings: s, problem: problem, rec: rec,
		budget:  s.budget(problem.Env.Spec.M(), problem.Steps),
		archive: archive{reference: problem.Reference.Point, limit: s.ArchiveSize},
		state:   state{Stage: 1, History: history{}},
	}
	rec.Columns("selected", "paths", "infeasible", "reselections")
	if saved := rec.Restore(); saved != nil {
		if err := t.restore(saved); err != nil {
			return nil, err
		}
	}
	if t.Stage == 1 {
		if err := t.initialise(ctx); err != nil {
			return nil, err
		}
	}
	for t.plan() {
		if err := t.extend(ctx); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: t.archive.members}, nil
}

// training is a run of the algorithm.
type training struct {
	settings *Settings
	problem  *agents.Problem
	rec      agents.Recorder
	budget   budget
	archive  archive
	state
}

// state is what a checkpoint holds beside the archive. Boundary counts the commits of the present
// stage 1 or round; the tasks stand at that boundary.
type state struct {
	Stage, Round, Boundary int
	Iterations             int // updates of each path in the present round
	Steps, Updates         int // up to the last commit
	Paths                  int // of stage 2 so far
	Infeasible             int // stage-2 updates that began infeasible, in finished rounds
	Extended               int // stage-2 updates in finished rounds
	Reselections           int
	History                history
	Tasks                  []pathState
}

// initialise is stage 1: M independent policies, each trained on the advantage w·A of its own
// preference; every one measured goes to the archive.
func (t *training) initialise(ctx context.Context) error {
	s := t.settings
	weights := WeightGrid(t.problem.Env.Spec.M(), s.WeightMin, s.WeightMax, s.WeightDelta)
	tasks := make([]*path, len(weights))
	for i := range tasks {
		seed := agents.Stream(t.problem.Seed, "stage1", i)
		if t.Boundary > 0 {
			p, err := t.restorePath(t.Tasks[i], seed)
			if err != nil {
				return err
			}
			tasks[i] = p
			continue
		}
		tasks[i] = &path{
			learner: ppo.New(t.problem.Env, s.Settings, t.problem.Reference.Discount, seed),
			origin:  fmt.Sprintf("stage1/w%d", i),
		}
	}
	u := t.budget.initial
	err := t.train(ctx, stage{
		tasks: tasks, updates: u, every: s.EvalEvery, phase: "stage1", weights: weights,
		update: func(p *path, i, k int) {
			p.learner.Collect()
			p.learner.Update(ppo.Fixed(weights[i]), rate(s.LearningRate, s.DecayStage1, k, u), s.Entropy)
			p.updates++
		},
		name: func(i, k int) string { return fmt.Sprintf("s1.w%d.u%d", i, k) },
		end:  func() { t.Stage, t.Round = 2, 1 },
	})
	return err
}

// plan reports whether the budget leaves another round of stage 2, or the rest of a resumed one.
func (t *training) plan() bool {
	if t.Boundary > 0 {
		return true
	}
	if t.settings.Mode == "stage1-only" || len(t.archive.members) == 0 {
		return false
	}
	return t.updatesLeft(min(t.settings.NumSelect, len(t.archive.members))*t.problem.Env.Spec.M()) > 0
}

// updatesLeft is how many updates each of a number of paths can make in a round.
func (t *training) updatesLeft(paths int) int {
	return min(t.budget.iter, (t.problem.Steps-t.Steps)/(paths*t.settings.StepsPerUpdate()))
}

// extend is one round of stage 2: the selected policies are improved along n paths each, at most K
// constrained updates long; every one measured goes to the archive.
func (t *training) extend(ctx context.Context) error {
	s := t.settings
	var tasks []*path
	if t.Boundary > 0 {
		for i, saved := range t.Tasks {
			p, err := t.restorePath(saved, agents.Stream(t.problem.Seed, "stage2", t.Round, i))
			if err != nil {
				return err
			}
			tasks = append(tasks, p)
		}
	} else {
		tasks = t.begin()
		t.Iterations = t.updatesLeft(len(tasks))
	}
	u := t.Iterations
	return t.train(ctx, stage{
		tasks: tasks, updates: u, every: s.EvalEvery2, phase: fmt.Sprintf("stage2/r%d", t.Round),
		update: func(p *path, i, k int) {
			p.update(rate(s.LearningRate2, s.DecayStage2, k, u), s.Entropy2)
		},
		name: func(i, k int) string { return fmt.Sprintf("s2.r%d.p%d.u%d", t.Round, i, k) },
		end: func() {
			for _, p := range t.Tasks {
				t.Infeasible += p.Infeasible
				t.Extended += p.Updates
			}
			t.Round++
		},
	})
}

// begin selects policies and draws the directions of a round.
func (t *training) begin() []*path {
	s, n := t.settings, t.problem.Env.Spec.M()
	chosen, forgot := t.History.choose(&t.archive, s.NumSelect)
	if forgot {
		t.Reselections++
	}
	ranges := t.archive.ranges()
	var tasks []*path
	for _, c := range chosen {
		for range n {
			k := t.Paths
			t.Paths++
			seed := agents.Stream(t.problem.Seed, "stage2", t.Round, len(tasks))
			rng := rand.New(agents.NewRand(seed, "direction"))
			start := t.archive.members[c]
			p := &path{constraint: constraint{Objective: s.objective(k, n), T: s.Barrier, Mean: s.BarrierMean}}
			p.origin = fmt.Sprintf("stage2/r%d/obj%d", t.Round, p.Objective)
			if p.Objective < 0 {
				p.Preference = simplex(n, rng)
				start = t.archive.members[t.archive.best(p.Preference)]
				p.origin = fmt.Sprintf("stage2/r%d/preference", t.Round)
			}
			p.parent = start.ID
			p.Slack = s.slacks(ranges, start.Value.Return, rng)
			p.learner = ppo.NewFrom(start.Policy.(*ppo.Policy).Model(), t.problem.Env, s.Settings, t.problem.Reference.Discount, seed)
			tasks = append(tasks, p)
		}
	}
	return tasks
}

// objective returns what path number k of stage 2 maximises, or -1 for a preference. Mixed
// directions give the first two of every n paths to objectives, in rotation, and the others to
// preferences; with two objectives that is the paper's one path per objective.
func (s *Settings) objective(k, n int) int {
	switch s.Directions {
	case "objective":
		return k % n
	case "preference":
		return -1
	}
	if k%n >= 2 {
		return -1
	}
	return (k/n*2 + k%n) % n
}

// stage describes the tasks that train carries through their updates.
type stage struct {
	tasks   []*path
	updates int
	every   int // updates between measurements
	phase   string
	weights [][]float64 // preference of each task, nil if it has none
	update  func(p *path, task, k int)
	name    func(task, updates int) string
	end     func() // runs with the last commit, before it is recorded
}

// train takes all tasks through their updates, side by side. After every few updates a task is
// measured; when all have reached the same boundary, their policies go to the archive in the order
// of tasks, and the evaluation is recorded with the snapshots taken there.
func (t *training) train(ctx context.Context, g stage) error {
	type measured struct {
		value agents.Value
		task  pathState
	}
	per := t.settings.StepsPerUpdate()
	boundaries := (g.updates + g.every - 1) / g.every
	results := make([][2]measured, len(g.tasks)) // a task is at most one boundary ahead
	at := func(boundary int) int { return min(boundary*g.every, g.updates) }

	work := func(ctx context.Context, i, b int) error {
		p := g.tasks[i]
		for k := at(b); k < at(b+1); k++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			g.update(p, i, k)
			t.rec.Step(per)
		}
		s := p.snapshot()
		value, err := t.rec.Evaluate(ctx, t.policy(s))
		results[i][b%2] = measured{value, s}
		return err
	}
	commit := func(b int) error {
		updates := (at(b+1) - at(b)) * len(g.tasks)
		t.Updates += updates
		t.Steps += updates * per
		t.Tasks = t.Tasks[:0:0]
		infeasible, extended := t.Infeasible, t.Extended
		e := agents.Evaluation{Phase: g.phase, Steps: t.Steps, Updates: t.Updates}
		for i := range g.tasks {
			r := results[i][b%2]
			m := agents.Member{
				ID: g.name(i, at(b+1)), Parent: r.task.Parent, Origin: r.task.Origin, Steps: t.Steps,
				Value: r.value, Policy: t.policy(r.task),
			}
			if g.weights != nil {
				m.Weight = g.weights[i]
			} else {
				m.Weight = r.task.Constraint.Preference
				infeasible += r.task.Infeasible
				extended += r.task.Updates
			}
			e.Policies = append(e.Policies, m)
			t.archive.insert(m)
			t.Tasks = append(t.Tasks, r.task)
		}
		t.Boundary = b + 1
		if b+1 == boundaries {
			t.archive.cut()
			g.end()
			t.Boundary, t.Tasks, e.StageEnd = 0, nil, true
		}
		share := 0.0
		if extended > 0 {
			share = float64(infeasible) / float64(extended)
		}
		e.Archive = t.archive.members
		e.Columns = []float64{float64(len(t.History)), float64(t.Paths), share, float64(t.Reselections)}
		return t.rec.Record(e, t.freeze().encode)
	}
	return t.problem.Pool.Lockstep(ctx, len(g.tasks), t.Boundary, boundaries, work, commit)
}

func (t *training) policy(s pathState) *ppo.Policy {
	return ppo.NewPolicy(s.Learner.Model, &t.problem.Env.Spec, &t.settings.Settings)
}

// checkpoint is everything that training goes on from.
type checkpoint struct {
	State   state
	Archive []savedMember
}

// savedMember is an archive member with its model in the place of the policy.
type savedMember struct {
	Member agents.Member
	Model  *ppo.Model
}

// freeze captures the state as of this commit. Later training does not change it.
func (t *training) freeze() *checkpoint {
	c := &checkpoint{State: t.state}
	c.State.History = maps.Clone(t.History)
	for _, m := range t.archive.members {
		model := m.Policy.(*ppo.Policy).Model()
		m.Policy = nil
		c.Archive = append(c.Archive, savedMember{m, model})
	}
	return c
}

func (c *checkpoint) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(c); err != nil {
		return nil, fmt.Errorf("cmorl: checkpoint: %w", err)
	}
	return b.Bytes(), nil
}

func (t *training) restore(b []byte) error {
	var c checkpoint
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return fmt.Errorf("cmorl: checkpoint: %w", err)
	}
	t.state = c.State
	if t.History == nil {
		t.History = history{}
	}
	for _, m := range c.Archive {
		m.Member.Policy = ppo.NewPolicy(m.Model, &t.problem.Env.Spec, &t.settings.Settings)
		t.archive.members = append(t.archive.members, m.Member)
	}
	return nil
}
