package cli

import "github.com/spf13/cobra"

func (a *app) preferenceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "preference",
		Short: "Learn rewards from preferences, and compare ways of asking",
	}
	c.AddCommand(a.preferenceElicitationCommand())
	return c
}
