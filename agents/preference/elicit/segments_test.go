package elicit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/pareto"
)

// episodes are different whole episodes of a world, each of actions with random probabilities.
func episodes(t testing.TB, w *preference.World, start, n int, random *rand.Rand) (segments []preference.Segment) {
	t.Helper()
	for range 100_000 {
		if len(segments) == n {
			break
		}
		share := make([]float64, w.Actions)
		total := 0.0
		for a := range share {
			share[a] = random.ExpFloat64() * random.ExpFloat64()
			total += share[a]
		}
		actions := make([]int32, 60)
		for k := range actions {
			at := random.Float64() * total
			for a, p := range share {
				if at -= p; at < 0 {
					actions[k] = int32(a)
					break
				}
			}
		}
		s, err := w.Walk(start, actions)
		if err != nil {
			t.Fatal(err)
		}
		known := slices.ContainsFunc(segments, func(o preference.Segment) bool { return slices.Equal(o.Features, s.Features) })
		if s.Ended && !known {
			segments = append(segments, s)
		}
	}
	return segments
}

// Hidden users compare the regret of episodes of deep-sea treasure and of the fruit tree, 30 noiseless answers
// each, and get a policy of the exact front that costs at least 90 of 100 of them less than 1 %.
func TestSegmentsToPolicies(t *testing.T) {
	for _, id := range []string{"deep-sea-treasure-v0", "fruit-tree-v0"} {
		env, err := envs.Make(id, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := preference.NewWorld(env, 0.99) // of V(s₀), which both regrets of a question have in common
		if err != nil {
			t.Fatal(err)
		}
		found, err := exact.Front(env, 1)
		if err != nil {
			t.Fatal(err)
		}
		front, err := NewItems(found.Points, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		start := 0
		w.Starts(func(s int, _ float64) { start = s })
		random := rand.New(rand.NewPCG(1, 2))
		pool := episodes(t, w, start, 25, random)
		items, err := NewSegments(front, pool)
		if err != nil {
			t.Fatal(err)
		}
		weights, err := pareto.UniformWeights(front.M(), 100, 5)
		if err != nil {
			t.Fatal(err)
		}
		served := 0
		for u, scaled := range weights {
			// Weights of values as measured, of a user who weighs what lies between worst and best of each objective.
			raw := slices.Clone(scaled)
			for j := range raw {
				raw[j] /= front.Extent[j]
			}
			optimum, err := w.Optimum(raw)
			if err != nil {
				t.Fatal(err)
			}
			user := preference.User{Statistic: preference.RegretDet{Optimum: optimum}, Noiseless: true}
			e := mustNew(t, items, Settings{Beta: 200, Users: 200, Question: InfoGain, Seed: uint64(u), Workers: 1})
			for range 30 {
				q, ok := e.Propose()
				if !ok {
					break
				}
				y, _ := user.Answer(&pool[q.Items[0]], &pool[q.Items[1]])
				if err := e.Answer(q.Label(y)); err != nil {
					t.Fatal(err)
				}
			}
			truth := NewSimulated(front, func(y []float64) float64 { return dot(scaled, y) }, 0, nil)
			if truth.Loss(e.Assign(front)) < 0.01 {
				served++
			}
		}
		t.Logf("%s: %d segments, %d policies, %d of 100 users lose less than 1 %%", id, len(pool), front.Len(), served)
		if served < 90 {
			t.Errorf("%s: only %d of 100 users lose less than 1 %%", id, served)
		}
	}
}
