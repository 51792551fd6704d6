package mpmoq

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/agents/exact"
)

// TestSumTree: weights 1, 0, 2, 0, 5 take the shares of the sum that they are, at every boundary, and are drawn
// as often within the scatter of chi-square, also after some were changed and others added.
func TestSumTree(t *testing.T) {
	var tree sumTree
	for i, x := range []float64{3, 0, 2, 0, 1} {
		tree.set(i, x)
	}
	tree.set(0, 1)
	tree.set(4, 5)
	below := func(x float64) float64 { return math.Nextafter(x, 0) }
	for _, c := range []struct {
		share float64
		want  int
	}{{0, 0}, {below(1. / 8), 0}, {1. / 8, 2}, {below(3. / 8), 2}, {3. / 8, 4}, {below(1), 4}} {
		if got := tree.find(c.share); got != c.want {
			t.Errorf("share %v finds %d, want %d", c.share, got, c.want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	weights, sum := make([]float64, 100), 0.0
	for i := range weights {
		weights[i] = math.Pow(float64(i), 0.6)
		sum += weights[i]
		tree.set(i, weights[i])
	}
	const draws = 1_000_000
	counts := make([]int, len(weights))
	for range draws {
		counts[tree.find(rng.Float64())]++
	}
	chi := 0.0
	for i, k := range counts {
		if weights[i] == 0 {
			if k > 0 {
				t.Errorf("weight 0 is drawn %d times", k)
			}
			continue
		}
		want := draws * weights[i] / sum
		chi += (float64(k) - want) * (float64(k) - want) / want
	}
	if chi > 134.6 { // 98 degrees of freedom, 99 %
		t.Errorf("chi-square is %v", chi)
	}
}

// TestMemory holds what followed, with the mean reward of each outcome, and draws outcomes as often as they
// were seen.
func TestMemory(t *testing.T) {
	m := newMemory(nil)
	for _, x := range []struct {
		state, action, next int
		reward              []float64
		terminated          bool
		want                int
	}{{0, 1, 1, []float64{1, 0}, false, 0}, {1, 0, 0, []float64{0.1, 0.1}, true, 1}, {0, 1, 1, []float64{3, 2}, false, 0}, {0, 1, 2, []float64{9, 9}, false, 0},
		{0, 1, 1, []float64{2, 1}, false, 0}, {1, 0, 0, []float64{0.1, 0.1}, true, 1}, {1, 0, 0, []float64{0.1, 0.1}, true, 1}} {
		if got := m.add(x.state, x.action, x.reward, x.next, x.terminated); got != x.want {
			t.Errorf("%+v is pair %d", x, got)
		}
	}
	p := &m.Pairs[0]
	if o := p.Outcomes; p.Count != 4 || len(o) != 2 || o[0].Count != 3 || !near(o[0].Reward, []float64{2, 1}) || o[1].Next != 2 {
		t.Errorf("pair %+v", *p)
	}
	if o := m.Pairs[1].Outcomes; len(o) != 1 || o[0].Reward[0] != 0.1 || !o[0].Terminated { // equal rewards stay exact
		t.Errorf("outcomes %+v", o)
	}
	rng, rare := rand.New(rand.NewPCG(3, 4)), 0
	for range 10_000 {
		if p.draw(rng).Next == 2 {
			rare++
		}
	}
	if math.Abs(float64(rare)/10_000-0.25) > 0.015 {
		t.Errorf("an outcome of one time in four is drawn %d times of 10000", rare)
	}
}

// TestPriority by hand: state 0, action 0 gave (1, 2) and led to state 1 three times of four, once it gave (0, 4)
// and ended. For weights (½, ½) and γ ½, where the best table has (2, 6) in state 1 and Q(0, 0) is (1, 1), it is
// |¾·(1.5 + ½·4) + ¼·2 - 1|^0.6.
func TestPriority(t *testing.T) {
	l := learner{settings: &Settings{Gamma: 0.5}, actions: 2, m: 2, memory: newMemory(nil), tables: []table{
		{0, 0, 0, 0, 2, 6, 0, 0}, // Q(1, 0) = (2, 6)
		{1, 1, 0, 0, 0, 0, 3, 3}, // the learned one: Q(0, 0) = (1, 1), Q(1, 1) = (3, 3)
	}}
	for range 3 {
		l.memory.add(0, 0, []float64{1, 2}, 1, false)
	}
	l.memory.add(0, 0, []float64{0, 4}, 0, true)
	w := []float64{0.5, 0.5}
	if got, want := l.priority(0, w), math.Pow(0.75*(1.5+0.5*4)+0.25*2-1, 0.6); math.Abs(got-want) > 1e-12 {
		t.Errorf("priority %v, want %v", got, want)
	}
	// Where nothing would change it is the least.
	l.memory.add(1, 1, []float64{3, 3}, 0, true)
	if got, want := l.priority(1, w), math.Pow(1e-4, 0.6); got != want {
		t.Errorf("priority %v, want %v", got, want)
	}
}

// TestDynaFindsTheFrontInFewerSteps: with 3000 steps for each weight vector in place of 40 000 all vectors of
// the exact solver are found, which they are not without remembered steps.
func TestDynaFindsTheFrontInFewerSteps(t *testing.T) {
	for _, c := range []struct {
		dyna  string
		whole bool
	}{{"off", false}, {"uniform", true}, {"gpi-pd", true}} {
		p, s := makeProblem(t, "deep-sea-treasure-v0", "", 500_000, 1, 1)
		s.Dyna, s.WeightSteps, s.EpsilonSteps = c.dyna, 3000, 10_000
		rec := &agentstest.Memory{Problem: p}
		set, err := s.Train(context.Background(), p, rec)
		if err != nil {
			t.Fatal(err)
		}
		truth, err := exact.CoverageSet(p.Env, s.Gamma)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, x := range truth.Points.Rows() {
			for _, m := range set.Members {
				if near(m.Value.Return, x) {
					found++
				}
			}
		}
		t.Logf("%s: %d of %d vectors with %d weights", c.dyna, found, truth.Points.Len(), len(rec.Records))
		if (found == truth.Points.Len()) != c.whole {
			t.Errorf("%s: %d of %d vectors with %d weights", c.dyna, found, truth.Points.Len(), len(rec.Records))
		}
	}
}

// TestRememberingDoesNotAllocate once all pairs are known.
func TestRememberingDoesNotAllocate(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", "gpi-ls", 40_000, 1, 1)
	s.Dyna = "gpi-pd"
	tr, err := newTraining(s, p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	s.WeightSteps = 2000
	w := []float64{0.5, 0.5}
	if err := tr.learner.learn(context.Background(), 0, w, nil); err != nil {
		t.Fatal(err)
	}
	last, rng := tr.learner.memory.Pairs[0], rand.New(rand.NewPCG(1, 1))
	o := last.Outcomes[0]
	if n := testing.AllocsPerRun(20, func() {
		tr.learner.replay(w, tr.learner.memory.add(last.State, last.Action, o.Reward, o.Next, o.Terminated), rng)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
