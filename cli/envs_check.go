package cli

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/envtest"
)

// checkInfo is the --json form of a conformance check.
type checkInfo struct {
	Environment string    `json:"environment"`
	Pass        bool      `json:"pass"`
	Passed      int       `json:"passed"` // laws that hold
	Failed      int       `json:"failed"` // laws that do not
	Seconds     float64   `json:"seconds"`
	Laws        []lawInfo `json:"laws"` // those that were tried
}

type lawInfo struct {
	Law    string `json:"law"`
	Says   string `json:"says"`
	Pass   bool   `json:"pass"`
	Detail string `json:"detail,omitempty"` // what was observed
}

func (a *app) envsCheckCommand() *cobra.Command {
	var options environmentOptions
	c := &cobra.Command{
		Use:   "check [ID...]",
		Short: "Run the conformance suite on environments",
		Long: `Try the laws of the environment contract with random actions: bounds, determinism under a seed,
time limit, saved states, batches, allocations and more. With an unsound specification the others
are not tried. Exit code 1 if a law does not hold.

One id prints every law; several print a table with a row for each environment, and none at all
means every registered environment. --json prints an object for one id, else an array of them.`,
		Example: "  paretolab envs check\n  paretolab envs check minecart-v0\n" +
			"  paretolab envs check minecart-v0 --param frame_skip=1 --json",
		Args: func(_ *cobra.Command, ids []string) error {
			if len(options) > 0 && len(ids) != 1 {
				return usagef("--param goes with one environment id, not with %d", len(ids))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return envs.IDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, ids []string) error {
			if len(ids) == 1 {
				return a.checkOne(ids[0], options)
			}
			if len(ids) == 0 {
				ids = envs.IDs()
			}
			return a.checkAll(ids)
		},
	}
	options.register(c)
	return c
}

// check runs the conformance suite.
func check(e *envs.Environment) checkInfo {
	start := time.Now()
	broken := map[string]string{}
	for _, f := range envtest.Check(e) {
		broken[f.Law] = f.Detail
	}
	info := checkInfo{Environment: e.Spec.ID, Pass: len(broken) == 0, Failed: len(broken), Seconds: time.Since(start).Seconds()}
	for _, law := range envtest.Laws() {
		detail, bad := broken[law.Name]
		info.Laws = append(info.Laws, lawInfo{law.Name, law.Says, !bad, detail})
		if bad && law.Name == "specification" {
			break // the other laws were not tried
		}
	}
	info.Passed = len(info.Laws) - info.Failed
	return info
}

// err is nil if every law holds, else names those that do not.
func (c *checkInfo) err() error {
	if c.Pass {
		return nil
	}
	var details []string
	for _, law := range c.Laws {
		if !law.Pass {
			details = append(details, law.Law+": "+law.Detail)
		}
	}
	return withCode(exitFailed, fmt.Errorf("%s breaks %d of %d laws\n%s", c.Environment, c.Failed, len(c.Laws), strings.Join(details, "\n")))
}

// checkOne prints every law of one environment.
func (a *app) checkOne(id string, options environmentOptions) error {
	e, err := options.make(id)
	if err != nil {
		return err
	}
	info := check(e)
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	for _, law := range info.Laws {
		fmt.Fprintf(w, "%s\t%s\t%s\n", verdict(law.Pass), law.Law, law.Says)
	}
	if err := a.printChecks(info, w, &page); err != nil {
		return err
	}
	return info.err()
}

// checkAll prints a row for each environment.
func (a *app) checkAll(ids []string) error {
	var chosen []*envs.Environment
	for _, id := range ids {
		e, err := makeEnvironment(id, nil)
		if err != nil {
			return err
		}
		chosen = append(chosen, e)
	}
	var infos []checkInfo
	var failed []string
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tenvironment\tlaws passed\tfailed\tseconds")
	for _, e := range chosen {
		info := check(e)
		infos = append(infos, info)
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.2f\n", verdict(info.Pass), info.Environment, info.Passed, info.Failed, info.Seconds)
		if err := info.err(); err != nil {
			failed = append(failed, err.Error())
		}
	}
	if err := a.printChecks(infos, w, &page); err != nil || len(failed) == 0 {
		return err
	}
	return withCode(exitFailed, fmt.Errorf("%s\n%d of %d environments fail", strings.Join(failed, "\n"), len(failed), len(infos)))
}

// printChecks prints the table, or with --json what it shows.
func (a *app) printChecks(shown any, w *tabwriter.Writer, page *bytes.Buffer) error {
	if a.json {
		return a.printJSON(shown)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := page.WriteTo(a.out)
	return err
}
