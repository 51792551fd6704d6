package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
)

func (a *app) paretoCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "pareto",
		Short: "Measure and filter value vectors of any origin",
		Long: `Measure and filter value vectors: those of a run's front.csv, or of any other program.

A file holds one vector per line, its values separated by commas or white space, with or without
a header; # begins a comment. JSON Lines are read as well: one object of numbers with the same keys,
or one array of numbers, per line. Without FILE, or with -, standard input is read. Where a header
or the keys name columns policy, episodes or se_OBJECTIVE, as a front.csv does, they are left out.
--columns a,b takes the objectives from these columns, in that order; --columns 1,3 where nothing
names them.

Objectives are maximised. --minimize minimises all of them, --minimize=1,3 the first and the
third of them; values and reference points keep their own sign in input and output.`,
		Example: `  paretolab pareto hv runs/quickstart/cmorl__deep-sea-treasure-v0__s0/front.csv --ref 0,-25
  printf '1 5\n2 3\n4 1\n' | paretolab pareto hv --minimize --ref 6,6
  paretolab pareto filter points.csv > front.csv
  paretolab pareto filter results.jsonl --columns return,energy --minimize=2
  paretolab pareto indicators front.csv --against known_front.csv --ref 0,-25 --json`,
	}
	c.AddCommand(a.paretoHypervolumeCommand(), a.paretoContributionsCommand(), a.paretoSelectCommand(),
		a.paretoFilterCommand(), a.paretoRankCommand(), a.paretoIndicatorsCommand(), a.paretoCCSCommand(), a.paretoKneeCommand(),
		a.paretoEAFCommand(), a.paretoWeightsCommand(), a.paretoStatsCommand(), a.paretoTimeCommand())
	return c
}

// fileArgument allows at most one FILE.
func fileArgument(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("%s takes one FILE, not %s (a list after --minimize needs an equals sign: --minimize=1,3)", c.CommandPath(), strings.Join(args, " "))
	}
	return nil
}

// referenceFlag is --ref a,b,...: one finite number per objective.
type referenceFlag []float64

func (r *referenceFlag) Type() string { return "a,b,..." }

func (r *referenceFlag) String() string { return "" }

func (r *referenceFlag) Set(text string) error {
	*r = nil
	for i, word := range strings.Split(text, ",") {
		v, err := parseNumber(strings.TrimSpace(word))
		if err != nil {
			return fmt.Errorf("value %d %w", i+1, err)
		}
		*r = append(*r, v)
	}
	return nil
}

// minimizeFlag is --minimize[=1,3], with the --columns whose objectives it counts.
type minimizeFlag struct {
	all        bool
	objectives []int    // counting from 1
	columns    []string // names or numbers; none is all
}

const minimizeAll = "all"

func (m *minimizeFlag) Type() string { return "1,3,..." }

func (m *minimizeFlag) String() string { return "" }

func (m *minimizeFlag) Set(text string) error {
	m.all, m.objectives = text == minimizeAll, nil
	if m.all {
		return nil
	}
	for _, word := range strings.Split(text, ",") {
		k, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || k < 1 {
			return fmt.Errorf("%q is not the number of an objective; count from 1, or give --minimize alone for all", word)
		}
		m.objectives = append(m.objectives, k)
	}
	return nil
}

func (m *minimizeFlag) register(c *cobra.Command) {
	c.Flags().Var(m, "minimize", "minimise all objectives, or those of the list, counting from 1")
	c.Flags().Lookup("minimize").NoOptDefVal = minimizeAll
	c.Flags().StringSliceVar(&m.columns, "columns", nil, "the objectives: columns by `NAME,...`, or by number without a header, counting from 1")
}

// directions are those of the objectives of f.
func (m *minimizeFlag) directions(f *pointFile) ([]pareto.Direction, error) {
	dir := make([]pareto.Direction, f.front.M)
	for j := range dir {
		if m.all || slices.Contains(m.objectives, j+1) {
			dir[j] = pareto.Minimise
		}
	}
	for _, k := range m.objectives {
		if k > f.front.M {
			return nil, usagef("--minimize=%d: %s has %s; count from 1", k, f.path, f.objectives())
		}
	}
	return dir, nil
}

// paretoInput is what every subcommand reads.
type paretoInput struct {
	*pointFile
	opt pareto.Options
}

// readParetoInput reads the FILE of a command line, standard input without one.
func (a *app) readParetoInput(ctx context.Context, args []string, minimize *minimizeFlag) (*paretoInput, error) {
	path := "-"
	if len(args) > 0 {
		path = args[0]
	}
	f, err := a.readPoints(path, minimize.columns...)
	if err != nil {
		return nil, err
	}
	dir, err := minimize.directions(f)
	if err != nil {
		return nil, err
	}
	return &paretoInput{f, pareto.Options{Dir: dir, Ctx: ctx, Workers: runtime.GOMAXPROCS(0)}}, nil
}

// checkReference returns an error unless ref has one value per objective. It tells people of points
// that count for nothing above ref.
func (in *paretoInput) checkReference(a *app, ref referenceFlag) error {
	if len(ref) != in.front.M {
		return usagef("--ref %s has %s, but %s has %s; give one value per objective",
			tuple(ref), plural(len(ref), "value"), in.path, in.objectives())
	}
	points, r := in.maximised(in.front), in.maximised(pareto.Front{M: len(ref), X: ref}).Row(0)
	better := 0
	for i := range points.Len() {
		if pareto.StronglyDominates(points.Row(i), r) {
			better++
		}
	}
	if better < points.Len() && !a.quiet {
		fmt.Fprintf(a.err, "%s: points better than the reference point in every objective: %d of %d; the others add no hypervolume\n",
			in.path, better, points.Len())
	}
	return nil
}

// maximised returns f with the sign of the minimised objectives flipped. It is its own inverse.
func (in *paretoInput) maximised(f pareto.Front) pareto.Front {
	x := slices.Clone(f.X)
	for k, v := range x {
		if in.opt.Dir[k%f.M] == pareto.Minimise {
			x[k] = 0 - v // never -0
		}
	}
	return pareto.Front{M: f.M, X: x}
}

// printRows writes the header and the lines of some rows, as they stand in the file.
func (in *paretoInput) printRows(page *bytes.Buffer, rows []int) {
	if in.header != "" {
		fmt.Fprintln(page, in.header)
	}
	for _, i := range rows {
		page.Write(in.line(i))
		page.WriteByte('\n')
	}
}

// fail is the exit code of what package pareto refused to compute.
func (in *paretoInput) fail(a *app, err error) error {
	if err == nil || in.opt.Ctx.Err() == nil {
		return withCode(exitUsage, err)
	}
	return a.stopped()
}

// printAnswer prints v with --json, else the page.
func (a *app) printAnswer(v any, page *bytes.Buffer) error {
	if a.json {
		return a.printJSON(v)
	}
	_, err := page.WriteTo(a.out)
	return err
}

// hypervolumeInfo is the --json form of a hypervolume, a contract with scripts.
type hypervolumeInfo struct {
	Hypervolume    *float64  `json:"hypervolume"` // null unless exact
	Points         int       `json:"points"`      // read
	ReferencePoint []float64 `json:"reference_point"`
	Exact          bool      `json:"exact"`
	Lower          float64   `json:"lower"`
	Upper          float64   `json:"upper"`
}

func (a *app) paretoHypervolumeCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var gap float64
	var work int64
	c := &cobra.Command{
		Use:   "hv [FILE] --ref a,b,...",
		Short: "Compute the exact hypervolume, or certain bounds",
		Long: `Compute the exact hypervolume: the volume that the points dominate, bounded by a reference point.
Points that are not better than it in every objective count for nothing. See
` + "`paretolab pareto --help`" + ` for the form of FILE.

With many objectives the exact value can take for ever. If it needs more than --max-work steps, bounds
between which it certainly lies take its place, at most --gap of the upper one apart; if these take more
than as many steps again, the best ones so far.

With --json: {"hypervolume": …, "points": n, "reference_point": […], "exact": true, "lower": …,
"upper": …}; the hypervolume is null, and exact false, where there are only bounds.`,
		Example: `  paretolab pareto hv front.csv --ref 0,-25
  paretolab pareto hv costs.txt --minimize --ref 10,10,4
  paretolab pareto hv returns.csv --minimize=2 --ref 0,25 --json`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if !(gap >= 0) {
				return usagef("--gap is %v; give a share of the hypervolume such as 0.01, or 0", gap)
			}
			if work < 1 {
				return usagef("--max-work is %d; give a number of steps, at least 1", work)
			}
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			if err := in.needReference(a, ref); err != nil {
				return err
			}
			in.opt.MaxWork = work
			info := hypervolumeInfo{Points: in.front.Len(), ReferencePoint: ref}
			info.Lower, info.Upper, err = pareto.HypervolumeWithin(in.front, ref, gap, in.opt)
			if err != nil && !errors.Is(err, pareto.ErrBudget) {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			value := fmt.Sprintf("between %v and %v", info.Lower, info.Upper)
			if info.Exact = info.Lower == info.Upper; info.Exact {
				info.Hypervolume = &info.Lower
				value = fmt.Sprint(info.Lower)
			}
			if !info.Exact && !a.quiet {
				fmt.Fprintf(a.err, "%s: the exact hypervolume takes more than %d steps, these are bounds; give a larger --max-work\n", in.path, work)
			}
			var page bytes.Buffer
			fmt.Fprintf(&page, "hypervolume %s of %s for reference point %s\n", value, plural(info.Points, "point"), tuple(ref))
			return a.printAnswer(info, &page)
		},
	}
	c.Flags().Float64Var(&gap, "gap", 0.01, "how far apart bounds may be, as a `SHARE` of the upper one")
	c.Flags().Int64Var(&work, "max-work", pareto.DefaultWork, "`STEPS` that the exact value may take, boxes measured")
	c.Flags().Var(&ref, "ref", "reference point, one value per objective, worse than those of the points")
	minimize.register(c)
	return c
}

// filterInfo is the --json form of a filtered file.
type filterInfo struct {
	Points       int         `json:"points"` // read
	NonDominated int         `json:"nondominated"`
	Objectives   []string    `json:"objectives"` // null without a header
	Rows         []int       `json:"rows"`       // of the file, counting from 0
	Front        [][]float64 `json:"front"`
}

func (a *app) paretoFilterCommand() *cobra.Command {
	var minimize minimizeFlag
	var duplicates bool
	c := &cobra.Command{
		Use:   "filter [FILE]",
		Short: "Keep the points that no other point dominates",
		Long: `Print the header and the lines of the points that no other point dominates, as they stand in
FILE and in its order, less comments. Of equal points the first is kept. See
` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"points": n, "nondominated": k, "objectives": [names], "rows": [indices from 0],
"front": [[…]]}.`,
		Example: `  paretolab pareto filter points.csv > front.csv
  sort -u costs.txt | paretolab pareto filter --minimize`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			in.opt.KeepDuplicates = duplicates
			rows, err := pareto.NonDominated(in.front, in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			var page bytes.Buffer
			in.printRows(&page, rows)
			return a.printAnswer(filterInfo{in.front.Len(), len(rows), in.names, rows, in.front.Select(rows).Rows()}, &page)
		},
	}
	c.Flags().BoolVar(&duplicates, "keep-duplicates", false, "keep every copy of a point, not only the first")
	minimize.register(c)
	return c
}
