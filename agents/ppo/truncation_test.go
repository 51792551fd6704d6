package ppo

import (
	"math"
	"testing"

	"github.com/paretolab/paretolab/envs"
)

// clock observes how many steps it has made, and pays 1 for each. It never ends by itself unless told to.
type clock struct {
	Steps, end int
}

func (c *clock) Reset(*envs.RNG) { c.Steps = 0 }

func (c *clock) Step(_ *envs.RNG, _ envs.Action, r []float64) bool {
	c.Steps++
	r[0] = 1
	return c.Steps == c.end
}

func (c *clock) Observe(obs []float64) { obs[0] = float64(c.Steps) }

func (c *clock) State() any { return &c.Steps }

// A rollout of two episodes of five steps, with λ = 0, so that the return target of a step is its scaled
// reward plus γ V of the next state. V(x) = 2 tanh(x/2) + 0.1 of the normalised observation x. At the time
// limit the next state is the final one, after 5 steps, and not the first one of the episode after it; at
// a true end there is none.
func TestTimeLimitsBootstrapFromTheFinalObservation(t *testing.T) {
	for _, end := range []int{0, 5} {
		e := &envs.Environment{
			Spec: envs.Spec{
				ID: "clock", Horizon: 5, Observation: envs.Box("int64", []float64{0}, []float64{5}),
				Action: envs.Discrete(2), Objectives: []envs.Objective{{Name: "time"}},
			},
			New: func() envs.Env { return &clock{end: end} },
		}
		s := Defaults()
		s.Envs, s.Rollout, s.Minibatch, s.Hidden, s.Gamma, s.Lambda = 2, 10, 5, []int{1}, 0.5, 0
		l := New(e, s, 1, 1)
		critic := l.net.criticPart(l.model.Params)
		for i, layer := range []struct{ w, b float32 }{{0.5, 0}, {2, 0.1}} {
			if err := l.net.critic.SetWeights(critic, i, []float32{layer.w}, []float32{layer.b}); err != nil {
				t.Fatal(err)
			}
		}
		// Statistics of observations that no rollout moves: mean 2, standard deviation 1.
		l.model.Obs.Mean[0], l.model.Obs.Var[0], l.model.Obs.Count = 2, 1, 1e18
		l.Collect()
		value := func(steps int) float64 { return 2*math.Tanh(float64(steps-2)/2) + 0.1 }
		for at, target := range l.batch.ret {
			steps := at/s.Envs%5 + 1 // after sample at
			want := l.batch.rewards[at] + s.Gamma*value(steps)
			if steps == 5 && end == 5 {
				want = l.batch.rewards[at]
			}
			if l.batch.rewards[at] <= 0 || math.Abs(float64(target)-want) > 1e-5 {
				t.Errorf("end %d: target of sample %d is %v, want %v", end, at, target, want)
			}
		}
		if l.Episodes.N != 4 || l.Episodes.Return[0] != 20 || l.Episodes.Length != 20 {
			t.Errorf("end %d: episodes %+v", end, l.Episodes)
		}
	}
}
