package preference_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/agentstest"
	"github.com/paretolab/paretolab/agents/cmorl"
	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/agents/preference"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
)

// learned simulates noiseless answers by regret of a user with true weights, learns from them, and returns the learned
// weights, scaled so that the largest is 1.
func learned(t *testing.T, w *preference.World, truth []float64, pairs, length int) []float64 {
	t.Helper()
	best, err := w.Optimum(truth)
	if err != nil {
		t.Fatal(err)
	}
	questions, err := w.DrawPairs(pairs, length, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	d := &preference.Dataset{Objectives: w.Objectives}
	if err := d.Add(preference.Label(questions, &preference.User{Statistic: preference.RegretDet{Optimum: best}, Noiseless: true, Round: true})...); err != nil {
		t.Fatal(err)
	}
	m, err := preference.RegretExact{World: w}.Fit(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	weights := m.Params()
	largest := 0.0
	for _, x := range weights {
		largest = max(largest, math.Abs(x))
	}
	for j := range weights {
		weights[j] /= largest
	}
	return weights
}

// TestPolicyFromAnswers on a board: simulated answers → learned reward → PPO → what its policy is truly worth, by
// exact evaluation over all starts.
func TestPolicyFromAnswers(t *testing.T) {
	e, err := envs.Make("random-grid", map[string]any{
		"board": "..B.C/.S.../...BG", "weights": "-1,10,-10,1,-2,0", "observation": "one-hot", "max_episode_steps": 40,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := preference.NewWorld(e, 0.999)
	if err != nil {
		t.Fatal(err)
	}
	truth, _ := w.BoardWeights()
	task, err := envs.LearnedReward(e, learned(t, w, truth, 200, 3))
	if err != nil {
		t.Fatal(err)
	}
	s := &ppo.PPO{EvalEvery: 10, Decay: "linear", Keep: "last", Settings: ppo.Defaults()}
	s.Envs, s.Rollout, s.Minibatch, s.Hidden, s.LearningRate, s.Entropy, s.Gamma = 8, 64, 64, []int{32}, 3e-3, 0.01, 0.99
	p := &agents.Problem{Env: task, Steps: 30_000, Seed: 3, Reference: task.Spec.Reference, Pool: agents.NewPool(1)}
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	policy := make([]float64, w.States*w.Actions)
	obs, act := make([]float32, w.States), envs.Actions[float32]{Discrete: make([]int32, 1)}
	actor := set.Members[0].Policy.NewActor(1)
	for state := range w.States {
		clear(obs)
		obs[state] = 1
		actor.Reset(0, nil)
		actor.Act(obs, act)
		policy[state*w.Actions+int(act.Discrete[0])] = 1
	}
	scale, err := w.NewScale(truth)
	if err != nil {
		t.Fatal(err)
	}
	if got := scale.Policy(policy); got < preference.NearOptimal {
		t.Errorf("the policy has a scaled return of %v under the true reward, want above %v", got, preference.NearOptimal)
	}
}

// TestPolicyOfAFrontFromAnswers on deep-sea-treasure: simulated answers → weights → the policy that C-MORL's set assigns
// to them → its true utility, against the best that the exact front has.
func TestPolicyOfAFrontFromAnswers(t *testing.T) {
	const id = "deep-sea-treasure-concave-v0"
	e, err := envs.Make(id, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := preference.NewWorld(e, e.Spec.Reference.Discount)
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := cmorl.New(e, "")
	if err != nil {
		t.Fatal(err)
	}
	s := a.(*cmorl.Settings)
	s.Hidden, s.Epochs, s.NumSelect, s.UpdateIter = []int{16, 16}, 4, 2, 3
	p := &agents.Problem{Env: e, Steps: 60_000, Seed: 3, Reference: e.Spec.Reference, Pool: agents.NewPool(1)}
	set, err := s.Train(context.Background(), p, &agentstest.Memory{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	for _, truth := range [][]float64{{0.9, 0.1}, {0.05, 0.95}} {
		member := set.Members[set.Assign(learned(t, w, truth, 60, 8))]
		best, _, err := exact.Scalarised(e, e.Spec.Reference.Discount, truth)
		if err != nil {
			t.Fatal(err)
		}
		utility := func(v []float64) float64 { return truth[0]*v[0] + truth[1]*v[1] }
		assigned := utility(set.Members[set.Assign(truth)].Value.Return)
		if got := utility(member.Value.Return); got < assigned-1e-9 || got > utility(best)+1e-9 {
			t.Errorf("weights %v: the policy is worth %v; the best of the set %v, of all %v", truth, got, assigned, utility(best))
		}
	}
}
