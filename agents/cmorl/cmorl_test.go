package cmorl

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"sync/atomic"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

// memory is a recorder that keeps what it is given.
type memory struct {
	problem  *agents.Problem
	episodes int
	resume   []byte
	columns  []string
	records  []agents.Evaluation
	last     func() ([]byte, error)
	onRecord func(n int) error
	steps    atomic.Int64
}

func (m *memory) Columns(names ...string) { m.columns = names }
func (m *memory) Restore() []byte         { return m.resume }
func (m *memory) Step(n int)              { m.steps.Add(int64(n)) }
func (m *memory) Record(e agents.Evaluation, state func() ([]byte, error)) error {
	m.records = append(m.records, e)
	m.last = state
	if len(e.Columns) != len(m.columns) {
		return fmt.Errorf("%d values for columns %v", len(e.Columns), m.columns)
	}
	if m.onRecord != nil {
		return m.onRecord(len(m.records))
	}
	return nil
}

func (m *memory) Evaluate(_ context.Context, p agents.Policy) (agents.Value, error) {
	spec := &m.problem.Env.Spec
	n, k := max(1, m.episodes), spec.M()
	v := envs.NewVector[float32](m.problem.Env, n, envs.NoReset)
	obs, final := make([]float32, n*spec.Observation.Len()), make([]float32, n*spec.Observation.Len())
	rew, term, trunc := make([]float64, n*k), make([]bool, n), make([]bool, n)
	act := envs.Actions[float32]{}
	if spec.Action.Kind == envs.KindDiscrete {
		act.Discrete = make([]int32, n)
	} else {
		act.Box = make([]float32, n*spec.Action.Len())
	}
	actor := p.NewActor(n)
	value := agents.Value{Return: make([]float64, k), StdErr: make([]float64, k), Undiscounted: make([]float64, k), Episodes: n}
	for i := range n {
		seeds := make([]uint64, n)
		for j := range seeds {
			seeds[j] = agents.Stream(m.problem.Seed, "eval", j)
		}
		// One episode after the other keeps this test double short.
		v.Reset(seeds, nil, obs)
		weight := 1.0
		for {
			actor.Act(obs, act)
			v.Step(act, obs, rew, term, trunc, final)
			for j := range k {
				value.Return[j] += weight * rew[i*k+j] / float64(n)
				value.Undiscounted[j] += rew[i*k+j] / float64(n)
			}
			weight *= m.problem.Reference.Discount
			if term[i] || trunc[i] {
				break
			}
			for j := range n { // others may have ended: begin them again, they are not counted
				if term[j] || trunc[j] {
					mask := make([]bool, n)
					mask[j] = true
					v.Reset(nil, mask, obs)
				}
			}
		}
	}
	return value, nil
}

func makeProblem(t testing.TB, id string, steps, workers int) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	return &agents.Problem{Env: e, Steps: steps, Seed: 3, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, a.(*Settings)
}

// values of a set, for comparison bit for bit.
func fingerprint(s *agents.PolicySet) string {
	text := ""
	for _, m := range s.Members {
		text += fmt.Sprintln(m.ID, m.Parent, m.Origin, m.Steps, m.Value.Return, m.Policy.(*ppo.Policy).Model().Params[:8])
	}
	return text
}

// TestSameArchiveOnAnyNumberOfWorkers: check 6, first half.
func TestSameArchiveOnAnyNumberOfWorkers(t *testing.T) {
	var want string
	for _, workers := range []int{1, 2, 8} {
		p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 60_000, workers)
		set, err := s.Train(context.Background(), p, &memory{problem: p})
		if err != nil {
			t.Fatal(err)
		}
		got := fingerprint(set)
		if len(set.Members) == 0 {
			t.Fatal("empty archive")
		}
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d workers give\n%s\none worker gives\n%s", workers, got, want)
		}
	}
}

// TestResumeGivesTheSameArchive: check 6, second half. Training is stopped after every few
// evaluations, in both stages, and goes on in a new process's place from the saved state.
func TestResumeGivesTheSameArchive(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 40_000, 2)
	s.UpdateIter = 3
	whole := &memory{problem: p}
	set, err := s.Train(context.Background(), p, whole)
	if err != nil {
		t.Fatal(err)
	}
	want := fingerprint(set)
	stop := errors.New("stop")
	for _, every := range []int{1, 3, 4} {
		var state []byte
		var records []agents.Evaluation
		for attempt := 0; ; attempt++ {
			if attempt > 100 {
				t.Fatal("does not end")
			}
			rec := &memory{problem: p, resume: state}
			rec.onRecord = func(n int) error {
				if n == every {
					return stop
				}
				return nil
			}
			set, err := s.Train(context.Background(), p, rec)
			records = append(records, rec.records...)
			if err == nil {
				if got := fingerprint(set); got != want {
					t.Errorf("stopped every %d evaluations:\n%s\nuninterrupted:\n%s", every, got, want)
				}
				break
			}
			if !errors.Is(err, stop) {
				t.Fatal(err)
			}
			if state, err = rec.last(); err != nil {
				t.Fatal(err)
			}
		}
		if len(records) != len(whole.records) {
			t.Fatalf("stopped every %d: %d evaluations, uninterrupted %d", every, len(records), len(whole.records))
		}
		for i, r := range records {
			w := whole.records[i]
			if r.Phase != w.Phase || r.Steps != w.Steps || r.Updates != w.Updates || !reflect.DeepEqual(r.Columns, w.Columns) {
				t.Errorf("stopped every %d, evaluation %d: %s %d %d %v, uninterrupted %s %d %d %v", every, i,
					r.Phase, r.Steps, r.Updates, r.Columns, w.Phase, w.Steps, w.Updates, w.Columns)
			}
		}
	}
}

// TestStateIsThatOfTheRecord: the state handed to Record stays what it was while training goes on.
func TestStateIsThatOfTheRecord(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 30_000, 2)
	rec := &memory{problem: p}
	var funcs []func() ([]byte, error)
	var early [][]byte
	rec.onRecord = func(int) error {
		funcs = append(funcs, rec.last)
		b, err := rec.last()
		early = append(early, b)
		return err
	}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	for i, f := range funcs {
		late, err := f()
		if err != nil {
			t.Fatal(err)
		}
		var a, b checkpointLens
		a.measure(t, early[i])
		b.measure(t, late)
		if a != b {
			t.Errorf("state %d was %+v and became %+v", i, a, b)
		}
	}
}

// checkpointLens are figures of a checkpoint; gob writes maps in random order, so that bytes
// cannot be compared.
type checkpointLens struct {
	stage, round, boundary, steps, paths, history, archive, tasks int
	sum                                                           float64
}

func (c *checkpointLens) measure(t *testing.T, b []byte) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 30_000, 1)
	tr := &training{settings: s, problem: p}
	if err := tr.restore(b); err != nil {
		t.Fatal(err)
	}
	*c = checkpointLens{stage: tr.Stage, round: tr.Round, boundary: tr.Boundary, steps: tr.Steps, paths: tr.Paths,
		history: len(tr.History), archive: len(tr.archive.members), tasks: len(tr.Tasks)}
	for _, task := range tr.Tasks {
		for _, x := range task.Learner.Model.Params {
			c.sum += float64(x)
		}
	}
}

// TestBudgetIsNeverExceeded counts the steps that learners really took.
func TestBudgetIsNeverExceeded(t *testing.T) {
	for _, steps := range []int{10_000, 33_333, 50_000} {
		p, s := makeProblem(t, "deep-sea-treasure-v0", steps, 2)
		rec := &memory{problem: p}
		if _, err := s.Train(context.Background(), p, rec); err != nil {
			t.Fatal(err)
		}
		last := rec.records[len(rec.records)-1].Steps
		if int(rec.steps.Load()) != last || last > steps || last < steps/2 {
			t.Errorf("budget %d: %d steps taken, %d recorded", steps, rec.steps.Load(), last)
		}
	}
	p, s := makeProblem(t, "deep-sea-treasure-v0", 1000, 1)
	if _, err := s.Train(context.Background(), p, &memory{problem: p}); err == nil {
		t.Error("a budget below one update was accepted")
	}
}

// TestStage1OnlySpendsTheWholeBudgetInStage1.
func TestStage1OnlySpendsTheWholeBudgetInStage1(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 30_000, 2)
	s.Mode = "stage1-only"
	rec := &memory{problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	for _, r := range rec.records {
		if r.Phase != "stage1" {
			t.Errorf("phase %s", r.Phase)
		}
	}
	if last := rec.records[len(rec.records)-1].Steps; last < 27_000 {
		t.Errorf("%d of 30000 steps used", last)
	}
}

// TestArchiveIsNonDominatedAboveTheReference at every evaluation.
func TestArchiveIsNonDominatedAboveTheReference(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 60_000, 2)
	s.ArchiveSize = 4
	rec := &memory{problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	for i, r := range rec.records {
		var rows [][]float64
		for _, m := range r.Archive {
			rows = append(rows, m.Value.Return)
			for j, g := range m.Value.Return {
				if g < p.Reference.Point[j] {
					t.Errorf("evaluation %d: %v is below the reference", i, m.Value.Return)
				}
			}
		}
		if len(rows) == 0 {
			continue
		}
		f, err := pareto.NewFront(rows)
		if err != nil {
			t.Fatal(err)
		}
		if nd, _ := pareto.NonDominated(f); len(nd) != len(rows) {
			t.Errorf("evaluation %d: %d of %d members are non-dominated", i, len(nd), len(rows))
		}
		if r.StageEnd && len(rows) > 4 {
			t.Errorf("evaluation %d ends a stage with %d members, the limit is 4", i, len(rows))
		}
	}
}

// twoGoals is check 5: one step, action a, reward (-(a-1)², -(a+1)²); the front is a in [-1, 1] and
// all returns are non-positive.
type twoGoals struct{ A float64 }

func (g *twoGoals) Reset(*envs.RNG) { g.A = 0 }
func (g *twoGoals) Step(_ *envs.RNG, a envs.Action, r []float64) bool {
	g.A = a.Box[0]
	r[0], r[1] = -(g.A-1)*(g.A-1), -(g.A+1)*(g.A+1)
	return true
}
func (g *twoGoals) Observe(obs []float64) { obs[0] = 0 }
func (g *twoGoals) State() any            { return &g.A }

func twoGoalsEnv() *envs.Environment {
	inf := math.Inf(1)
	return &envs.Environment{
		Spec: envs.Spec{
			ID: "two-goals", Observation: envs.Box("float64", []float64{0}, []float64{0}),
			Action:     envs.Box("float32", []float64{-inf}, []float64{inf}),
			Objectives: []envs.Objective{{Name: "right"}, {Name: "left"}},
			Reference:  envs.Reference{Discount: 1, Point: []float64{-20, -20}},
		},
		New: func() envs.Env { return &twoGoals{} },
	}
}

// TestExtensionStaysWithinItsThreshold: from the policy a = 0 (both returns -1 plus noise), the
// extension of objective 1 must move a to the right, but not so far that objective 2 falls below
// its threshold. Free optimisation would go to a = 1.
func TestExtensionStaysWithinItsThreshold(t *testing.T) {
	for _, logStd := range []float64{-2, 0} { // also when the policy is noisy
		e := twoGoalsEnv()
		s := &Settings{Barrier: 20, BarrierMean: true, Settings: ppo.Defaults()}
		s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.LogStdInit, s.LearningRate = 8, 64, 64, 5, logStd, 3e-3
		p := &path{learner: ppo.New(e, s.Settings, 1, 1)}
		p.constraint = constraint{Objective: 0, Slack: []float64{1, 1}, T: 20, Mean: true}
		for range 60 {
			p.update(s.LearningRate, 0)
			if p.updates == 1 {
				for j := range p.Base {
					if z := p.slackness(j, p.Base[j]); math.Abs(z-1) > 1e-12 {
						t.Errorf("log std %v: slackness of objective %d at the start is %v, want 1", logStd, j, z)
					}
				}
				if p.infeasible != 0 {
					t.Errorf("log std %v: the start is infeasible", logStd)
				}
			}
		}
		actor := p.learner.Policy().NewActor(1)
		act := envs.Actions[float32]{Box: make([]float32, 1)}
		actor.Act([]float32{0}, act)
		a := float64(act.Box[0])
		spread := math.Exp(2 * float64(logStd))
		// threshold: -(a+1)² - σ² >= -1 - σ₀² - 1, with σ free to shrink: (a+1)² <= 2 + σ₀²
		limit := math.Sqrt(2+spread) - 1
		if a < 0.1 || a > limit+0.1 {
			t.Errorf("log std %v: extension moved to a = %.3f, want within (0.1, %.3f]", logStd, a, limit+0.1)
		}
	}
}

func TestSlacks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	ranges, g := []float64{10, 0, 4}, []float64{-20, 300, 0}
	for range 100 {
		s := (&Settings{Slack: "random"}).slacks(ranges, g, rng)
		for j, r := range []float64{10, 3, 4} { // zero range: 0.01 max(1, |G|)
			if s[j] < 0.02*r || s[j] >= 0.52*r {
				t.Errorf("random slack %v of range %v", s[j], r)
			}
		}
	}
	beta := (&Settings{Slack: "beta", Beta: 0.9}).slacks(ranges, g, rng)
	for j, want := range []float64{2, 30, 0.004} {
		if math.Abs(beta[j]-want) > 1e-12 {
			t.Errorf("beta slack %d is %v, want %v", j, beta[j], want)
		}
	}
	if a := (&Settings{Slack: "range", Alpha: 0.1}).slacks(ranges, g, rng); math.Abs(a[0]-1) > 1e-12 {
		t.Errorf("range slack %v, want 1", a[0])
	}
}

// TestDirections: with two objectives every path maximises an objective; with more, two of every n
// do, in rotation.
func TestDirections(t *testing.T) {
	for _, c := range []struct {
		directions string
		n          int
		want       []int
	}{
		{"mixed", 2, []int{0, 1, 0, 1}},
		{"mixed", 3, []int{0, 1, -1, 2, 0, -1, 1, 2, -1}},
		{"mixed", 6, []int{0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1, 4, 5}},
		{"objective", 3, []int{0, 1, 2, 0}},
		{"preference", 3, []int{-1, -1}},
	} {
		s := &Settings{Directions: c.directions}
		for k, want := range c.want {
			if got := s.objective(k, c.n); got != want {
				t.Errorf("%s, %d objectives, path %d: %d, want %d", c.directions, c.n, k, got, want)
			}
		}
	}
}
