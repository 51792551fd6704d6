package cli

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
)

// weightsInfo is the --json form of a weight set.
type weightsInfo struct {
	Kind    string      `json:"kind"`
	Count   int         `json:"count"`
	Weights [][]float64 `json:"weights"`
}

func (a *app) paretoWeightsCommand() *cobra.Command {
	var layers []int
	var lattice, riesz, uniform, gaussian int
	var grid float64
	var extrema bool
	var seed uint64
	c := &cobra.Command{
		Use:   "weights OBJECTIVES (--lattice N | --layers OUTER,INNER | --riesz N | --uniform N | --gaussian N | --extrema | --cmorl STEP)",
		Short: "Print weights of the objectives",
		Long: `Print weights that are not negative and add up to 1, one set per line, as comma-separated values.

  --lattice N          all multiples of 1/N
  --layers OUTER,INNER a lattice and a second one shrunk by half towards the centre
  --riesz N            N weights spread evenly, for any N
  --uniform N          N drawn uniformly from the simplex
  --gaussian N         N drawn as absolute normal numbers, divided by their sum
  --extrema            one objective each
  --cmorl STEP         the grid of the published C-MORL scripts, for comparison with their tables

With --json: {"kind": …, "count": n, "weights": [[…]]}.`,
		Example: `  paretolab pareto weights 3 --lattice 12 > weights.csv
  paretolab pareto weights 9 --riesz 50 --seed 1 --json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s takes the number of objectives", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			m, err := strconv.Atoi(args[0])
			if err != nil || m < 1 || m > 64 {
				return usagef("%q is not a number of objectives; give one from 1 to 64", args[0])
			}
			kinds := []struct {
				name  string
				count func() int
				make  func() ([][]float64, error)
			}{
				{"lattice", func() int { return pareto.LatticeSize(m, lattice) }, func() ([][]float64, error) {
					if lattice < 1 {
						return nil, fmt.Errorf("it is %d; give at least 1", lattice)
					}
					return pareto.Lattice(m, lattice), nil
				}},
				{"layers", func() int {
					if len(layers) != 2 {
						return 0
					}
					return max(pareto.LatticeSize(m, layers[0]), pareto.LatticeSize(m, layers[1]))
				}, func() ([][]float64, error) {
					if len(layers) != 2 {
						return nil, fmt.Errorf("it has %s; give two numbers, OUTER,INNER", plural(len(layers), "value"))
					}
					return pareto.TwoLayerLattice(m, layers[0], layers[1])
				}},
				{"riesz", func() int { return riesz }, func() ([][]float64, error) { return pareto.RieszWeights(m, riesz, seed) }},
				{"uniform", func() int { return uniform }, func() ([][]float64, error) { return pareto.UniformWeights(m, uniform, seed) }},
				{"gaussian", func() int { return gaussian }, func() ([][]float64, error) { return pareto.GaussianWeights(m, gaussian, seed) }},
				{"extrema", func() int { return m }, func() ([][]float64, error) { return pareto.ExtremaWeights(m) }},
				{"cmorl", func() int { return 0 }, func() ([][]float64, error) { return pareto.CMORLGrid(m, grid) }},
			}
			chosen := -1
			for i, k := range kinds {
				if !c.Flags().Changed(k.name) {
					continue
				}
				if chosen >= 0 {
					return usagef("--%s and --%s exclude each other; give one of them", kinds[chosen].name, k.name)
				}
				chosen = i
			}
			if chosen < 0 {
				return usagef("which weights? Give one of --lattice, --layers, --riesz, --uniform, --gaussian, --extrema, --cmorl")
			}
			k := kinds[chosen]
			if k.count() > maxWeights {
				return usagef("--%s makes more than %d weights; give a smaller number", k.name, maxWeights)
			}
			w, err := k.make()
			if err != nil {
				return usagef("--%s: %w", k.name, err)
			}
			var page bytes.Buffer
			for _, row := range w {
				fmt.Fprintln(&page, joinValues(row))
			}
			return a.printAnswer(weightsInfo{k.name, len(w), w}, &page)
		},
	}
	f := c.Flags()
	f.IntVar(&lattice, "lattice", 0, "divisions `N` of the lattice")
	f.IntSliceVar(&layers, "layers", nil, "divisions `OUTER,INNER` of two lattices")
	f.IntVar(&riesz, "riesz", 0, "number `N` of weights, spread evenly")
	f.IntVar(&uniform, "uniform", 0, "number `N` of weights, drawn uniformly")
	f.IntVar(&gaussian, "gaussian", 0, "number `N` of weights, drawn as absolute normal numbers")
	f.BoolVar(&extrema, "extrema", false, "one objective each")
	f.Float64Var(&grid, "cmorl", 0, "`STEP` of the grid of the C-MORL scripts")
	f.Uint64Var(&seed, "seed", 0, "of random weights")
	return c
}
