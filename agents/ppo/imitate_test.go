package ppo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// rule is a policy that acts by a function of the observation: the index of a discrete action.
type rule func(obs []float32) int32

func (r rule) Kind() string                { return "rule" }
func (r rule) Encode() ([]byte, error)     { return nil, nil }
func (r rule) NewActor(n int) agents.Actor { return ruleActor{r, n} }

type ruleActor struct {
	rule
	n int
}

func (a ruleActor) Reset(int, *rand.Rand) {}
func (a ruleActor) Act(obs []float32, act envs.Actions[float32]) {
	for i := range act.Discrete {
		act.Discrete[i] = a.rule(obs[i*len(obs)/a.n:])
	}
}

var right rule = func([]float32) int32 { return 1 }

// Who walks straight to the end of the corridor passes cell c with 9-c steps to go, at each -1 of the time, and
// 10 treasure at the last: the targets are these returns, discounted, in units of the scale at the end of the
// rollout, also for the first steps, at which no scale was known.
func TestTargetsOfADemonstrationAreItsReturns(t *testing.T) {
	s := corridorSettings().Settings
	s.Rollout, s.Gamma, s.Lambda = 27, 0.9, 0.5 // three episodes
	l := New(corridorEnv(), s, 1, 1)
	l.Demonstrate(right)
	if e := l.Episodes; e.N != 12 || e.Return[0] != 120 || e.Return[1] != -108 || e.Length != 108 {
		t.Errorf("episodes %+v", e)
	}
	for at := range l.batch.done {
		cell := at / s.Envs % 9
		obs := float64(l.batch.obs[at])*l.model.Obs.Std(0) + l.model.Obs.Mean[0]
		if math.Abs(obs-float64(cell)) > 1e-5 {
			t.Errorf("sample %d: cell %v, want %d", at, obs, cell)
		}
		want := []float64{10 * math.Pow(0.9, float64(8-cell)), -(1 - math.Pow(0.9, float64(9-cell))) / 0.1}
		for j, w := range want {
			if got := float64(l.batch.ret[2*at+j]) * l.Sigma(j); math.Abs(got-w) > 1e-5 {
				t.Errorf("cell %d, objective %d: target %v, want %v", cell, j, got, w)
			}
		}
		if l.batch.actions[at] != 1 {
			t.Errorf("sample %d: action %v", at, l.batch.actions[at])
		}
	}
}

// An episode that its limit of time ends is completed by the critic's value of the last observation. The clock
// is stopped after 5 steps, each of which pays 1.
func TestDemonstrationsAreCompletedAtTimeLimits(t *testing.T) {
	e := &envs.Environment{
		Spec: envs.Spec{
			ID: "clock", Horizon: 5, Observation: envs.Box("int64", []float64{0}, []float64{5}),
			Action: envs.Discrete(2), Objectives: []envs.Objective{{Name: "time"}},
		},
		New: func() envs.Env { return &clock{} },
	}
	s := Defaults()
	s.Envs, s.Rollout, s.Minibatch, s.Hidden, s.Gamma = 2, 10, 5, []int{1}, 0.5
	l := New(e, s, 1, 1)
	critic := l.net.criticPart(l.model.Params)
	for i, layer := range []struct{ w, b float32 }{{0.5, 0}, {2, 0.1}} {
		if err := l.net.critic.SetWeights(critic, i, []float32{layer.w}, []float32{layer.b}); err != nil {
			t.Fatal(err)
		}
	}
	l.model.Obs.Mean[0], l.model.Obs.Var[0], l.model.Obs.Count = 2, 1, 1e18
	l.Demonstrate(right)
	reward := 1 / l.Sigma(0)
	for at, target := range l.batch.ret {
		want := 2*math.Tanh(1.5) + 0.1 // V after 5 steps
		for range 5 - at/s.Envs%5 {
			want = reward + 0.5*want
		}
		if math.Abs(float64(target)-want) > 1e-5 {
			t.Errorf("target of sample %d is %v, want %v", at, target, want)
		}
	}
}

// At the policy itself and with an advantage of 1 everywhere the gradient of the policy update, which finite
// differences confirm, is that of -mean ln p(a), and that of the values has no clip.
func TestImitationGradient(t *testing.T) {
	for _, kind := range kinds {
		s := small()
		e := driftEnv(kind)
		l := New(e, s, 0.99, 5)
		l.Demonstrate(Untrained(&e.Spec, []int{8}, 2, rand.New(agents.NewRand(4, "teacher"))))
		sample, b := l.batch.perm[:s.Minibatch], &l.batch
		for i := range sample {
			sample[i] = 3 * i
		}
		l.imitate(sample, 0.05)
		got := append([]float32(nil), b.grad...)
		n, width, d := l.head.Actions(), l.net.actor.OutWidth(), e.Spec.Observation.Len()
		cache := l.net.actor.NewCache(1)
		if l.gauss != nil {
			l.gauss.SetLogStd(l.net.logStd(l.model.Params))
		}
		for at := range b.logp {
			l.net.actor.Forward(l.net.actorPart(l.model.Params), b.obs[at*d:(at+1)*d], 1, cache)
			l.head.Set(cache.Out[:width])
			b.logp[at], b.combined[at] = l.head.LogProb(b.actions[at*n:][:n]), 1
		}
		l.minibatch(sample, nil, 0.05, new(Stats), new(stopwatch))
		clear(l.net.logStd(b.grad)) // the spread stays
		for i, want := range b.grad {
			if math.Abs(float64(got[i]-want)) > 1e-5*(1+math.Abs(float64(want))) {
				t.Errorf("%s, parameter %d: %v, want %v", kind, i, got[i], want)
			}
		}
	}
}

// TestImitationActsAlike: a policy that turns round at two places is imitated, action by action, and training can go on from there.
func TestImitationActsAlike(t *testing.T) {
	e := driftEnv("discrete")
	var back rule = func(obs []float32) int32 { // towards the middle of the line
		switch {
		case obs[0] > 0.3:
			return 0
		case obs[0] < -0.3:
			return 2
		}
		return 1
	}
	s := small()
	s.Rollout = 64
	l := New(e, s, 0.99, 5)
	for range 4 {
		l.Demonstrate(back)
		l.Imitate(40, 3e-3, 0)
	}
	actor, act := l.Policy().NewActor(1), envs.Actions[float32]{Discrete: make([]int32, 1)}
	for x := float32(-0.6); x < 0.6; x += 0.05 {
		obs := []float32{x, x * x}
		actor.Act(obs, act)
		if want := back(obs); act.Discrete[0] != want && math.Abs(math.Abs(float64(x))-0.3) > 0.03 {
			t.Errorf("at %v it acts by %d, its teacher by %d", x, act.Discrete[0], want)
		}
	}
	train(t, l, 1)
}

// Values of the corridor are those of its returns, 10 γ^k and the sum of γ^k, for who walks straight.
func TestImitationLearnsTheValues(t *testing.T) {
	s := corridorSettings().Settings
	s.Rollout, s.Gamma = 27, 0.9
	l := New(corridorEnv(), s, 1, 1)
	for range 3 {
		l.Demonstrate(right)
		l.Imitate(200, 3e-3, 0)
	}
	l.Demonstrate(right)
	for cell := range 9 {
		want := []float64{10 * math.Pow(0.9, float64(8-cell)), -(1 - math.Pow(0.9, float64(9-cell))) / 0.1}
		for j, w := range want {
			if v := float64(l.batch.value[2*cell*s.Envs+j]) * l.Sigma(j); math.Abs(v-w) > 0.3 {
				t.Errorf("cell %d, objective %d: value %v, want %v", cell, j, v, w)
			}
		}
	}
}
