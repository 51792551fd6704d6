package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/plots"
)

// rolloutStep is a step of a rollout as a line of JSON: that of a trace with the action.
type rolloutStep struct {
	Action []golden.Number `json:"action"`
	traceStep
}

func (a *app) envsRolloutCommand() *cobra.Command {
	var options environmentOptions
	var source episodeSource
	var steps int
	c := &cobra.Command{
		Use:   "rollout ID",
		Short: "Play an episode of a policy or of random actions and print every step",
		Long: `Play one episode and print a line for every step: action, reward and the return so far, which is not
discounted.

The episode is that of a policy that a run has trained (--policy), or of the actions in a file (--actions,
the format of trace), or else of random actions. --policy takes a policy RUN/policies/NAME, or the
directory RUN of a finished run together with --point N, row N of its front.csv, or with --preference, for
which the best policy is taken. The environment is that of the run, unless ID or --param name another one
of the same spaces.

With --json it prints JSON Lines as trace does, with the action of every step:
{"obs": […]}, then {"action": […], "obs": […], "reward": […], "terminated": false, "truncated": false}.`,
		Example: `  paretolab envs rollout deep-sea-treasure-v0 --seed 1
  paretolab envs rollout minecart-v0 --policy runs/minecart/cmorl__minecart-v0__s0 --preference 1,1,0.1
  paretolab envs rollout minecart-v0 --json | jq -r 'select(.action).action | join(",")' > actions.txt`,
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			if steps < 0 {
				return usagef("--steps is %d; give at least 1", steps)
			}
			source.read(c)
			p, err := a.openEpisode(args[0], options, &source)
			if err != nil {
				return err
			}
			if steps > 0 {
				p.limit = steps
			}
			return a.rollout(c.Context(), p)
		},
	}
	source.register(c)
	c.Flags().IntVar(&steps, "steps", 0, "end after so many steps at most (default: at the end of the episode, of random actions after 1000)")
	options.register(c)
	return c
}

// rollout prints an episode.
func (a *app) rollout(ctx context.Context, p *episode) error {
	out := bufio.NewWriter(a.out)
	var err error
	if a.json {
		enc := json.NewEncoder(out)
		err = p.play(ctx, func(m moment) {
			if m.step == 0 {
				_ = enc.Encode(traceStart{golden.Numbers(m.obs)}) // an error of writing stays in out
				return
			}
			_ = enc.Encode(rolloutStep{golden.Numbers(m.action), traceStep{golden.Numbers(m.obs), golden.Numbers(m.reward), m.terminated, m.truncated}})
		})
	} else {
		err = p.printSteps(ctx, out)
	}
	if werr := out.Flush(); err == nil {
		err = werr
	}
	return a.playError(ctx, err)
}

// printSteps prints an episode as a table, and how it ended.
func (p *episode) printSteps(ctx context.Context, out *bufio.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "step\taction\t%s\treturn\n", strings.Join(p.spec.ObjectiveNames(), "\t"))
	var last moment
	discounted, weight := make([]float64, p.spec.M()), 1.0
	err := p.play(ctx, func(m moment) {
		if last = m; m.step == 0 {
			return
		}
		fmt.Fprintf(table, "%d\t%s\t", m.step, actionText(&p.spec.Action, m.action))
		for j, r := range m.reward {
			discounted[j] += weight * r
			fmt.Fprintf(table, "%s\t", plots.Number(r, 6))
		}
		weight *= p.spec.Reference.Discount
		fmt.Fprintln(table, vector(m.total, 6))
	})
	_ = table.Flush() // an error of writing stays in out
	if err != nil {
		return err
	}
	end := "not ended"
	switch {
	case last.terminated:
		end = "terminated"
	case last.truncated:
		end = "truncated"
	}
	fmt.Fprintf(out, "\n%s, %s; return %s", counted(last.step, "step", "steps"), end, vector(last.total, 6))
	if g := p.spec.Reference.Discount; g > 0 && g < 1 {
		fmt.Fprintf(out, ", with discount %s %s", strconv.FormatFloat(g, 'g', -1, 64), vector(discounted, 6))
	}
	fmt.Fprintln(out)
	return nil
}
