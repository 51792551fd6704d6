package cli

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
)

// rowTable writes one line per row to a page: its index, what was found for it, its values.
type rowTable struct {
	in *paretoInput
	w  *tabwriter.Writer
}

func newRowTable(page *bytes.Buffer, in *paretoInput, columns string) rowTable {
	t := rowTable{in, tabwriter.NewWriter(page, 0, 0, 2, ' ', 0)}
	fmt.Fprintf(t.w, "row\t%s\tvalues\n", columns)
	return t
}

func (t rowTable) line(row int, cells ...any) {
	fmt.Fprintf(t.w, "%d\t", row)
	for _, c := range cells {
		fmt.Fprintf(t.w, "%v\t", c)
	}
	fmt.Fprintf(t.w, "%s\n", tuple(t.in.front.Row(row)))
}

// number is v for JSON, which knows no infinity: null.
func number(v float64) *float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil
	}
	return &v
}

// contributionsInfo is the --json form of contributions.
type contributionsInfo struct {
	Points         int       `json:"points"`
	ReferencePoint []float64 `json:"reference_point"`
	Contributions  []float64 `json:"contributions"` // in the order of the file
	Least          int       `json:"least"`         // row of the smallest, counting from 0
}

func (a *app) paretoContributionsCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var dominated bool
	c := &cobra.Command{
		Use:   "contributions [FILE] --ref a,b,...",
		Short: "Compute what each point adds to the hypervolume",
		Long: `Compute the exclusive contribution of each point: the volume that it dominates above the reference
point and no other does. Dominated points are ignored, and copies contribute nothing. Rows count
from 0. See ` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"points": n, "reference_point": […], "contributions": […], "least": row}.`,
		Example: `  paretolab pareto contributions front.csv --ref 0,-25
  paretolab pareto contributions costs.txt --minimize --ref 10,10,4 --json`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			if err := in.needReference(a, ref); err != nil {
				return err
			}
			in.opt.CountDominated = dominated
			v, err := pareto.Contributions(in.front, ref, in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			var page bytes.Buffer
			t := newRowTable(&page, in, "contribution")
			least := 0
			for i, x := range v {
				t.line(i, x)
				if x < v[least] {
					least = i
				}
			}
			t.w.Flush()
			return a.printAnswer(contributionsInfo{len(v), ref, v, least}, &page)
		},
	}
	c.Flags().Var(&ref, "ref", "reference point, one value per objective, worse than those of the points")
	c.Flags().BoolVar(&dominated, "count-dominated", false, "let dominated points take their share, as the literal definition says")
	minimize.register(c)
	return c
}

// needReference returns an error without a reference point, or with one that does not fit.
func (in *paretoInput) needReference(a *app, ref referenceFlag) error {
	if ref == nil {
		return usagef("--ref is missing: a hypervolume needs a reference point with one value per objective; %s has %s", in.path, in.objectives())
	}
	return in.checkReference(a, ref)
}

// selectInfo is the --json form of a selection.
type selectInfo struct {
	Points         int         `json:"points"`
	Method         string      `json:"method"`
	ReferencePoint []float64   `json:"reference_point"`
	Hypervolume    float64     `json:"hypervolume"` // of the selected
	Rows           []int       `json:"rows"`
	Front          [][]float64 `json:"front"`
}

func (a *app) paretoSelectCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var k int
	var name string
	methods := []pareto.SelectMethod{pareto.BackwardGreedy, pareto.ForwardGreedy, pareto.ExactPlane}
	c := &cobra.Command{
		Use:   "select [FILE] --ref a,b,... --k K",
		Short: "Select the K points that keep most of the hypervolume",
		Long: `Select K points whose hypervolume is large, and print the header and their lines in the order of FILE.

  backward   drop the point with the least contribution, again and again
  forward    add the point with the largest gain, again and again; at least 1-1/e of the best
  exact      the best of all selections, for two objectives

See ` + "`paretolab pareto --help`" + ` for the form of FILE. With --json: {"points": n, "method": …,
"reference_point": […], "hypervolume": …, "rows": [indices from 0], "front": [[…]]}.`,
		Example: `  paretolab pareto select front.csv --ref 0,-25 --k 5
  paretolab pareto select costs.txt --minimize --ref 10,10 --k 20 --method exact`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			i := slices.IndexFunc(methods, func(m pareto.SelectMethod) bool { return m.String() == name })
			if i < 0 {
				return usagef("--method is %q; choose backward, forward or exact", name)
			}
			if k < 1 {
				return usagef("--k is %d; give the number of points to select, at least 1", k)
			}
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			if err := in.needReference(a, ref); err != nil {
				return err
			}
			rows, hv, err := pareto.SelectHV(in.front, ref, k, methods[i], in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			var page bytes.Buffer
			in.printRows(&page, rows)
			return a.printAnswer(selectInfo{in.front.Len(), name, ref, hv, rows, in.front.Select(rows).Rows()}, &page)
		},
	}
	c.Flags().Var(&ref, "ref", "reference point, one value per objective, worse than those of the points")
	c.Flags().IntVar(&k, "k", 0, "how many points to select")
	c.Flags().StringVar(&name, "method", "backward", "backward, forward or exact")
	minimize.register(c)
	return c
}

// rankInfo is the --json form of ranks.
type rankInfo struct {
	Points   int        `json:"points"`
	Ranks    []int      `json:"ranks"` // in the order of the file; 0 is non-dominated
	Crowding []*float64 `json:"crowding"`
}

func (a *app) paretoRankCommand() *cobra.Command {
	var minimize minimizeFlag
	var fronts int
	c := &cobra.Command{
		Use:   "rank [FILE]",
		Short: "Sort points into fronts",
		Long: `Print the rank of each point, 0 for those that no other dominates, 1 for those that only these
dominate, and so on, and its crowding distance within its rank; the ends of a front have inf. Rows
count from 0. See ` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"points": n, "ranks": […], "crowding": […]}, infinite distances as null.`,
		Example: `  paretolab pareto rank points.csv
  paretolab pareto rank costs.txt --minimize --fronts 3 --json`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if fronts < 0 {
				return usagef("--fronts is %d; give how many fronts to tell apart, or 0 for all", fronts)
			}
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			in.opt.MaxFronts = fronts
			ranks, err := pareto.Rank(in.front, in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			crowding := in.crowding(ranks)
			info := rankInfo{Points: len(ranks), Ranks: ranks}
			var page bytes.Buffer
			t := newRowTable(&page, in, "rank\tcrowding")
			for i, r := range ranks {
				t.line(i, r, crowding[i])
				info.Crowding = append(info.Crowding, number(crowding[i]))
			}
			t.w.Flush()
			return a.printAnswer(info, &page)
		},
	}
	c.Flags().IntVar(&fronts, "fronts", 0, "tell only so many fronts apart; the points behind them share a rank")
	minimize.register(c)
	return c
}

// crowding returns the crowding distance of every point within its rank.
func (in *paretoInput) crowding(ranks []int) []float64 {
	members := make([][]int, slices.Max(ranks)+1)
	for i, r := range ranks {
		members[r] = append(members[r], i)
	}
	distance := make([]float64, len(ranks))
	for _, rows := range members {
		for k, d := range pareto.Crowding(in.front.Select(rows)) {
			distance[rows[k]] = d
		}
	}
	return distance
}

// ccsInfo is the --json form of a convex coverage set.
type ccsInfo struct {
	Points  int         `json:"points"`
	Rows    []int       `json:"rows"`
	Front   [][]float64 `json:"front"`
	Weights [][]float64 `json:"weights"` // of each row, one for which it leads the most
	Margin  []float64   `json:"margin"`  // by which it leads there, in units of utility
	Corners [][]float64 `json:"corner_weights,omitempty"`
}

func (a *app) paretoCCSCommand() *cobra.Command {
	var minimize minimizeFlag
	c := &cobra.Command{
		Use:   "ccs [FILE]",
		Short: "Find the points that some linear preference chooses",
		Long: `Find the convex coverage set: the points that are the only best ones for some weights of the
objectives. For each it prints such weights, those where it leads the most, and its lead in utility,
the weighted sum of the objectives, to which a minimised one contributes with negative sign. Rows
count from 0. See ` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"points": n, "rows": [indices from 0], "front": [[…]], "weights": [[…]], "margin": […],
"corner_weights": [[…]]}; the corners, where the best point changes, for two objectives only.`,
		Example: `  paretolab pareto ccs front.csv
  paretolab pareto ccs costs.txt --minimize --json`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			info := ccsInfo{Points: in.front.Len()}
			if info.Rows, err = pareto.ConvexCoverageSet(in.front, in.opt); err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			set := in.front.Select(info.Rows)
			info.Front = set.Rows()
			var page bytes.Buffer
			t := newRowTable(&page, in, "weights\tmargin")
			for k, row := range info.Rows {
				w, margin, err := pareto.SupportWeight(set, k, in.opt)
				if err != nil {
					return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
				}
				info.Weights, info.Margin = append(info.Weights, w), append(info.Margin, margin)
				t.line(row, tuple(w), margin)
			}
			t.w.Flush()
			if in.front.M == 2 {
				if info.Corners, err = pareto.CornerWeights(set, in.opt); err != nil {
					return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
				}
			}
			return a.printAnswer(info, &page)
		},
	}
	minimize.register(c)
	return c
}

// kneeInfo is the --json form of knees.
type kneeInfo struct {
	Points int         `json:"points"`
	Method string      `json:"method"`
	Rows   []int       `json:"rows"` // best first
	Score  []float64   `json:"score"`
	Front  [][]float64 `json:"front"`
}

func (a *app) paretoKneeCommand() *cobra.Command {
	var minimize minimizeFlag
	var method string
	var top, divisions int
	c := &cobra.Command{
		Use:   "knee [FILE]",
		Short: "Find the points that stand out as compromises",
		Long: `Find the knees of a front: the non-dominated points with the largest score, best first.

  marginal-utility   what users with linear preferences lose without the point, on average over the
                     weights of a lattice (--weights N)
  hyperplane         distance from the plane through the best point of each objective
  bend-angle         how sharply the front bends there; two objectives

Objectives are scaled to [0, 1] first. Rows count from 0. See ` + "`paretolab pareto --help`" + ` for the form
of FILE. With --json: {"points": n, "method": …, "rows": [indices from 0], "score": […], "front": [[…]]}.`,
		Example: `  paretolab pareto knee front.csv
  paretolab pareto knee costs.txt --minimize --method hyperplane --top 1`,
		Args: fileArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if top < 1 {
				return usagef("--top is %d; give how many knees to print, at least 1", top)
			}
			if divisions < 0 {
				return usagef("--weights is %d; give the divisions of the lattice, at least 1", divisions)
			}
			in, err := a.readParetoInput(c.Context(), args, &minimize)
			if err != nil {
				return err
			}
			rows, err := pareto.NonDominated(in.front, in.opt)
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			set := in.front.Select(rows)
			var knees pareto.Knees
			switch method {
			case "marginal-utility":
				n := divisions
				if n == 0 {
					n = latticeDivisions(set.M)
				}
				if pareto.LatticeSize(set.M, n) > maxWeights {
					return usagef("--weights=%d makes more than %d weights of %s; give a smaller number", n, maxWeights, in.objectives())
				}
				knees, err = pareto.MarginalUtilityKnees(set, pareto.Lattice(set.M, n), in.opt)
			case "hyperplane":
				knees, err = pareto.HyperplaneKnees(set, in.opt)
			case "bend-angle":
				knees, err = pareto.BendAngleKnees(set, in.opt)
			default:
				return usagef("--method is %q; choose marginal-utility, hyperplane or bend-angle", method)
			}
			if err != nil {
				return in.fail(a, fmt.Errorf("%s: %w", in.path, err))
			}
			info := kneeInfo{Points: in.front.Len(), Method: knees.Method}
			var page bytes.Buffer
			t := newRowTable(&page, in, "score")
			for _, k := range knees.Top(top) {
				info.Rows, info.Score = append(info.Rows, rows[k]), append(info.Score, knees.Score[k])
				t.line(rows[k], knees.Score[k])
			}
			t.w.Flush()
			info.Front = in.front.Select(info.Rows).Rows()
			return a.printAnswer(info, &page)
		},
	}
	c.Flags().StringVar(&method, "method", "marginal-utility", "marginal-utility, hyperplane or bend-angle")
	c.Flags().IntVar(&top, "top", 3, "how many knees to print")
	c.Flags().IntVar(&divisions, "weights", 0, "divisions `N` of the lattice of weights (default: 100 for 2 objectives, 10 for 3, 2 for more)")
	minimize.register(c)
	return c
}

// latticeDivisions is how finely preferences are told apart unless the user says otherwise.
func latticeDivisions(objectives int) int {
	switch objectives {
	case 1, 2:
		return 100
	case 3:
		return 10
	}
	return 2
}
