package envs

import (
	"fmt"
	"runtime"
	"time"

	"github.com/paretolab/paretolab/internal/handover"
)

// worthwhile is the time that the copies of one worker should take for a step before a second
// worker gains more than handing work over costs.
const worthwhile = 5 * time.Microsecond

// Parallel steps n copies of an environment on several workers. Every worker owns a contiguous range
// of copies and is a goroutine of its own, but for the first, which is the caller's. Results do not
// depend on the number of workers. Step and Reset allocate nothing.
type Parallel[T Real] struct {
	ranges  []*Vector[T]
	first   []int // copy at which each range begins; then n
	workers []parallelWorker

	// What the workers do: Reset if resets is set, else Step.
	resets      bool
	seeds       []uint64
	mask        []bool
	actions     Actions[T]
	obs, final  []T
	rew         []float64
	term, trunc []bool
	closed      bool
}

type parallelWorker struct {
	begin, done handover.Handover
	panicked    any // what the worker's last task panicked with
}

var _ Shard[float32] = (*Parallel[float32])(nil)

// NewParallel returns n copies of e on the given number of workers, at most n. With 0 workers it
// measures how long a step takes and uses no more of the processors than pay: one where steps are
// cheap. Close it to end the workers.
func NewParallel[T Real](e *Environment, n, workers int, mode Autoreset) *Parallel[T] {
	if n < 1 || workers < 0 {
		panic(fmt.Sprintf("envs: %d copies on %d workers", n, workers))
	}
	if workers == 0 {
		workers = usefulWorkers(MeasureStep(e), n, runtime.GOMAXPROCS(0))
	}
	workers = min(workers, n)
	p := &Parallel[T]{workers: make([]parallelWorker, workers)}
	for k := range workers {
		from, to := k*n/workers, (k+1)*n/workers
		p.first = append(p.first, from)
		p.ranges = append(p.ranges, newVector[T](e, from, to-from, mode))
	}
	p.first = append(p.first, n)
	for k := 1; k < workers; k++ {
		w := &p.workers[k]
		w.begin.Init()
		w.done.Init()
		go p.work(k)
	}
	return p
}

// usefulWorkers is how many of the processors pay for n copies whose step takes the given time.
func usefulWorkers(step time.Duration, n, processors int) int {
	return min(max(int(time.Duration(n)*step/worthwhile), 1), n, processors)
}

// work is the life of worker k.
func (p *Parallel[T]) work(k int) {
	w := &p.workers[k]
	for {
		w.begin.Wait()
		if p.closed {
			w.done.Post()
			return
		}
		p.attempt(k)
		w.done.Post()
	}
}

// attempt does the task of worker k and keeps its panic for the caller.
func (p *Parallel[T]) attempt(k int) {
	defer func() { p.workers[k].panicked = recover() }()
	p.do(k)
}

// do does the present task in range k.
func (p *Parallel[T]) do(k int) {
	v, from, to := p.ranges[k], p.first[k], p.first[k+1]
	obs := p.obs[from*v.nObs : to*v.nObs]
	if p.resets {
		var seeds []uint64
		var mask []bool
		if p.seeds != nil {
			seeds = p.seeds[from:to]
		}
		if p.mask != nil {
			mask = p.mask[from:to]
		}
		v.Reset(seeds, mask, obs)
		return
	}
	var act Actions[T]
	if v.boxed {
		act.Box = p.actions.Box[from*v.nAct : to*v.nAct]
	} else {
		act.Discrete = p.actions.Discrete[from*v.nAct : to*v.nAct]
	}
	v.Step(act, obs, p.rew[from*v.nRew:to*v.nRew], p.term[from:to], p.trunc[from:to], p.final[from*v.nObs:to*v.nObs])
}

// all does the present task in all ranges and returns when it is done. A panic of a worker is the
// caller's.
func (p *Parallel[T]) all() {
	if p.closed {
		panic("envs: " + p.Spec().ID + " used after Close")
	}
	for k := 1; k < len(p.workers); k++ {
		p.workers[k].begin.Post()
	}
	p.attempt(0)
	for k := 1; k < len(p.workers); k++ {
		p.workers[k].done.Wait()
	}
	for k := range p.workers {
		if reason := p.workers[k].panicked; reason != nil {
			panic(reason)
		}
	}
}

// Len is the number of copies.
func (p *Parallel[T]) Len() int { return p.first[len(p.first)-1] }

// Workers is the number of workers.
func (p *Parallel[T]) Workers() int { return len(p.workers) }

// Spec describes the environment.
func (p *Parallel[T]) Spec() *Spec { return p.ranges[0].spec }

// Mode is the autoreset mode.
func (p *Parallel[T]) Mode() Autoreset { return p.ranges[0].mode }

// Reset implements [Shard].
func (p *Parallel[T]) Reset(seeds []uint64, mask []bool, obs []T) {
	p.ranges[0].checkReset(p.Len(), seeds, mask, obs)
	p.resets, p.seeds, p.mask, p.obs = true, seeds, mask, obs
	p.all()
}

// Step implements [Shard]. It panics where [Vector.Step] does.
func (p *Parallel[T]) Step(act Actions[T], obs []T, rew []float64, term, trunc []bool, final []T) {
	if v, n := p.ranges[0], p.Len(); !v.fits(n, len(act.Discrete), len(act.Box), len(obs), len(rew), len(term), len(trunc), len(final)) {
		v.misfit(n, len(act.Discrete), len(act.Box), len(obs), len(rew), len(term), len(trunc), len(final))
	}
	p.resets, p.actions, p.obs, p.rew, p.term, p.trunc, p.final = false, act, obs, rew, term, trunc, final
	p.all()
}

// Observe writes the present observations of all copies, as the last Reset or Step did.
func (p *Parallel[T]) Observe(obs []T) {
	for k, v := range p.ranges {
		v.Observe(obs[p.first[k]*v.nObs : p.first[k+1]*v.nObs])
	}
}

// AppendState appends the complete state of all copies to b, as [Vector.AppendState] of as many
// copies does: a checkpoint does not depend on the number of workers.
func (p *Parallel[T]) AppendState(b []byte) []byte {
	for _, v := range p.ranges {
		b = v.AppendState(b)
	}
	return b
}

// SetState restores what AppendState wrote for the same number of copies. After an error all copies
// are as they were.
func (p *Parallel[T]) SetState(b []byte) error {
	before := p.AppendState(nil)
	size := len(before) / p.Len() // of a copy: states are structs of fixed size
	if len(b) != len(before) {
		return fmt.Errorf("envs: saved state of %d copies of %s: %d bytes where %d are expected", p.Len(), p.Spec().ID, len(b), len(before))
	}
	for k, v := range p.ranges {
		if err := v.SetState(b[p.first[k]*size : p.first[k+1]*size]); err != nil {
			for j, u := range p.ranges[:k] {
				if rerr := u.SetState(before[p.first[j]*size : p.first[j+1]*size]); rerr != nil {
					panic("envs: " + rerr.Error())
				}
			}
			return err
		}
	}
	return nil
}

// Close ends the workers and returns when they have ended. Further calls of Close do nothing.
func (p *Parallel[T]) Close() {
	if p.closed {
		return
	}
	p.closed = true
	for k := 1; k < len(p.workers); k++ {
		p.workers[k].begin.Post()
		p.workers[k].done.Wait()
	}
}
