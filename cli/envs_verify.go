package cli

import (
	"bytes"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs/golden"
	"github.com/paretolab/paretolab/envs/mujoco/replay"
)

func (a *app) envsVerifyCommand() *cobra.Command {
	var physics bool
	c := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Replay recorded trajectories and compare",
		Long: `Replay trajectories that were recorded from the original of an environment (schema golden-v1)
on ours: from their initial state, with their recorded random draws, under their time limit.
Observations and rewards are rounded to the types that the file declares and must then agree within
its tolerances, absolute ones or relative to max(1, |value|); flags must be equal. Where that fails, and the recording of a chaotic environment
allows it, every step is replayed from the recorded state before it, and the report says "resync".
Open-loop recordings of behaviour search (schema qd-golden-v1) are replayed from the start.

With --physics the files are recordings of the physics engine under the robots: a compiled model with
forward evaluations and trajectories, or states of an embedded model with the result of one step.
Every array of a forward evaluation must agree to 1e-10 of max(1, its largest entry); contacts,
constraint rows and solver iterations must be equal; states on trajectories must agree to 1e-10
(ant 1e-8; half_cheetah 1e-9 for 70 steps, then 1e-5) of max(1, the entry).

Exit code 1 if a file does not pass, 2 if one is no recording of a known environment or model; the
others are compared all the same.`,
		Example: "  paretolab envs verify envs/grid/testdata/deep-sea-treasure-v0.json\n" +
			"  paretolab envs verify envs/control/testdata/minecart*.json --json\n" +
			"  paretolab envs verify --physics envs/mujoco/replay/testdata/hopper*.json.gz",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes at least one trajectory file", c.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"json", "gz"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(_ *cobra.Command, paths []string) error {
			if physics {
				return verifyAll(paths, replay.File, func(r *replay.Report) bool { return r.Pass }, a.printPhysicsReports)
			}
			return verifyAll(paths, verifyFile, func(r golden.Report) bool { return r.Pass }, a.printReports)
		},
	}
	c.Flags().BoolVar(&physics, "physics", false, "the files are recordings of the physics engine")
	return c
}

// verifyAll replays all files and prints the reports of those that could be replayed.
func verifyAll[R any](paths []string, verify func(path string) (R, error), pass func(R) bool, print func([]R) error) error {
	var reports []R
	var failed, unfit []error
	for _, path := range paths {
		r, err := verify(path)
		switch {
		case err != nil:
			unfit = append(unfit, err)
			continue
		case !pass(r):
			failed = append(failed, fmt.Errorf("%s is not reproduced", path))
		}
		reports = append(reports, r)
	}
	if len(reports) > 0 {
		if err := print(reports); err != nil {
			return err
		}
	}
	if len(unfit) > 0 {
		return withCode(exitUsage, errors.Join(append(unfit, failed...)...))
	}
	return withCode(exitFailed, errors.Join(failed...))
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

func (a *app) printPhysicsReports(reports []*replay.Report) error {
	if a.json {
		return a.printJSON(reports)
	}
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tfile\tstates\ttrajectories\tsteps\tforward error\tstep error\tqacc error\tcounts differ")
	for _, r := range reports {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.3g\t%.3g\t%.3g\t%d\n",
			verdict(r.Pass), r.File, r.States, r.Trajectories, r.Steps, r.ForwardError, r.StepError, r.QaccError, r.Mismatches)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
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
