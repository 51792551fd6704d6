package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
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
	Hypervolume    float64   `json:"hypervolume"`
	Points         int       `json:"points"` // read
	ReferencePoint []float64 `json:"reference_point"`
}

func (a *app) paretoHypervolumeCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	c := &cobra.Command{
		Use:   "hv [FILE] --ref a,b,...",
		Short: "Compute the exact hypervolume",
		Long: `Compute the exact hypervolume: the volume that the points dominate, bounded by a reference point.
Points that are not better than it in every objective count for nothing. See
` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"hypervolume": …, "points": n, "reference_point": […]}.`,
		Example: `  paretolab pareto hv front.csv --ref 0,-25
  paretolab pareto hv costs.txt --minimize --ref 10,10,4
  paretolab pareto hv returns.csv --minimize=2 --ref 0,25 --json`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			if err := in.needReference(a, ref); err != nil {
				return err
			}
			v, err := pareto.Hypervolume(in.front, ref, in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			var page bytes.Buffer
			fmt.Fprintf(&page, "hypervolume %v of %s for reference point %s\n", v, plural(in.front.Len(), "point"), tuple(ref))
			return a.printAnswer(hypervolumeInfo{v, in.front.Len(), ref}, &page)
		},
	}
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

// indicatorsInfo is the --json form of the indicators. What needs a flag that was not given, or is
// not defined, is null.
type indicatorsInfo struct {
	Points            int       `json:"points"`      // read
	Cardinality       int       `json:"cardinality"` // non-dominated, each once
	Ideal             []float64 `json:"ideal"`
	Nadir             []float64 `json:"nadir"`
	ReferencePoint    []float64 `json:"reference_point"`
	Hypervolume       *float64  `json:"hypervolume"`
	HVRatio           *float64  `json:"hv_ratio"`
	Sparsity          float64   `json:"sparsity"`
	Weights           string    `json:"weights"`
	ExpectedUtility   float64   `json:"expected_utility"`
	MinUtility        float64   `json:"min_utility"`
	MaxUtilityLoss    *float64  `json:"max_utility_loss"`
	GD                *float64  `json:"gd"`
	GDPlus            *float64  `json:"gd_plus"`
	IGD               *float64  `json:"igd"`
	IGDPlus           *float64  `json:"igd_plus"`
	EpsAdditive       *float64  `json:"epsilon_additive"`
	EpsMultiplicative *float64  `json:"epsilon_multiplicative"`
}

// maxWeights bounds the lattice of weights.
const maxWeights = 1_000_000

func (a *app) paretoIndicatorsCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var against string
	var divisions int
	c := &cobra.Command{
		Use:   "indicators [FILE]",
		Short: "Compute quality indicators",
		Long: `Compute quality indicators of the points that no other point dominates. The hypervolume needs
--ref; its ratio, the distances, the epsilons and the utility loss compare with the reference set
of --against, which is a file of the same form, filtered alike.

A utility is a weighted sum of the objectives, to which a minimised one contributes with negative
sign. Weights are the multiples of 1/N that add up to 1. See ` + "`paretolab pareto --help`" + ` for the
form of FILE. With --json: one object; what was not asked for or is not defined is null.`,
		Example: `  paretolab pareto indicators front.csv --ref 0,-25
  paretolab pareto indicators front.csv --against known_front.csv --json
  paretolab pareto indicators costs.txt --minimize --against best.txt --weights 20`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("weights") && divisions < 1 {
				return usagef("--weights is %d; it is at least 1", divisions)
			}
			if against == "-" && (len(args) == 0 || args[0] == "-") {
				return usagef("FILE and --against are both standard input; name a file for one of them")
			}
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			if ref != nil {
				if err := in.checkReference(a, ref); err != nil {
					return err
				}
			}
			var set *pointFile
			if against != "" {
				if set, err = a.readPoints(against, minimize.columns...); err != nil {
					return err
				}
				if err := sameObjectives(in.pointFile, set); err != nil {
					return err
				}
			}
			weights := experiments.Item{
				Evaluation: experiments.Evaluation{Weights: experiments.Weights{N: divisions}},
				Reference:  envs.Reference{Point: in.front.Row(0)},
			}
			if divisions > 0 && pareto.LatticeSize(in.front.M, divisions) > maxWeights {
				return usagef("--weights=%d makes more than %d weights of %s; give a smaller number", divisions, maxWeights, in.objectives())
			}
			info, err := in.indicators(set, ref, &weights)
			if err != nil {
				return in.fail(a, err)
			}
			return a.printAnswer(info, info.page())
		},
	}
	c.Flags().Var(&ref, "ref", "reference point of the hypervolume, one value per objective")
	c.Flags().StringVar(&against, "against", "", "`FILE` with the reference set, such as a known front")
	c.Flags().IntVar(&divisions, "weights", 0, "divisions `N` of the lattice of weights (default: 100 for 2 objectives, 10 for 3, 2 for more)")
	minimize.register(c)
	return c
}

// sameObjectives returns an error if the rows of a reference set do not fit those of f.
func sameObjectives(f, set *pointFile) error {
	if set.front.M != f.front.M {
		return usagef("%s has %s, but %s has %s; compare sets of the same objectives", set.path, set.objectives(), f.path, f.objectives())
	}
	if !slices.Equal(f.names, set.names) && slices.Equal(slices.Sorted(slices.Values(f.names)), slices.Sorted(slices.Values(set.names))) {
		return usagef("%s has the columns %s, but %s has %s; give them the same order",
			set.path, strings.Join(set.names, ", "), f.path, strings.Join(f.names, ", "))
	}
	return nil
}

// indicators measures the points, in comparison with set unless it is nil, with ref unless it is
// nil, and with the weights of expected utility that runs have.
func (in *paretoInput) indicators(set *pointFile, ref []float64, weights *experiments.Item) (*indicatorsInfo, error) {
	s, err := nonDominated(in.pointFile, in.opt)
	if err != nil {
		return nil, err
	}
	var fault error
	value := func(v float64, err error) float64 {
		if err != nil && fault == nil {
			fault = fmt.Errorf("%s: %w", in.path, err)
		}
		return v
	}
	defined := func(v float64, err error) *float64 { // a ratio by something not positive is not
		if errors.Is(err, pareto.ErrNotPositive) {
			return nil
		}
		v = value(v, err)
		return &v
	}
	point := func(v []float64, err error) []float64 {
		value(0, err)
		return in.maximised(pareto.Front{M: s.M, X: v}).X
	}
	m, w := in.maximised(s), weights.Weights(s.M)
	info := &indicatorsInfo{
		Points: in.front.Len(), Cardinality: s.Len(), ReferencePoint: ref,
		Ideal: point(pareto.Ideal(m)), Nadir: point(pareto.Nadir(m)), Sparsity: pareto.Sparsity(s),
		Weights: weights.WeightsName(), ExpectedUtility: value(pareto.ExpectedUtility(m, w)), MinUtility: value(pareto.MinUtility(m, w)),
	}
	if !(info.Sparsity <= math.MaxFloat64) {
		return nil, fmt.Errorf("%s: the sparsity exceeds the range of float64; divide the objectives by a typical value first", in.path)
	}
	if ref != nil {
		info.Hypervolume = defined(pareto.Hypervolume(s, ref, in.opt))
	}
	if set == nil {
		return info, fault
	}
	z, err := nonDominated(set, in.opt)
	if err != nil {
		return nil, err
	}
	if ref != nil {
		info.HVRatio = defined(pareto.HVRatio(s, z, ref, in.opt))
	}
	info.EpsMultiplicative = defined(pareto.EpsMultiplicative(s, z, in.opt))
	z = in.maximised(z)
	info.MaxUtilityLoss = defined(pareto.MaxUtilityLoss(m, z, w))
	info.GD, info.GDPlus = defined(pareto.GD(m, z)), defined(pareto.GDPlus(m, z))
	info.IGD, info.IGDPlus = defined(pareto.IGD(m, z)), defined(pareto.IGDPlus(m, z))
	info.EpsAdditive = defined(pareto.EpsAdditive(m, z))
	return info, fault
}

// nonDominated returns the rows of f that no other dominates.
func nonDominated(f *pointFile, opt pareto.Options) (pareto.Front, error) {
	idx, err := pareto.NonDominated(f.front, opt)
	if err != nil {
		return pareto.Front{}, fmt.Errorf("%s: %w", f.path, err)
	}
	return f.front.Select(idx), nil
}

// page is the table for people.
func (x *indicatorsInfo) page() *bytes.Buffer {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', 0)
	line := func(name string, value any, meaning string) { fmt.Fprintf(w, "%s\t%v\t%s\n", name, value, meaning) }
	measured := func(name string, value *float64, meaning string) {
		if value != nil {
			line(name, *value, meaning)
		}
	}
	line("points", x.Points, "read")
	line("cardinality", x.Cardinality, "of them non-dominated, which are measured below")
	line("ideal", tuple(x.Ideal), "best value of each objective")
	line("nadir", tuple(x.Nadir), "worst value of each objective")
	measured("hypervolume", x.Hypervolume, "for reference point "+tuple(x.ReferencePoint))
	measured("hypervolume ratio", x.HVRatio, "share of the reference set's")
	line("sparsity", x.Sparsity, "lower is denser; in squared units of the objectives")
	line("expected utility", x.ExpectedUtility, "mean over the weights: "+x.Weights)
	line("smallest utility", x.MinUtility, "at the worst of the weights")
	measured("largest utility loss", x.MaxUtilityLoss, "against the reference set, at the worst of the weights")
	measured("GD", x.GD, "mean distance to the reference set")
	measured("GD+", x.GDPlus, "of which only what is lacking")
	measured("IGD", x.IGD, "mean distance from the reference set")
	measured("IGD+", x.IGDPlus, "of which only what is lacking")
	measured("additive epsilon", x.EpsAdditive, "shift that makes the points cover the reference set")
	measured("multiplicative epsilon", x.EpsMultiplicative, "factor that makes the points cover the reference set")
	w.Flush() // a bytes.Buffer takes all
	return &page
}
