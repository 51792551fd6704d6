package cmorl

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/internal/kern"
	"github.com/paretolab/paretolab/pareto"
)

// makeProblem returns a task and, as fresh as a new process would make them, its settings: the
// preset with smaller networks, fewer epochs and shorter rounds, for speed.
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
	s := a.(*Settings)
	s.Hidden, s.Epochs, s.NumSelect, s.UpdateIter = []int{16, 16}, 4, 2, 3
	return &agents.Problem{Env: e, Steps: steps, Seed: 3, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, s
}

// TestLaws: check 6 among them.
func TestLaws(t *testing.T) {
	for id, steps := range map[string]int{"fruit-tree-v0": 40_000, "deep-sea-treasure-concave-v0": 33_333} {
		t.Run(id, func(t *testing.T) {
			agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) { return makeProblem(t, id, steps, workers) })
		})
	}
}

func fingerprint(t *testing.T, s *agents.PolicySet) string {
	t.Helper()
	text, err := agentstest.Fingerprint(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSameArchiveOnAllAssemblyPaths: AVX2 and AVX-512 are one class of kernels, in which a seed
// gives the same bits.
func TestSameArchiveOnAllAssemblyPaths(t *testing.T) {
	defer func(path string) {
		if err := kern.Select(path); err != nil {
			t.Fatal(err)
		}
	}(kern.Path())
	var archives []string
	for _, path := range []string{"avx2", "avx512"} {
		if err := kern.Select(path); err != nil {
			t.Skip(err)
		}
		p, s := makeProblem(t, "fruit-tree-v0", 30_000, 2)
		set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, fingerprint(t, set))
	}
	if archives[0] != archives[1] {
		t.Errorf("AVX2 gives\n%s\nAVX-512 gives\n%s", archives[0], archives[1])
	}
}

// TestBudgetIsNeverExceeded counts the steps that learners really took.
func TestBudgetIsNeverExceeded(t *testing.T) {
	for _, steps := range []int{10_000, 33_333} {
		p, s := makeProblem(t, "deep-sea-treasure-v0", steps, 2)
		rec := &agentstest.Memory{Problem: p}
		if _, err := s.Train(context.Background(), p, rec); err != nil {
			t.Fatal(err)
		}
		last := rec.Records[len(rec.Records)-1].Steps
		if int(rec.Steps.Load()) != last || last > steps || last < steps/2 {
			t.Errorf("budget %d: %d steps taken, %d recorded", steps, rec.Steps.Load(), last)
		}
		// All of stage 2 is constrained, but for first rollouts of 64 steps in which no episode, of at
		// most 100, ended.
		saved, err := rec.Last()
		if err != nil {
			t.Fatal(err)
		}
		end, err := newTraining(s, p, &agentstest.Memory{Problem: p, Resume: saved})
		if err != nil {
			t.Fatal(err)
		}
		if want := end.Updates - end.budget.initial*len(s.preferences(2)); end.Constrained > want || end.Constrained < want*9/10 || end.anotherRound() {
			t.Errorf("budget %d: %d constrained updates, want %d", steps, end.Constrained, want)
		}
	}
}

// TestPathsOfARound: in a round of two policies and six objectives each policy gets two paths for
// objectives, which start from it, and four for preferences, which start from the best member for
// them; slacks are fractions of the archive's ranges, and no two paths share random numbers.
func TestPathsOfARound(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 40_000, 1)
	s.Directions, s.Slack = "mixed", "random"
	tr, err := newTraining(s, p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	for i, g := range [][]float64{{1, 0, 0, 5, 2, 3}, {2, 0, 3, 0, 2, 4}, {6, 0, 1, 1, 2, 0}, {2.5, 0, 0, 6, 2, 1}} {
		policy := ppo.New(p.Env, s.Settings, 1, uint64(i)).Policy()
		tr.archive.Insert(agents.Member{ID: fmt.Sprint(i), Value: agents.Value{Return: g}, Policy: policy})
	}
	ranges := []float64{5, 0.01, 3, 6, 0.02, 4} // without range: 0.01 max(1, |G|)
	tr.Round = 1
	paths, err := tr.selectedPaths()
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 12 || tr.Paths != 12 || len(tr.History) != 2 {
		t.Fatalf("%d paths, %d counted, %d policies selected", len(paths), tr.Paths, len(tr.History))
	}
	streams := map[float64]bool{}
	for i, x := range paths {
		want := slices.IndexFunc(tr.archive.Members, func(m agents.Member) bool { return slices.Equal(m.Value.Return, tr.History[i/6]) })
		objective := []int{0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1}[i]
		if objective < 0 {
			want = tr.archive.Best(x.Goal.Preference)
		}
		if x.Goal.Objective != objective || x.Parent != tr.archive.Members[want].ID {
			t.Errorf("path %d maximises %d from policy %s, want %d from %s", i, x.Goal.Objective, x.Parent, objective, tr.archive.Members[want].ID)
		}
		start := tr.archive.Members[want].Policy.(*ppo.Policy).Model()
		if !slices.Equal(x.learner.Model().Params, start.Params) {
			t.Errorf("path %d does not start with its parent's parameters", i)
		}
		for j, s := range x.Goal.Slack {
			if s < 0.02*ranges[j]-1e-12 || s > 0.52*ranges[j] {
				t.Errorf("path %d: slack %v of range %v", i, s, ranges[j])
			}
		}
		streams[x.Goal.Slack[0]] = true
	}
	if len(streams) != len(paths) {
		t.Errorf("%d paths have %d different slacks", len(paths), len(streams))
	}
}

// TestSharesOfTheBudget: updates of a stage-1 policy, and of a path per round where K is automatic,
// by hand.
func TestSharesOfTheBudget(t *testing.T) {
	for _, c := range []struct {
		id, mode      string
		steps, k      int
		initial, iter int
	}{
		// 0.3M of 0.6M over 5 policies and 8·64 steps
		{"deep-sea-treasure-v0", "ipo", 600_000, 10, 117, 10},
		{"deep-sea-treasure-v0", "stage1-only", 600_000, 10, 234, 10},
		// 0.05M over 6 policies and 8·32 steps; left 450 848, 48 updates of 36 paths
		{"fruit-tree-v0", "ipo", 500_000, 0, 32, 20},
		// left 90 784, 9 updates of 36 paths
		{"fruit-tree-v0", "ipo", 100_000, 0, 6, 5},
		// 2.97M over 6 policies and 8·256 steps
		{"minecart-v0", "ipo", 3_960_000, 10, 241, 10},
	} {
		p, _ := makeProblem(t, c.id, c.steps, 1)
		a, _, err := New(p.Env, "")
		if err != nil {
			t.Fatal(err)
		}
		s := a.(*Settings)
		s.Mode, s.UpdateIter, s.NumSelect = c.mode, c.k, 6
		if got := s.budget(p.Env.Spec.M(), c.steps); got != (budget{c.initial, c.iter}) {
			t.Errorf("%s %s with %d steps: %+v, want %d and %d", c.id, c.mode, c.steps, got, c.initial, c.iter)
		}
	}
}

// TestCheckNamesWhatIsWrong, also for Go users, whose settings no configuration has checked.
func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		change func(*Settings)
		steps  int
		want   string
	}{
		{func(*Settings) {}, 1000, "1000 steps are too few"},
		{func(s *Settings) { s.EvalEvery = 0 }, 100_000, "eval_every is 0"},
		{func(s *Settings) { s.Mode, s.TrustRegion = "cpo", 0 }, 100_000, "trust_region is 0"},
		{func(s *Settings) { s.NumSelect = -1 }, 100_000, "num_select is -1"},
		{func(s *Settings) { s.WeightMin, s.WeightMax = 0.5, 0.1 }, 100_000, "grid of stage-1 weights"},
		{func(s *Settings) { s.Minibatch = 1 << 20 }, 100_000, "minibatch is 1048576"},
		{func(s *Settings) { *s = Settings{} }, 100_000, "envs (0)"},
	} {
		p, s := makeProblem(t, "deep-sea-treasure-v0", c.steps, 1)
		c.change(s)
		_, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestStage1OnlySpendsTheWholeBudgetInStage1.
func TestStage1OnlySpendsTheWholeBudgetInStage1(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 30_000, 2)
	s.Mode = "stage1-only"
	rec := &agentstest.Memory{Problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	for _, r := range rec.Records {
		if r.Phase != "stage1" {
			t.Errorf("phase %s", r.Phase)
		}
	}
	if last := rec.Records[len(rec.Records)-1].Steps; last < 27_000 {
		t.Errorf("%d of 30000 steps used", last)
	}
}

// TestArchiveIsNonDominatedAboveTheReference at every evaluation, and no larger than its limit at
// the end of every stage. Whatever was measured is in it or weakly dominated by it (no return of this
// task lies below the reference).
func TestArchiveIsNonDominatedAboveTheReference(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 40_000, 2)
	s.ArchiveSize = 7
	rec := &agentstest.Memory{Problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	largest := 0
	for i, r := range rec.Records {
		largest = max(largest, len(r.Archive))
		var rows [][]float64
		for _, m := range r.Archive {
			rows = append(rows, m.Value.Return)
			for j, g := range m.Value.Return {
				if g < p.Reference.Point[j] {
					t.Errorf("evaluation %d: %v is below the reference", i, m.Value.Return)
				}
			}
		}
		f, err := pareto.NewFront(rows)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 {
			if nd, _ := pareto.NonDominated(f); len(nd) != len(rows) {
				t.Errorf("evaluation %d: %d of %d members are non-dominated", i, len(nd), len(rows))
			}
		}
		if r.StageEnd {
			if len(rows) > s.ArchiveSize {
				t.Errorf("evaluation %d ends a stage with %d members, the limit is %d", i, len(rows), s.ArchiveSize)
			}
			continue
		}
		for _, m := range r.Policies {
			g := m.Value.Return
			if !slices.ContainsFunc(rows, func(x []float64) bool { return pareto.WeaklyDominates(x, g) }) {
				t.Errorf("evaluation %d: %v was measured and lost", i, g)
			}
		}
	}
	if largest <= s.ArchiveSize {
		t.Errorf("the archive never exceeded its limit, so that nothing was tested")
	}
}

// TestFindsPointsThatNoLinearPreferenceHas: on the concave map stage 1 can end anywhere, but the
// optima of all linear preferences have a hypervolume of 804.57 and the whole front has 1101.38
// (discount 0.99, reference (0, -25); by exact solution of the map). A third of the quickstart's
// steps is enough for most of the difference.
func TestFindsPointsThatNoLinearPreferenceHas(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for 0.2M steps")
	}
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 200_000, 2)
	s.Hidden, s.Epochs, s.NumSelect, s.UpdateIter = []int{64, 64}, 10, 5, 10 // as the preset has them
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	front := pareto.Front{M: 2}
	for _, m := range set.Members {
		front = front.Append(m.Value.Return)
	}
	hv, err := pareto.Hypervolume(front, p.Reference.Point)
	if err != nil {
		t.Fatal(err)
	}
	if hv < 1050 || hv > 1101.385 {
		t.Errorf("hypervolume %.2f of %d policies, want more than 1050 of 1101.38", hv, len(set.Members))
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

// shifted adds constants to the rewards of twoGoals, so that returns have any sign.
type shifted struct {
	twoGoals
	by [2]float64
}

func (g *shifted) Step(rng *envs.RNG, a envs.Action, r []float64) bool {
	over := g.twoGoals.Step(rng, a, r)
	r[0], r[1] = r[0]+g.by[0], r[1]+g.by[1]
	return over
}

func twoGoalsPath(e *envs.Environment, logStd float64, minibatch int) *path {
	s := ppo.Defaults()
	s.Envs, s.Rollout, s.Minibatch, s.Epochs, s.LogStdInit, s.Hidden = 8, 64, minibatch, 5, logStd, []int{16, 16}
	return &path{
		learner: ppo.New(e, s, 1, 1),
		task:    task{Goal: subproblem{Objective: 0, Slack: []float64{1, 0.5}, Sharpness: 20, Mean: true}},
	}
}

// TestPathsStartFeasible: check 4. At its first update a path stands at z = 1, for returns that are
// positive, zero and negative, also when the policy is noisy: the returns of a Gaussian policy with
// standard deviation 1 are about 1 below those of its mean action, more than a whole slack.
func TestPathsStartFeasible(t *testing.T) {
	for _, logStd := range []float64{-3, 0} {
		for _, by := range [][2]float64{{0, 0}, {1 + math.Exp(2*logStd), 1}, {1, 50}, {300, -300}} {
			e := twoGoalsEnv()
			e.New = func() envs.Env { return &shifted{by: by} }
			p := twoGoalsPath(e, logStd, 64)
			p.update((*path).interiorPoint, 1e-3, 0)
			if p.Constrained != 1 || p.Infeasible != 0 {
				t.Errorf("log std %v, returns shifted by %v: %d of %d updates began infeasible", logStd, by, p.Infeasible, p.Constrained)
			}
			g, h := p.estimate()
			w := make([]float64, 2)
			p.weigh(g, h)(0, make([]float64, 2), w)
			for j := range g {
				if z := p.Goal.slackness(j, g[j]); math.Abs(z-1) > 1e-9 {
					t.Errorf("log std %v, returns shifted by %v: z of objective %d is %v", logStd, by, j, z)
				}
			}
			if want := []float64{1, 1 / (20 * 0.5)}; math.Abs(w[0]-want[0]) > 1e-9 || math.Abs(w[1]-want[1]) > 1e-9 {
				t.Errorf("log std %v, returns shifted by %v: weights %v, want %v", logStd, by, w, want)
			}
			if deterministic := by[1] - 1; logStd == 0 && g[1] > deterministic-0.5 {
				t.Errorf("on-policy return %v is not far below the deterministic %v", g[1], deterministic)
			}
		}
	}
}

// TestMultipliersDoNotDependOnMinibatches: check 4. While ρ = 1, here by a learning rate of 0, every
// epoch has the same weights, whatever the minibatches.
func TestMultipliersDoNotDependOnMinibatches(t *testing.T) {
	var want []float64
	for _, minibatch := range []int{16, 64, 512} {
		p := twoGoalsPath(twoGoalsEnv(), 0, minibatch)
		p.update((*path).interiorPoint, 0, 0)
		p.learner.Collect()
		p.Before, p.Last = p.Last, p.learner.Episodes.Clone()
		g, h := p.estimate()
		weigh := p.weigh(g, h)
		p.learner.Update(func(epoch int, drift, w []float64) {
			weigh(epoch, drift, w)
			if want == nil {
				want = slices.Clone(w)
			}
			if !slices.Equal(w, want) {
				t.Errorf("minibatches of %d, epoch %d: weights %v, want %v", minibatch, epoch, w, want)
			}
		}, 0, 0)
	}
}

// TestEstimates by hand: the on-policy return is the mean over the episodes of two rollouts, and a
// drift per step counts over their mean length, 1 + γ + γ² for three steps.
func TestEstimates(t *testing.T) {
	for _, c := range []struct {
		gamma, h float64
		last     ppo.Episodes
		before   ppo.Episodes
		want     []float64
	}{
		{1, 3, ppo.Episodes{N: 1, Return: []float64{6, -2}, Length: 5}, ppo.Episodes{N: 2, Return: []float64{3, 5}, Length: 4}, []float64{3, 1}},
		{0.5, 1.75, ppo.Episodes{N: 2, Return: []float64{8, -8}, Length: 6}, ppo.Episodes{}, []float64{4, -4}},
		{0.5, 0, ppo.Episodes{Return: []float64{0, 0}}, ppo.Episodes{}, nil},
	} {
		p := &path{learner: &ppo.Learner{EpisodeDiscount: c.gamma}, task: task{Last: c.last, Before: c.before}}
		g, h := p.estimate()
		if !slices.Equal(g, c.want) || math.Abs(h-c.h) > 1e-12 {
			t.Errorf("γ %v: %v and horizon %v, want %v and %v", c.gamma, g, h, c.want, c.h)
		}
		if g == nil {
			continue
		}
		p.Goal = subproblem{Objective: 0, Base: g, Slack: []float64{1, 2}, Sharpness: 20}
		w := make([]float64, 2)
		p.weigh(g, h)(1, []float64{0, -0.4}, w)
		// z = 1 - 0.4·h/2
		if want := 1 / (20 * (1 - 0.2*h) * 2); math.Abs(w[1]-want) > 1e-12 {
			t.Errorf("γ %v: weight %v after a drift, want %v", c.gamma, w[1], want)
		}
	}
}

// TestExtensionStaysWithinItsThreshold: check 5. From the policy a = 0 (both returns -1 plus noise),
// the extension of objective 1 must move a to the right, but not so far that objective 2 falls below
// its threshold. Free optimisation would go to a = 1.
func TestExtensionStaysWithinItsThreshold(t *testing.T) {
	for _, logStd := range []float64{-2, 0} { // also when the policy is noisy
		p := twoGoalsPath(twoGoalsEnv(), logStd, 64)
		for range 60 {
			p.update((*path).interiorPoint, 3e-3, 0)
		}
		act := envs.Actions[float32]{Box: make([]float32, 1)}
		p.learner.Policy().NewActor(1).Act([]float32{0}, act)
		a := float64(act.Box[0])
		// -(a+1)² - σ² >= -1 - σ₀² - s, where training may shrink σ to 0: (a+1)² <= 1 + s + σ₀²
		limit := math.Sqrt(1+p.Goal.Slack[1]+math.Exp(2*logStd)) - 1
		if a < 0.1 || a > limit+0.05 {
			t.Errorf("log std %v: extension moved to a = %.3f, want within (0.1, %.3f]", logStd, a, limit+0.05)
		}
		// The estimate of two rollouts is noisy by about a tenth of the slack.
		if g, _ := p.estimate(); p.Goal.slackness(1, g[1]) < -0.2 {
			t.Errorf("log std %v: objective 2 ends at z = %v", logStd, p.Goal.slackness(1, g[1]))
		}
	}
}

func TestSlacks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	ranges, g := []float64{10, 0, 4}, []float64{-20, 300, 0}
	for range 100 {
		s := (&Settings{Slack: "random"}).slacks(nil, ranges, g, rng)
		for j, r := range []float64{10, 3, 4} { // zero range: 0.01 max(1, |G|)
			if s[j] < 0.02*r || s[j] >= 0.52*r {
				t.Errorf("random slack %v of range %v", s[j], r)
			}
		}
	}
	beta := (&Settings{Slack: "beta", Beta: 0.9}).slacks(nil, ranges, g, rng)
	for j, want := range []float64{2, 30, 0.004} {
		if math.Abs(beta[j]-want) > 1e-12 {
			t.Errorf("beta slack %d is %v, want %v", j, beta[j], want)
		}
	}
	if a := (&Settings{Slack: "range", Alpha: 0.1}).slacks(nil, ranges, g, rng); math.Abs(a[0]-1) > 1e-12 {
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
