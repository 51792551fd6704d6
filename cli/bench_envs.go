package cli

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
)

// benchSlices is the number of parts of a measuring time, whose median counts.
const benchSlices = 5

// envRates is how fast an environment steps, in steps of a copy per second.
type envRates struct {
	id          string
	single      float64 // one copy without a batch, per second of processor time
	vector      float64 // copies on one processor, per second of processor time
	parallel    float64 // as many copies on each of the workers, by the clock
	speedup     float64 // of the workers over one, both by the clock
	allocations float64 // per step
}

// stepsInfo is the --json form of a measurement of an environment.
type stepsInfo struct {
	measurement
	Environment string `json:"environment"`
	Copies      int    `json:"copies"`
	Workers     int    `json:"workers"`
}

func (a *app) benchEnvsCommand() *cobra.Command {
	var seconds float64
	var workers, copies int
	var tune bool
	c := &cobra.Command{
		Use:   "envs [ID...]",
		Short: "Steps per second of environments",
		Long: `Measure how many steps environments make per second, all or the given ones, with random actions
drawn beforehand and episodes that begin anew: one copy by itself (single) and a batch of --n copies
(vector) in one thread, per second of processor time; and --n copies on each of --workers threads (parallel), by the clock, with
its gain over one thread. ns is the time of a step in the batch of one thread, allocs are the allocations
of memory per step. Each figure is the median of five.

--tune measures pairs of workers and copies instead and prints the fastest first.`,
		Example: `  paretolab bench envs
  paretolab bench envs CartPole-v1 minecart-v0 --seconds 2 --json
  paretolab bench envs mo-lunar-lander-v3 --tune`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return envs.IDs(), cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, ids []string) error {
			switch {
			case !(seconds > 0 && seconds <= 60):
				return usagef("--seconds is %v; give a time of more than 0 and at most 60", seconds)
			case workers < 1 || workers > 1024:
				return usagef("--workers is %d; give 1 to 1024", workers)
			case copies < 1 || copies > 1<<16:
				return usagef("--n is %d; give 1 to %d", copies, 1<<16)
			}
			if len(ids) == 0 {
				ids = envs.IDs()
			}
			var all []*envs.Environment
			for _, id := range ids {
				e, err := makeEnvironment(id, nil)
				if err != nil {
					return err
				}
				all = append(all, e)
			}
			b := envsBench{app: a, workers: workers, copies: copies, span: time.Duration(seconds * float64(time.Second))}
			if tune {
				return b.tune(c.Context(), all)
			}
			return b.rates(c.Context(), all)
		},
	}
	c.Flags().Float64Var(&seconds, "seconds", 0.5, "time for each figure")
	c.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "threads of the parallel figure")
	c.Flags().IntVar(&copies, "n", 64, "copies per thread")
	c.Flags().BoolVar(&tune, "tune", false, "find the best numbers of workers, up to --workers, and copies, up to --n per worker")
	return c
}

// envsBench measures environments and prints what it found.
type envsBench struct {
	*app
	workers, copies int
	span            time.Duration // for each figure
}

// each measures one environment after the other and shows how far it is.
func (b *envsBench) each(ctx context.Context, all []*envs.Environment, measure func(e *envs.Environment)) error {
	p := b.measuring(len(all))
	defer p.end()
	for _, e := range all {
		if ctx.Err() != nil {
			return b.stopped()
		}
		p.subject(e.Spec.ID)
		measure(e)
		p.measured()
	}
	if ctx.Err() != nil {
		return b.stopped()
	}
	return nil
}

// rates measures and prints the rates.
func (b *envsBench) rates(ctx context.Context, all []*envs.Environment) error {
	var found []envRates
	if err := b.each(ctx, all, func(e *envs.Environment) { found = append(found, b.measure(ctx, e)) }); err != nil {
		return err
	}
	if b.json {
		infos := []stepsInfo{}
		for _, r := range found {
			add := func(figure string, value float64, unit string, copies, workers int) {
				infos = append(infos, stepsInfo{measurement{"envs/" + r.id + "/" + figure, value, unit}, r.id, copies, workers})
			}
			add("single", r.single, "steps/s", 1, 1)
			add("vector", r.vector, "steps/s", b.copies, 1)
			add("step", 1e9/r.vector, "ns", b.copies, 1)
			add("parallel", r.parallel, "steps/s", b.copies*b.workers, b.workers)
			add("speedup", r.speedup, "ratio", b.copies*b.workers, b.workers)
			add("allocations", r.allocations, "allocations/step", b.copies, 1)
		}
		return b.printJSON(infos)
	}
	return b.table(func(w *tabwriter.Writer) {
		fmt.Fprintf(w, "environment\tsingle\tvector %d\tns\tparallel %d × %d\tgain\tallocs\t\n", b.copies, b.workers, b.copies)
		for _, r := range found {
			fmt.Fprintf(w, "%s\t%s\t%s\t%.3g\t%s\t%.2f\t%.3g\t\n",
				r.id, rate(r.single), rate(r.vector), 1e9/r.vector, rate(r.parallel), r.speedup, r.allocations)
		}
	})
}

// table prints a table of figures to the right, but for the names on the left.
func (b *envsBench) table(rows func(w *tabwriter.Writer)) error {
	var page bytes.Buffer
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	rows(w)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := page.WriteTo(b.out)
	return err
}

// rate writes steps per second with three digits or more.
func rate(x float64) string {
	switch {
	case x >= 1e6:
		return fmt.Sprintf("%.1f M/s", x/1e6)
	case x >= 1e3:
		return fmt.Sprintf("%.1f k/s", x/1e3)
	}
	return fmt.Sprintf("%.1f /s", x)
}

// measure measures one environment. Slices alternate, so that whatever else the machine does hits all
// figures alike. When the context ends, so do the slices.
func (b *envsBench) measure(ctx context.Context, e *envs.Environment) envRates {
	parallel := envs.NewParallel[float32](e, b.copies*b.workers, b.workers, envs.SameStep)
	defer parallel.Close()
	alone := envs.NewSoloDrill(e, 1)
	batch := envs.NewDrill[float32](envs.NewVector[float32](e, b.copies, envs.SameStep), 1)
	spread := envs.NewDrill[float32](parallel, 1)
	slice := b.span / benchSlices
	for _, d := range []interface {
		Rate(clock func() time.Duration, span time.Duration) float64
	}{alone, batch, spread} {
		d.Rate(wallTime(), slice/2) // warms up
	}
	var single, vector, byClock, gain []float64
	for range benchSlices {
		single = append(single, alone.Rate(cpuTime, slice))
		clock, busy := wallTime(), cpuTime()
		r := batch.Rate(cpuTime, slice)
		vector = append(vector, r)
		oneThread := r * (cpuTime() - busy).Seconds() / clock().Seconds()
		spread.Rate(wallTime(), slice/4) // until the system has spread the threads over the processors
		r = spread.Rate(wallTime(), slice)
		byClock, gain = append(byClock, r), append(gain, r/oneThread)
		if ctx.Err() != nil {
			break
		}
	}
	return envRates{
		id: e.Spec.ID, single: median(single), vector: median(vector), parallel: median(byClock), speedup: median(gain),
		allocations: allocations(batch, b.copies),
	}
}

// allocations counts the allocations of memory per step of a copy.
func allocations(d *envs.Drill[float32], copies int) float64 {
	const rounds = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		d.Step()
	}
	runtime.ReadMemStats(&after)
	// Of the whole process: its runtime allocates a little now and then.
	return float64((after.Mallocs-before.Mallocs)/rounds) / float64(copies)
}

// wallTime returns a clock that begins now.
func wallTime() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// tune measures and prints setups.
func (b *envsBench) tune(ctx context.Context, all []*envs.Environment) error {
	var workers, copies []int
	for w := 1; w < b.workers; w *= 2 {
		workers = append(workers, w)
	}
	workers = append(workers, b.workers)
	for n := 8; n < b.copies*b.workers; n *= 4 {
		copies = append(copies, n)
	}
	copies = append(copies, b.copies*b.workers)
	infos := []stepsInfo{}
	err := b.each(ctx, all, func(e *envs.Environment) {
		for _, s := range envs.Autotune(e, workers, copies, b.span) {
			infos = append(infos, stepsInfo{measurement{"envs/" + e.Spec.ID + "/setup", s.Rate, "steps/s"}, e.Spec.ID, s.Copies, s.Workers})
		}
	})
	if err != nil {
		return err
	}
	if b.json {
		return b.printJSON(infos)
	}
	return b.table(func(w *tabwriter.Writer) {
		fmt.Fprintln(w, "environment\tworkers\tcopies\tsteps\t")
		for _, i := range infos {
			fmt.Fprintf(w, "%s\t%d\t%d\t%s\t\n", i.Environment, i.Workers, i.Copies, rate(i.Value))
		}
	})
}
