package cli

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/mujoco"
)

// robotOf names the environment that stands for each model of the physics engine.
var robotOf = map[string]string{
	"ant": "mo-ant-v5", "half_cheetah": "mo-halfcheetah-v5", "hopper": "mo-hopper-v5", "humanoid": "mo-humanoid-v5",
	"mo_reacher": "mo-reacher-v5", "swimmer": "mo-swimmer-v5", "walker2d": "mo-walker2d-v4", "walker2d_v5": "mo-walker2d-v5",
}

// robotRates is how fast a model moves, in one thread, per second of processor time.
type robotRates struct {
	model, environment         string
	physics                    float64 // steps of the engine
	steps                      float64 // of the environment with observations and rewards; 0 if there is none
	contacts, rows, iterations float64 // at the last step of an environment step, on average
	allocations                float64 // per physics step
	parallel, gain             float64 // physics steps of all workers by the clock, and their gain over one
}

// robotInfo is the --json form of a figure.
type robotInfo struct {
	measurement
	Model       string `json:"model"`
	Environment string `json:"environment,omitempty"`
	Go          string `json:"go"`
	CPU         string `json:"cpu"`
}

func (a *app) benchRobotsCommand() *cobra.Command {
	var seconds float64
	var workers int
	c := &cobra.Command{
		Use:   "robots [MODEL...]",
		Short: "Steps per second of the physics engine and of the robots",
		Long: `Measure the physics engine on all or the given models in one thread, per second of processor time:
physics steps with random controls from random poses, begun anew every 200 environment steps, and
steps of the model's environment with observation and reward. contacts, rows of constraints and
solver iterations are those of the last physics step of an environment step, on average. parallel
is --workers threads with 64 states for each of them, by the clock, with its gain over one
thread. Each figure is the median of five.`,
		Example: "  paretolab bench robots\n  paretolab bench robots ant humanoid --seconds 2 --json",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return mujoco.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, names []string) error {
			switch {
			case !(seconds > 0 && seconds <= 60):
				return usagef("--seconds is %v; give a time of more than 0 and at most 60", seconds)
			case workers < 1 || workers > 1024:
				return usagef("--workers is %d; give 1 to 1024", workers)
			}
			if len(names) == 0 {
				names = mujoco.Names()
			}
			var models []*mujoco.Model
			for _, n := range names {
				m, err := mujoco.Load(n)
				if err != nil {
					return withCode(exitUsage, err)
				}
				models = append(models, m)
			}
			return a.benchRobots(c.Context(), models, workers, time.Duration(seconds*float64(time.Second)))
		},
	}
	c.Flags().Float64Var(&seconds, "seconds", 0.5, "time for each figure")
	c.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "threads of the parallel figure")
	return c
}

// benchRobots measures models and prints what it found.
func (a *app) benchRobots(ctx context.Context, models []*mujoco.Model, workers int, span time.Duration) error {
	var found []robotRates
	p := a.measuring(len(models))
	for _, m := range models {
		if ctx.Err() != nil {
			break
		}
		p.subject(m.Name)
		r, err := measureRobot(ctx, m, workers, span)
		if err != nil {
			p.end()
			return err
		}
		found = append(found, r)
		p.measured()
	}
	p.end()
	if ctx.Err() != nil {
		return a.stopped()
	}
	cpu := processorName()
	if a.json {
		infos := []robotInfo{}
		for _, r := range found {
			add := func(figure string, value float64, unit string) {
				infos = append(infos, robotInfo{measurement{"robots/" + r.model + "/" + figure, value, unit}, r.model, r.environment, runtime.Version(), cpu})
			}
			add("physics", r.physics, "steps/s")
			if r.environment != "" {
				add("environment", r.steps, "steps/s")
			}
			add("contacts", r.contacts, "contacts/step")
			add("rows", r.rows, "rows/step")
			add("iterations", r.iterations, "iterations/step")
			add("allocations", r.allocations, "allocations/step")
			add("parallel", r.parallel, "steps/s")
			add("gain", r.gain, "ratio")
		}
		return a.printJSON(infos)
	}
	b := envsBench{app: a}
	if err := b.table(func(w *tabwriter.Writer) {
		fmt.Fprintf(w, "model\tphysics\tenvironment\tcontacts\trows\titerations\tallocs\tparallel %d\tgain\t\n", workers)
		for _, r := range found {
			steps := "-"
			if r.environment != "" {
				steps = rate(r.steps)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%.2f\t%.2f\t%.3g\t%s\t%.2f\t\n",
				r.model, rate(r.physics), steps, r.contacts, r.rows, r.iterations, r.allocations, rate(r.parallel), r.gain)
		}
	}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "\n%s, %s\n", runtime.Version(), cpu)
	return err
}

// measureRobot measures one model. Slices alternate, so that whatever else the machine does hits all
// figures alike.
func measureRobot(ctx context.Context, m *mujoco.Model, workers int, span time.Duration) (robotRates, error) {
	r := robotRates{model: m.Name}
	alone := mujoco.NewDrill(m, 1, 1)
	defer alone.Close()
	const copies = 64
	one, spread := mujoco.NewDrill(m, copies, 1), mujoco.NewDrill(m, copies*workers, workers)
	defer one.Close()
	defer spread.Close()
	var robot *envs.SoloDrill
	if id := robotOf[m.Name]; id != "" && slices.Contains(envs.IDs(), id) {
		e, err := makeEnvironment(id, nil)
		if err != nil {
			return r, err
		}
		r.environment, robot = id, envs.NewSoloDrill(e, 1)
	}
	slice := span / benchSlices
	physics := func(d *mujoco.Drill, clock func() time.Duration, span time.Duration) float64 {
		begin, steps := clock(), d.Counts().Steps
		for clock()-begin < span {
			for range 1 + 32/d.Len() {
				d.Step()
			}
		}
		return float64((d.Counts().Steps-steps)*m.FrameSkip) / (clock() - begin).Seconds()
	}
	physics(alone, cpuTime, slice/2) // warms up
	var rates, steps, byClock, gain []float64
	for range benchSlices {
		rates = append(rates, physics(alone, cpuTime, slice))
		if robot != nil {
			steps = append(steps, robot.Rate(cpuTime, slice))
		}
		single := physics(one, wallTime(), slice)
		all := physics(spread, wallTime(), slice)
		byClock, gain = append(byClock, all), append(gain, all/single)
		if ctx.Err() != nil {
			break
		}
	}
	c := alone.Counts()
	n := float64(c.Steps)
	r.contacts, r.rows, r.iterations = float64(c.Contacts)/n, float64(c.Rows)/n, float64(c.Iterations)/n
	r.physics, r.parallel, r.gain = median(rates), median(byClock), median(gain)
	if robot != nil {
		r.steps = median(steps)
	}
	r.allocations = drillAllocations(alone) / float64(m.FrameSkip)
	return r, nil
}

// drillAllocations counts the allocations of memory per environment step.
func drillAllocations(d *mujoco.Drill) float64 {
	const rounds = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		d.Step()
	}
	runtime.ReadMemStats(&after)
	// Of the whole process: its runtime allocates a little now and then.
	return float64((after.Mallocs - before.Mallocs) / rounds)
}
