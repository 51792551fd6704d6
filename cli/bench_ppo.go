package cli

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/agents/ppo"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/internal/kern"
)

// trainingSpeed is the speed of training, or of a part of it, with what it was made of.
type trainingSpeed struct {
	speed
	Task      string             `json:"task"`
	Minibatch int                `json:"minibatch,omitempty"`
	Copies    int                `json:"copies"`
	Steps     int                `json:"steps"` // of environments, in all samples
	Wall      float64            `json:"wall_s"`
	Processor float64            `json:"cpu_s"`
	Split     map[string]float64 `json:"split,omitempty"` // share of the time, by part
}

// trainingOptions are the flags of bench ppo. Their defaults, and the constants in settings, are those of
// the programs that paretolab is compared with.
type trainingOptions struct {
	task        string
	minibatches []int
	envs, steps int
	epochs      int
	width       int
	iterations  int
	rounds      int
	policies    int
	paths       kernelPaths
}

func (o *trainingOptions) settings(minibatch int) ppo.Settings {
	s := ppo.Defaults()
	s.Envs, s.Rollout, s.Minibatch, s.Epochs = o.envs, o.steps, minibatch, o.epochs
	s.Hidden = []int{o.width, o.width}
	s.Gamma, s.Lambda, s.Clip = 0.99, 0.95, 0.2
	s.LearningRate, s.AdamEps, s.ValueCoef, s.MaxGradNorm = 3e-4, 1e-5, 0.5, 0.5
	return s
}

// flopPerStep counts the operations of the networks' products for one environment step: acting, valuing,
// and forward and backward passes of both networks in every epoch.
func flopPerStep(e *envs.Environment, s *ppo.Settings) float64 {
	outputs := e.Spec.Action.Len()
	if e.Spec.Action.Kind == envs.KindDiscrete {
		outputs = 0
		for _, n := range e.Spec.Action.N {
			outputs += n
		}
	}
	total := 0
	for _, out := range []int{outputs, e.Spec.M()} {
		sizes := append([]int{e.Spec.Observation.Len()}, s.Hidden...)
		forward, backward := networkFLOP(append(sizes, out))
		total += forward + s.Epochs*(forward+backward)
	}
	return float64(total)
}

func (a *app) benchPPOCommand() *cobra.Command {
	o := &trainingOptions{}
	c := &cobra.Command{
		Use:   "ppo",
		Short: "Speed of training, split by part",
		Long: `Train on a toy task that costs next to nothing and print environment steps per second of
processor time, all updates included, on one core: for every minibatch and kernel path, the share of the
processor's peak that the networks' products reach, and where the time goes. The task and the
hyperparameters are those of the usual programs for such comparisons: two separate networks with two
tanh layers, 8 environments of 256 steps, 10 epochs.

--policies N trains N policies side by side as well, one per processor core at a time, and prints how
many times as fast that is as one after the other, by the clock, which means something on an idle machine
only; and how much processor time it takes, which is 1 if the policies do not get in each other's way.
The shares of the parts are by the clock, too.

The last line repeats the totals as a JSON object with steps, wall_s and cpu_s, for programs that run
others in turn. With --json: an array of measurements.`,
		Example: `  paretolab bench ppo
  paretolab bench ppo --minibatch 64 --kernel avx2
  paretolab bench ppo --width 256 --minibatch 256
  paretolab bench ppo --minibatch 64 --policies 6`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			speeds, err := a.measureTraining(c.Context(), o)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(speeds)
			}
			return a.printTraining(speeds)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.task, "task", "synth", "task to train on; synth is the only one")
	flags.IntSliceVar(&o.minibatches, "minibatch", []int{64, 256, 512}, "minibatch sizes")
	flags.IntVar(&o.envs, "envs", 8, "environment copies")
	flags.IntVar(&o.steps, "steps", 256, "steps of each copy between updates")
	flags.IntVar(&o.epochs, "epochs", 10, "passes over a rollout")
	flags.IntVar(&o.width, "width", 64, "width of both hidden layers")
	flags.IntVar(&o.iterations, "iterations", 4, "rollouts with their updates in a sample")
	flags.IntVar(&o.policies, "policies", 0, "also train so many policies side by side")
	o.paths.register(c)
	roundsFlag(c, &o.rounds)
	completeWords(c, "task", "synth")
	return c
}

// maxPolicies bounds the memory of policies side by side.
const maxPolicies = 256

func (o *trainingOptions) check() error {
	if o.task != "synth" {
		return usagef("--task is %q; synth is the only one", o.task)
	}
	err := checkPositive(map[string]int{"count": o.rounds, "iterations": o.iterations, "width": o.width, "epochs": o.epochs, "envs": o.envs, "steps": o.steps})
	if err != nil {
		return err
	}
	if o.policies < 0 || o.policies > maxPolicies {
		return usagef("--policies is %d; it is 0 to %d", o.policies, maxPolicies)
	}
	if len(o.minibatches) == 0 {
		return usagef("--minibatch names no size")
	}
	for _, minibatch := range o.minibatches {
		s := o.settings(minibatch)
		if err := s.Check(); err != nil {
			return usagef("%w", err)
		}
	}
	o.paths, err = o.paths.resolve()
	return err
}

// contender is a learner whose speed is measured with one kernel path.
type contender struct {
	task      string
	path      string
	minibatch int
	learner   *ppo.Learner
	weigh     ppo.Weigh
	rates     []float64 // environment steps per second of processor time
	total     trainingSpeed
}

func (c *contender) iterate() {
	s := &c.learner.Settings
	c.learner.Collect()
	c.learner.Update(c.weigh, s.LearningRate, 0)
}

// sample makes iterations, and as many again until the processor's clock has moved, and books their time.
func (c *contender) sample(iterations int, work func()) {
	wall, cpu := time.Now(), cpuTime()
	var steps int
	var spent time.Duration
	for spent <= 0 {
		for range iterations {
			work()
		}
		steps += iterations * c.learner.Settings.StepsPerUpdate()
		spent = cpuTime() - cpu
	}
	c.rates = append(c.rates, float64(steps)/spent.Seconds())
	c.total.Steps += steps
	c.total.Wall += time.Since(wall).Seconds()
	c.total.Processor += spent.Seconds()
}

// finish sums up the samples; flop is that of a step, peaks are those of the path.
func (c *contender) finish(area, subject string, flop float64, peaks []float64) trainingSpeed {
	c.total.speed = newSpeed(area, subject, "rate", "steps/s", c.rates)
	c.total.Task, c.total.Kernel, c.total.Minibatch, c.total.Copies = c.task, c.path, c.minibatch, c.learner.Settings.Envs
	if flop > 0 {
		c.total.OfPeak = c.total.Value * flop / median(peaks)
	}
	c.total.Split = map[string]float64{}
	var all time.Duration
	for _, d := range c.learner.Timing {
		all += d
	}
	for p, d := range c.learner.Timing {
		if d > 0 {
			c.total.Split[ppo.Part(p).String()] = d.Seconds() / all.Seconds()
		}
	}
	return c.total
}

// newContender makes a learner with warm caches.
func newContender(e *envs.Environment, path string, s ppo.Settings, seed uint64) *contender {
	weights := make([]float64, e.Spec.M())
	for j := range weights {
		weights[j] = 1 / float64(len(weights))
	}
	c := &contender{task: e.Spec.ID, path: path, minibatch: s.Minibatch, learner: ppo.New(e, s, s.Gamma, seed), weigh: ppo.Fixed(weights)}
	c.iterate()
	c.learner.Timing = new(ppo.Timing)
	return c
}

// measureTraining takes the samples of all minibatches and paths in turn.
func (a *app) measureTraining(ctx context.Context, o *trainingOptions) ([]trainingSpeed, error) {
	e := synthEnvironment()
	var all []*contender
	var teams []*team
	err := o.paths.each(func() error {
		for _, minibatch := range o.minibatches {
			all = append(all, newContender(e, kern.Path(), o.settings(minibatch), 1))
			if o.policies > 0 {
				teams = append(teams, newTeam(e, kern.Path(), o.settings(minibatch), o.policies))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	peaks := map[string][]float64{}
	takers := func(path string) []taker {
		some := []taker{{"peak", func() { peaks[path] = append(peaks[path], peakSample(5*time.Millisecond)) }}}
		for _, c := range all {
			if c.path == path {
				some = append(some, taker{fmt.Sprintf("%s, minibatch %d", path, c.minibatch), func() { c.sample(o.iterations, c.iterate) }})
			}
		}
		for _, t := range teams {
			if t.path == path {
				some = append(some, taker{fmt.Sprintf("%s, minibatch %d, %d policies", path, t.minibatch, o.policies), func() { t.sample(o.iterations) }})
			}
		}
		return some
	}
	if err := a.samples(ctx, o.paths, o.rounds, takers); err != nil {
		return nil, err
	}
	var speeds []trainingSpeed
	for _, c := range all {
		speeds = append(speeds, c.finish("ppo", fmt.Sprintf("%s-%d", o.task, c.minibatch), flopPerStep(e, &c.learner.Settings), peaks[c.path]))
	}
	for _, t := range teams {
		speeds = append(speeds, t.finish()...)
	}
	return speeds, nil
}

// team is several policies whose training side by side, one per core, is compared with training one after
// the other, by the clock.
type team struct {
	path      string
	minibatch int
	workers   int
	policies  []*contender
	gains     []float64 // how many times as fast side by side, by the clock
	costs     []float64 // processor time side by side, in that of one after the other
	total     trainingSpeed
}

func newTeam(e *envs.Environment, path string, s ppo.Settings, policies int) *team {
	t := &team{path: path, minibatch: s.Minibatch, workers: min(runtime.GOMAXPROCS(0), policies)}
	for i := range policies {
		t.policies = append(t.policies, newContender(e, path, s, uint64(i)))
	}
	return t
}

// sample trains all policies for so many iterations, one after the other and then side by side.
func (t *team) sample(iterations int) {
	train := func(workers int) (wall, cpu float64) {
		start, used := time.Now(), cpuTime()
		_ = agents.NewPool(workers).Run(context.Background(), len(t.policies), func(_ context.Context, i int) error {
			for range iterations {
				t.policies[i].iterate()
			}
			return nil // so that Run returns nil
		})
		return time.Since(start).Seconds(), (cpuTime() - used).Seconds()
	}
	alone, aloneCPU := train(1)
	together, togetherCPU := train(t.workers)
	t.gains = append(t.gains, alone/together)
	t.costs = append(t.costs, togetherCPU/max(aloneCPU, 1e-6)) // the processor's clock may not have moved
	t.total.Steps += 2 * len(t.policies) * iterations * t.policies[0].learner.Settings.StepsPerUpdate()
	t.total.Wall += alone + together
	t.total.Processor += aloneCPU + togetherCPU
}

// finish returns the gain, with the totals, and the cost.
func (t *team) finish() []trainingSpeed {
	c := t.policies[0]
	subject := fmt.Sprintf("%s-%d-policies-%d-cores-%d", c.task, t.minibatch, len(t.policies), t.workers)
	t.total.Task, t.total.Minibatch, t.total.Copies = c.task, t.minibatch, c.learner.Settings.Envs
	cost := trainingSpeed{Task: t.total.Task, Minibatch: t.minibatch, Copies: t.total.Copies}
	t.total.speed, cost.speed = newSpeed("ppo", subject, "gain", "ratio", t.gains), newSpeed("ppo", subject, "cost", "ratio", t.costs)
	t.total.Kernel, cost.Kernel = t.path, t.path
	return []trainingSpeed{t.total, cost}
}

// printTraining prints a row for each speed, and the totals as JSON in the last line.
func (a *app) printTraining(speeds []trainingSpeed) error {
	var page bytes.Buffer
	benchHeader(&page)
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	parts := presentParts(speeds)
	learned := speeds[0].Minibatch > 0
	columns := []string{"task", "kernel", "copies"}
	if learned {
		columns = append(columns, "minibatch", "steps/s", "of peak")
	} else {
		columns = append(columns, "steps/s")
	}
	fmt.Fprintln(w, strings.Join(append(columns, parts...), "\t")+"\t")
	var teams []trainingSpeed // a gain and a cost for each
	steps, wall, processor := 0, 0.0, 0.0
	for _, s := range speeds {
		steps, wall, processor = steps+s.Steps, wall+s.Wall, processor+s.Processor
		if s.Unit == "ratio" {
			teams = append(teams, s)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t", s.Task, s.Kernel, s.Copies)
		if learned {
			fmt.Fprintf(w, "%d\t%.0f\t%.0f %%\t", s.Minibatch, s.Value, 100*s.OfPeak)
		} else {
			fmt.Fprintf(w, "%.0f\t", s.Value)
		}
		for _, p := range parts {
			fmt.Fprintf(w, "%.1f %%\t", 100*s.Split[p])
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(teams) > 0 {
		fmt.Fprintln(&page)
	}
	for pair := range slices.Chunk(teams, 2) {
		gain, cost := pair[0], pair[1]
		fmt.Fprintf(&page, "%s, %s: side by side %.2f times as fast as one after the other by the clock, with %.2f times the processor time\n",
			gain.subject, gain.Kernel, gain.Value, cost.Value)
	}
	fmt.Fprintf(&page, `{"steps": %d, "wall_s": %.6f, "cpu_s": %.6f}`+"\n", steps, wall, processor)
	_, err := page.WriteTo(a.out)
	return err
}

// presentParts names the parts that took time in any of the speeds, in the order of the work.
func presentParts(speeds []trainingSpeed) []string {
	var parts []string
	for p := range len(ppo.Timing{}) {
		name := ppo.Part(p).String()
		if slices.ContainsFunc(speeds, func(s trainingSpeed) bool { return s.Split[name] > 0 }) {
			parts = append(parts, name)
		}
	}
	return parts
}
