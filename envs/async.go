package envs

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// Async steps n copies of an environment, each on its own time: Send hands actions to some of
// them, and Recv returns the first few that are ready, so that slow copies do not hold up fast ones.
// With a batch of n it steps in lockstep. What a copy goes through depends on its seed and its actions
// alone; which copies a batch holds depends on the machine's timing, unless it holds all.
//
// It suits environments whose step takes well above a microsecond; [Parallel] is faster for others.
// Send and Recv allocate nothing. An Async is for one goroutine at a time.
type Async[T Real] struct {
	copies []*Vector[T] // of one copy each
	away   []bool       // sent and not yet received
	flying int          // how many are away

	// Rows of all copies; the row of one that is away is its worker's.
	discrete    []int32
	box         []T
	obs, final  []T
	rew         []float64
	term, trunc []bool
	seeds       []uint64
	seeded      bool // the next task of a copy that begins uses its seed
	begins      []bool
	panicked    []any

	tasks, ready chan int32
	workers      sync.WaitGroup
	closed       bool
	batch        Batch[T]
}

// Batch holds what [Async.Recv] returns: one row for each copy that is ready, by ascending id.
type Batch[T Real] struct {
	IDs         []int32
	Obs         []T       // rows × observation
	Rew         []float64 // rows × objectives
	Term, Trunc []bool
	Final       []T // last observation of the copies whose episode ended in this step; else what was there
}

// NewAsync returns n copies of e, of which Recv returns batch at a time, on the given number of
// workers; with 0 workers there are as many as processors, at most n. Close it to end the workers.
func NewAsync[T Real](e *Environment, n, batch, workers int, mode Autoreset) *Async[T] {
	if n < 1 || batch < 1 || batch > n || workers < 0 {
		panic(fmt.Sprintf("envs: batches of %d from %d copies on %d workers", batch, n, workers))
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	nObs, m := e.Spec.Observation.Len(), e.Spec.M()
	a := &Async[T]{
		away: make([]bool, n), begins: make([]bool, n), seeds: make([]uint64, n), panicked: make([]any, n),
		obs: make([]T, n*nObs), final: make([]T, n*nObs), rew: make([]float64, n*m), term: make([]bool, n), trunc: make([]bool, n),
		tasks: make(chan int32, n), ready: make(chan int32, n),
		batch: Batch[T]{
			IDs: make([]int32, batch), Obs: make([]T, batch*nObs), Rew: make([]float64, batch*m),
			Term: make([]bool, batch), Trunc: make([]bool, batch), Final: make([]T, batch*nObs),
		},
	}
	for i := range n {
		a.copies = append(a.copies, newVector[T](e, i, 1, mode))
	}
	if width := n * e.Spec.Action.Len(); a.copies[0].boxed {
		a.box = make([]T, width)
	} else {
		a.discrete = make([]int32, width)
	}
	for range min(workers, n) {
		a.workers.Go(a.work)
	}
	return a
}

// work does tasks until there will be no more.
func (a *Async[T]) work() {
	for id := range a.tasks {
		a.attempt(id)
		a.ready <- id
	}
}

// attempt steps or resets copy id and keeps a panic for the caller.
func (a *Async[T]) attempt(id int32) {
	defer func() { a.panicked[id] = recover() }()
	i := int(id)
	v := a.copies[i]
	obs := a.obs[i*v.nObs : (i+1)*v.nObs]
	if a.begins[i] {
		a.begins[i] = false
		var seeds []uint64
		if a.seeded {
			seeds = a.seeds[i : i+1]
		}
		v.Reset(seeds, nil, obs)
		return
	}
	var act Actions[T]
	if v.boxed {
		act.Box = a.box[i*v.nAct : (i+1)*v.nAct]
	} else {
		act.Discrete = a.discrete[i*v.nAct : (i+1)*v.nAct]
	}
	v.Step(act, obs, a.rew[i*v.nRew:(i+1)*v.nRew], a.term[i:i+1], a.trunc[i:i+1], a.final[i*v.nObs:(i+1)*v.nObs])
}

// Len is the number of copies.
func (a *Async[T]) Len() int { return len(a.copies) }

// Spec describes the environment.
func (a *Async[T]) Spec() *Spec { return a.copies[0].spec }

// Reset begins an episode in every copy; Recv returns them with their first observations, reward 0
// and no flags. seeds re-creates the copies' generators; with nil they go on. It waits for copies that are away and drops what they were doing.
func (a *Async[T]) Reset(seeds []uint64) {
	a.check()
	if seeds != nil && len(seeds) != len(a.copies) {
		panic(fmt.Sprintf("envs: Reset of %d copies with %d seeds", len(a.copies), len(seeds)))
	}
	for ; a.flying > 0; a.flying-- {
		a.away[<-a.ready] = false
	}
	a.seeded = seeds != nil
	copy(a.seeds, seeds)
	clear(a.rew)
	clear(a.term)
	clear(a.trunc)
	for i := range a.copies {
		a.begins[i] = true
		a.send(int32(i))
	}
}

// Send makes copies step: row k of the actions is that of copy ids[k]. It returns at once. It panics
// if one of them is away already, or was never received.
func (a *Async[T]) Send(act Actions[T], ids []int32) {
	a.check()
	v := a.copies[0]
	if v.boxed && len(act.Box) != len(ids)*v.nAct || !v.boxed && len(act.Discrete) != len(ids)*v.nAct {
		panic(fmt.Sprintf("envs: Send to %d copies of %s with %d+%d action numbers", len(ids), v.spec.ID, len(act.Discrete), len(act.Box)))
	}
	for k, id := range ids {
		if id < 0 || int(id) >= len(a.copies) || a.away[id] {
			panic(fmt.Sprintf("envs: Send to copy %d of %d, which is not waiting for an action", id, len(a.copies)))
		}
		if v.boxed {
			copy(a.box[int(id)*v.nAct:], act.Box[k*v.nAct:(k+1)*v.nAct])
		} else {
			copy(a.discrete[int(id)*v.nAct:], act.Discrete[k*v.nAct:(k+1)*v.nAct])
		}
		a.send(id)
	}
}

func (a *Async[T]) send(id int32) {
	a.away[id] = true
	a.flying++
	a.tasks <- id // never blocks: it holds every copy at most once
}

// Recv waits for the first copies that are ready, as many as a batch holds, and returns them. The
// batch is overwritten by the next Recv. It panics if fewer are away: they would never come.
func (a *Async[T]) Recv() *Batch[T] {
	a.check()
	b := &a.batch
	if a.flying < len(b.IDs) {
		panic(fmt.Sprintf("envs: Recv of %d copies of %s while %d are away", len(b.IDs), a.Spec().ID, a.flying))
	}
	for k := range b.IDs {
		b.IDs[k] = <-a.ready
	}
	a.flying -= len(b.IDs)
	slices.Sort(b.IDs)
	v := a.copies[0]
	var reason any
	for k, id := range b.IDs {
		i := int(id)
		a.away[i] = false
		if a.panicked[i] != nil && reason == nil {
			reason = a.panicked[i]
		}
		copy(b.Obs[k*v.nObs:(k+1)*v.nObs], a.obs[i*v.nObs:])
		copy(b.Final[k*v.nObs:(k+1)*v.nObs], a.final[i*v.nObs:])
		copy(b.Rew[k*v.nRew:(k+1)*v.nRew], a.rew[i*v.nRew:])
		b.Term[k], b.Trunc[k] = a.term[i], a.trunc[i]
	}
	if reason != nil {
		panic(reason)
	}
	return b
}

func (a *Async[T]) check() {
	if a.closed {
		panic("envs: " + a.Spec().ID + " used after Close")
	}
}

// Close waits for the copies that are away and ends the workers. Further calls of Close do nothing.
func (a *Async[T]) Close() {
	if a.closed {
		return
	}
	a.closed = true
	close(a.tasks)
	a.workers.Wait()
}
