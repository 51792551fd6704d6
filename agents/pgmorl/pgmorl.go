package pgmorl

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/pareto"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	t, err := newTraining(s, problem, rec)
	if err != nil {
		return nil, err
	}
	if t.Generation == 0 {
		if t.paths == nil {
			if err := t.firstPaths(ctx); err != nil {
				return nil, err
			}
		}
		if err := t.generation(ctx); err != nil {
			return nil, err
		}
	}
	for t.paths != nil || t.affordable(s.Tasks) > 0 {
		if t.paths == nil {
			if err := t.selectPaths(); err != nil {
				return nil, err
			}
		}
		if err := t.generation(ctx); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: t.archive.Members}, nil
}

// training is a run of the algorithm.
type training struct {
	settings   *Settings
	problem    *agents.Problem
	rec        agents.Recorder
	warmup     int // updates of each warm-up policy
	archive    agents.Archive
	population population
	paths      []*path // of the present generation; nil between two
	state
}

// path is a policy in training with a preference.
type path struct {
	learner *ppo.Learner
	route
}

// route is what a path does and where it is.
type route struct {
	Name, Parent, Origin string
	Weight               []float64
	Node                 int // its last node in the history
}

func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) (*training, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := &training{
		settings: s, problem: problem, rec: rec,
		warmup:     s.warmup(problem.Env.Spec.M(), problem.Steps),
		archive:    agents.Archive{Reference: problem.Reference.Point, Limit: s.ArchiveSize},
		population: newPopulation(s, problem.Reference.Point),
	}
	rec.Columns("generation", "population", "tasks")
	if saved := rec.Restore(); saved != nil {
		return t, t.restore(saved)
	}
	return t, nil
}

// affordable is how many updates each of a number of paths can make in a generation.
func (t *training) affordable(paths int) int {
	return min(t.settings.GenerationUpdates, (t.problem.Steps-t.Steps)/(paths*t.settings.StepsPerUpdate()))
}

// total is the number of updates of one path after another over the whole run, which the learning rate
// decays over.
func (t *training) total() int {
	s := t.settings
	warm := t.warmup * len(s.preferences(t.problem.Env.Spec.M())) * s.StepsPerUpdate()
	return t.warmup + max(0, t.problem.Steps-warm)/(s.Tasks*s.StepsPerUpdate())
}

// firstPaths makes the tasks of the warm-up, with fresh policies, which are the roots of the history.
func (t *training) firstPaths(ctx context.Context) error {
	t.Iterations = t.warmup
	for i, w := range t.settings.preferences(t.problem.Env.Spec.M()) {
		t.paths = append(t.paths, &path{
			learner: ppo.New(t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, agents.Stream(t.problem.Seed, "warmup", i)),
			route:   route{Name: fmt.Sprintf("w%d", i), Origin: fmt.Sprintf("warmup/w%d", i), Weight: w},
		})
	}
	values := make([]agents.Value, len(t.paths))
	err := t.problem.Pool.Run(ctx, len(t.paths), func(ctx context.Context, i int) (err error) {
		values[i], err = t.rec.Evaluate(ctx, t.paths[i].learner.Policy())
		return err
	})
	for i, p := range t.paths {
		if err == nil {
			p.Node = t.History.add(p.Weight, above(values[i].Return, t.archive.Reference), -1)
		}
	}
	return err
}

// selectPaths chooses the tasks of the next generation. While no policy exceeds the reference point in
// all objectives, those of the last generation go on as they were.
func (t *training) selectPaths() error {
	front := pareto.Front{M: len(t.archive.Reference)}
	for _, m := range t.archive.Members {
		front.X = append(front.X, above(m.Value.Return, t.archive.Reference)...)
	}
	rng := rand.New(agents.NewRand(t.problem.Seed, "selection", t.Generation))
	tasks, err := chooseTasks(t.settings, &t.population, t.History, front, rng)
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		for _, x := range t.last {
			tasks = append(tasks, task{x, preference(t.History[x.node].Weight)})
		}
	}
	tasks = tasks[:min(len(tasks), t.settings.Tasks)]
	t.Iterations = t.affordable(len(tasks))
	for i, x := range tasks {
		t.paths = append(t.paths, &path{
			learner: ppo.NewFrom(x.member.Policy.(*ppo.Policy).Model(), t.problem.Env, t.settings.Settings, t.problem.Reference.Discount,
				agents.Stream(t.problem.Seed, "generation", t.Generation, i)),
			route: route{
				Name: fmt.Sprintf("g%d.t%d", t.Generation, i), Parent: x.member.ID, Origin: fmt.Sprintf("generation/g%d", t.Generation),
				Weight: x.weight, Node: x.node,
			},
		})
	}
	return nil
}

// generation trains the paths and lets their policies into archive, history and population: into the
// archive whenever they are measured, into the others at the end and, in the warm-up, after as many
// updates as a generation has.
func (t *training) generation(ctx context.Context) error {
	s := t.settings
	total, paths := t.total(), t.paths
	per := s.StepsPerUpdate()
	course := agents.Course{Tasks: len(paths), Updates: t.Iterations, Every: s.EvalEvery, StepsPerUpdate: per, From: t.Boundary}
	sink, before := t.rec.EpisodeSink(), t.Steps-course.At(t.Boundary)*len(paths)*per
	update := func(i, u int) {
		l := paths[i].learner
		l.Report(sink, i, len(paths), before+u*len(paths)*per)
		l.Collect()
		l.Update(ppo.Fixed(paths[i].Weight), ppo.Rate(s.LearningRate, s.Decay, min(t.Before+u, total-1), total), s.Entropy)
	}
	snapshot := func(i int) (*ppo.Snapshot, agents.Policy) {
		x := paths[i].learner.Snapshot()
		return x, ppo.NewPolicy(x.Model, &t.problem.Env.Spec, &s.Settings)
	}
	commit := func(boundary int, measured []agents.Measured[*ppo.Snapshot]) error {
		updates := (course.At(boundary) - course.At(boundary-1)) * len(paths)
		t.Updates += updates
		t.Steps += updates * per
		t.Boundary, t.Saved = boundary, nil
		e := agents.Evaluation{Phase: t.phase(), Steps: t.Steps, Updates: t.Updates}
		over := boundary == course.Boundaries()
		stretch := course.At(boundary)/s.GenerationUpdates > course.At(boundary-1)/s.GenerationUpdates
		var offspring []individual
		for i, x := range measured {
			p := paths[i]
			m := agents.Member{
				ID: fmt.Sprintf("%s.u%d", p.Name, course.At(boundary)), Parent: p.Parent, Origin: p.Origin, Steps: t.Steps,
				Weight: p.Weight, Value: x.Value, Policy: x.Policy,
			}
			t.archive.Insert(m)
			e.Policies = append(e.Policies, m)
			if over || stretch {
				p.Node = t.History.add(p.Weight, above(x.Value.Return, t.archive.Reference), p.Node)
				offspring = append(offspring, individual{m, p.Node})
			}
			t.Saved = append(t.Saved, savedPath{p.route, x.State})
		}
		if offspring != nil {
			t.population.update(offspring)
			t.last = offspring
		}
		if over {
			t.archive.Cut()
			t.Generation++
			t.Before += t.Iterations
			t.Boundary, t.Saved, t.paths = 0, nil, nil
			e.StageEnd = true
		}
		e.Archive = t.archive.Members
		e.Columns = []float64{float64(t.Generation), float64(len(t.population.members)), float64(len(paths))}
		return t.rec.Record(e, t.freeze().encode)
	}
	return agents.Improve(ctx, t.problem.Pool, t.rec, course, update, snapshot, commit)
}

// phase names the warm-up or the present generation.
func (t *training) phase() string {
	if t.Generation == 0 {
		return "warmup"
	}
	return fmt.Sprintf("generation/g%d", t.Generation)
}
