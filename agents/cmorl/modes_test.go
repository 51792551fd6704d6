package cmorl

import (
	"context"
	"errors"
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
)

// TestSelectionMethods on a front by hand: 0 and 4 are its ends, 1 is lonely, 3 has the largest
// volume of its own above (0, 0).
func TestSelectionMethods(t *testing.T) {
	a := archiveOf(9, []float64{0, 0}, []float64{0, 10}, []float64{1, 4}, []float64{3, 3.5}, []float64{6, 3}, []float64{7, 0})
	for _, c := range []struct {
		selection string
		want      []int
	}{
		// Inner distances: 3/7+6.5/10, 5/7+1/10, 4/7+3.5/10; the ends are infinite.
		{"crowding", []int{0, 4, 1, 3, 2}},
		// The best of each objective are 0 and 4 as before: each is the worst of the other.
		{"crowding-best-extremes", []int{0, 4, 1, 3, 2}},
		// Volumes alone: 0, 1·0.5, 2·0.5, 3·3, 0.
		{"hv-contribution", []int{3, 2, 1, 0, 4}},
	} {
		got, err := (&Settings{Selection: c.selection}).order(a, nil)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.selection, got, err, c.want)
		}
	}
	random := &Settings{Selection: "random"}
	firsts := map[int]int{}
	for seed := range uint64(500) {
		got, _ := random.order(a, rand.New(rand.NewPCG(seed, 1)))
		firsts[got[0]]++
	}
	for i := range 5 {
		if firsts[i] < 60 || firsts[i] > 140 {
			t.Errorf("random selection takes member %d first in %d of 500 draws, want about 100", i, firsts[i])
		}
	}
}

// TestWorstEndsAreNoExtremes: with three objectives the worst of each comes after the best ones
// where only the better end is infinite.
func TestWorstEndsAreNoExtremes(t *testing.T) {
	a := archiveOf(9, make([]float64, 3),
		[]float64{0, 5, 5}, []float64{5, 0, 6}, []float64{6, 6, 0}, []float64{7, 4, 4}, []float64{4, 7, 3}, []float64{3, 3, 7})
	// In order of objective 1: (0,5,5) (3,3,7) (4,7,3) (5,0,6) (6,6,0) (7,4,4); the best are 1, 2 and 5.
	got, err := (&Settings{Selection: "crowding-best-extremes"}).order(a, nil)
	if err != nil || !slices.Equal(slices.Sorted(slices.Values(got[:3])), []int{1, 2, 5}) {
		t.Errorf("order %v %v, want 1, 2 and 5 in front", got, err)
	}
	if n := infinite(oneSidedCrowding(a.Front())); n != 3 {
		t.Errorf("%d infinite distances, want one per objective", n)
	}
	if got := a.ByCrowding()[:3]; slices.Equal(slices.Sorted(slices.Values(got)), []int{1, 2, 5}) {
		t.Error("crowding has the same order; the case shows nothing")
	}
}

func infinite(d []float64) (n int) {
	for _, x := range d {
		if math.IsInf(x, 1) {
			n++
		}
	}
	return n
}

// TestFreePathsIgnoreThresholds: from a = 0 free optimisation of objective 1 goes to a = 1, where
// objective 2 is -4, far below its threshold -1.5, and the path says so.
func TestFreePathsIgnoreThresholds(t *testing.T) {
	p := twoGoalsPath(twoGoalsEnv(), -1, 64)
	p.Goal.Free = true
	for range 60 {
		p.update((*path).interiorPoint, 1e-3, 0)
	}
	act := envs.Actions[float32]{Box: make([]float32, 1)}
	p.learner.Policy().NewActor(1).Act([]float32{0}, act)
	if a := act.Box[0]; math.Abs(float64(a)-1) > 0.1 {
		t.Errorf("free path ends at a = %v, want 1", a)
	}
	if p.Infeasible < 40 || p.Violation/float64(p.Infeasible) < 2 {
		t.Errorf("%d updates began infeasible, in sum by %.1f slacks", p.Infeasible, p.Violation)
	}
}

// TestFreeWeights: those of what is maximised, nothing else, whatever is violated.
func TestFreeWeights(t *testing.T) {
	base, slack, w := []float64{1, 1, 1}, []float64{0.5, 2, 4}, make([]float64, 3)
	for _, c := range []struct {
		goal subproblem
		want []float64
	}{
		{subproblem{Objective: 1}, []float64{0, 0.5, 0}},
		{subproblem{Objective: -1, Preference: []float64{0.5, 0.25, 0.25}}, []float64{0.5 / 1.75, 0.25 / 1.75, 0.25 / 1.75}},
	} {
		c.goal.Base, c.goal.Slack, c.goal.Free = base, slack, true
		for _, g := range [][]float64{{1, 1, 1}, {-9, -9, -9}} {
			if c.goal.weights(g, w); !slices.Equal(w, c.want) {
				t.Errorf("%+v at %v: weights %v, want %v", c.goal, g, w, c.want)
			}
		}
	}
}

// TestModesChooseDirections: free-objective has objective paths only, warm-sum preferences only.
func TestModesChooseDirections(t *testing.T) {
	for mode, preferences := range map[string]int{"ipo": 4, "free-objective": 0, "warm-sum": 6, "ipo-literal": 0, "reference-ipo": 0, "projected": 4} {
		s := &Settings{Mode: mode, Directions: "mixed"}
		n := 0
		for k := range 6 {
			if s.objective(k, 6) < 0 {
				n++
			}
		}
		if n != preferences {
			t.Errorf("%s: %d of 6 paths follow a preference, want %d", mode, n, preferences)
		}
	}
}

// TestEveryModeTrains within its budget, and reports how its thresholds were kept.
func TestEveryModeTrains(t *testing.T) {
	for mode, selections := range map[string][]string{
		"free-objective": {"crowding-best-extremes", "random"}, "warm-sum": {"hv-contribution"},
		"ipo-literal": {"crowding"}, "reference-ipo": {"crowding"}, "cpo": {"crowding"}, "projected": {"crowding"},
	} {
		for _, selection := range selections {
			p, s := makeProblem(t, "fruit-tree-v0", 30_000, 2)
			s.Mode, s.Selection = mode, selection
			rec := &agentstest.Memory{Problem: p}
			set, err := s.Train(context.Background(), p, rec)
			if err != nil {
				t.Fatal(err)
			}
			last := rec.Records[len(rec.Records)-1]
			if last.Steps > 30_000 || last.Phase == "stage1" || len(set.Members) == 0 {
				t.Errorf("%s, %s: ends in %s after %d steps with %d policies", mode, selection, last.Phase, last.Steps, len(set.Members))
			}
			if v := last.Columns[slices.Index(rec.Names, "violation")]; !(v >= 0) {
				t.Errorf("%s, %s: violation %v", mode, selection, v)
			}
		}
	}
}

// TestChainedPaths: in reference-ipo the objectives of a selected policy follow each other in one path, K
// updates each, and learning rates are those at which the policies were trained last. A resumed run of it,
// and of paths that are directed by gain, is the same.
func TestChainedPaths(t *testing.T) {
	p, s := makeProblem(t, "fruit-tree-v0", 40_000, 2)
	s.Mode = "reference-ipo"
	rec := &agentstest.Memory{Problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	origins := map[string][]string{}
	for _, r := range rec.Records {
		for _, m := range r.Policies {
			if r.Phase == "stage2/r1" {
				path, _, _ := strings.Cut(m.ID, ".u")
				origins[path] = append(origins[path], m.Origin)
			}
		}
	}
	if len(origins) != s.NumSelect {
		t.Errorf("%d paths in the first round, want %d", len(origins), s.NumSelect)
	}
	for path, got := range origins {
		for u, origin := range got {
			if want := fmt.Sprintf("stage2/r1/obj%d", u/s.UpdateIter); origin != want {
				t.Errorf("%s, update %d: %s, want %s", path, u, origin, want)
			}
		}
		if len(got) != 6*s.UpdateIter {
			t.Errorf("%s has %d measurements, want %d", path, len(got), 6*s.UpdateIter)
		}
	}
	initial := s.budget(6, p.Steps).initial
	for _, m := range rec.Records[len(rec.Records)-1].Archive {
		var u int
		fmt.Sscanf(m.ID[strings.Index(m.ID, ".u"):], ".u%d", &u)
		rate := m.Policy.(*ppo.Policy).Model().Adam.Rate
		if own := s.LearningRate * (1 - float64(u-1)/float64(initial)); strings.HasPrefix(m.ID, "s1") && math.Abs(rate-own) > 1e-12 {
			t.Errorf("%s was trained at %v, want %v", m.ID, rate, own)
		}
	}
}

// TestTwentyInterruptions: interrupted at seeded random moments, within updates, a run ends with the archive
// of one that was left alone. (What SIGKILL does to the program is tested in package cli.)
func TestTwentyInterruptions(t *testing.T) {
	train := func(ctx context.Context, rec *agentstest.Memory) (*agents.PolicySet, error) {
		p, s := makeProblem(t, "fruit-tree-v0", 20_000, 2)
		rec.Problem = p
		return s.Train(ctx, p, rec)
	}
	rec := &agentstest.Memory{}
	set, err := train(context.Background(), rec)
	if err != nil {
		t.Fatal(err)
	}
	want := fingerprint(t, set)
	whole := int(rec.Steps.Load())
	rng := rand.New(rand.NewPCG(20, 20))
	var saved []byte
	for interruptions := 0; ; {
		ctx, cancel := context.WithCancel(context.Background())
		after := rng.IntN(whole / 2)
		rec := &agentstest.Memory{Resume: saved}
		rec.OnStep = func(total int) {
			if total >= after && interruptions < 20 {
				cancel()
			}
		}
		set, err := train(ctx, rec)
		cancel()
		switch {
		case errors.Is(err, context.Canceled):
			interruptions++
			if rec.Last != nil {
				if saved, err = rec.Last(); err != nil {
					t.Fatal(err)
				}
			}
			continue
		case err != nil:
			t.Fatal(err)
		}
		if got := fingerprint(t, set); got != want {
			t.Fatalf("after %d interruptions:\n%s\nuninterrupted:\n%s", interruptions, got, want)
		}
		if interruptions == 20 {
			return
		}
		saved = nil
	}
}

// TestModesResume: the laws of algorithms hold for chained paths and for paths in trust regions, directed by gain.
func TestModesResume(t *testing.T) {
	for _, change := range []func(*Settings){
		func(s *Settings) { s.Mode = "reference-ipo" },
		func(s *Settings) { s.Mode, s.Directions, s.Slack = "cpo", "gain", "spacing" },
	} {
		agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
			p, s := makeProblem(t, "fruit-tree-v0", 20_000, workers)
			change(s)
			return p, s
		})
	}
}
