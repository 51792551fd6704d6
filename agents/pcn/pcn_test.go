package pcn

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/control"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

func makeProblem(t testing.TB, id string, steps, workers int, seed uint64) (*agents.Problem, *Settings) {
	t.Helper()
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	return &agents.Problem{Env: e, Steps: steps, Seed: seed, Reference: e.Spec.Reference, Pool: agents.NewPool(workers)}, a.(*Settings)
}

func TestLaws(t *testing.T) {
	agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
		p, s := makeProblem(t, "deep-sea-treasure-v0", 5000, workers, 1)
		s.EvalEvery, s.Updates, s.Batch, s.Hidden = 700, 5, 32, 16
		return p, s
	})
}

// TestContinuousActions obey the same laws.
func TestContinuousActions(t *testing.T) {
	agentstest.Laws(t, func(workers int) (*agents.Problem, agents.Algorithm) {
		p, s := makeProblem(t, "mo-mountaincarcontinuous-v0", 4000, workers, 1)
		p.Env.Spec.Horizon = 100
		p.Reference.Point = []float64{-1000, -1000}
		s.Scale = []float64{0.01, 0.01, 0.01}
		s.EvalEvery, s.Updates, s.Batch, s.Hidden, s.Fill = 900, 5, 32, 16, 8
		return p, s
	})
}

// TestChain: test 4 of the specification of baselines.
func TestChain(t *testing.T) {
	e := agentstest.Chain(3, 1)
	s := &Settings{Scale: []float64{1, 1, 1, 1}, Gamma: 1, Fill: 20, Buffer: 50, Updates: 20, Batch: 64, Episodes: 10, Candidates: 20,
		LearningRate: 1e-2, Hidden: 16, EvalEvery: 200, ArchiveSize: 10}
	agentstest.FindsUnitVectors(t, e, s, 600)
}

// TestFindsConcaveParts: on the concave map linear weights have two of the ten points.
func TestFindsConcaveParts(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-concave-v0", 20_000, 1, 3)
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	f := pareto.Front{M: 2}
	for _, m := range set.Members {
		f.X = append(f.X, m.Value.Return...)
	}
	hv, err := pareto.Hypervolume(f, p.Reference.Point)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d points, %.4f of the exact hypervolume", f.Len(), hv/1101.3844295)
	if f.Len() < 5 {
		t.Errorf("%d points", f.Len())
	}
}

// TestFollowedEpisodeReproducesItsReturns: test 7 of the specification of baselines. What is left of a
// command after the rewards of the stored episode is its return to go at every step, under a discount
// too.
func TestFollowedEpisodeReproducesItsReturns(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, gamma := range []float64{1, 0.9} {
		const m, n = 2, 12
		e := episode{Length: n}
		var rewards []float64
		for range n * m {
			rewards = append(rewards, rng.NormFloat64())
		}
		e.ToGo = slices.Clone(rewards)
		e.close(m, gamma)
		c := command{slices.Clone(e.outcome(m)), n}
		for step := range n {
			for j := range m {
				if d := c.Return[j] - e.ToGo[step*m+j]; math.Abs(d) > 1e-9 {
					t.Fatalf("discount %v, step %d: %v is left, %v to go", gamma, step, c.Return, e.ToGo[step*m:(step+1)*m])
				}
			}
			if c.Horizon != float64(n-step) {
				t.Errorf("step %d: horizon %v", step, c.Horizon)
			}
			c.after(rewards[step*m:(step+1)*m], gamma, nil)
		}
	}
	// The published remainder R - r goes astray under a discount, from the second step on.
	for _, x := range []struct {
		remainder string
		want      float64
	}{{"discounted", 2}, {"reference", 1.8}} {
		e := episode{Length: 2, ToGo: []float64{3, 2}}
		e.close(1, 0.9) // 3 + 0.9·2 = 4.8, then 2
		c, s := command{[]float64{e.ToGo[0]}, 2}, Settings{Gamma: 0.9, Remainder: x.remainder}
		if c.after([]float64{3}, s.divisor(), nil); math.Abs(c.Return[0]-x.want) > 1e-12 {
			t.Errorf("%s: %v is left, want %v", x.remainder, c.Return[0], x.want)
		}
	}
	c := command{[]float64{1, 1}, 1}
	if c.after([]float64{-1, 0.5}, 0.5, []float64{2, 9}); c.Return[0] != 2 || c.Return[1] != 1 || c.Horizon != 1 {
		t.Errorf("limited: %+v", c)
	}
}

// TestCommand: that of a non-dominated episode, two steps shorter, with one objective raised by at most its
// standard deviation among them. The dominated (1,1) lends none.
func TestCommand(t *testing.T) {
	b := buffer{m: 2, limit: 10}
	for _, x := range [][3]float64{{0, 4, 9}, {2, 2, 7}, {4, 0, 2}, {1, 1, 5}} {
		b.Episodes = append(b.Episodes, episode{ToGo: x[:2], Length: int(x[2])})
	}
	deviation := math.Sqrt(8.0 / 3) // of 0, 2 and 4
	rng := rand.New(rand.NewPCG(1, 2))
	horizons := map[float64]int{}
	most := 0.0
	for range 3000 {
		c, err := b.desire(10, rng)
		if err != nil {
			t.Fatal(err)
		}
		horizons[c.Horizon]++
		from, ok := map[float64][]float64{7: {0, 4}, 5: {2, 2}, 1: {4, 0}}[c.Horizon]
		if !ok {
			t.Fatalf("horizon %v", c.Horizon)
		}
		x, y := c.Return[0]-from[0], c.Return[1]-from[1]
		if x < 0 || y < 0 || x > 0 && y > 0 || max(x, y) > deviation {
			t.Fatalf("command %v of the episode with return %v", c.Return, from)
		}
		most = max(most, x, y)
	}
	if most < 0.95*deviation || horizons[7] < 900 || horizons[5] < 900 || horizons[1] < 900 {
		t.Errorf("raised by up to %v of %v, horizons %v", most, deviation, horizons)
	}
}

// TestScores by hand: (0,4) (1,3) (4,0) are non-dominated, (1,2) is 1 from (1,3), and the second (0,4) is
// a copy. In each objective crowding counts the neighbours' gap over 4, and 1 for the ends.
func TestScores(t *testing.T) {
	f, err := pareto.NewFront([][]float64{{0, 4}, {1, 3}, {4, 0}, {1, 2}, {0, 4}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := scores(f)
	if err != nil {
		t.Fatal(err)
	}
	// Objective 1 sorted: 0 0 1 1 4 (rows 0 4 1 3 2): row 4 has 1/4. Objective 2 sorted: 0 2 3 4 4 (rows 2 3 1
	// 0 4): row 1 has 2/4, row 0 1/4. No row has 0.2 or less in sum.
	want := []float64{0, 0, 0, -1, -1e-5}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("score of %v is %v, want %v", f.Row(i), got[i], want[i])
		}
	}
	// Many in one place are crowded: their distances count double.
	crowd := [][]float64{{0, 10}, {10, 0}}
	for i := range 9 {
		crowd = append(crowd, []float64{4 + 0.01*float64(i), 4 - 0.01*float64(i)})
	}
	crowd = append(crowd, []float64{3.9, 3.9})
	if f, err = pareto.NewFront(crowd); err != nil {
		t.Fatal(err)
	}
	if got, err = scores(f); err != nil {
		t.Fatal(err)
	}
	d := math.Hypot(0.14, 0.06)
	if last := got[len(got)-1]; last > -0.1 || math.Abs(last+d) > 0.02 && math.Abs(last+2*d) > 0.04 {
		t.Errorf("score %v of a point %v away", last, d)
	}
}

// TestGradient of the whole network against differences.
func TestGradient(t *testing.T) {
	spec := &envs.Spec{Observation: envs.Box("float32", []float64{0, 0, 0}, []float64{1, 1, 1}), Action: envs.Discrete(3), Objectives: make([]envs.Objective, 2)}
	n := newNetwork(spec, 16)
	rng := rand.New(rand.NewPCG(1, 2))
	p := n.init(rng)
	const rows = 4
	obs, cmd := make([]float32, rows*3), make([]float32, rows*3)
	for i := range obs {
		obs[i], cmd[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
	}
	weight := make([]float32, rows*3)
	for i := range weight {
		weight[i] = float32(rng.NormFloat64())
	}
	c := n.newPass(rows)
	width := n.output.OutWidth()
	loss := func() (sum float64) {
		n.forward(p, obs, cmd, rows, c)
		for i := range rows {
			for j := range 3 {
				sum += float64(weight[i*3+j]) * float64(c.output.Out[i*width+j])
			}
		}
		return sum
	}
	loss()
	clear(c.output.DOut)
	for i := range rows {
		copy(c.output.DOut[i*width:], weight[i*3:i*3+3])
	}
	g := make([]float32, len(p))
	n.backward(p, g, obs, cmd, rows, c)
	wrong := 0
	for k := 0; k < len(p); k += 3 {
		old := p[k]
		const h = 1e-2
		p[k] = old + h
		up := loss()
		p[k] = old - h
		down := loss()
		p[k] = old
		if want := (up - down) / (2 * h); math.Abs(want-float64(g[k])) > 5e-3*(1+math.Abs(want)) {
			wrong++
		}
	}
	if wrong > len(p)/3/100 { // a step over a bend of the ReLU
		t.Errorf("%d of %d gradients differ from differences", wrong, len(p)/3)
	}
}

// TestPolicyFile: read back, a policy acts as before; damage is an error.
func TestPolicyFile(t *testing.T) {
	p, s := makeProblem(t, "deep-sea-treasure-v0", 3000, 1, 2)
	s.EvalEvery, s.Updates, s.Hidden, s.MaxReturn = 3000, 20, 20, []float64{30, 0}
	rec := &agentstest.Memory{Problem: p}
	set, err := s.Train(context.Background(), p, rec)
	if err != nil || len(set.Members) == 0 {
		t.Fatal(err)
	}
	for _, m := range set.Members {
		b, err := m.Policy.Encode()
		if err != nil {
			t.Fatal(err)
		}
		q, err := agents.DecodePolicy(m.Policy.Kind(), b, &p.Env.Spec)
		if err != nil {
			t.Fatal(err)
		}
		v, err := rec.Evaluate(context.Background(), q)
		if err != nil || !slices.Equal(v.Return, m.Value.Return) {
			t.Errorf("%s: read back it reaches %v, before %v (%v)", m.ID, v.Return, m.Value.Return, err)
		}
		for n := 0; n < len(b); n += 97 {
			if _, err := agents.DecodePolicy("conditioned", b[:n], &p.Env.Spec); err == nil {
				t.Fatalf("%d of %d bytes are accepted", n, len(b))
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		id     string
		change func(*Settings)
		want   string
	}{
		{"mo-mountaincar-v0", func(*Settings) {}, "scale has 0 numbers"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Scale = []float64{1, 1} }, "scale has 2 numbers"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Scale[1] = 0 }, "scale 2 is 0"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.MaxReturn = []float64{1} }, "max_return has 1 numbers"},
		{"deep-sea-treasure-v0", func(s *Settings) { s.Batch = 0 }, "batch is 0"},
	} {
		p, s := makeProblem(t, c.id, 1000, 1, 1)
		c.change(s)
		if _, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error about %q", c.id, err, c.want)
		}
	}
}
