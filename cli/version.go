package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/internal/kern"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print version, commit, Go, kernels and data formats",
		Example: "  paretolab version\n  paretolab version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			p := experiments.ThisProgram()
			if a.json {
				return a.printJSON(struct {
					experiments.Program
					Path             string `json:"kernel_path"`
					Format           string `json:"run_format"`
					CheckpointFormat string `json:"checkpoint_format"`
					PolicyFormat     string `json:"policy_format"`
				}{p, kern.Path(), experiments.Format, experiments.CheckpointFormat, agents.PolicyFormat})
			}
			_, err := fmt.Fprintf(a.out, "paretolab %s\ncommit   %s\ngo       %s\nkernels  %s (%s)\nformats  %s, %s, %s\n",
				p.Version, p.Commit, p.Go, kern.Path(), p.Kernel, experiments.Format, experiments.CheckpointFormat, agents.PolicyFormat)
			return err
		},
	}
}
