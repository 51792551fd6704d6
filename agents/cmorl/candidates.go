package cmorl

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
)

// With candidates, the policies of an archive of behaviours take the place of stage 1: those that no other
// dominates, thinned out by crowding distance, are imitated by networks that stage 2 can train. Actor and
// critic learn from rollouts of the archived policy; every step of these counts.

func (s *Settings) candidateLimit() int { return cmp.Or(s.CandidateLimit, 20) }
func (s *Settings) cloneUpdates() int   { return cmp.Or(s.CloneUpdates, 2) }
func (s *Settings) cloneEpochs() int    { return cmp.Or(s.CloneEpochs, 10) }

// imitates reports whether candidates take the place of stage 1.
func (s *Settings) imitates() bool { return s.Candidates.Run != "" }

// checkCandidates reports settings of candidates that do not fit the others or the budget.
func (s *Settings) checkCandidates(steps int) error {
	for _, x := range []struct {
		key   string
		value int
	}{{"candidate_limit", s.CandidateLimit}, {"clone_updates", s.CloneUpdates}, {"clone_epochs", s.CloneEpochs}} {
		if x.value < 0 {
			return fmt.Errorf("%s is %d; give at least 1, or 0 for the usual number", x.key, x.value)
		}
		if x.value > 0 && !s.imitates() {
			return fmt.Errorf("%s is %d, but there are no candidates; set candidates to the directory of a run, or remove it", x.key, x.value)
		}
	}
	if !s.imitates() {
		if s.SHA256 != "" {
			return fmt.Errorf("candidates_sha256 is %q, but there are no candidates; set candidates to the directory of a run, or remove it", s.SHA256)
		}
		return nil
	}
	if !s.extends() {
		return fmt.Errorf("candidates is %q, which takes the place of stage 1, and mode is stage1-only; remove candidates or choose a mode with a stage 2", s.Candidates.Run)
	}
	if least := s.candidateLimit() * s.cloneUpdates() * s.StepsPerUpdate(); steps < least {
		return fmt.Errorf("%d steps are too few to imitate %d candidates in %d rollouts of %d steps each; give at least %d, or lower candidate_limit or clone_updates",
			steps, s.candidateLimit(), s.cloneUpdates(), s.StepsPerUpdate(), least)
	}
	return nil
}

// chooseCandidates returns those that no other dominates by its undiscounted returns, one of equal ones, and of
// more than the limit those with the largest crowding distance. They ascend in objective 1.
func (s *Settings) chooseCandidates(all []agents.Member, objectives int) []agents.Member {
	archive := agents.Archive{Reference: slices.Repeat([]float64{math.Inf(-1)}, objectives), Limit: s.candidateLimit()}
	for _, m := range all {
		m.Value = agents.Value{Return: m.Value.Undiscounted}
		archive.Insert(m)
	}
	archive.Cut()
	return archive.Members
}

// candidatePaths are the tasks that imitate the candidates, with fresh networks.
func (t *training) candidatePaths() []*path {
	var paths []*path
	for i, c := range t.candidates {
		paths = append(paths, &path{
			learner: ppo.New(t.problem.Env, t.settings.Settings, t.problem.Reference.Discount, agents.Stream(t.problem.Seed, "candidate", i)),
			teacher: c.Policy,
			task:    task{Name: fmt.Sprintf("s1.c%d", i), Origin: "candidate/" + c.ID, Goal: subproblem{Objective: -1}},
		})
	}
	return paths
}

// imitate is what takes the place of an update of stage 1.
func (s *Settings) imitate(p *path) {
	p.learner.Demonstrate(p.teacher)
	p.learner.Imitate(s.cloneEpochs(), s.LearningRate, s.Entropy)
}

// notesOnCandidates says which candidates were not reached by those that imitate them: by more than a hundredth
// of the range of the candidates and two standard errors.
func (t *training) notesOnCandidates(measured []agents.Measured[pathState]) []string {
	var notes, short []string
	chosen := agents.Archive{Reference: t.archive.Reference, Members: t.candidates}
	ranges := chosen.Ranges()
	for i, x := range measured {
		for j, want := range t.candidates[i].Value.Return {
			if x.Value.Undiscounted[j] < want-max(0.01*ranges[j], 2*x.Value.UndiscountedErr[j]) {
				short = append(short, fmt.Sprintf("%s %.4g for %.4g", t.candidates[i].ID, x.Value.Undiscounted, t.candidates[i].Value.Return))
				break
			}
		}
	}
	if len(short) > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d policies that imitate candidates return less than these did when they were archived (%s); where that is no luck, give more clone_updates or clone_epochs",
			len(short), len(measured), strings.Join(short, ", ")))
	}
	if len(t.archive.Members) == 0 {
		notes = append(notes, fmt.Sprintf("no candidate reaches the reference point %v in every objective, so that the archive is empty and stage 2 cannot begin; take the candidates of a longer search, or set a lower point in reference.points", t.archive.Reference))
	}
	return notes
}
