package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
)

func (a *app) envsListCommand() *cobra.Command {
	var objectives int
	var actions string
	var known bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the environments",
		Long: `List the environments. With --json: an array of ids.

Ids are those of MO-Gymnasium and Gymnasium. CartPole-v0 is CartPole-v1 with --param max_episode_steps=200.
Not offered: mo-highway and mo-supermario, which need a simulator and an emulator of their own, and
minecart-rgb-v0, minecart-v0 seen as pixels.`,
		Example: "  paretolab envs list\n  paretolab envs list --objectives 2 --actions discrete --known-front",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if actions != "" && actions != "discrete" && actions != "continuous" {
				return usagef("--actions is %q; it is discrete or continuous", actions)
			}
			if c.Flags().Changed("objectives") && objectives < 1 {
				return usagef("--objectives is %d; it is at least 1", objectives)
			}
			ids := []string{}
			var table bytes.Buffer
			w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "id\tobjectives\tactions\tfront\tsummary")
			for _, id := range envs.IDs() {
				e, err := envs.Make(id, nil)
				if err != nil {
					return err
				}
				kind, front := actionKind(&e.Spec.Action), knownFront(e)
				if objectives > 0 && e.Spec.M() != objectives || known && front == frontUnknown ||
					actions != "" && actions != kind {
					continue
				}
				ids = append(ids, id)
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", id, strings.Join(e.Spec.ObjectiveNames(), ", "), actionCount(&e.Spec.Action), front, e.Spec.Summary)
			}
			var err error
			switch {
			case a.json:
				err = a.printJSON(ids)
			case len(ids) > 0:
				if err = w.Flush(); err == nil {
					_, err = table.WriteTo(a.out)
				}
			}
			if err == nil && len(ids) == 0 {
				err = withCode(exitNothing, errors.New("no environment matches; `paretolab envs list` prints all"))
			}
			return err
		},
	}
	c.Flags().IntVar(&objectives, "objectives", 0, "only those with this number of objectives")
	c.Flags().StringVar(&actions, "actions", "", "only those with discrete or continuous actions")
	c.Flags().BoolVar(&known, "known-front", false, "only those whose front, or a bound of it, is known")
	completeWords(c, "actions", "discrete", "continuous")
	return c
}

// What is known of an environment's front.
const (
	frontExact      = "exact"
	frontLowerBound = "lower bound"
	frontUnknown    = "unknown"
)

func knownFront(e *envs.Environment) string {
	if k, ok := e.New().(envs.KnownFront); ok {
		if _, _, ok := k.KnownFront(e.Spec.Reference.Discount); ok {
			return frontLowerBound
		}
	}
	if _, ok := e.Model(); ok {
		return frontExact
	}
	return frontUnknown
}

func actionKind(s *envs.Space) string {
	if s.Kind == envs.KindDiscrete {
		return "discrete"
	}
	return "continuous"
}

// actionCount says how many actions there are, for a table: 4 of a discrete space, 2×3 of a
// multi-discrete one, R^2 of a continuous one.
func actionCount(s *envs.Space) string {
	if s.Kind == envs.KindBox {
		return fmt.Sprintf("R^%d", s.Len())
	}
	counts := make([]string, len(s.N))
	for i, n := range s.N {
		counts[i] = strconv.Itoa(n)
	}
	return strings.Join(counts, "×")
}
