package cli

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/plots"
	"github.com/paretolab/paretolab/plots/report"
)

func (a *app) reportCommand() *cobra.Command {
	var out, title, look string
	var formats []string
	var noHTML bool
	c := &cobra.Command{
		Use:   "report DIR...",
		Short: "Write a report of runs: one page, tables, figures, how to reproduce",
		Long: `report writes a directory with index.html (one file that needs nothing else and can be
printed), the same as report.md, figures as PDF, SVG and PNG, tables as CSV and LaTeX, the numbers
behind the figures as CSV, the configurations, and reproduce.sh, which repeats the runs and compares.

Each DIR is a run directory or holds some. Incomplete runs are listed as such. Runs whose numbers mean
different things are not compared, and the report says so.`,
		Example: `  paretolab report runs/quickstart
  paretolab report runs/cmorl runs/baselines --out comparison --title "C-MORL against baselines"`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("report needs a DIR that holds runs; see `paretolab report --help`")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, f := range formats {
				if !slices.Contains(plots.Formats(), f) {
					return usagef("--figures is %q; it is a list of %s", f, strings.Join(plots.Formats(), ", "))
				}
			}
			slide, err := slideOf(look)
			if err != nil {
				return err
			}
			runs, err := a.loadRuns(c.Context(), args)
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(args[0], "report")
			}
			files, err := report.WriteContext(c.Context(), runs, out, report.Options{Title: title, Formats: formats, NoHTML: noHTML, Style: plots.Style{Slide: slide}})
			if c.Context().Err() != nil {
				return a.stopped()
			}
			if err != nil {
				return writing(out, err)
			}
			return a.printFiles(files)
		},
	}
	flags := c.Flags()
	flags.StringVar(&out, "out", "", "directory of the report (default: report in the first DIR)")
	flags.StringVar(&title, "title", "", "title of the report (default: the name of the experiment)")
	flags.StringSliceVar(&formats, "figures", plots.Formats(), "formats of the figure files, a list")
	flags.BoolVar(&noHTML, "no-html", false, "without index.html")
	c.RegisterFlagCompletionFunc("figures", cobra.FixedCompletions(plots.Formats(), cobra.ShellCompDirectiveNoFileComp))
	flags.StringVar(&look, "style", "paper", "figures for a paper, or larger for a slide")
	completeWords(c, "style", "paper", "slide")
	c.MarkFlagDirname("out")
	return c
}
