package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
)

// templateInfo is the --json form of the template.
type templateInfo struct {
	Text string `json:"text"`
}

func (a *app) envsTemplateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "template",
		Short: "Print the description of a grid world, to copy and to change",
		Long: `Print the file of a grid world with comments that say what such a file can hold: a map as text, what
its characters mean, and the reward vector of every step. Wherever an environment is named, the path of
such a file names the environment that it describes.`,
		Example: "  paretolab envs template > maze.yaml\n  paretolab envs show maze.yaml\n  paretolab envs front maze.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return a.printJSON(templateInfo{envs.Template()})
			}
			_, err := fmt.Fprint(a.out, envs.Template())
			return err
		},
	}
}
