package cmorl

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// Train implements agents.Algorithm.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	t, err := newTraining(s, problem, rec)
	if err != nil {
		return nil, err
	}
	if t.Round == 0 {
		if err := t.initialise(ctx); err != nil {
			return nil, err
		}
	}
	for t.anotherRound() {
		if err := t.extend(ctx); err != nil {
			return nil, err
		}
	}
	return &agents.PolicySet{Members: t.archive.Members, Tables: t.thresholds()}, nil
}

// training is a run of the algorithm.
type training struct {
	settings   *Settings
	problem    *agents.Problem
	rec        agents.Recorder
	budget     budget
	archive    agents.Archive  // X
	candidates []agents.Member // that take the place of stage 1
	paths      []*path         // of stage 1 or of the present round; nil between them
	state
}

// newTraining is a run at its beginning, or where the recorder's checkpoint was made.
func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) (*training, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	t := &training{
		settings: s, problem: problem, rec: rec,
		budget:  s.budget(problem.Env.Spec.M(), problem.Steps),
		archive: agents.Archive{Reference: problem.Reference.Point, Limit: s.ArchiveSize},
	}
	if s.imitates() {
		if t.candidates = s.chooseCandidates(problem.Candidates, problem.Env.Spec.M()); len(t.candidates) == 0 {
			return nil, fmt.Errorf("cmorl: candidates is %q, but no policies came from there", s.Candidates.Run)
		}
	}
	if s.extends() {
		rec.Columns("selected", "paths", "infeasible", "violation", "reselections")
	}
	if saved := rec.Restore(); saved != nil {
		return t, t.restore(saved)
	}
	return t, nil
}

// initialise is stage 1: M independent policies, each trained on the advantage w·A of its own
// preference w, or on what a candidate does.
func (t *training) initialise(ctx context.Context) error {
	s := t.settings
	if t.paths == nil {
		t.paths, t.Iterations = t.firstPaths(), t.budget.initial
	}
	if s.imitates() {
		return t.improve(ctx, 1, func(p *path, _ int) { s.imitate(p) })
	}
	return t.improve(ctx, s.EvalEvery, func(p *path, u int) {
		p.learner.Collect()
		p.learner.Update(ppo.Fixed(p.Goal.Preference), ppo.Rate(s.LearningRate, s.DecayStage1, u, t.Iterations), s.Entropy)
	})
}

// anotherRound reports whether stage 2 goes on: with a round that was interrupted, or with a new
// one that the steps left can pay.
func (t *training) anotherRound() bool {
	if t.paths != nil {
		return true
	}
	if !t.settings.extends() || len(t.archive.Members) == 0 {
		return false
	}
	return t.affordable(min(t.settings.NumSelect, len(t.archive.Members))*t.problem.Env.Spec.M()) > 0
}

// affordable is how many updates each of a number of paths can make in a round: K, or fewer in the
// last round.
func (t *training) affordable(paths int) int {
	return min(t.budget.iterations, (t.problem.Steps-t.Steps)/(paths*t.settings.StepsPerUpdate()))
}

// extend is one round of stage 2: N policies from the sparsest regions of the archive are each
// improved along n paths, by K constrained updates at most.
func (t *training) extend(ctx context.Context) error {
	s := t.settings
	if t.paths == nil {
		var err error
		if t.paths, err = t.selectedPaths(); err != nil {
			return err
		}
		n := t.problem.Env.Spec.M()
		t.Iterations = t.affordable(len(t.paths) * n / s.pathsPerPolicy(n))
		if s.chained() {
			t.Iterations *= n
		}
	}
	step := s.step()
	return t.improve(ctx, s.EvalEveryStage2, func(p *path, u int) {
		if s.chained() {
			t.link(p, u)
		}
		p.update(step, s.rateStage2(p, u, t.Iterations), s.EntropyStage2)
	})
}

// rateStage2 is the learning rate of update u of n of a path.
func (s *Settings) rateStage2(p *path, u, n int) float64 {
	if s.RateStage2 == "inherit" || s.Mode == "reference-ipo" {
		return p.learner.Model().Adam.Rate
	}
	return ppo.Rate(s.LearningRateStage2, s.DecayStage2, u, n)
}

// link prepares update u of a chain, whose updates are shared out to the objectives, one after the other. As
// in the published code the noise is that of the update's number within its link, the same in every path.
func (t *training) link(p *path, u int) {
	links := t.Iterations / t.problem.Env.Spec.M()
	if l := u / links; l != p.Goal.Objective {
		p.Goal.Objective, p.Goal.Base = l, nil
		p.Last, p.Before = ppo.Episodes{}, ppo.Episodes{}
		p.Origin = objectiveOrigin(t.Round, l)
	}
	p.learner.Reseed(agents.Stream(t.problem.Seed, "reference-ipo", u%links))
}

func objectiveOrigin(round, l int) string { return fmt.Sprintf("stage2/r%d/obj%d", round, l) }

// firstPaths are the M tasks of stage 1, with fresh policies.
func (t *training) firstPaths() []*path {
	if t.settings.imitates() {
		return t.candidatePaths()
	}
	var paths []*path
	for i, w := range t.settings.preferences(t.problem.Env.Spec.M()) {
		paths = append(paths, &path{
			learner: ppo.New(t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, agents.Stream(t.problem.Seed, "stage1", i)),
			task: task{
				Name: fmt.Sprintf("s1.w%d", i), Origin: fmt.Sprintf("stage1/w%d", i),
				Goal: subproblem{Objective: -1, Preference: w},
			},
		})
	}
	return paths
}

// selectedPaths are the tasks of a round of stage 2. A path for an objective starts from the
// selected policy, a path for a preference from the best policy for it.
func (t *training) selectedPaths() ([]*path, error) {
	s, n := t.settings, t.problem.Env.Spec.M()
	order, err := s.order(&t.archive, rand.New(agents.NewRand(t.problem.Seed, "selection", t.Round)))
	if err != nil {
		return nil, err
	}
	chosen, forgot := t.History.choose(&t.archive, order, s.NumSelect)
	if forgot {
		t.Reselections++
	}
	ranges, values := t.archive.Ranges(), t.archive.Values()
	gaps := newGapFiller(values, ranges, append(s.preferences(n), t.Pursued...))
	var plan []extension
	if s.Directions == "hypervolume" && !s.unconstrained() {
		rng := rand.New(agents.NewRand(t.problem.Seed, "extensions", t.Round))
		if plan, err = extensions(&t.archive, ranges, s.Reach, len(chosen)*n, rng); err != nil {
			return nil, err
		}
	}
	var paths []*path
	for _, c := range chosen {
		for range s.pathsPerPolicy(n) {
			i := len(paths)
			seed := agents.Stream(t.problem.Seed, "stage2", t.Round, i)
			rng := rand.New(agents.NewRand(seed, "direction"))
			start := t.archive.Members[c]
			p := &path{task: task{
				Name: fmt.Sprintf("s2.r%d.p%d", t.Round, i),
				Goal: subproblem{Objective: s.objective(t.Paths, n), Sharpness: s.Barrier, Mean: s.BarrierMean, Free: s.unconstrained()},
			}}
			if l := p.Goal.Objective; l >= 0 {
				p.Origin = objectiveOrigin(t.Round, l)
			} else {
				p.Origin = fmt.Sprintf("stage2/r%d/preference", t.Round)
				if plan != nil {
					p.Goal.Preference, start = plan[i].preference, t.archive.Members[plan[i].start]
				} else {
					p.Goal.Preference = t.preference(gaps, rng)
					start = t.archive.Members[t.archive.Best(p.Goal.Preference)]
				}
			}
			p.Parent = start.ID
			p.Goal.Slack = s.slacks(values, ranges, start.Value.Return, rng)
			if s.Mode == "ipo-literal" {
				p.Goal.Base = start.Value.Return
			}
			p.learner = ppo.NewFrom(start.Policy.(*ppo.Policy).Model(), t.problem.Env, s.Settings, t.problem.Reference.Discount, seed)
			paths = append(paths, p)
			t.Paths += n / s.pathsPerPolicy(n)
		}
	}
	return paths, nil
}

// preference is what a path for a preference pursues.
func (t *training) preference(gaps *gapFiller, rng *rand.Rand) []float64 {
	if t.settings.Directions != "gain" {
		return simplex(t.problem.Env.Spec.M(), rng)
	}
	w := gaps.next(rng)
	t.Pursued = append(t.Pursued, w)
	return w
}
