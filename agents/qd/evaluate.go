package qd

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"github.com/paretolab/paretolab/agents"
	"github.com/paretolab/paretolab/envs"
	"github.com/paretolab/paretolab/envs/behaviour"
)

// Evaluator tries policies: one episode for each, on as many workers as the pool has. The result of an
// individual depends on its genome and its id only.
type Evaluator struct {
	Network Network
	// Rounded has observations and actions rounded to float32, as wherever a saved policy acts, so that an
	// individual does there exactly what it did here.
	Rounded bool

	env     *envs.Environment
	weights []float64
	seed    uint64
	pool    *agents.Pool
	workers []*worker
}

// worker runs episodes in its own copy of the environment.
type worker struct {
	env       envs.Env
	describer behaviour.Describer
	rng       envs.RNG
	random    bool // the environment draws random numbers
	horizon   int
	spec      *envs.Spec
	width     int // of descriptors

	obs, before, reward, scratch []float64 // before: the last observation that was acted on
	index                        []int32   // discrete action

	moments  []int // steps after which the episode is viewed
	size     int   // pixels of a view along each side
	pixels   []float32
	blur     *blur     // of views
	observed *observed // in the place of views
}

// NewEvaluator returns the evaluator of a problem with these settings.
func NewEvaluator(p *agents.Problem, s *Settings) *Evaluator {
	spec := &p.Env.Spec
	v := &Evaluator{Network: newNetwork(spec, s.Hidden, s.PerUnit), env: p.Env, weights: s.weights(spec), seed: p.Seed, pool: p.Pool}
	for range p.Pool.Workers() {
		env := p.Env.New()
		w := &worker{
			env: env, describer: describer(env, spec), random: !spec.DeterministicStart || !spec.DeterministicStep,
			horizon: spec.Horizon, spec: spec,
			obs: make([]float64, spec.Observation.Len()), before: make([]float64, spec.Observation.Len()), reward: make([]float64, spec.M()), scratch: v.Network.scratch(),
		}
		if spec.Action.Kind == envs.KindDiscrete {
			w.index = make([]int32, spec.Action.Len())
		}
		low, _ := w.describer.DescriptorBounds()
		w.width = len(low)
		v.workers = append(v.workers, w)
	}
	return v
}

// Look has episodes viewed from now on, views times with size × size pixels, blurred by a Gaussian of so many
// pixels: after the steps ⌈k·(T−1)/views⌉ + 1 of a horizon T, counted from 1; one that ends earlier repeats its
// last view. The observation stands for the view of an environment that is no [behaviour.Viewer].
func (v *Evaluator) Look(views, size int, sigma float64) {
	for _, w := range v.workers {
		w.moments, w.pixels = make([]int, views), make([]float32, viewPixels(v.env, size))
		w.size, w.blur, w.observed = size, newBlur(size, sigma), newObserved(w.env, w.spec)
		for k := range w.moments {
			w.moments[k] = ((k+1)*(w.horizon-1)+views-1)/views + 1
			if w.horizon == 0 {
				w.moments[k] = math.MaxInt // the end alone
			}
		}
	}
}

// view appends a view of the present state.
func (w *worker) view(views []byte) []byte {
	if viewer, ok := w.env.(behaviour.Viewer); ok {
		viewer.View(w.size, w.pixels)
		w.blur.apply(w.pixels)
	} else {
		w.observed.view(w.pixels)
	}
	for _, grey := range w.pixels {
		views = append(views, byte(min(max(grey, 0), 1)*white))
	}
	return views
}

// Evaluate runs the episodes of individuals and writes what they gave. A genome that does not fit the network is
// an error, and so is an environment that returns a reward or a descriptor that is not finite.
func (v *Evaluator) Evaluate(ctx context.Context, all []*Individual) error {
	var next atomic.Int64
	return v.pool.Run(ctx, min(len(v.workers), len(all)), func(ctx context.Context, task int) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(all) {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := v.workers[task].run(v, all[i]); err != nil {
				return err
			}
		}
	})
}

// run tries an individual.
func (w *worker) run(v *Evaluator, x *Individual) error {
	if want := v.Network.Genes(); len(x.Genome) != want {
		return fmt.Errorf("qd: individual %d has a genome of %d numbers; a network of layers %v has %d, so give as many", x.ID, len(x.Genome), v.Network.Sizes, want)
	}
	if w.random {
		w.rng.Seed(agents.Stream(v.seed, "qd.episode", x.ID))
	}
	x.Return, x.Descriptor = make([]float64, len(w.reward)), make([]float64, w.width)
	w.env.Reset(&w.rng)
	seen := 0
	if w.moments != nil {
		x.Views = make([]byte, 0, len(w.moments)*len(w.pixels))
	}
	var a envs.Action
	for x.Steps = 0; ; {
		w.env.Observe(w.obs)
		if v.Rounded {
			round32(w.obs)
		}
		// Who sees what it saw before does what it did.
		if x.Steps == 0 || !slices.Equal(w.obs, w.before) {
			a = w.act(v, x.Genome)
			copy(w.before, w.obs)
		}
		terminated := w.env.Step(&w.rng, a, w.reward)
		x.Steps++
		for j, r := range w.reward {
			x.Return[j] += r
		}
		for ; seen < len(w.moments) && (x.Steps == w.moments[seen] || terminated); seen++ {
			x.Views = w.view(x.Views)
		}
		if terminated || x.Steps == w.horizon {
			x.Terminated = terminated
			break
		}
	}
	w.describer.Describe(x.Descriptor)
	x.Fitness, x.Area = 0, -1
	for j, r := range x.Return {
		if math.IsNaN(r) || math.IsInf(r, 0) {
			return fmt.Errorf("qd: individual %d: %s returns %v for objective %s; its rewards must be finite", x.ID, v.env.Spec.ID, r, v.env.Spec.Objectives[j].Name)
		}
		x.Fitness += v.weights[j] * r
		if x.Area < 0 && v.weights[j] > 0 && r > 0 {
			x.Area = j
		}
	}
	for _, d := range x.Descriptor {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return fmt.Errorf("qd: individual %d: %s describes its behaviour by %v; its descriptors must be finite", x.ID, v.env.Spec.ID, x.Descriptor)
		}
	}
	return nil
}

// act returns the action for what is observed.
func (w *worker) act(v *Evaluator, genome []float64) envs.Action {
	out := v.Network.Forward(genome, w.obs, w.scratch)
	if w.index != nil {
		largest(out, w.spec.Action.N, w.index)
		return envs.Action{Discrete: w.index}
	}
	clip(out, w.spec.Action.Low, w.spec.Action.High)
	if v.Rounded {
		round32(out)
	}
	return envs.Action{Box: out}
}

// round32 rounds numbers to float32.
func round32(x []float64) {
	for i, v := range x {
		x[i] = float64(float32(v))
	}
}
