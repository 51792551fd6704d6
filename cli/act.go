package cli

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
)

// actInfo is the --json form of what a policy did, a contract with scripts.
type actInfo struct {
	Run           string     `json:"run"`
	Environment   string     `json:"environment"`
	Policy        string     `json:"policy"`
	Origin        string     `json:"origin"`
	Preference    []float64  `json:"preference,omitempty"`
	Utility       *float64   `json:"utility,omitempty"` // preference · front_value
	Episodes      int        `json:"episodes"`
	Seed          uint64     `json:"seed"`
	Discount      float64    `json:"discount"`
	MeanLength    float64    `json:"mean_length"`
	Objectives    []string   `json:"objectives"`
	FrontValue    []float64  `json:"front_value"` // as the run measured it
	Return        []float64  `json:"return"`
	StandardError []*float64 `json:"standard_error"` // of return; null where one episode cannot tell
	Undiscounted  []float64  `json:"undiscounted"`
}

func (a *app) actCommand() *cobra.Command {
	var run, policy, environment string
	var preference referenceFlag
	var options environmentOptions
	var episodes int
	var seed uint64
	c := &cobra.Command{
		Use:   "act --run DIR (--preference a,b,... | --policy NAME)",
		Short: "Let a trained policy act, the best of a run for a preference",
		Long: `Choose the policy of a finished run that is best for a preference, let it act for some episodes and
print what it reached.

The preference is one weight per objective, none negative; they need not add up to 1. The policy
with the largest weighted sum of values on the run's front is taken. --policy takes one by its name
in front.csv instead. Episodes are new ones: neither training nor evaluation saw their seeds.

With --env ID the policy acts in another environment of the same spaces and objectives, or in its
own with other options (--param).`,
		Example: "  paretolab act --run runs/minecart/cmorl__minecart-v0__s0 --preference 0.5,0.3,0.2\n" +
			"  paretolab act --run runs/minecart/cmorl__minecart-v0__s0 --policy s1.w3.u100 --episodes 100 --json",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case run == "":
				return usagef("--run DIR is missing: the directory of a finished run, which holds run.json")
			case (policy == "") == (preference == nil):
				return usagef("give either --preference, one weight per objective, or --policy, a name in front.csv")
			case episodes < 1:
				return usagef("--episodes is %d; give at least 1", episodes)
			}
			if info, err := os.Stat(run); err != nil || !info.IsDir() {
				return usagef("there is no directory %s; give that of a finished run, which holds run.json", run)
			}
			set, err := loadPolicySet(run)
			if err != nil {
				return err
			}
			if environment == "" && len(options) > 0 {
				environment = set.Env.Spec.ID
			}
			if environment != "" {
				e, err := options.make(environment)
				if err != nil {
					return err
				}
				if err := set.MoveTo(e); err != nil {
					return withCode(exitUsage, err)
				}
			}
			var member *agents.Member
			if policy != "" {
				member, err = set.Member(policy)
			} else {
				member, err = set.Choose(preference)
			}
			if err != nil {
				return withCode(exitUsage, err)
			}
			value, err := set.Measure(c.Context(), member.Policy, episodes, seed)
			if err != nil {
				return a.stopped()
			}
			return a.printAct(run, set, member, preference, seed, value)
		},
	}
	f := c.Flags()
	f.StringVar(&run, "run", "", "directory of a finished run")
	f.Var(&preference, "preference", "weight of each objective")
	f.StringVar(&policy, "policy", "", "name of a policy in front.csv, in place of a preference")
	f.StringVar(&environment, "env", "", "environment to act in (default: the run's)")
	f.IntVar(&episodes, "episodes", 20, "episodes; where all are the same, one is run")
	f.Uint64Var(&seed, "seed", 0, "seed of the episodes")
	options.register(c)
	_ = c.MarkFlagDirname("run") // fails only for a flag that does not exist
	return c
}

// printAct prints which policy acted and what it reached.
func (a *app) printAct(run string, set *experiments.PolicySet, m *agents.Member, preference []float64, seed uint64, v agents.Value) error {
	info := actInfo{
		Run: run, Environment: set.Env.Spec.ID, Policy: m.ID, Origin: m.Origin, Preference: preference,
		Episodes: v.Episodes, Seed: seed, Discount: set.Reference.Discount, MeanLength: v.Length,
		Objectives: set.Env.Spec.ObjectiveNames(), FrontValue: m.Value.Return, Return: v.Return, Undiscounted: v.Undiscounted,
	}
	for _, se := range v.StdErr {
		info.StandardError = append(info.StandardError, number(se))
	}
	var page bytes.Buffer
	fmt.Fprintf(&page, "policy %s (%s) in %s, seed %d\n", m.ID, m.Origin, info.Environment, seed)
	if preference != nil {
		u := 0.0
		for j, w := range preference {
			u += w * m.Value.Return[j]
		}
		info.Utility = &u
		fmt.Fprintf(&page, "best of %d policies for the preference %v: utility %s\n", len(set.Members), preference, short(u))
	}
	fmt.Fprintf(&page, "%d episodes, %s steps on average, discount %v\n\n", v.Episodes, short(v.Length), info.Discount)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "objective\ton the front\tnow\tstandard error\tundiscounted")
	for j, name := range info.Objectives {
		se := "unknown"
		if info.StandardError[j] != nil {
			se = short(*info.StandardError[j])
		}
		front := "–" // of the repertoire
		if m.Value.Return != nil {
			front = short(m.Value.Return[j])
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", name, front, short(v.Return[j]), se, short(v.Undiscounted[j]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return a.printAnswer(info, &page)
}

// short prints a number with six significant digits.
func short(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
