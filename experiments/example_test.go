package experiments_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	_ "github.com/paretolab/paretolab/agents/ppo"
	_ "github.com/paretolab/paretolab/envs/control"
	"github.com/paretolab/paretolab/experiments"
)

// pole trains PPO on CartPole for a moment, below dir, and returns its run directory.
func pole(dir string) string {
	c, err := experiments.ParseConfig("pole.yaml", []byte(`
version: 1
name: pole
environment: CartPole-v1
algorithm: ppo
steps: 20_000
`), "yaml", experiments.Overrides{Out: dir})
	if err != nil {
		panic(err) // everything that is wrong, with line and column
	}
	outcomes, err := c.Run(context.Background())
	if err != nil {
		panic(err)
	}
	return outcomes[0].Dir
}

// A configuration, from a file with LoadConfig or from text, is run as `paretolab run` does.
func ExampleConfig_Run() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	c, err := experiments.ParseConfig("poles.yaml", []byte(`
version: 1
name: poles
grid: {environments: [CartPole-v1], algorithms: [ppo], seeds: 0..2}
budget: {steps: 20_000}
`), "yaml", experiments.Overrides{Out: dir})
	if err != nil {
		panic(err)
	}
	outcomes, err := c.Run(context.Background())
	if err != nil {
		panic(err)
	}
	for _, o := range outcomes {
		fmt.Println("seed", o.Item.Seed, "in", filepath.Base(o.Dir), o.Run.Result.Status)
	}
	// Output:
	// seed 0 in ppo__cartpole-v1__s0 complete
	// seed 1 in ppo__cartpole-v1__s1 complete
	// seed 2 in ppo__cartpole-v1__s2 complete
}

// A run directory reads back as one value.
func ExampleLoadRun() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	run, err := experiments.LoadRun(pole(dir))
	if err != nil {
		panic(err)
	}
	last := run.Metrics[len(run.Metrics)-1]
	fmt.Println(run.Info.Algorithm, "on", run.Info.Environment.ID, "trained for", last.StepsTrain, "steps")
	for _, p := range run.Front() {
		fmt.Println("a policy measured on", p.Episodes, "episodes, return above 50:", p.Value[0] > 50)
	}
	// Output:
	// ppo on CartPole-v1 trained for 19968 steps
	// a policy measured on 100 episodes, return above 50: true
}

// The policies of a run come ready to act, with the environment that they were trained for.
func ExampleLoadPolicySet() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	set, err := experiments.LoadPolicySet(pole(dir))
	if err != nil {
		panic(err)
	}
	best, err := set.Choose([]float64{1}) // a weight per objective
	if err != nil {
		panic(err)
	}
	value, err := set.Measure(context.Background(), best.Policy, 10, 1)
	if err != nil {
		panic(err)
	}
	fmt.Println(set.Env.Spec.ObjectiveNames(), value.Episodes, "episodes, steps above 50:", value.Length > 50)
	// Output:
	// [reward] 10 episodes, steps above 50: true
}
