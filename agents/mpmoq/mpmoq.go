package mpmoq

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/tabular"
	"github.com/paretolab/paretolab/pareto"
)

// Train implements agents.Algorithm. It ends before its budget when no weights are left at which
// anything can be gained.
func (s *Settings) Train(ctx context.Context, problem *agents.Problem, rec agents.Recorder) (*agents.PolicySet, error) {
	t, err := newTraining(s, problem, rec)
	if err != nil {
		return nil, err
	}
	for round := len(t.answers); (round+1)*s.WeightSteps <= problem.Steps && !t.over; round++ {
		if err := problem.Pool.Lockstep(ctx, 1, round, round+1, t.weight, t.record); err != nil {
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
	learner  learner
	support  *pareto.LinearSupport
	archive  agents.Archive
	answers  []answer      // of all weights so far
	newest   agents.Member // of the last one
	pending  []float64     // weights of the next round where linear support names them
	over     bool          // no weights are left
}

// answer is what was measured for a weight vector.
type answer struct{ Weights, Value []float64 }

func newTraining(s *Settings, problem *agents.Problem, rec agents.Recorder) (*training, error) {
	if err := s.Check(problem.Env, problem.Steps); err != nil {
		return nil, err
	}
	spec := &problem.Env.Spec
	t := &training{
		settings: s, problem: problem, rec: rec,
		learner: learner{
			settings: s, problem: problem, states: tabular.NewStates(spec.Observation.Len()),
			best: slices.Repeat([]float64{math.Inf(-1)}, spec.M()), actions: spec.Action.N[0], m: spec.M(), sink: rec.EpisodeSink(),
		},
		archive: agents.Archive{Reference: problem.Reference.Point},
	}
	if s.remembers() {
		t.learner.memory = newMemory(nil)
	}
	var err error
	if t.support, err = pareto.NewLinearSupport(spec.M(), s.SupportMargin); err != nil {
		return nil, err
	}
	rec.Columns("weights", "states", "gain")
	if saved := rec.Restore(); saved != nil {
		return t, t.restore(saved)
	}
	t.ask()
	return t, nil
}

// weight chooses the weights of a round, learns a table for them and measures its policy.
func (t *training) weight(ctx context.Context, _, round int) error {
	w, err := t.next(ctx, round)
	if err != nil {
		return err
	}
	l := &t.learner
	var q table
	if best := t.bestFor(w); t.settings.Transfer && best >= 0 {
		q = slices.Clone(l.tables[best])
	}
	if err := l.learn(ctx, round, w, q); err != nil {
		return err
	}
	t.rec.Step(t.settings.WeightSteps)
	policy := l.policy(w, l.learned())
	value, err := t.rec.Evaluate(ctx, policy)
	if err != nil {
		return err
	}
	t.newest = agents.Member{
		ID: fmt.Sprintf("w%d", round), Origin: "weight", Steps: (round + 1) * t.settings.WeightSteps, Weight: w, Value: value, Policy: policy,
	}
	return nil
}

// record puts what was measured into the archive and on the record.
func (t *training) record(round int) error {
	gain := 0.0
	if before := t.bestFor(t.newest.Weight); before >= 0 {
		gain = dot(t.newest.Weight, t.newest.Value.Return) - dot(t.newest.Weight, t.answers[before].Value)
	}
	t.answers = append(t.answers, answer{t.newest.Weight, t.newest.Value.Return})
	if _, err := t.support.Add(t.newest.Weight, t.newest.Value.Return); err != nil {
		return err
	}
	t.ask()
	t.archive.Insert(t.newest)
	state, err := t.freeze()
	if err != nil {
		return err
	}
	return t.rec.Record(agents.Evaluation{
		Phase: "learn", Steps: t.newest.Steps, Updates: t.newest.Steps,
		Policies: []agents.Member{t.newest}, Archive: t.archive.Members,
		Columns:  []float64{float64(len(t.answers)), float64(t.learner.states.Len()), gain},
		Notes:    t.notes(),
		StageEnd: t.over || t.newest.Steps+t.settings.WeightSteps > t.problem.Steps,
	}, state)
}

// notes say that training ends before its budget.
func (t *training) notes() []string {
	if !t.over {
		return nil
	}
	return []string{fmt.Sprintf("mpmoq ended after %d of %d steps: linear support expects no gain at any weights; if tables had not converged, more weight_steps find more",
		t.newest.Steps, t.problem.Steps)}
}

// supported reports whether linear support names the weights of a round, which it must also be told of.
func (s *Settings) supported(round, m int) bool {
	return s.Weights == "ols" || s.Weights == "gpi-ls" && round < m
}

// ask finds out whether weights are left for the next round, and which if linear support names them.
func (t *training) ask() {
	switch {
	case t.settings.supported(len(t.answers), t.learner.m):
		w, _, ok := t.support.Next()
		t.pending, t.over = w, !ok
	case t.settings.Weights == "gpi-ls":
		t.over = len(t.unanswered()) == 0
	}
}

// bestFor returns the policy with the largest measured utility for weights w, -1 if there is none.
func (t *training) bestFor(w []float64) int {
	best, at := math.Inf(-1), -1
	for i, a := range t.answers {
		if u := dot(w, a.Value); u > best {
			best, at = u, i
		}
	}
	return at
}

// next returns the weights of a round.
func (t *training) next(ctx context.Context, round int) ([]float64, error) {
	m := t.learner.m
	switch {
	case t.settings.supported(round, m):
		return t.pending, nil
	case t.settings.Weights == "gpi-ls":
		return t.improvable(ctx)
	}
	rng := rand.New(agents.NewRand(t.problem.Seed, "weights", round))
	w, sum := make([]float64, m), 0.0
	for j := range w {
		w[j] = rng.ExpFloat64()
		sum += w[j]
	}
	for j := range w {
		w[j] /= sum
	}
	return w, nil
}

// unanswered are the corner weights that no policy was learned for.
func (t *training) unanswered() (corners [][]float64) {
	for _, w := range t.support.Corners() {
		if !slices.ContainsFunc(t.answers, func(a answer) bool { return near(a.Weights, w) }) {
			corners = append(corners, w)
		}
	}
	return corners
}

// improvable returns the corner weights at which the policies so far, combined by generalised policy
// improvement, gain most over each of them. Every corner is measured once.
func (t *training) improvable(ctx context.Context) ([]float64, error) {
	corners := t.unanswered()
	values := make([][]float64, len(corners))
	for i, w := range corners {
		v, err := t.rec.Evaluate(ctx, t.learner.policy(w, t.learner.tables...))
		if err != nil {
			return nil, err
		}
		values[i] = v.Return
	}
	most, at := math.Inf(-1), 0
	for i, w := range corners {
		combined := math.Inf(-1)
		for _, v := range values {
			combined = max(combined, dot(w, v))
		}
		if gain := combined - dot(w, t.answers[t.bestFor(w)].Value); gain > most {
			most, at = gain, i
		}
	}
	return corners[at], nil
}

func dot(w, v []float64) (u float64) {
	for j := range w {
		u += w[j] * v[j]
	}
	return u
}

func near(a, b []float64) bool {
	for j := range a {
		if math.Abs(a[j]-b[j]) > 1e-9 {
			return false
		}
	}
	return true
}
