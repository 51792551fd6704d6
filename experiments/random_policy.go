package experiments

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
)

// randomEpisodes are run to measure the random policy.
const randomEpisodes = 100

// measureRandom measures the policy that draws every action from the action space, as
// [envs.Space.Sample] does, on episodes of a stream of its own.
func measureRandom(ctx context.Context, env *envs.Environment, gamma float64, seed uint64) (agents.Value, error) {
	e := &evaluator{env: env, gamma: gamma, seed: seed, stream: "random", episodes: randomEpisodes}
	return e.measure(ctx, randomPolicy{&env.Spec.Action})
}

// randomPolicy draws its actions.
type randomPolicy struct{ space *envs.Space }

func (randomPolicy) Kind() string { return "random" }

func (randomPolicy) Encode() ([]byte, error) {
	return nil, errors.New("the random policy has no file format")
}

func (p randomPolicy) NewActor(n int) agents.Actor {
	return &randomActor{space: p.space, rng: make([]envs.RNG, n), action: make([]float64, p.space.Len())}
}

// randomActor has one random stream per episode.
type randomActor struct {
	space  *envs.Space
	rng    []envs.RNG
	action []float64
}

func (a *randomActor) Reset(i int, rng *rand.Rand) { a.rng[i].Seed(rng.Uint64()) }

func (a *randomActor) Act(_ []float32, act envs.Actions[float32]) {
	n := len(a.action)
	for i := range a.rng {
		a.space.Sample(&a.rng[i], a.action)
		for j, x := range a.action {
			if a.space.Kind == envs.KindBox {
				act.Box[i*n+j] = float32(x)
			} else {
				act.Discrete[i*n+j] = int32(x)
			}
		}
	}
}
