package cli

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// callTask is a call of a library whose speed is measured.
type callTask struct {
	name, doc string
	unit      string // of what a call works on, in the plural: points, pairs, ...
	units     int    // in a call
	// begin prepares the call.
	begin func() (call func() error, err error)
}

// callSamples are the samples of a call.
type callSamples struct{ rate, milliseconds, allocations []float64 }

// callTimeAtLeast is the least processor time of a sample.
const callTimeAtLeast = 50 * time.Millisecond

// benchCallsCommand is an area of bench that measures calls, in one thread.
func (a *app) benchCallsCommand(area, short, intro, example string, tasks []callTask) *cobra.Command {
	rounds := 0
	names := make([]string, len(tasks))
	var list strings.Builder
	for i, t := range tasks {
		names[i] = t.name
		fmt.Fprintf(&list, "  %-22s%s\n", t.name, t.doc)
	}
	c := &cobra.Command{
		Use:   area + " [WHAT...]",
		Short: short,
		Long: intro + `, all or the given calls, in one thread, by processor time:

` + list.String() + `
allocs are the allocations of memory in a call. Each figure is the median of --count samples.`,
		Example: example,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, asked []string) error {
			if err := checkPositive(map[string]int{"count": rounds}); err != nil {
				return err
			}
			chosen := tasks
			if len(asked) > 0 {
				chosen = nil
			}
			for _, name := range asked {
				k := slices.Index(names, name)
				if k < 0 {
					return usagef("bench %s measures no %q%s", area, name, didyoumean.Question(didyoumean.Nearest(name, names), "give "+strings.Join(names, ", ")))
				}
				chosen = append(chosen, tasks[k])
			}
			return a.benchCalls(c, area, chosen, rounds)
		},
	}
	roundsFlag(c, &rounds)
	return c
}

// benchCalls measures calls in turn and prints what it found.
func (a *app) benchCalls(c *cobra.Command, area string, tasks []callTask, rounds int) error {
	found, calls := make([]callSamples, len(tasks)), make([]func() error, len(tasks))
	progress := a.measuring(rounds * len(tasks))
	defer progress.end()
	for range rounds {
		for i, t := range tasks {
			if c.Context().Err() != nil {
				return a.stopped()
			}
			progress.subject(t.name)
			if calls[i] == nil {
				call, err := t.begin()
				if err == nil {
					err = call() // warms up
				}
				if err != nil {
					return fmt.Errorf("%s: %w", t.name, err)
				}
				calls[i] = call
			}
			if err := found[i].sample(calls[i], t.units); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			progress.measured()
		}
	}
	if a.json {
		infos := []speed{}
		for i, t := range tasks {
			infos = append(infos, newSpeed(area, t.name, "rate", t.unit+"/s", found[i].rate),
				newSpeed(area, t.name, "time", "ms/call", found[i].milliseconds),
				newSpeed(area, t.name, "allocations", "allocations/call", found[i].allocations))
		}
		return a.printJSON(infos)
	}
	b := envsBench{app: a}
	if err := b.table(func(w *tabwriter.Writer) {
		fmt.Fprintf(w, "call\tspeed\tof\tms\tallocs\t\n")
		for i, t := range tasks {
			f := &found[i]
			fmt.Fprintf(w, "%s\t%s\t%s\t%.3g\t%.0f\t\n", t.name, rate(median(f.rate)), t.unit, median(f.milliseconds), median(f.allocations))
		}
	}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "\n%s, %s\n", processorName(), runtime.Version())
	return err
}

// sample measures a call once.
func (s *callSamples) sample(call func() error, units int) error {
	var failed error
	once := func() {
		if err := call(); err != nil {
			failed = err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	once()
	runtime.ReadMemStats(&after)
	seconds := callTime(once, callTimeAtLeast)
	s.rate = append(s.rate, float64(units)/seconds)
	s.milliseconds = append(s.milliseconds, 1000*seconds)
	s.allocations = append(s.allocations, float64(after.Mallocs-before.Mallocs))
	return failed
}
