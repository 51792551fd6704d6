package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
)

func (a *app) policyListCommand() *cobra.Command {
	var format string
	var policies []string
	c := &cobra.Command{
		Use:   "list RUN...",
		Short: "List the policies of fronts: CSV, JSON, Markdown or LaTeX",
		Long: `list prints the policies on the fronts of finished runs with their values, standard errors and episodes:
as CSV what front.csv holds, with a column run in front where there are several runs.`,
		Example: "  paretolab policy list runs/minecart/cmorl__minecart-v0__s0\n" +
			"  paretolab policy list runs/minecart/cmorl__minecart-v0__s0 --policies s1.w3.u100,s2.r1.p7.u2 --format tex",
		Args: needs("a RUN, the directory of a finished run"),
		RunE: func(c *cobra.Command, args []string) error {
			if a.json {
				format = "json"
			}
			if !slices.Contains(export.TableFormats(), format) {
				return usagef("--format is %q; it is one of %s", format, strings.Join(export.TableFormats(), ", "))
			}
			table, err := frontTable(args, policies)
			if err != nil {
				return err
			}
			b, err := table.Encode(format)
			if err == nil {
				_, err = a.out.Write(b)
			}
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "csv", strings.Join(export.TableFormats(), ", "))
	c.Flags().StringSliceVar(&policies, "policies", nil, "only these, a list of names, or of RUN-FOLDER:NAME where there are several runs")
	completeWords(c, "format", export.TableFormats()...)
	return c
}

// frontTable reads the fronts of runs.
func frontTable(dirs, policies []string) (*export.FrontTable, error) {
	table, missing := &export.FrontTable{}, slices.Clone(policies)
	for _, dir := range dirs {
		run, err := experiments.LoadRun(dir)
		switch {
		case errors.Is(err, experiments.ErrNoRuns):
			return nil, withCode(exitNothing, err)
		case isDataError(err):
			return nil, withCode(exitData, err)
		case err != nil:
			return nil, err
		case run.Result == nil:
			return nil, usagef("%s is not complete and has no front yet; `paretolab resume %s` finishes it", dir, shellWords([]string{dir}))
		}
		var names []string
		for _, o := range run.Info.Environment.Objectives {
			names = append(names, o.Name)
		}
		if table.Objectives != nil && !slices.Equal(table.Objectives, names) {
			return nil, usagef("%s has the objectives %s, the runs before %s; list them one after the other", dir, strings.Join(names, ", "), strings.Join(table.Objectives, ", "))
		}
		table.Objectives = names
		rows := run.Front()
		slices.SortStableFunc(rows, func(x, y experiments.ArchiveRow) int { return slices.Compare(x.Value, y.Value) })
		base := filepath.Base(filepath.Clean(dir))
		for _, r := range rows {
			name := r.Policy
			row := export.FrontRow{Policy: r.Policy, Value: r.Value, StdErr: r.StdErr, Episodes: r.Episodes}
			if len(dirs) > 1 {
				row.Run, name = base, base+":"+r.Policy
			}
			if len(policies) == 0 || slices.Contains(policies, name) {
				table.Rows = append(table.Rows, row)
				missing = slices.DeleteFunc(missing, func(s string) bool { return s == name })
			}
		}
	}
	if len(missing) > 0 {
		return nil, withCode(exitUsage, fmt.Errorf("no policy %s on the front; leave --policies out to see all", strings.Join(missing, ", ")))
	}
	return table, nil
}
