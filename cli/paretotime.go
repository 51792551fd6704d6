package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/pareto"
)

// timing is an operation of package pareto to be timed: on points above a reference point, and
// against a second set where it compares two. All are maximised.
type timing func(w *pareto.Workspace, points, against pareto.Front, ref []float64) (float64, error)

var timings = map[string]timing{
	"hv": func(w *pareto.Workspace, points, _ pareto.Front, ref []float64) (float64, error) {
		return w.Hypervolume(points, ref)
	},
	"contrib": func(w *pareto.Workspace, points, _ pareto.Front, ref []float64) (float64, error) {
		all, err := w.Contributions(points, ref)
		sum := 0.0
		for _, v := range all {
			sum += v
		}
		return sum, err
	},
	"nd": func(w *pareto.Workspace, points, _ pareto.Front, _ []float64) (float64, error) {
		kept, err := w.NonDominated(points)
		return float64(len(kept)), err
	},
	"rank": func(w *pareto.Workspace, points, _ pareto.Front, _ []float64) (float64, error) {
		ranks, err := w.Rank(points)
		if err != nil {
			return 0, err
		}
		return float64(slices.Max(ranks)), nil
	},
	"igd": func(_ *pareto.Workspace, points, against pareto.Front, _ []float64) (float64, error) {
		return pareto.IGD(points, against)
	},
	"igdp": func(_ *pareto.Workspace, points, against pareto.Front, _ []float64) (float64, error) {
		return pareto.IGDPlus(points, against)
	},
	"epsa": func(_ *pareto.Workspace, points, against pareto.Front, _ []float64) (float64, error) {
		return pareto.EpsAdditive(points, against)
	},
}

// warmUp is the processor time before timing begins.
const warmUp = 50 * time.Millisecond

// paretoTimeCommand times an operation beside other programs. It is hidden: for developers.
func (a *app) paretoTimeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "time OP FILE[,FILE...] REPS REF...",
		Short: "Time an operation",
		Long: `Time an operation on one processor: run it on all files, REPS times after warming up.
Print its value for the first file, then the median and the least processor time of a pass in
seconds, divided by the number of files. All objectives are minimised; REF is the reference point.
FILE@AGAINST names the second set of an operation that compares two.

OP is one of ` + strings.Join(timingNames(), ", ") + `.`,
		Example: `  paretolab pareto time hv front.txt 5 10 10 4
  paretolab pareto time igdp front.txt@known.txt 3 10 10 4`,
		Hidden:                true,
		DisableFlagParsing:    true, // a reference value may be negative
		DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) < 3 {
				return usagef("give OP FILE[,FILE...] REPS REF..., not %s", strings.Join(args, " "))
			}
			op, ok := timings[args[0]]
			if !ok {
				return usagef("unknown operation %q; choose one of %s", args[0], strings.Join(timingNames(), ", "))
			}
			reps, err := strconv.Atoi(args[2])
			if err != nil || reps < 1 {
				return usagef("REPS is %s; give a number of at least 1", args[2])
			}
			var ref referenceFlag
			if len(args) > 3 {
				if err := ref.Set(strings.Join(args[3:], ",")); err != nil {
					return usagef("reference point: %w", err)
				}
				flip(ref)
			}
			var passes []func() (float64, error)
			var w pareto.Workspace
			for _, path := range strings.Split(args[1], ",") {
				pass, err := a.timingOf(op, &w, path, ref)
				if err != nil {
					return err
				}
				passes = append(passes, pass)
			}
			var value float64
			var seconds []float64
			for warm, i := cpuTime(), -1; i < reps; {
				start := cpuTime()
				for k, pass := range passes {
					v, err := pass()
					if err != nil {
						return err
					}
					if k == 0 {
						value = v
					}
				}
				end := cpuTime()
				if i >= 0 {
					seconds = append(seconds, (end-start).Seconds()/float64(len(passes)))
				}
				if i >= 0 || end-warm > warmUp {
					i++
				}
			}
			slices.Sort(seconds)
			_, err = fmt.Fprintln(a.out, value, seconds[len(seconds)/2], seconds[0])
			return err
		},
	}
}

// timingOf reads what op needs and returns one pass of it.
func (a *app) timingOf(op timing, w *pareto.Workspace, path string, ref []float64) (func() (float64, error), error) {
	path, other, compares := strings.Cut(path, "@")
	points, err := a.readPoints(path)
	if err != nil {
		return nil, err
	}
	flip(points.front.X)
	var against pareto.Front
	if compares {
		set, err := a.readPoints(other)
		if err != nil {
			return nil, err
		}
		flip(set.front.X)
		against = set.front
	}
	return func() (float64, error) { return op(w, points.front, against, ref) }, nil
}

// flip changes the sign of values to minimise.
func flip(values []float64) {
	for k, v := range values {
		values[k] = 0 - v // never -0
	}
}

func timingNames() []string {
	names := make([]string, 0, len(timings))
	for name := range timings {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
