package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
)

func (a *app) envsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "envs",
		Short: "List, describe, trace and check environments",
		Long: `Environments with vector rewards, every objective maximised.

list and show describe them, front computes the true Pareto front where there is an exact model,
trace prints an episode of given actions, rollout one of a policy or of random actions, verify replays recordings of the originals, and check
runs the conformance suite.

Wherever an id is taken, the path of a file that describes a grid world names that world (it ends in
.yaml, .yml or .json, or begins with ./); template prints such a file.`,
		Example: `  paretolab envs list --known-front
  paretolab envs show minecart-v0
  paretolab envs front deep-sea-treasure-concave-v0 --gamma 0.99`,
	}
	c.AddCommand(a.envsListCommand(), a.envsShowCommand(), a.envsFrontCommand(),
		a.envsTraceCommand(), a.envsVerifyCommand(), a.envsCheckCommand(), a.envsTemplateCommand(), a.envsRenderCommand(), a.envsRolloutCommand())
	return c
}

// completeEnvironment completes the one argument that is an environment's id, or a file.
func completeEnvironment(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return envs.IDs(), cobra.ShellCompDirectiveDefault
}

// oneEnvironment demands exactly one id.
func oneEnvironment(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("%s takes one environment id (`paretolab envs list` prints all)", c.CommandPath())
	}
	return nil
}

// environmentOptions is the repeatable flag --param k=v.
type environmentOptions []string

func (o *environmentOptions) register(c *cobra.Command) {
	c.Flags().StringArrayVar((*[]string)(o), "param", nil, "option of the environment as name=value, or max_episode_steps=N; repeatable")
}

// make configures an environment with the options given.
func (o environmentOptions) make(id string) (*envs.Environment, error) {
	given := map[string]any{}
	for _, pair := range o {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usagef("--param %q is not of the form name=value", pair)
		}
		if _, twice := given[name]; twice {
			return nil, usagef("--param %s is given twice", name)
		}
		given[name] = value
	}
	return makeEnvironment(id, given)
}

// completeWords completes a flag with one of a few words.
func completeWords(c *cobra.Command, flag string, words ...string) {
	err := c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("cli: " + err.Error()) // the flag does not exist
	}
}
