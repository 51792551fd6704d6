package cli

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/internal/didyoumean"
)

// searchSpeed is the --json form of a figure.
type searchSpeed struct {
	speed
	Goal    *goalInfo `json:"goal,omitempty"`
	Workers int       `json:"workers"`
}

func (a *app) benchQDCommand() *cobra.Command {
	var rounds, workers int
	names := make([]string, len(searchTasks))
	var list strings.Builder
	for i, t := range searchTasks {
		names[i] = t.name
		fmt.Fprintf(&list, "  %-20s%s\n", t.name, t.doc)
	}
	c := &cobra.Command{
		Use:   "qd [WHAT...]",
		Short: "Speed of quality diversity: archives, emitters, novelty and its environments, beside the goals",
		Long: `Measure what a search of quality diversity spends its time with, all or the given parts, in one
thread, per second of processor time, beside the goal for one core:

` + list.String() + `
Searches of the sphere do the rounds of a public example from an empty archive: 1000, CMA-ME and CMA-MAE 300.
allocs are the allocations of memory per evaluation, query or step. gain is what --workers threads make of
one, by the clock, and wants an idle machine. Each figure is the median of --count samples.`,
		Example: "  paretolab bench qd\n  paretolab bench qd maze curling --count 7 --json",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, asked []string) error {
			if err := checkPositive(map[string]int{"count": rounds, "workers": workers}); err != nil {
				return err
			}
			if workers > 1024 {
				return usagef("--workers is %d; give 1 to 1024", workers)
			}
			var tasks []searchTask
			for _, name := range asked {
				k := slices.Index(names, name)
				if k < 0 {
					return usagef("bench qd measures no %q%s", name, didyoumean.Question(didyoumean.Nearest(name, names), "give "+strings.Join(names, ", ")))
				}
				tasks = append(tasks, searchTasks[k])
			}
			if len(asked) == 0 {
				tasks = searchTasks
			}
			return a.benchQD(c.Context(), tasks, rounds, workers)
		},
	}
	c.Flags().IntVar(&rounds, "count", 3, "samples of everything, taken in turn; the median counts")
	c.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "threads of the gain")
	return c
}

// searchSamples are the samples of a part.
type searchSamples struct{ rate, allocations, gain []float64 }

// samplesOf takes samples of every part in turn.
func (a *app) samplesOf(ctx context.Context, tasks []searchTask, rounds, workers int) ([]searchSamples, error) {
	found := make([]searchSamples, len(tasks))
	progress := a.measuring(rounds * len(tasks))
	defer progress.end()
	for range rounds {
		for i := range tasks {
			progress.subject(tasks[i].name)
			err := tasks[i].sample(ctx, workers, &found[i])
			if ctx.Err() != nil {
				return nil, a.stopped()
			}
			if err != nil {
				return nil, err
			}
			progress.measured()
		}
	}
	return found, nil
}

// benchQD measures parts and prints what it found.
func (a *app) benchQD(ctx context.Context, tasks []searchTask, rounds, workers int) error {
	found, err := a.samplesOf(ctx, tasks, rounds, workers)
	if err != nil {
		return err
	}
	if a.json {
		infos := []searchSpeed{}
		for i, t := range tasks {
			f := &found[i]
			unit := unitsOf[t.unit] + "/s"
			goal := &goalInfo{t.goal, unit, median(f.rate) >= t.goal}
			infos = append(infos, searchSpeed{newSpeed("qd", t.name, "rate", unit, f.rate), goal, 1},
				searchSpeed{newSpeed("qd", t.name, "allocations", "allocations/"+t.unit, f.allocations), nil, 1})
			if len(f.gain) > 0 {
				infos = append(infos, searchSpeed{newSpeed("qd", t.name, "gain", "ratio", f.gain), nil, workers})
			}
		}
		return a.printJSON(infos)
	}
	b := envsBench{app: a}
	if err := b.table(func(w *tabwriter.Writer) {
		fmt.Fprintf(w, "part\tspeed\tgoal\tof goal\tof\tallocs\tgain %d\t\n", workers)
		for i, t := range tasks {
			f := &found[i]
			r, gain := median(f.rate), "-"
			if len(f.gain) > 0 {
				gain = fmt.Sprintf("%.2f", median(f.gain))
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%s\t%.2g\t%s\t\n",
				t.name, rate(r), rate(t.goal), r/t.goal, unitsOf[t.unit], median(f.allocations), gain)
		}
	}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "\n%s, %s\n", processorName(), runtime.Version())
	return err
}

// sample measures a part once.
func (t *searchTask) sample(ctx context.Context, workers int, s *searchSamples) error {
	work, err := t.begin(ctx, 1)
	if err != nil {
		return err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	clock, start := wallTime(), cpuTime()
	n, err := work()
	if err != nil {
		return err
	}
	spent, alone := cpuTime()-start, clock()
	runtime.ReadMemStats(&after)
	s.rate = append(s.rate, float64(n)/spent.Seconds())
	s.allocations = append(s.allocations, float64(after.Mallocs-before.Mallocs)/float64(n))
	if !t.shared || workers == 1 {
		return nil
	}
	if work, err = t.begin(ctx, workers); err != nil {
		return err
	}
	clock = wallTime()
	if _, err = work(); err != nil {
		return err
	}
	s.gain = append(s.gain, alone.Seconds()/clock().Seconds())
	return nil
}
