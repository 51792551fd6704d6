package cmorl_test

import (
	"context"
	"fmt"
	"os"

	_ "github.com/paretolab/paretolab/agents/cmorl"
	"github.com/paretolab/paretolab/envs"
	_ "github.com/paretolab/paretolab/envs/grid"
	"github.com/paretolab/paretolab/experiments"
)

// trained runs a small experiment below dir and returns its run directory.
func trained(dir string) (string, error) {
	c, err := experiments.ParseConfig("sea.yaml", []byte(`version: 1
name: sea
grid: {environments: [deep-sea-treasure-v0], algorithms: [cmorl]}
budget: {steps: 30_000}
`), "yaml", experiments.Overrides{})
	if err != nil {
		return "", err
	}
	c.Output.Root = dir
	outcomes, err := experiments.Execute(context.Background(), experiments.RunOptions{Workers: 2}, c)
	if err != nil {
		return "", err
	}
	return outcomes[0].Dir, nil
}

// A user's program loads the policies of a run, chooses one for a preference and lets it act.
func Example() {
	tmp, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(tmp)
	dir, err := trained(tmp) // or the directory that `paretolab run` printed
	if err != nil {
		panic(err)
	}

	set, err := experiments.LoadPolicySet(dir)
	if err != nil {
		panic(err)
	}
	hurry, err := set.Choose([]float64{0, 1}) // all weight on time
	if err != nil {
		panic(err)
	}
	env := set.Env.New()
	var rng envs.RNG
	rng.Seed(1)
	env.Reset(&rng)
	obs, reward := make([]float64, 2), make([]float64, 2)
	actor, action := hurry.Policy.NewActor(1), envs.Actions[float32]{Discrete: make([]int32, 1)}
	actor.Reset(0, nil)
	for over := false; !over; {
		env.Observe(obs)
		actor.Act([]float32{float32(obs[0]), float32(obs[1])}, action)
		over = env.Step(&rng, envs.Action{Discrete: action.Discrete}, reward)
		fmt.Println(set.Env.Spec.ObjectiveNames(), reward)
	}
	// Output:
	// [treasure time] [0.7 -1]
}
