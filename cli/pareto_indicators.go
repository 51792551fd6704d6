package cli

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/pareto"
)

// indicatorsInfo is the --json form of the indicators. What needs a flag that was not given, or is
// not defined, is null.
type indicatorsInfo struct {
	Points          int       `json:"points"`      // read
	Cardinality     int       `json:"cardinality"` // non-dominated, each once
	Ideal           []float64 `json:"ideal"`
	Nadir           []float64 `json:"nadir"`
	Extent          []float64 `json:"extent"`
	ReferencePoint  []float64 `json:"reference_point"`
	Hypervolume     *float64  `json:"hypervolume"`
	LogScale        []float64 `json:"log_scale"`
	LogDelta        *float64  `json:"log_delta"`
	LogHypervolume  *float64  `json:"log_hypervolume"`
	Sparsity        float64   `json:"sparsity"`
	Spacing         *float64  `json:"spacing"`
	SpacingPop      *float64  `json:"spacing_population"`
	Weights         string    `json:"weights"`
	ExpectedUtility float64   `json:"expected_utility"`
	MinUtility      float64   `json:"min_utility"`
	Utility5        float64   `json:"utility_5_percent"`
	Utility50       float64   `json:"utility_50_percent"`
	Utility95       float64   `json:"utility_95_percent"`
	IdealPoint      []float64 `json:"ideal_point"`
	R2              *float64  `json:"r2"`
	R2Sum           *float64  `json:"r2_sum"`
	R2Exact         *float64  `json:"r2_exact"`

	// Against a reference set.
	CardinalityRatio   *float64 `json:"cardinality_ratio"`
	HVRatio            *float64 `json:"hv_ratio"`
	RelativeHV         *float64 `json:"relative_hypervolume"`
	SparsityNormalized *float64 `json:"sparsity_normalized"`
	MaxUtilityLoss     *float64 `json:"max_utility_loss"`
	MeanUtilityLoss    *float64 `json:"mean_utility_loss"`
	NormalizedLoss     *float64 `json:"max_utility_loss_normalized"`
	Exponent           *float64 `json:"exponent"`
	GD                 *float64 `json:"gd"`
	GDVanVeldhuizen    *float64 `json:"gd_van_veldhuizen"`
	GDPlus             *float64 `json:"gd_plus"`
	IGD                *float64 `json:"igd"`
	IGDPlus            *float64 `json:"igd_plus"`
	Hausdorff          *float64 `json:"averaged_hausdorff"`
	EpsAdditive        *float64 `json:"epsilon_additive"`
	EpsMultiplicative  *float64 `json:"epsilon_multiplicative"`
	Spread             *float64 `json:"spread"`
	GeneralizedSpread  *float64 `json:"generalized_spread"`
	Coverage           *float64 `json:"coverage"`
	CoveredBy          *float64 `json:"covered_by"`
	Dominance          *float64 `json:"dominance"`
	DominatedBy        *float64 `json:"dominated_by"`
}

// maxWeights bounds the lattice of weights.
const maxWeights = 1_000_000

func (a *app) paretoIndicatorsCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var against string
	var divisions int
	x := indicatorFlags{exponent: 1}
	c := &cobra.Command{
		Use:   "indicators [FILE]",
		Short: "Compute quality indicators",
		Long: `Compute quality indicators of the points S that no other point dominates. --against gives a reference
set Z, a file of the same form, filtered alike. In the formulas y is a point of S, z one of Z, w a
weight vector, all objectives maximised; a minimised one counts with negative sign.

  more is better
    hypervolume               volume that S dominates above --ref; log-hypervolume: of
                              ln((y-ref)/scale) above ln delta, with --log-scale and --log-delta
    hypervolume ratio         HV(S)/HV(Z), above 1 if S is ahead
    expected utility          mean over w of max_y w·y; the smallest and the 5, 50 and 95 % quantiles
    cardinality               points in S; its ratio to that of Z
    coverage, dominance       share of Z that a point of S weakly dominates, dominates
  less is better
    relative hypervolume      1 - HV(S)/HV(Z)
    utility loss              max_z w·z - max_y w·y: the largest over w, the mean, and the largest as a
                              share of the range of utilities at w; negative if S is ahead
    R2                        mean over w of min_y max_j w_j|ideal_j - y_j|; R2 sum: of Σ_j in place of
                              max_j; R2 exact: over all weights, two objectives; from --ideal on
    GD, IGD                   mean distance from S to Z, from Z to S; GD+, IGD+: of which only what S
                              lacks; means of exponent --exponent; GD of 1998: sqrt(Σ d²)/n
    averaged Hausdorff        the larger of GD and IGD
    additive epsilon          max_z min_y max_j (z_j - y_j); multiplicative: of z_j/y_j, all positive
    sparsity                  mean squared gap of the sorted values, added over objectives; normalised by
                              the extent of Z
    spacing                   deviation of the distances to the nearest other point (n-1; population: n)
    spread                    unevenness along S and to the ends of Z, two objectives; generalised: any
    covered by, dominated by  share of S that a point of Z weakly dominates, dominates

Weights are the multiples of 1/N that add up to 1. The ideal point of R2 is, unless given, the best
value of each objective in S and Z: it compares only results for the same one. See
` + "`paretolab pareto --help`" + ` for the form of FILE. With --json: one object; what was not asked for or
is not defined is null.`,
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
			if err := x.check(in); err != nil {
				return err
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
			info, err := in.indicators(set, ref, &weights, &x)
			if err != nil {
				return in.fail(a, err)
			}
			return a.printAnswer(info, info.page())
		},
	}
	c.Flags().Var(&ref, "ref", "reference point of the hypervolume, one value per objective")
	c.Flags().StringVar(&against, "against", "", "`FILE` with the reference set, such as a known front")
	c.Flags().IntVar(&divisions, "weights", 0, "divisions `N` of the lattice of weights (default: 100 for 2 objectives, 10 for 3, 2 for more)")
	x.register(c)
	minimize.register(c)
	return c
}

// indicatorFlags are the settings of single indicators.
type indicatorFlags struct {
	ideal, logScale referenceFlag
	logDelta        float64
	exponent        float64
}

func (x *indicatorFlags) register(c *cobra.Command) {
	c.Flags().Var(&x.ideal, "ideal", "ideal point of R2, one value per objective (default: the best value of each)")
	c.Flags().Var(&x.logScale, "log-scale", "scale of each objective for the log-hypervolume, such as its range")
	c.Flags().Float64Var(&x.logDelta, "log-delta", 0.01, "`SHARE` of the scale below which a gain counts for nothing in the log-hypervolume")
	c.Flags().Float64Var(&x.exponent, "exponent", 1, "exponent `P` of the means of distances")
}

// check returns an error for settings that do not fit the objectives.
func (x *indicatorFlags) check(in *paretoInput) error {
	for _, f := range []struct {
		name  string
		value referenceFlag
	}{{"ideal", x.ideal}, {"log-scale", x.logScale}} {
		if f.value != nil && len(f.value) != in.front.M {
			return usagef("--%s %s has %s, but %s has %s; give one value per objective",
				f.name, tuple(f.value), plural(len(f.value), "value"), in.path, in.objectives())
		}
	}
	for _, v := range x.logScale {
		if v <= 0 {
			return usagef("--log-scale has %v; give a typical range of each objective, above 0", v)
		}
	}
	if !(x.logDelta > 0 && x.logDelta <= math.MaxFloat64) {
		return usagef("--log-delta is %v; give a share above 0, such as 0.01", x.logDelta)
	}
	if !(x.exponent > 0) {
		return usagef("--exponent is %v; give a number above 0, usually 1 or 2", x.exponent)
	}
	return nil
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
func (in *paretoInput) indicators(set *pointFile, ref []float64, weights *experiments.Item, x *indicatorFlags) (*indicatorsInfo, error) {
	s, err := nonDominated(in.pointFile, in.opt)
	if err != nil {
		return nil, err
	}
	z := pareto.Front{M: s.M}
	if set != nil {
		if z, err = nonDominated(set, in.opt); err != nil {
			return nil, err
		}
	}
	k := &indicatorCalls{path: in.path}
	info := &indicatorsInfo{Points: in.front.Len(), Cardinality: s.Len(), ReferencePoint: ref, Weights: weights.WeightsName()}
	in.alone(info, k, s, z, weights.Weights(s.M), x)
	if set != nil {
		in.compared(info, k, s, z, weights.Weights(s.M), x)
	}
	return info, k.fault
}

// indicatorCalls keeps the first error of many indicators of one file.
type indicatorCalls struct {
	path  string
	fault error
}

func (k *indicatorCalls) value(v float64, err error) float64 {
	if err != nil && k.fault == nil {
		k.fault = fmt.Errorf("%s: %w", k.path, err)
	}
	return v
}

// defined is nil for a ratio by something that is not positive.
func (k *indicatorCalls) defined(v float64, err error) *float64 {
	if errors.Is(err, pareto.ErrNotPositive) {
		return nil
	}
	v = k.value(v, err)
	return &v
}

func (k *indicatorCalls) values(v []float64, err error) []float64 {
	k.value(0, err)
	return v
}

// alone measures s by itself. The ideal point takes z into account.
func (in *paretoInput) alone(info *indicatorsInfo, k *indicatorCalls, s, z pareto.Front, w [][]float64, x *indicatorFlags) {
	m := in.maximised(s)
	signed := func(v []float64) []float64 { return in.maximised(pareto.Front{M: m.M, X: v}).X }
	info.Ideal, info.Nadir = signed(k.values(pareto.Ideal(m))), signed(k.values(pareto.Nadir(m)))
	info.Extent = k.values(pareto.Extent(m))
	if info.Sparsity = pareto.Sparsity(s); !(info.Sparsity <= math.MaxFloat64) && k.fault == nil {
		k.fault = fmt.Errorf("%s: the sparsity exceeds the range of float64; divide the objectives by a typical value first", in.path)
	}
	info.Spacing, info.SpacingPop = k.defined(pareto.Spacing(s)), k.defined(pareto.SpacingPopulation(s))
	info.ExpectedUtility, info.MinUtility = k.value(pareto.ExpectedUtility(m, w)), k.value(pareto.MinUtility(m, w))
	if q := k.values(pareto.UtilityQuantiles(m, w, []float64{0.05, 0.5, 0.95})); len(q) == 3 {
		info.Utility5, info.Utility50, info.Utility95 = q[0], q[1], q[2]
	}
	info.IdealPoint = x.ideal
	if x.ideal == nil {
		both := in.maximised(pareto.Front{M: s.M, X: slices.Concat(s.X, z.X)})
		info.IdealPoint = signed(k.values(pareto.Ideal(both)))
	}
	ideal := signed(info.IdealPoint)
	info.R2, info.R2Sum = k.defined(pareto.R2(m, ideal, w)), k.defined(pareto.R2Sum(m, ideal, w))
	if m.M == 2 {
		info.R2Exact = k.defined(pareto.R2Exact(m, ideal))
	}
	if info.ReferencePoint == nil {
		return
	}
	info.Hypervolume = k.defined(pareto.Hypervolume(s, info.ReferencePoint, in.opt))
	if x.logScale != nil {
		info.LogScale, info.LogDelta = x.logScale, &x.logDelta
		info.LogHypervolume = k.defined(pareto.LogHypervolume(s, info.ReferencePoint, x.logScale, x.logDelta, in.opt))
	}
}

// compared measures s against the reference set z.
func (in *paretoInput) compared(info *indicatorsInfo, k *indicatorCalls, s, z pareto.Front, w [][]float64, x *indicatorFlags) {
	if ref := info.ReferencePoint; ref != nil {
		info.HVRatio = k.defined(pareto.HVRatio(s, z, ref, in.opt))
		info.RelativeHV = k.defined(pareto.RelativeHypervolume(s, z, ref, in.opt))
	}
	info.CardinalityRatio = k.defined(pareto.CardinalityRatio(s, z, in.opt))
	info.EpsMultiplicative = k.defined(pareto.EpsMultiplicative(s, z, in.opt))
	info.Coverage, info.CoveredBy = k.defined(pareto.Coverage(s, z, in.opt)), k.defined(pareto.Coverage(z, s, in.opt))
	matrix, err := pareto.DominanceMatrix([]pareto.Front{s, z}, in.opt)
	if k.value(0, err); err == nil {
		info.Dominance, info.DominatedBy = &matrix[0][1], &matrix[1][0]
	}
	s, z = in.maximised(s), in.maximised(z)
	info.SparsityNormalized = k.defined(pareto.SparsityNormalized(s, k.values(pareto.Extent(z))))
	info.MaxUtilityLoss, info.MeanUtilityLoss = k.defined(pareto.MaxUtilityLoss(s, z, w)), k.defined(pareto.MeanUtilityLoss(s, z, w))
	info.NormalizedLoss = k.defined(pareto.MaxUtilityLossNormalized(s, z, w))
	p := x.exponent
	info.Exponent = number(p)
	info.GD, info.GDPlus = k.defined(pareto.GD(s, z, p)), k.defined(pareto.GDPlus(s, z, p))
	info.IGD, info.IGDPlus = k.defined(pareto.IGD(s, z, p)), k.defined(pareto.IGDPlus(s, z, p))
	info.GDVanVeldhuizen, info.Hausdorff = k.defined(pareto.GDVanVeldhuizen(s, z)), k.defined(pareto.AveragedHausdorff(s, z, p))
	info.EpsAdditive = k.defined(pareto.EpsAdditive(s, z))
	if s.M == 2 {
		info.Spread = k.defined(pareto.Spread(s, z))
	}
	info.GeneralizedSpread = k.defined(pareto.GeneralizedSpread(s, z))
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
	measured("cardinality ratio", x.CardinalityRatio, "to the reference set")
	line("ideal", tuple(x.Ideal), "best value of each objective")
	line("nadir", tuple(x.Nadir), "worst value of each objective")
	line("extent", tuple(x.Extent), "range of each objective")
	measured("hypervolume", x.Hypervolume, "for reference point "+tuple(x.ReferencePoint))
	measured("hypervolume ratio", x.HVRatio, "share of the reference set's")
	measured("relative hypervolume", x.RelativeHV, "share that is lacking")
	if x.LogDelta != nil {
		measured("log-hypervolume", x.LogHypervolume, fmt.Sprintf("for scale %s and delta %v", tuple(x.LogScale), *x.LogDelta))
	}
	line("sparsity", x.Sparsity, "lower is denser; in squared units of the objectives")
	measured("normalised sparsity", x.SparsityNormalized, "in units of the extent of the reference set")
	measured("spacing", x.Spacing, "deviation of the gaps between points")
	measured("spacing, population", x.SpacingPop, "divided by n in place of n-1")
	measured("spread", x.Spread, "lower is more even, from end to end of the reference set")
	measured("generalised spread", x.GeneralizedSpread, "the same for any number of objectives")
	line("expected utility", x.ExpectedUtility, "mean over the weights: "+x.Weights)
	line("smallest utility", x.MinUtility, "at the worst of the weights")
	line("utility, 5 %", x.Utility5, "quantile over the weights")
	line("utility, 50 %", x.Utility50, "")
	line("utility, 95 %", x.Utility95, "")
	measured("largest utility loss", x.MaxUtilityLoss, "against the reference set, at the worst of the weights")
	measured("mean utility loss", x.MeanUtilityLoss, "over the weights")
	measured("largest normalised loss", x.NormalizedLoss, "as a share of the range of utilities")
	measured("R2", x.R2, "mean Chebyshev loss from ideal point "+tuple(x.IdealPoint))
	measured("R2, sum", x.R2Sum, "mean weighted loss")
	measured("R2, exact", x.R2Exact, "Chebyshev loss over all weights")
	measured("GD", x.GD, "mean distance to the reference set")
	measured("GD of 1998", x.GDVanVeldhuizen, "which shrinks with the number of points")
	measured("GD+", x.GDPlus, "of which only what is lacking")
	measured("IGD", x.IGD, "mean distance from the reference set")
	measured("IGD+", x.IGDPlus, "of which only what is lacking")
	measured("averaged Hausdorff", x.Hausdorff, "the larger of GD and IGD")
	measured("additive epsilon", x.EpsAdditive, "shift that makes the points cover the reference set")
	measured("multiplicative epsilon", x.EpsMultiplicative, "factor that makes the points cover the reference set")
	measured("coverage", x.Coverage, "share of the reference set that is weakly dominated")
	measured("covered by", x.CoveredBy, "share of the points that the reference set weakly dominates")
	measured("dominance", x.Dominance, "share of the reference set that is dominated")
	measured("dominated by", x.DominatedBy, "share of the points that the reference set dominates")
	w.Flush() // a bytes.Buffer takes all
	return &page
}
