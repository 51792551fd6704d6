package envs

import (
	"cmp"
	"slices"
	"time"
)

// Drill steps a shard with random actions that were drawn beforehand, for measuring: nothing but
// the steps takes time.
type Drill[T Real] struct {
	shard       Shard[T]
	actions     []Actions[T]
	next        int
	obs, final  []T
	rew         []float64
	term, trunc []bool
}

// drillNumbers bounds the actions drawn beforehand, so that they stay in the processor's cache as
// those of a learner do; but there are actions for so many steps at least that they look random to a copy.
const (
	drillNumbers = 4096
	drillSteps   = 64
)

// NewDrill draws actions for s, resets all copies and returns the drill. It panics if s does not begin
// new episodes itself (mode NoReset).
func NewDrill[T Real](s Shard[T], seed uint64) *Drill[T] {
	if s.Mode() == NoReset {
		panic("envs: a drill of " + s.Spec().ID + ", whose episodes do not begin anew")
	}
	space := &s.Spec().Action
	n, nObs, width := s.Len(), s.Spec().Observation.Len(), space.Len()
	d := &Drill[T]{
		shard: s, actions: make([]Actions[T], max(drillSteps, drillNumbers/(n*width))),
		obs: make([]T, n*nObs), final: make([]T, n*nObs), rew: make([]float64, n*s.Spec().M()),
		term: make([]bool, n), trunc: make([]bool, n),
	}
	var rng RNG
	rng.Seed(seed)
	sample := make([]float64, width)
	for k := range d.actions {
		a := &d.actions[k]
		for range n {
			space.Sample(&rng, sample)
			for _, x := range sample {
				if space.Kind == KindDiscrete {
					a.Discrete = append(a.Discrete, int32(x))
				} else {
					a.Box = append(a.Box, T(x))
				}
			}
		}
	}
	s.Reset(nil, nil, d.obs)
	return d
}

// Step steps all copies once.
func (d *Drill[T]) Step() {
	d.shard.Step(d.actions[d.next], d.obs, d.rew, d.term, d.trunc, d.final)
	if d.next++; d.next == len(d.actions) {
		d.next = 0
	}
}

func (d *Drill[T]) steps(n int) {
	for range n {
		d.Step()
	}
}

// Rate steps for about the given time by the clock and returns how many steps of a copy a second of
// the clock's time held. The clock is not read so often that it would count.
func (d *Drill[T]) Rate(clock func() time.Duration, span time.Duration) float64 {
	return rate(d, d.shard.Len(), clock, span)
}

// rate is the rate of so many copies that are stepped together.
func rate(d interface{ steps(n int) }, copies int, clock func() time.Duration, span time.Duration) float64 {
	rounds, batch := 0, 1
	begin := clock()
	for {
		d.steps(batch)
		rounds += batch
		took := clock() - begin
		if took >= span {
			return float64(rounds) * float64(copies) / took.Seconds()
		}
		if took < span/64 {
			batch *= 2
		}
	}
}

// SoloDrill is a [Drill] of one copy without a batch: it steps and observes the Env itself, keeps the
// time limit, and begins new episodes.
type SoloDrill struct {
	env         Env
	rng         RNG
	horizon     int
	elapsed     int       // steps since reset
	width       int       // numbers of an action
	indices     []int32   // actions of a discrete space, one after the other
	numbers     []float64 // of a continuous one
	next        int       // where the next action begins
	obs, reward []float64
}

// NewSoloDrill draws actions for a copy of e, resets it and returns the drill.
func NewSoloDrill(e *Environment, seed uint64) *SoloDrill {
	space := &e.Spec.Action
	d := &SoloDrill{
		env: e.New(), horizon: e.Spec.Horizon, width: space.Len(),
		obs: make([]float64, e.Spec.Observation.Len()), reward: make([]float64, e.Spec.M()),
	}
	var rng RNG
	rng.Seed(seed)
	sample := make([]float64, d.width)
	for range max(drillSteps, drillNumbers/d.width) {
		space.Sample(&rng, sample)
		for _, x := range sample {
			if space.Kind == KindDiscrete {
				d.indices = append(d.indices, int32(x))
			} else {
				d.numbers = append(d.numbers, x)
			}
		}
	}
	d.rng.Seed(seed)
	d.env.Reset(&d.rng)
	return d
}

func (d *SoloDrill) steps(n int) {
	end := len(d.indices) + len(d.numbers)
	var a Action
	for range n {
		if d.indices != nil {
			a.Discrete = d.indices[d.next : d.next+d.width]
		} else {
			a.Box = d.numbers[d.next : d.next+d.width]
		}
		over := d.env.Step(&d.rng, a, d.reward)
		d.env.Observe(d.obs)
		if d.next += d.width; d.next == end {
			d.next = 0
		}
		if d.elapsed++; over || d.elapsed == d.horizon {
			d.env.Reset(&d.rng)
			d.env.Observe(d.obs)
			d.elapsed = 0
		}
	}
}

// Rate is [Drill.Rate].
func (d *SoloDrill) Rate(clock func() time.Duration, span time.Duration) float64 {
	return rate(d, 1, clock, span)
}

// since returns a clock that begins now.
func since() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

// MeasureStep measures for some milliseconds how long a step of one copy of e takes with random actions.
func MeasureStep(e *Environment) time.Duration { return measureStep(e, since()) }

func measureStep(e *Environment, clock func() time.Duration) time.Duration {
	const copies, span = 8, 2 * time.Millisecond
	d := NewDrill[float32](NewVector[float32](e, copies, SameStep), 0)
	d.Rate(clock, span) // warms up
	return time.Duration(float64(time.Second) / d.Rate(clock, span))
}

// Setup is a way to step an environment, and how fast it was.
type Setup struct {
	Workers, Copies int
	Rate            float64 // steps per second of all copies together
}

// Autotune measures every pair of a number of workers and a number of copies for the given time and
// returns them, the fastest first. Pairs with more workers than copies are left out.
func Autotune(e *Environment, workers, copies []int, span time.Duration) []Setup {
	return autotune(e, workers, copies, span, since())
}

func autotune(e *Environment, workers, copies []int, span time.Duration, clock func() time.Duration) []Setup {
	var setups []Setup
	for _, n := range copies {
		for _, w := range workers {
			if w > n {
				continue
			}
			p := NewParallel[float32](e, n, w, SameStep)
			d := NewDrill[float32](p, 0)
			d.Rate(clock, span/4) // warms up
			setups = append(setups, Setup{Workers: w, Copies: n, Rate: d.Rate(clock, span)})
			p.Close()
		}
	}
	slices.SortStableFunc(setups, func(a, b Setup) int { return cmp.Compare(b.Rate, a.Rate) })
	return setups
}
