package cli

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs/envtest"
)

// checkInfo is the --json form of a conformance check.
type checkInfo struct {
	Environment string    `json:"environment"`
	Pass        bool      `json:"pass"`
	Laws        []lawInfo `json:"laws"`
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
		Use:   "check ID",
		Short: "Run the conformance suite on an environment",
		Long: `Try the laws of the environment contract with random actions: bounds, determinism under a seed,
time limit, saved states, batches, allocations and more. Exit code 1 if one does not hold. With an
unsound specification the others are not tried.`,
		Example:           "  paretolab envs check minecart-v0\n  paretolab envs check minecart-v0 --param frame_skip=1 --json",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(_ *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			broken := map[string]string{}
			for _, f := range envtest.Check(e) {
				broken[f.Law] = f.Detail
			}
			info := checkInfo{Environment: e.Spec.ID, Pass: len(broken) == 0}
			var page bytes.Buffer
			w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
			for _, law := range envtest.Laws() {
				detail, bad := broken[law.Name]
				info.Laws = append(info.Laws, lawInfo{law.Name, law.Says, !bad, detail})
				fmt.Fprintf(w, "%s\t%s\t%s\n", verdict(!bad), law.Name, law.Says)
				if bad && law.Name == "specification" {
					break // the other laws were not tried
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(info)
			} else {
				_, err = page.WriteTo(a.out)
			}
			if err != nil || info.Pass {
				return err
			}
			var details []string
			for _, law := range info.Laws {
				if !law.Pass {
					details = append(details, law.Law+": "+law.Detail)
				}
			}
			return withCode(exitFailed, fmt.Errorf("%s breaks %d of %d laws\n%s", info.Environment, len(broken), len(info.Laws), strings.Join(details, "\n")))
		},
	}
	options.register(c)
	return c
}
