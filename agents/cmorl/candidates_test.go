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
	"github.com/paretolab/paretolab/envs"
)

// dive is a policy for a deep sea: to the right as far as a column, and down.
type dive int32

func (d dive) Kind() string              { return "dive" }
func (d dive) Encode() ([]byte, error)   { return nil, nil }
func (d dive) NewActor(int) agents.Actor { return d }
func (d dive) Reset(int, *rand.Rand)     {}
func (d dive) Act(obs []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		if act.Discrete[i] = 3; obs[2*i+1] >= float32(d) {
			act.Discrete[i] = 1
		}
	}
}

// The treasures of the usual map and the steps to them, column by column, from the publication.
var (
	treasures = []float64{0.7, 8.2, 11.5, 14, 15.1, 16.1, 19.6, 20.3, 22.4, 23.7}
	distances = []float64{1, 3, 5, 7, 8, 9, 13, 14, 17, 19}
)

// dived is the candidate for a column.
func dived(column int) agents.Member {
	return agents.Member{
		ID: fmt.Sprintf("i%d", column), Policy: dive(column),
		Value: agents.Value{Undiscounted: []float64{treasures[column], -distances[column]}, Episodes: 1},
	}
}

// withDives is a task on the usual map that begins with candidates for these columns.
func withDives(t testing.TB, steps, workers int, columns ...int) (*agents.Problem, *Settings) {
	t.Helper()
	p, s := makeProblem(t, "deep-sea-treasure-v0", steps, workers)
	s.Candidates.Run, s.CandidateLimit = "somewhere", 10
	for _, c := range columns {
		p.Candidates = append(p.Candidates, dived(c))
	}
	return p, s
}

func discounted(treasure, steps, gamma float64) []float64 {
	return []float64{treasure * math.Pow(gamma, steps-1), -(1 - math.Pow(gamma, steps)) / (1 - gamma)}
}

// TestCandidatesAreChosen: those that no other dominates, one of equal ones, and of more than the limit those
// with the largest crowding distance, with both ends.
func TestCandidatesAreChosen(t *testing.T) {
	_, s := withDives(t, 60_000, 1)
	var all []agents.Member
	for i, v := range [][]float64{{3, -5}, {1, -1}, {2, -5}, {3, -5}, {10, -19}, {9.9, -18.9}, {5, -9}, {0, -100}} {
		all = append(all, agents.Member{ID: fmt.Sprint(i), Value: agents.Value{Undiscounted: v}})
	}
	ids := func() (ids []string) {
		for _, m := range s.chooseCandidates(all, 2) {
			ids = append(ids, m.ID)
		}
		return ids
	}
	if got := ids(); !slices.Equal(got, []string{"1", "0", "6", "5", "4"}) {
		t.Errorf("chosen are %v", got)
	}
	s.CandidateLimit = 3
	if got := ids(); !slices.Equal(got, []string{"1", "6", "4"}) {
		t.Errorf("chosen are %v of at most 3", got)
	}
}

// TestClonesReturnWhatCandidatesDo: the archive after stage 1 is the exact front of deep sea treasure when the
// candidates are; every rollout counts.
func TestClonesReturnWhatCandidatesDo(t *testing.T) {
	p, s := withDives(t, 60_000, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	s.CloneEpochs = 50 // for small networks
	p.Candidates = append(p.Candidates, agents.Member{ID: "still", Policy: dive(5), Value: agents.Value{Undiscounted: []float64{0, -100}}})
	rec := &agentstest.Memory{Problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	last := rec.Records[s.cloneUpdates()-1]
	if want := 10 * s.cloneUpdates() * s.StepsPerUpdate(); last.Phase != "stage1" || !last.StageEnd || last.Steps != want || last.Notes != nil {
		t.Errorf("%s ends after %d steps, want %d; notes %q", last.Phase, last.Steps, want, last.Notes)
	}
	if len(last.Archive) != 10 {
		t.Fatalf("%d policies after stage 1", len(last.Archive))
	}
	for i, m := range last.Policies {
		want := discounted(treasures[i], distances[i], 0.99)
		if !near(m.Value.Return, want) || !near(last.Archive[i].Value.Return, want) {
			t.Errorf("policy %s returns %v, that of the archive %v, want %v", m.ID, m.Value.Return, last.Archive[i].Value.Return, want)
		}
		if want := fmt.Sprintf("candidate/i%d", i); m.Origin != want {
			t.Errorf("origin %s, want %s", m.Origin, want)
		}
	}
}

func near(x, y []float64) bool {
	return slices.EqualFunc(x, y, func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) })
}

// TestStage2ExtendsCandidates: on a sea with three treasures, of which the second lies below the line between
// the others, stage 2 completes the front from the ends.
func TestStage2ExtendsCandidates(t *testing.T) {
	e, err := envs.Make("deep-sea-treasure-v0", map[string]any{"dst_map": "0 0 0 / 1 0 0 / -10 2 0 / -10 -10 10"})
	if err != nil {
		t.Fatal(err)
	}
	p, s := makeProblem(t, "deep-sea-treasure-v0", 40_000, 2)
	p.Env = e
	s.Candidates.Run, s.CandidateLimit, s.UpdateIter = "somewhere", 2, 10
	for _, c := range []struct{ column, treasure, steps float64 }{{0, 1, 1}, {2, 10, 5}} {
		p.Candidates = append(p.Candidates, agents.Member{
			ID: fmt.Sprint(c.column), Policy: dive(c.column), Value: agents.Value{Undiscounted: []float64{c.treasure, -c.steps}},
		})
	}
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{discounted(1, 1, 0.99), discounted(2, 3, 0.99), discounted(10, 5, 0.99)}
	if len(set.Members) != len(want) {
		t.Fatalf("%d policies, want %d", len(set.Members), len(want))
	}
	for i, m := range set.Members {
		if !near(m.Value.Return, want[i]) {
			t.Errorf("policy %s returns %v, want %v", m.ID, m.Value.Return, want[i])
		}
	}
}

// TestLawsOfCandidates: any number of workers, and kills in stage 1 and 2.
func TestLawsOfCandidates(t *testing.T) {
	agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
		return withDives(t, 20_000, workers, 1, 4, 9)
	})
}

// TestCandidatesThatAreNotReached are named in a note: one that stands still is archived as a dive.
func TestCandidatesThatAreNotReached(t *testing.T) {
	p, s := withDives(t, 20_000, 1, 0, 9)
	p.Candidates[1].Policy = dive(11) // the column of the border: it ends at the limit of time
	rec := &agentstest.Memory{Problem: p}
	if _, err := s.Train(context.Background(), p, rec); err != nil {
		t.Fatal(err)
	}
	notes := rec.Records[s.cloneUpdates()-1].Notes
	if len(notes) != 1 || !strings.Contains(notes[0], "1 of 2 policies that imitate candidates return less") || !strings.Contains(notes[0], "i9") || !strings.Contains(notes[0], "clone_updates") {
		t.Errorf("notes %q", notes)
	}
}

func TestCandidatesThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *agents.Problem, s *Settings)
		want   []string
	}{
		{"no candidates came", func(p *agents.Problem, _ *Settings) { p.Candidates = nil }, []string{"somewhere", "no policies"}},
		{"nothing to follow", func(_ *agents.Problem, s *Settings) { s.Mode = "stage1-only" }, []string{"candidates", "somewhere", "stage1-only"}},
		{"too few steps", func(p *agents.Problem, _ *Settings) { p.Steps = 10_239 }, []string{"10239", "at least 10240", "candidate_limit", "clone_updates"}},
		{"negative", func(_ *agents.Problem, s *Settings) { s.CloneEpochs = -1 }, []string{"clone_epochs is -1"}},
		{"alone", func(_ *agents.Problem, s *Settings) { s.Candidates.Run = "" }, []string{"candidate_limit is 10", "set candidates"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, s := withDives(t, 20_000, 1, 0, 9)
			c.change(p, s)
			_, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%v: does not mention %s", err, w)
				}
			}
		})
	}
}
