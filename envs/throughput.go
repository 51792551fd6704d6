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
// those of a learner do.
const drillNumbers = 4096

// NewDrill draws actions for s, resets all copies and returns the drill. The shard must begin new
// episodes itself (not mode NoReset).
func NewDrill[T Real](s Shard[T], seed uint64) *Drill[T] {
	space := &s.Spec().Action
	n, nObs, width := s.Len(), s.Spec().Observation.Len(), space.Len()
	d := &Drill[T]{
		shard: s, actions: make([]Actions[T], max(2, drillNumbers/(n*width))),
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

// Rate steps for about the given time by the clock and returns how many steps of a copy a unit of
// the clock's time held, by the second.
func (d *Drill[T]) Rate(clock func() time.Duration, span time.Duration) float64 {
	rounds, batch := 0, 1
	begin := clock()
	for {
		for range batch {
			d.Step()
		}
		rounds += batch
		took := clock() - begin
		if took >= span {
			return float64(rounds) * float64(d.shard.Len()) / took.Seconds()
		}
		if took < span/64 {
			batch *= 2 // so that reading the clock takes no time
		}
	}
}

// since returns a clock that begins now.
func since() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}

// StepTime measures for some milliseconds how long a step of one copy of e takes with random actions.
func StepTime(e *Environment) time.Duration {
	const copies, span = 8, 2 * time.Millisecond
	d := NewDrill(Shard[float32](NewVector[float32](e, copies, SameStep)), 0)
	d.Rate(since(), span) // warms up
	return time.Duration(float64(time.Second) / d.Rate(since(), span))
}

// Setup is a way to step an environment, and how fast it was.
type Setup struct {
	Workers, Copies int
	Rate            float64 // steps per second of all copies together
}

// Autotune measures every pair of a number of workers and a number of copies for the given time and
// returns them, the fastest first.
func Autotune(e *Environment, workers, copies []int, span time.Duration) []Setup {
	var setups []Setup
	for _, n := range copies {
		for _, w := range workers {
			if w > n {
				continue
			}
			p := NewParallel[float32](e, n, w, SameStep)
			d := NewDrill(Shard[float32](p), 0)
			d.Rate(since(), span/4)
			setups = append(setups, Setup{Workers: w, Copies: n, Rate: d.Rate(since(), span)})
			p.Close()
		}
	}
	slices.SortStableFunc(setups, func(a, b Setup) int { return cmp.Compare(b.Rate, a.Rate) })
	return setups
}
