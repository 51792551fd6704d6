package cli

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
)

// eafInfo is the --json form of an attainment surface.
type eafInfo struct {
	Sets     int          `json:"sets"`
	Level    int          `json:"level"` // sets that attain every point of the surface
	Surface  [][]float64  `json:"surface"`
	Expected *vorobevInfo `json:"vorobev,omitempty"`
}

type vorobevInfo struct {
	ReferencePoint  []float64   `json:"reference_point"`
	Level           int         `json:"level"`
	Hypervolume     float64     `json:"hypervolume"`
	MeanHypervolume float64     `json:"mean_hypervolume"`
	Deviation       float64     `json:"deviation"`
	Surface         [][]float64 `json:"surface"`
}

func (a *app) paretoEAFCommand() *cobra.Command {
	var ref referenceFlag
	var minimize minimizeFlag
	var level string
	c := &cobra.Command{
		Use:   "eaf FILE FILE...",
		Short: "Compute what several runs attain, usually or always",
		Long: `Compute an attainment surface of several sets of two or three objectives, one FILE per run: the best
vectors that at least so many of them attain. It is printed as a file of points.

--level is best (one run attains them), median, worst (all runs), a number of runs, or a share such as
0.25 of them. With --ref it also computes the Vorob'ev expectation, the surface whose hypervolume is
nearest to the mean hypervolume of the runs, and the mean volume by which they differ from it. See
` + "`paretolab pareto --help`" + ` for the form of FILE.

With --json: {"sets": n, "level": k, "surface": [[…]], "vorobev": {"reference_point": […], "level": k,
"hypervolume": …, "mean_hypervolume": …, "deviation": …, "surface": [[…]]}}.`,
		Example: `  paretolab pareto eaf runs/quickstart/*concave*/front.csv
  paretolab pareto eaf run1.txt run2.txt run3.txt --minimize --level worst > worst.txt
  paretolab pareto eaf runs/*/front.csv --ref 0,-25 --json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s takes a FILE for each run", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			k, err := attainmentLevel(level, len(args))
			if err != nil {
				return err
			}
			var sets []pareto.Front
			var first *paretoInput
			for _, path := range args {
				in, err := a.readParetoInput(c.Context(), []string{path}, &minimize)
				if err != nil {
					return err
				}
				if first == nil {
					first = in
				} else if err := sameObjectives(first.pointFile, in.pointFile); err != nil {
					return err
				}
				sets = append(sets, in.front)
			}
			opt := pareto.Options{Dir: first.opt.Dir, Ctx: c.Context(), Workers: runtime.GOMAXPROCS(0)}
			surface, err := pareto.AttainmentSurface(sets, k, opt)
			if err != nil {
				return first.fail(a, err)
			}
			info := eafInfo{Sets: len(sets), Level: k, Surface: surface.Rows()}
			var page bytes.Buffer
			if first.names != nil {
				fmt.Fprintln(&page, strings.Join(first.names, ","))
			}
			for i := range surface.Len() {
				fmt.Fprintln(&page, joinValues(surface.Row(i)))
			}
			if ref != nil {
				if len(ref) != first.front.M {
					return usagef("--ref %s has %s, but %s has %s; give one value per objective",
						tuple(ref), plural(len(ref), "value"), first.path, first.objectives())
				}
				v, err := pareto.Vorobev(sets, ref, opt)
				if err != nil {
					return first.fail(a, err)
				}
				info.Expected = &vorobevInfo{ref, v.Level, v.Hypervolume, v.MeanHypervolume, v.Deviation, v.Surface.Rows()}
				if !a.json && !a.quiet {
					fmt.Fprintf(a.err, "Vorob'ev expectation: level %d of %d, hypervolume %v (mean of the runs %v), deviation %v\n",
						v.Level, len(sets), v.Hypervolume, v.MeanHypervolume, v.Deviation)
				}
			}
			return a.printAnswer(info, &page)
		},
	}
	c.Flags().StringVar(&level, "level", "median", "best, median, worst, a number of runs, or a share of them below 1")
	c.Flags().Var(&ref, "ref", "reference point of the Vorob'ev expectation, one value per objective")
	minimize.register(c)
	return c
}

// attainmentLevel is the number of sets that a level means.
func attainmentLevel(level string, sets int) (int, error) {
	switch level {
	case "best":
		return 1, nil
	case "median":
		return (sets + 1) / 2, nil
	case "worst":
		return sets, nil
	}
	v, err := strconv.ParseFloat(level, 64)
	switch {
	case err != nil || !(v > 0):
		return 0, usagef("--level is %q; give best, median, worst, a number of runs from 1 to %d, or a share such as 0.25", level, sets)
	case v < 1:
		return int(math.Ceil(v*float64(sets) - 1e-9)), nil
	case v != math.Trunc(v) || v > float64(sets):
		return 0, usagef("--level is %s, beyond the %s; give a whole number from 1 to %d", level, plural(sets, "run"), sets)
	}
	return int(v), nil
}

// joinValues writes a row of a point file, exactly.
func joinValues(values []float64) string {
	var b []byte
	for j, v := range values {
		if j > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	return string(b)
}
