package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents/exact"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/didyoumean"
	"github.com/paretolab/paretolab/pareto"
)

// frontInfo is the --json form of a front.
type frontInfo struct {
	Environment    string      `json:"environment"`
	Gamma          float64     `json:"gamma"`
	Kind           string      `json:"kind"`
	Method         string      `json:"method"`
	Exact          bool        `json:"exact"`
	Objectives     []string    `json:"objectives"`
	Points         [][]float64 `json:"points"`
	Hypervolume    float64     `json:"hypervolume"`
	ReferencePoint []float64   `json:"reference_point"`
	Plans          [][]int32   `json:"plans,omitempty"` // actions that attain each point
}

func (a *app) envsFrontCommand() *cobra.Command {
	var options environmentOptions
	var gamma float64
	kind := "pareto"
	c := &cobra.Command{
		Use:   "front ID",
		Short: "Compute the true Pareto front, or give what is known of it",
		Long: `Compute the true Pareto front of an environment that has an exact model, by set-valued dynamic
programming over all deterministic policies, also those that remember. Where a front is only documented
it is given as the lower bound that it is. --kind ccs gives the convex coverage set: the points that are
the only best one for some linear weights. For a stochastic environment it is far smaller.`,
		Example: "  paretolab envs front deep-sea-treasure-v0\n" +
			"  paretolab envs front fruit-tree-v0 --param depth=7 --gamma 1 --json\n" +
			"  paretolab envs front deep-sea-treasure-concave-v0 --kind ccs",
		Args:              oneEnvironment,
		ValidArgsFunction: completeEnvironment,
		RunE: func(c *cobra.Command, args []string) error {
			e, err := options.make(args[0])
			if err != nil {
				return err
			}
			if !c.Flags().Changed("gamma") {
				gamma = e.Spec.Reference.Discount
			}
			if !(gamma > 0 && gamma <= 1) {
				return usagef("--gamma is %v; a discount is above 0 and at most 1", gamma)
			}
			if kind != "pareto" && kind != "ccs" {
				return usagef("--kind is %q; it is pareto or ccs%s", kind, didyoumean.Question(didyoumean.Nearest(kind, []string{"pareto", "ccs"}), ""))
			}
			info, err := computeFront(e, gamma, kind)
			switch {
			case errors.Is(err, exact.ErrNoFront):
				return withCode(exitNothing, fmt.Errorf("%w; `paretolab envs list --known-front` prints those with one", err))
			case errors.Is(err, exact.ErrTooLarge) && kind == "pareto":
				return fmt.Errorf("%w; --kind ccs gives the convex coverage set, which is smaller", err)
			case err != nil:
				return err
			case a.json:
				return a.printJSON(info)
			}
			return a.printFront(e, info)
		},
	}
	c.Flags().Float64Var(&gamma, "gamma", 0, "discount, above 0 and at most 1 (default: the environment's)")
	c.Flags().StringVar(&kind, "kind", kind, "pareto, or ccs for the convex coverage set")
	completeWords(c, "kind", "pareto", "ccs")
	options.register(c)
	return c
}

func computeFront(e *envs.Environment, gamma float64, kind string) (frontInfo, error) {
	compute := exact.Front
	if kind == "ccs" {
		compute = exact.CoverageSet
	}
	r, err := compute(e, gamma)
	if err != nil {
		return frontInfo{}, err
	}
	hv, err := pareto.Hypervolume(r.Points, e.Spec.Reference.Point)
	if err != nil {
		return frontInfo{}, err
	}
	return frontInfo{
		Environment: e.Spec.ID, Gamma: gamma, Kind: kind, Method: r.Method, Exact: r.Exact,
		Objectives: e.Spec.ObjectiveNames(), Points: r.Points.Rows(),
		Hypervolume: hv, ReferencePoint: e.Spec.Reference.Point, Plans: r.Plans,
	}, nil
}

func (a *app) printFront(e *envs.Environment, info frontInfo) error {
	var page bytes.Buffer
	name := "Pareto front"
	if info.Kind == "ccs" {
		name = "convex coverage set"
	}
	fmt.Fprintf(&page, "%s, %s for discount %v\n%s\n\n", info.Environment, name, info.Gamma, info.Method)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\t%s\t", strings.Join(info.Objectives, "\t"))
	if info.Plans != nil {
		fmt.Fprint(w, "steps\t")
	}
	fmt.Fprintln(w)
	for i, point := range info.Points {
		fmt.Fprintf(w, "%d\t", i+1)
		for _, v := range point {
			fmt.Fprintf(w, "%.6g\t", v)
		}
		if info.Plans != nil {
			fmt.Fprintf(w, "%d\t", len(info.Plans[i]))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&page, "\nhypervolume %.10g for reference point %s\n", info.Hypervolume, tuple(info.ReferencePoint))
	_, err := page.WriteTo(a.out)
	return err
}
