package cli

import (
	"bytes"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs/golden"
)

func (a *app) envsVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE...",
		Short: "Replay recorded trajectories and compare",
		Long: `Replay trajectories that were recorded from the original of an environment (schema golden-v1)
on ours: from their initial state, with their recorded random draws, under their time limit.
Observations and rewards are rounded to the types that the file declares and must then agree within
its tolerances; flags must be equal. Where that fails, and the recording of a chaotic environment
allows it, every step is replayed from the recorded state before it, and the report says "resync".
Open-loop recordings of behaviour search (schema qd-golden-v1) are replayed from the start.
Exit code 1 if a file does not pass, 2 if one is no recording of a known environment; the others are
compared all the same.`,
		Example: "  paretolab envs verify envs/grid/testdata/deep-sea-treasure-v0.json\n" +
			"  paretolab envs verify envs/control/testdata/minecart*.json --json",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes at least one trajectory file", c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, paths []string) error {
			var reports []golden.Report
			var failed, unfit []error
			for _, path := range paths {
				r, err := verifyFile(path)
				switch {
				case err != nil:
					unfit = append(unfit, err)
					continue
				case !r.Pass:
					failed = append(failed, fmt.Errorf("%s is not reproduced", path))
				}
				reports = append(reports, r)
			}
			if len(reports) > 0 {
				if err := a.printReports(reports); err != nil {
					return err
				}
			}
			if len(unfit) > 0 {
				return withCode(exitUsage, errors.Join(append(unfit, failed...)...))
			}
			return withCode(exitFailed, errors.Join(failed...))
		},
	}
}

func verifyFile(path string) (golden.Report, error) {
	f, err := golden.Read(path)
	if err != nil {
		return golden.Report{}, err
	}
	return f.Verify()
}

func (a *app) printReports(reports []golden.Report) error {
	if a.json {
		return a.printJSON(reports)
	}
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tfile\tepisodes\tsteps\tobservation error\treward error\tflags differ")
	for _, r := range reports {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.3g\t%.3g\t%d\n", verdict(r.Pass), r.File, r.Episodes, r.Steps, float64(r.MaxObsError), float64(r.MaxRewardError), r.FlagMismatches)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		if r.Resync {
			fmt.Fprintf(&page, "\n%s: resync, every step from the recorded state before it\n", r.File)
		}
		for _, reason := range r.Reasons {
			fmt.Fprintf(&page, "\n%s: %s", r.File, reason)
		}
		if len(r.Reasons) > 0 {
			fmt.Fprintln(&page)
		}
	}
	_, err := page.WriteTo(a.out)
	return err
}

func verdict(pass bool) string {
	if pass {
		return "pass"
	}
	return "FAIL"
}
