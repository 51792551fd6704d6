package qd

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
)

// notebook is a recorder that keeps what it is handed. It measures policies by one episode.
type notebook struct {
	problem *agents.Problem
	from    []byte
	columns []string
	records []agents.Evaluation
	states  []func() ([]byte, error)
	stopAt  int // cancel after so many records; 0: never
	cancel  context.CancelFunc
}

func (n *notebook) Columns(names ...string)         { n.columns = names }
func (n *notebook) Restore() []byte                 { return n.from }
func (*notebook) EpisodeSink() func(agents.Episode) { return nil }
func (n *notebook) Step(int)                        {}

func (n *notebook) Record(e agents.Evaluation, state func() ([]byte, error)) error {
	n.records, n.states = append(n.records, e), append(n.states, state)
	if len(n.records) == n.stopAt {
		n.cancel()
	}
	return nil
}

func (n *notebook) Evaluate(_ context.Context, p agents.Policy) (agents.Value, error) {
	m := n.problem.Env.Spec.M()
	v := envs.NewVector[float32](n.problem.Env, 1, envs.NoReset)
	obs := make([]float32, n.problem.Env.Spec.Observation.Len())
	final, reward := make([]float32, len(obs)), make([]float64, m)
	act := envs.Actions[float32]{Box: make([]float32, n.problem.Env.Spec.Action.Len())}
	if n.problem.Env.Spec.Action.Kind == envs.KindDiscrete {
		act = envs.Actions[float32]{Discrete: make([]int32, n.problem.Env.Spec.Action.Len())}
	}
	term, trunc := []bool{false}, []bool{false}
	value := agents.Value{Return: make([]float64, m), Episodes: 1}
	actor := p.NewActor(1)
	v.Reset(nil, nil, obs)
	for !term[0] && !trunc[0] {
		actor.Act(obs, act)
		v.Step(act, obs, reward, term, trunc, final)
		for j, r := range reward {
			value.Return[j] += r
		}
		value.Steps++
	}
	return value, nil
}

// column returns the last value of a column.
func (n *notebook) column(name string) float64 {
	return n.records[len(n.records)-1].Columns[slices.Index(n.columns, name)]
}

// train runs an algorithm with few evaluations.
func train(t testing.TB, id, env string, seed uint64, workers, evaluations int, change func(a agents.Algorithm)) (*notebook, *agents.PolicySet) {
	t.Helper()
	a, p := prepare(t, id, env, seed, workers, evaluations, change)
	n := &notebook{problem: p}
	set, err := a.Train(context.Background(), p, n)
	if err != nil {
		t.Fatal(err)
	}
	return n, set
}

func prepare(t testing.TB, id, env string, seed uint64, workers, evaluations int, change func(a agents.Algorithm)) (agents.Algorithm, *agents.Problem) {
	t.Helper()
	e := environment(t, env)
	d, err := agents.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	a, steps, err := d.New(e, "quick")
	if err != nil {
		t.Fatal(err)
	}
	s := reflect.ValueOf(a).Elem().FieldByName("Settings").Addr().Interface().(*Settings)
	s.Evaluations, s.ReportEvery = evaluations, 200
	if f := reflect.ValueOf(a).Elem().FieldByName("Population"); f.IsValid() {
		f.SetInt(20)
	}
	if change != nil {
		change(a)
	}
	return a, &agents.Problem{Env: e, Steps: steps, Seed: seed, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}
}

// algorithms are the ids of the package.
func algorithms() (ids []string) {
	for _, id := range agents.IDs() {
		if d, err := agents.Lookup(id); err == nil && len(d.Presets) > 1 && d.Presets[0].Name == "quick" && d.Presets[1].Name == "full" {
			ids = append(ids, id)
		}
	}
	return ids
}

// small are settings with which the tests are fast.
func small(a agents.Algorithm) {
	v := reflect.ValueOf(a).Elem()
	for name, n := range map[string]int64{"Emitters": 3, "Batch": 10, "Chunk": 100} {
		if f := v.FieldByName(name); f.IsValid() {
			f.SetInt(n)
		}
	}
}

// TestWorkersDoNotMatter, and neither does being killed and resumed: records and states are the same.
func TestWorkersDoNotMatter(t *testing.T) {
	for _, id := range algorithms() {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			one, set := train(t, id, "point-v0", 3, 1, 1000, small)
			many, again := train(t, id, "point-v0", 3, 8, 1000, small)
			if len(one.records) < 4 || len(set.Members) == 0 {
				t.Fatalf("%d records, %d members", len(one.records), len(set.Members))
			}
			want := describe(t, one)
			if got := describe(t, many); got != want {
				t.Errorf("8 workers give another result than 1")
			}
			if fmt.Sprint(values(set)) != fmt.Sprint(values(again)) {
				t.Errorf("8 workers give %v, 1 gives %v", values(again), values(set))
			}

			a, p := prepare(t, id, "point-v0", 3, 2, 1000, small)
			ctx, cancel := context.WithCancel(context.Background())
			killed := &notebook{problem: p, stopAt: 2, cancel: cancel}
			if _, err := a.Train(ctx, p, killed); err == nil {
				t.Fatal("a cancelled run ends without an error")
			}
			state, err := killed.states[1]()
			if err != nil {
				t.Fatal(err)
			}
			a, p = prepare(t, id, "point-v0", 3, 2, 1000, small)
			rest := &notebook{problem: p, from: state}
			if _, err := a.Train(context.Background(), p, rest); err != nil {
				t.Fatal(err)
			}
			rest.records = append(killed.records[:2], rest.records...)
			if got := describe(t, rest); got != want {
				t.Errorf("a resumed run gives another result:\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func values(s *agents.PolicySet) (all [][]float64) {
	for _, m := range s.Members {
		all = append(all, m.Value.Return)
	}
	return all
}

// describe writes the records as text, and the last state.
func describe(t *testing.T, n *notebook) string {
	t.Helper()
	var b strings.Builder
	for _, e := range n.records {
		fmt.Fprintf(&b, "%d steps %v", e.Steps, e.Columns)
		for _, m := range append(slices.Clone(e.Policies), e.Archive...) {
			fmt.Fprintf(&b, " %s<%s@%d %v", m.ID, m.Parent, m.Steps, m.Value.Return)
		}
		b.WriteByte('\n')
	}
	state, err := n.states[len(n.states)-1]()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s%x", b.String(), state)
}

// TestBudgetIsExact: evaluations are counted one by one, and the last generation is cut.
func TestBudgetIsExact(t *testing.T) {
	for _, id := range algorithms() {
		n, _ := train(t, id, "point-v0", 1, 2, 333, small)
		last := n.records[len(n.records)-1]
		if got := n.column("evaluations"); got != 333 || last.Steps != 333*50 || !last.StageEnd {
			t.Errorf("%s: %v evaluations, %d steps, end %v", id, got, last.Steps, last.StageEnd)
		}
	}
}

// TestReachableCoverage: of the maze also as a share of the 2061 cells without walls; elsewhere there is no such
// column.
func TestReachableCoverage(t *testing.T) {
	n, _ := train(t, "random-search", "hard-maze-v0", 1, 2, 40, nil)
	if c, r := n.column("coverage"), n.column("reachable_coverage"); !(c > 0) || math.Abs(r-c*2500/2061) > 1e-12 {
		t.Errorf("coverage %v of all cells, %v of those in reach", c, r)
	}
	if n, _ = train(t, "random-search", "point-v0", 1, 2, 40, nil); slices.Contains(n.columns, "reachable_coverage") {
		t.Error("walls around the point")
	}
}

// TestEmittersOfSERENE: every kind finds and improves rewards of the point, whose boxes pay up to 50.
func TestEmittersOfSERENE(t *testing.T) {
	for _, kind := range []string{"reward", "novelty", "cma-es"} {
		for _, phases := range []string{"alternate", "fixed", "time", "ucb"} {
			n, _ := train(t, "serene", "point-v0", 1, 2, 2000, func(a agents.Algorithm) {
				s := a.(*SERENE)
				s.Emitter, s.Phases, s.Chunk = kind, phases, 200
			})
			sum, hits := n.column("share_exploration"), 0
			for j := range 4 {
				sum += n.column(fmt.Sprintf("share_area_%d", j+1))
				if n.column(fmt.Sprintf("best_area_%d", j+1)) > 0 {
					hits++
				}
			}
			if hits == 0 || sum < 1-1e-9 || sum > 1+1e-9 {
				t.Errorf("%s, %s: %d areas, shares add up to %v", kind, phases, hits, sum)
			}
		}
	}
}

// TestEmittersStopAtALimit: with one step after the five that all make no emitter outlives a phase, which
// without a limit the first fills.
func TestEmittersStopAtALimit(t *testing.T) {
	left := func(limit int) (emitters, rewarded float64) {
		n, _ := train(t, "serene", "point-v0", 1, 2, 3020, func(a agents.Algorithm) {
			s := a.(*SERENE)
			s.Steps, s.Chunk, s.ReportEvery = limit, 1500, 3020
		})
		return n.column("emitters"), n.column("rewarded")
	}
	emitters, archived := left(0)
	limited, more := left(6)
	if emitters == 0 || limited != 0 || more <= archived {
		t.Errorf("%v emitters are left without a limit, %v with one; %v and %v rewarding individuals", emitters, limited, archived, more)
	}
}

// TestImproverStagnates: W is 20·D/E + 120 steps, or 30·D/E + 120; a plateau ends the emitter, growth
// does not.
func TestImproverStagnates(t *testing.T) {
	const custom, original = 20*48/6 + 120, 30*48/6 + 120
	for _, c := range []struct {
		rule  string
		steps int
		grows bool
		want  bool
	}{
		{"custom", custom, false, false}, {"custom", custom + 1, false, true}, {"custom", custom + 1, true, false},
		{"original", original, false, false}, {"original", original + 1, false, true}, {"original", original + 1, true, false},
	} {
		e := &improver{Ancestor: &Individual{Genome: make([]float64, 48)}, Population: make([]*Individual, 6)}
		for k := range c.steps + 1 {
			v := 1.0
			if c.grows {
				v = float64(k)
			}
			e.Values = append(e.Values, []float64{v, v, v, v, v, v})
		}
		if got := e.stagnates(c.rule); got != c.want {
			t.Errorf("%s, %d steps, growing %v: %v", c.rule, c.steps, c.grows, got)
		}
	}
}

// TestMAPElitesVariants: the elites of a grid are as many as the cells that were reached, those of 200
// centroids at most so many.
func TestMAPElitesVariants(t *testing.T) {
	for _, variation := range []string{"gaussian", "line"} {
		for _, archive := range []string{"grid", "cvt"} {
			n, _ := train(t, "map-elites", "redundant-arm-v0", 1, 2, 600, func(a agents.Algorithm) {
				s := a.(*MAPElites)
				s.Variation, s.Archive, s.Centroids, s.Batch = variation, archive, 200, 20
			})
			elites, reached := n.column("archive"), n.column("coverage")*2500
			if archive == "grid" && math.Abs(elites-reached) > 1e-9 || archive == "cvt" && (elites < 20 || elites > 200) {
				t.Errorf("%s, %s: %v elites, %v cells reached", variation, archive, elites, reached)
			}
		}
	}
}

// TestCMAMEOfSTAX: the variant in the code of STAX, with the same result after it was killed.
func TestCMAMEOfSTAX(t *testing.T) {
	d, err := agents.Lookup("cma-me")
	if err != nil {
		t.Fatal(err)
	}
	a, steps, err := d.New(environment(t, "point-v0"), "stax-code")
	if err != nil || steps != 500_000*50 {
		t.Fatal(steps, err)
	}
	s := a.(*CMAME)
	if s.Emitters != 100 || s.Batch != 6 || s.Sigma != 0.5 || s.Rank != "objective" || s.Parents != "half" || s.Turns != "fewest" {
		t.Errorf("settings %+v", s)
	}
	change := func(a agents.Algorithm) {
		c := a.(*CMAME)
		*c = CMAME{c.Settings, s.CMASettings, s.Rank, s.Parents, s.Turns}
	}
	n, _ := train(t, "cma-me", "point-v0", 1, 2, 1200, change)
	if n.column("evaluations") != 1200 || n.column("archive") < 50 {
		t.Errorf("%v evaluations, %v elites", n.column("evaluations"), n.column("archive"))
	}
	state, err := n.states[2]()
	if err != nil {
		t.Fatal(err)
	}
	b, p := prepare(t, "cma-me", "point-v0", 1, 1, 1200, change)
	rest := &notebook{problem: p, from: state}
	if _, err := b.Train(context.Background(), p, rest); err != nil {
		t.Fatal(err)
	}
	rest.records = append(n.records[:3:3], rest.records...)
	if describe(t, rest) != describe(t, n) {
		t.Error("a resumed run gives another result")
	}
}

// TestEncoders: with each of them a killed run goes on as if nothing had happened.
func TestEncoders(t *testing.T) {
	for _, encoder := range []string{"pca", "random", "compact", "untrained", "compact, reset, last view"} {
		change := func(a agents.Algorithm) {
			s := a.(*STAX)
			s.Encoder, s.ViewSize, s.Views, s.Chunk, s.Latent = encoder, 12, 2, 100, 4
			if name, _, variant := strings.Cut(encoder, ","); variant {
				s.Encoder, s.Reset, s.Behaviour, s.Criterion, s.Insert = name, true, "last", "draw", "best"
			}
		}
		n, _ := train(t, "stax", "point-v0", 1, 2, 600, change)
		if got := n.column("trainings"); got < 2 {
			t.Errorf("%s: %v trainings", encoder, got)
		}
		state, err := n.states[0]()
		if err != nil {
			t.Fatal(err)
		}
		a, p := prepare(t, "stax", "point-v0", 1, 1, 600, change)
		rest := &notebook{problem: p, from: state}
		if _, err := a.Train(context.Background(), p, rest); err != nil {
			t.Fatal(err)
		}
		rest.records = append(n.records[:1:1], rest.records...)
		if describe(t, rest) != describe(t, n) {
			t.Errorf("%s: a resumed run gives another result", encoder)
		}
	}
}

// TestNoveltySpreads: after 3000 evaluations novelty search covers more of the arm's square than random
// policies do.
func TestNoveltySpreads(t *testing.T) {
	random, _ := train(t, "random-search", "redundant-arm-v0", 1, 2, 3000, nil)
	novel, _ := train(t, "novelty-search", "redundant-arm-v0", 1, 2, 3000, nil)
	if r, n := random.column("coverage"), novel.column("coverage"); n < 1.2*r {
		t.Errorf("coverage %v of novelty search, %v of random search", n, r)
	}
}

func TestBadSettings(t *testing.T) {
	for _, c := range []struct {
		change func(s *NoveltySearch)
		say    string
	}{
		{func(s *NoveltySearch) { s.Population = 0 }, "population is 0"},
		{func(s *NoveltySearch) { s.Evaluations = 10 }, "which takes 20; raise evaluations or lower population"},
		{func(s *NoveltySearch) { s.Weights = []float64{1} }, "4 objectives"},
		{func(s *NoveltySearch) { s.Insert = "all" }, "random or best"},
		{func(s *NoveltySearch) { s.Mutation = -1 }, "positive"},
		{func(s *NoveltySearch) { s.Hidden = []int{0} }, "hidden layer 0"},
		{func(s *NoveltySearch) { s.Neighbours = 0 }, "neighbours is 0"},
		{func(s *NoveltySearch) { s.Cells = -1 }, "cells is -1"},
	} {
		a, p := prepare(t, "novelty-search", "point-v0", 1, 1, 100, nil)
		c.change(a.(*NoveltySearch))
		if _, err := a.Train(context.Background(), p, &notebook{problem: p}); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want %q", err, c.say)
		}
	}
	a, p := prepare(t, "novelty-search", "point-v0", 1, 1, 100, nil)
	if _, err := a.Train(context.Background(), p, &notebook{problem: p, from: []byte("rubbish")}); err == nil || !strings.Contains(err.Error(), "checkpoint") {
		t.Errorf("a damaged checkpoint: error %v", err)
	}
	p.Steps = 3
	if err := a.Check(p.Env, p.Steps); err == nil || !strings.Contains(err.Error(), "3 steps") {
		t.Errorf("3 steps: error %v", err)
	}
	if d, _ := agents.Lookup("novelty-search"); d.New != nil {
		if _, _, err := d.New(p.Env, "huge"); err == nil {
			t.Error("preset huge is taken")
		}
	}
}
