package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// rolloutOptions are the flags of bench rollout.
type rolloutOptions struct {
	copies []int
	steps  int
	rounds int
	paths  kernelPaths
}

func (o *rolloutOptions) settings(copies int) ppo.Settings {
	s := ppo.Defaults()
	s.Envs, s.Rollout = copies, o.steps
	s.Minibatch, s.Epochs = min(s.Minibatch, copies*o.steps), 1 // of the one update that warms up
	return s
}

func (o *rolloutOptions) check() error {
	err := checkPositive(map[string]int{"count": o.rounds, "steps": o.steps})
	if err != nil {
		return err
	}
	if len(o.copies) == 0 {
		return usagef("--copies names no number")
	}
	for _, n := range o.copies {
		if err := checkPositive(map[string]int{"copies": n}); err != nil {
			return err
		}
		s := o.settings(n)
		if err := s.Check(); err != nil {
			return usagef("%w", err)
		}
	}
	o.paths, err = o.paths.resolve()
	return err
}

func (a *app) benchRolloutCommand() *cobra.Command {
	o := &rolloutOptions{}
	c := &cobra.Command{
		Use:   "rollout [ID...]",
		Short: "Speed of acting and stepping, without learning",
		Long: `Collect rollouts with an untrained policy of two tanh layers of 64 and print environment steps per
second of processor time on one core, with the shares of acting (normalisation, network, sampling,
bookkeeping), of the environment itself, and of valuing states and estimating advantages.

ID names environments; without any, the toy task of bench ppo is stepped. The last line repeats the
totals as a JSON object with steps, wall_s and cpu_s. With --json: an array of measurements.`,
		Example: `  paretolab bench rollout
  paretolab bench rollout CartPole-v1 minecart-v0 --copies 8,64`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return envs.IDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, ids []string) error {
			if err := o.check(); err != nil {
				return err
			}
			var tasks []*envs.Environment
			for _, id := range ids {
				e, err := makeEnvironment(id, nil)
				if err != nil {
					return err
				}
				tasks = append(tasks, e)
			}
			if len(ids) == 0 {
				tasks = []*envs.Environment{synthEnvironment()}
			}
			speeds, err := a.measureRollouts(c.Context(), tasks, o)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(speeds)
			}
			return a.printTraining(speeds)
		},
	}
	flags := c.Flags()
	flags.IntSliceVar(&o.copies, "copies", []int{8, 64}, "environment copies")
	flags.IntVar(&o.steps, "steps", 256, "steps of each copy in a rollout")
	o.paths.register(c)
	roundsFlag(c, &o.rounds)
	return c
}

// measureRollouts takes the samples of all tasks, numbers of copies and paths in turn.
func (a *app) measureRollouts(ctx context.Context, tasks []*envs.Environment, o *rolloutOptions) ([]trainingSpeed, error) {
	const atLeast = 16384 // environment steps of a sample
	var all []*contender
	err := o.paths.each(func() error {
		for _, e := range tasks {
			for _, n := range o.copies {
				c := newContender(e, kern.Path(), o.settings(n), 1)
				c.minibatch = 0 // nothing is learned
				all = append(all, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	takers := func(path string) []taker {
		var some []taker
		for _, c := range all {
			if c.path == path {
				iterations := max(1, atLeast/c.learner.Settings.StepsPerUpdate())
				some = append(some, taker{c.task + ", " + path, func() { c.sample(iterations, c.learner.Collect) }})
			}
		}
		return some
	}
	if err := a.samples(ctx, o.paths, o.rounds, takers); err != nil {
		return nil, err
	}
	var speeds []trainingSpeed
	for _, c := range all {
		speeds = append(speeds, c.finish("rollout", fmt.Sprintf("%s-%d", c.task, c.learner.Settings.Envs), 0, nil))
	}
	return speeds, nil
}
